"""How far paths have to be followed for a query: what comes after the dates that it asks about changes nothing in it."""

from __future__ import annotations

import datetime as dt

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.forecast.scenario import Scenario
from ceasefire.simulate.outcomes import further_periods


def last_period(case: Case, leaf: q.Leaf, scenario: Scenario) -> int | None:
    """Return the last period that a query reads under a scenario; None where it reads all of them.

    A move is read in its period. An outcome that begins by a date is read until its spell, and that of the outcome it
    comes after, are known to be long enough.
    """
    if scenario.variant.halve_period or scenario.shadow or not isinstance(leaf, q.MoveAt | q.Probability):
        return None
    as_of, calendar = _as_of(case, scenario), case.calendar
    record = max(calendar.period_of(as_of), 0)
    if isinstance(leaf, q.MoveAt):
        return max(calendar.period_of(leaf.date or as_of), record)
    ends = [leaf.by] if leaf.by else []
    ends += [as_of + dt.timedelta(days=round(leaf.within_days))] if leaf.within_days is not None else []
    if leaf.of or not ends:
        return None
    spells = sum(further_periods(one, calendar.years) for one in case.outcomes)
    return max(*map(calendar.period_of, ends), record) + spells


def _as_of(case: Case, scenario: Scenario) -> dt.date:
    told = scenario.variant.as_of
    return dt.date.fromisoformat(told) if told else case.calendar.as_of or case.calendar.start
