"""Quotes: length, share, and whether they stand in the text."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace

import pytest

from ceasefire.case.claims import Anchor, Argument, Claim
from ceasefire.case.evidence import Source, Text
from ceasefire.case.nodes import Faults
from ceasefire.case.quotes import anchor_of, check_against_text, check_excerpts, check_quotes, n_words, normalised
from ceasefire.case.values import named
from tests.case.papers_case import ESSAY


def argument(*claims: Claim) -> Argument:
    return Argument("essay", named("A. Writer"), "essay", Text(), claims)


def claim(quote: str = "", at: Anchor | None = None, name: str = "C1") -> Claim:
    return Claim(name, "fact", Text(), quote, at)


def source(words: int | None = 200, licence: str = "", german: str = "") -> dict[str, Source]:
    return {"essay": Source("essay", Text(), words=words, licence=Text({"en": licence, "de": german}))}


def quote_faults(one: Argument, sources: dict[str, Source], excerpts=None) -> list[tuple[str, str]]:
    faults = Faults()
    check_quotes([one], sources, excerpts or {}, faults)
    return [(fault.code, fault.severity) for fault in faults]


def text_faults(one: Argument, text: str = ESSAY) -> list[str]:
    faults = Faults()
    check_against_text(one, text, faults)
    return [fault.code for fault in faults]


def test_words_are_counted_as_a_reader_counts():
    assert n_words("Six calls – and no pause, in Trump's 24-hour plan.") == 9


@pytest.mark.parametrize(
    ("quote", "licence", "codes"),
    [
        ("one two three four five six", "", []),
        ("one two three four five six seven", "", [("S201", "fault")]),
        ("one two three four five six seven", "own", []),
        ("one two three four five six seven", "CC BY 4.0", []),
        ("one two three four five six seven", "all rights reserved", [("S201", "fault")]),
    ],
)
def test_six_words_unless_the_licence_allows_more(quote, licence, codes):
    assert quote_faults(argument(claim(quote)), source(licence=licence)) == codes


def test_the_english_licence_decides():
    long = argument(claim("one two three four five six seven"))
    assert quote_faults(long, source(licence="public domain", german="gemeinfrei")) == []
    assert quote_faults(long, source(licence="all rights reserved", german="own")) == [("S201", "fault")]


def test_a_translated_quote_is_a_quote():
    long = replace(claim("one two"), quotes=Text({"en": "one two", "de": "eins zwei drei vier fünf sechs sieben"}))
    assert quote_faults(argument(long), source()) == [("S201", "fault")]
    assert quote_faults(argument(long), source(licence="own")) == []


def test_fifteen_per_cent_together_with_excerpts():
    one = argument(*(claim(f"a{i} b c d e", name=f"C{i}") for i in range(6)))
    assert quote_faults(one, source(200)) == []
    assert quote_faults(one, source(199)) == [("S202", "fault")]
    assert quote_faults(one, source(200), {"essay": ("one more",)}) == [("S202", "fault")]
    assert quote_faults(one, source(None)) == [("S205", "warning")]
    assert quote_faults(one, source(10, "public domain")) == []


def test_the_same_passage_counts_once():
    one = argument(*(claim("a b c d e f", name=f"C{i}") for i in range(6)))
    assert quote_faults(one, source(40)) == []


def test_the_source_must_exist():
    assert quote_faults(argument(claim("a")), {}) == [("S206", "fault")]


def test_quotes_are_found_over_line_ends_and_in_other_unicode_forms():
    assert text_faults(argument(claim("will bring no quick stop"))) == []
    decomposed = unicodedata.normalize("NFD", "Für die Größe")
    assert text_faults(argument(claim("die Größe")), decomposed) == []


def test_a_quote_that_is_not_there():
    faults = Faults()
    check_against_text(argument(claim("will bring no fast stop"), claim("Six calls")), ESSAY, faults)
    assert [fault.code for fault in faults] == ["S203"]
    assert "will bring no quick stop" in faults.items[0].hint


def test_a_text_without_any_of_the_quotes_is_another_text():
    assert text_faults(argument(claim("six boats"), claim("seven boats")), "Something else") == ["S203"]


def test_spans():
    at = anchor_of(ESSAY, "struck at the isolation")
    assert at is not None
    assert normalised(ESSAY)[at.start : at.stop] == "struck at the isolation"
    assert at.sha256 == hashlib.sha256(b"struck at the isolation").hexdigest()
    assert text_faults(argument(claim("at the isolation", at))) == []
    assert text_faults(argument(claim("", at))) == []
    shifted = Anchor(at.start + 1, at.stop + 1, at.sha256)
    assert text_faults(argument(claim("at the isolation", shifted))) == ["S204"]
    outside = Anchor(at.start, 10_000, at.sha256)
    assert text_faults(argument(claim("at the isolation", outside))) == ["S204"]
    assert text_faults(argument(claim("Six calls", at))) == ["S207"]


def test_a_wrong_span_comes_with_the_place_of_the_quote():
    at = anchor_of(ESSAY, "Six calls")
    faults = Faults()
    check_against_text(argument(claim("Six calls", Anchor(3, 7, "0" * 64))), ESSAY, faults)
    assert f"[{at.start}, {at.stop}]" in faults.items[0].hint
    assert at.sha256 in faults.items[0].hint


def test_the_place_in_the_commentary(shared):
    text = (shared / "alaska" / "commentary.txt").read_text(encoding="utf-8")
    at = anchor_of(text, "direkter Schlag gegen die Isolation")
    assert (at.start, at.stop) == (1129, 1164)


def test_excerpts_may_leave_words_out():
    faults = Faults()
    check_excerpts("essay", ["Pressure alone ... quick stop", "with honours"], ESSAY, faults)
    assert len(faults) == 0
    check_excerpts("essay", ["Pressure alone ... fast stop"], ESSAY, faults)
    assert [fault.code for fault in faults] == ["S203"]
