"""Terminal values of going on for ever once nobody learns any more.

After the horizon every period is like the last one and every belief stays where it is. Then the strategies do not change
from period to period either: they are a stationary logit equilibrium at each frozen belief, and the terminal value is
what following them for ever is worth. It is the limit of ever longer horizons: ``V = phi(V)`` with ``phi`` one period of
backward induction at frozen beliefs, iterated; twice on the way the linear equation of following the present strategies
for ever is solved, which takes the slow part of the way at once.

Rounds alone shrink what is left by no more than the largest discount factor each, so that a patient game is not settled
after the last one; ``change`` says what is left.

It starts from nothing, the shortest horizon, and never from another game's solution: at some states there are several
stationary equilibria, and which one is met depends on the start.

The iteration runs on a coarser belief grid and its values are interpolated onto the grid of the solution: all of this
lies beyond the horizon and no belief moves in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.beliefs import simplex_grid
from ceasefire.solve import kernels
from ceasefire.solve.layout import Layout
from ceasefire.solve.memory import COARSER
from ceasefire.solve.sweep import Forced, Possible, Strategy, Sweep, all_possible, sweep_period
from ceasefire.solve.threads import share

Floats = NDArray[np.float64]
Key = tuple[int, int]
"""(step index, pattern)."""
BEFORE_LINEAR = 20
ROUNDS = 2
MOST, FEW = 60, 10
"""Last rounds of the iteration; the few where a solution is not wanted to better than `ROUGH`."""
ROUGH = 1e-8
SETTLED = 1e-7
"""Largest change of a value in a round, in years of best-minus-worst, at which the iteration stops."""


@dataclass(frozen=True)
class StationaryEnd:
    """What happens after the horizon.

    Parameters
    ----------
    layout : the coarser belief nodes, every belief frozen
    values : (s, n, p, i)
    strategies : float32 (r, n, k, a) by (step, pattern)
        With which ``values`` go on for ever.
    change : by how much a value still changed in the last round
    """

    layout: Layout
    values: Floats
    strategies: dict[Key, Strategy]
    change: float

    def onto(self, layout: Layout, values: Floats) -> Floats:
        """Return `values` (s, n, ...) of this end at the nodes of another layout."""
        beliefs = [grid.nodes[own] for grid, own in zip(layout.grids, layout.own_node, strict=True)]
        index, weight = self.layout.corners(beliefs)
        result = np.zeros((values.shape[0], layout.n_nodes, *values.shape[2:]))
        for c in range(index.shape[1]):
            result += values[:, index[:, c]] * weight[:, c].reshape(1, -1, *(1,) * (values.ndim - 2))
        return result


def stationary_end(
    layout: Layout, forced: Forced, possible: Possible = all_possible, tolerance: float = 1e-9,
    held: frozenset[int] | None = None,
) -> StationaryEnd:  # fmt: skip
    """Return the stationary continuation of a game; `layout`, `possible` and `tolerance` are those of the solution.

    Parameters
    ----------
    held : actors about whom the belief may still be the prior then; None: all of them
    """
    coarse = coarse_layout(layout, held)
    sweep, game = Sweep(coarse, forced=forced, possible=possible), coarse.game
    most = FEW if tolerance > ROUGH else MOST
    values = coarse.terminal()
    values[..., game.stationary] = 0.0
    change = np.inf
    strategies: dict[Key, Strategy] = {}
    for turn in range(ROUNDS * BEFORE_LINEAR + most):
        new, strategies = _period(sweep, values)
        change = float(np.abs(new - values).max())
        values = new
        if change < SETTLED:
            break
        if turn < ROUNDS * BEFORE_LINEAR and turn % BEFORE_LINEAR == BEFORE_LINEAR - 1:
            values = _for_ever(sweep, strategies, values)
    return StationaryEnd(coarse, values, strategies, change)


def coarse_layout(layout: Layout, held: frozenset[int] | None = None) -> Layout:
    """Return the layout of the stationary end: coarser grids, every belief frozen, the prior a node only where `held`."""
    game = replace(layout.game, freeze_belief=frozenset(layout.game.informed))
    grids = []
    for actor, grid in zip(game.informed, layout.grids, strict=True):
        extra = game.prior[actor] if held is None or actor in held else grid.nodes[0]
        grids.append(simplex_grid(grid.n_types, -(-grid.intervals // COARSER), extra, list(grid.order)))
    return Layout(game, tuple(grids))


def _period(sweep: Sweep, values: Floats) -> tuple[Floats, dict[Key, Strategy]]:
    """Return the values one period earlier and the strategies there; the others than stationary actors' stay."""
    game, found = sweep.game, {}

    def keep(period: int, index: int, pattern: int, sigma: Strategy | None) -> None:
        if sigma is not None:
            found[index, pattern] = sigma

    new = sweep_period(sweep, values.copy(), game.n_periods - 1, keep, lambda *_: None)
    new[..., ~game.stationary] = values[..., ~game.stationary]
    return new, found


def _for_ever(sweep: Sweep, strategies: dict[Key, Strategy], guess: Floats) -> Floats:
    """Solve V = u + A V, following `strategies` for ever, for the actors with a stationary terminal value."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    game, shape = sweep.game, guess.shape
    stays = ~game.stationary
    discount = np.where(game.stationary, game.discount_factor, 0.0)
    free = {
        id(table): np.zeros((table.n_rows, table.n_moves, 1, game.n_actors)) for s in game.steps for table in s.tables
    }

    def linear(flat: Floats) -> Floats:
        result = _follow(sweep, strategies, flat.reshape(shape) * discount, free)
        result[..., stays] = 0.0
        return flat - result.ravel()

    paid = _follow(sweep, strategies, np.zeros(shape), {})
    paid[..., stays] = 0.0
    start = guess.copy()
    start[..., stays] = 0.0
    operator = LinearOperator((start.size, start.size), matvec=linear, dtype=np.float64)
    first = float(np.linalg.norm(paid.ravel() - linear(start.ravel())))
    found, _ = bicgstab(operator, paid.ravel(), x0=start.ravel(), rtol=0.0, atol=1e-2 * first + 1e-300, maxiter=100)
    values = np.asarray(found).reshape(shape).copy()
    values[..., stays] = guess[..., stays]
    return values if np.isfinite(values).all() else guess


def _follow(sweep: Sweep, strategies: dict[Key, Strategy], values: Floats, payoffs: dict[int, Floats]) -> Floats:
    """Return the values before a period under `strategies`; `payoffs` by table in place of the tables' own."""
    game = sweep.game
    patterns = game.turn_patterns
    total = np.zeros_like(values)
    for q, (probability, out) in enumerate(patterns):
        mine = values if len(patterns) == 1 else values.copy()
        for index in range(len(game.steps) - 1, -1, -1):
            if game.steps[index].actor not in out:
                follow_frozen(sweep, mine, index, strategies.get((index, q)), payoffs)
        if len(patterns) == 1:
            return mine
        total += probability * mine
    return total


def follow_frozen(
    sweep: Sweep, values: Floats, index: int, sigma: Strategy | None, payoffs: dict[int, Floats]
) -> None:  # fmt: skip
    """Take `values` from after a step of the last period to before it under `sigma`, beliefs frozen; in place."""
    layout, step = sweep.layout, sweep.game.steps[index]
    table = step.table_at(sweep.game.n_periods - 1)
    if table is None or table.n_rows == 0:
        return
    payoff = payoffs.get(id(table), table.payoff)
    possible = sweep.possible(sweep.game.n_periods - 1, index)
    rows = np.arange(table.n_rows) if possible is None else np.flatnonzero(possible[table.states])
    out = sweep.rows(table.n_rows)
    if step.actor < 0:
        actor = table.type_actor if table.probability.shape[1] > 1 else -1
        none = np.zeros((0, 1, 1))
        share(
            kernels.nature_step, len(rows), out.size, values, out, rows, table.start, table.successor, table.probability,
            table.view_of_actor, payoff, layout.own_type(actor), np.zeros(layout.n_nodes, dtype=np.int64), 1,
            np.full(len(table.successor), -1, dtype=np.int64), none.astype(np.int64), none,
        )  # fmt: skip
    else:
        if sigma is None:
            sigma = only_move(layout, table, step.actor)
        share(
            kernels.plain_step, len(rows), out.size, values, out, sigma, rows, layout.all_nodes,
            np.full(table.n_rows, -1, dtype=np.int8), True, table.start, table.successor, table.probability,
            table.view_of_actor, payoff, table.feasible, table.log_weight, sweep.weight(step.actor),
            layout.own_type(step.actor), 0.0, step.actor,
        )  # fmt: skip
    share(kernels.put_rows, len(rows), out.size, values, table.states, rows, out)


def only_move(layout: Layout, table: Any, actor: int) -> Strategy:
    """Return the strategy of a step at which each row has one feasible move."""
    only = table.feasible.astype(np.float32)[:, None, None, :]
    shape = (table.n_rows, layout.n_nodes, layout.game.n_types[actor], table.n_moves)
    return np.ascontiguousarray(np.broadcast_to(only, shape))
