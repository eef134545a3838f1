"""From bytes to a tree of nodes: the YAML half of ``case.nodes``."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

from ceasefire.case.nodes import MAX_BYTES, MAX_DEPTH, Faults, Node
from ceasefire.errors import Place


def read_text(path: Path, name: str, faults: Faults) -> str | None:
    """Return the text of a file; None and a fault where it is absent, too large, binary or empty."""
    place = Place(name)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        faults.add("C001", f"cannot read {name}: {error.strerror or error}", place)
        return None
    if len(raw) > MAX_BYTES:
        message = f"{name} has more than {MAX_BYTES // 1_000_000} million bytes"
        faults.add("C006", message, place, hint="put events and series into CSV files")
        return None
    text = _decoded(raw, name, faults)
    if text is None:
        return None
    if not re.sub(r"(?m)^\s*(#.*)?$", "", text).strip().strip("-").strip():
        faults.add("C003", f"{name} is empty", place, hint="ceasefire new --pattern P writes a complete small case")
        return None
    return text


def _decoded(raw: bytes, name: str, faults: Faults) -> str | None:
    """Return UTF-8 text without byte order mark; a fault names the first byte that is none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"{name} is not text in UTF-8 (byte {error.start + 1})"
        faults.add("C002", message, Place(name, line), hint="save the file as UTF-8")
        return None
    bad = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    if bad is None:
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", " ")
    line = text[: bad.start()].count("\n") + 1
    message = f"{name} is not a text file: it holds the character U+{ord(bad[0]):04X}"
    faults.add("C002", message, Place(name, line), hint="remove the character, or name the right file")
    return None


def parse_yaml(text: str, name: str, faults: Faults) -> Node | None:
    """Turn YAML text into a node tree; None and a fault where it is no YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    lines = text.split("\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # anchors are faults here, whether reused or not
            yaml = YAML(typ="safe", pure=True)
            yaml.max_depth = MAX_DEPTH
            root = yaml.compose(text)
        if root is None:
            faults.add("C003", f"{name} is empty", Place(name))
            return None
        return _Converter(name, lines, faults).node(root, 0)
    except RecursionError:
        _too_deep(name, faults)
    except YAMLError as error:
        _syntax_fault(error, name, lines, faults)
    except (ValueError, IndexError, KeyError, AttributeError, TypeError, AssertionError, OverflowError) as error:
        faults.add("C005", f"{name} is not valid YAML ({type(error).__name__})", Place(name))
    return None


def _too_deep(name: str, faults: Faults) -> None:
    faults.add("C007", f"{name} is nested too deeply", Place(name), expected=f"at most {MAX_DEPTH} levels")


def _syntax_fault(error: Any, name: str, lines: list[str], faults: Faults) -> None:
    """Report what the YAML parser refused, with tabs and a too early bracket said in plain words."""
    if type(error).__name__ == "MaxDepthExceededError":
        _too_deep(name, faults)
        return
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = _place(name, lines, mark.line, mark.column) if mark is not None else Place(name)
    problem = str(getattr(error, "problem", None) or "not valid YAML").strip()
    if "\t" in place.source_line[: place.column] or "'\\t'" in problem:
        faults.add("C004", "a tab stands where YAML wants spaces", place, hint="replace tabs by spaces")
        return
    context = str(getattr(error, "context", None) or "").strip()
    message = f"not valid YAML: {problem}" + (f" ({context})" if context else "")
    hint = "check brackets, quotes and indentation just before this place"
    if "mapping values are not allowed" in problem:
        hint = "a value that contains ': ' needs quotes; else check the indentation"
    faults.add("C005", message, place, hint=hint)


def _place(name: str, lines: list[str], line: int, column: int) -> Place:
    """Return the place of a mark (counted from 0)."""
    source = lines[line] if 0 <= line < len(lines) else ""
    return Place(name, line + 1, column + 1, source)


class _Converter:
    """Turns the parser's nodes into ours, collecting faults on the way."""

    def __init__(self, name: str, lines: list[str], faults: Faults) -> None:
        self.name, self.lines, self.faults = name, lines, faults
        self.seen: set[int] = set()

    def place(self, raw: Any) -> Place:
        """Return where a raw node starts."""
        return _place(self.name, self.lines, raw.start_mark.line, raw.start_mark.column)

    def node(self, raw: Any, depth: int) -> Node:
        """Return the node of a raw node."""
        place = self.place(raw)
        if depth > MAX_DEPTH:
            raise RecursionError
        if id(raw) in self.seen or raw.anchor is not None:
            self.faults.add("C009", "anchors (&) and aliases (*) are not used in a case", place, hint="write it out")
            return Node(None, place)
        self.seen.add(id(raw))
        if type(raw).__name__ == "MappingNode":
            return self.map(raw, place, depth)
        self.tag(raw, place)
        if type(raw).__name__ == "SequenceNode":
            elements = [self.node(element, depth + 1) for element in raw.value]
            if raw.flow_style:
                self.comma_trap((element.value, element.place) for element in elements if not element.quoted)
            return Node(elements, place)
        return self.scalar(raw, place)

    def tag(self, raw: Any, place: Place) -> None:
        """Report an explicit tag such as ``!!python/object``."""
        start = place.source_line[place.column - 1 : place.column]
        if start == "!":
            self.faults.add("C009", "tags (!) are not used in a case", place, hint="remove the tag")

    def scalar(self, raw: Any, place: Place) -> Node:
        """Return a scalar as text; None for nothing."""
        quoted = raw.style in ("'", '"', "|", ">")
        text = str(raw.value)
        return Node(None if not quoted and text in ("", "~", "null") else text, place, quoted=quoted)

    def map(self, raw: Any, place: Place, depth: int) -> Node:
        """Return a map; duplicate and odd keys are faults."""
        self.tag(raw, place)
        pairs: dict[str, Node] = {}
        key_places: dict[str, Place] = {}
        plain: list[tuple[object, Place]] = []
        lone: list[tuple[str, Place, str]] = []
        for raw_key, raw_value in raw.value:
            key_place = self.place(raw_key)
            if type(raw_key).__name__ != "ScalarNode" or raw_key.anchor is not None:
                self.faults.add("C010", "a key must be a plain word", key_place, hint="quote a value with { } or [ ]")
                continue
            key, value = str(raw_key.value), self.node(raw_value, depth + 1)
            if raw.flow_style and self.lone_key(raw_value, value):
                lone.append((key, key_place, next(reversed(pairs), "")))
                continue
            if key in pairs:
                first = key_places[key].line
                hint = f"first on line {first}; keep one of them"
                self.faults.add("C008", f"the key {key!r} stands twice in this block", key_place, found=key, hint=hint)
                continue
            pairs[key], key_places[key] = value, key_place
            plain += [(value.value, value.place)] if not value.quoted else []
        if raw.flow_style and not self.comma_trap(plain):
            self.comma_in_map(lone)
        return Node(pairs, place, key_places)

    def lone_key(self, raw_value: Any, value: Node) -> bool:
        """Return whether a key in { } has neither colon nor value."""
        before = self.lines[raw_value.start_mark.line][: raw_value.start_mark.column].rstrip()
        return value.value is None and raw_value.value == "" and not before.endswith(":")

    def comma_in_map(self, lone: list[tuple[str, Place, str]]) -> None:
        """Report keys without a colon: nearly always the rest of a value with a comma in it."""
        for key, place, before in lone:
            message = f"{key!r} has no colon and no value: it was cut off at the comma before it"
            hint = f"put the whole value of {before!r} in double quotes" if before else "write it as key: value"
            self.faults.add("C011", message, place, found=key, hint=hint)

    def comma_trap(self, values: Any) -> bool:
        """Report plain flow values with an open bracket: their comma has cut them in two."""
        trapped = False
        for text, place in values:
            if isinstance(text, str) and text.count("(") > text.count(")"):
                message = "an unquoted value ends at a comma inside its brackets"
                self.faults.add("C011", message, place, found=text, hint="put the whole value in double quotes")
                trapped = True
        return trapped
