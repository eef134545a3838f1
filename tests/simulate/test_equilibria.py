"""Simulated games against the values and exact answers of their equilibria."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.game.explicit import game_from_json
from ceasefire.simulate import simulate
from ceasefire.simulate.estimates import mean
from ceasefire.solve import solve


def load(shared: Path, name: str) -> tuple[Any, dict[str, Any]]:
    expected = json.loads((shared / "games" / f"{name}.expected.json").read_text())
    return game_from_json(shared / "games" / f"{name}.game.json"), expected


@pytest.mark.parametrize(
    ("name", "intervals", "grid_error"),
    [
        ("stochastic_01_actors3_states8_periods4", 1, 0.0),
        ("stochastic_03_war_truce_peace", 1, 0.0),
        ("crisis_02_types2_periods2_precision1", 20, 1e-4),
        ("crisis_05_types2_periods2_chance_precision4", 20, 3e-3),
        ("two_sided_01_types2x2_periods2", 10, 3e-3),
    ],
)
@pytest.mark.slow
def test_discounted_payoffs_are_the_values(shared: Path, name: str, intervals: int, grid_error: float) -> None:
    game, expected = load(shared, name)
    solution = solve(game, intervals=intervals)
    paths = simulate(None, game, solution, n_paths=40_000, seed=6)
    for i, actor in enumerate(game.actor_names):
        exact = np.atleast_1d(expected["values"][actor])
        for p in range(game.n_profiles):
            found = mean(paths, paths.payoff[:, i], paths.profile == p)
            assert abs(found.value - exact[p]) < 4.5 * found.error + grid_error + 1e-9
            assert abs(found.value - solution.values[i, p]) < 4.5 * found.error + grid_error + 1e-6
