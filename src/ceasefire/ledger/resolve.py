"""Say what came of a question. A resolution is appended; a correction is a further one that names the one it replaces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ceasefire.errors import InputError
from ceasefire.ledger.book import Book, Draft, book_of
from ceasefire.ledger.chain import Head
from ceasefire.ledger.faults import fault
from ceasefire.ledger.record import ANSWERS, Question, Resolution
from ceasefire.ledger.store import open_ledger


@dataclass(frozen=True)
class Resolved:
    """What a call to `resolve` did; `replaced` is the resolution that stood before."""

    question: Question
    resolution: Resolution
    replaced: Resolution | None
    head: Head


@dataclass(frozen=True)
class Answer:
    """An answer as a person gives it: a word, or the day on which it happened, or both."""

    word: str = ""
    date: dt.date | None = None
    source: str = ""
    replaces: str = ""


def resolve(ledger: Path, name: str, given: Answer, *, now: dt.datetime | None = None) -> Resolved:
    """Append a resolution of a question.

    Parameters
    ----------
    name : str
        A question (``Q3``), or one of its forecasts (``F7``).
    given : Answer
        ``yes``, ``no`` or ``void``; a date alone means that it happened on that day.

    Raises
    ------
    InputError
        With everything that does not fit; then nothing is appended.
    """
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    with open_ledger(ledger) as store, store.writing():
        book = book_of(store.rows)
        question = book.question(name, str(ledger))
        answer = answer_to(question, given)
        standing = book.standing.get(question.id)
        faults = [*_faults(question, given, answer, book, moment.date()), *_replacing(question, given, standing)]
        if faults:
            raise InputError([fault(code, said, file=str(ledger), hint=hint) for code, said, hint in faults])
        draft = Draft(book)
        day = given.date if answer == "yes" or (answer == "no" and question.deadline is None) else None
        new = Resolution("", question.id, answer, day, given.source.strip(), moment, given.replaces)
        new = draft.resolution(new)
        store.append(draft.items)
    return Resolved(question, new, standing, store.head)


def answer_to(question: Question, given: Answer) -> str:
    """Return the answer in one word: a day up to the deadline means yes, a later one no."""
    if given.word or given.date is None:
        return given.word
    return "no" if question.deadline and given.date > question.deadline else "yes"


Wrong = tuple[str, str, str]
"""Code, message and hint of a fault."""


def _faults(question: Question, given: Answer, answer: str, book: Book, today: dt.date) -> Iterator[Wrong]:
    if answer not in ANSWERS:
        yield "L403", f'"{answer}" is no answer' if answer else "no answer is given", "yes, no, void, or --date DATE"
    if not given.source.strip():
        yield "L405", "a resolution says where it can be looked up", "--source TEXT, an address or a document"
    if answer == "yes":
        yield from _dated(question, given.date, book, today)
    elif answer == "no" and question.deadline is None and (given.date is None or given.date > today):
        yield "L404", "the day on which its time was over is needed, and it must have passed", "no --date DATE"
    elif answer == "no" and question.deadline and question.deadline >= today:
        hint = f"wait until {question.deadline} has passed; void is for a question that cannot be answered"
        yield "L404", f"the question is open until {question.deadline}, so no cannot be said on {today}", hint


def _dated(question: Question, day: dt.date | None, book: Book, today: dt.date) -> Iterator[Wrong]:
    """Yield what is wrong with the day on which something happened."""
    if day is None:
        yield "L404", "the day on which it happened is needed: scores count until then", "--date DATE"
        return
    if day > today:
        yield "L404", f"{day} lies in the future", ""
    if question.deadline and day > question.deadline:
        yield "L404", f"{day} lies after the last day, {question.deadline}", "the answer is then no"
    if day <= today < day + dt.timedelta(days=question.lasting_days):
        days = f"{question.lasting_days:g} days"
        yield "L404", f"it counts only once it has lasted {days}; since {day} fewer have passed", "resolve it then"
    made = [entry.as_of for entry in book.entries_of(question.id) if entry.forecast_class != "published"]
    if made and day < min(made):
        yield "L404", f"{day} lies before the first forecast, of {min(made)}", "the question counts what comes after"


def _replacing(question: Question, given: Answer, standing: Resolution | None) -> Iterator[Wrong]:
    stands = f"{standing.id} ({standing.answer}, {standing.source})" if standing else ""
    if standing and not given.replaces:
        hint = f"to correct it: --replaces {standing.id}; both stay visible"
        yield "L402", f"{question.id} is resolved by {stands}", hint
    elif given.replaces and not standing:
        yield "L406", f"{question.id} is not resolved, so {given.replaces} cannot be replaced", "leave --replaces out"
    elif standing and given.replaces != standing.id:
        yield "L406", f"{given.replaces} does not stand for {question.id}: {stands} does", f"--replaces {standing.id}"
