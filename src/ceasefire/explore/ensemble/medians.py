"""The date by which an outcome has begun with probability one half, over the draws.

It is read from the probability over the draws, date by date, so that it agrees with the probabilities that stand beside it:
half of a mixture, not the middle of the draws' own dates. These give the ends of the interval. A median under types has only
the draws' own dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Calendar, Case
from ceasefire.explore.ensemble.courses import BASE, name_of, split
from ceasefire.explore.ensemble.pooled import Pooled, pool_median
from ceasefire.forecast.measures import DAYS_PER_MONTH

if TYPE_CHECKING:
    from ceasefire.explore.ensemble.ensemble import Ensemble
    from ceasefire.explore.ensemble.members import Member

Floats = NDArray[np.float64]


def pooled_median(ensemble: Ensemble, leaf: q.Median) -> Pooled:
    """Return a median in months after ``as_of``, infinite beyond the horizon; with the ends of the draws' own medians."""
    conditions, bare = split(leaf)
    numbers, course = ensemble.numbers(leaf), name_of(conditions)
    draws = list(numbers)
    found = pool_median([numbers[d].value for d in draws], ensemble.weights_of(draws, course))
    if getattr(bare, "conditions", ()):
        return found
    return replace(found, value=crossing(ensemble.case, curve(ensemble, leaf.outcome, course)))


def crossing(case: Case, curve: Floats) -> float:
    """Return the months from ``as_of`` to the end of the first period by which a probability, (t,), reaches one half."""
    reached = np.flatnonzero(curve >= 0.5)
    return _months(case.calendar, int(reached[0])) if reached.size else float("inf")


def date_text(case: Case, months: float) -> str:
    """Return the date that many months after ``as_of`` ends at, or "after" the last one."""
    calendar = case.calendar
    ends = [calendar.end_of(period) for period in range(calendar.n_periods)]
    if np.isinf(months):
        return f"after {ends[-1].isoformat()}"
    return min(ends, key=lambda end: abs(_after(calendar, end) - months)).isoformat()


def curve(ensemble: Ensemble, outcome: str, course: str) -> Floats:
    """Return the probability by the end of each period, (t,); in a course that of no plan plus the paired change."""
    n_periods = ensemble.case.calendar.n_periods
    found = np.array([ensemble.read(_begun_by(outcome, period)).value for period in range(n_periods)])
    if course == BASE:
        return found
    draws = [d for d, member in ensemble.others[course].items() if member is not None]
    weight = ensemble.weights_of(draws, course)
    for d, share in zip(draws, weight, strict=True):
        there, without = ensemble.others[course][d], ensemble.members[d]
        assert there is not None
        assert without is not None
        found += share * (np.array(there.curves[outcome]) - np.array(without.curves[outcome]))[:n_periods]
    return found


def _begun_by(outcome: str, period: int) -> Callable[[Member], float]:
    return lambda member: member.curves[outcome][period]


def _months(calendar: Calendar, period: int) -> float:
    return _after(calendar, calendar.end_of(period))


def _after(calendar: Calendar, date: dt.date) -> float:
    return (date - (calendar.as_of or calendar.start)).days / DAYS_PER_MONTH
