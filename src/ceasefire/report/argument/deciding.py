"""What decides among premises: those that turn conclusions, each with what it turns; where few do, what moves most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ceasefire.report.argument.effects import MOVED, STARTS, STOPS, effect
from ceasefire.report.argument.entries import Entry, link, links, verdict_word
from ceasefire.report.argument.measures import unconditional
from ceasefire.report.sentences import Sentences

FOREMOST = 3
"""Premises told, with what they say; where fewer turn a conclusion, it is also told what moves most."""
SPOKEN = 2
"""Conclusions told with what they say; further ones by name."""
MOVERS = 2
"""Premises told because they move most."""


def carrying(found: Sequence[Entry]) -> list[Entry]:
    """Return the premises that turn a conclusion, those that turn most first."""
    mine = [entry for entry in found if entry.verdict == "carries"]
    return sorted(mine, key=lambda entry: (-len(entry.result.turns), -abs(entry.result.largest_change or 0.0)))


def deciding(s: Sentences, found: Sequence[Entry]) -> list[Markup]:
    """Return the sentences on what decides among the premises of one or several arguments; none where none was cut."""
    foremost = carrying(found)
    told = [_turning(s, foremost, {entry.id: entry for entry in found})] if foremost else []
    moving = _moving(s, found) if len(foremost) < FOREMOST else Markup("")
    return [*told, moving] if moving else told


def _turning(s: Sentences, foremost: Sequence[Entry], known: Mapping[str, Entry]) -> Markup:
    told = [_turns(s, entry, known) for entry in foremost[:FOREMOST]]
    if len(foremost) > FOREMOST:
        told.append(s.t("claims.turning.more", count=len(foremost) - FOREMOST))
    said = s.t("claims.turning", count=len(foremost), premises=Markup("; ").join(told))
    names = dict.fromkeys(name for entry in foremost[:FOREMOST] for name in entry.result.turns if name in known)
    over = [s.t("claims.turning.result", name=link(name), verdict=verdict_word(s, known[name])) for name in names]
    return said + Markup(" ") + s.t("claims.turning.middle", results=s.listed(over)) if s.drawn and over else said


def _turns(s: Sentences, entry: Entry, known: Mapping[str, Entry]) -> Markup:
    """Return one premise with what it says, how many conclusions it turns, and which."""
    names = [name for name in entry.result.turns if name in known]
    spoken = [_spoken(s, known[name]) for name in names[:SPOKEN]]
    others = [links(names[SPOKEN:])] if names[SPOKEN:] else []
    return s.t(
        "claims.turning.one", premise=_spoken(s, entry), count=len(names), conclusions=s.listed([*spoken, *others])
    )


def _spoken(s: Sentences, entry: Entry) -> Markup:
    return s.t(
        "claims.spoken", name=link(entry.id), says=s.speech.pick(entry.result.says or entry.claim.says).rstrip(".")
    )


def _moving(s: Sentences, found: Sequence[Entry]) -> Markup:
    """Return the premises whose cut moves most margins beyond their error, else the one that moves a number most."""
    known = {entry.id: entry for entry in found}
    arrows = [one for one in s.forecast.argument_map if {one.premise, one.conclusion} <= set(known)]
    moved = [one.premise for one in arrows if effect(one) in (MOVED, STOPS, STARTS)]
    if not moved:
        return _moving_a_number(s, found)
    ranked = sorted(dict.fromkeys(moved), key=lambda name: -moved.count(name))[:MOVERS]
    told = [
        s.t(
            "claims.moving.one",
            premise=_spoken(s, known[name]),
            n=s.speech.number(moved.count(name)),
            of=s.speech.number(sum(one.premise == name for one in arrows)),
        )
        for name in ranked
    ]
    return s.t("claims.moving", premises=Markup("; ").join(told))


def _moving_a_number(s: Sentences, found: Sequence[Entry]) -> Markup:
    mine = [one for one in found if one.result.changed and one.verdict in ("carries", "moves")]
    if not mine:
        return Markup("")
    most = max(mine, key=lambda one: abs(one.result.largest_change or 0.0))
    change = s.t("cell.points", x=s.speech.points(most.result.largest_change))
    query = unconditional(s, most.result.changed)
    return s.at_middle(s.t("claims.moving.number", premise=_spoken(s, most), query=query, change=change))
