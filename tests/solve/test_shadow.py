"""Shadow types: a copy of a real type gets that type's numbers."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from ceasefire.game.shadow import shadow_tables
from ceasefire.solve import Solution, solve, solve_shadow
from tests.case.small_case import write_small_case


def solved(case: Case) -> Solution:
    return solve(compile_case(case), intervals=5, tolerance=1e-10)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    edits = {"end: 2021-12-31": "end: 2020-09-30"}
    headlines = (
        'headlines: ["P(truce_in_effect by 2020-12-31)", "median(truce_in_effect)", "P(end_of_war by 2021-12-31)"]'
    )
    return read_case(
        write_small_case(
            tmp_path_factory.mktemp("shadow") / "small", {**edits, headlines: "headlines: []"}, argument=False
        )
    )


@pytest.mark.parametrize("terminal", ["0", "stationary"])
def test_a_shadow_copy_of_a_type_gets_its_values_and_strategy(case: Case, terminal: str) -> None:
    from dataclasses import replace

    if terminal == "stationary":
        case = replace(case, terminal={"north": "stationary", "south": "stationary"})
    solution = solved(case)
    own = Environment(case).views[0].type_values["north.resolve"]
    shadow = shadow_tables(case, solution.game, "north", {"resolve": own})
    found = solve_shadow(solution, shadow)
    real = solution.start_values(0)[..., 0]
    tolerance = 1e-6 if terminal == "0" else 1e-3
    np.testing.assert_allclose(found.values[:, :, 0, :], real, atol=tolerance)
    for (period, step), sigma in found.strategies.items():
        np.testing.assert_allclose(sigma, solution.strategy(period, step), atol=10 * tolerance)
    assert {step for _, step in found.strategies} == {1, 2}


def test_a_type_between_two_types_chooses_between_them_and_only_what_is_asked_is_kept(case: Case) -> None:
    solution = solved(case)
    low, high = Environment(case).views[0].type_values["north.resolve"]
    values = np.array([low, 0.5 * (low + high), high])
    found = solve_shadow(solution, shadow_tables(case, solution.game, "north", {"resolve": values}), keep_until=3)
    assert max(period for period, _ in found.strategies) == 3
    accept = found.strategy(0, 1)[..., 1]
    assert np.all((accept[..., 0] - accept[..., 1]) * (accept[..., 1] - accept[..., 2]) >= -1e-6)
    assert found.strategy(0, 0) is None
