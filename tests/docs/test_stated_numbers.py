"""Numbers that README and explanations state about the program are those of the program."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ceasefire.audit.draws import DRAWS, STEERED
from ceasefire.case import library
from ceasefire.explore.ensemble import budget
from ceasefire.forecast.ranges import HIGH, LOW

ROOT = Path(__file__).parents[2]
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def page(name: str) -> str:
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def readme() -> str:
    return page("README.md")


def test_draws_of_make_run(readme: str) -> None:
    default = re.search(r"^DRAWS \?= (\d+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)
    assert default
    assert f"solves the game again for {default[1]} draws" in readme


def test_draws_of_make_full(readme: str) -> None:
    assert f"`make full` takes {budget.DRAWS} draws" in readme


def test_python(readme: str) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert f"Needs Python {needed.removeprefix('>=')} or newer" in readme


def test_what_the_readme_names_is_shipped(readme: str) -> None:
    shipped = {*library.names(), *library.patterns()}
    assert set(re.findall(r"(?:run|ask|audit|--explain|--pattern) ([a-z]+(?:-[a-z0-9]+)+)", readme)) <= shipped
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", readme):
        assert (ROOT / link).exists(), link


def test_the_search_for_witnesses() -> None:
    said = page("docs/explanation/audit.md")
    assert f"{WORDS[DRAWS]} random joint draws" in said
    assert f"{WORDS[STEERED]} *steered* draws" in said
    assert f"parameters' {100 * LOW:.0f} to {100 * HIGH:.0f} percent" in said
