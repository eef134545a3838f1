"""A ledger as records: what its rows say, with the resolution that stands for each question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ceasefire.ledger.chain import Head, Row, head_of
from ceasefire.ledger.faults import refuse
from ceasefire.ledger.record import Entry, Item, Question, Resolution, from_plain

Numbered = TypeVar("Numbered", Question, Entry, Resolution)


@dataclass(frozen=True)
class Book:
    """All records of a ledger, in the order in which they entered it.

    Parameters
    ----------
    questions : by id
    entries, resolutions : tuples
    head : Head
        Of the rows that were read.
    """

    questions: Mapping[str, Question] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    head: Head = field(default_factory=Head)

    @property
    def standing(self) -> dict[str, Resolution]:
        """Return the resolution that stands, by question: the last one."""
        return {one.question: one for one in self.resolutions}

    def question(self, name: str, file: str = "") -> Question:
        """Return a question by its id, by the id of one of its forecasts, or by its key in an imported set.

        Raises
        ------
        InputError
            Where there is none.
        """
        if name in self.questions:
            return self.questions[name]
        by_entry = {entry.id: entry.question for entry in self.entries}
        if name in by_entry:
            return self.questions[by_entry[name]]
        keyed = [one for one in self.questions.values() if one.key and name in (one.key, f"{one.source}:{one.key}")]
        if len(keyed) == 1:
            return keyed[0]
        hint = f"there are {len(self.questions)} questions: ceasefire ledger list"
        raise refuse("L401", f'the ledger has no question "{name}"', file=file, hint=hint)

    def entries_of(self, question: str) -> list[Entry]:
        """Return the forecasts of a question in the order in which they were made."""
        found = [entry for entry in self.entries if entry.question == question]
        return sorted(found, key=lambda entry: (entry.stands_from, entry.registered))


def book_of(rows: Iterable[Row]) -> Book:
    """Return what rows say.

    Raises
    ------
    InputError
        Where a row follows from the one before and yet is no record: this program did not write it.
    """
    rows = tuple(rows)
    items = [_item(row) for row in rows]
    questions = {one.id: one for one in items if isinstance(one, Question)}
    entries = tuple(one for one in items if isinstance(one, Entry))
    resolutions = tuple(one for one in items if isinstance(one, Resolution))
    return Book(questions, entries, resolutions, head_of(rows))


def _item(row: Row) -> Item:
    try:
        return from_plain(row.kind, json.loads(row.content))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"row {row.number} is whole, but not a record that this program knows"
        raise refuse("L104", message, found=f"{row.kind}: {row.content[:200]}", hint=str(error)) from None


class Draft:
    """What is to be added to a ledger in one go: gives numbers, finds what is there already.

    Parameters
    ----------
    book : Book
        What the ledger holds; read while the file is held for writing.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.items: list[Item] = []
        self._questions = {one.identity: one for one in book.questions.values()}
        self._entries = {one.identity: one for one in book.entries}
        self._counts = {"Q": len(book.questions), "F": len(book.entries), "R": len(book.resolutions)}

    def question(self, one: Question) -> Question:
        """Return the question as the ledger has it; a new one gets the next number."""
        return self._questions.get(one.identity) or self._add_question(one)

    def _add_question(self, one: Question) -> Question:
        numbered = replace_id(one, self._next("Q"))
        self._questions[one.identity] = numbered
        self.items.append(numbered)
        return numbered

    def entry(self, one: Entry) -> tuple[Entry, bool]:
        """Return the forecast as the ledger has it, and whether it is new."""
        there = self._entries.get(one.identity)
        if there is not None:
            return there, False
        numbered = replace_id(one, self._next("F"))
        self._entries[one.identity] = numbered
        self.items.append(numbered)
        return numbered, True

    def resolution(self, one: Resolution) -> Resolution:
        """Return the resolution with its number."""
        numbered = replace_id(one, self._next("R"))
        self.items.append(numbered)
        return numbered

    def _next(self, letter: str) -> str:
        self._counts[letter] += 1
        return f"{letter}{self._counts[letter]}"


def replace_id(one: Numbered, name: str) -> Numbered:
    """Return a record under another name."""
    return replace(one, id=name)
