"""The shipped cases and patterns: no complaint, a game that compiles, both languages, nothing protected."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceasefire.case import library
from ceasefire.case.evidence import Text
from ceasefire.case.model import Case
from ceasefire.case.quotes import MAX_QUOTE_WORDS, may_be_quoted_freely, n_words, normalised
from ceasefire.case.read import find_faults, read_case
from ceasefire.game.compile import compile_case

CASES = ("alaska-2025", "cod-war-1975")
PATTERNS = ("crisis", "truce-and-resumption", "war-and-mediator")


def folder_of(name: str) -> Path:
    """Return the folder of a shipped case or pattern."""
    return library.path(name) if name in CASES else library.pattern_path(name)


@pytest.fixture(scope="module", params=[*CASES, *PATTERNS])
def case(request: pytest.FixtureRequest) -> Case:
    """Every shipped case and pattern."""
    return read_case(folder_of(request.param))


def test_the_shipped_cases_are_known() -> None:
    assert library.names() == CASES
    assert library.patterns() == PATTERNS


@pytest.mark.parametrize("name", [*CASES, *PATTERNS])
def test_neither_fault_nor_warning(name: str) -> None:
    assert [fault.as_text() for fault in find_faults(folder_of(name))] == []


def texts_of(thing: object) -> Iterator[Text]:
    """Return every text inside a record of the case."""
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from texts_of(value)
    elif isinstance(thing, tuple | list):
        for value in thing:
            yield from texts_of(value)
    elif hasattr(thing, "__dataclass_fields__") and not isinstance(thing, type):
        for name in thing.__dataclass_fields__:
            yield from texts_of(getattr(thing, name))


def test_every_text_is_in_both_languages(case: Case) -> None:
    said = [text for text in texts_of(case) if text and text not in texts_of(tuple(case.sources.values()))]
    assert len(said) > 20
    assert [text.by_language for text in said if not (text.has("en") and text.has("de"))] == []


def test_licences_and_titles_of_sources_are_in_both_languages(case: Case) -> None:
    texts = [text for one in case.sources.values() for text in (one.title, one.licence)]
    assert [text.by_language for text in texts if not (text.has("en") and text.has("de"))] == []


@pytest.mark.parametrize(("name", "text"), [("alaska-2025", "opposed"), ("cod-war-1975", "commentary")])
def test_quotes_in_german_stand_in_the_german_text(name: str, text: str) -> None:
    case = read_case(folder_of(name))
    whole = normalised((case.folder / f"{text}.de.md").read_text(encoding="utf-8"))
    (argument,) = (one for one in case.arguments if one.name == text)
    quotes = [claim.quotes.by_language["de"] for claim in argument.claims]
    assert [quote for quote in quotes if quote not in whole] == []
    assert max(n_words(quote) for quote in quotes) <= 6


def test_it_compiles_to_a_game_of_the_size_it_should_have(case: Case) -> None:
    game = compile_case(case)
    assert 20 < game.n_states <= 6000
    assert game.n_profiles in {2, 4}
    assert [name for name, spread in game.numerical_spread.items() if spread > 0.1] == []


def test_the_log_begins_before_the_first_solve(case: Case) -> None:
    first = case.log.split("## 2.")[0]
    assert "committed before the first solve" in first
    assert "| headline before | headline after |" in case.log


def test_every_number_of_a_pattern_is_to_be_replaced() -> None:
    for name in PATTERNS:
        for parameter in read_case(folder_of(name)).parameters.values():
            assert parameter.assumed.say("en") == "template, replace"


@pytest.mark.parametrize("name", CASES)
def test_nothing_after_as_of_is_an_input(name: str) -> None:
    case = read_case(folder_of(name))
    assert case.calendar.as_of is not None
    assert case.status == "reconstruction"
    assert [item.name for item in case.record.items if item.date > case.calendar.as_of] == []


@pytest.mark.parametrize("name", CASES)
def test_every_item_has_a_source_or_says_that_it_has_none(name: str) -> None:
    for item in read_case(folder_of(name)).record.items:
        assert item.source is not None or item.unsourced, item.name
        assert item.grade, item.name


@pytest.mark.parametrize("name", CASES)
def test_rows_that_are_shipped_are_rows_that_are_used(name: str) -> None:
    case, folder = read_case(folder_of(name)), folder_of(name)
    refs = [p.source for p in case.parameters.values()] + [item.source for item in case.record.items]
    cited = {ref.row for ref in refs if ref is not None} | {one.source for one in case.report.yardsticks}
    derived = (folder / "derived.csv").read_text(encoding="utf-8") if (folder / "derived.csv").exists() else ""
    for start, stop in re.findall(r"quantities\.csv rows (\d+) to (\d+)", derived):
        cited |= {f"quantities.csv#{n}" for n in range(int(start), int(stop) + 1)}
    for table in ("quantities.csv", "events.csv"):
        if (folder / table).exists():
            rows = list(csv.reader((folder / table).read_text(encoding="utf-8").splitlines()))[1:]
            assert [n for n in range(1, len(rows) + 1) if f"{table}#{n}" not in cited] == []


@pytest.mark.parametrize("name", CASES)
def test_quotes_stay_within_their_limits(name: str) -> None:
    case = read_case(folder_of(name))
    for argument in case.arguments:
        source = case.sources[argument.source]
        quotes = [claim.quote for claim in argument.claims]
        assert max(n_words(quote) for quote in quotes) <= MAX_QUOTE_WORDS
        if not may_be_quoted_freely(source):
            assert source.words is not None
            assert sum(n_words(quote) for quote in quotes) <= 0.15 * source.words


def runs(text: str, length: int) -> set[str]:
    """Return every run of `length` words of a text, in lower case."""
    words = re.findall(r"\w+", normalised(text).lower())
    return {" ".join(words[k : k + length]) for k in range(len(words) - length + 1)}


def test_the_protected_commentary_is_not_shipped(shared: Path) -> None:
    protected = runs((shared / "alaska" / "commentary.txt").read_text(encoding="utf-8"), 8)
    for path in folder_of("alaska-2025").rglob("*"):
        if path.is_file():
            assert protected & runs(path.read_text(encoding="utf-8"), 8) == set(), path.name


def test_the_commentary_of_the_cod_war_is_ours_and_whole() -> None:
    case, folder = read_case(folder_of("cod-war-1975")), folder_of("cod-war-1975")
    text = normalised((folder / "commentary.en.md").read_text(encoding="utf-8"))
    assert case.sources["commentary"].licence.say("en") == "MIT"
    claims = case.arguments[0].claims
    assert len(claims) >= 12
    for claim in claims:
        assert claim.at is not None
        assert text[claim.at.start : claim.at.stop] == claim.quote
