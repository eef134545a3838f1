"""What a ledger holds, as text in 80 columns: one part per class, every question with its forecasts and what came of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ceasefire.ledger.add import Added
from ceasefire.ledger.book import Book
from ceasefire.ledger.imports import Imported
from ceasefire.ledger.record import CLASSES, Entry, Question, Resolution
from ceasefire.ledger.resolve import Resolved
from ceasefire.ledger.verify import Verified
from ceasefire.report.ledger.words import LedgerWords
from ceasefire.report.speech import plain
from ceasefire.report.summary import COLUMNS

MOST_ENTRIES = 6
"""Forecasts of one question that are listed one by one; of more, the first and the last."""


def wrapped(text: Markup | str, mark: str = "") -> str:
    """Return text in lines of 80 columns, below a mark."""
    wrapper = textwrap.TextWrapper(
        COLUMNS, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    )
    return wrapper.fill(plain(text)).replace("\xa0", " ")


def list_text(book: Book, language: str = "en") -> str:
    """Return all questions by class of their forecasts."""
    w = LedgerWords(language)
    blocks = []
    for name in CLASSES:
        mine: dict[str, list[Entry]] = {}
        for entry in book.entries:
            if entry.forecast_class == name:
                mine.setdefault(entry.question, []).append(entry)
        if mine:
            blocks.append(wrapped(plain(w.word("class", name)).upper()))
            blocks += [_question(w, book, book.questions[q], entries) for q, entries in mine.items()]
    silent = [q for q in book.questions.values() if not any(entry.question == q.id for entry in book.entries)]
    blocks += [_question(w, book, one, []) for one in silent]
    return "\n\n".join(blocks or [wrapped(w.t("ledger.empty"))])


def _question(w: LedgerWords, book: Book, question: Question, entries: Sequence[Entry]) -> str:
    mark = f"{question.id:<4} "
    lines = [wrapped(w.question(question), mark)]
    pad = " " * len(mark)
    lines += [wrapped(line, pad) for line in _entries(w, entries)]
    lines += [wrapped(line, pad) for line in _answers(w, book, question)]
    return "\n".join(lines)


def _entries(w: LedgerWords, entries: Sequence[Entry]) -> Iterator[Markup]:
    shown = entries if len(entries) <= MOST_ENTRIES else (entries[0], entries[-1])
    for entry in shown:
        yield entry_line(w, entry)
    if len(shown) < len(entries):
        yield w.t("ledger.more_entries", count=len(entries) - len(shown))


def entry_line(w: LedgerWords, entry: Entry) -> Markup:
    """Return one forecast: number, forecaster, what it says, as of when, registered when."""
    return w.t(
        "ledger.entry.preview" if entry.settings.get("preview") else "ledger.entry",
        id=entry.id,
        forecaster=entry.forecaster,
        says=said(w, entry),
        as_of=w.speech.day(entry.as_of),
        registered=w.speech.day(entry.registered.date()),
    )


def said(w: LedgerWords, entry: Entry) -> Markup:
    """Return what a forecast says: a probability, or between which of its dates one half is reached."""
    if entry.p is not None:
        return w.speech.percent(entry.p)
    last, p = entry.curve[-1]
    end = {"p": w.speech.percent(p), "date": w.speech.day(last)}
    below = [day for day, p in entry.curve if p < 0.5]
    if len(below) == len(entry.curve):
        return w.t("ledger.curve.later", **end)
    half = w.speech.day(entry.curve[len(below)][0])
    if not below:
        return w.t("ledger.curve", half=half, **end)
    return w.t("ledger.curve.between", before=w.speech.day(below[-1]), half=half, **end)


def _answers(w: LedgerWords, book: Book, question: Question) -> Iterator[Markup]:
    """Yield every resolution, those that were replaced too."""
    found = [one for one in book.resolutions if one.question == question.id]
    replaced = {one.replaces for one in found}
    if not found:
        key = "ledger.open" if question.deadline else "ledger.open.undated"
        yield w.t(key, date=w.day(question.deadline))
    for one in found:
        text = answer_line(w, one)
        yield w.t("ledger.replaced", resolution=text) if one.id in replaced else text


def answer_line(w: LedgerWords, one: Resolution) -> Markup:
    """Return a resolution: number, answer, day, source."""
    answer = w.word("answer", one.answer)
    if one.date:
        answer = w.t("ledger.answer_on", answer=answer, date=w.speech.day(one.date))
    return w.t("ledger.resolution", id=one.id, answer=answer, source=one.source)


def added_text(added: Added, language: str = "en") -> str:
    """Return what was registered, what stood there already, what was left out, and the head to note."""
    w = LedgerWords(language)
    lines = []
    for key, pairs in (("ledger.added", added.new), ("ledger.known", added.known)):
        lines += [wrapped(w.t(key, count=len(pairs)))] if pairs else []
        asked = {question.id: question for question, _ in pairs}
        for question in asked.values():
            lines.append(wrapped(w.question(question), f"{question.id:<4} "))
            lines += [wrapped(entry_line(w, entry), "     ") for one, entry in pairs if one.id == question.id]
    if added.left_out:
        lines.append(wrapped(w.t("ledger.left_out", count=len(added.left_out))))
        lines += [wrapped(f"{query}: {plain(w.word('reason', why))}", "- ") for query, why in added.left_out]
    lines.append(wrapped(w.t("ledger.head", count=added.head.count, hash=added.head.hash)))
    return "\n".join(lines)


def resolved_text(done: Resolved, language: str = "en") -> str:
    """Return what was resolved, and which resolution it replaces."""
    w = LedgerWords(language)
    lines = [wrapped(w.question(done.question), f"{done.question.id:<4} "), wrapped(answer_line(w, done.resolution))]
    if done.replaced:
        lines.append(wrapped(w.t("ledger.replaced", resolution=answer_line(w, done.replaced))))
    return "\n".join(lines)


def imported_text(done: Imported, language: str = "en") -> str:
    """Return how much a table added."""
    w = LedgerWords(language)
    counts = {
        "questions": done.questions,
        "entries": done.entries,
        "resolutions": done.resolutions,
        "known": done.known,
    }
    key = "ledger.would_import" if done.is_trial else "ledger.imported"
    told = [w.t(key, **{name: w.speech.number(n) for name, n in counts.items()})]
    told += [w.t("ledger.unread", columns=", ".join(done.unread))] if done.unread else []
    told += [] if done.is_trial else [w.t("ledger.head", count=done.head.count, hash=done.head.hash)]
    return "\n".join(map(wrapped, told))


def verified_text(found: Verified, language: str = "en") -> str:
    """Return what was checked, and what no check can see."""
    w = LedgerWords(language)
    lines = [w.t("ledger.verified", count=found.head.count, hash=found.head.hash)]
    lines += [w.t("ledger.verified.beside" if found.head_beside else "ledger.verified.not_beside")]
    lines += [w.t("ledger.verified.elsewhere")] if found.head_elsewhere else []
    lines += [w.t("ledger.verified.export", count=found.export.count)] if found.export else []
    if not found.head_elsewhere and not found.export:
        lines.append(w.t("ledger.verified.unseen"))
    return "\n".join(wrapped(line) for line in lines)
