"""The reference page: up to date, every key once, every example readable, every fault code explained once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceasefire.case.files import FILES
from ceasefire.case.kinds import Key, sections_of
from ceasefire.case.nodes import Faults
from ceasefire.case.reference import TARGET, fault_codes, page
from ceasefire.case.yaml_text import parse_yaml

ROOT = Path(__file__).parents[2]
KEYS = [
    pytest.param(key, id=f"{section.heading}-{key.name}")
    for file in FILES.values()
    for section in sections_of(file)
    for key in section.keys
    if "..." not in key.example
]


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / TARGET).read_text(encoding="utf-8")
    assert written == page(), "run: python -m ceasefire.case.reference"


@pytest.mark.parametrize("key", KEYS)
def test_every_example_can_be_read(key: Key) -> None:
    faults = Faults()
    root = parse_yaml(f"{key.name}: {key.example}", "example", faults)
    assert root is not None
    value = root.get(key.name)
    assert value is not None
    assert key.kind.read(value, faults) is not None
    assert not [fault.as_text() for fault in faults]
    assert key.meaning.endswith(".")


def test_most_examples_are_whole() -> None:
    assert len(KEYS) > 100


def test_codes_are_well_formed_and_explained() -> None:
    codes = fault_codes()
    assert len(codes) > 100
    assert all(re.fullmatch(r"[A-Z]\d{3}", code) for code in codes)
    assert all(len(text) > 10 for text in codes.values())


def test_every_code_in_the_source_is_explained() -> None:
    used: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        used |= set(re.findall(r'(?:add|Fault|_Refused)\(\s*"([A-Z]\d{3})"', path.read_text(encoding="utf-8")))
    assert used
    assert used <= set(fault_codes())
