"""YAML with marks: every value keeps its place; scalars stay text until someone asks for a number or a date.

``load_yaml`` turns a file into a tree of ``Node``. What is wrong with the file as YAML goes into a ``Faults``
collector, and so does every failed ``as_...``: the reader goes on and reports everything at once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

from ceasefire.errors import Fault, InputError, Place

CODES: dict[str, str] = {
    "C001": "A file that the case needs is not there or cannot be read.",
    "C002": "The file is not a text file in UTF-8 (it may be a picture, an archive, or saved in another encoding).",
    "C003": "The file is empty.",
    "C004": "A tab stands where YAML wants spaces.",
    "C005": "The file is not valid YAML at this place.",
    "C006": "The file is larger than a hand-written file can be; bulk events belong in CSV.",
    "C007": "Values are nested too deeply.",
    "C008": "A key stands twice in one block; only one could count.",
    "C009": "Anchors, aliases and tags of YAML are not used in a case: every value is written where it belongs.",
    "C010": "A key is not a plain word.",
    "C011": "A comma inside an unquoted value in { } or [ ]: YAML ends the value there.",
    "C012": "Unknown key.",
    "C013": "A required key is missing.",
    "C014": "A value has the wrong type.",
    "C015": "A date does not exist or is not written as YYYY-MM-DD.",
    "C016": "A word is not one of those that are allowed here.",
}

UNREADABLE = {f"C00{n}" for n in range(1, 8)}
"""Codes of files that cannot be read at all."""

NOWHERE = Place()
MAX_BYTES = 4_000_000
MAX_DEPTH = 50

Value = Union[str, "list[Node]", "dict[str, Node]", None]


class Faults:
    """Collects faults; nothing is raised until everything has been looked at.

    ``language`` is the language of texts that do not name theirs.
    """

    def __init__(self, language: str = "en") -> None:
        self.items: list[Fault] = []
        self.language = language

    def add(
        self,
        code: str,
        message: str,
        place: Place = NOWHERE,
        *,
        found: str = "",
        expected: str = "",
        hint: str = "",
        severity: str = "fault",
    ) -> None:
        """Add one fault (or, with ``severity="warning"``, one warning), once."""
        fault = Fault(code, message, place, found, expected, hint, severity)
        if fault not in self.items:
            self.items.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add the faults of an ``InputError`` or another collector."""
        self.items += [fault for fault in faults if fault not in self.items]

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def serious(self) -> list[Fault]:
        """The faults that stop the work, without warnings."""
        return [fault for fault in self.items if fault.severity == "fault"]

    def in_order(self) -> list[Fault]:
        """Return all faults by place; files that could not be read come first, since other faults follow from them."""

        def position(fault: Fault) -> tuple[bool, str, int, int, str]:
            place = fault.place
            return fault.code not in UNREADABLE, place.file, place.line, place.column, fault.code

        return sorted(self.items, key=position)

    def raise_if_any(self) -> None:
        """Raise ``InputError`` with everything collected if anything stops the work."""
        if self.serious:
            raise InputError(self.in_order())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint: the known word nearest to `word`, else the first dozen of them, else nothing."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), names, n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f'"{names[one]}"' for one in near) + "?"
    return f"known here: {', '.join(list(names.values())[:12])}{', ...' if len(names) > 12 else ''}" if names else ""


@dataclass(frozen=True)
class Node:
    """One value of a YAML file.

    Parameters
    ----------
    value : str, list of Node, dict of Node or None
        Scalars are the text as written (quotes removed); None where nothing, ``~`` or ``null`` is written.
    place : Place
        Where the value starts.
    key_places : by key
        Where each key of a map starts.
    quoted : bool
        A scalar in quotes or a block scalar: never a number, date or truth value by accident.
    """

    value: Value
    place: Place
    key_places: Mapping[str, Place] = field(default_factory=dict)
    quoted: bool = False

    # what kind of thing it is -----------------------------------------------------------------------------------
    @property
    def is_map(self) -> bool:
        """Whether this is a block of keys."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.value, list)

    @property
    def is_text(self) -> bool:
        """Whether this is a single value."""
        return isinstance(self.value, str)

    @property
    def kind(self) -> str:
        """Return what a person would call it."""
        if self.is_map:
            return "a block of keys"
        if self.is_list:
            return "a list"
        return "nothing" if self.value is None else repr(self.value)

    # plain access: no faults ------------------------------------------------------------------------------------
    def items(self) -> list[tuple[str, Node]]:
        """Return the pairs of a map in writing order; none for anything else."""
        return list(self.value.items()) if isinstance(self.value, dict) else []

    def elements(self) -> list[Node]:
        """Return the elements of a list; none for anything else."""
        return list(self.value) if isinstance(self.value, list) else []

    def get(self, key: str) -> Node | None:
        """Return the value of a key; None where the key is missing or this is no map."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def key_place(self, key: str) -> Place:
        """Return where a key stands, else where this value stands."""
        return self.key_places.get(key, self.place)

    # typed access: collects a fault and returns None where the value does not fit ---------------------------------
    def wrong(self, faults: Faults, expected: str, hint: str = "") -> None:
        """Report that this value has the wrong type."""
        message = f"{expected} is expected here, not {self.kind}"
        faults.add("C014", message, self.place, found=self.kind, expected=expected, hint=hint)

    def as_map(self, faults: Faults, expected: str = "a block of keys") -> dict[str, Node] | None:
        """Return the pairs; nothing at all counts as an empty block."""
        if self.value is None:
            return {}
        if isinstance(self.value, dict):
            return self.value
        self.wrong(faults, expected)
        return None

    def as_list(self, faults: Faults, expected: str = "a list") -> list[Node] | None:
        """Return the elements of a list."""
        if isinstance(self.value, list):
            return self.value
        self.wrong(faults, expected, "write it in [ ] or one per line after a dash")
        return None

    def as_text(self, faults: Faults, expected: str = "a text") -> str | None:
        """Return the text of a single value."""
        if isinstance(self.value, str):
            return self.value
        self.wrong(faults, expected)
        return None

    def as_float(self, faults: Faults, expected: str = "a number") -> float | None:
        """Return a finite number."""
        text = self.value if isinstance(self.value, str) and not self.quoted else ""
        if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        self.wrong(faults, expected, "remove the quotes" if self.quoted else "")
        return None

    def as_int(self, faults: Faults, expected: str = "a whole number") -> int | None:
        """Return a whole number."""
        text = self.value if isinstance(self.value, str) and not self.quoted else ""
        if re.fullmatch(r"[-+]?[0-9]{1,15}", text):
            return int(text)
        self.wrong(faults, expected)
        return None

    def as_bool(self, faults: Faults, expected: str = "true or false") -> bool | None:
        """Return a truth value; only ``true`` and ``false`` are, never ``yes`` or ``no``."""
        if isinstance(self.value, str) and not self.quoted and self.value in ("true", "false"):
            return self.value == "true"
        self.wrong(faults, expected)
        return None

    def as_date(self, faults: Faults, expected: str = "a date such as 2025-08-15") -> dt.date | None:
        """Return a calendar day."""
        if not isinstance(self.value, str):
            self.wrong(faults, expected)
            return None
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.value):
                return dt.date.fromisoformat(self.value)
            reason = "is not written as year-month-day"
        except ValueError:
            reason = "does not exist"
        faults.add("C015", f"the date {self.value!r} {reason}", self.place, found=self.value, expected=expected)
        return None

    def as_choice(self, faults: Faults, choices: Iterable[str]) -> str | None:
        """Return one of the words of `choices`."""
        words = list(choices)
        text = self.as_text(faults, " or ".join(words))
        if text is None or text in words:
            return text
        hint = did_you_mean(text, words)
        faults.add(
            "C016", f"{text!r} is not allowed here", self.place, found=text, expected=", ".join(words), hint=hint
        )
        return None

    def check_keys(
        self, faults: Faults, known: Iterable[str], required: Iterable[str] = (), where: str = "this block"
    ) -> None:
        """Report unknown and missing keys of a map."""
        names = list(known)
        for key, _ in self.items():
            if key not in names:
                place, hint = self.key_place(key), did_you_mean(key, names)
                faults.add("C012", f"unknown key {key!r} in {where}", place, found=key, hint=hint)
        for key in required:
            if key not in self:
                faults.add("C013", f"{where} needs the key {key!r}", self.place, expected=key)


_NUMBER = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")


def load_yaml(path: Path, faults: Faults, shown_as: str = "") -> Node | None:
    """Read a YAML file to a node tree; None (and a fault) where that is impossible.

    Parameters
    ----------
    path : Path
    faults : Faults
        Receives everything that is wrong with the file as YAML.
    shown_as : str
        Name of the file in faults; the file's own name unless given.
    """
    from ceasefire.case.yaml_text import parse_yaml, read_text

    name = shown_as or path.name
    text = read_text(path, name, faults)
    return None if text is None else parse_yaml(text, name, faults)
