"""The page with the flagship's numbers over draws: every line stands in a kept output, and what can be solved again is.

The draws take an hour, so the page shows kept outputs (``docs/how-to/alaska-over-draws/keep.py``) of the case as it is
shipped; the ends of the strongest assumption are solved again here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceasefire.case import read_case
from ceasefire.case.query import parse_query
from ceasefire.explore.weighing.weights import LEAST_EFFECTIVE
from ceasefire.forecast.evaluate import evaluate
from ceasefire.forecast.settings import PREVIEW
from tests.docs.runner import blocks, normal

FOLDER = Path(__file__).resolve().parents[2] / "docs/how-to"
PAGE = FOLDER / "alaska-over-draws.md"
KEPT = {file.stem: file.read_text(encoding="utf-8") for file in sorted((FOLDER / "alaska-over-draws").glob("*.txt"))}


def shown() -> list[tuple[str, str]]:
    """Return the outputs that the page shows: the name of the kept one, and the text."""
    return [(info.split()[1], body) for info, body in blocks(PAGE) if info.startswith("text ")]


def test_every_kept_output_is_of_the_shipped_case() -> None:
    assert set(KEPT) == {"compare", "value", "sensitivity", "size"}
    for name, text in KEPT.items():
        assert f"case {read_case('alaska-2025').case_hash}\n" in text, f"{name} is of another case: run keep.py again"


def test_every_line_of_the_page_was_printed() -> None:
    assert {name for name, _ in shown()} == set(KEPT) - {"size"}
    for name, body in shown():
        printed = normal(KEPT[name])
        for part in re.split(r"^\.\.\.$", body, flags=re.M):
            assert normal(part) in printed, f"{name} did not print {part!r}"


@pytest.mark.parametrize("page", [PAGE, FOLDER.parents[1] / "README.md"], ids=lambda page: page.stem)
def test_how_many_draws_count_is_what_was_computed(page: Path) -> None:
    draws, size = re.findall(r"(\d+) draws count as ([\d.]+)", KEPT["size"])[0]
    said = normal(page.read_text(encoding="utf-8"))
    assert re.search(
        rf"{draws} draws of (this|the Alaska) case the record leaves as much as {float(size):.0f} of equal weight", said
    )
    needed = re.search(r"about (\d+) draws would", said, flags=re.I)
    assert needed
    assert float(needed[1]) == pytest.approx(LEAST_EFFECTIVE / float(size) * float(draws), rel=0.1)


def test_how_many_count_by_half_is_what_was_computed() -> None:
    half = re.findall(r"by half, ([\d.]+)", KEPT["size"])[0]
    text = normal(PAGE.read_text(encoding="utf-8"))
    assert re.search(rf"Counted by half, [^.]*the record leaves {float(half):.0f}, and", text)


BAR = re.compile(
    r"If “[^”]*\((\w+)\)” (?:\([^)]*\) )?goes from ([\d.,]+) to ([\d.,]+), the number goes from ([\d.]+)% to ([\d.]+)%"
)


def solved(name: str, value: float) -> float:
    case = read_case("alaska-2025")
    query = parse_query(f"P(truce_in_effect by 2025-12-31 | {name} = {value})", case.words)
    return evaluate(case, query, PREVIEW).number.value


@pytest.mark.slow
def test_the_strongest_assumption_moves_the_number_as_the_page_says() -> None:
    text = normal(next(body for name, body in shown() if name == "sensitivity"))
    name, low, high, p_low, p_high = BAR.findall(text)[0]
    for value, p in ((low, p_low), (high, p_high)):
        assert solved(name, float(value.replace(",", ""))) == pytest.approx(float(p) / 100, abs=0.03)
