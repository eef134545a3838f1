"""Single values of a case file: texts in several languages, formulas, names, durations; each keeps its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from ceasefire.case.evidence import Text
from ceasefire.case.formula import Formula, by_status, parse_formula
from ceasefire.case.formula_evaluate import ARITIES
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


class Named(Protocol):
    """A record with a name of the writer's own."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def place(self) -> Place:
        """Where it stands."""


def check_distinct(named: Iterable[Named], code: str, hint: str, faults: Faults) -> None:
    """Add a fault for each record that has the name of an earlier one."""
    first: dict[str, Named] = {}
    for one in named:
        if one.name in first:
            message = f"the id {one.name} stands twice, first at {first[one.name].place}"
            faults.add(code, message, one.place, hint=hint)
        first.setdefault(one.name, one)


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


def read_person(node: Node, faults: Faults) -> Text | None:
    """Return what somebody is called: a name, the same in every language, or a text per language."""
    if node.is_map:
        return read_localised(node, faults)
    text = node.as_text(faults, "a name, or one per language: {en: ..., de: ...}")
    return None if text is None else named(text)


def named(name: str) -> Text:
    """Return a name that is the same in every language."""
    return Text(dict.fromkeys(LANGUAGES, name.strip()))


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
