"""Where two arguments part: over a fact, a premise or an inference."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ceasefire.audit.facts import said_of
from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.forecast.model import Parting


def find_partings(case: Case) -> tuple[Parting, ...]:
    """Return facts answered differently, settings assumed differently, and conclusions that say opposite things."""
    found: list[Parting] = []
    for one, other in combinations(case.arguments, 2):
        found += [*_facts(one, other), *_premises(case, one, other), *_inferences(one, other)]
    return tuple(found)


def _side(argument: Argument, claim: Claim | None, says: str) -> dict[str, str]:
    return {
        "argument": argument.name, "author": argument.author.say("en"), "claim": claim.name if claim else "", "says": says
    }  # fmt: skip


def _facts(one: Argument, other: Argument) -> Iterator[Parting]:
    for mine in one.claims:
        for theirs in other.claims:
            about = _question(mine)
            if about and about == _question(theirs) and not _agree(mine, theirs):
                sides = [(one, mine), (other, theirs)]
                yield Parting("fact", about, tuple(_side(a, c, str(c.fact.get("is", ""))) for a, c in sides))


def _question(claim: Claim) -> str:
    """Return what a fact asks the record, without its answer."""
    return ", ".join(f"{key}: {claim.fact[key]}" for key in sorted(claim.fact) if key != "is")


def _agree(mine: Claim, theirs: Claim) -> bool:
    """Return whether one answer could satisfy both facts: a date that both name, a number within both ranges."""
    one, other = (str(claim.fact.get("is", "")) for claim in (mine, theirs))
    if "date" in mine.fact or not (one and other):
        return one.startswith(other) or other.startswith(one)
    return _meet(said_of(one), said_of(other))


def _meet(one: tuple[str, float], other: tuple[str, float]) -> bool:
    """Return whether a number satisfies two comparisons; one without a sign is the number itself."""
    low = max((x for sign, x in (one, other) if sign[:1] != "<"), default=-math.inf)
    high = min((x for sign, x in (one, other) if sign[:1] != ">"), default=math.inf)
    ends = {sign for sign, x in (one, other) if x == low}
    return low < high or (low == high and not ends & {"<", ">"})


def _premises(case: Case, one: Argument, other: Argument) -> Iterator[Parting]:
    for name in dict.fromkeys([*one.assumes, *other.assumes]):
        values = [_held(case, argument, name) for argument in (one, other)]
        if values[0] != values[1]:
            sides = zip((one, other), values, strict=True)
            yield Parting("premise", name, tuple(_side(a, _carrier(a, name), f"{x:g}") for a, x in sides))


def _held(case: Case, argument: Argument, name: str) -> float:
    """Return the value at which an argument holds a setting."""
    if name in argument.assumes:
        return float(argument.assumes[name])
    rival = case.rivals.get(name)
    return float(rival.nominal) if rival else float(case.parameters[name].prior.quantile(0.5))


def _carrier(argument: Argument, name: str) -> Claim | None:
    """Return the claim of an argument that carries a setting: the premise which cuts it, else the conclusion facing it."""

    def cuts(claim: Claim) -> bool:
        settings: Any = claim.cut.get("set", {})
        return claim.role == "premise" and name in settings

    return next((c for c in argument.claims if cuts(c)), next((c for c in argument.claims if c.rival == name), None))


def _inferences(one: Argument, other: Argument) -> Iterator[Parting]:
    for mine in one.claims:
        for theirs in other.claims:
            if (
                isinstance(mine.check, q.Comparison)
                and isinstance(theirs.check, q.Comparison)
                and _opposed(mine.check, theirs.check)
            ):
                sides = [(one, mine, mine.check.text), (other, theirs, theirs.check.text)]
                yield Parting("inference", query_text(mine.check.left), tuple(_side(*side) for side in sides))


def _opposed(one: q.Comparison, other: q.Comparison) -> bool:
    """Return whether two checks are about one number, and none could satisfy both."""
    if query_text(one.left) != query_text(other.left):
        return False
    (mine, first), (theirs, second) = _right(one), _right(other)
    return mine == theirs and not _meet((one.op, first), (other.op, second))


def _right(check: q.Comparison) -> tuple[str, float]:
    """Return what a check is held against: the text of a query, and a number, counted from there."""
    if isinstance(check.right, dt.date):
        return "", float(check.right.toordinal())
    return ("", float(check.right)) if isinstance(check.right, float | int) else (query_text(check.right), 0.0)
