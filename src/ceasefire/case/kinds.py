"""Kinds of values and tables of keys: one description from which files are read, checked and documented.

A ``Kind`` knows how to read a node (collecting faults), how JSON Schema says it and how a person says it. A
``Section`` is a table of ``Key``; reading one gives ``Values``, a dictionary of what could be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ceasefire.case.formula import Formula, by_status, parse_formula
from ceasefire.case.formula_evaluate import ARITIES
from ceasefire.case.model import Text
from ceasefire.case.nodes import Faults, Node
from ceasefire.case.query import parse_duration
from ceasefire.errors import InputError, Place

CODES: dict[str, str] = {
    "C020": "A name cannot be used: names are letters, digits and underscores, and no word of the formula language.",
    "C021": "A block that chooses by status is incomplete.",
    "C022": "A language code is not known.",
}

RESERVED = frozenset({*ARITIES, "and", "or", "not", "if", "else", "date", "always", "never", "rest", "otherwise"}) | {
    *("equilibrium", "stationary", "true", "false", "null", "by", "joint", "plan", "as_of", "P", "E")
}
LANGUAGES = ("en", "de", "uk", "fr", "ru", "es", "pl")

Read = Callable[[Node, Faults], Any]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """What may stand as a value.

    ``read`` returns None where the value does not fit (and has said so). ``sections`` hold the keys of a block, or of
    the blocks inside a list or a map of the writer's own names.
    """

    says: str
    read: Read = field(compare=False)
    json: Callable[[], Json] = field(compare=False)
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Key:
    """One key: its kind, what it means, an example (YAML), whether it must be there."""

    name: str
    kind: Kind
    meaning: str
    example: str
    required: bool = False


class Placed(str):
    """A text that remembers where it was written; equal to the plain text."""

    place: Place = Place()

    @classmethod
    def at(cls, text: str, place: Place) -> Placed:
        """Return `text` with its place."""
        placed = cls(text)
        placed.place = place
        return placed


def place_of(text: str, otherwise: Place) -> Place:
    """Return where a text was written, if it remembers."""
    return text.place if isinstance(text, Placed) else otherwise


class Values(dict[str, Any]):
    """What was read from one block: only keys that were there and could be read; ``node`` is where it stood."""

    node: Node

    @property
    def place(self) -> Place:
        """Where the block stands."""
        return self.node.place


@dataclass(frozen=True)
class Section:
    """A table of keys. ``heading`` names it in faults and in the reference."""

    heading: str
    keys: tuple[Key, ...]
    meaning: str = ""

    def read(self, node: Node, faults: Faults) -> Values:
        """Read a block; unknown, missing and unreadable keys are faults."""
        values = Values()
        values.node = node
        if node.as_map(faults, f"a block of keys ({self.heading})") is None:
            return values
        required = [key.name for key in self.keys if key.required]
        node.check_keys(faults, [key.name for key in self.keys], required, self.heading)
        for key in self.keys:
            child = node.get(key.name)
            if child is not None and (value := key.kind.read(child, faults)) is not None:
                values[key.name] = value
        return values

    def json(self) -> Json:
        """Return the block as JSON Schema."""
        properties = {key.name: {"description": key.meaning, **key.kind.json()} for key in self.keys}
        required = [key.name for key in self.keys if key.required]
        extra = {"required": required} if required else {}
        return {"type": "object", "additionalProperties": False, "properties": properties, **extra}


# single values ---------------------------------------------------------------------------------------------------
def read_localised(node: Node, faults: Faults) -> Text | None:
    """Return a text in one language or several (``{en: ..., de: ...}``)."""
    if not node.is_map:
        text = node.as_text(faults, "a text, or one per language: {en: ..., de: ...}")
        return None if text is None else Text({faults.language: text.strip()})
    found = {}
    for code, child in node.items():
        if code not in LANGUAGES:
            hint = f"known: {', '.join(LANGUAGES)}"
            faults.add("C022", f"{code!r} is no known language code", node.key_place(code), found=code, hint=hint)
        elif (text := child.as_text(faults)) is not None:
            found[code] = text.strip()
    return Text(found)


def read_formula(node: Node, faults: Faults) -> Formula | None:
    """Return a formula: a number, a text in the formula language, or ``{by: status, label: formula, ...}``."""
    if node.is_map:
        return _read_by(node, faults)
    text = node.as_text(faults, "a formula")
    return None if text is None else _parsed(text, node.place, faults)


def _parsed(text: str, place: Place, faults: Faults) -> Formula | None:
    try:
        return parse_formula(text, place)
    except InputError as error:
        faults.extend(error.faults)
        return None


def _read_by(node: Node, faults: Faults) -> Formula | None:
    """Return ``{by: status, label: formula, otherwise: formula}`` as one formula."""
    by = node.get("by")
    if by is None or not by.is_text or len(node.items()) < 2:
        message = "a formula in a block starts with by: STATUS and has one formula per label, or otherwise"
        faults.add("C021", message, node.place, hint="{by: phase, war: ..., otherwise: ...}")
        return None
    branches = {label: read_formula(child, faults) for label, child in node.items() if label != "by"}
    if any(branch is None for branch in branches.values()):
        return None
    read = {label: branch for label, branch in branches.items() if branch is not None}
    otherwise = read.pop("otherwise", None)
    return by_status(str(by.value), read, otherwise, node.place) if read else otherwise


def read_string(node: Node, faults: Faults) -> Placed | None:
    """Return a text with its place."""
    text = node.as_text(faults)
    return None if text is None else Placed.at(text, node.place)


def read_name(node: Node, faults: Faults) -> Placed | None:
    """Return a name that formulas can use."""
    text = node.as_text(faults, "a name")
    return Placed.at(text, node.place) if text is not None and is_name(text, node.place, faults) else None


def is_name(text: str, place: Place, faults: Faults) -> bool:
    """Return whether a text can be a name; a fault says why not."""
    if re.fullmatch(r"[^\W\d]\w{0,59}", text, re.ASCII) and text not in RESERVED:
        return True
    reason = "is a word of the formula language" if text in RESERVED else "is no name"
    expected = "letters (a-z), digits and underscores, not starting with a digit, at most 60"
    faults.add("C020", f"{text!r} {reason}", place, found=text, expected=expected)
    return False


def read_duration(node: Node, faults: Faults) -> float | None:
    """Return a duration in days."""
    text = node.as_text(faults, "a duration such as 30 days")
    try:
        return None if text is None else parse_duration(text, node.place)
    except InputError as error:
        faults.extend(error.faults)
        return None


def _json(**schema: Any) -> Callable[[], Json]:
    return lambda: schema


_TEXT = {"type": ["string", "number", "boolean"]}
STRING = Kind("a text", read_string, _json(**_TEXT))
TEXT = Kind("a text, or one per language", read_localised, _json(**{"$ref": "#/$defs/text"}))
NUMBER = Kind("a number", lambda node, faults: node.as_float(faults), _json(type="number"))
WHOLE = Kind("a whole number", lambda node, faults: node.as_int(faults), _json(type="integer"))
BOOLEAN = Kind("true or false", lambda node, faults: node.as_bool(faults), _json(type="boolean"))
DATE = Kind("a date", lambda node, faults: node.as_date(faults), _json(type="string", format="date"))
DURATION = Kind("a duration", read_duration, _json(type="string", pattern="^[0-9.]+ *(day|week|month|quarter|year)s?$"))
FORMULA = Kind("a formula", read_formula, _json(**{"$ref": "#/$defs/formula"}))
CONDITION = Kind("a condition", read_formula, _json(**{"$ref": "#/$defs/formula"}))
NAME = Kind("a name", read_name, _json(**{"$ref": "#/$defs/name"}))

DEFS: Mapping[str, Json] = {
    "name": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,59}$"},
    "text": {
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "propertyNames": {"enum": list(LANGUAGES)},
                "additionalProperties": _TEXT,
            },
        ]
    },
    "formula": {
        "anyOf": [
            {"type": ["string", "number", "boolean"]},
            {
                "type": "object",
                "properties": {"by": {"type": "string"}},
                "required": ["by"],
                "additionalProperties": {"$ref": "#/$defs/formula"},
            },
        ]
    },
}


# values made of others -------------------------------------------------------------------------------------------
def one_of(*words: str) -> Kind:
    """Return the kind of a choice between words."""
    enum = [int(word) if word.isdigit() else word for word in words]
    return Kind(" or ".join(words), lambda node, faults: node.as_choice(faults, words), _json(enum=enum))


def word_or(word: str, kind: Kind) -> Kind:
    """Return the kind of ``word``, or else `kind`."""

    def read(node: Node, faults: Faults) -> Any:
        return word if node.value == word else kind.read(node, faults)

    return Kind(f"{word}, or {kind.says}", read, lambda: {"anyOf": [{"const": word}, kind.json()]}, kind.sections)


def list_of(kind: Kind, says: str = "") -> Kind:
    """Return the kind of a list; elements that cannot be read are left out."""

    def read(node: Node, faults: Faults) -> list[Any] | None:
        elements = node.as_list(faults, says or f"a list ({kind.says})")
        if elements is None:
            return None
        return [value for element in elements if (value := kind.read(element, faults)) is not None]

    return Kind(says or f"a list: {kind.says}", read, lambda: {"type": "array", "items": kind.json()}, kind.sections)


def map_of(kind: Kind, says: str, *, names: bool = True) -> Kind:
    """Return the kind of a block whose keys are the writer's own (``names``: as formulas use them)."""

    def read(node: Node, faults: Faults) -> dict[str, Any] | None:
        pairs = node.as_map(faults, says)
        if pairs is None:
            return None
        found: dict[str, Any] = {}
        for key, child in pairs.items():
            good = not names or is_name(key, node.key_place(key), faults)
            value = kind.read(child, faults)
            if good and value is not None:
                found[Placed.at(key, node.key_place(key))] = value
        return found

    key_rule = {"propertyNames": {"$ref": "#/$defs/name"}} if names else {}
    json = lambda: {"type": ["object", "null"], **key_rule, "additionalProperties": kind.json()}  # noqa: E731
    return Kind(says, read, json, kind.sections)


def block(section: Section) -> Kind:
    """Return the kind of a block with known keys."""
    return Kind(f"a block ({section.heading})", section.read, section.json, (section,))


def sections_of(section: Section) -> list[Section]:
    """Return a section and all sections inside it, in order, each once."""
    found = [section]
    for key in section.keys:
        for inner in key.kind.sections:
            found += [one for one in sections_of(inner) if one not in found]
    return found
