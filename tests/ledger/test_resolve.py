"""Resolutions: appended, corrected by name, refused where they do not fit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ceasefire.errors import InputError
from ceasefire.ledger.book import Draft, book_of
from ceasefire.ledger.record import Entry, Question
from ceasefire.ledger.resolve import Answer, resolve
from ceasefire.ledger.store import open_ledger
from tests.ledger.builder import END, NOW, entry, question

DAY = dt.date(2025, 6, 1)


def ledger_with(path: Path, asked: Question, *entries: Entry) -> Path:
    with open_ledger(path, create=True) as store, store.writing():
        draft = Draft(book_of(store.rows))
        one = draft.question(asked)
        for each in entries or (entry(),):
            draft.entry(Entry(**{**vars(each), "question": one.id}))
        store.append(draft.items)
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return ledger_with(tmp_path / "ledger.db", question())


def codes(ledger: Path, given: Answer, now: dt.datetime = NOW, name: str = "Q1") -> list[str]:
    with pytest.raises(InputError) as caught:
        resolve(ledger, name, given, now=now)
    with open_ledger(ledger) as store:
        assert len(store.rows) == 2, "nothing was written"
    return [fault.code for fault in caught.value.faults]


def test_a_day_alone_means_that_it_happened(ledger: Path) -> None:
    done = resolve(ledger, "Q1", Answer(date=DAY, source="a paper"), now=NOW)
    assert (done.resolution.id, done.resolution.answer, done.resolution.date) == ("R1", "yes", DAY)


def test_a_day_after_the_deadline_means_no(ledger: Path) -> None:
    done = resolve(ledger, "Q1", Answer(date=END + dt.timedelta(days=3), source="a paper"), now=NOW)
    assert (done.resolution.answer, done.resolution.date) == ("no", None)


def test_a_forecast_names_its_question(ledger: Path) -> None:
    assert resolve(ledger, "F1", Answer("void", source="a paper"), now=NOW).question.id == "Q1"


def test_a_correction_names_the_one_that_it_replaces_and_both_stay(ledger: Path) -> None:
    resolve(ledger, "Q1", Answer("no", source="a paper"), now=NOW)
    for wrong in (Answer("yes", DAY, "another"), Answer("yes", DAY, "another", "R9")):
        with pytest.raises(InputError) as caught:
            resolve(ledger, "Q1", wrong, now=NOW)
        assert [fault.code for fault in caught.value.faults] == ["L402" if not wrong.replaces else "L406"]
    done = resolve(ledger, "Q1", Answer("yes", DAY, "another", "R1"), now=NOW)
    assert done.replaced is not None
    assert (done.resolution.id, done.resolution.replaces, done.replaced.answer) == ("R2", "R1", "no")
    with open_ledger(ledger) as store:
        book = book_of(store.rows)
    assert [one.answer for one in book.resolutions] == ["no", "yes"]
    assert book.standing["Q1"].id == "R2"
    with pytest.raises(InputError):
        resolve(ledger, "Q1", Answer("void", None, "again", "R1"), now=NOW)


def test_everything_that_does_not_fit_is_named_at_once(ledger: Path) -> None:
    assert codes(ledger, Answer("yes")) == ["L405", "L404"]
    assert codes(ledger, Answer("perhaps", source=" ")) == ["L403", "L405"]
    assert codes(ledger, Answer("no", source="x", replaces="R1")) == ["L406"]
    assert codes(ledger, Answer(source="x")) == ["L403"]
    assert codes(ledger, Answer("no", source="x"), name="Q7") == ["L401"]


def test_no_waits_for_the_deadline(ledger: Path) -> None:
    early = dt.datetime(2025, 12, 31, tzinfo=dt.UTC)
    assert codes(ledger, Answer("no", source="x"), early) == ["L404"]
    assert resolve(ledger, "Q1", Answer("no", source="x"), now=early + dt.timedelta(days=1)).resolution.answer == "no"


@pytest.mark.parametrize("day", ["2027-01-01", "2024-12-31"])
def test_days_that_cannot_be(ledger: Path, day: str) -> None:
    assert "L404" in codes(ledger, Answer("yes", dt.date.fromisoformat(day), "x"))


def test_what_must_last_is_resolved_when_it_has_lasted(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path / "ledger.db", question(lasting_days=30.0))
    began = dt.date(2025, 12, 20)
    early = dt.datetime(2026, 1, 18, tzinfo=dt.UTC)
    assert codes(ledger, Answer("yes", began, "x"), early) == ["L404"]
    done = resolve(ledger, "Q1", Answer("yes", began, "x"), now=early + dt.timedelta(days=1))
    assert done.resolution.date == began


def test_a_question_without_a_deadline_ends_on_a_day(tmp_path: Path) -> None:
    ledger = ledger_with(tmp_path / "ledger.db", question(deadline=None, of="truce", within_days=90.0))
    assert codes(ledger, Answer("no", source="x")) == ["L404"]
    assert resolve(ledger, "Q1", Answer("no", DAY, "x"), now=NOW).resolution.date == DAY
