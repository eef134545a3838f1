"""Kinds of values with a form of their own: priors, ranges, nodes, sources, weights with ``rest``, plan rules."""

from __future__ import annotations

from typing import Any

from ceasefire.case.evidence import SourceRef
from ceasefire.case.kinds import FORMULA, STRING, Json, Key, Kind, Section, block, list_of, map_of, word_or
from ceasefire.case.mechanism import PlanRule
from ceasefire.case.nodes import Faults, Node
from ceasefire.case.priors import ARGUMENTS, Prior, make_prior
from ceasefire.case.values import read_formula
from ceasefire.errors import InputError, Place

CODES: dict[str, str] = {
    "C023": "A range, or a list of nodes, does not increase.",
    "C024": "A source names neither a row nor an excerpt of a source, or both.",
    "C025": "A prior names not exactly one family.",
    "C026": "A rule of a plan is not one move with its condition.",
}


def read_range(node: Node, faults: Faults) -> tuple[float, float] | None:
    """Return the two ends of a range."""
    numbers = _increasing(node, faults, "two numbers, the lower one first")
    if numbers is None or len(numbers) == 2:
        return None if numbers is None else (numbers[0], numbers[1])
    faults.add("C023", "a range has two ends", node.place, found=f"{len(numbers)} numbers", expected="[0, 120]")
    return None


def read_nodes(node: Node, faults: Faults) -> tuple[float, ...] | int | None:
    """Return the number of nodes (2 to 1000) or the nodes themselves."""
    if node.is_list:
        return _increasing(node, faults, "numbers, ascending")
    number = node.as_int(faults, "the number of nodes, or a list of them")
    if number is not None and not 2 <= number <= 1000:
        faults.add("C023", "the number of nodes is out of bounds", node.place, found=str(number), expected="2 to 1000")
        return None
    return number


def _increasing(node: Node, faults: Faults, expected: str) -> tuple[float, ...] | None:
    elements = node.as_list(faults, expected)
    numbers = [element.as_float(faults) for element in elements or []]
    found = tuple(number for number in numbers if number is not None)
    if elements is None or len(found) < len(numbers):
        return None
    if len(found) < 2 or list(found) != sorted(set(found)):
        shown = ", ".join(f"{number:g}" for number in found)
        faults.add("C023", "these numbers do not increase", node.place, found=shown, expected=expected)
        return None
    return found


def read_source(node: Node, faults: Faults) -> SourceRef | None:
    """Return a reference to a row of a table, or to an excerpt of a source."""
    values = SOURCE_KEYS.read(node, faults)
    ref = SourceRef(values.get("row", ""), values.get("source", ""), values.get("excerpt", ""))
    if bool(ref.row) != bool(ref.source):
        return ref
    if node.is_map:
        hint = "{row: quantities.csv#17} or {source: KEY, excerpt: ...}"
        faults.add("C024", "a source names a row, or a source with an excerpt", node.place, hint=hint)
    return None


def _family(node: Node, faults: Faults) -> tuple[str, Node] | None:
    """Return the one family of a prior and the block of its arguments."""
    pairs = node.as_map(faults, "a prior such as {normal: {mean: 0, sd: 1}}")
    if pairs is None:
        return None
    if len(pairs) != 1:
        hint = f"families: {', '.join(ARGUMENTS)}"
        faults.add("C025", "a prior is one family with its arguments", node.place, found=", ".join(pairs), hint=hint)
        return None
    return next(iter(pairs.items()))


def read_prior(node: Node, faults: Faults) -> Prior | None:
    """Return a prior over a number."""
    family = _family(node, faults)
    arguments = family[1].as_map(faults, "the arguments of the prior") if family else None
    if family is None or arguments is None:
        return None
    read: dict[str, Any] = {
        name: [one.as_float(faults) for one in child.elements()] if child.is_list else child.as_float(faults)
        for name, child in arguments.items()
    }
    if any(value is None or (isinstance(value, list) and None in value) for value in read.values()):
        return None
    try:
        return make_prior(family[0], read, family[1].place)
    except InputError as error:
        faults.extend(error.faults)
        return None


def read_world_prior(node: Node, faults: Faults) -> tuple[str, dict[str, Any]] | None:
    """Return a family and its arguments as formulas."""
    family = _family(node, faults)
    if family is None:
        return None
    arguments = {name: read_formula(child, faults) for name, child in family[1].items()}
    sets = ARGUMENTS.get(family[0], ())
    if family[0] == "discrete" or frozenset(arguments) not in sets:
        expected = " or ".join("{" + ", ".join(sorted(names)) + "}" for names in sets) or ", ".join(ARGUMENTS)
        faults.add("C025", f"{family[0]} does not take these arguments here", node.place, expected=expected)
        return None
    return None if None in arguments.values() else (family[0], arguments)


def read_rules(node: Node, faults: Faults) -> tuple[PlanRule, ...] | None:
    """Return the ordered rules of a plan for one step."""
    elements = node.as_list(faults, "a list of rules such as [{press: phase == war}, {otherwise: equilibrium}]")
    if elements is None:
        return None
    return tuple(rule for element in elements if (rule := _rule(element, faults)) is not None)


def _rule(node: Node, faults: Faults) -> PlanRule | None:
    pairs = node.items()
    if len(pairs) != 1:
        hint = "{press: phase == war} or {otherwise: equilibrium}"
        faults.add("C026", "a rule is one move with its condition", node.place, found=node.kind, hint=hint)
        return None
    move, child = pairs[0]
    if move == "otherwise":
        text = child.as_text(faults, "equilibrium or a move")
        return None if text is None else PlanRule(text, None)
    condition = read_formula(child, faults)
    return None if condition is None else PlanRule(move, condition)


def read_joint_row(node: Node, faults: Faults) -> JointRow | None:
    """Return one row of a joint prior: labels by dimension, and its probability."""
    if node.as_map(faults, "{dimension: label, ..., probability: formula}") is None:
        return None
    node.check_keys(faults, [key for key, _ in node.items()], ["probability"], "a row of a joint prior")
    labels = {name: child.as_text(faults, "a label") for name, child in node.items() if name != "probability"}
    weight = node.get("probability")
    probability = WEIGHT.read(weight, faults) if weight is not None else None
    if probability is None or None in labels.values():
        return None
    return {name: label for name, label in labels.items() if label is not None}, probability, node.place


def types_of_actor(dimension: Section, joint: Section) -> Kind:
    """Return the kind of an actor's types: its dimensions by name, and perhaps ``joint``."""
    dimensions, both = map_of(block(dimension), "a block of type dimensions"), "a block: type dimensions of the actor"

    def read(node: Node, faults: Faults) -> dict[str, Any] | None:
        if node.as_map(faults, both) is None:
            return None
        named = {name: child for name, child in node.items() if name != "joint"}
        found: dict[str, Any] = dimensions.read(Node(named, node.place, node.key_places), faults)
        together = node.get("joint")
        return found if together is None else found | {"joint": joint.read(together, faults)}

    def json() -> Json:
        return {"type": "object", "properties": {"joint": joint.json()}, "additionalProperties": dimension.json()}

    return Kind(both, read, json, (dimension, joint))


def _one_key(values: Json, names: Json) -> Json:
    extra = {"minProperties": 1, "maxProperties": 1}
    return {"type": "object", "propertyNames": names, "additionalProperties": values, **extra}


_NUMBERS: Json = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}]}
_FAMILY: Json = {"enum": list(ARGUMENTS)}

SOURCE_KEYS = Section(
    "source of a number",
    (
        Key("row", STRING, "A table of the folder and a row, counted from 1 below the header.", "quantities.csv#17"),
        Key("source", STRING, "A key of sources.yaml.", "central_bank_2025"),
        Key("excerpt", STRING, "At most 25 words of that source, with the number in them.", '"reserves fell to 40"'),
    ),
)
RANGE = Kind("two numbers", read_range, lambda: {"type": "array", "items": {"type": "number"}, "minItems": 2})
NODES = Kind("a whole number or a list of numbers", read_nodes, lambda: _NUMBERS)
SOURCE = Kind("a row or an excerpt", read_source, SOURCE_KEYS.json, (SOURCE_KEYS,))
NUMERIC_PRIOR = Kind(
    "a family with its arguments",
    read_prior,
    lambda: _one_key({"type": "object", "additionalProperties": _NUMBERS}, _FAMILY),
)
WORLD_PRIOR = Kind(
    "a family with formulas as arguments",
    read_world_prior,
    lambda: _one_key({"type": "object", "additionalProperties": FORMULA.json()}, _FAMILY),
)
WEIGHT = word_or("rest", FORMULA)
JointRow = tuple[dict[str, str], Any, Place]
JOINT_ROWS = list_of(
    Kind(
        "{dimension: label, ..., probability: formula}",
        read_joint_row,
        lambda: {"type": "object", "required": ["probability"], "additionalProperties": FORMULA.json()},
    )
)
WEIGHTS = map_of(WEIGHT, "a block: a probability or rest per label")
PLAN_RULES = map_of(
    Kind(
        "a list of rules",
        read_rules,
        lambda: {"type": "array", "items": _one_key(FORMULA.json(), {"type": "string"})},
    ),
    "a block: rules per step",
)
