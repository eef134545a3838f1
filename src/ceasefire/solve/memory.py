"""What a solve takes at its peak, computed from sizes alone, before anything is allocated.

With V = 8 (s n p i) bytes for the values and E_j = r n k a numbers for one strategy of step j, a solve holds

- the strategies, 4 E_j in every period, on disk beyond a quarter of the memory;
- values at checkpoints, the values at hand, their room beside them, and one more V for every public coin;
- fixed points: the last solution of each informed step to start from, 8 E_j, and room for one step, 24 E_j;
- afterwards, in place of these, the values after every step of the periods asked about last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, prod
from typing import TYPE_CHECKING

import numpy as np

from ceasefire.game.arrays import Game
from ceasefire.game.beliefs import SAME
from ceasefire.game.memory import available_bytes, gigabytes, largest_part, limit_bytes, table_bytes, too_much
from ceasefire.game.rules import Rows
from ceasefire.game.tables import table_rows

if TYPE_CHECKING:
    from ceasefire.game.compile import Plan

CHECKPOINT_BYTES = 1 << 30
"""Room for values at the start of some periods."""
RECENT_BYTES = 256 << 20
"""Room for recomputed values after steps, where there is plenty."""
LEAST_RECENT = 2
"""Periods whose values after steps are kept in any case."""
POINTS_BYTES = 8 << 20
"""What the random points at which the certificate looks take."""
COARSER = 4
"""Intervals of the solution's belief grid per interval of that on which stationary values are found."""
MOST_INTERVALS = 1 << 50
ON_DISK_ABOVE = 1 / 4
"""Share of the memory that strategies take before they go to disk."""


@dataclass(frozen=True)
class TableSize:
    """How large one table of a step is.

    Parameters
    ----------
    step, actor : int
    rows, choices : its rows; those with two or more feasible moves
    periods : number of periods in which it holds
    """

    step: int
    actor: int
    rows: int
    choices: int
    moves: int
    periods: int


@dataclass(frozen=True)
class GameSize:
    """Everything about a game that its memory depends on; see ``Game`` for the names.

    Parameters
    ----------
    nodes, coarse_nodes : of the product of the belief grids; of that on which stationary values are found
    own_nodes : by informed actor
    learned : actors whose moves teach
    is_halved : whether public coins decide who sits a period out
    table_bytes : the compiled tables
    found : what a person reads about it
    """

    n_states: int
    n_periods: int
    n_types: tuple[int, ...]
    nodes: int
    coarse_nodes: int
    own_nodes: tuple[int, ...]
    learned: frozenset[int]
    is_stationary: bool
    is_halved: bool
    tables: tuple[TableSize, ...]
    table_bytes: int
    found: str

    def entries(self, table: TableSize, rows: int) -> int:
        """Return the size of a strategy over so many rows."""
        return rows * self.nodes * self.n_types[table.actor] * table.moves

    def searched(self, table: TableSize) -> int:
        """Return in how many public patterns the step is solved apart: later steps' actors may sit out or not."""
        later = {t.actor for t in self.tables if t.step > table.step and t.actor >= 0} - {table.actor}
        return 1 << len(later) if self.is_halved else 1


@dataclass(frozen=True)
class Need:
    """What a solve takes, bytes.

    Parameters
    ----------
    memory : at the peak, beside the program itself
    disk : strategies beyond a quarter of the memory
    text : the same in words
    """

    memory: int
    disk: int
    text: str


def need_of(size: GameSize) -> Need:
    """Return what solving a game of this size takes."""
    choosing = [table for table in size.tables if table.actor >= 0 and table.choices > 0]
    strategies = sum(4 * size.entries(t, t.rows) * t.periods * size.searched(t) for t in choosing)
    kept = min(strategies, strategy_room())
    values = 8 * size.n_states * size.nodes * prod(size.n_types) * len(size.n_types)
    standing = size.table_bytes + _grid_bytes(size) + kept + values * n_checkpoints(size.n_periods, values)
    needed = standing + max(_while_solving(size, values, choosing), _afterwards(size, values))
    text = f"{size.found}: {gigabytes(needed)} of memory"
    if strategies > kept:
        text += f" and {gigabytes(strategies - kept)} on disk"
    return Need(needed, strategies - kept, text)


def strategy_room() -> int:
    """Return how many bytes of strategies stay in memory."""
    return int(ON_DISK_ABOVE * available_bytes())


def stretch_of(n_periods: int, values: int) -> int:
    """Return how many periods lie between two checkpoints; `values` in bytes."""
    return max(1, -(-n_periods * values // CHECKPOINT_BYTES))


def n_checkpoints(n_periods: int, values: int) -> int:
    """Return how many copies of the values are kept, the terminal ones included."""
    return 1 + -(-n_periods // stretch_of(n_periods, values))


def _grid_bytes(size: GameSize) -> int:
    """Return what the belief grids take: their making, neighbours, weights of profiles."""
    kinds = [n for n in size.n_types if n > 1]
    own = sum(nodes * (200 + 100 * n) for nodes, n in zip(size.own_nodes, kinds, strict=True))
    return own + 8 * size.nodes * (prod(size.n_types) * (1 + len(size.n_types)) + 4 * len(kinds))


def _while_solving(size: GameSize, values: int, choosing: Sequence[TableSize]) -> int:
    informed = [t for t in choosing if t.actor in size.learned]
    coins = len({t.actor for t in size.tables if t.actor >= 0}) if size.is_halved else 0
    warm = sum(8 * size.entries(t, t.choices) * size.searched(t) for t in informed)
    room = max((24 * size.entries(t, t.choices) for t in informed), default=0)
    rows = max((t.rows for t in size.tables), default=0)
    at_hand = values * (1 + coins) + values * rows // size.n_states
    if not size.is_stationary:
        return warm + room + at_hand
    one_period = sum(4 * size.entries(t, t.rows) * (1 << max(coins - 1, 0)) for t in informed)
    beyond = (values + one_period) * size.coarse_nodes // size.nodes
    return beyond + max(one_period + warm + room + at_hand, 3 * values)


def _afterwards(size: GameSize, values: int) -> int:
    """Return what looking at values after steps and the certificate take; they are looked at one after the other."""
    steps = len({table.step for table in size.tables})
    recent = (LEAST_RECENT + 1) * steps * values
    return POINTS_BYTES + max(recent + 3 * values, recent - steps * values + 9 * values)


def recent_periods(one: int) -> int:
    """Return of how many periods the values after steps are kept, each taking `one` bytes."""
    room = min(RECENT_BYTES, available_bytes() // 32)
    return max(LEAST_RECENT, room // max(one, 1))


def size_of_game(game: Game, intervals: Sequence[int]) -> GameSize:
    """Return the size of a compiled game with so many belief intervals per informed actor."""
    arrays = ("states", "feasible", "log_weight", "payoff", "start", "successor", "probability")
    tables, n_bytes = [], 0
    for j, step in enumerate(game.steps):
        for index, table in enumerate(step.tables):
            choices = int(table.has_choice.sum())
            periods = int((np.asarray(step.table_of_period) == index).sum())
            tables.append(TableSize(j, step.actor, table.n_rows, choices, table.n_moves, periods))
            n_bytes += sum(getattr(table, name).nbytes for name in arrays)
    priors = [game.prior[i] for i in game.informed]
    return GameSize(
        n_states=game.n_states,
        n_periods=game.n_periods,
        n_types=game.n_types,
        nodes=_nodes(priors, intervals),
        coarse_nodes=_nodes(priors, [-(-n // COARSER) for n in intervals]),
        own_nodes=tuple(_nodes([p], [n]) for p, n in zip(priors, intervals, strict=True)),
        learned=frozenset(game.informed) - game.freeze_belief,
        is_stationary=bool(game.stationary.any()),
        is_halved=len(game.turn_patterns) > 1,
        tables=tuple(tables),
        table_bytes=n_bytes,
        found=_found(game.n_states, "", game.n_periods, game.n_profiles, _nodes(priors, intervals)),
    )


def size_of_plan(plan: Plan, intervals: Sequence[int]) -> GameSize:
    """Return the size of a game that is not compiled yet; its tables counted at most."""
    env, n_states = plan.environment, len(plan.reach.states)
    tables = []
    for j, rules in enumerate(plan.steps):
        actor = -1 if rules.step.actor is None else env.actor_index[rules.step.actor]
        for periods in plan.tables[j]:
            _, feasible = table_rows(rules, Rows(env, plan.space, plan.reach.before[j], periods[0]))
            choices = int((feasible.sum(axis=1) > 1).sum())
            tables.append(TableSize(j, actor, len(feasible), choices, len(rules.step.moves), len(periods)))
    informed = [i for i, space in enumerate(env.types) if space.n_types > 1]
    priors = [env.types[i].prior for i in informed]
    frozen = {env.actor_index[name] for name in env.variant.freeze_belief}
    intervals = [0 if i in frozen else n for i, n in zip(informed, intervals, strict=True)]
    combined = f" of {plan.space.n_codes:,} combinations"
    return GameSize(
        n_states=n_states,
        n_periods=env.n_periods,
        n_types=tuple(space.n_types for space in env.types),
        nodes=_nodes(priors, intervals),
        coarse_nodes=_nodes(priors, [-(-n // COARSER) for n in intervals]),
        own_nodes=tuple(_nodes([p], [n]) for p, n in zip(priors, intervals, strict=True)),
        learned=frozenset(informed) - frozen,
        is_stationary="stationary" in env.case.terminal.values(),
        is_halved=env.halved,
        tables=tuple(tables),
        table_bytes=table_bytes(plan),
        found=_found(n_states, combined, env.n_periods, env.n_profiles, _nodes(priors, intervals)),
    )


def _nodes(priors: Sequence[np.ndarray], intervals: Sequence[int]) -> int:
    """Return the number of belief nodes, the prior's own included."""
    count = 1
    for prior, n in zip(priors, intervals, strict=True):
        own = comb(n + len(prior) - 1, len(prior) - 1)
        on_grid = n == 0 or (n < MOST_INTERVALS and np.abs(prior - np.rint(prior * n) / n).max() < SAME)
        count *= own if on_grid else own + 1
    return count


def _found(n_states: int, combined: str, n_periods: int, n_profiles: int, nodes: int) -> str:
    profiles = f"{n_profiles} type profile{'' if n_profiles == 1 else 's'}"
    beliefs = f"{nodes:,} beliefs" if nodes < 10**15 else "more than 10^15 beliefs"
    return f"{n_states:,} states{combined}, {n_periods} periods, {profiles}, {beliefs}"


def check_plan(plan: Plan, intervals: Sequence[int]) -> Need:
    """Return what compiling and solving a case takes; refuse (C513) what does not fit.

    Raises
    ------
    InputError
        With the number and what to reduce.
    """
    need = need_of(size_of_plan(plan, intervals))
    if need.memory > limit_bytes():
        raise too_much(need.memory, need.text, f"{largest_part(plan.space)}, or fewer belief intervals")
    return need


def check_game(game: Game, intervals: Sequence[int]) -> Need:
    """Return what solving a game takes; refuse (C513) what does not fit.

    Raises
    ------
    InputError
        With the number and what to reduce.
    """
    need = need_of(size_of_game(game, intervals))
    if need.memory > limit_bytes():
        counts = ", ".join(f"{n:,}" if n < 10**15 else "more than 10^15" for n in intervals)
        what = f"fewer belief intervals ({counts} now), " if intervals else ""
        raise too_much(need.memory, need.text, f"{what}fewer states or periods")
    return need
