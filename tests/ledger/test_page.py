"""The page of scores: complete, self-contained, in two languages; every picture has its table and its sentence with n."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from ceasefire.ledger.book import Book
from ceasefire.ledger.score import score
from ceasefire.report import languages
from ceasefire.report.ledger.listing import list_text
from ceasefire.report.ledger.page import render
from ceasefire.report.ledger.score_text import score_text
from tests.ledger.builder import END, START, Builder, entry, question
from tests.ledger.test_commands import call, small
from tests.report.test_page import Shape

LATER = START + dt.timedelta(days=60)


def sample() -> Book:
    """Return a ledger with every kind of thing: classes, baselines, dates, void, infinite, several forecasters."""
    b = Builder()
    for i in range(40):
        p = (i % 10) / 10
        crowd = entry(0.5, forecaster="many", role="crowd", forecast_class="published")
        asked = b.ask(question(f"q{i}"), entry(p), entry(min(p + 0.05, 1.0), LATER), crowd)
        b.answer(asked, "yes" if i % 10 > 5 else "no", END if i % 10 > 5 else None)
    b.answer(b.ask(question("never"), entry(0.0, forecast_class="reconstruction")), "yes", LATER)
    b.answer(b.ask(question("void"), entry(0.3)), "void")
    b.ask(question("open"), entry(0.3))
    curve = ((START + dt.timedelta(days=90), 0.5), (END, 0.9))
    for key, answer in (("when", "yes"), ("if ever", "no")):
        asked = b.ask(question(key, kind="date"), entry(None, curve=curve))
        b.answer(asked, answer, LATER if answer == "yes" else None)
    return b.book()


@pytest.fixture(scope="module", params=languages())
def page(request: Any) -> str:
    book = sample()
    return render(score(book), book.head, language=request.param)


def test_the_page_is_well_formed_and_loads_nothing(page: str) -> None:
    shape = Shape(page)
    assert shape.open == []
    assert len(shape.ids) == len(set(shape.ids))
    assert {link[1:] for link in shape.links} <= set(shape.ids)
    assert [one for one in shape.loads if not one.startswith("data:")] == []
    assert not re.search(r"(src|href)=\"https?:", page)


def test_every_class_has_its_own_part(page: str) -> None:
    assert re.findall(r'<section id="([a-z_]+)">', page) == ["back_test", "reconstruction", "published", "words"]


def test_every_picture_has_a_table_and_one_sentence_with_n(page: str) -> None:
    figures = re.findall(r"<figure id=\"figure-([a-z0-9_-]+)\">(.*?)</figure>", page, re.S)
    names = {name.rsplit("-", 1)[1] for name, _ in figures}
    assert names == {"beside", "calibration", "discrimination", "dates"}
    for name, body in figures:
        assert "<table" in body, name
        assert "<svg" in body, name
        (sentence,) = re.findall(r"</ul>\s*<p>(.*?)</p>", body, re.S)
        assert re.search(r"n\s=\s\d|\d+ (yes|ja), \d+ (no|nein)|(All|Alle|all) \d+", sentence), (name, sentence)


def test_few_questions_are_said_to_be_few_on_the_page(page: str) -> None:
    assert page.count('<div class="warning">') >= 2


@pytest.mark.parametrize("language", languages())
def test_text_fits_a_terminal(language: str) -> None:
    book = sample()
    for text in (score_text(score(book), language), list_text(book, language)):
        assert max(map(len, text.splitlines())) <= 80
    assert "∞" in score_text(score(book), language)


@pytest.mark.parametrize("language", languages())
def test_many_long_names_fit_a_terminal(language: str) -> None:
    b = Builder()
    for i in range(5):
        others = [
            entry(0.5, forecaster=f"{role} {'with a long name ' * 5}{i}", role=role, forecast_class="published")
            for role in ("crowd", "market", "base rate", "person")
        ]
        b.answer(b.ask(question(f"q{i}"), entry(0.2), entry(0.3, LATER), *others), "no")
    text = score_text(score(b.book()), language)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" in text


@pytest.mark.parametrize(
    ("curve", "says"),
    [
        ([0.5, 0.8, 0.9], "half by {0}, 90% by {2}"),
        ([0.1, 0.6, 0.9], "half between {0} and {1}, 90% by {2}"),
        ([0.1, 0.2, 0.4], "40% by {2}, the rest later or never"),
    ],
)
def test_a_forecast_of_a_date_says_between_which_of_its_dates_half_is_reached(curve: list[float], says: str) -> None:
    days = (START + dt.timedelta(days=90), START + dt.timedelta(days=180), END)
    b = Builder()
    b.ask(question("when", kind="date"), entry(None, curve=tuple(zip(days, curve, strict=True))))
    told = " ".join(list_text(b.book(), "en").split())
    assert says.format(*(f"{day.day} {day:%b %Y}" for day in days)) in told


def test_german_speaks_german() -> None:
    book = sample()
    text = score_text(score(book), "de")
    assert not re.search(r"\b(the|questions?|forecast|better|beside|days)\b", text)


def test_the_command_writes_the_page_and_never_over_somebody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    small(tmp_path)
    assert call("ledger", "add", "small") == 0
    assert call("ledger", "resolve", "Q1", "no", "--source", "a paper") == 0
    assert call("ledger", "score", "--output", "scores.html") == 0
    assert (tmp_path / "scores.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert call("ledger", "score", "--output", "scores.html") == 0
    (tmp_path / "scores.html").write_text("mine")
    assert call("ledger", "score", "--output", "scores.html") == 2
    assert (tmp_path / "scores.html").read_text() == "mine"
    capsys.readouterr()
