"""Paths are followed only as far as a number reads them, and the number stays what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.case.model import Case
from ceasefire.case.query import parse_query
from ceasefire.case.variant import Variant
from ceasefire.forecast import pipeline
from ceasefire.forecast.batch import Questions
from ceasefire.forecast.evaluate import assume, evaluate
from ceasefire.forecast.measures import measure
from ceasefire.forecast.reading import last_period
from ceasefire.forecast.scenario import Scenario
from tests.forecast.conftest import QUICK

READ = [
    "P(truce_in_effect by 2020-12-31)",
    "P(truce_in_effect within 12 months)",
    "P(fighting_again by 2020-12-31)",
    "P(end_of_war within 6 months | plan = press_always)",
    "P(truce_in_effect by 2020-12-31 | north.resolve = low)",
    "P(truce_in_effect within 6 months | as_of = 2020-01-01)",
    "P(pressure.press at 2020-09-30)",
    "P(pressure.press at 2020-01-31)",
]
WHOLE = [
    "P(fighting_again within 6 months of truce_in_effect)",
    "P(end_of_war)",
    "median(end_of_war)",
    "E(strain at 2020-06-30)",
    "belief(north.resolve = low at 2020-06-30)",
]


@pytest.mark.parametrize("text", READ)
def test_a_number_is_the_same_on_paths_that_end_where_it_reads_no_more(case: Case, text: str) -> None:
    leaf = parse_query(text)
    scenario = assume(Scenario(), leaf.conditions)  # type: ignore[attr-defined]
    last = last_period(case, leaf, scenario)  # type: ignore[arg-type]
    assert last is not None
    pipeline.forget()
    short = pipeline.run_variant(case, settings=QUICK, scenario=scenario, until=last)
    assert short.paths.n_periods == last + 1 < case.calendar.n_periods
    cut = measure(short, leaf)  # type: ignore[arg-type]
    whole = measure(pipeline.run_variant(case, settings=QUICK, scenario=scenario), leaf)  # type: ignore[arg-type]
    assert cut.as_dict() == whole.as_dict()


@pytest.mark.parametrize("text", WHOLE)
def test_what_reads_the_whole_of_paths_gets_it(case: Case, text: str) -> None:
    leaf = parse_query(text)
    assert last_period(case, leaf, Scenario()) is None  # type: ignore[arg-type]


def test_half_periods_and_shadow_types_are_followed_to_the_horizon(case: Case) -> None:
    leaf = parse_query(READ[0])
    assert last_period(case, leaf, Scenario(Variant(halve_period=True))) is None  # type: ignore[arg-type]
    assert last_period(case, leaf, Scenario(shadow=(("north", "resolve", 0.4),))) is None  # type: ignore[arg-type]


def test_questions_of_one_run_share_the_furthest(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that reads everything takes the others along; a run under a plan is another one."""
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path))
    near, far, planned, whole = (
        parse_query(text) for text in (READ[0], "P(truce_in_effect by 2021-03-31)", READ[3], "P(end_of_war)")
    )

    def until(*leaves: object) -> list[int | None]:
        return Questions(tuple((leaf, Scenario()) for leaf in leaves), QUICK)._until(case)  # type: ignore[misc]

    (first,), (second,) = until(near), until(far)
    assert first is not None
    assert second == first + 3
    assert until(near, far, planned) == [second, second, until(planned)[0]]
    assert until(near, whole, planned)[:2] == [None, None]
    assert until(near, whole, planned)[2] is not None
    pipeline.forget()
    answers = Questions(((near, Scenario()), (far, Scenario()), (planned, Scenario())), QUICK).compute(case)  # type: ignore[arg-type]
    assert {run.paths.n_periods for run in pipeline._runs.values()} == {second + 1, until(planned)[0] + 1}  # type: ignore[operator]
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "other"))
    assert [one.as_dict() for one in answers] == [
        evaluate(case, leaf, QUICK).as_dict()  # type: ignore[arg-type]
        for leaf in (near, far, planned)
    ]
