"""The sections of the page, in reading order; a section with nothing to show is left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from ceasefire.report import citations, inputs, other_equilibria, planned, tables, weighing, weighing_tables
from ceasefire.report.argument import MarkedText, ReadingView, marked_texts, reading_view
from ceasefire.report.figures import (
    Bars,
    Figure,
    draw_beliefs,
    draw_end_states,
    draw_factor_map,
    draw_outcomes,
    draw_side,
    draw_stocks,
    draw_tornado,
)
from ceasefire.report.notes import say_note
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table

Titled = tuple[Markup | None, Table]


@dataclass(frozen=True)
class Section:
    """A heading with its text, figures and tables, in this order."""

    name: str
    title: Markup
    text: Sequence[Markup] = ()
    figures: Sequence[Figure] = ()
    bars: Sequence[Bars] = ()
    tables: Sequence[Titled] = ()
    after: Sequence[Markup] = ()
    items: Sequence[Markup] = ()
    types: Sequence[Markup] = ()
    terms: Sequence[tuple[str, Markup, Markup]] = ()
    code: str = ""
    view: ReadingView | None = None
    texts: Sequence[MarkedText] = ()
    keep: bool = field(default=False)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        drawn = self.figures or self.bars or self.tables or self.view
        return not (self.keep or drawn or self.items or self.terms or self.code or self.texts)


def sections(s: Sentences, texts: Mapping[str, str]) -> list[Section]:
    """Return every section that has something to show.

    Parameters
    ----------
    texts : by source
        Texts of arguments that are to stand on the page.
    """
    parts = (*_results(s), *_checks(s), *_arguments(s, texts), *_inputs(s), *_appendix(s))
    return [part for part in parts if not part.empty]


def section(
    s: Sentences,
    name: str,
    figures: Sequence[Figure | None] = (),
    given: Sequence[Table | None] = (),
    *,
    bars: Sequence[Bars] = (),
    titled: Sequence[Titled] = (),
    items: Sequence[Markup] = (),
    notes: Sequence[Markup] = (),
    types: Sequence[Markup] = (),
) -> Section:
    """Return the section `name` with what there is for it and the introduction of that name."""
    text = [*([s.t(f"intro.{name}")] if s.speech.has(f"intro.{name}") else []), *notes]
    shown = [*((None, table) for table in given if table), *titled]
    shown = [(heading, tables.withheld_once(s, table)) for heading, table in shown]
    drawn = [_withheld_once(s, figure) for figure in figures if figure]
    return Section(name, s.t(f"section.{name}"), text, drawn, bars, shown, items=items, types=types)


def _withheld_once(s: Sentences, figure: Figure) -> Figure:
    return replace(figure, tables=tuple(tables.withheld_once(s, table) for table in figure.tables))


def _why(s: Sentences, nominal: str = "", **named: Markup) -> list[Markup]:
    """Return why numbers of a section have no interval: nothing was drawn; over draws the message `nominal`."""
    if not s.case.steps:
        return []
    if not s.drawn:
        return [s.t("note.not_drawn")]
    return [s.t(nominal, **named)] if nominal else []


def _results(s: Sentences) -> list[Section]:
    why = _why(s)
    return [
        section(s, "factors", [draw_factor_map(s)], [tables.near_event(s)], notes=why),
        section(s, "end-states", [draw_end_states(s)], notes=why),
        section(s, "outcomes", [draw_outcomes(s)], [tables.yardsticks(s)], notes=why),
        section(s, "signposts", (), [tables.signposts(s)], types=tables.type_key(s), notes=why),
        section(s, "beliefs", draw_beliefs(s), [inputs.evidence(s)], notes=why),
        section(s, "stocks", [draw_stocks(s)]),
        section(s, "side", [draw_side(s)]),
        replace(section(s, "plans", titled=planned.plans(s), notes=[*planned.notes(s), *why]), after=planned.same(s)),
    ]


def _checks(s: Sentences) -> list[Section]:
    named = {"finer": s.t("column.belief_grid"), "error": s.t("column.error_grid")}
    return [
        section(s, "weighing", titled=weighing_tables.tables(s), notes=weighing.said(s)),
        section(
            s,
            "trust",
            (),
            [*tables.trust(s), inputs.certificate(s), other_equilibria.table(s)],
            notes=[*_why(s, "trust.nominal", **named), *other_equilibria.said(s)],
        ),
        section(s, "ranges", bars=draw_tornado(s)),
    ]


def _arguments(s: Sentences, texts: Mapping[str, str]) -> list[Section]:
    marked = marked_texts(s, texts)
    view = reading_view(s, texts if marked else ())
    claims = replace(section(s, "claims", notes=_why(s, "claims.nominal")), view=view)
    return [claims, replace(section(s, "text"), texts=marked)]


def _inputs(s: Sentences) -> list[Section]:
    notes = [*inputs.record_notes(s), *_why(s, "note.nominal")]
    if s.forecast.ensemble.get("events"):
        notes.append(s.t("note.nominal.record", table=s.t("weighing.table.events")))
    return [
        section(s, "record", (), [inputs.record(s)], notes=notes, types=tables.type_key(s)),
        section(s, "disagreements", (), [inputs.disagreements(s)]),
        section(s, "parameters", titled=inputs.parameters(s)),
        section(s, "sources", (), [inputs.sources(s), citations.pages(s)]),
        section(s, "notes", items=[say_note(s, note) for note in s.forecast.notes]),
    ]


def _appendix(s: Sentences) -> list[Section]:
    versions = ", ".join(f"{name} {version}" for name, version in s.forecast.versions.items())
    spent = [(name, round(x, 1)) for name, x in s.forecast.seconds.items()]
    seconds = Markup(", ").join(
        Markup("{} {} s").format(s.speech.word("stage", name), s.speech.number(x)) for name, x in spent if x
    )
    text = [
        s.t("reproduce.hash", hash=Markup("<code>{}</code>").format(s.forecast.case_hash), seed=s.forecast.seed),
        s.t("reproduce.versions", versions=Markup('<span class="name">{}</span>').format(versions)),
    ]
    if seconds:
        text.append(s.t("reproduce.seconds", seconds=Markup('<span class="name">{}</span>').format(seconds)))
    preview = " --preview" if s.forecast.settings.get("preview") else ""
    code = f"ceasefire run {s.forecast.case}{preview} --seed {s.forecast.seed} --language {s.speech.language}"
    reproduce = Section("reproduce", s.t("section.reproduce"), text, code=code)
    return [reproduce, Section("glossary", s.t("section.glossary"), [s.t("intro.glossary")], terms=glossary(s))]


def used_terms(part: Section, page: str) -> Section:
    """Return the glossary with the entries that a page has a use for: it links to them, or says their word."""
    said = Markup(re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page)).striptags().casefold()
    terms = [
        (key, word, meaning)
        for key, word, meaning in part.terms
        if f'#term-{key}"' in page or re.search(rf"\b{re.escape(word.striptags().casefold())}", said)
    ]
    return replace(part, terms=terms)


def glossary(s: Sentences) -> list[tuple[str, Markup, Markup]]:
    """Return the words used on the page with their meaning, in the order of the alphabet."""
    keys = [key.removeprefix("term.") for key in s.speech.messages if key.startswith("term.")]
    found = [(key, s.t(f"term.{key}"), s.t(f"meaning.{key}")) for key in keys]
    return sorted(found, key=lambda row: unicodedata.normalize("NFKD", row[1]).casefold())
