"""How well a solution holds, from its strategies alone.

The game is swept once more backwards, following the strategies as stored: values, and beside them the expected discounted
sum of ``max Q - sum sigma Q`` at each actor's own steps. On the way every strategy is held against the logit reply to the
move values that it gives rise to itself. Nothing of the search is used.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.solve import kernels
from ceasefire.solve.informed import cut
from ceasefire.solve.layout import Layout, lessons
from ceasefire.solve.points import move_values_at
from ceasefire.solve.stationary import only_move
from ceasefire.solve.threads import share

if TYPE_CHECKING:
    from ceasefire.solve.solution import Solution

Floats = NDArray[np.float64]
N_RANDOM = 64
"""Points off the grid at which the certificate looks."""


@dataclass(frozen=True)
class Certificate:
    """Numbers that say how close a solution is to a logit equilibrium.

    Parameters
    ----------
    residual : largest residual of a fixed point, in log probabilities
    regret : years of best-minus-worst
        Largest KL(sigma || logit reply) / precision over types and nodes (at precision 0 the divergence itself).
    best_response_loss : years of best-minus-worst
        What the actor who loses most gives up at the start by not always taking its best move.
    converged : every fixed point met the tolerance
    off_grid_regret, off_grid_best_response_loss
        The same at random beliefs between the nodes, strategies interpolated.
    failed : points without convergence, {period, step, row, node, residual}
    unconfirmed : points where a warm start converged and the continuation could not be finished
    stationary_change : by how much stationary terminal values still changed when they were accepted
    switches : neighbouring nodes between which a probability jumps by more than 0.25
    """

    residual: float
    regret: float
    best_response_loss: float
    converged: bool
    branch: str
    intervals: int | tuple[int, ...]
    off_grid_regret: float
    off_grid_best_response_loss: float
    failed: tuple[dict[str, Any], ...]
    unconfirmed: int
    stationary_change: float
    switches: int
    n_points: int
    n_iterations: int

    def as_dict(self) -> dict[str, Any]:
        """Return the certificate as a flat record for ``--json``."""
        return asdict(self)


def certify(solution: Solution) -> Certificate:
    """Return the certificate of a solution."""
    followed = follow_strategies(solution)
    game, tally = solution.game, solution.tally
    rng = np.random.default_rng(0)
    loss, off_loss = _loss_at_start(solution, followed.losses, rng)
    used = solution.intervals
    return Certificate(
        residual=tally.residual,
        regret=followed.regret,
        best_response_loss=loss,
        converged=not tally.failed,
        branch=solution.branch,
        intervals=used[0] if len(used) == 1 else used,
        off_grid_regret=_regret_off_grid(solution, rng),
        off_grid_best_response_loss=off_loss,
        failed=tuple(
            {"period": t, "step": game.steps[j].name, "row": r, "node": n, "residual": size}
            for t, j, r, n, size in tally.failed
        ),
        unconfirmed=tally.unconfirmed,
        stationary_change=tally.stationary_change,
        switches=tally.switches,
        n_points=tally.points,
        n_iterations=tally.iterations,
    )


@dataclass(frozen=True)
class Followed:
    """What the stored strategies give: values and losses at the start (s, n, p, i), the largest regret."""

    values: Floats
    losses: Floats
    regret: float


def follow_strategies(solution: Solution) -> Followed:
    """Sweep the game backwards with the strategies as stored."""
    game = solution.game
    values = solution.start_values(game.n_periods).copy()
    losses = np.zeros_like(values)
    prepared: dict[int, Any] = {}
    worst = 0.0
    for period in range(game.n_periods - 1, solution.first_period - 1, -1):
        values *= game.discount_factor
        losses *= game.discount_factor
        total, total_loss = np.zeros_like(values), np.zeros_like(values)
        for q, (probability, out) in enumerate(game.turn_patterns):
            last = q == len(game.turn_patterns) - 1
            v, loss = (values, losses) if last else (values.copy(), losses.copy())
            for index in range(len(game.steps) - 1, -1, -1):
                if game.steps[index].actor not in out:
                    worst = max(worst, _step(solution, v, loss, (period, index, q), prepared))
            total += probability * v
            total_loss += probability * loss
        values, losses = total, total_loss
    return Followed(values, losses, worst)


def _step(
    solution: Solution, values: Floats, losses: Floats, key: tuple[int, int, int], prepared: dict[int, Any]
) -> float:
    game, layout = solution.game, solution.layout
    step = game.steps[key[1]]
    table = step.table_at(key[0])
    if table is None or table.n_rows == 0:
        return 0.0
    shape = (table.n_rows, *values.shape[1:])
    out, out_loss = np.empty(shape), np.empty(shape)
    regret = np.zeros(table.n_rows)
    if id(table) not in prepared:
        prepared[id(table)] = lessons(layout, table) if step.actor < 0 else layout.weight(step.actor)
    if step.actor < 0:
        _nature(layout, table, prepared[id(table)], values, out, table.payoff)
        _nature(layout, table, prepared[id(table)], losses, out_loss, np.zeros((table.n_rows, 1, 1, game.n_actors)))
    else:
        sigma = solution.strategy(*key)
        if sigma is None:
            sigma = only_move(layout, table, step.actor)
        planned = solution.forced(key[0], key[1])
        forced = np.full(table.n_rows, -1, dtype=np.int8) if planned is None else np.asarray(planned, dtype=np.int8)
        grid, position = layout.grid(step.actor), layout.position(step.actor)
        own_node = layout.own_node[position] if position >= 0 else np.zeros(layout.n_nodes, dtype=np.int64)
        share(
            kernels.evaluate_choice, table.n_rows, out.size,
            values, losses, out, out_loss, sigma, forced, layout.learns_from(step.actor), table.start, table.successor,
            table.probability, table.view_of_actor, table.payoff, table.feasible, table.log_weight,
            prepared[id(table)], layout.own_type(step.actor), own_node, layout.stride(step.actor), cut(grid),
            float(game.precision[step.actor]), step.actor, regret,
        )  # fmt: skip
    values[table.states] = out
    losses[table.states] = out_loss
    return float(regret.max())


def _nature(layout: Layout, table: Any, found: Any, values: Floats, out: Floats, payoff: Floats) -> None:
    actor = table.type_actor if table.probability.shape[1] > 1 else -1
    position = layout.position(actor)
    own_node = layout.own_node[position] if position >= 0 else np.zeros(layout.n_nodes, dtype=np.int64)
    share(
            kernels.nature_step, table.n_rows, out.size,
        values, out, np.arange(table.n_rows), table.start, table.successor, table.probability, table.view_of_actor,
        payoff, layout.own_type(actor), own_node, layout.stride(actor), found.lesson, found.node, found.weight,
    )  # fmt: skip


def _random_beliefs(solution: Solution, rng: np.random.Generator, n: int) -> list[Floats]:
    return [rng.dirichlet(np.ones(grid.n_types), size=n) for grid in solution.grids]


def _loss_at_start(solution: Solution, losses: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return the largest expected loss of an actor at the start: at the prior, and at random beliefs."""
    game, layout = solution.game, solution.layout

    def at(beliefs: list[Floats]) -> float:
        index, weight = layout.corners(beliefs)
        share = np.ones((len(index), game.n_profiles))
        for actor, belief in zip(game.informed, beliefs, strict=True):
            share = share * belief[:, game.type_of_profile[:, actor]]
        start = np.einsum("x,xnpi->npi", game.initial_probability, losses[game.initial_states])
        return float(np.einsum("mc,mcpi,mp->mi", weight, start[index], share).max())

    prior = [game.prior[i][None] for i in game.informed]
    return at(prior), at(_random_beliefs(solution, rng, N_RANDOM)) if game.informed else at(prior)


def _regret_off_grid(solution: Solution, rng: np.random.Generator) -> float:
    """Return the largest regret of interpolated strategies at random beliefs in up to eight (period, step)."""
    game = solution.game
    keys = sorted(key for key in solution.strategies if key[2] == 0)
    if not game.informed or not keys:
        return 0.0
    worst = 0.0
    chosen = rng.choice(len(keys), size=min(8, len(keys)), replace=False)
    for period, index, pattern in (keys[c] for c in sorted(chosen)):
        table = game.steps[index].table_at(period)
        assert table is not None
        actor = game.steps[index].actor
        free = table.has_choice
        planned = solution.forced(period, index)
        rows = np.flatnonzero(free if planned is None else free & (np.asarray(planned) < 0))
        if not len(rows):
            continue
        rows = rng.choice(rows, size=N_RANDOM)
        beliefs = _random_beliefs(solution, rng, N_RANDOM)
        sigma = solution.strategies_at(period, index, rows, beliefs, exact=False, pattern=pattern)
        values = solution.values_after(period, index, pattern)
        worth = move_values_at(solution.layout, table, actor, values, rows, beliefs, sigma)
        worst = max(worst, regret_of(sigma, worth, table.log_weight[rows], float(game.precision[actor])))
    return worst


def regret_of(sigma: Floats, worth: Floats, log_weight: Floats, precision: float) -> float:
    """Return the largest KL(sigma || logit reply) / precision of choices (m, k, a); NaN worth is not feasible."""
    feasible = ~np.isnan(worth)
    logits = np.where(feasible, log_weight[:, None, :] + precision * np.nan_to_num(worth), -np.inf)
    top = logits.max(axis=-1, keepdims=True)
    reply = np.where(feasible, logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True)), 0.0)
    log_sigma = np.log(np.where(sigma > 0.0, sigma, 1.0))
    terms = np.where(feasible & (sigma > 0.0), sigma * (log_sigma - reply), 0.0)
    return float(np.maximum(terms.sum(axis=-1), 0.0).max()) / (precision if precision > 0.0 else 1.0)
