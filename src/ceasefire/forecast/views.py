"""Hidden perceptions: the game that some actors think all are playing, compiled and solved beside that which is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ceasefire.case.model import Case
from ceasefire.case.perceptions import perceived, perceptions_of
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress, solved
from ceasefire.game.arrays import Game
from ceasefire.game.compile import Initial
from ceasefire.simulate.plans import Forced
from ceasefire.simulate.views import HeldView

CODES = {
    "P104": "Something is asked of a game with hidden perceptions that only a game with one view can answer.",
    "P105": "What an actor sees otherwise, and the others do not know of, decides what can be done or come about.",
}


def other_game(case: Case, variant: Variant, game: Game, compiled: Callable[[Variant], Game]) -> Game | None:
    """Return the game in the mind of those who see something otherwise; None where perceptions are not hidden.

    Raises
    ------
    InputError
        P105 where its states or feasible moves are not those of `game`.
    """
    if perceptions_of(case, variant) != "hidden":
        return None
    found = compiled(replace(variant, perceptions="shared"))
    where = _where_it_differs(game, found)
    if where:
        message = f"with the values that some actors see in secret, {where}"
        expected = "the same states and the same feasible moves in both views"
        hint = "let another parameter decide it, drop perceived_by, or write perceptions: open"
        raise InputError([Fault("P105", message, found=where, expected=expected, hint=hint)])
    return found


def _where_it_differs(game: Game, other: Game) -> str:
    if game.state_names != other.state_names:
        return "other states can be reached"
    for step, theirs in zip(game.steps, other.steps, strict=True):
        for period in range(game.n_periods):
            a, b = step.table_at(period), theirs.table_at(period)
            if (a is None) != (b is None):
                return f'the step "{step.name}" comes up at other times'
            if a is not None and b is not None and not np.array_equal(a.states, b.states):
                return f'the step "{step.name}" comes up in other states'
            if a is not None and b is not None and not np.array_equal(a.feasible, b.feasible):
                return f'other moves can be made at the step "{step.name}"'
    return ""


def start_of(game: Game) -> Initial:
    """Return where a game starts, for another that is to start there: what is so does not hang on who looks."""
    at = game.initial_states
    return {name: column[at] for name, column in game.state_columns.items()}, game.initial_probability


def held_view(case: Case, scenario: Scenario, settings: Settings, game: Game | None, progress: Progress) -> Any:
    """Return the other view, solved; None where there is none."""
    if game is None:
        return None
    holders = frozenset(game.actor_names.index(name) for name in perceived(case))
    return HeldView(game, solved(case, _shared(scenario), settings, game, progress), holders)


def with_plan(
    view: HeldView | None,
    case: Case,
    scenario: Scenario,
    settings: Settings,
    progress: Progress,
    forced: Forced,
    first_period: int,
) -> HeldView | None:
    """Return the other view under a known plan: solved everywhere, since paths may be where it does not expect them."""
    if view is None:
        return None
    under = solved(
        case, _shared(scenario), settings, view.game, progress, forced=forced, first_period=first_period
    )  # fmt: skip
    return replace(view, planned=under)


def _shared(scenario: Scenario) -> Scenario:
    return scenario.with_variant(perceptions="shared")


def needs_one_view(case: Case, variant: Variant, what: str) -> None:
    """Raise P104 where perceptions are hidden: `what` is answered in games with one view only."""
    if perceptions_of(case, variant) == "hidden":
        hint = "ask with perceptions: open, or see `ceasefire perceive`"
        raise InputError([Fault("P104", f"with hidden perceptions there is no {what}", found="hidden", hint=hint)])
