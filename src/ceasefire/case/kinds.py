"""Kinds of values and tables of keys: one description from which files are read, checked and documented.

A ``Kind`` knows how to read a node (collecting faults), how JSON Schema says it and how a person says it. A
``Section`` is a table of ``Key``; reading one gives ``Values``, a dictionary of what could be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ceasefire.case.nodes import Faults, Node
from ceasefire.case.values import (
    LANGUAGES,
    Placed,
    is_name,
    read_duration,
    read_formula,
    read_localised,
    read_name,
    read_person,
    read_string,
)
from ceasefire.errors import Place

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
def _json(**schema: Any) -> Callable[[], Json]:
    return lambda: schema


_TEXT = {"type": ["string", "number", "boolean"]}
STRING = Kind("a text", read_string, _json(**_TEXT))
TEXT = Kind("a text, or one per language", read_localised, _json(**{"$ref": "#/$defs/text"}))
PERSON = Kind("a name, or one per language", read_person, _json(**{"$ref": "#/$defs/text"}))
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


# keys that several blocks have ----------------------------------------------------------------------------------
def format_key(name: str) -> Key:
    """Return the key that says which format, and which version of it, a file has."""
    return Key("format", one_of(name), "Which format this is.", name, True)


def for_readers(example: str) -> Key:
    """Return the key of a title that only readers see."""
    return Key("title", TEXT, "For readers.", example)


def sections_of(section: Section) -> list[Section]:
    """Return a section and all sections inside it, in order, each once."""
    found = [section]
    for key in section.keys:
        for inner in key.kind.sections:
            found += [one for one in sections_of(inner) if one not in found]
    return found
