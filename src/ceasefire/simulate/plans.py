"""Plans: ordered rules in place of a step's strategy, from ``as_of`` on.

Up to ``as_of`` the game without the plan is played and weighed. From there the first rule whose condition holds and
whose move is feasible binds; ``equilibrium`` or no rule leaves the step to its strategy. *Known*: values are those
under the plan, and planned moves teach nothing. *Unknown*: the others go on as before and read planned moves as free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.mechanism import Plan, PlanRule
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.arrays import Game, StepTable
from ceasefire.game.possible import possible_states
from ceasefire.simulate.record import record_rules

Bools = NDArray[np.bool_]
Forced = Callable[[int, int], NDArray[np.int8] | None]
"""``forced(period, step_index)``: (r,) planned move per row of the step's table, -1 for none; None: no plan there."""
Possible = Callable[[int, int], Bools]
"""``possible(period, step_index)``: (s,) states that can come up before the step."""


@dataclass(frozen=True)
class PlannedPlay:
    """A plan ready to be played.

    Parameters
    ----------
    forced : callable
    solution : Solution
        With which the others play from ``as_of`` on: that under the plan where it is `known`, else the equilibrium.
    known : bool
    """

    forced: Forced
    solution: Any
    known: bool


def forced_moves(
    case: Case,
    game: Game,
    plan: Plan,
    *,
    variant: Variant = Variant(),  # noqa: B008
    environment: Any = None,
) -> Forced:
    """Return the planned move of every row, for ``solve`` and ``simulate``.

    Parameters
    ----------
    environment : Environment, optional
        Of this case and variant; made if not given.
    """
    if environment is None:
        from ceasefire.game.environment import Environment

        environment = Environment(case, variant)
    rules = record_rules(case, game, variant, environment, use=False)
    steps = {game.step_index(name): ordered for name, ordered in plan.steps.items()}
    kept: dict[tuple[int, int], NDArray[np.int8]] = {}

    def forced(period: int, step: int) -> NDArray[np.int8] | None:
        if step not in steps or not rules.is_open(period, step):
            return None
        table = game.steps[step].table_at(period)
        if table is None:
            return None
        dated = any(rule.when is not None and "date" in rule.when.names for rule in steps[step])
        key = (step, period if dated else -1 - int(game.steps[step].table_of_period[period]))
        if key not in kept:
            kept[key] = _moves_of(steps[step], game, table, step, period, environment)
        return kept[key]

    return forced


def _moves_of(
    rules: tuple[PlanRule, ...], game: Game, table: StepTable, step: int, period: int, environment: Any
) -> NDArray[np.int8]:
    """Return the planned move of each row: the first rule that holds and whose move is feasible."""
    moves = np.full(table.n_rows, -1, dtype=np.int8)
    is_free = np.ones(table.n_rows, dtype=bool)
    names = game.steps[step].move_names
    for rule in rules:
        holds = is_free.copy()
        if rule.when is not None:
            holds &= environment.condition(rule.when, game, period)[table.states]
        if rule.move != "equilibrium":
            if rule.move not in names:
                continue
            index = names.index(rule.move)
            holds &= table.feasible[:, index]
            moves[holds] = index
        is_free &= ~holds
    return moves


def states_under(case: Case, game: Game, forced: Forced, *, variant: Variant, environment: Any) -> Possible | None:
    """Return where ``solve`` must look for a known plan: the states that can come up once it binds; None: everywhere.

    Up to ``as_of`` paths make only the moves that the record leaves (miscoding weighs them, it does not move them).
    Paths of weight zero may be elsewhere.
    """
    if len(game.turn_patterns) > 1:
        return None
    rules = record_rules(case, game, variant, environment)

    def allowed(period: int, index: int, table: StepTable) -> Bools:
        seen = rules.steps.get((period, index))
        if not rules.is_open(period, index):
            return _left(table, None if seen is None else seen.allowed)
        planned = forced(period, index)
        if planned is None:
            return table.feasible
        return np.where(planned[:, None] < 0, table.feasible, np.arange(table.n_moves) == planned[:, None])

    since = (rules.as_of_period, rules.first_open)
    found = possible_states(game, allowed, since)
    nowhere = np.zeros(game.n_states, dtype=np.bool_)
    return lambda period, index: found[index] if (period, index) >= since else nowhere


def _left(table: StepTable, observed: Bools | None) -> Bools:
    """Return the moves that paths can make at a step up to ``as_of``, (r, a)."""
    nobody_chooses = not table.has_choice.any()
    return table.feasible if observed is None or nobody_chooses else table.feasible & observed
