"""From the values that were read to the frozen records of the mechanism.

What could not be read has already been reported; a stand-in takes its place here, so that everything else can still
be checked in the same pass. A case with faults never leaves ``read_case``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from ceasefire.case.evidence import Text
from ceasefire.case.formula import NEVER, Formula, parse_formula
from ceasefire.case.kinds import Values
from ceasefire.case.mechanism import (
    Actor,
    ChanceOutcome,
    JointPrior,
    Move,
    Parameter,
    Rival,
    SideStock,
    StatusVariable,
    Step,
    Stock,
    TypeDimension,
    WorldParameter,
)
from ceasefire.case.model import Calendar
from ceasefire.case.nodes import Faults
from ceasefire.case.priors import Prior
from ceasefire.case.values import Placed, place_of
from ceasefire.errors import Place

CODES: dict[str, str] = {
    "C031": "The end of the calendar does not lie after its start.",
    "C032": "The date as_of lies outside the calendar.",
    "C033": "A parameter has neither a prior nor a value, or both.",
    "C034": "An entry of the state is neither a status (labels) nor a stock (range), or both.",
    "C035": "A type dimension has fewer than two values, or its prior is missing.",
    "C036": "A step belongs neither to an actor nor to nature, or to both.",
    "C037": "A key does not belong to this kind of step.",
}

ONE = parse_formula(1.0)
MAX_PERIODS = 5000


def titled(values: Values, name: str, faults: Faults) -> Text:
    """Return the title, else the name in words."""
    found = values.get("title")
    return found if isinstance(found, Text) else Text({faults.language: name.replace("_", " ")})


def build_calendar(values: Values | None, faults: Faults) -> Calendar:
    """Return the calendar with its number of periods."""
    written: Mapping[str, Any] = values if values is not None else {}
    start = written.get("start", dt.date(2000, 1, 1))
    end = written.get("end", start + dt.timedelta(days=365))
    as_of, period = written.get("as_of"), written.get("period", "month")
    place = values.place if values is not None else Place()
    if end <= start:
        faults.add("C031", f"the calendar ends on {end}, not after its start {start}", place, found=str(end))
        end = start + dt.timedelta(days=365)
    if as_of is not None and not start <= as_of <= end:
        expected = f"{start} to {end}"
        faults.add("C032", f"as_of {as_of} lies outside the calendar", place, found=str(as_of), expected=expected)
    calendar = Calendar(start, end, period, as_of)
    n_periods = calendar.period_of(end) + 1
    if n_periods > MAX_PERIODS:
        message = f"the calendar has {n_periods} periods"
        faults.add("C031", message, place, expected=f"at most {MAX_PERIODS}", hint="take longer periods")
    return Calendar(start, end, period, as_of, min(n_periods, MAX_PERIODS))


def build_actor(name: str, values: Values, faults: Faults) -> Actor:
    """Return an actor."""
    scale: Mapping[str, Any] = values.get("scale", {})
    precision: Mapping[str, Any] = values.get("precision", {})
    return Actor(
        name,
        titled(values, name, faults),
        scale.get("worst", Text()),
        scale.get("best", Text()),
        values.get("discount_factor", ONE),
        precision.get("takes_better", ONE),
        precision.get("when_better_by", 1.0),
        place_of(name, values.place),
    )


def build_parameter(name: str, values: Values, faults: Faults) -> Parameter:
    """Return a parameter; a fixed value is a prior too, and one that could not be read is not a number."""
    node = values.node
    if ("prior" in node) == ("value" in node):
        message = f"the parameter {name} needs a prior or a value" + (", not both" if "prior" in node else "")
        faults.add("C033", message, node.place, hint="prior: {normal: {mean: 0, sd: 1}} or value: 3")
    value = values.get("value", math.nan)
    return Parameter(
        name,
        values.get("prior", Prior("fixed", {"value": value})),
        values.get("unit", ""),
        titled(values, name, faults),
        values.get("source"),
        values.get("assumed", Text()),
        values.get("perceived_by", {}),
        values.get("hindsight", False),
        values.get("without_hindsight"),
        place_of(name, node.place),
    )


def build_rival(name: str, values: Values, faults: Faults) -> Rival:
    """Return a switch between two mechanisms."""
    return Rival(name, titled(values, name, faults), int(values.get("nominal", "0")), place_of(name, values.place))


def build_types(
    types: Mapping[str, Mapping[str, Any]], faults: Faults
) -> tuple[tuple[TypeDimension, ...], tuple[JointPrior, ...]]:
    """Return all type dimensions and the joint priors, in writing order."""
    dimensions: list[TypeDimension] = []
    joints: list[JointPrior] = []
    for actor, by_name in types.items():
        names = [name for name in by_name if name != "joint"]
        dimensions += [_dimension(actor, name, by_name[name], "joint" in by_name, faults) for name in names]
        if "joint" in by_name:
            joints.append(_joint(actor, names, by_name["joint"]))
    return tuple(dimensions), tuple(joints)


def _dimension(actor: str, name: str, values: Values, joint: bool, faults: Faults) -> TypeDimension:
    by_label: Mapping[str, Formula] = values.get("values", {})
    prior, titles = values.get("prior"), values.get("titles", {})
    if "values" in values and len(by_label) < 2:
        faults.add("C035", f"{actor}.{name} needs at least two values", values.place, hint="{low: a, high: b}")
    if prior is None and not joint and "prior" not in values.node:
        message = f"{actor}.{name} has no prior"
        faults.add("C035", message, values.place, hint="prior: {low: p_low, high: rest}")
    return TypeDimension(
        actor,
        name,
        tuple(by_label),
        tuple(by_label.values()),
        tuple(_rest(prior.get(label)) for label in by_label) if prior is not None else (),
        values.get("unit", ""),
        titled(values, name, faults),
        tuple(titles.get(label, Text({faults.language: label.replace("_", " ")})) for label in by_label),
        place_of(name, values.place),
    )


def _rest(weight: Any) -> Formula | None:
    return weight if isinstance(weight, Formula) else None


def _joint(actor: str, names: list[str], values: Values) -> JointPrior:
    """Return a joint prior; rows that lack a dimension keep an empty label, which the checks report."""
    rows = values.get("prior", [])
    weights = {tuple(labels.get(name, "") for name in names): _rest(weight) for labels, weight, _ in rows}
    return JointPrior(actor, weights, values.place)


def build_world(name: str, values: Values, faults: Faults) -> WorldParameter:
    """Return a parameter of the world."""
    family, arguments = values.get("prior", ("fixed", {"value": ONE}))
    return WorldParameter(
        name,
        tuple(values.get("given", ())),
        family,
        arguments,
        values.get("unit", ""),
        titled(values, name, faults),
        values.get("assumed", Text()),
        values.get("source"),
        place_of(name, values.place),
    )


def build_state(entries: Mapping[str, Values], faults: Faults) -> tuple[tuple[StatusVariable, ...], tuple[Stock, ...]]:
    """Return the statuses and the stocks, each in writing order."""
    statuses: list[StatusVariable] = []
    stocks: list[Stock] = []
    for name, values in entries.items():
        node = values.node
        if ("labels" in node) == ("range" in node):
            message = f"{name} must have labels (a status) or a range (a stock)"
            faults.add("C034", message, node.place, hint="labels: [war, truce] or range: [0, 120]")
        foreign = {"unit", "nodes", "at_bounds", "series"} if "labels" in node else {"titles"}
        for key in foreign & {key for key, _ in node.items()}:
            kind = "status" if "labels" in node else "stock"
            faults.add("C037", f"{key!r} does not belong to a {kind}", node.key_place(key), found=key)
        if "labels" in values:
            statuses.append(_status(name, values, faults))
        else:
            stocks.append(_stock(name, values, faults))
    return tuple(statuses), tuple(stocks)


def _status(name: str, values: Values, faults: Faults) -> StatusVariable:
    labels, titles = values["labels"], values.get("titles", {})
    initial = values["initial"].text if "initial" in values else next(iter(labels), "")
    shown = tuple(titles.get(label, Text({faults.language: label.replace("_", " ")})) for label in labels)
    place = values["initial"].place if "initial" in values else values.place
    title = titled(values, name, faults)
    return StatusVariable(name, tuple(labels), Placed.at(initial, place), title, shown, place_of(name, values.place))


def _stock(name: str, values: Values, faults: Faults) -> Stock:
    low, high = values.get("range", (-math.inf, math.inf))
    return Stock(
        name,
        values.get("unit", ""),
        low,
        high,
        values.get("initial", ONE),
        values.get("nodes"),
        values.get("at_bounds", "fault"),
        titled(values, name, faults),
        values.get("series", ""),
        place_of(name, values.place),
    )


def build_step(values: Values, faults: Faults) -> Step:
    """Return a step; what nature does in it is one move without a name."""
    node, name = values.node, str(values.get("name", ""))
    nature = values.get("nature", False)
    if ("actor" in node) == nature:
        message = f"the step {name} belongs either to an actor or to nature"
        faults.add("C036", message, node.place, hint="actor: NAME, or nature: true")
    own = ("actor", "moves", "record", "default", "order")
    for key in own if nature else ("drift", "noise", "effects", "payoffs", "flow", "chance"):
        if key in node and not (key == "actor" and nature):
            message = f"{key!r} does not belong to a step of {'nature' if nature else 'an actor'}"
            hint = "" if nature else "write it inside a move"
            faults.add("C037", message, node.key_place(key), found=key, hint=hint)
    by_name = {} if nature else values.get("moves", {})
    moves = tuple(_move(key, one, faults) for key, one in by_name.items())
    return Step(
        Placed.at(name, values["name"].place) if name else name,
        None if nature else values.get("actor", ""),
        (_move("", values, faults),) if nature else moves,
        titled(values, name, faults),
        values.get("when"),
        values.get("record", "partial"),
        values.get("default"),
        tuple(values.get("order", ())),
        place_of(values.get("name", ""), node.place),
    )


def _move(name: str, values: Values, faults: Faults) -> Move:
    nature = name == ""
    return Move(
        name,
        titled(values, name, faults),
        None if nature else values.get("when"),
        values.get("weight"),
        values.get("effects", {}),
        tuple(_chance(one, faults) for one in values.get("chance", ())),
        values.get("drift", {}) if nature else {},
        values.get("noise", {}) if nature else {},
        values.get("payoffs", {}),
        values.get("flow", {}),
        place_of(name, values.place),
    )


def _chance(values: Values, faults: Faults) -> ChanceOutcome:
    """Return one outcome of a lottery; an unreadable probability stands in as never, not as rest."""
    name, rest = values.get("name", ""), values.get("rest", False)
    probability = None if rest else values.get("probability", NEVER)
    effects, title = values.get("effects", {}), titled(values, name, faults)
    return ChanceOutcome(name, probability, values.get("in_world"), effects, title, values.place)


def build_side(name: str, values: Values, faults: Faults) -> SideStock:
    """Return a sum along a path."""
    return SideStock(
        name,
        values.get("flow", ONE),
        values.get("unit", ""),
        values.get("initial", 0.0),
        titled(values, name, faults),
        values.get("low"),
        values.get("high"),
        place_of(name, values.place),
    )
