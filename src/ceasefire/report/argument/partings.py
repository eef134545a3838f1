"""Where several arguments part: over a fact, a premise or an inference, with each side's claim and its result."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from ceasefire.case.query import parse_query
from ceasefire.errors import InputError
from ceasefire.report.argument.entries import Entry, link, verdict_word
from ceasefire.report.argument.marks import mark
from ceasefire.report.argument.words import title_of
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Column, Table, columns, lines

KINDS = ("fact", "premise", "inference")


def partings_table(s: Sentences, known: Mapping[str, Entry]) -> Table | None:
    """Return one row for each parting, one column for each argument that takes part."""
    given = s.forecast.partings
    if not given:
        return None
    there = [side["argument"] for one in given for side in one.sides]
    sides = [argument for argument in s.case.arguments if argument.name in there]
    heads = [Column(Markup('<span class="name">{}</span>').format(argument.author)) for argument in sides]
    ranked = sorted(given, key=lambda one: KINDS.index(one.kind) if one.kind in KINDS else len(KINDS))
    rows = []
    for one in ranked:
        cells = {
            argument.name: [_side(s, side, known) for side in one.sides if side["argument"] == argument.name]
            for argument in sides
        }
        about = Markup("{} {}").format(s.speech.word("parting", one.kind), _about(s, one.about))
        rows.append((about, *(lines(cells[argument.name]) or Markup("–") for argument in sides)))
    return Table((*columns(s, "parting"), *heads), tuple(rows), s.t("table.partings"))


def _about(s: Sentences, text: str) -> Markup:
    """Return what the arguments part over: a number that can be asked for, a name of the case, or a question as written."""
    try:
        return s.queries.say(parse_query(text, s.case.words))
    except InputError:
        pass
    if text in s.case.parameters or text in s.case.rivals:
        return title_of(s, text)
    return Markup('<span class="name">{}</span>').format(text)


def _side(s: Sentences, side: Mapping[str, str], known: Mapping[str, Entry]) -> Markup:
    entry = known.get(side.get("claim", ""))
    if entry is None:
        return s.speech.mark(side.get("says", ""), "en", count=False)
    says = s.speech.pick(entry.result.says or entry.claim.says)
    result = Markup('<span class="verdict">{} {}</span>').format(mark(entry.verdict), verdict_word(s, entry))
    return Markup("{} {} {}").format(link(entry.id), says, result)
