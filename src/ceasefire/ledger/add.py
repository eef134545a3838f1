"""Register a forecast: once, before its outcome is known where it calls itself live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.case import query as q
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.written import read_written
from ceasefire.ledger.book import Book, Draft, book_of
from ceasefire.ledger.chain import Head
from ceasefire.ledger.faults import fault, refuse
from ceasefire.ledger.from_forecast import Found, Words, questions_of
from ceasefire.ledger.record import Entry, Question
from ceasefire.ledger.store import open_ledger

if TYPE_CHECKING:
    from ceasefire.case.model import Case


@dataclass(frozen=True)
class Added:
    """What a call to `add` did.

    Parameters
    ----------
    new, known : (question, entry) pairs
        Registered now; standing in the ledger already.
    left_out : (query, reason) pairs
    head : Head
        Of the ledger afterwards: whoever notes it elsewhere can prove later that these rows were there.
    """

    new: tuple[tuple[Question, Entry], ...]
    known: tuple[tuple[Question, Entry], ...]
    left_out: tuple[tuple[str, str], ...]
    head: Head


def read_forecast(path: Path, case: Case) -> dict[str, Any]:
    """Return the forecast of a case that ``ceasefire run`` wrote.

    Raises
    ------
    InputError
        Where it cannot be read, was made from another version of the case, or has no numbers.
    """
    found = read_written(path, case)
    if not found["as_of"] or not found["headlines"]:
        raise refuse("L306", "the forecast has no numbers: the case stops before its game", file=str(path))
    return found


def add_forecast(
    ledger: Path,
    forecast: Mapping[str, Any],
    case: Case,
    words: Words,
    *,
    queries: Sequence[q.Query] = (),
    source: str = "",
    now: dt.datetime | None = None,
) -> Added:
    """Register a forecast in a ledger, which is made where there is none.

    Parameters
    ----------
    queries : sequence
        What to register; every headline that can be resolved unless said.
    now : datetime, UTC
        For tests; the clock unless said.

    Raises
    ------
    InputError
        With all faults; then nothing is registered.
    """
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    asked = tuple(queries) or case.report.headlines
    found = _read(forecast, case, asked, words, moment, source)
    if queries and found.left_out:
        raise InputError([_not_answered(text, reason, ledger) for text, reason in found.left_out])
    if not found.pairs:
        message = "no headline of this forecast is a probability of an outcome or a date, so nothing can be resolved"
        raise refuse("L306", message, hint="name one: --query 'P(OUTCOME by DATE)'")
    if not ledger.exists():
        _drafted(Draft(Book()), found, ledger)  # a fault leaves no empty file behind
    with open_ledger(ledger, create=True) as store, store.writing():
        draft = Draft(book_of(store.rows))
        new, known = _drafted(draft, found, ledger)
        store.append(draft.items)
    return Added(tuple(new), tuple(known), found.left_out, store.head)


def _read(
    forecast: Mapping[str, Any], case: Case, asked: Sequence[q.Query], words: Words, moment: dt.datetime, source: str
) -> Found:
    """Return what a forecast holds; whatever in it is no number, date or class is a fault."""
    try:
        found = questions_of(forecast, case, asked, words, moment, source)
        wrong = [question.query for question, entry in found.pairs if not entry.is_possible]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refuse("L301", "this is not a forecast that ceasefire run wrote", file=source, found=str(error)) from None
    if wrong:
        message = "the forecast holds what is no probability, or no class of forecast"
        raise InputError([fault("L301", message, file=source, found=text) for text in wrong])
    return found


Pairs = list[tuple[Question, Entry]]


def _drafted(draft: Draft, found: Found, ledger: Path) -> tuple[Pairs, Pairs]:
    """Return what is new and what is known; all that comes too late is a fault."""
    new: Pairs = []
    known: Pairs = []
    for question, entry in found.pairs:
        asked = draft.question(question)
        kept, is_new = draft.entry(replace(entry, question=asked.id))
        (new if is_new else known).append((asked, kept))
    faults = [one for question, entry in new for one in too_late(question, entry, draft.book, str(ledger))]
    if faults:
        raise InputError(faults)
    return new, known


def _not_answered(query: str, reason: str, ledger: Path) -> Fault:
    said = {
        "condition": "it stands under a condition that nobody can observe",
        "not_an_event": "it is not an event that happens or not by a date",
        "no_number": "the forecast has no number for it",
    }[reason]
    hint = "add it to report: headlines in the case and run again" if reason == "no_number" else ""
    return fault("L303", f'"{query}" cannot be registered: {said}', file=str(ledger), hint=hint)


def too_late(question: Question, entry: Entry, book: Book, file: str) -> list[Fault]:
    """Return the fault of a forecast that calls itself live after its question was decided."""
    if entry.forecast_class != "live":
        return []
    today, standing = entry.registered.date(), book.standing.get(question.id)
    decided = f"it was resolved by {standing.id}" if standing else ""
    if question.deadline and question.deadline < today:
        decided = f"its last day, {question.deadline}, has passed"
    if not decided:
        return []
    message = f'"{question.say("en")}": a forecast registered on {today} cannot be live, {decided}'
    hint = "say status: back-test (an old case, run again) or reconstruction (written after the event) in case.yaml"
    return [fault("L304", message, file=file, hint=hint)]
