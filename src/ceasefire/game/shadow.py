"""Shadow types: types of one actor that nobody believes in, as many as are asked for.

They have no prior and change nobody's belief; the equilibrium of the game stands as it is. What is needed of them is
what they are paid and how nature treats them: the tables of the game evaluated at their values. Rows, moves and
successors are those of the game's own tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.case.formula import Formula
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.arrays import Game, StepTable, WorldChance
from ceasefire.game.compile import Plan, make_plan
from ceasefire.game.compile_faults import refuse
from ceasefire.game.environment import NOMINAL, Environment
from ceasefire.game.rules import Rows, StepRules
from ceasefire.game.tables import chances, combine, payoffs, possible, table_rows
from ceasefire.game.terminal import absorbing, last_tables, paid_per_period, terminal_formula
from ceasefire.game.world import WorldDraw, world_chance

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShadowTable:
    """What one table of the game says for shadow types of an actor.

    Parameters
    ----------
    payoff : (r, a, q or 1, n), years of best-minus-worst
        To the actor in its own view; ``q`` are the profiles of the other actors' types, row-major in actor order.
    probability : (v, n or 1, nnz)
        On the successors of the game's table. ``n`` only where nature's probabilities depend on this actor's types;
        None where they depend on another actor's: those of the game's table hold.
    world : WorldChance or None
        Its ``profile`` argument is ``other * n + shadow``.
    """

    payoff: Floats
    probability: Floats | None
    world: WorldChance | None


@dataclass(frozen=True)
class ShadowGame:
    """A batch of shadow types.

    Parameters
    ----------
    actor : int
    values : by dimension, (n,)
    tables : by step, by table of the step
    terminal : (s, q or 1, n)
        Value to the actor after the last period; see ``Game.terminal`` and ``Game.stationary``.
    draw_world : callable or None
        As in ``Game``, its ``profile`` argument being ``other * n + shadow``.
    """

    actor: int
    values: Mapping[str, Floats]
    tables: tuple[tuple[ShadowTable, ...], ...]
    terminal: Floats
    draw_world: Callable[[Any, Floats], Mapping[str, Floats]] | None = None

    @property
    def n_shadows(self) -> int:
        """Number of shadow types."""
        return len(next(iter(self.values.values())))


def shadow_tables(
    case: Case, game: Game, actor: str, values: Mapping[str, ArrayLike], variant: Variant = NOMINAL
) -> ShadowGame:
    """Return the tables of shadow types of one actor.

    Parameters
    ----------
    case : Case
    game : Game
        Compiled from `case` and `variant`.
    actor : str
    values : by dimension, (n,)
        Value of every dimension of the actor's type; a number stands for all.
    variant : Variant

    Raises
    ------
    InputError
        C516 where the actor has no such dimension or one of its dimensions is missing.
    """
    plan = make_plan(case, variant)
    env = plan.environment
    shadows = _checked(env, actor, values)
    types = {v: _extended(env, v, actor, shadows) for v in range(len(env.views))}
    i = env.actor_index[actor]
    tables = tuple(_step_tables(plan, game, j, i, shadows, types) for j in range(len(plan.steps)))
    draw = WorldDraw(env, types[0]) if case.world else None
    return ShadowGame(i, shadows, tables, _terminal(plan, game, i, tables, types), draw)


def _checked(env: Environment, actor: str, values: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    expected = [d.name for d in env.case.types if d.actor == actor]
    given = {name.removeprefix(f"{actor}."): np.atleast_1d(np.asarray(v, float)) for name, v in values.items()}
    if not expected or set(given) != set(expected):
        raise refuse(
            "C516",
            f"a shadow type of {actor} needs a value for each dimension of its type",
            found=", ".join(given) or "none",
            expected=", ".join(expected) or f"{actor} has no private type",
        )
    arrays = np.broadcast_arrays(*(given[name] for name in expected))
    return {name: np.array(array) for name, array in zip(expected, arrays, strict=True)}


def _extended(env: Environment, view: int, actor: str, shadows: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the value of every ``actor.dimension`` over (profile of the others, shadow), flattened."""
    others = [space for space in env.types if space.actor != actor]
    n = len(next(iter(shadows.values())))
    sizes = [space.n_types for space in others]
    index = np.unravel_index(np.arange(int(np.prod(sizes))), sizes) if others else ()
    found = {f"{actor}.{name}": np.tile(value, int(np.prod(sizes))) for name, value in shadows.items()}
    for space, at in zip(others, index, strict=True):
        for name, value in space.values_by_type(env.views[view].type_values).items():
            found[name] = np.repeat(value[at], n)
    return found


def _step_tables(
    plan: Plan, game: Game, j: int, i: int, shadows: Mapping[str, Floats], types: Mapping[int, Mapping[str, Floats]]
) -> tuple[ShadowTable, ...]:
    found = []
    for periods in plan.tables[j]:
        index = int(game.steps[j].table_of_period[periods[0]])
        if index >= 0:
            rows, feasible = table_rows(
                plan.steps[j], Rows(plan.environment, plan.space, plan.reach.before[j], periods[0])
            )
            found.append(_table(plan, plan.steps[j], rows, feasible, game.steps[j].tables[index], i, shadows, types))
    return tuple(found)


def _table(
    plan: Plan,
    rules: StepRules,
    rows: Rows,
    feasible: NDArray[np.bool_],
    table: StepTable,
    i: int,
    shadows: Mapping[str, Floats],
    types: Mapping[int, Mapping[str, Floats]],
) -> ShadowTable:
    n = len(next(iter(shadows.values())))
    paid = payoffs(rules, rows, feasible, types, actors=(i,))[..., 0]
    paid = (
        np.broadcast_to(paid[..., None], (*paid.shape, n))
        if paid.shape[2] == 1
        else paid.reshape(*paid.shape[:2], -1, n)
    )
    entry, chance = possible(rules, rows, feasible)
    successor = np.searchsorted(plan.reach.states, entry.code)
    probability: Floats | None = table.probability
    if rules.type_actor == i:
        own = {f"{plan.environment.case.actors[i].name}.{name}": value for name, value in shadows.items()}
        probability = combine(rules, entry, successor, chances(rules, rows, feasible, own, n), len(plan.reach.states))[
            2
        ]
    elif rules.type_actor >= 0:
        probability = None
    return ShadowTable(paid, probability, world_chance(rules, rows, entry, successor, chance, types[0]))


def _terminal(
    plan: Plan,
    game: Game,
    i: int,
    tables: tuple[tuple[ShadowTable, ...], ...],
    types: Mapping[int, Mapping[str, Floats]],
) -> Floats:
    """Return the value of each state after the last period to each shadow, (s, q, n)."""
    env, last = plan.environment, last_tables(game.steps)
    stays = absorbing(last, game.n_states)
    mine = [
        tables[j][int(step.table_of_period[-1])].payoff
        for j, step in enumerate(game.steps)
        if int(step.table_of_period[-1]) >= 0
    ]
    n = len(next(iter(types[0].values())))
    paid = paid_per_period(last, mine, game.n_states)
    discount = float(env.discount_factor[i])
    value = np.broadcast_to(paid, (game.n_states, n // paid.shape[2], paid.shape[2])).copy()
    value *= 1 / (1 - discount) if discount < 1 else 0.0
    value[~stays] = 0.0
    rule = env.case.terminal.get(env.case.actors[i].name)
    if isinstance(rule, Formula) and (~stays).any():
        rows = Rows(env, plan.space, plan.reach.states, env.n_periods).some(~stays)
        view = types[int(env.view_of_actor[i])]
        value[~stays] = terminal_formula(env, rows, rule, i, view).reshape(rows.size, *value.shape[1:])
    return value
