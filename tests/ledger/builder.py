"""Small ledgers for tests: questions, forecasts and answers with the least that they need."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from ceasefire.ledger.book import Book, Draft, book_of
from ceasefire.ledger.record import Entry, Question, Resolution
from ceasefire.ledger.store import open_ledger

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
START = dt.date(2025, 1, 1)
END = dt.date(2025, 12, 31)


def question(key: str = "one", **more: Any) -> Question:
    return Question(
        "", {"en": f"Does {key} happen?"}, more.pop("kind", "binary"), more.pop("deadline", END), key=key, **more
    )


def entry(p: float | None = 0.3, as_of: dt.date = START, **more: Any) -> Entry:
    values = {"forecaster": "ceasefire", "role": "model", "forecast_class": "back-test", "registered": NOW} | more
    return Entry(
        "", values.pop("question", ""), values.pop("forecaster"), values.pop("role"), as_of=as_of, p=p, **values
    )


class Builder:
    """Collects records as the ledger would number them."""

    def __init__(self) -> None:
        self.draft = Draft(Book())

    def ask(self, one: Question, *entries: Entry) -> Question:
        asked = self.draft.question(one)
        for each in entries:
            self.draft.entry(Entry(**{**vars(each), "question": asked.id}))
        return asked

    def answer(self, asked: Question, answer: str, day: dt.date | None = None) -> None:
        self.draft.resolution(Resolution("", asked.id, answer, day, "told", NOW))

    def book(self) -> Book:
        items = self.draft.items
        questions = {one.id: one for one in items if isinstance(one, Question)}
        entries = tuple(one for one in items if isinstance(one, Entry))
        return Book(questions, entries, tuple(one for one in items if isinstance(one, Resolution)))


def write(path: Path, n: int = 4) -> Path:
    """Write a ledger with n questions, one forecast each: 2 n rows."""
    with open_ledger(path, create=True) as store, store.writing():
        draft = Draft(book_of(store.rows))
        for i in range(n):
            asked = draft.question(question(f"q{i}"))
            draft.entry(entry((i + 1) / (n + 1), question=asked.id))
        store.append(draft.items)
    return path
