"""Where an argument stands: the settings that its author assumes, and the case with a premise taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.query_text import under


def assumed(argument: Argument) -> q.Conditions:
    """Return what an author assumes, as conditions of a query."""
    return _settings(argument.assumes)


def taken_away(cut: Mapping[str, Any]) -> q.Conditions:
    """Return a cut as conditions of a query."""
    moves = tuple(q.Without(move) for move in cut.get("without", ()))
    actors = tuple(q.FreezeBelief(actor) for actor in cut.get("freeze_belief", ()))
    return (*_settings(cut.get("set", {})), *moves, *actors)


def _settings(values: Mapping[str, float]) -> q.Conditions:
    return tuple(q.Setting(name, float(value)) for name, value in values.items())


def check_of(claim: Claim, argument: Argument, more: q.Conditions = ()) -> q.Comparison:
    """Return a conclusion's check where its author stands, under further conditions that go before what is assumed."""
    assert isinstance(claim.check, q.Comparison), claim.name
    if not (more or argument.assumes):
        return claim.check
    return under(under(claim.check, more), assumed(argument))
