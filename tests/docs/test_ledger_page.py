"""Every command, option, column and fault of the ledger stands in the reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceasefire.ledger.columns import COLUMNS
from ceasefire.ledger.export import CSV_COLUMNS
from ceasefire.ledger.faults import CODES
from ceasefire.ledger.record import CLASSES, ROLES
from ceasefire.ledger.scored import FEW, SCORES
from tests.docs.test_commands_page import help_of, names

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "reference" / "ledger.md").read_text(encoding="utf-8")


def test_every_column_is_described() -> None:
    described = dict(re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", PAGE, flags=re.M))
    assert set(COLUMNS) <= set(described)
    export = PAGE[PAGE.index("## Columns of an export") :]
    assert set(CSV_COLUMNS) <= set(re.findall(r"`([a-z_]+)`", export))


def test_every_class_role_and_score_is_described() -> None:
    for name in (*CLASSES, *(score for kind in SCORES.values() for score in kind)):
        assert f"| `{name}` |" in PAGE, name
    for role in ROLES[1:]:
        assert f"`{role}`" in PAGE, role
    assert f"below {FEW} questions" in PAGE


def test_every_fault_stands_in_the_list() -> None:
    listed = (DOCS / "reference" / "case-file.md").read_text(encoding="utf-8")
    assert all(f"| {code} |" in listed for code in CODES)
    assert set(re.findall(r"L\d{3}", PAGE)) <= set(CODES)
    assert f"{min(CODES)} to {max(CODES)}" in PAGE


@pytest.mark.slow
def test_every_command_and_option_is_described() -> None:
    commands = names(help_of("ledger"))
    assert set(commands) == {"add", "list", "resolve", "score", "export", "import", "verify"}
    for command in commands:
        assert f"`ceasefire ledger {command}" in PAGE, command
        text = help_of("ledger", command)
        for option in re.findall(r"(--[a-z-]+)", text):
            positional = f"{option[2:].upper()} {option}" in text
            assert positional or option == "--help" or option in PAGE, f"{command} {option}"
