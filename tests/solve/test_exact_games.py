"""Every game with an exact answer, computed without any belief grid."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.solve import solve
from tests.solve.conftest import largest_error, load_pair, value_error

# name, intervals, tolerance: three times what a plain implementation had
GAMES = [
    ("crisis_00_types2_periods1_precision1", 20, 1.2e-4),
    ("crisis_01_types2_periods1_precision4", 20, 2.4e-3),
    ("crisis_02_types2_periods2_precision1", 20, 1.2e-4),
    ("crisis_03_types2_periods2_precision4", 20, 2.4e-3),
    ("crisis_03_types2_periods2_precision4", 80, 1.5e-4),
    ("crisis_04_types2_periods2_chance_precision1", 20, 1.2e-4),
    ("crisis_05_types2_periods2_chance_precision4", 20, 2.4e-3),
    ("crisis_05_types2_periods2_chance_precision4", 80, 1.5e-4),
    ("crisis_06_types3_periods2_precision1", 10, 6e-3),
    ("crisis_07_types3_periods2_precision4", 10, 6e-3),
    ("crisis_07_types3_periods2_precision4", 30, 1.2e-3),
    ("crisis_08_types2_periods3_precision1", 20, 1.2e-4),
    ("crisis_09_types2_periods3_precision4", 20, 2.4e-3),
    ("crisis_09_types2_periods3_precision4", 80, 1.5e-4),
    ("two_sided_00_types2x2_periods1", 10, 2.1e-3),
    ("two_sided_00_types2x2_periods1", 20, 6e-4),
    ("two_sided_01_types2x2_periods2", 10, 2.1e-3),
    ("two_sided_01_types2x2_periods2", 20, 6e-4),
    ("learning_00_periods48", 20, 3e-3),
    ("learning_00_periods48", 40, 1e-3),
    ("stochastic_00_actors2_states6_periods3", 1, 1e-12),
    ("stochastic_01_actors3_states8_periods4", 1, 1e-12),
    ("stochastic_02_actors2_states40_periods10", 1, 1e-12),
    ("stochastic_03_war_truce_peace", 1, 1e-12),
]


@pytest.mark.parametrize(("name", "intervals", "tolerance"), GAMES)
def test_move_probabilities_along_histories(shared: Path, name: str, intervals: int, tolerance: float) -> None:
    game, expected = load_pair(shared, name)
    solution = solve(game, intervals=intervals)
    assert solution.converged
    assert largest_error(solution, expected) < tolerance
    assert value_error(solution, expected) < (1e-12 if tolerance == 1e-12 else 10 * tolerance)


@pytest.mark.parametrize(
    "name", ["crisis_05_types2_periods2_chance_precision4", "crisis_07_types3_periods2_precision4",
             "two_sided_01_types2x2_periods2", "learning_00_periods48"],
)  # fmt: skip
def test_the_error_shrinks_with_the_grid(shared: Path, name: str) -> None:
    game, expected = load_pair(shared, name)
    coarse, fine = (largest_error(solve(game, intervals=m), expected) for m in (6, 24))
    assert fine < 0.6 * coarse
