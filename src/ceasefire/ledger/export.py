"""A ledger and its scores as plain values: what ``--json`` prints and what files hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ceasefire.ledger.book import Book
from ceasefire.ledger.chain import Head
from ceasefire.ledger.record import to_plain
from ceasefire.ledger.score import ClassScore, ForecasterScore, QuestionScore

FORMAT = "ceasefire-ledger-export/1"


def as_plain(book: Book) -> dict[str, Any]:
    """Return everything that a ledger holds, with its head."""
    return {
        "format": FORMAT,
        "head": asdict(book.head),
        "questions": [to_plain(one) for one in book.questions.values()],
        "entries": [to_plain(one) for one in book.entries],
        "resolutions": [to_plain(one) for one in book.resolutions],
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
