"""An argument in a few sentences: what became of its facts, premises and conclusions, each claim by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.argument import words
from ceasefire.report.argument.deciding import FOREMOST, carrying, deciding
from ceasefire.report.argument.entries import ROLES, Entry, by_verdict, links
from ceasefire.report.sentences import Sentences
from ceasefire.report.speech import slug

if TYPE_CHECKING:
    from ceasefire.case.claims import Argument


def overview(s: Sentences, argument: Argument, found: Sequence[Entry]) -> list[Markup]:
    """Return the sentences on one argument."""
    told = [told_role(s, role, mine) for role in ROLES if (mine := [one for one in found if one.result.role == role])]
    if argument.assumes:
        told.insert(0, s.t("claims.assumes", settings=Markup("; ").join(words.setting(s, argument.assumes))))
    return [*told, *deciding(s, found)]


def brief(s: Sentences, argument: Argument, found: Sequence[Entry]) -> Markup:
    """Return one argument in a line or two: its conclusions counted by result, and the premises on which most hang."""
    conclusions = [entry for entry in found if entry.result.role == "conclusion"]
    parts = [predicate(s, group[0], len(group)) for group in by_verdict(conclusions).values()]
    foremost = carrying(found)[:FOREMOST]
    if foremost:
        turns = (s.t("claims.brief.turns", name=one.id, turns=", ".join(one.result.turns)) for one in foremost)
        parts.append(s.t("claims.brief.carrying", names=s.listed(turns)))
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
    if s.drawn and s.speech.has(f"{key}.drawn"):
        return s.t(f"{key}.drawn", count=count)
    if s.speech.has(key):
        return s.t(key, count=count)
    word = s.speech.word("verdict", entry.result.verdict, count)
    return s.t("part.count", n=s.speech.number(count), what=word)
