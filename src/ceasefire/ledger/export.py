"""A ledger and its scores as plain values: what ``--json`` prints and what files hold."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ceasefire.ledger.book import Book
from ceasefire.ledger.chain import Head, Row, head_of
from ceasefire.ledger.record import Entry, Question, Resolution
from ceasefire.ledger.scored import ClassScore, ForecasterScore, QuestionScore

FORMAT = "ceasefire-ledger-export/1"
NAMES = {"question": "questions", "entry": "entries", "resolution": "resolutions"}
CSV_COLUMNS = (
    "question_id", "source", "key", "question", "query", "kind", "deadline", "forecast_id", "forecaster", "role", "class",
    "as_of", "registered", "p", "by", "low", "high", "what", "error", "case_hash", "version", "seed", "resolution",
    "resolved_on", "reference",
)  # fmt: skip
"""Columns of an export; those that ``import`` knows have its names."""


def as_plain(rows: Sequence[Row]) -> dict[str, Any]:
    """Return everything that a ledger holds: records by kind, each with its row and hash, and the head."""
    found: dict[str, list[dict[str, Any]]] = {"question": [], "entry": [], "resolution": []}
    for row in rows:
        found[row.kind].append({**json.loads(row.content), "row": row.number, "hash": row.hash})
    head = asdict(head_of(rows))
    return {"format": FORMAT, "head": head, **{NAMES[kind]: records for kind, records in found.items()}}


def as_csv(book: Book, language: str = "en") -> str:
    """Return one row per forecast with its question and what came of it; a forecast of a date has a row per date."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    standing = book.standing
    for entry in book.entries:
        question = book.questions[entry.question]
        shared = _question_cells(question, standing.get(question.id), language) | _entry_cells(entry)
        for by, p in entry.curve or ((None, entry.p),):
            writer.writerow(shared | {"by": by or "", "p": p})
    return text.getvalue()


def _question_cells(question: Question, resolution: Resolution | None, language: str) -> dict[str, Any]:
    found = {
        "question_id": question.id,
        "source": question.source or question.case,
        "key": question.key,
        "question": question.say(language),
        "query": question.query,
        "kind": question.kind,
        "deadline": question.deadline or "",
    }
    if resolution:
        found |= {"resolution": resolution.answer, "resolved_on": resolution.date or "", "reference": resolution.source}
    return found


def _entry_cells(entry: Entry) -> dict[str, Any]:
    return {
        "forecast_id": entry.id,
        "forecaster": entry.forecaster,
        "role": entry.role,
        "class": entry.forecast_class,
        "as_of": entry.as_of,
        "registered": entry.registered.isoformat(),
        "low": entry.low,
        "high": entry.high,
        "what": entry.what,
        "error": entry.error,
        "case_hash": entry.case_hash,
        "version": entry.versions.get("ceasefire", ""),
        "seed": entry.seed,
    }


def scores_as_plain(scores: Sequence[ClassScore], head: Head) -> dict[str, Any]:
    """Return scores by class."""
    return {"head": asdict(head), "classes": {one.name: _class(one) for one in scores}}


def _class(one: ClassScore) -> dict[str, Any]:
    counts = {"entries": one.n_entries, "open": one.open, "void": one.void, "too_late": one.too_late}
    return {**counts, "forecasters": [_forecaster(found) for found in one.forecasters]}


def _forecaster(one: ForecasterScore) -> dict[str, Any]:
    return {
        "forecaster": one.forecaster,
        "kind": one.kind,
        "n": one.n,
        "too_few": one.is_few,
        "means": {name: asdict(mean) for name, mean in one.means.items()},
        "against": {
            baseline: {name: {**asdict(held), "clear": held.is_clear} for name, held in found.items()}
            for baseline, found in one.against.items()
        },
        "bins": [asdict(found) for found in one.bins],
        "decomposition": asdict(one.decomposition) if one.decomposition else None,
        "discrimination": asdict(one.discrimination) if one.discrimination else None,
        "questions": [_question(found) for found in one.questions],
    }


def _question(one: QuestionScore) -> dict[str, Any]:
    return {
        "id": one.question.id,
        "key": one.question.key,
        "answer": one.resolution.answer,
        "date": one.resolution.date.isoformat() if one.resolution.date else None,
        "resolution": one.resolution.id,
        "forecasts": one.n_forecasts,
        "days": one.days,
        "mean_p": one.mean_p,
        "scores": dict(one.scores),
        "baselines": {name: asdict(held) for name, held in one.baselines.items()},
    }
