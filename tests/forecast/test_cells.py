"""The cells of a map: shadow types at the case's own values, and types that are moved and expected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import query as q
from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.forecast import cells as maps
from ceasefire.forecast.cells import Cells, moved_cells, shadow_cells
from ceasefire.forecast.measures import measure
from ceasefire.forecast.pipeline import run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.shadow import shadow_run
from tests.case.small_case import write_small_case
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


def test_the_others_learn_from_a_shadow_what_they_learn_without_it(tmp_path: Path) -> None:
    """On two intervals an observed step that is not solved again leaves other beliefs."""
    source = "source: {source: essay, excerpt: they refuse}"
    refused = [f"id: no_{m}, date: 2020-0{m}-20, step: talks, move: refuse, grade: b, {source}" for m in (1, 2, 3)]
    folder = write_small_case(tmp_path / "small")
    record = folder / "record.yaml"
    record.write_text(record.read_text() + "".join(f"  - {{{item}}}\n" for item in refused))
    case, coarse = read_case(folder), replace(QUICK, intervals=2)
    found = run_variant(case, settings=coarse)
    shadows = shadow_run(case, Scenario(), coarse, "north", {"resolve": np.array([LOW, HIGH])})
    assert found.paths.solved_again > 0.9
    held, in_shadow = (
        {tuple(row) for row in paths.belief[0][1][paths.weight > 0].astype(float).round(5)}
        for paths in (found.paths, shadows.paths)
    )
    assert len(held) > 1
    assert in_shadow <= held
