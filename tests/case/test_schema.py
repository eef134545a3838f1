"""The JSON Schema says the same as the reader: valid cases pass, typos and wrong types do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ceasefire.case import library
from ceasefire.case.files import FILES, json_schema
from ceasefire.case.nodes import Faults, Node, load_yaml
from ceasefire.case.yaml_text import parse_yaml
from tests.case.small_case import ARGUMENT, CASE, RECORD, SOURCES

TEXTS = {"case": CASE, "record": RECORD, "sources": SOURCES, "argument": ARGUMENT}


def plain(node: Node) -> Any:
    """Return a node as an editor's YAML reader sees it."""
    if node.is_map:
        return {key: plain(child) for key, child in node.items()}
    if node.is_list:
        return [plain(child) for child in node.elements()]
    if isinstance(node.value, str) and not node.quoted:
        if node.value in ("true", "false"):
            return node.value == "true"
        for number in (int, float):
            try:
                return number(node.value)
            except ValueError:
                continue
    return node.value


def errors(file: str, text: str) -> list[str]:
    root = parse_yaml(text, "x", Faults())
    assert root is not None
    return [error.message for error in Draft202012Validator(json_schema(file)).iter_errors(plain(root))]


@pytest.mark.parametrize("file", sorted(FILES))
def test_schemas_are_schemas(file: str) -> None:
    Draft202012Validator.check_schema(json_schema(file))


@pytest.mark.parametrize("file", sorted(FILES))
def test_the_small_case_passes(file: str) -> None:
    assert errors(file, TEXTS[file]) == []


@pytest.mark.parametrize("folder", [*library.names(), *library.patterns()])
def test_shipped_cases_pass(folder: str) -> None:
    path = library.path(folder) if folder in library.names() else library.pattern_path(folder)
    names = {"case": "case.yaml", "record": "record.yaml", "sources": "sources.yaml"}
    found = [(file, path / name) for file, name in names.items() if (path / name).exists()]
    found += [("argument", one) for one in sorted(Path(path / "arguments").glob("*.yaml"))]
    for file, one in found:
        root = load_yaml(one, Faults())
        assert root is not None
        validator = Draft202012Validator(json_schema(file))
        assert [(one.name, error.message) for error in validator.iter_errors(plain(root))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: live", "status: alive"),
        ("status: live", "statsu: live"),
        ("as_of: 2020-04-15", "as_off: 2020-04-15"),
        ("nodes: 16", "nodes: many"),
        ("discount_factor: patience, ", ""),
        ("softness: {", "soft-ness: {"),
        ("known: true", "known: maybe"),
        ("flow: {by: phase, war: push, otherwise: 0}", "flow: {war: push, otherwise: 0}"),
        ("{beta: {mean: 0.97, p90: 0.99}}", "{betta: {mean: 0.97, p90: 0.99}}"),
    ],
)
def test_typos_do_not_pass(old: str, new: str) -> None:
    assert old in CASE
    assert errors("case", CASE.replace(old, new, 1))
