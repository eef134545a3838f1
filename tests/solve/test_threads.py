"""The number of threads changes no digit of a solution: no point depends on what was worked on before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceasefire.game.beliefs import safe_log, simplex_grid
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import kernels, solve, threads
from ceasefire.solve.informed import MOST_STEPS, cut
from tests.solve import compiled
from tests.solve.random_games import random_game


@pytest.mark.parametrize("seed", [1, 3])
def test_a_solution_is_the_same_to_the_last_digit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sharp choices, some moves not feasible, work cut into other pieces by every number of threads."""
    monkeypatch.setattr(threads, "WORTH_SHARING", 1)
    game = game_from_json(random_game(seed, types=(1, 4), precision=20.0, periods=4))
    found: list[Any] = []
    for number in ("1", "2", "3"):
        monkeypatch.setenv("CEASEFIRE_THREADS", number)
        found.append(solve(game, intervals=6))
    for other in found[1:]:
        np.testing.assert_array_equal(found[0].values, other.values)
        for key, sigma in found[0].strategies.items():
            np.testing.assert_array_equal(sigma, other.strategies[key])
        assert other.tally.iterations == found[0].tally.iterations


def test_room_that_was_used_is_as_good_as_new() -> None:
    rng = np.random.default_rng(2)
    grid = simplex_grid(3, 5, np.full(3, 1 / 3))
    table = rng.normal(scale=0.4, size=(4, grid.n_regular, 3))
    feasible = np.array([True, False, True, True])
    choice = kernels.Choice(table, safe_log(np.array([0.2, 0.3, 0.5])), np.zeros(4), feasible, 12.0)
    found = []
    for left in (0.0, 50.0, -3.0):
        room = compiled.make_room(4, 3)
        for part in room:
            if part.dtype == np.float64:
                part[:] = left
        z = np.zeros((4, 3))
        found.append((compiled.follow(z, choice, cut(grid), 1e-10, MOST_STEPS, room), z))
    for outcome, z in found:
        assert outcome == found[0][0]
        np.testing.assert_array_equal(z, found[0][1])
        np.testing.assert_array_equal(z[1], 0.0)
    assert found[0][0][0] <= 1e-10
