"""One self-contained page of scores: a part per class, pictures with their tables and sentences, what the words mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from ceasefire.ledger.chain import Head
from ceasefire.ledger.scored import SCORES, ClassScore, ForecasterScore
from ceasefire.report.ledger import tables
from ceasefire.report.ledger.pictures import Picture, pictures
from ceasefire.report.ledger.score_text import (
    MOST_IN_WORDS,
    class_sentence,
    few,
    infinite,
    mean_sentence,
    parts_sentence,
)
from ceasefire.report.ledger.words import LedgerWords
from ceasefire.report.page import asset, environment
from ceasefire.report.speech import slug
from ceasefire.report.tables import Table
from ceasefire.report.unbroken import unbroken

TERMS = (
    "brier", "log", "rps", "crps", "average", "base_rate", "last_value", "crowd", "even", "skill", "calibration",
    "discrimination", "classes",
)  # fmt: skip
"""What the page explains, in this order."""


@dataclass(frozen=True)
class Part:
    """One kind of question, or one forecaster: sentences, pictures, tables."""

    title: Markup
    text: tuple[Markup, ...] = ()
    warning: Markup | None = None
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Section:
    """One class of forecasts."""

    name: str
    title: Markup
    text: Markup
    parts: tuple[Part, ...] = field(default=())


def render(scores: Sequence[ClassScore], head: Head, *, language: str = "en") -> str:
    """Return the page as text."""
    w = LedgerWords(language)
    page = (
        environment()
        .get_template("ledger.html.j2")
        .render(
            t=w.t,
            language=language,
            title=w.t("ledger.page.title"),
            meta=w.t("ledger.page.meta", count=head.count, hash=head.hash),
            sections=[_section(w, one) for one in scores],
            terms=[(w.t(f"ledger.term.{name}"), w.t(f"ledger.meaning.{name}")) for name in TERMS],
            style=asset("style.css"),
            script=asset("script.js"),
        )
    )
    return unbroken(page)


def _section(w: LedgerWords, one: ClassScore) -> Section:
    name = slug(one.name)
    return Section(name, w.word("class", one.name), class_sentence(w, one), tuple(_parts(w, one, name)))


def _parts(w: LedgerWords, one: ClassScore, name: str) -> Iterator[Part]:
    for kind in SCORES:
        mine = [found for found in one.forecasters if found.kind == kind]
        if mine:
            beside = tables.skills(w, mine)
            shown = (tables.means(w, mine), *([beside] if beside and len(mine) > 1 else []))
            yield Part(w.t(f"ledger.kind.{kind}"), tables=shown)
        for i, found in enumerate(mine[:MOST_IN_WORDS]):
            yield _forecaster(w, found, f"{name}-{kind}-{i + 1}")


def _forecaster(w: LedgerWords, one: ForecasterScore, name: str) -> Part:
    text = [mean_sentence(w, one), *([infinite(w, one)] if infinite(w, one) else [])]
    text += [parts_sentence(w, one)] if one.decomposition and not one.is_few else []
    return Part(
        w.t("ledger.forecaster", forecaster=one.forecaster, count=one.n),
        tuple(text),
        few(w, one) if one.is_few else None,
        tuple(pictures(w, one, name)),
        (tables.by_question(w, one),),
    )
