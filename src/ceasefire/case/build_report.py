"""From values to records, second half: outcomes, plans, terminal values, what the report shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from ceasefire.case.build import ONE, titled
from ceasefire.case.evidence import Text
from ceasefire.case.formula import Formula
from ceasefire.case.kinds import Values
from ceasefire.case.mechanism import Outcome, Plan
from ceasefire.case.model import ReportPlan, Yardstick
from ceasefire.case.nodes import Faults
from ceasefire.case.query import Query, parse_query
from ceasefire.case.values import Placed, place_of
from ceasefire.errors import InputError, Place

CODES: dict[str, str] = {}


def build_outcome(name: str, values: Values, faults: Faults) -> Outcome:
    """Return an outcome."""
    return Outcome(
        name,
        values.get("reach", ONE),
        values.get("status", "in_effect"),
        values.get("lasting", 0.0),
        values.get("ends"),
        values.get("after"),
        values.get("any", False),
        titled(values, name, faults),
        place_of(name, values.place),
    )


def build_plan(name: str, values: Values, faults: Faults) -> Plan:
    """Return a plan."""
    steps, known = values.get("steps", {}), values.get("known", True)
    return Plan(name, steps, known, titled(values, name, faults), place_of(name, values.place))


def build_terminal(written: Any, actors: tuple[str, ...]) -> Mapping[str, Formula | Literal["stationary"]]:
    """Return the terminal value by actor; ``stationary`` alone means everyone."""
    if written == "stationary":
        return dict.fromkeys(actors, "stationary")
    return written if isinstance(written, dict) else {}


def build_report(values: Values | None, words: Mapping[str, str], faults: Faults) -> ReportPlan:
    """Return what the report shows; headlines are parsed here."""
    if values is None:
        return ReportPlan()
    parsed = [_query(text, words, faults) for text in values.get("headlines", ())]
    return ReportPlan(
        values.get("near_event"),
        tuple(values.get("factors", ())),
        values.get("pause"),
        values.get("again"),
        tuple(query for query in parsed if query is not None),
        tuple(_yardstick(one) for one in values.get("yardsticks", ())),
    )


def _query(text: str, words: Mapping[str, str], faults: Faults) -> Query | None:
    try:
        query = parse_query(text, words, place_of(text, Place()))
        return replace(query, text=Placed.at(query.text, place_of(text, Place())))
    except InputError as error:
        faults.extend(error.faults)
        return None


def _yardstick(values: Values) -> Yardstick:
    return Yardstick(
        values.get("outcome", ""),
        values.get("by", ""),
        values.get("value", 0.0),
        values.get("source", ""),
        values.get("title", Text()),
        values.get("low"),
        values.get("high"),
        values.get("kind", ""),
    )
