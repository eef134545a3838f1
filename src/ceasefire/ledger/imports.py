"""Bring in question sets, published forecasts and resolutions from tables, all rows or none."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from ceasefire.errors import Fault, InputError
from ceasefire.ledger.add import too_late
from ceasefire.ledger.book import Book, Draft, book_of
from ceasefire.ledger.chain import Head, Row
from ceasefire.ledger.columns import MOST_FAULTS, Layout, Line, read_table, unread_columns
from ceasefire.ledger.faults import fault
from ceasefire.ledger.record import Entry, Question, Resolution, kind_of
from ceasefire.ledger.store import open_ledger

POOLS: Mapping[str, Callable[[Sequence[float]], float]] = {"mean": statistics.fmean, "median": statistics.median}
"""Ways to make one forecast of many."""


@dataclass(frozen=True)
class Imported:
    """How much a table added, and how much stood in the ledger already.

    Parameters
    ----------
    unread : by column
        Columns of the table from which nothing was taken.
    is_trial : bool
        Whether nothing was written; `head` is then that of the ledger as it is.
    """

    questions: int
    entries: int
    resolutions: int
    known: int
    head: Head
    unread: tuple[str, ...] = ()
    is_trial: bool = False


def import_table(
    ledger: Path, table: Path, layout: Layout, *, pool: str = "", now: dt.datetime | None = None, trial: bool = False
) -> Imported:
    """Add what a table says to a ledger, which is made where there is none.

    Parameters
    ----------
    pool : str
        ``mean`` or ``median`` of the probabilities of one question on one day, as one forecast of a crowd.
    trial : bool
        Only say what would be added: a ledger cannot be made shorter again.

    Raises
    ------
    InputError
        With all faults; then nothing is added.
    """
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    lines, unread = read_table(table, layout), unread_columns(table, layout)
    if trial or not ledger.exists():
        rows, head = _standing(ledger)
        work = _Import(book_of(rows), table, moment)
        work.add(lines, pool)  # a fault leaves no empty file behind
        if trial:
            return _imported(work, head, unread, is_trial=True)
    with open_ledger(ledger, create=True) as store, store.writing():
        work = _Import(book_of(store.rows), table, moment)
        work.add(lines, pool)
        store.append(work.draft.items)
    return _imported(work, store.head, unread)


def _standing(ledger: Path) -> tuple[tuple[Row, ...], Head]:
    """Return the rows and the head of a ledger; none where there is no file."""
    if not ledger.exists():
        return (), Head()
    with open_ledger(ledger) as store:
        return store.rows, store.head


def _imported(work: _Import, head: Head, unread: tuple[str, ...], *, is_trial: bool = False) -> Imported:
    counts = Counter(map(kind_of, work.draft.items))
    return Imported(counts["question"], counts["entry"], counts["resolution"], work.known, head, unread, is_trial)


class _Import:
    """One table on its way into a ledger."""

    def __init__(self, book: Book, table: Path, now: dt.datetime) -> None:
        self.book, self.table, self.now = book, table, now
        self.draft = Draft(book)
        self.faults: list[Fault] = []
        self.known = 0
        self._answered = {q: (one.answer, one.date) for q, one in book.standing.items()}

    def add(self, lines: Sequence[Line], pool: str) -> None:
        """Draft everything; raise with all faults."""
        by_question: dict[str, tuple[Question, list[Line]]] = {}
        for line in lines:
            asked = self._question(line, lines)
            if asked:
                by_question.setdefault(asked.id, (asked, []))[1].append(line)
        for asked, mine in by_question.values():
            for entry in self._entries(asked, mine, pool):
                self._entry(asked, entry)
        for asked, mine in by_question.values():
            self._resolve(asked, mine)
        if self.faults:
            raise InputError(self.faults[:MOST_FAULTS])

    def _wrong(self, line: Line, code: str, message: str, hint: str = "") -> None:
        self.faults.append(fault(code, message, file=str(self.table), line=line.number, hint=hint))

    def _question(self, line: Line, lines: Sequence[Line]) -> Question | None:
        if line["in_ledger"]:
            found = self.book.questions.get(line["in_ledger"])
            if found is None:
                self._wrong(line, "L401", f'the ledger has no question "{line["in_ledger"]}"')
            return found
        key = line["key"] or line["question"]
        if not key:
            self._wrong(line, "L501", "the row names no question", "columns in_ledger, key or question; or --map")
            return None
        kind = "date" if line["by"] else "binary"
        text = {"en": line["question"] or f"{line['source']} {key}".strip()}
        return self.draft.question(
            Question("", text, kind, line.dates.get("deadline"), source=line["source"], key=key)  # type: ignore[arg-type]
        )

    def _entries(self, asked: Question, lines: Iterable[Line], pool: str) -> Iterator[Entry]:
        """Yield the forecasts of one question in order of time."""
        dated = sorted((line for line in lines if line.p is not None), key=lambda line: line["as_of"])
        for line in dated:
            if "as_of" not in line.dates:
                self._wrong(
                    line, "L503", "a forecast has a day: as_of", "--map as_of=COLUMN, or --set as_of=2023-01-01"
                )
                return
        if asked.kind == "date":
            yield from self._curves(asked, dated)
        elif pool:
            yield from self._pooled(dated, pool)
        else:
            yield from (self._bare(line, p=line.p) for line in dated)

    def _bare(self, line: Line, **more: object) -> Entry:
        forecaster = line["forecaster"] or line["source"] or self.table.stem
        role, forecast_class = line["role"] or "crowd", line["class"] or "published"
        bare = Entry("", "", forecaster, role, forecast_class, line.dates["as_of"], self.now, source=self.table.name)
        return replace(bare, **more)  # type: ignore[arg-type]

    def _pooled(self, lines: Sequence[Line], pool: str) -> Iterator[Entry]:
        days: dict[dt.date, list[Line]] = {}
        for line in lines:
            days.setdefault(line.dates["as_of"], []).append(line)
        for mine in days.values():
            values = [line.p for line in mine if line.p is not None]
            p = POOLS[pool](values)
            name = f"{mine[0]['source'] or self.table.stem} ({pool})"
            yield self._bare(mine[0], p=p, forecaster=name, role="crowd")

    def _curves(self, asked: Question, lines: Iterable[Line]) -> Iterator[Entry]:
        """Yield one forecast of a date for each forecaster and day, from rows by date."""
        groups: dict[tuple[str, dt.date], list[Line]] = {}
        for line in lines:
            if "by" in line.dates:
                groups.setdefault((line["forecaster"], line.dates["as_of"]), []).append(line)
        for mine in groups.values():
            curve = tuple(sorted((line.dates["by"], line.p or 0.0) for line in mine))
            rises = all(a[1] <= b[1] and a[0] < b[0] for a, b in pairwise(curve))
            if not rises:
                self._wrong(mine[0], "L506", "p does not rise with the dates by: it is the probability up to each day")
            else:
                yield self._bare(mine[0], curve=curve)

    def _entry(self, asked: Question, entry: Entry) -> None:
        self.faults += too_late(asked, entry, self.book, str(self.table))
        _, is_new = self.draft.entry(replace(entry, question=asked.id))
        self.known += not is_new

    def _resolve(self, asked: Question, lines: Iterable[Line]) -> None:
        answers: Mapping[tuple[str, dt.date | None], Line] = {
            (line.answer, line.dates.get("resolved_on") or asked.deadline): line for line in lines if line.answer
        }
        if not answers:
            return
        (answer, day), line = next(iter(answers.items()))
        if len({word for word, _ in answers}) > 1:
            self._wrong(line, "L506", f"{asked.id} is resolved in two ways", "one question has one answer")
        elif answer != "void" and day is None:
            self._wrong(line, "L503", "a resolution has a day", "--map resolved_on=COLUMN, or --set deadline=DATE")
        elif asked.id in self._answered:
            self._again(asked, answer, line)
        else:
            source = line["reference"] or self.table.name
            self.draft.resolution(Resolution("", asked.id, answer, None if answer == "void" else day, source, self.now))

    def _again(self, asked: Question, answer: str, line: Line) -> None:
        standing = self._answered[asked.id][0]
        if standing == answer:
            self.known += 1
        else:
            hint = f"to correct it: ceasefire ledger resolve {asked.id} {answer} --replaces ..."
            self._wrong(
                line, "L402", f"{asked.id} is resolved in the ledger as {standing}, in the table as {answer}", hint
            )
