"""How the assumptions were drawn and weighed by the record: what page one must say of it, and a section of its own.

Each key of ``Forecast.ensemble`` may be missing; what is missing is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report import results
from ceasefire.report.sentences import Sentences
from ceasefire.report.weighing_tables import event, whole

COUNTED_LESS = {"0.5": "half", "0": "none"}
"""Exponents below one, the largest first, with the name of what is said of each."""


def brief(s: Sentences) -> Markup:
    """Return one line on the weighing: draws, effective size, failed draws; nothing where nothing was drawn."""
    given = s.forecast.ensemble
    if not given.get("draws"):
        return Markup("")
    said = s.t("weighing.drawn", draws=s.speech.number(given["draws"], 6))
    if given.get("effective_size") is not None:
        said += " " + s.t("weighing.size", size=whole(s, given["effective_size"]))
    failed = len(given.get("failed") or ())
    return said + " " + (s.t("weighing.failed", count=failed) if failed else s.t("weighing.none_failed"))


def warnings(s: Sentences) -> list[Markup]:
    """Return what page one must warn of: a past explained badly, a heavy tail of the weights, intervals withheld."""
    given = s.forecast.ensemble
    surprise, codes = given.get("own_surprise") or {}, given.get("codes") or ()
    found = []
    if surprise.get("worse"):
        found.append(s.t("weighing.worse", **_surprise(s, surprise)))
    if "k_hat_above_limit" in codes:
        key = "weighing.heavy" if given.get("k_hat") is not None else "weighing.unknown_tail"
        found.append(s.t(key, **_tail(s)))
    if is_withheld(s.forecast):
        found.append(s.t("weighing.withheld", size=whole(s, given.get("effective_size"))))
    return found


def on_page_one(s: Sentences) -> list[Markup]:
    """Return the warnings, and where intervals are withheld the answers that have some."""
    return [*warnings(s), *_counted_less(s)]


def _counted_less(s: Sentences) -> list[Markup]:
    """Return the answers with the record counted as much as leaves intervals, where counted whole it leaves none."""
    if not is_withheld(s.forecast):
        return []
    rows, named = results.counted(s.forecast), results.in_answer(s.forecast, s.case)
    rows = [row for row in rows if row["query"] in named] or rows
    for exponent, how in COUNTED_LESS.items():
        told = [
            s.t("first.row", query=s.query(row["query"]), p=s.counted(row, exponent))
            for row in rows
            if row["by_exponent"][exponent]["low"] is not None
        ]
        if told:
            return [s.t(f"weighing.counted.{how}", answers=Markup("; ").join(told))]
    return []


def said(s: Sentences) -> list[Markup]:
    """Return the paragraphs of the section."""
    given = s.forecast.ensemble
    if not given.get("draws"):
        return []
    found = [brief(s), s.t("weighing.contains"), *warnings(s)]
    if given.get("unsolved"):
        found.append(s.t("weighing.unsolved", count=len(given["unsolved"])))
    if given.get("k_hat") is not None and "k_hat_above_limit" not in (given.get("codes") or ()):
        found.append(s.t("weighing.tail", **_tail(s)))
    spread = given.get("spread") or ()
    if len(spread) == 3 and all(x is not None and math.isfinite(x) for x in spread):
        low, middle, high = (s.speech.number(x) for x in spread)
        found.append(s.t("weighing.spread", low=low, middle=middle, high=high))
    surprise = given.get("own_surprise") or {}
    if surprise and not surprise.get("worse"):
        found.append(s.t("weighing.better", **_surprise(s, surprise)))
    return [*found, *_counted(s)]


def _counted(s: Sentences) -> list[Markup]:
    """Return what the tables do not show: untouched assumptions, surprises."""
    learned = s.forecast.ensemble.get("learned") or ()
    untouched = [row for row in learned if not row.get("taught")]
    found = [s.t("weighing.untouched", count=len(untouched))] if untouched else []
    events = s.forecast.ensemble.get("events") or ()
    surprises = [event(s, row) for row in events if row.get("surprise")]
    if surprises:
        found.append(s.t("weighing.surprises", count=len(surprises), events=Markup("; ").join(surprises)))
    elif events:
        found.append(s.t("weighing.no_surprises"))
    return found


def _tail(s: Sentences) -> dict[str, Any]:
    given = s.forecast.ensemble
    limit = given.get("k_limit")
    return {
        "name": Markup('<a class="term" href="#term-tail">{}</a>').format(s.t("term.tail")),
        "k": s.speech.number(given.get("k_hat"), 2),
        "limit": s.speech.number(limit, 2) if limit is not None else "–",
    }


def _surprise(s: Sentences, given: Mapping[str, Any]) -> dict[str, Any]:
    game, rival, error = given.get("game"), given.get("frequencies"), given.get("error")
    told = s.speech.number(game) if game is not None else "–"
    if game is not None and error is not None:
        told = s.t("cell.plus_minus", x=told, error=s.speech.number(error, 2))
    return {
        "n": s.speech.number(given.get("n"), 6),
        "game": told,
        "frequencies": s.speech.number(rival) if rival is not None else "–",
    }
