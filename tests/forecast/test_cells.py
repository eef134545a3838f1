"""The cells of a map: shadow types at the case's own values, and types that are moved and expected."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.forecast import cells as maps
from ceasefire.forecast.cells import Cells, moved_cells, shadow_cells
from ceasefire.forecast.measures import measure
from ceasefire.forecast.pipeline import run_variant
from ceasefire.forecast.scenario import Scenario
from tests.forecast.conftest import QUICK

HEADLINE = q.parse_query("P(truce_in_effect by 2020-12-31)")
LOW, HIGH = 0.2, 0.7


def asked(case: Case, values: tuple[float, ...]) -> Cells:
    assert isinstance(HEADLINE, q.Probability)
    return Cells(case, QUICK, "north", {"resolve": np.array(values)}, HEADLINE, 1024)


def test_a_shadow_copy_of_a_type_has_that_types_numbers(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell is played alone, so that the numbers of a chunk of one are also looked at."""
    monkeypatch.setattr(maps, "CHUNK", 1)
    found = shadow_cells(asked(case, (LOW, HIGH)))
    run = run_variant(case, settings=QUICK)
    assert run.paths.log_likelihood_by_profile is not None
    for k, label in enumerate(("low", "high")):
        own = measure(run, q.parse_query(f"P(truce_in_effect by 2020-12-31 | north.resolve = {label})", {})).number
        assert abs(found.p[k] - own.value) < 5 * np.hypot(found.error[k], own.error) + 1e-3
        assert found.log_likelihood[k] == pytest.approx(run.paths.log_likelihood_by_profile[k], abs=0.02)


def test_a_moved_type_is_the_case_with_all_its_types_there(case: Case) -> None:
    found = moved_cells(asked(case, (0.5,)))
    same = run_variant(
        case, settings=QUICK.with_paths(1024), scenario=Scenario().setting("w_low", 0.5).setting("w_high", 0.5)
    )
    assert found.p[0] == pytest.approx(measure(same, HEADLINE).number.value, abs=1e-6)
    assert found.log_likelihood[0] == pytest.approx(same.paths.log_likelihood, abs=1e-6)
