"""Queries back to text, and queries under further conditions: what the audit prints, ``ask`` answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar, cast

from ceasefire.case import query as q

Asked = TypeVar("Asked", bound=q.Query)


def condition_text(condition: q.Condition) -> str:
    """Return a condition as it is written."""
    if isinstance(condition, q.PlanIs):
        return f"plan = {condition.name}"
    if isinstance(condition, q.TypeIs):
        return f"{condition.actor}.{condition.dimension} = {condition.label}"
    if isinstance(condition, q.TypeSet):
        return f"{condition.actor}.{condition.dimension} := {condition.value!r}"
    if isinstance(condition, q.Setting):
        return f"{condition.name} = {_number(condition.value)}"
    if isinstance(condition, q.Without):
        return f"without = {condition.move}"
    if isinstance(condition, q.FreezeBelief):
        return f"freeze_belief = {condition.actor}"
    return f"as_of = {condition.date}"


def query_text(query: q.Query) -> str:
    """Return a query as it is written; parsing it gives the same query."""
    if isinstance(query, q.Comparison):
        return f"{query_text(query.left)} {query.op} {_side(query.right)}"
    if isinstance(query, q.Difference):
        right = query_text(query.right)
        return f"{query_text(query.left)} - {f'({right})' if isinstance(query.right, q.Difference) else right}"
    if isinstance(query, q.Share):
        return f"share({query.parameter})"
    conditions = ", ".join(condition_text(one) for one in query.conditions)
    if isinstance(query, q.Values):
        return f"values | {conditions}" if conditions else "values"
    form, inside = _leaf(query)
    return f"{form}({inside}{f' | {conditions}' if conditions else ''})"


def _leaf(query: q.Probability | q.MoveAt | q.Median | q.Expectation | q.Belief) -> tuple[str, str]:
    if isinstance(query, q.Probability):
        by = f" by {query.by}" if query.by else ""
        within = f" within {_number(query.within_days)} days" if query.within_days is not None else ""
        return "P", f"{query.outcome}{by}{within}{f' of {query.of}' if query.of else ''}"
    if isinstance(query, q.Median):
        return "median", query.outcome
    at = f" at {query.date}" if query.date else ""
    if isinstance(query, q.MoveAt):
        return "P", f"{query.step}.{query.move}{at}"
    if isinstance(query, q.Expectation):
        return "E", f"{query.stock}{at}"
    label = f" = {query.label}" if query.label else ""
    return "belief", f"{query.actor}.{query.dimension}{label}{at}"


def _side(side: float | dt.date | q.Query) -> str:
    if isinstance(side, dt.date):
        return side.isoformat()
    if isinstance(side, float | int):
        return _number(side)
    return f"({query_text(side)})" if isinstance(side, q.Difference) else query_text(side)


def _number(value: float) -> str:
    """Return a number without exponent, as short as it can be read back."""
    return format(Decimal(repr(float(value))), "f").removesuffix(".0")


def under(query: Asked, conditions: q.Conditions) -> Asked:
    """Return a query under further conditions; what it says itself about the same thing goes before them."""
    found: q.Query = query
    if isinstance(query, q.Comparison):
        right = query.right if isinstance(query.right, float | int | dt.date) else under(query.right, conditions)
        found = replace(query, left=under(query.left, conditions), right=right)
    elif isinstance(query, q.Difference):
        found = replace(query, left=under(query.left, conditions), right=under(query.right, conditions))
    elif isinstance(query, q.Leaf):
        own = {subject(one) for one in query.conditions}
        found = replace(query, conditions=(*query.conditions, *(c for c in conditions if subject(c) not in own)))
    return cast("Asked", replace(found, text=query_text(found)))


def subject(condition: q.Condition) -> tuple[object, ...]:
    """Return what a condition is about: two conditions on one subject cannot stand in one query."""
    if isinstance(condition, q.TypeIs | q.TypeSet):
        return ("type", condition.actor, condition.dimension)
    if isinstance(condition, q.Without | q.FreezeBelief):
        return (condition,)
    return (type(condition), condition.name if isinstance(condition, q.Setting) else "")
