"""Rules about numbers: none without a name, a source or a reason; priors and precisions that can be."""

from __future__ import annotations

import math

from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import TypeDimension
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, Node, did_you_mean
from ceasefire.case.uses import Names, uses
from ceasefire.case.values import place_of
from ceasefire.errors import InputError, Place

CODES: dict[str, str] = {
    "C221": "A formula holds a number; only 0, 1, -1 and unit conversions may be literal.",
    "C222": "A number has neither a source nor a reason why it is assumed, or has both.",
    "C223": "perceived_by names no actor, no parameter, or a parameter that is itself perceived.",
    "C224": "hindsight belongs to reconstructions, and needs the value that stands without it.",
    "C225": "A parameter, type or rival is used nowhere (warning).",
    "C226": "Probabilities do not sum to one.",
    "C227": "Exactly one entry must be the rest.",
    "C228": "A prior or joint prior of types does not name the labels that exist.",
    "C229": "A precision, discount factor or initial value is out of its bounds at nominal values.",
    "C230": "A world parameter is given something that is no type.",
}

CONVERSIONS = frozenset({0.0, 1.0, 7.0, 12.0, 24.0, 30.0, 52.0, 60.0, 100.0, 365.0, 365.25, 1000.0, 1e6, 1e9})


def check_literals(case: Case, faults: Faults) -> None:
    """C221: every number in a formula is 0, 1, -1 or a unit conversion."""
    for use in uses(case):
        literal = [number for number in use.formula.constants() if number not in CONVERSIONS]
        if literal:
            shown = ", ".join(f"{number:g}" for number in dict.fromkeys(literal))
            message = f"{use.what} holds the number {shown}"
            hint = "make it a parameter with a prior and a source, or assumed: why"
            expected = "only 0, 1, -1 and unit conversions as numbers"
            faults.add("C221", message, use.formula.place, found=use.formula.text, expected=expected, hint=hint)


def check_sources(case: Case, root: Node, faults: Faults) -> None:
    """C222: every parameter has a source or says why it is assumed."""
    for kind, group in (("parameters", case.parameters), ("world", case.world)):
        for name, one in group.items():
            node = (root.get(kind) or root).get(name)
            has = [key for key in ("source", "assumed") if node is not None and key in node]
            if len(has) != 1:
                message = f"{name} has {'both a source and assumed' if has else 'neither a source nor assumed'}"
                faults.add("C222", message, one.place, hint="source: {row: FILE.csv#N}, or assumed: why this number")


def check_perceptions(case: Case, faults: Faults) -> None:
    """C223: perceived_by maps actors to other parameters, which everybody sees alike."""
    actors = [actor.name for actor in case.actors]
    for parameter in case.parameters.values():
        for actor, other in parameter.perceived_by.items():
            if actor not in actors:
                place, hint = place_of(actor, parameter.place), did_you_mean(actor, actors)
                faults.add("C223", f"there is no actor {actor!r}", place, found=actor, hint=hint)
            if other not in case.parameters or case.parameters[other].perceived_by:
                message = f"{other!r} is no parameter that everybody sees alike"
                hint = did_you_mean(other, case.parameters)
                faults.add("C223", message, place_of(other, parameter.place), found=other, hint=hint)


def check_hindsight(case: Case, faults: Faults) -> None:
    """C224: values chosen with knowledge of later events need status reconstruction and their value without it."""
    marked = [(one.name, one.place) for one in case.parameters.values() if one.hindsight]
    marked += [(item.name, item.place) for item in case.record.items if item.hindsight]
    if case.status != "reconstruction":
        for name, place in marked:
            hint = "write status: reconstruction, or drop what was not known then"
            faults.add(
                "C224", f"{name} has hindsight, but the case is {case.status}", place, found=case.status, hint=hint
            )
    for one in case.parameters.values():
        if one.hindsight != (one.without_hindsight is not None):
            message = f"{one.name}: hindsight: true and without_hindsight: NUMBER go together"
            faults.add("C224", message, one.place)


def check_unused(case: Case, faults: Faults) -> None:
    """C225: warn of parameters, rivals, types and parameters of the world that no formula uses."""
    used = {part for use in uses(case) for name in use.formula.names for part in (name, name.rpartition(".")[2])}
    used |= {other for parameter in case.parameters.values() for other in parameter.perceived_by.values()}
    places = {name: one.place for name, one in case.parameters.items()}
    places |= {name: one.place for name, one in case.rivals.items()}
    places |= {name: one.place for name, one in case.world.items()}
    places |= {one.name: one.place for one in case.types}
    for name, place in places.items():
        if name not in used and case.steps:
            faults.add("C225", f"{name} is used in no formula", place, severity="warning")


def check_weights(
    what: str, weights: dict[str, Formula | None], place: Place, faults: Faults, *, may_be_whole: bool
) -> None:
    """C226, C227: exactly one rest (or, where allowed, literal numbers that sum to one)."""
    rests = [name for name, weight in weights.items() if weight is None]
    literal = {name: _literal(weight) for name, weight in weights.items() if weight is not None}
    numbers = [number for number in literal.values() if number is not None]
    total = sum(numbers)
    if may_be_whole and not rests and len(numbers) == len(literal):
        if abs(total - 1) > 1e-9:
            hint = f"{'lower' if total > 1 else 'raise'} one by {abs(1 - total):g}, or write one as rest"
            faults.add("C226", f"{what} sum to {total:g}, not 1", place, found=f"{total:g}", expected="1", hint=hint)
    elif len(rests) != 1:
        found = ", ".join(rests) or "none"
        faults.add("C227", f"{what}: exactly one must be the rest", place, found=found, hint="one entry: rest")
    elif total > 1 or min(numbers, default=0) < 0:
        hint = "probabilities lie between 0 and 1 and leave something for the rest"
        faults.add("C226", f"{what} sum to {total:g} without the rest", place, found=f"{total:g}", hint=hint)


def _literal(formula: Formula) -> float | None:
    return None if formula.names else float(formula.evaluate({}))


def check_type_priors(case: Case, faults: Faults) -> None:
    """C226 to C228: priors of types name every label once and sum to one."""
    joint = {one.actor: one for one in case.joint_priors}
    actors = [actor.name for actor in case.actors]
    for dimension in case.types:
        if dimension.actor not in actors:
            hint = did_you_mean(dimension.actor, actors)
            faults.add(
                "C228", f"there is no actor {dimension.actor!r}", dimension.place, found=dimension.actor, hint=hint
            )
        if dimension.prior:
            weights = dict(zip(dimension.labels, dimension.prior, strict=True))
            check_weights(f"the prior of {dimension.name}", weights, dimension.place, faults, may_be_whole=True)
    for one in joint.values():
        own = [dimension for dimension in case.types if dimension.actor == one.actor]
        _check_joint(own, {"/".join(key): weight for key, weight in one.weights.items()}, one.place, faults)


def _check_joint(own: list[TypeDimension], weights: dict[str, Formula | None], place: Place, faults: Faults) -> None:
    combinations = [""]
    for dimension in own:
        combinations = [f"{left}/{label}".lstrip("/") for left in combinations for label in dimension.labels]
        if dimension.prior:
            message = f"{dimension.name} has a prior of its own beside the joint prior"
            faults.add("C228", message, dimension.place, hint="keep one of them")
    for name in [name for name in weights if name not in combinations]:
        hint = did_you_mean(name, combinations)
        faults.add("C228", f"{name!r} is no combination of types", place, found=name, hint=hint)
    check_weights("the joint prior", weights, place, faults, may_be_whole=True)


def check_prior_labels(case: Case, root: Node, faults: Faults) -> None:
    """C228: the labels under prior and titles are those under values."""
    for dimension in case.types:
        node = ((root.get("types") or root).get(dimension.actor) or root).get(dimension.name) or root
        for key in ("prior", "titles"):
            block = node.get(key)
            written = [] if block is None else [name for name, _ in block.items()]
            for name in (name for name in written if name not in dimension.labels and block is not None):
                message, hint = f"{dimension.name} has no value {name!r}", did_you_mean(name, dimension.labels)
                faults.add("C228", message, block.key_place(name) if block else dimension.place, found=name, hint=hint)
            missing = [label for label in dimension.labels if key == "prior" and written and label not in written]
            if missing:
                message = f"the prior of {dimension.name} leaves out {', '.join(missing)}"
                faults.add("C228", message, dimension.place, expected=", ".join(dimension.labels))


def check_given(case: Case, names: Names, faults: Faults) -> None:
    """C230: a world parameter is given types, written actor.type, and uses no others."""
    for world in case.world.values():
        for name in world.given:
            if "." not in name or not names.owner(name):
                known = [one for one in names.owner_of_type if "." in one]
                place, hint = place_of(name, world.place), did_you_mean(name, known)
                faults.add("C230", f"{name!r} is no type", place, found=name, expected="actor.type", hint=hint)
        given = {part for name in world.given for part in (name, name.rpartition(".")[2])}
        for formula in world.arguments.values():
            for name in sorted(n for n in formula.names if names.owner(n) and n not in given):
                message = f"the prior of {world.name} uses the type {name!r}, which is not given"
                faults.add("C230", message, formula.place, found=formula.text, hint=f"add it to given: [{name}]")


def nominal_numbers(case: Case) -> dict[str, float]:
    """Return the median of every parameter that could be read, and the nominal setting of every rival."""
    medians = {name: one.prior.median() for name, one in case.parameters.items()}
    medians = {name: median for name, median in medians.items() if not math.isnan(median)}
    return medians | {name: float(rival.nominal) for name, rival in case.rivals.items()}


def check_bounds(case: Case, faults: Faults) -> None:
    """C229: what must lie within bounds does so at nominal values."""
    numbers = nominal_numbers(case)

    def within(formula: Formula, what: str, low: float, high: float, expected: str) -> None:
        if not formula.names <= numbers.keys():
            return
        try:
            value = float(formula.evaluate(numbers))
        except InputError as error:
            faults.extend(error.faults)
            return
        if not low <= value <= high:
            faults.add("C229", f"{what} is {value:g}", formula.place, found=f"{value:g}", expected=expected)

    for actor in case.actors:
        within(actor.discount_factor, f"the discount factor of {actor.name}", 1e-9, 1, "above 0, at most 1")
        within(actor.takes_better, f"takes_better of {actor.name}", 0.5, 1 - 1e-12, "at least 0.5, below 1")
        if actor.when_better_by <= 0:
            found = f"{actor.when_better_by:g}"
            faults.add(
                "C229", f"when_better_by of {actor.name} is {found}", actor.place, found=found, expected="above 0"
            )
    for stock in case.stocks:
        expected = f"{stock.low:g} to {stock.high:g}"
        within(stock.initial, f"the initial value of {stock.name}", stock.low, stock.high, expected)
    for dimension in case.types:
        for weight in dimension.prior:
            if weight is not None:
                within(weight, f"the prior of {dimension.name}", 0, 1, "0 to 1")
