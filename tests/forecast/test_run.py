"""The whole run: order, what is kept, going on after a stop, trust rows and ranges."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.forecast import batch, pipeline, ranges
from ceasefire.forecast.answer import ask
from ceasefire.forecast.as_json import as_json
from ceasefire.forecast.headlines import kept_headlines, simple_headlines
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.pipeline import forget
from ceasefire.forecast.ranges import compute_ranges, swings
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.trust import trust, trust_runs
from ceasefire.game.compile import make_plan
from ceasefire.run import Parts, run_case
from ceasefire.solve.memory import check_plan
from tests.case.small_case import write_small_case

FAST = Settings(intervals=4, n_paths=1024, tolerance=1e-7, target=0.0, preview=True)


NOMINAL = Parts(draws=0)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return the small case with two uncertain parameters, so that ranges are few."""
    edits = {
        "{beta: {mean: 0.97, p90: 0.99}}": "{fixed: {value: 0.97}}",
        "{beta: {mean: 0.8, p90: 0.9}}": "{fixed: {value: 0.8}}",
        "{lognormal: {median: 1.0, p90: 2.0}}": "{fixed: {value: 1}}",
        "{normal: {median: 24, sd: 4}}": "{fixed: {value: 24}}",
        "{uniform: {low: 0.5, high: 0.9}}": "{fixed: {value: 0.7}}",
    }
    return read_case(write_small_case(tmp_path_factory.mktemp("run") / "small", edits))


@pytest.fixture(scope="module")
def shown() -> list[Forecast]:
    return []


@pytest.fixture(scope="module")
def found(small: Case, shown: list[Forecast], tmp_path_factory: pytest.TempPathFactory) -> Forecast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(tmp_path_factory.mktemp("whole")))
        return run_case(small, FAST, parts=NOMINAL, shown=shown.append, workers=1)


def test_the_first_forecast_is_shown_before_what_surrounds_it(found: Forecast, shown: list[Forecast]) -> None:
    assert len(shown) == 1
    assert shown[0].trust == ()
    assert shown[0].tornado == ()
    assert [row["value"] for row in shown[0].headlines] == [row["value"] for row in found.headlines]


def test_the_first_forecast_is_that_of_the_preview_grid(small: Case, empty_cache: Path) -> None:
    early: list[Forecast] = []
    fine = replace(FAST, preview=False, refine=2)
    none = Parts(plans=False, claims=False, factor_map=False, trust=False, ranges=False, draws=0)
    whole = run_case(small, fine, shown=early.append, parts=none)
    assert [one.settings["preview"] for one in early] == [True]
    assert whole.settings == fine.as_dict()
    assert [row["value"] for row in early[0].headlines] != [row["value"] for row in whole.headlines]


def test_there_is_a_trust_row_for_every_headline(small: Case, found: Forecast) -> None:
    assert [row.headline for row in found.trust] == [query.text for query in simple_headlines(small)]
    for row in found.trust:
        if row.p is None:
            continue
        assert row.monte_carlo is not None
        if row.headline.startswith("P("):
            for name in (
                "belief_grid",
                "period_halved",
                "horizon",
                "precision_doubled",
                "precision_zero",
                "without_slips",
            ):
                change = getattr(row, name)
                assert change is not None, (name, found.notes)
                assert -1 <= change <= 1
            assert set(row.stock_grid) == {"strain"}
            assert row.error_share is not None
            assert 0 <= row.error_share <= 1
    doubled = [row.precision_doubled for row in found.trust if row.headline.startswith("P(")]
    assert any(abs(x or 0) > 1e-6 for x in doubled)


def test_every_parameter_with_a_range_has_a_bar(small: Case, found: Forecast) -> None:
    assert {swing.parameter for swing in swings(small)} == {"p_high", "wear"}
    assert {bar.parameter for bar in found.tornado} == {"p_high", "wear"}
    for row in found.trust:
        if row.one_at_a_time and row.p is not None:
            assert row.one_at_a_time["low"] <= row.p <= row.one_at_a_time["high"]
            assert row.one_at_a_time["parameter"] in {"p_high", "wear"}
    for rows in found.outcomes.values():
        assert all(
            row.low is not None and row.low <= row.p <= row.high and "not an interval" in row.what for row in rows
        )


def test_the_near_event_has_what_every_headline_has(found: Forecast) -> None:
    assert found.near_event is not None
    for band in found.near_event.labels.values():
        assert band.low is not None
        assert band.high is not None
        assert band.low <= band.value <= band.high
        assert "not an interval" in band.what
        assert band.grid is not None
        assert 0 <= band.grid <= 1
    assert any(band.low < band.high for band in found.near_event.labels.values() if band.low and band.high)


def test_claims_plans_and_map_are_there(small: Case, found: Forecast) -> None:
    assert [claim.id for claim in found.claims] == ["C1", "C2"]
    assert found.claims[1].value is not None
    assert set(found.plans) == {"press_always"}
    assert [row["query"] for row in found.plans["press_always"]["headlines"]] == [
        q.text for q in simple_headlines(small)
    ]
    assert found.factor_map is not None
    assert len(found.factor_map.cells) == 9


def test_seconds_are_told_by_stage(found: Forecast) -> None:
    assert {"compile", "solve", "simulate", "trust", "ranges", "plans"} <= set(found.seconds)


def test_the_json_is_json(found: Forecast) -> None:
    text = json.dumps(as_json(found), allow_nan=False)
    assert json.loads(text)["status"] == "live"


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count solves and simulations from here on."""
    seen: list[str] = []
    original = pipeline._compute

    def compute(case: Case, scenario: Scenario, *rest: Any) -> Any:
        seen.append(scenario.variant.key())
        return original(case, scenario, *rest)

    monkeypatch.setattr(pipeline, "_compute", compute)
    return seen


def test_a_second_run_computes_nothing(small: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_case(small, FAST, parts=NOMINAL, workers=1)
    forget()
    seen = counting(monkeypatch)
    shown: list[Forecast] = []
    again = run_case(small, FAST, parts=NOMINAL, workers=1, shown=shown.append)
    assert seen == []
    assert shown == []
    assert as_json(again) == as_json(first)


def test_a_stopped_run_goes_on_where_it_was(small: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def stop(stage: str, done: int, of: int) -> None:
        nonlocal calls
        calls += stage == "ranges"
        if calls == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_ranges(small, FAST, stop, workers=1)
    kept = [kept_headlines(small, one.scenario, FAST.coarse()) is not None for one in swings(small)]
    assert kept == [True, True, False, False]
    forget()
    seen = counting(monkeypatch)
    assert len(compute_ranges(small, FAST, workers=1)) == 4
    assert len(seen) == 2


def test_a_prior_is_simulated_again_on_the_solution_that_is_there(
    small: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solves = 0
    import ceasefire.solve as solving

    original = solving.solve

    def solve(*args: Any, **kwargs: Any) -> Any:
        nonlocal solves
        solves += 1
        return original(*args, **kwargs)

    monkeypatch.setattr(solving, "solve", solve)
    pipeline.run_variant(small, settings=FAST)
    pipeline.run_variant(small, settings=FAST, scenario=Scenario().setting("p_high", 0.6))
    assert solves == 1
    pipeline.run_variant(small, settings=FAST, scenario=Scenario().setting("wear", 1.2))
    assert solves == 2


def test_ask_uses_the_ranges_of_the_run(small: Case, empty_cache: Path) -> None:
    text = "P(truce_in_effect by 2020-12-31)"
    assert ask(small, text, FAST).low is None
    run_case(small, FAST, parts=NOMINAL, workers=1)
    found = ask(small, text, FAST)
    assert found.low is not None
    assert found.high is not None
    assert isinstance(found.value, float)
    assert found.low <= found.value <= found.high
    assert found.what == ranges.WHAT
    other_date = ask(small, "P(truce_in_effect by 2021-03-31)", FAST)
    assert other_date.low is not None
    planned = ask(small, "P(truce_in_effect by 2020-12-31 | plan = press_always)", FAST)
    assert planned.low is None
    assert planned.what.startswith("no range")


@pytest.mark.slow
def test_worker_processes_give_the_same_ranges(small: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = compute_ranges(small, FAST, workers=1)
    monkeypatch.setenv("CEASEFIRE_CACHE", str(empty_cache.parent / "other"))
    monkeypatch.setattr(batch, "WORTH_WORKERS", -1.0)
    shared = compute_ranges(small, FAST, workers=2)
    assert {key: one.curves for key, one in shared.items()} == {key: one.curves for key, one in alone.items()}


def test_what_is_changed_for_trust_is_changed_one_at_a_time(small: Case) -> None:
    runs = trust_runs(small, FAST)
    assert {run.name for run in runs} == {
        "without_slips",
        "precision_zero",
        "precision_doubled",
        "horizon",
        "stock:strain",
        "belief_grid",
        "period_halved",
    }
    for run in runs:
        differs = (run.scenario != Scenario()) + (run.settings != run.against)
        assert differs == 1


def test_a_variant_that_does_not_fit_into_memory_is_a_note(
    small: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nominal = check_plan(make_plan(small), [4]).memory
    monkeypatch.setattr("ceasefire.solve.memory.limit_bytes", lambda: nominal)
    rows, notes = trust(small, FAST, {})
    assert {note.partition(": ")[0] for note in notes} == {"horizon", "stock:strain", "belief_grid", "period_halved"}
    assert all("this needs 0.01 GB of memory" in note for note in notes)
    assert {row.period_halved for row in rows} == {None}
    assert any(row.precision_doubled is not None for row in rows)


def test_the_coarsest_grid_is_not_solved_again_for_the_halved_period(small: Case) -> None:
    halved = {run.name: run for run in trust_runs(small, replace(FAST, intervals=2))}["period_halved"]
    assert halved.settings == halved.against == replace(FAST, intervals=2)
    finer = {run.name: run for run in trust_runs(small, FAST)}["period_halved"]
    assert finer.against == replace(FAST, divide=2)


def test_a_case_without_steps_is_still_run(small: Case, empty_cache: Path) -> None:
    bare = replace(small, steps=(), case_hash="bare", report=replace(small.report, headlines=()))
    found = run_case(bare, FAST, parts=NOMINAL)
    assert found.end_states == ()
    assert [claim.id for claim in found.claims] == ["C1", "C2"]
