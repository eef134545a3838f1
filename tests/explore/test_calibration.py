"""Calibration: the table on ranks that are known, told histories against the likelihood, and the whole chain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ceasefire.case.read import read_case
from ceasefire.case.variant import Variant
from ceasefire.explore.calibration.calibration import (
    Games,
    Replication,
    Weighed,
    ranks,
    replicate,
    row,
    run_draw,
    scores,
    table,
)
from ceasefire.explore.calibration.told import Effort, Told, World, solved, tell
from ceasefire.explore.ensemble.draws import space_of
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.frequencies import compare, observed_choices
from ceasefire.explore.weighing.weights import weigh
from ceasefire.forecast.walk import Walk
from ceasefire.simulate.record import record_rules

CASE = Path(__file__).resolve().parents[2] / "benchmarks" / "calibration_case"
EFFORT = Effort(draws=64, n_paths=4000, intervals=20)


# -------------------------------------------------------------------- the table
def test_even_ranks_pass_and_uneven_ones_do_not() -> None:
    even = row("even", (np.arange(200) + 0.5) / 200)
    assert even.covered == pytest.approx(0.8)
    assert even.histogram == (20,) * 10
    assert min(even.p_histogram, even.p_band) > 0.99
    too_sure = row("too sure", stats.beta.ppf((np.arange(200) + 0.5) / 200, 0.5, 0.5))
    assert too_sure.covered < 0.8 - 3 * too_sure.error
    assert too_sure.p_histogram < 0.001
    too_low = row("too low", stats.beta.ppf((np.arange(200) + 0.5) / 200, 2, 1))
    assert too_low.mean_rank > 0.6
    assert too_low.p_band < 0.001


def test_random_uniform_ranks_fail_as_often_as_they_should() -> None:
    rng = np.random.default_rng(1)
    rows = [row("x", rng.random(60)) for _ in range(400)]
    for name in ("p_histogram", "p_band"):
        failed = sum(getattr(one, name) < 0.05 for one in rows)
        assert stats.binom.ppf(0.0005, 400, 0.05) <= failed <= stats.binom.ppf(0.9995, 400, 0.05)
    covered = np.mean([one.covered for one in rows])
    assert covered == pytest.approx(0.8, abs=4 * rows[0].error / 20)


def test_ranks_by_hand() -> None:
    """Three draws of weights 1/2, 1/3, 1/6; the middle forecast equals the truth."""
    record = RecordByDraw(("e",), np.log(np.array([[[0.3, 0.3]], [[0.2, 0.2]], [[0.1, 0.1]]])), np.full((3, 2), 0.5))
    values = np.array([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]])
    weighed = Weighed(np.array([[-1.0], [0.0], [1.0]]), record, weigh(record.total), values)
    told = Told(np.array([0.5]), 1, None, 0)  # type: ignore[arg-type]
    found = ranks(told, weighed, ["a"], 0.5, np.random.default_rng(0))
    assert found["a"] == pytest.approx(5 / 6)
    assert 0.5 <= found["types"] <= 1.0
    assert 0.5 <= found["forecast"] <= 5 / 6


def test_cover_counts_parameters_alone() -> None:
    ranks_of = {"a": 0.05, "b": 0.5, "c": 0.89, "d": 0.95, "types": 0.5, "forecast": 0.5}
    assert Replication(ranks_of, 60, 0.1, 0.2, 0.3, True, 0.8).covers == 0.5


def test_scores_by_hand() -> None:
    made = [Replication({"x": 0.5}, 60, 0.1, said, known, came, 0.8) for said, known, came in
            ((0.2, 0.0, False), (0.8, 1.0, True), (0.5, 1.0, True))]  # fmt: skip
    found = scores(made)
    assert (found.said, found.came) == pytest.approx((0.5, 2 / 3))
    assert found.excess == pytest.approx(0.5 / np.sqrt(0.16 + 0.16 + 0.25))
    assert found.brier == pytest.approx((0.04 + 0.04 + 0.25) / 3)
    assert found.brier_known == 0
    assert found.distance == pytest.approx((0.2 + 0.2 + 0.5) / 3)
    assert [one.quantity for one in table(made)] == ["x"]


# -------------------------------------------------------------------- histories
@pytest.fixture(scope="module")
def case() -> Any:
    return read_case(CASE)


def log_probability(told: Told, variant: Variant) -> tuple[float, float, float]:
    """Return the log probability of a told record under its true type by a walk of its own, and without miscoding.

    Third the relative variance with which one path samples what nature did.
    """
    environment, game, solution = solved(told.case, variant, EFFORT)
    walk, chance = Walk(game, solution), float(environment.scalar(told.case.record.miscoded))
    own = game.type_of_profile[told.profile]
    phases = game.state_columns[told.case.end_states]
    coded = {(item.step, item.date): item.moves[0] for item in told.case.record.items if item.step}
    held = {item.date: item.condition.text.split()[-1] for item in told.case.record.items if item.condition}
    labels = next(s.labels for s in told.case.statuses if s.name == told.case.end_states)
    spot, total, plain, variance = walk.start(), 0.0, 0.0, 0.0
    while spot.period <= told.case.calendar.as_of_period:
        date, step = told.case.calendar.start_of(spot.period), game.steps[spot.step]
        move = 0
        if walk.table(spot) is not None and step.actor >= 0 and (step.name, date) in coded:
            move = step.move_names.index(coded[step.name, date])
            decision = walk.decision(spot)
            if decision is not None:
                sigma = decision.probability[own[decision.actor] if len(decision.probability) > 1 else 0]
                at = int(np.flatnonzero(decision.feasible == move)[0])
                total += np.log((1 - chance) * sigma[at] + chance / decision.feasible.size)
                plain += np.log(sigma[at])
        reached = walk.after_move(spot, move)
        if len(reached) > 1 and date in held:
            reached = [(p, to) for p, to in reached if labels[phases[to.state]] == held[date]]
            p = sum(p for p, _ in reached)
            total, plain, variance = total + np.log(p), plain + np.log(p), variance + (1 - p) / p
        spot = reached[0][1]
    return total, plain, variance


@pytest.mark.slow
def test_a_told_history_is_as_likely_as_the_simulation_says(case: Any) -> None:
    """The walk uses exact strategies, the simulation interpolated ones and sampled collapses."""
    gaps, other = [], []
    for seed in range(6):
        told = tell(case, World("as assumed"), seed, EFFORT)
        variant = Variant(space_of(case).settings_at(told.z))
        draw = run_draw(told.case, variant, Games(case, EFFORT), 1, seed)
        found = float(sum(own[told.profile] for own in draw.items.values()))
        expected, plain, variance = log_probability(told, variant)
        gaps.append((found - expected) / (0.003 + np.sqrt(variance / (EFFORT.n_paths / 2))))
        other.append(found - plain)
        assert draw.log_likelihood == pytest.approx(float(RecordByDraw.of([draw.items], draw.prior[None]).total[0]))
    assert np.max(np.abs(gaps)) < 4
    assert np.max(np.abs(other)) > 0.1, "without miscoding the numbers would differ"


@pytest.mark.slow
def test_histories_repeat_and_follow_the_world(case: Any) -> None:
    first, again = (tell(case, World("as assumed"), 3, EFFORT) for _ in range(2))
    np.testing.assert_array_equal(first.z, again.z)
    assert first.case.record == again.case.record
    last = case.calendar.start_of(case.calendar.as_of_period)
    assert max(item.date for item in first.case.record.items) <= last
    slips = [tell(case, World("", errors="slips"), seed, EFFORT).case.record for seed in range(8)]
    exact = [tell(case, World("", errors="none"), seed, EFFORT).case.record for seed in range(8)]
    assert any(a != b for a, b in zip(slips, exact, strict=True))


@pytest.mark.slow
def test_observed_choices_are_those_of_the_record(case: Any) -> None:
    told = tell(case, World("as assumed"), 3, EFFORT)
    environment, game, _ = solved(told.case, Variant(), EFFORT)
    rules = record_rules(told.case, game, Variant(), environment)
    choices = observed_choices(game, rules)
    draw = run_draw(told.case, Variant(), Games(case, EFFORT), 1, 1)
    coded = {item.name: item.moves for item in told.case.record.items if item.step}
    assert {choice.item for choice in choices} >= set(coded)
    assert {choice.item for choice in choices} <= set(draw.items)
    for choice in choices:
        moves = game.steps[game.step_index(choice.step)].move_names
        if choice.item in coded:
            assert tuple(np.array(moves)[choice.allowed]) == coded[choice.item]
    found = compare(RecordByDraw.of([draw.items], draw.prior[None]), choices)
    assert len(found.items) == len(coded), "defaults of steps that did not occur are no choices"
    assert np.all(found.game < 0)


@pytest.mark.slow
def test_the_whole_chain_is_calibrated(case: Any) -> None:
    """Small: gross errors only (a sign, a missing weight, a lost prior); the benchmark has the fine print."""
    effort = Effort(draws=64, n_paths=256, intervals=6)
    made = [replicate(case, World("as assumed"), Games(case, effort), "truce", seed) for seed in range(12)]
    rows = {one.quantity: one for one in table(made)}
    assert set(rows) == {*space_of(case).names, "types", "forecast"}
    assert min(one.p_band for one in rows.values()) > 0.001 / len(rows)
    inside = np.mean([one.covered for one in rows.values()])
    assert abs(inside - 0.8) < 4 * rows["types"].error / 2, "thirteen quantities, at least four of them independent"
    assert abs(scores(made).excess) < 3.5
    assert np.median([one.effective_size for one in made]) > 15


@pytest.mark.slow
def test_a_record_that_cannot_happen_has_no_likelihood(case: Any) -> None:
    told = tell(case, World("as assumed"), 3, EFFORT)
    items = [item for item in told.case.record.items if item.step != "pause"]
    broken = replace(told.case, record=replace(told.case.record, items=tuple(items)))
    first = next(item for item in told.case.record.items if item.step == "pause")
    wrong = replace(first, date=case.calendar.start)
    broken = replace(broken, record=replace(broken.record, items=(*[i for i in items if i.date > wrong.date], wrong)))
    talks = [i for i in told.case.record.items if i.date == case.calendar.start and i.step == "talks"]
    assert talks[0].moves != ("accept",)
    assert run_draw(broken, Variant(), Games(case, EFFORT), 1, 1).log_likelihood == -np.inf


@pytest.mark.slow
def test_games_are_shared_by_worlds_and_change_nothing(case: Any) -> None:
    effort = Effort(draws=8, n_paths=256, intervals=4)
    worlds = [World("as assumed"), World("sharper", precision_factor=2.0), World("rally", {"rally": 1.0})]
    games = Games(case, effort)
    shared = [replicate(case, world, games, "truce", 3) for world in worlds]
    alone = [replicate(case, world, Games(case, effort), "truce", 3) for world in worlds]
    assert shared == alone
    assert shared[0] != shared[2]
