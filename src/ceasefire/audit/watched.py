"""The probabilities that an audit watches when a premise is cut.

Foremost are those of any outcome, of the near event, and of the headlines. Behind them stands the next move of every
actor at every step: what an author says of an actor shows there first, often where no outcome follows from it.
"""

from __future__ import annotations

from dataclasses import replace

from ceasefire.case import query as q
from ceasefire.case.mechanism import Step
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.next_moves import first_open_period

YEAR = 365.25


def watched(case: Case) -> tuple[q.Leaf, ...]:
    """Return the foremost probabilities, then those of every other actor's next moves."""
    first = foremost(case)
    moves = [
        move for step in case.steps if step.actor is not None and len(step.moves) > 1 for move in _next(case, step)
    ]
    return (*first, *(one for one in _named(moves) if one not in first))


def foremost(case: Case) -> tuple[q.Leaf, ...]:
    """Return the probabilities among the headlines, of every outcome within a year and by the end, and of the near event."""
    found: list[q.Leaf] = [one for one in simple_headlines(case) if isinstance(one, q.Probability | q.Belief)]
    for outcome in case.outcomes:
        found += [q.Probability(outcome.name, within_days=YEAR), q.Probability(outcome.name, by=case.calendar.end)]
    near = [step for step in case.steps if step.name == case.report.near_event]
    return _named([*found, *(move for step in near for move in _next(case, step))])


def _next(case: Case, step: Step) -> list[q.Leaf]:
    """Return the moves of a step in the first period in which it is open."""
    if case.calendar.as_of is None:
        return []
    date = case.calendar.start_of(first_open_period(case, case.steps.index(step), case.calendar.as_of))
    return [q.MoveAt(step.name, move.name, date) for move in step.moves]


def _named(leaves: list[q.Leaf]) -> tuple[q.Leaf, ...]:
    """Return queries with their text, each once."""
    return tuple(dict.fromkeys(replace(one, text=query_text(one)) for one in leaves))
