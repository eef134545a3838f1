"""The text of an argument with its claims in place."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from ceasefire.case.claims import Anchor
from ceasefire.case.evidence import Text
from ceasefire.case.quotes import normalised
from ceasefire.report import languages, render
from ceasefire.report.argument import marked_texts
from ceasefire.report.page import sentences_for
from tests.report.sample import TEXT, sample_case, sample_forecast


def marked(text: str = TEXT, **places: tuple[int, int]):  # type: ignore[no-untyped-def]
    """Return the marked text of the essay, with claims at other places."""
    case = sample_case()
    essay = case.arguments[0]
    claims = tuple(
        replace(one, at=Anchor(*places[one.name], "0" * 64) if one.name in places else None, quote="")
        for one in essay.claims
    )
    case = replace(case, arguments=(replace(essay, claims=claims), case.arguments[1]))
    s = sentences_for(sample_forecast(), case, "en")
    return marked_texts(s, {"essay": text})[0]


def words_of(markup: str) -> str:
    """Return the text alone, without the names of claims."""
    without = re.sub(r'<a class="place".*?</a>', "", markup)
    return unescape(re.sub(r"<[^>]*>", "", without))


def test_the_whole_text_is_there_as_it_is() -> None:
    found = marked(C1=(0, 10), C2=(5, 200), C3=(90, 130))
    assert " ".join(words_of(one) for one in found.paragraphs) == normalised(TEXT)


def test_each_passage_is_the_one_of_its_span() -> None:
    whole = normalised(TEXT)
    places = {"C1": (9, 26), "C2": (20, 50), "C3": (20, 26), "C6": (60, 200)}
    found = " ".join(marked(**places).paragraphs)
    pieces = re.findall(r'data-claims="([^"]*)">(.*?)</mark>', found, re.S)
    for name, (start, stop) in places.items():
        mine = "".join(unescape(text) for names, text in pieces if name in names.split())
        assert mine.replace(" ", "") == whole[start:stop].replace(" ", "")


def test_overlapping_spans_are_told_apart() -> None:
    found = " ".join(marked(C1=(0, 30), C2=(10, 30), C3=(20, 30)).paragraphs)
    assert re.findall(r'class="n(\d)" data-claims="([^"]*)"', found) == [("1", "C1"), ("2", "C1 C2"), ("3", "C1 C2 C3")]


def test_a_claim_is_named_once_where_its_span_begins() -> None:
    found = " ".join(marked(C1=(0, 200), C2=(0, 5)).paragraphs)
    assert re.findall(r'<a class="place" id="text-(\w+)" href="#claim-\1">', found) == ["C1", "C2"]


def test_a_claim_without_a_span_stands_at_its_quote() -> None:
    page = render(sample_forecast(), sample_case(), texts={"essay": TEXT})
    assert '<a class="place" id="text-C9" href="#claim-C9">' in page
    assert '<a href="#text-C9">' in page


def test_markup_in_a_text_is_text() -> None:
    found = marked('<script>alert("x")</script> and more of it', C1=(0, 8))
    assert "<script>" not in "".join(found.paragraphs)


@pytest.mark.parametrize("language", languages())
def test_a_protected_text_is_marked_at_the_top(language: str) -> None:
    page = render(sample_forecast(), sample_case(), language=language, texts={"essay": TEXT})
    top = page[page.index("<header>") : page.index("</header>")]
    assert 'class="warning protected"' in top
    free = sample_case()
    sources = {**free.sources, "essay": replace(free.sources["essay"], licence=Text({"en": "CC BY 4.0"}))}
    assert 'class="warning protected"' not in render(
        sample_forecast(), replace(free, sources=sources), language=language, texts={"essay": TEXT}
    )


def test_without_the_text_there_are_places_only() -> None:
    page = render(sample_forecast(), sample_case())
    assert 'id="text"' not in page
    assert "#text-C1" not in page
    assert "niemand erwartete" not in page


def test_a_source_of_no_argument_is_not_shown() -> None:
    assert 'id="text"' not in render(sample_forecast(), sample_case(), texts={"gazette": "the whole gazette"})
