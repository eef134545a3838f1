"""Reaching a state by sampled paths with exact beliefs, on the long game of slow learning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ceasefire.game.explicit import game_from_json
from ceasefire.simulate.reach import reach
from ceasefire.solve import solve
from tests.solve.conftest import load_pair
from tests.solve.random_games import random_game


@pytest.mark.parametrize(("intervals", "tolerance"), [(20, 3e-3), (40, 1e-3)])
def test_slow_learning(shared: Path, intervals: int, tolerance: float) -> None:
    game, expected = load_pair(shared, "learning_00_periods48")
    found = reach(solve(game, intervals=intervals), "ended")
    assert found.error < 2e-4
    wanted = np.array(expected["reach"]["ended"]["by_type"])
    assert np.abs(found.by_type - wanted).max() < tolerance
    left = np.array(game.prior[1]) * (1.0 - found.by_type[:, -1])
    share = left / left.sum()
    mean = share @ found.mean["challenger"][:, -1, 1]
    second = share @ (found.sd["challenger"][:, -1, 1] ** 2 + found.mean["challenger"][:, -1, 1] ** 2)
    survivors = expected["survivors"]
    assert mean == pytest.approx(survivors["mean_belief_strong"], abs=5e-3)
    assert np.sqrt(second - mean**2) == pytest.approx(survivors["sd_belief"], rel=0.1)


def test_without_types_it_is_the_markov_chain() -> None:
    game = game_from_json(random_game(2, types=(1, 1), periods=3))
    solution = solve(game)
    for name in game.state_names:
        found = reach(solution, name)
        chain = np.zeros(game.n_states)
        chain[game.initial_states] = 1.0
        for period in range(game.n_periods):
            for j, step in enumerate(game.steps):
                table = step.tables[0]
                sigma = solution.strategy(period, j)
                after = chain.copy()
                after[table.states] = 0.0
                for row, state in enumerate(table.states):
                    for a in np.flatnonzero(table.feasible[row]):
                        several = sigma is not None and step.actor >= 0
                        p = float(sigma[row, 0, 0, a]) if several else 1.0  # type: ignore[index]
                        entries = slice(*table.start[row * table.n_moves + a :][:2])
                        np.add.at(after, table.successor[entries], chain[state] * p * table.probability[0, 0, entries])
                chain = after
            assert found.average[period] == pytest.approx(
                chain[game.state_names.index(name)], abs=5 * found.error + 1e-6
            )


def test_probabilities_of_all_states_sum_to_one() -> None:
    game = game_from_json(random_game(3, types=(1, 2), periods=2))
    solution = solve(game, intervals=10)
    found = [reach(solution, name) for name in game.state_names]
    total = sum(f.average for f in found)
    np.testing.assert_allclose(total, 1.0, atol=4 * sum(f.error for f in found))
