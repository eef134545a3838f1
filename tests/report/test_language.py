"""The German report is German: no English outside quotes, names, code and texts marked as another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ceasefire
from ceasefire.case import read_case
from ceasefire.case.library import names
from ceasefire.forecast.build import without_steps
from ceasefire.report import render, summary
from ceasefire.report.page import sentences_for
from ceasefire.report.sections import glossary
from ceasefire.report.speech import Speech
from tests.report.sample import bare_case, bare_forecast, sample_case, sample_forecast

ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """the of and is are with from that this which not by it its for to be been has have what who how if at than
        when each every all other others would could between within after before without only or as on one""",
    )
)
"""Words of which an English sentence has several; those that are German too (``in``, ``an``, ``die``) are left out."""

SKIP_TAGS = frozenset({"style", "script", "code", "pre", "q", "cite"})
VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})


class Prose(HTMLParser):
    """Collects the text a reader reads, and the sentences for those who do not see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[bool] = []
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        spoken = given.get("lang") in (None, "de") and "name" not in (given.get("class") or "").split()
        self.found += [given[key] or "" for key in ("aria-label", "data-label", "title") if key in given]
        if tag not in VOID:
            self.stack.append(tag in SKIP_TAGS or not spoken)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.stack) and data.strip():
            self.found.append(data)


def english_in(text: str) -> Iterator[str]:
    """Yield pieces of text, addresses left out, that hold two or more English words in six."""
    words = re.findall(r"[A-Za-zÄÖÜäöüß]+", re.sub(r"https?://\S+", "", text))
    marks = [word.lower() in ENGLISH for word in words]
    for i in range(max(1, len(words) - 5)):
        if sum(marks[i : i + 6]) >= 2:
            yield " ".join(words[i : i + 6])


@pytest.mark.parametrize("sample", [(sample_forecast, sample_case), (bare_forecast, bare_case)])
def test_the_german_page_has_no_english_sentence(sample: tuple) -> None:  # type: ignore[type-arg]
    page = render(sample[0](), sample[1](), language="de")
    assert '<html lang="de">' in page
    assert [hit for piece in Prose(page).found for hit in english_in(piece)] == []


def test_the_german_summary_has_no_english_sentence() -> None:
    assert list(english_in(summary(sample_forecast(), sample_case(), "de"))) == []


def test_the_test_finds_english() -> None:
    page = render(sample_forecast(), sample_case(), language="en")
    hits = [hit for piece in Prose(page).found for hit in english_in(piece)]
    assert len(hits) > 100
    assert list(english_in("This is the one that fails.")) != []


def test_every_case_text_in_another_language_is_marked() -> None:
    page = render(sample_forecast(), sample_case(), language="de")
    assert '<span lang="en">fee without German title</span>' in page
    assert '<q lang="de">' in page
    assert re.search(r'<q lang="en">patience of 0\.95 a month</q>', page)


@pytest.mark.parametrize("name", names())
def test_shipped_cases_are_complete_in_german(name: str) -> None:
    case = read_case(name)
    page = render(without_steps(case), case, language="de")
    assert "nur in einer anderen Sprache" not in page
    assert [hit for piece in Prose(page).found for hit in english_in(piece)] == []


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = [str(word) for _, word, _ in glossary(sentences_for(sample_forecast(), sample_case(), "de"))]
    assert words.index("Stichprobenfehler") < words.index("Überzeugung") < words.index("Verborgener Typ")


def test_every_stage_that_is_timed_has_a_name() -> None:
    folder = Path(ceasefire.__file__).parent
    text = "".join((folder / name).read_text(encoding="utf-8") for name in ("run.py", "forecast/pipeline.py"))
    timed = set(re.findall(r'timed\((?:seconds, )?"(\w+)"|^ +\(parts\.\w.*?, "(\w+)"', text, re.M))
    timed = {name for pair in timed for name in pair if name}
    assert {"solve", "draws", "starts"} <= timed
    assert all(Speech("de").has(f"stage.{name}") for name in timed)


def test_the_stages_of_the_run_are_said_in_the_language_of_the_report() -> None:
    page = render(sample_forecast(), sample_case(), language="de")
    assert "Rechenzeit: " in page
    assert "lösen 1,2 s" in page
    assert "solve 1" not in page
