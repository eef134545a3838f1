"""Where several arguments part: over a fact, a premise or an inference, with each side's claim and its result."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from ceasefire.case.query import parse_query
from ceasefire.errors import InputError
from ceasefire.forecast.model import Parting
from ceasefire.report.argument.entries import Entry, arguments, link, verdict_word
from ceasefire.report.argument.facts import question
from ceasefire.report.argument.marks import mark
from ceasefire.report.argument.words import setting_of, title_of
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Column, Table, columns, lines

KINDS = ("fact", "premise", "inference")


def partings_table(s: Sentences, known: Mapping[str, Entry]) -> Table | None:
    """Return one row for each parting, one column for each argument that takes part."""
    given = s.forecast.partings
    if not given:
        return None
    there = [side["argument"] for one in given for side in one.sides]
    sides = [argument for argument in arguments(s) if argument.name in there]
    heads = [
        Column(Markup('<span class="name">{}</span>').format(s.speech.pick(argument.author))) for argument in sides
    ]
    ranked = sorted(given, key=lambda one: KINDS.index(one.kind) if one.kind in KINDS else len(KINDS))
    rows = []
    for one in ranked:
        cells = {
            argument.name: [_side(s, one, side, known) for side in one.sides if side["argument"] == argument.name]
            for argument in sides
        }
        about = Markup("{} {}").format(s.speech.word("parting", one.kind), _about(s, one, known))
        rows.append((about, *(lines(cells[argument.name]) or Markup("–") for argument in sides)))
    return Table((*columns(s, "parting"), *heads), tuple(rows), s.t("table.partings"))


def _about(s: Sentences, one: Parting, known: Mapping[str, Entry]) -> Markup:
    """Return what arguments part over: what the record is asked, a setting, or a number that can be asked for."""
    entry = next((known[side["claim"]] for side in one.sides if side.get("claim") in known), None)
    if one.kind == "fact" and entry is not None and entry.claim.fact:
        return question(s, entry.claim.fact)
    if one.about in s.case.parameters or one.about in s.case.rivals:
        return title_of(s, one.about)
    try:
        return s.queries.say(parse_query(one.about, s.case.words))
    except InputError:
        return Markup('<span class="name">{}</span>').format(one.about)


def _side(s: Sentences, one: Parting, side: Mapping[str, str], known: Mapping[str, Entry]) -> Markup:
    """Return one side: at what it holds a setting, its claim, and the result of the claim."""
    entry, parts = known.get(side.get("claim", "")), []
    if one.about in s.case.parameters or one.about in s.case.rivals:
        parts.append(Markup('<span class="line">{}</span>').format(setting_of(s, one.about, side.get("says", ""))))
    elif entry is None:
        parts.append(s.speech.mark(side.get("says", ""), "en", count=False))
    if entry is not None:
        says = s.speech.pick(entry.result.says or entry.claim.says)
        result = Markup('<span class="verdict">{} {}</span>').format(mark(entry.verdict), verdict_word(s, entry))
        parts.append(Markup("{} {} {}").format(link(entry.id), says, result))
    return Markup("").join(parts)
