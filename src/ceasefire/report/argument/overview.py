"""An argument in a few sentences: what became of its facts, premises and conclusions, each claim by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.argument import words
from ceasefire.report.argument.entries import ROLES, Entry, by_verdict, link, links
from ceasefire.report.sentences import Sentences
from ceasefire.report.speech import slug

if TYPE_CHECKING:
    from ceasefire.case.claims import Argument

FOREMOST = 3
"""Premises that are told with what they say."""


def overview(s: Sentences, argument: Argument, found: Sequence[Entry]) -> list[Markup]:
    """Return the sentences on one argument."""
    told = [told_role(s, role, mine) for role in ROLES if (mine := [one for one in found if one.result.role == role])]
    if argument.assumes:
        told.insert(0, s.t("claims.assumes", settings=Markup("; ").join(words.setting(s, argument.assumes))))
    foremost = _foremost(s, found)
    return [*told, foremost] if foremost else told


def brief(s: Sentences, argument: Argument, found: Sequence[Entry]) -> Markup:
    """Return one argument in a line or two: its conclusions counted by result, and the premises on which most hang."""
    conclusions = [entry for entry in found if entry.result.role == "conclusion"]
    parts = [predicate(s, group[0], len(group)) for group in by_verdict(conclusions).values()]
    foremost = carrying(found)[:FOREMOST]
    if foremost:
        parts.append(s.t("claims.brief.carrying", names=Markup(", ").join(entry.id for entry in foremost)))
    role = s.t("role.count.conclusion", count=len(conclusions))
    return (
        s.t("claims.brief", author=s.speech.pick(argument.author), role=role, parts=Markup("; ").join(parts))
        if parts
        else Markup("")
    )


def told_role(s: Sentences, role: str, mine: Sequence[Entry]) -> Markup:
    """Return the claims of one role: how many have each result, and which."""
    if role == "not_modelled":
        return s.t("claims.not_modelled", count=len(mine), names=_names(mine))
    groups = [
        s.t("claims.told", what=predicate(s, group[0], len(group)), names=_names(group))
        for group in by_verdict(mine).values()
    ]
    return s.t("claims.role", role=s.t(f"role.count.{role}", count=len(mine)), groups=Markup("; ").join(groups))


def _names(found: Sequence[Entry]) -> Markup:
    return links(entry.id for entry in found)


def predicate(s: Sentences, entry: Entry, count: int) -> Markup:
    """Return what so many claims do that have the result of `entry`."""
    key = f"predicate.{slug(entry.result.verdict)}"
    if s.speech.has(key):
        return s.t(key, count=count)
    word = s.speech.word("verdict", entry.result.verdict, count)
    return s.t("part.count", n=s.speech.number(count), what=word)


def carrying(found: Iterable[Entry]) -> list[Entry]:
    """Return the premises that turn a conclusion, those that turn most first."""
    mine = [entry for entry in found if entry.verdict == "carries"]
    return sorted(mine, key=lambda entry: (-len(entry.result.turns), -abs(entry.result.largest_change or 0.0)))


def _foremost(s: Sentences, found: Sequence[Entry]) -> Markup:
    """Return the premises on which most conclusions hang, with what they say."""
    foremost = carrying(found)[:FOREMOST]
    if not foremost:
        return Markup("")
    said = [
        s.t(
            "claims.foremost.one",
            name=link(entry.id),
            says=s.speech.pick(entry.result.says or entry.claim.says),
            turns=links(entry.result.turns),
        )
        for entry in foremost
    ]
    return s.t("claims.foremost", premises=Markup("; ").join(said))
