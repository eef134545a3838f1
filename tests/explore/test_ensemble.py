"""Ensembles of the small case: draws, weights, courses; the same whatever is kept and however many work."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.audit.watched import foremost, watched
from ceasefire.case import query as q
from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text, under
from ceasefire.explore.ensemble import medians
from ceasefire.explore.ensemble.budget import Budget, lines, solutions_per_draw
from ceasefire.explore.ensemble.by_exponent import Recorded, on_preview_grid
from ceasefire.explore.ensemble.courses import BASE, base_queries, cut_queries, name_of, plan_queries, split
from ceasefire.explore.ensemble.draws import space_of
from ceasefire.explore.ensemble.ensemble import Ensemble, choose, draw_ensemble
from ceasefire.explore.ensemble.members import Draw, Member
from ceasefire.explore.ensemble.plans import plan_effect
from ceasefire.explore.ensemble.runs import budgeted, seconds_of_a_draw
from ceasefire.explore.ensemble.weighed import weighed
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.rounds import rounds_of
from ceasefire.forecast.as_json import as_json, from_kept, to_kept
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.pipeline import forget
from ceasefire.forecast.settings import Settings
from ceasefire.run import Parts, run_case
from ceasefire.simulate.estimates import Sampled, weighted_quantile
from tests.audit.argued import argued, conclusion, premise
from tests.case.small_case import write_small_case

TINY = Settings(intervals=2, n_paths=256, tolerance=1e-7, target=0.0, preview=True)
BUDGET = Budget(base=12, fine=0, plans=4, checks=0, cuts=0)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(tmp_path_factory.mktemp("draws")))
        yield tmp_path_factory.getbasetemp()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_small_case(tmp_path_factory.mktemp("ensemble") / "small"))


@pytest.fixture(scope="module")
def ensemble(case: Case) -> Ensemble:
    return budgeted(case, TINY, BUDGET, workers=1)


def test_what_a_cut_may_have_moved_most_is_asked_of_draws_with_and_without_it(tmp_path: Path) -> None:
    """The next moves too, but under no plan: there only outcomes are compared."""
    case = argued(tmp_path, {"C1": premise("set: {push: 0.5}", "push"), "C2": conclusion("P(end_of_war) > 0.2")})
    moves = {one.text for one in watched(case)} - {one.text for one in foremost(case)}
    assert moves
    assert {query_text(one) for one in base_queries(case)} >= {one.text for one in watched(case)}
    (cut,) = cut_queries(case).values()
    assert {query_text(split(one)[1]) for one in cut} >= {one.text for one in watched(case)}
    assert not {query_text(split(one)[1]) for one in plan_queries(case)} & moves


def test_only_parameters_with_a_spread_are_drawn_and_medians_are_nominal(case: Case) -> None:
    space = space_of(case)
    nominal = space.values(np.full((1, space.n_parameters), 0.5))[0]
    assert list(nominal) == [case.parameters[name].prior.median() for name in space.names]
    assert all(np.ptp(case.parameters[name].prior.quantile([0.1, 0.9])) > 0 for name in space.names)


def test_the_prior_is_drawn_evenly(case: Case, ensemble: Ensemble) -> None:
    u = ensemble.sample.u
    assert u.shape == (12, space_of(case).n_parameters)
    assert np.all(np.abs(np.sort(u, axis=0) - ((np.arange(12) + 0.5) / 12)[:, None]) < 0.2)


def test_every_draw_says_what_a_run_with_its_parameters_says(case: Case, ensemble: Ensemble) -> None:
    from ceasefire.explore.ensemble.draws import scenario_of
    from ceasefire.forecast.evaluate import evaluate

    leaf = next(one for one in simple_headlines(case) if isinstance(one, q.Probability))
    settings = ensemble.sample.space.settings(ensemble.sample.values[3])
    assert ensemble.numbers(leaf)[3].value == evaluate(case, leaf, TINY, scenario_of(settings)).number.value


def test_weights_are_those_of_the_likelihood(ensemble: Ensemble) -> None:
    log_likelihood = np.array([member.log_likelihood for member in ensemble.members if member is not None])
    by_hand = np.exp(log_likelihood - log_likelihood.max())
    assert ensemble.weight() == pytest.approx(by_hand / by_hand.sum(), abs=0.02)
    assert ensemble.weight(0.0) == pytest.approx(np.full(12, 1 / 12))


def test_what_is_kept_is_not_computed_again(case: Case, ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Draw, case: Case) -> tuple[Member, ...]:
        raise AssertionError("computed again")

    monkeypatch.setattr(Draw, "compute", refuse)
    again = budgeted(case, TINY, BUDGET, workers=1)
    assert again.numbers(base_queries(case)[0]).keys() == ensemble.numbers(base_queries(case)[0]).keys()
    assert np.array_equal(again.weight(), ensemble.weight())


def test_a_larger_ensemble_begins_with_the_draws_of_a_smaller_one(case: Case, ensemble: Ensemble) -> None:
    from ceasefire.explore.weighing.proposals import Proposal

    more = Proposal.prior(space_of(case).n_parameters).draws(16, TINY.seed, 0)
    assert np.array_equal(more[:12], ensemble.sample.z)


def test_draws_are_chosen_as_often_as_their_weight_asks() -> None:
    weight = np.array([0.5, 0.25, 0.125, 0.125])
    for n in (8, 16):
        assert list(np.bincount(choose(weight, n, seed=1), minlength=4)) == [n / 2, n / 4, n / 8, n / 8]
    assert set(choose(weight, 4, seed=3)) >= {0, 1}


def test_a_plan_is_paired_with_the_same_draws(case: Case, ensemble: Ensemble) -> None:
    plan = next(iter(case.plans))
    leaf = next(one for one in simple_headlines(case) if isinstance(one, q.Probability))
    there, change = plan_effect(ensemble, leaf, plan) or pytest.fail("no plan")
    by_draw = ensemble.numbers(under(leaf, (q.PlanIs(plan),)))
    expected = [by_draw[d].value - ensemble.numbers(leaf)[d].value for d in by_draw]
    assert min(expected) <= change.value <= max(expected)
    assert there.value == pytest.approx(ensemble.pooled(leaf).value + change.value)


def test_the_error_of_a_level_under_a_plan_holds_that_of_the_level_without_it(case: Case, ensemble: Ensemble) -> None:
    plan = next(iter(case.plans))
    leaf = next(one for one in base_queries(case) if isinstance(one, q.Probability))
    there, change = plan_effect(ensemble, leaf, plan) or pytest.fail("no plan")
    assert there.sampling == pytest.approx(np.hypot(ensemble.pooled(leaf).sampling, change.sampling))
    assert there.sampling > change.sampling


@pytest.mark.parametrize("plan", ["", "press_always"])
def test_a_median_is_the_date_by_which_the_probability_over_the_draws_is_one_half(
    ensemble: Ensemble, plan: str
) -> None:
    case = ensemble.case
    curve = medians.curve(ensemble, "end_of_war", name_of((q.PlanIs(plan),) if plan else ()))
    assert np.all(np.diff(curve) >= -1e-12)
    found = medians.crossing(case, curve)
    reached = [period for period, p in enumerate(curve) if p >= 0.5]
    if plan:
        assert not np.allclose(curve, medians.curve(ensemble, "end_of_war", BASE))
    text = medians.date_text(case, found)
    if not reached:
        assert found == np.inf
        assert text == f"after {case.calendar.start_of(case.calendar.n_periods) - dt.timedelta(days=1)}"
    else:
        assert text == (case.calendar.start_of(reached[0] + 1) - dt.timedelta(days=1)).isoformat()


def test_half_of_a_mixture_need_not_be_the_middle_of_its_parts(case: Case) -> None:
    """One draw ends at once for sure, three never: half of the mixture is never reached, then with the second at once."""
    n = case.calendar.n_periods
    sure, never = np.ones(n), np.zeros(n)
    assert medians.crossing(case, 0.25 * sure + 0.75 * never) == np.inf
    first = case.calendar.start_of(1) - dt.timedelta(days=1)
    assert medians.date_text(case, medians.crossing(case, 0.5 * sure + 0.5 * never)) == first.isoformat()


def test_a_draw_that_cannot_be_computed_is_kept_named_and_counted(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from ceasefire.errors import NumericalError

    whole = Draw.compute
    asked: list[int] = []

    def sometimes(self: Draw, case: Case) -> tuple[Member, ...]:
        asked.append(1)
        if len(asked) == 2:
            raise NumericalError("the third step has no solution")
        return whole(self, case)

    monkeypatch.setattr(Draw, "kept", lambda self, case: None)
    monkeypatch.setattr(Draw, "compute", sometimes)
    found = draw_ensemble(case, TINY, 4, workers=1)
    assert found.n_draws == 4
    assert list(found.failures.values()) == ["the third step has no solution"]
    failed = next(iter(found.failures))
    assert found.weight()[failed] == 0
    assert found.weight().sum() == pytest.approx(1)


def test_a_draw_with_decisions_that_did_not_converge_counts_and_is_named(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ceasefire.solve.informed import Tally

    def lists_two(self: Tally, *_: object) -> None:
        self.failed[:] = [(0, 0, 0, 0, 1e-3), (0, 0, 0, 1, 2e-3)]

    whole, computed = Draw.compute, []

    def sometimes(self: Draw, case: Case) -> tuple[Member, ...]:
        with pytest.MonkeyPatch.context() as patch:
            if len(computed) == 1:
                patch.setattr(Tally, "add", lists_two)
            computed.append(whole(self, case))
        return computed[-1]

    forget()
    monkeypatch.setattr(Draw, "kept", lambda self, case: None)
    monkeypatch.setattr(Draw, "compute", sometimes)
    found = draw_ensemble(case, replace(TINY, n_paths=288), 4, workers=1)
    assert found.members[1] is not None
    assert found.members[1].unsolved == 2
    assert found.unsolved == (1,)
    assert 1 not in found.failures
    assert found.weight()[1] > 0


def test_intervals_are_withheld_where_too_few_draws_count(case: Case, ensemble: Ensemble) -> None:
    assert ensemble.withheld
    found = ensemble.pooled(base_queries(case)[0])
    assert np.isfinite(found.value)
    assert np.isnan(found.low)


def ends(value: Any, inside: bool = False) -> Iterator[float | None]:
    """Yield every end of an interval in plain values.

    Those over one parameter at a time are another thing, and so are numbers by type: types are called low and high here.
    """
    others = ("trust", "tornado", "by_type", "by_type_error", "likelihood_by_type", "belief_if_seen")
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in others:
                yield from ends(part, inside or re.fullmatch(r"(\w+_)?(low|high)", name) is not None)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from ends(part, inside)
    elif inside:
        yield value


def test_what_a_report_withholds_is_nowhere_in_the_json(case: Case) -> None:
    parts = Parts(factor_map=False, trust=False, ranges=False, draws=12)
    found = run_case(case, TINY, parts=parts, workers=1)
    assert "intervals_withheld" in found.ensemble["codes"]
    told = as_json(found)
    assert any(claim["share"] is not None for claim in told["claims"].values())
    assert found.ensemble["events"]
    assert {row["posterior"][0] for row in found.ensemble["learned"]} == {None}
    withheld = list(ends({name: told[name] for name in told if name != "factor_map"}))
    assert withheld
    assert set(withheld) == {None}


def test_the_budget_counts_what_will_be_solved(case: Case) -> None:
    games = solutions_per_draw(case)
    assert games["base"] == (1, 0)
    assert games["plans"] == (1, len(case.plans))
    told = {line.part: line for line in lines(case, Budget.of(256), {"preview": 2.0, "fine": 10.0})}
    assert told["base"].seconds == 512
    assert told["fine"].draws == 8
    assert told["plans"].solutions == 32 * (1 + len(case.plans))
    assert "cuts" not in told or told["cuts"].draws == 4


def test_the_time_of_a_draw_is_taken_from_draws_that_are_kept(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    first = seconds_of_a_draw(case, TINY)
    assert first is not None
    assert first > 0
    monkeypatch.setattr(Draw, "compute", lambda *_: pytest.fail("computed again"))
    again = seconds_of_a_draw(case, TINY)
    assert again is not None
    assert again > 0


def test_a_headline_may_say_its_duration_in_words(case: Case) -> None:
    query = q.parse_query("P(end_of_war within 12 months)", case.words)
    assert isinstance(query, q.Probability)
    in_words = replace(case, report=replace(case.report, headlines=(query,)), case_hash="in words")
    ensemble = budgeted(in_words, TINY, Budget(base=4, fine=0, plans=0, checks=0, cuts=0), workers=1)
    found = weighed(in_words, ensemble)
    assert set(found["by_exponent"]) == {query.text}
    assert found["by_exponent"][query.text]["1"]["value"] == ensemble.pooled(query).value
    assert [row["headline"] for row in found["left_out"]] == [query.text] * len(found["left_out"])


def test_draws_on_the_full_grid_correct_a_headline_at_every_exponent(case: Case) -> None:
    full = Settings(n_paths=256, tolerance=1e-7, target=0.0)
    ensemble = budgeted(case, full, Budget(base=12, fine=4, plans=0, checks=0, cuts=0), workers=1)
    assert len(ensemble.fine) == 4
    query = next(one for one in simple_headlines(case) if isinstance(one, q.Probability))
    pooled = ensemble.pooled(query)
    assert pooled.correction != 0
    found = weighed(case, ensemble)
    bare = replace(ensemble, fine={}, fine_chosen=None)
    plain = weighed(case, bare)
    for exponent in ("0", "0.5"):
        one, without = (told["by_exponent"][query.text][exponent] for told in (found, plain))
        assert one["value"] == pytest.approx(without["value"] + one["correction"], abs=1e-12)
        assert one["correction"] != 0
        assert one["grid"] > 0
        assert without["grid"] is None
    for one in found["left_out"]:
        assert one["value"] - one["change"] == pytest.approx(pooled.value, abs=1e-6)


def test_counted_whole_a_headline_has_its_own_numbers(case: Case) -> None:
    found = run_case(case, TINY, parts=Parts(factor_map=False, trust=False, ranges=False, draws=12), workers=1)
    rows = [row for row in found.headlines if "by_exponent" in row]
    assert rows
    for row in rows:
        own = ("value", "low", "high", "sampling", "grid", "correction", "n")
        one = row["by_exponent"]["1"]
        assert {name: one[name] for name in own} == {name: row[name] for name in own}
        assert one["effective_size"] == found.ensemble["effective_size"]
        assert one["withheld"]


def test_each_exponent_has_the_interval_of_its_own_weights(
    case: Case, ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = next(one for one in simple_headlines(case) if isinstance(one, q.Probability))
    whole, none = (weighed(case, ensemble)["by_exponent"][query.text][exponent] for exponent in ("1", "0"))
    assert whole["effective_size"] < none["effective_size"] == pytest.approx(ensemble.n_draws)
    assert none["low"] is None
    between = (whole["effective_size"] + none["effective_size"]) / 2
    monkeypatch.setattr("ceasefire.explore.weighing.weights.LEAST_EFFECTIVE", between)
    shown = weighed(case, ensemble)["by_exponent"][query.text]
    assert (shown["1"]["withheld"], shown["1"]["low"], shown["1"]["high"]) == (True, None, None)
    recorded = on_preview_grid(ensemble)
    assert recorded is not None
    prior = np.array([member.prior for member in recorded.members])
    by_hand = np.sum(prior * recorded.by_profile(query), axis=1)
    even = np.full(by_hand.size, 1 / by_hand.size)
    assert shown["0"]["value"] == pytest.approx(by_hand.mean(), abs=1e-6)
    ends = [weighted_quantile(by_hand, even, level) for level in (0.1, 0.9)]
    assert [shown["0"]["low"], shown["0"]["high"]] == pytest.approx(ends, abs=1e-6)
    assert not shown["0"]["withheld"]


def test_profiles_count_as_the_record_does_and_a_draw_without_a_value_has_none(case: Case) -> None:
    query = q.parse_query("P(end_of_war within 12 months)", case.words)
    assert isinstance(query, q.Probability)
    asked, prior, none = query_text(split(query)[1]), (0.5, 0.5), float("nan")
    members = (
        Member({asked: Sampled.exact(0.3)}, {query.text: (0.2, 0.6)}, prior=prior),
        Member({asked: Sampled.exact(none)}, {query.text: (none, none)}, prior=prior),
    )
    record = RecordByDraw(("e",), np.log([[[0.9, 0.3]], [[0.5, 0.5]]]), np.array([prior, prior]))
    found = Recorded(np.arange(2), members, record, np.zeros(2))
    assert found.numbers(query, 1.0) == pytest.approx([0.3, none], nan_ok=True)
    assert found.numbers(query, 0.0) == pytest.approx([0.3 - 0.25 * 0.2 + 0.25 * 0.6, none], nan_ok=True)


def test_the_record_is_built_once_for_all_headlines(
    case: Case, ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, of = [], RecordByDraw.of
    monkeypatch.setattr(RecordByDraw, "of", lambda *given: built.append(given) or of(*given))
    weighed(case, ensemble)
    assert len(built) == 1


def test_rounds_share_the_draws() -> None:
    assert rounds_of(256) == (128, 64, 64)
    assert rounds_of(12) == (12,)
    assert sum(rounds_of(101)) == 101


@pytest.mark.slow
def test_the_run_gives_every_probability_an_interval_and_says_what_it_is(case: Case) -> None:
    parts = Parts(plans=True, claims=True, factor_map=False, trust=False, ranges=False, draws=64)
    found = run_case(case, TINY, parts=parts)
    assert found.ensemble["draws"] == 64
    assert found.ensemble["effective_size"] > 50
    for row in found.headlines:
        assert row["what"], row["query"]
    for rows in found.outcomes.values():
        assert all(row.low is not None and row.low <= row.p <= (row.high or 0) for row in rows)
    for state in found.end_states:
        assert sum(state["p"].values()) == pytest.approx(1)
    draws = draw_ensemble(case, TINY, 64)
    for kind in ("stocks", "side"):
        for name, about in getattr(found, kind).items():
            each = np.array([getattr(member, kind)[name] for member in draws.members if member is not None])
            assert about["mean"] == pytest.approx(list(draws.weight() @ each)), "corrected by no draw on a finer grid"
            assert all(
                low <= x <= high for low, x, high in zip(about["low"], about["mean"], about["high"], strict=True)
            )
    assert len(found.ensemble["learned"]) == len(found.ensemble["parameters"])
    assert as_json(from_kept(to_kept(found))) == as_json(found)


@pytest.mark.slow
def test_workers_change_nothing(
    case: Case, ensemble: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path))
    monkeypatch.setattr("ceasefire.forecast.batch.WORTH_WORKERS", 0.0)
    forget()
    again = draw_ensemble(case, TINY, 12, workers=2)
    for leaf in base_queries(case):
        one, other = ensemble.numbers(leaf), again.numbers(leaf)
        assert {d: x.value for d, x in one.items()} == pytest.approx(
            {d: x.value for d, x in other.items()}, nan_ok=True
        )
    assert plan_queries(case)
