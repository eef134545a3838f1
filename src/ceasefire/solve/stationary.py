"""Terminal values of going on for ever with the last period's strategies, beliefs frozen.

Alternates two steps: solve the last period against the present terminal values; solve the linear equation ``V = u + A V``
of following these strategies for ever, every belief staying where it is. The rounds are few and damped: strategies that
answer a for-ever of themselves may cycle, and what is left is discounted over the whole horizon.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.solve import kernels
from ceasefire.solve.layout import Layout
from ceasefire.solve.sweep import Key, Strategy, Sweep, sweep_period
from ceasefire.solve.threads import share

Floats = NDArray[np.float64]
MOST = 4
"""Rounds of solving the last period anew; what the values still change in the last one is reported."""
SETTLED = 1e-3
"""Largest change of a value, in years of best-minus-worst, at which the terminal values count as settled."""
SHARE_LEFT = 1e-2
"""Share of its first residual at which the linear solve of one round stops: the next round changes the equation anyway."""


def stationary_terminal(sweep: Sweep) -> tuple[Floats, float]:
    """Return the terminal values (s, n, p, i) and by how much they still changed in the last round."""
    layout, game = sweep.layout, sweep.game
    values = layout.terminal()
    values[..., game.stationary] = 0.0
    last, change = game.n_periods - 1, np.inf
    asked, sweep.audit = sweep.audit, False
    for turn in range(MOST):
        strategies: dict[Key, Strategy] = {}

        def keep(period: int, index: int, pattern: int, sigma: Strategy | None, found: Any = strategies) -> None:
            if sigma is not None:
                found[period, index, pattern] = sigma

        sweep_period(sweep, values.copy(), last, keep, lambda *_: None)
        new = _for_ever(sweep, strategies, values)
        change = float(np.abs(new - values).max())
        values = new if turn == 0 else 0.5 * (values + new)
        if change < SETTLED:
            break
    sweep.audit = asked
    return values, change


def _for_ever(sweep: Sweep, strategies: dict[Key, Strategy], guess: Floats) -> Floats:
    """Solve V = u + A V for the actors with a stationary terminal value; the others' values stay."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    game, shape = sweep.game, guess.shape
    stays = ~game.stationary
    discount = np.where(game.stationary, game.discount_factor, 0.0)

    def linear(flat: Floats) -> Floats:
        values = flat.reshape(shape) * discount
        result = _follow(sweep, strategies, values, paid=False)
        result[..., stays] = 0.0
        return flat - result.ravel()

    paid = _follow(sweep, strategies, np.zeros(shape), paid=True)
    paid[..., stays] = 0.0
    start = guess.copy()
    start[..., stays] = 0.0
    operator = LinearOperator((start.size, start.size), matvec=linear, dtype=np.float64)
    first = float(np.linalg.norm(paid.ravel() - linear(start.ravel())))
    enough = max(SHARE_LEFT * first, 1e-11 * float(np.linalg.norm(paid)), 1e-300)
    found, _ = bicgstab(operator, paid.ravel(), x0=start.ravel(), rtol=0.0, atol=enough, maxiter=400)
    values = np.asarray(found).reshape(shape).copy()
    values[..., stays] = guess[..., stays]
    return values


def _follow(sweep: Sweep, strategies: dict[Key, Strategy], values: Floats, *, paid: bool) -> Floats:
    """Return the values one period earlier under `strategies`, every belief staying; works in place on `values`."""
    game = sweep.game
    total = np.zeros_like(values) if len(game.turn_patterns) > 1 else values
    for q, (probability, out) in enumerate(game.turn_patterns):
        mine = values if len(game.turn_patterns) == 1 else values.copy()
        for index in range(len(game.steps) - 1, -1, -1):
            if game.steps[index].actor not in out:
                follow_frozen(
                    sweep, mine, game.n_periods - 1, index, strategies.get((game.n_periods - 1, index, q)), paid
                )
        if len(game.turn_patterns) > 1:
            total += probability * mine
    return total


def follow_frozen(
    sweep: Sweep, values: Floats, period: int, index: int, sigma: Strategy | None, paid: bool
) -> None:  # fmt: skip
    """Take `values` from after a step to before it under a given strategy, every belief staying; in place."""
    layout, step = sweep.layout, sweep.game.steps[index]
    table = step.table_at(period)
    if table is None or table.n_rows == 0:
        return
    payoff = table.payoff if paid else np.zeros((table.n_rows, table.n_moves, 1, sweep.game.n_actors))
    out = sweep.rows(table.n_rows)
    if step.actor < 0:
        actor = table.type_actor if table.probability.shape[1] > 1 else -1
        none = np.zeros((0, 1, 1))
        share(
            kernels.nature_step, table.n_rows, out.size,
            values, out, table.start, table.successor, table.probability, table.view_of_actor, payoff,
            layout.own_type(actor), np.zeros(layout.n_nodes, dtype=np.int64), 1,
            np.full(len(table.successor), -1, dtype=np.int64), none.astype(np.int64), none,
        )  # fmt: skip
    else:
        if sigma is None:
            sigma = only_move(layout, table, step.actor)
        share(
            kernels.plain_step, table.n_rows, out.size,
            values, out, sigma, np.arange(table.n_rows), np.full(table.n_rows, -1, dtype=np.int8), True, table.start,
            table.successor, table.probability, table.view_of_actor, payoff, table.feasible, table.log_weight,
            sweep.weight(step.actor), layout.own_type(step.actor), 0.0, step.actor,
        )  # fmt: skip
    share(kernels.put_rows, table.n_rows, out.size, values, table.states, out)


def only_move(layout: Layout, table: Any, actor: int) -> Strategy:
    """Return the strategy of a step at which each row has one feasible move."""
    only = table.feasible.astype(np.float32)[:, None, None, :]
    shape = (table.n_rows, layout.n_nodes, layout.game.n_types[actor], table.n_moves)
    return np.ascontiguousarray(np.broadcast_to(only, shape))
