"""Scores of whole ledgers, small enough to check on paper."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from ceasefire.ledger.score import score
from ceasefire.ledger.scored import FEW, ClassScore, ForecasterScore
from tests.ledger.builder import END, NOW, START, Builder, entry, question


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def only(scores: tuple[ClassScore, ...], name: str = "back-test") -> ForecasterScore:
    (found,) = next(one for one in scores if one.name == name).forecasters
    return found


def test_each_forecast_stands_until_the_next() -> None:
    b = Builder()
    asked = b.ask(question(), entry(0.2, day("2025-01-01")), entry(0.6, day("2025-01-11")))
    b.answer(asked, "yes", day("2025-01-30"))
    found = only(score(b.book()))
    (one,) = found.questions
    assert (one.n_forecasts, one.days) == (2, 30)
    assert one.scores["brier"] == pytest.approx((10 * 0.8**2 + 20 * 0.4**2) / 30)
    assert one.scores["log"] == pytest.approx(-(10 * math.log(0.2) + 20 * math.log(0.6)) / 30)
    assert one.mean_p == pytest.approx((10 * 0.2 + 20 * 0.6) / 30)


def test_a_no_is_averaged_to_the_deadline() -> None:
    b = Builder()
    b.answer(b.ask(question(), entry(0.2)), "no")
    assert only(score(b.book())).questions[0].days == 365


def test_the_last_value_is_the_forecast_before_on_the_days_of_the_next() -> None:
    b = Builder()
    asked = b.ask(question(), entry(0.2, day("2025-01-01")), entry(0.6, day("2025-01-11")))
    b.answer(asked, "yes", day("2025-01-30"))
    held = only(score(b.book())).against["last value"]["brier"]
    assert held.own == pytest.approx(0.4**2)
    assert held.theirs == pytest.approx(0.8**2)
    assert held.skill == pytest.approx(0.75)


def test_a_question_does_not_forecast_itself() -> None:
    b = Builder()
    for key, answer in (("a", "yes"), ("b", "no"), ("c", "no")):
        b.answer(b.ask(question(key), entry(0.3)), answer, END if answer == "yes" else None)
    found = only(score(b.book()))
    rates = {"a": 1 / 4, "b": 2 / 4, "c": 2 / 4}
    theirs = [(rates["a"] - 1) ** 2, rates["b"] ** 2, rates["c"] ** 2]
    assert found.against["base rate"]["brier"].theirs == pytest.approx(sum(theirs) / 3)
    assert only(score(b.book(), given_rate=0.3)).against["base rate"]["brier"].difference.value == pytest.approx(0)


def test_crowd_and_market_are_held_against_on_common_days() -> None:
    b = Builder()
    crowd = entry(0.5, day("2025-01-21"), forecaster="many", role="crowd", forecast_class="published")
    market = entry(0.9, START, forecaster="a market", role="market", forecast_class="published")
    asked = b.ask(question(), entry(0.2, day("2025-01-01")), entry(0.6, day("2025-01-11")), crowd, market)
    b.answer(asked, "yes", day("2025-01-30"))
    found = only(score(b.book()))
    assert found.questions[0].baselines["crowd"].days == 10
    assert found.against["crowd"]["brier"].own == pytest.approx(0.4**2)
    assert found.against["crowd"]["brier"].theirs == pytest.approx(0.5**2)
    assert found.against["market"]["brier"].theirs == pytest.approx(0.1**2)
    assert set(found.against) == {"base rate", "last value", "crowd", "market"}


def test_classes_never_share_a_table() -> None:
    b = Builder()
    live = entry(0.9, START, forecast_class="live", registered=dt.datetime(2025, 1, 5, tzinfo=dt.UTC))
    asked = b.ask(question(), entry(0.2), live, entry(0.7, forecast_class="reconstruction"))
    b.answer(asked, "yes", day("2025-03-01"))
    found = score(b.book())
    assert [one.name for one in found] == ["live", "back-test", "reconstruction"]
    for one, p in zip(found, (0.9, 0.2, 0.7), strict=True):
        (forecaster,) = one.forecasters
        assert forecaster.means["brier"].value == pytest.approx((1 - p) ** 2)


def test_a_live_forecast_counts_from_the_day_it_was_registered() -> None:
    b = Builder()
    registered = dt.datetime(2025, 1, 21, tzinfo=dt.UTC)
    asked = b.ask(question(), entry(0.9, START, forecast_class="live", registered=registered))
    b.answer(asked, "yes", day("2025-01-30"))
    assert only(score(b.book()), "live").questions[0].days == 10


def test_a_forecast_from_after_the_answer_is_counted_not_scored() -> None:
    b = Builder()
    asked = b.ask(question(), entry(0.2, day("2025-01-01")), entry(0.99, day("2025-02-01")))
    b.answer(asked, "yes", day("2025-01-30"))
    (found,) = score(b.book())
    assert found.too_late == 1
    assert only((found,)).means["brier"].value == pytest.approx(0.64)


def test_void_is_counted_apart_and_never_scored() -> None:
    b = Builder()
    b.answer(b.ask(question("a"), entry(0.2)), "void")
    b.ask(question("b"), entry(0.2))
    b.answer(b.ask(question("c"), entry(0.2)), "no")
    (found,) = score(b.book())
    assert (found.void, found.open, only((found,)).n) == (1, 1, 1)


def test_a_correction_counts_and_the_corrected_one_does_not() -> None:
    b = Builder()
    asked = b.ask(question(), entry(0.2))
    b.answer(asked, "no")
    b.answer(asked, "yes", day("2025-02-01"))
    assert only(score(b.book())).means["brier"].value == pytest.approx(0.64)


def test_zero_for_what_happened_is_infinite_and_said() -> None:
    b = Builder()
    b.answer(b.ask(question("a"), entry(0.0)), "yes", day("2025-02-01"))
    b.answer(b.ask(question("b"), entry(0.0)), "no")
    found = only(score(b.book()))
    assert found.means["log"].value == math.inf
    assert found.means["log"].infinite == 1
    assert found.means["brier"].value == pytest.approx(0.5)
    assert math.isnan(found.against["base rate"]["log"].skill)


def test_a_date_is_scored_against_every_day_alike() -> None:
    b = Builder()
    horizon = START + dt.timedelta(days=100)
    curve = ((START + dt.timedelta(days=50), 0.5), (horizon, 1.0))
    asked = b.ask(question(kind="date", deadline=horizon), entry(None, curve=curve))
    b.answer(asked, "yes", START + dt.timedelta(days=30))
    found = only(score(b.book()))
    assert found.kind == "date"
    held = found.against["even"]["crps"]
    assert held.own == pytest.approx(held.theirs)
    assert found.means["rps"].value == pytest.approx(0.5**2 / 2)


def test_a_date_that_never_came() -> None:
    b = Builder()
    horizon = START + dt.timedelta(days=100)
    asked = b.ask(question(kind="date", deadline=horizon), entry(None, curve=((horizon, 0.4),)))
    b.answer(asked, "no")
    found = only(score(b.book()))
    assert found.means["rps"].value == pytest.approx(0.16)
    assert found.means["crps"].value == pytest.approx(sum((0.4 * i / 100) ** 2 for i in range(1, 101)))


def test_few_questions_conclude_nothing_and_many_may() -> None:
    b = Builder()
    for i in range(FEW):
        b.answer(b.ask(question(f"q{i}"), entry(0.1)), "no")
    found = only(score(b.book(), given_rate=0.5))
    assert not found.is_few
    assert found.against["base rate"]["brier"].is_clear
    assert only(score(b.book())).n == FEW
    few = Builder()
    few.answer(few.ask(question(), entry(0.1)), "no")
    assert only(score(few.book(), given_rate=0.5)).is_few
    assert not only(score(few.book(), given_rate=0.5)).against["base rate"]["brier"].is_clear


def test_the_same_day_twice_the_later_registered_stands() -> None:
    b = Builder()
    later = entry(0.7, registered=NOW + dt.timedelta(hours=1))
    b.answer(b.ask(question(), later, entry(0.2)), "no")
    assert only(score(b.book())).means["brier"].value == pytest.approx(0.49)
