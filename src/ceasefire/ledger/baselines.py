"""What a forecast is held against: how often such things happen, what it said before, what others said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ceasefire.ledger.record import Entry, Question
from ceasefire.ledger.standing import Series, before, series_of

BASELINES = ("base rate", "last value", "crowd", "market", "published base rate", "even")
"""In the order in which they are shown."""

OTHERS: Mapping[str, str] = {"crowd": "crowd", "market": "market", "base rate": "published base rate"}
"""Roles of published forecasts, and the baselines that they are."""


def base_rate(yes: int, n: int) -> float:
    """Return the share of yes among n questions, with one yes and one no added (Laplace's rule of succession).

    So it is one half where nothing is known, and never 0 or 1, which no count can show.
    """
    return (yes + 1) / (n + 2)


def without_itself(outcomes: Mapping[str, int], question: str) -> float:
    """Return the base rate from all other resolved questions: a question may not forecast itself.

    Parameters
    ----------
    outcomes : by question
        1 for yes, 0 for no.
    """
    others = [outcome for name, outcome in outcomes.items() if name != question]
    return base_rate(sum(others), len(others))


def constant(like: Entry, p: float) -> Entry:
    """Return a forecast with one probability for ever, from the day of another one."""
    return replace(like, p=p, low=None, high=None)


def even(like: Entry, horizon: dt.date) -> Entry:
    """Return the forecast of a date in which each day up to the horizon is as likely as any other.

    It has the boundaries of `like`, so that ranked probability scores compare.
    """
    days = max((horizon - like.as_of).days, 1)
    return replace(like, curve=tuple((day, min((day - like.as_of).days / days, 1.0)) for day, _ in like.curve))


def beside(question: Question, own: Series, others: Iterable[Entry], rate: float | None) -> dict[str, Sequence[Series]]:
    """Return the series that a forecaster's series is held against, by baseline; a role may have several.

    Parameters
    ----------
    own : Series
        The forecasts to be scored.
    others : iterable of Entry
        All forecasts of the question.
    rate : float or None
        The base rate; None for a question about a date.
    """
    found: dict[str, Sequence[Series]] = {}
    if rate is not None:
        found["base rate"] = [[(day, constant(entry, rate)) for day, entry in own[:1]]]
    if len(own) > 1:
        found["last value"] = [before(own)]
    if question.kind == "date" and question.deadline:
        found["even"] = [[(day, even(entry, question.deadline)) for day, entry in own]]
    return found | _published(others, own[0][1].forecaster)


def _published(others: Iterable[Entry], forecaster: str) -> dict[str, Sequence[Series]]:
    by_name: dict[tuple[str, str], list[Entry]] = {}
    for entry in others:
        if entry.role in OTHERS and entry.forecaster != forecaster:
            by_name.setdefault((OTHERS[entry.role], entry.forecaster), []).append(entry)
    found: dict[str, list[Series]] = {}
    for (baseline, _), entries in by_name.items():
        found.setdefault(baseline, []).append(series_of(entries))
    return dict(found)
