"""Scores equal those of an independent library, and are proper."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.ledger.scores import brier, crps_days, daily, log_score, ranked_probability, skill

START = dt.date(2025, 1, 31)
probabilities = st.floats(0, 1)
inner = st.floats(0.01, 0.99)


@st.composite
def curves(draw: st.DrawFn) -> tuple[tuple[dt.date, float], ...]:
    days = sorted(draw(st.sets(st.integers(1, 90), min_size=1, max_size=8)))
    values = sorted(draw(st.lists(probabilities, min_size=len(days), max_size=len(days))))
    return tuple((START + dt.timedelta(days=day), p) for day, p in zip(days, values, strict=True))


happened = st.one_of(st.none(), st.integers(1, 120).map(lambda day: START + dt.timedelta(days=day)))


@settings(deadline=None)
@given(probabilities, st.integers(0, 1))
def test_brier_is_that_of_scoringrules(p: float, outcome: int) -> None:
    assert brier(p, outcome) == pytest.approx(float(scoringrules.brier_score(outcome, p)), abs=1e-12)


@settings(deadline=None)
@given(st.floats(1e-6, 1 - 1e-6), st.integers(0, 1))
def test_log_is_that_of_scoringrules(p: float, outcome: int) -> None:
    assert log_score(p, outcome) == pytest.approx(float(scoringrules.log_score(outcome, p)), abs=1e-9, rel=1e-9)


def test_log_of_what_was_called_impossible_is_infinite() -> None:
    assert log_score(0.0, 1) == math.inf
    assert log_score(1.0, 0) == math.inf
    assert log_score(1.0, 1) == 0.0


@settings(deadline=None)
@given(curves(), happened)
def test_ranked_probability_is_that_of_scoringrules(
    curve: tuple[tuple[dt.date, float], ...], day: dt.date | None
) -> None:
    masses = np.diff([0.0, *(p for _, p in curve), 1.0])
    category = next((k for k, (bound, _) in enumerate(curve, 1) if day is not None and day <= bound), len(masses))
    theirs = float(scoringrules.rps_score(category, masses)) / len(curve)
    assert ranked_probability(curve, day) == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None)
@given(curves(), happened)
def test_crps_is_that_of_scoringrules(curve: tuple[tuple[dt.date, float], ...], day: dt.date | None) -> None:
    cumulative = [p for _, p in daily(curve, START)]
    n = len(cumulative)
    masses = np.diff([0.0, *cumulative, 1.0])
    seen = n + 1 if day is None else min((day - START).days, n + 1)
    members = np.arange(1, n + 2, dtype=float)
    theirs = scoringrules.crps_ensemble(
        float(seen), members, ens_w=np.maximum(masses, 0), estimator="nrg", backend="numpy"
    )
    assert crps_days(curve, START, day) == pytest.approx(float(theirs), rel=1e-11, abs=1e-9)


def test_crps_of_one_certain_day_is_the_distance_in_days() -> None:
    day = START + dt.timedelta(days=100)
    sure = ((day - dt.timedelta(days=1), 0.0), (day, 1.0), (START + dt.timedelta(days=300), 1.0))
    for distance in (0, 1, 30, -30):
        assert crps_days(sure, START, day + dt.timedelta(days=distance)) == pytest.approx(abs(distance))


def test_days_of_a_month_share_its_probability() -> None:
    curve = ((dt.date(2025, 2, 10), 0.5), (dt.date(2025, 2, 20), 1.0))
    assert [p for _, p in daily(curve, START)] == pytest.approx([i / 20 for i in range(1, 21)])


@settings(deadline=None)
@given(inner, probabilities)
def test_brier_is_proper(truth: float, said: float) -> None:
    def expected(p: float) -> float:
        return truth * brier(p, 1) + (1 - truth) * brier(p, 0)

    assert expected(truth) <= expected(said) + 1e-15


@settings(deadline=None)
@given(inner, probabilities)
def test_log_is_proper(truth: float, said: float) -> None:
    def expected(p: float) -> float:
        return truth * log_score(p, 1) + (1 - truth) * log_score(p, 0)

    assert expected(truth) <= expected(said) + 1e-12


@settings(deadline=None)
@given(curves(), curves())
def test_scores_of_dates_are_proper(
    truth: tuple[tuple[dt.date, float], ...], other: tuple[tuple[dt.date, float], ...]
) -> None:
    """Whoever believes the truth expects no better score from saying anything else with the same boundaries."""
    horizon = truth[-1][0]
    said = tuple((day, _at(other, day)) for day, _ in truth)
    days = daily(truth, START)
    masses = np.diff([0.0, *(p for _, p in days), 1.0])
    outcomes: list[dt.date | None] = [*(day for day, _ in days), None]

    def expected(curve: tuple[tuple[dt.date, float], ...], score: str) -> float:
        if score == "rps":
            return sum(m * ranked_probability(curve, day) for m, day in zip(masses, outcomes, strict=True))
        return sum(m * crps_days(curve, START, day) for m, day in zip(masses, outcomes, strict=True))

    assert horizon == days[-1][0]
    for score in ("rps", "crps"):
        assert expected(truth, score) <= expected(said, score) + 1e-9


def _at(curve: tuple[tuple[dt.date, float], ...], day: dt.date) -> float:
    return max((p for bound, p in curve if bound <= day), default=0.0)


def test_skill() -> None:
    assert skill(0.1, 0.2) == pytest.approx(0.5)
    assert math.isnan(skill(0.1, 0.0))
    assert math.isnan(skill(0.1, math.inf))
