"""Which forecast of a question stands on which day: each stands until the next, all until the question is decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ceasefire.ledger.record import Entry, Question, Resolution

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """A forecast and the days on which it stood."""

    entry: Entry
    start: dt.date
    days: int


Series = Sequence[tuple[dt.date, Entry]]
"""(first day, forecast) pairs in order."""


def last_day(question: Question, resolution: Resolution) -> dt.date:
    """Return the last day on which the question was open: the day it happened, else its deadline."""
    day = resolution.date or question.deadline
    assert day is not None, "a question without a deadline is resolved with a date"
    return day


def series_of(entries: Iterable[Entry]) -> list[tuple[dt.date, Entry]]:
    """Return forecasts by the day from which they stand; of several of one day the one registered last."""
    ordered = sorted(entries, key=lambda entry: (entry.stands_from, entry.registered))
    return sorted({entry.stands_from: entry for entry in ordered}.items())


def before(series: Series) -> list[tuple[dt.date, Entry]]:
    """Return the series of last values: on each day the forecast before the one that stands."""
    return [(day, series[i][1]) for i, (day, _) in enumerate(series[1:])]


def stretches(series: Series, start: dt.date, end: dt.date) -> list[Stretch]:
    """Return which forecast stood for how many days between two days, both counted.

    Forecasts from after `end` are left out: they were made when the answer was known.
    """
    found = []
    for i, (day, entry) in enumerate(series):
        until = min(series[i + 1][0] - ONE_DAY, end) if i + 1 < len(series) else end
        days = (until - max(day, start)).days + 1
        if days > 0:
            found.append(Stretch(entry, max(day, start), days))
    return found


def time_average(score: Callable[[Entry], float], parts: Sequence[Stretch]) -> float:
    """Return the mean over days of the score of the forecast that stood."""
    return sum(score(part.entry) * part.days for part in parts) / sum(part.days for part in parts)
