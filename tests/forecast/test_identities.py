"""What must hold between the numbers of a forecast, whatever they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.forecast.build import forecast
from ceasefire.forecast.curves import posterior
from ceasefire.forecast.headlines import headlines
from ceasefire.forecast.measures import begun_by, measure
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.types import type_of_path
from ceasefire.simulate.estimates import mean
from tests.case.small_case import write_small_case
from tests.forecast.conftest import QUICK


@pytest.fixture(scope="module")
def run(case: Case) -> Run:
    return run_variant(case, settings=QUICK)


@pytest.fixture(scope="module")
def found(case: Case) -> Forecast:
    return forecast(case, QUICK)


def test_end_states_sum_to_one_at_every_date(found: Forecast) -> None:
    assert len(found.end_states) == 24 - 3
    for row in found.end_states:
        assert set(row["p"]) == {"war", "truce", "settled"}
        assert sum(row["p"].values()) == pytest.approx(1, abs=1e-12)
        assert min(row["p"].values()) >= 0


def test_the_probability_of_an_outcome_rises_with_the_date(found: Forecast) -> None:
    for rows in found.outcomes.values():
        p = [row.p for row in rows]
        assert all(0 <= x <= 1 for x in p)
        assert p == sorted(p)
        assert [row.date for row in rows] == sorted(row.date for row in rows)


def test_types_average_to_the_whole(run: Run) -> None:
    own = type_of_path(run.game, run.paths, "north")
    weights = posterior(run, "north")
    for outcome in ("truce_in_effect", "end_of_war"):
        by_type = [begun_by(run, outcome, 12, own == k).value for k in range(2)]
        assert weights @ by_type == pytest.approx(begun_by(run, outcome, 12).value, abs=1e-12)


def test_without_a_record_the_posterior_is_the_prior(tmp_path: Path) -> None:
    folder = write_small_case(tmp_path / "silent")
    (folder / "record.yaml").write_text("format: ceasefire-record/1\nitems: []\n")
    text = (folder / "case.yaml").read_text().replace("record: complete, default: wait", "record: partial")
    (folder / "case.yaml").write_text(text)
    silent = run_variant(read_case(folder), settings=QUICK)
    np.testing.assert_allclose(posterior(silent, "north"), silent.game.prior[0], atol=1e-9)
    assert silent.paths.log_likelihood == pytest.approx(0, abs=1e-9)


def test_the_likelihood_is_the_mean_over_types(run: Run) -> None:
    assert run.paths.log_likelihood_by_profile is not None
    whole = np.log(run.game.profile_prior @ np.exp(run.paths.log_likelihood_by_profile))
    assert run.paths.log_likelihood == pytest.approx(whole, abs=1e-9)


def test_the_belief_held_is_a_martingale_under_the_prior(tmp_path: Path) -> None:
    """Where the paths are those that the actors expect, the mean belief stays at the prior (Bayes plausibility)."""
    folder = write_small_case(tmp_path / "silent")
    (folder / "record.yaml").write_text("format: ceasefire-record/1\nitems: []\n")
    text = (folder / "case.yaml").read_text().replace("record: complete, default: wait", "record: partial")
    (folder / "case.yaml").write_text(text)
    silent = run_variant(read_case(folder), settings=QUICK)
    for period in (5, 12, 23):
        held = mean(silent.paths, silent.paths.belief[0][period][:, 0])
        assert abs(held.value - silent.game.prior[0][0]) < 5 * held.error + 0.01


def test_a_plan_equal_to_the_equilibrium_gives_its_numbers(case: Case) -> None:
    plan = replace(case.plans["press_always"], steps={})
    same = replace(case, case_hash=case.case_hash + "-same", plans={"same": plan})
    base = headlines(same, Scenario(), QUICK)
    under = headlines(same, Scenario(plan="same"), QUICK)
    for text, number in base.numbers.items():
        assert under.numbers[text].number.value == pytest.approx(number.number.value, abs=1e-6)


def test_a_plan_changes_nothing_before_it_binds(case: Case) -> None:
    base = run_variant(case, settings=QUICK)
    under = run_variant(case, settings=QUICK, scenario=Scenario(plan="press_always"))
    assert under.paths.log_likelihood == pytest.approx(base.paths.log_likelihood, abs=1e-9)
    np.testing.assert_array_equal(under.paths.state[:3], base.paths.state[:3])


def test_precision_zero_gives_choice_by_the_weights(case: Case) -> None:
    zero = run_variant(case, settings=QUICK, scenario=Scenario().with_variant(precision_factor=0.0))
    j, period = zero.game.step_index("pause"), 8
    move = zero.paths.move[j][period]
    there = move >= 0
    for a in range(3):
        share = mean(zero.paths, move == a, there)
        assert abs(share.value - 1 / 3) < 5 * share.error + 1e-3


def test_renaming_an_actor_changes_only_the_name(case: Case, tmp_path: Path) -> None:
    folder = write_small_case(tmp_path / "renamed")
    for path in (folder / "case.yaml", folder / "arguments" / "writer.yaml"):
        text = path.read_text().replace("north", "arctic").replace("south", "antarctic")
        path.write_text(text)
    left = run_variant(case, settings=QUICK)
    right = run_variant(read_case(folder), settings=QUICK)
    np.testing.assert_array_equal(left.paths.state, right.paths.state)
    np.testing.assert_allclose(left.paths.weight, right.paths.weight, atol=1e-12)


def test_dates_of_headlines_are_among_the_dates_shown(found: Forecast) -> None:
    dates = {row.date for row in found.outcomes["truce_in_effect"]}
    assert {"2020-12-31", "2021-12-31", "2020-06-30"} <= dates
    assert min(dates) >= "2020-04-15"
    row = next(r for r in found.outcomes["truce_in_effect"] if r.date == "2020-12-31")
    assert row.p == pytest.approx(found.headlines[0]["value"], abs=1e-12)


def test_the_near_event_and_signposts_are_probabilities(found: Forecast) -> None:
    assert found.near_event is not None
    assert sum(band.value for band in found.near_event.labels.values()) == pytest.approx(1, abs=1e-9)
    assert set(found.near_event.by_type) == {"low", "high"}
    steps = {(s.step, s.date) for s in found.signposts}
    for step, date in steps:
        moves = [s for s in found.signposts if (s.step, s.date) == (step, date)]
        assert 0 < sum(s.p for s in moves) <= 1 + 1e-9
    for post in found.signposts:
        for belief in post.belief_if_seen.values():
            assert sum(belief.values()) == pytest.approx(1, abs=1e-5)


def test_what_follows_a_signpost_averages_to_the_whole(found: Forecast, run: Run) -> None:
    """The law of total probability over the moves of a step that comes up wherever the pause is still open."""
    moves = [s for s in found.signposts if s.step == "talks"]
    assert len(moves) > 1
    assert all(s.pause_change is not None for s in moves)
    changes = sum(s.p * (s.pause_change or 0.0) for s in moves)
    missed = 1 - sum(s.p for s in moves)
    assert abs(changes) <= missed + 1e-9
    base = {round((s.pause_if_seen or 0.0) - (s.pause_change or 0.0), 12) for s in moves}
    assert len(base) == 1


def test_a_move_made_while_the_pause_is_on_is_no_sign_of_it(found: Forecast, run: Run) -> None:
    """In the small case the step ``pause`` comes up in a truce only; what it makes of beliefs is still said."""
    posts = [s for s in found.signposts if s.step == "pause"]
    assert any(s.p > 0.05 for s in posts)
    assert all(s.pause_if_seen is None and s.pause_change is None for s in posts)
    assert all(s.belief_if_seen for s in posts)


def test_the_state_before_a_move_is_kept_for_the_next_moves(run: Run) -> None:
    names = [step.name for step in run.game.steps]
    phase = np.asarray(run.game.state_columns["phase"])
    labels = next(s.labels for s in run.case.statuses if s.name == "phase")
    for name, label in (("talks", "war"), ("pause", "truce")):
        for period in (run.as_of_period, run.as_of_period + 1):
            made = run.paths.move[names.index(name)][period] >= 0
            before = phase[run.paths.before[period, names.index(name)]]
            assert (before[made] == labels.index(label)).all()


def test_headlines_agree_with_their_own_measure(case: Case, run: Run, found: Forecast) -> None:
    for query, row in zip(case.report.headlines, found.headlines, strict=True):
        value = measure(run, query).number.value  # type: ignore[arg-type]
        if row["value"] is not None:
            assert row["value"] == pytest.approx(value, abs=1e-12)
