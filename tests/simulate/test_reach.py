"""Reach of a state against sampled paths of the same equilibrium, by type and with the beliefs of those elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.simulate import simulate
from ceasefire.simulate.estimates import mean
from ceasefire.simulate.reach import reach
from ceasefire.solve import solve
from tests.simulate.tiny import tiny_game


@pytest.mark.slow
@pytest.mark.parametrize(("state", "index"), [("peace", 2), ("talks", 1)])
def test_against_paths(state: str, index: int) -> None:
    game = tiny_game(3)
    solution = solve(game, intervals=10)
    found = reach(solution, state, target=1e-3)
    assert found.error <= 1e-3
    paths = simulate(None, game, solution, n_paths=60_000, exact_pairs=0)
    for kind in range(2):
        own = paths.profile == kind
        for t in range(3):
            counted = mean(paths, paths.state[t] == index, own)
            assert abs(found.by_type[kind, t] - counted.value) < 4.5 * np.hypot(counted.error, found.error) + 1e-9
        elsewhere = own & (paths.state[2] != index)
        belief = paths.belief[1][2][:, 0].astype(np.float64)
        held = mean(paths, belief, elsewhere)
        assert abs(found.mean["challenger"][kind, 2, 0] - held.value) < 4.5 * held.error + 2e-3
        square = mean(paths, belief**2, elsewhere).value
        assert abs(found.sd["challenger"][kind, 2, 0] - np.sqrt(square - held.value**2)) < 5e-3
    np.testing.assert_allclose(found.average, game.prior[1] @ found.by_type, atol=1e-12)
