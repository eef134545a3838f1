"""The probabilities that an audit watches when a premise is cut: any outcome, the near event, the headlines."""

from __future__ import annotations

from dataclasses import replace

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.next_moves import first_open_period

YEAR = 365.25


def watched(case: Case) -> tuple[q.Leaf, ...]:
    """Return the probabilities among the headlines, of every outcome within a year and by the end, and of the near event."""
    found: list[q.Leaf] = [one for one in simple_headlines(case) if isinstance(one, q.Probability | q.Belief)]
    for outcome in case.outcomes:
        found += [q.Probability(outcome.name, within_days=YEAR), q.Probability(outcome.name, by=case.calendar.end)]
    found += _near(case)
    return tuple(dict.fromkeys(replace(one, text=query_text(one)) for one in found))


def _near(case: Case) -> list[q.Leaf]:
    """Return the moves of the near event in the first period in which it is open."""
    names = [step.name for step in case.steps]
    if case.report.near_event not in names or case.calendar.as_of is None:
        return []
    index = names.index(case.report.near_event)
    date = case.calendar.start_of(first_open_period(case, index, case.calendar.as_of))
    return [q.MoveAt(names[index], move.name, date) for move in case.steps[index].moves]
