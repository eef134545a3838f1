"""Whether a query names what the case has; every fault at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ceasefire.case import query as q
from ceasefire.case.hints import did_you_mean
from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError

CODES = {
    "Q211": "a query names a plan that the case does not have",
    "Q212": "a query asks about a date outside the calendar, or cuts the record after its end",
    "Q213": "a rival is set to something other than 0 or 1",
    "Q214": "a query sets the types of two actors at once",
}


def check_query(case: Case, query: q.Query) -> None:
    """Raise every fault of the names and dates in a query.

    Raises
    ------
    InputError
        Q109, Q211 to Q214.
    """
    faults = list(_faults(case, query, query.text))
    if faults:
        raise InputError(faults)


def leaves(query: q.Query) -> Iterator[q.Query]:
    """Yield the queries that are neither differences nor comparisons."""
    if isinstance(query, q.Difference):
        yield from leaves(query.left)
        yield from leaves(query.right)
    elif isinstance(query, q.Comparison):
        yield from leaves(query.left)
        if not isinstance(query.right, float | int | dt.date):
            yield from leaves(query.right)
    else:
        yield query


def _faults(case: Case, query: q.Query, text: str) -> Iterator[Fault]:
    for leaf in leaves(query):
        yield from _subject_faults(case, leaf, text)
        for condition in getattr(leaf, "conditions", ()):
            yield from _condition_faults(case, condition, text)
        actors = {c.actor for c in getattr(leaf, "conditions", ()) if isinstance(c, q.TypeSet)}
        if len(actors) > 1:
            yield Fault("Q214", "only one actor's type can be set in one query", found=text)


def _unknown(kind: str, name: str, known: list[str], text: str, code: str = "Q109") -> Iterator[Fault]:
    if name not in known:
        expected = ", ".join(known[:12]) or "none"
        yield Fault(
            code, f'the case has no {kind} "{name}"', found=text, expected=expected, hint=did_you_mean(name, known)
        )


def _subject_faults(case: Case, leaf: q.Query, text: str) -> Iterator[Fault]:
    outcomes = [outcome.name for outcome in case.outcomes]
    if isinstance(leaf, q.Probability | q.Median):
        yield from _unknown("outcome", leaf.outcome, outcomes, text)
    if isinstance(leaf, q.Probability) and leaf.of:
        yield from _unknown("outcome", leaf.of, outcomes, text)
    if isinstance(leaf, q.Probability) and leaf.by:
        yield from _date_faults(case, leaf.by, text)
    if isinstance(leaf, q.Expectation):
        stocks = [*(stock.name for stock in case.stocks), *(side.name for side in case.side)]
        yield from _unknown("stock", leaf.stock, stocks, text)
    if isinstance(leaf, q.Expectation | q.Belief) and leaf.date:
        yield from _date_faults(case, leaf.date, text)
    if isinstance(leaf, q.Belief):
        yield from _type_faults(case, leaf.actor, leaf.dimension, leaf.label, text)
    if isinstance(leaf, q.Share):
        yield from _unknown("parameter", leaf.parameter, list(case.parameters), text)


def _type_faults(case: Case, actor: str, dimension: str, label: str | None, text: str) -> Iterator[Fault]:
    known = {f"{d.actor}.{d.name}": d for d in case.types}
    yield from _unknown("type", f"{actor}.{dimension}", list(known), text)
    found = known.get(f"{actor}.{dimension}")
    if found and label is not None:
        yield from _unknown(f"label of {actor}.{dimension}", label, list(found.labels), text)


def _date_faults(case: Case, date: dt.date, text: str) -> Iterator[Fault]:
    calendar = case.calendar
    if not calendar.start <= date < calendar.start_of(calendar.n_periods):
        expected = f"{calendar.start} to {calendar.end}"
        yield Fault("Q212", f"{date} lies outside the calendar of the case", found=text, expected=expected)


def _condition_faults(case: Case, condition: q.Condition, text: str) -> Iterator[Fault]:
    if isinstance(condition, q.PlanIs):
        yield from _unknown("plan", condition.name, list(case.plans), text, "Q211")
    elif isinstance(condition, q.TypeIs):
        yield from _type_faults(case, condition.actor, condition.dimension, condition.label, text)
    elif isinstance(condition, q.TypeSet):
        yield from _type_faults(case, condition.actor, condition.dimension, None, text)
    elif isinstance(condition, q.Setting):
        yield from _unknown("parameter or rival", condition.name, [*case.parameters, *case.rivals], text)
        if condition.name in case.rivals and condition.value not in (0.0, 1.0):
            yield Fault("Q213", f'the rival "{condition.name}" is 0 or 1', found=text)
    elif condition.date < case.calendar.start or (case.calendar.as_of and condition.date > case.calendar.as_of):
        expected = f"{case.calendar.start} to {case.calendar.as_of or case.calendar.end}"
        yield Fault("Q212", f"the record cannot be cut at {condition.date}", found=text, expected=expected)
