"""Whether a query asks about things that the case has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from ceasefire.case.hints import place_at
from ceasefire.case.model import Case
from ceasefire.case.nodes import NOWHERE, did_you_mean
from ceasefire.case.query import (
    AsOf,
    Belief,
    Comparison,
    Condition,
    Difference,
    Expectation,
    FreezeBelief,
    Median,
    MoveAt,
    PlanIs,
    Probability,
    Query,
    Setting,
    Share,
    TypeIs,
    TypeSet,
    Without,
)
from ceasefire.errors import Fault, Place


def find_query_faults(query: Query, case: Case, place: Place = NOWHERE) -> list[Fault]:
    """Return a fault for every name or date of a query that the case does not have (Q109, Q111 to Q113)."""
    return [_located(fault, query.text, place) for fault in _faults(query, case)]


def _located(fault: Fault, text: str, place: Place) -> Fault:
    offset = max(text.find(fault.found), 0)
    return Fault(fault.code, fault.message, place_at(place, text, offset), text, fault.expected, fault.hint)


def _unknown(name: str, what: str, known: Iterable[str]) -> Iterator[Fault]:
    names = list(known)
    if name not in names:
        hint = did_you_mean(name, names) or f"the case has none of its kind ({what})"
        yield Fault("Q109", f"the case has no {what} {name!r}", found=name, hint=hint)


def _faults(query: Query, case: Case) -> Iterator[Fault]:
    if isinstance(query, Comparison | Difference):
        for side in (query.left, query.right):
            if not isinstance(side, float | dt.date):
                yield from _faults(side, case)
        return
    if isinstance(query, Share):
        kinds = [f"{one.actor}.{one.name}" for one in case.types]
        yield from _unknown(query.parameter, "parameter or dimension of types", [*case.parameters, *kinds])
        return
    if isinstance(query, Probability | Median):
        yield from _unknown(query.outcome, "outcome", (one.name for one in case.outcomes))
    if isinstance(query, Probability):
        if query.of is not None:
            yield from _unknown(query.of, "outcome", (one.name for one in case.outcomes))
        yield from _outside(query.by, case)
    if isinstance(query, MoveAt):
        yield from _unknown(f"{query.step}.{query.move}", "move", _moves(case))
        yield from _outside(query.date, case)
    if isinstance(query, Expectation):
        stocks = [*(one.name for one in case.stocks), *(one.name for one in case.side)]
        yield from _unknown(query.stock, "stock", stocks)
        yield from _outside(query.date, case)
    if isinstance(query, Belief):
        yield from _type(query.actor, query.dimension, query.label, case)
        yield from _outside(query.date, case)
    for condition in query.conditions:
        yield from _condition(condition, case)
    actors = dict.fromkeys(one.actor for one in query.conditions if isinstance(one, TypeSet))
    if len(actors) > 1:
        yield Fault("Q113", "only one actor's type can be set in one query", found=list(actors)[1])


def _moves(case: Case) -> list[str]:
    return [f"{step.name}.{move.name}" for step in case.steps if step.actor for move in step.moves]


def _outside(date: dt.date | None, case: Case) -> Iterator[Fault]:
    calendar = case.calendar
    if date is not None and not calendar.start <= date <= calendar.end:
        expected = f"{calendar.start} to {calendar.end}"
        yield Fault("Q111", f"{date} lies outside the calendar", found=str(date), expected=expected)


def _type(actor: str, dimension: str, label: str | None, case: Case) -> Iterator[Fault]:
    dimensions = {f"{one.actor}.{one.name}": one for one in case.types}
    name = f"{actor}.{dimension}"
    yield from _unknown(name, "type", dimensions)
    if label is not None and name in dimensions:
        yield from _unknown(label, f"label of {name}", dimensions[name].labels)


def _condition(condition: Condition, case: Case) -> Iterator[Fault]:
    if isinstance(condition, PlanIs):
        yield from _unknown(condition.name, "plan", case.plans)
    elif isinstance(condition, TypeIs):
        yield from _type(condition.actor, condition.dimension, condition.label, case)
    elif isinstance(condition, TypeSet):
        yield from _type(condition.actor, condition.dimension, None, case)
    elif isinstance(condition, Setting):
        yield from _unknown(condition.name, "parameter or rival", (*case.parameters, *case.rivals))
        if condition.name in case.rivals and condition.value not in (0.0, 1.0):
            yield Fault("Q112", f"the rival {condition.name!r} is 0 or 1", found=condition.name, expected="0 or 1")
    elif isinstance(condition, Without):
        yield from _unknown(condition.move, "move", _moves(case))
    elif isinstance(condition, FreezeBelief):
        yield from _unknown(condition.actor, "actor with types", dict.fromkeys(one.actor for one in case.types))
    else:
        yield from _record_cut(condition, case)


def _record_cut(condition: AsOf, case: Case) -> Iterator[Fault]:
    """The record can be cut anywhere between the start of the calendar and the case's own ``as_of``."""
    first, last = case.calendar.start, case.calendar.as_of or case.calendar.end
    if not first <= condition.date <= last:
        message = f"the record cannot be cut at {condition.date}"
        yield Fault("Q111", message, found=str(condition.date), expected=f"{first} to {last}")
