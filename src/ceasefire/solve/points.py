"""One step at single points (row, belief) off the grid: what moves are worth there and how the mover chooses.

Continuation values are interpolated between the nodes; the step itself is solved at the exact belief.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.game.beliefs import bayes, safe_log
from ceasefire.solve.informed import InformedStep
from ceasefire.solve.layout import Layout

Floats = NDArray[np.float64]


def choice_at(
    layout: Layout, table: StepTable, actor: int, values: Floats, rows: NDArray[np.int64], beliefs: Sequence[Any],
    planned: Any, tolerance: float, near: Floats | None = None,
) -> Floats:  # fmt: skip
    """Return the mover's choice (m, k, a) at each point, solved again there.

    Parameters
    ----------
    values : (s, n, p, i), after the step
    beliefs : (m, k) per informed actor
    planned : (r,) or None
        Planned move of each row of the table, -1 where there is none.
    near : (m, k, a), optional
        Where informed choices are looked for; without it the principal solution is taken.
    """
    sigma = np.zeros((len(rows), layout.game.n_types[actor], table.n_moves))
    forced = np.full(len(rows), -1) if planned is None else np.asarray(planned)[rows]
    teaches = layout.learns_from(actor) & table.has_choice[rows] & (forced < 0)
    here = np.flatnonzero(teaches)
    if len(here):
        sigma[here] = _informed_at(
            layout, table, actor, values, rows[here], [b[here] for b in _full(beliefs, rows)], tolerance,
            None if near is None else near[here],
        )  # fmt: skip
    rest = np.flatnonzero(~teaches)
    if len(rest):
        points = [b[rest] for b in _full(beliefs, rows)]
        worth = _expected(layout, actor, block_values(layout, table, values, rows[rest], points), points)
        logits = table.log_weight[rows[rest]][:, None, :] + layout.game.precision[actor] * worth
        can = np.where(
            forced[rest, None] < 0, table.feasible[rows[rest]], np.arange(table.n_moves) == forced[rest, None]
        )
        sigma[rest] = softmax(np.where(can[:, None, :], logits, -np.inf))
    return sigma


def softmax(logits: Floats) -> Floats:
    """Return the softmax over the last axis."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _full(beliefs: Sequence[Any], rows: Any) -> list[Floats]:
    """Return the beliefs with one row per point."""
    return [np.broadcast_to(np.atleast_2d(b), (len(rows), np.shape(b)[-1])) for b in beliefs]


def _informed_at(
    layout: Layout, table: StepTable, actor: int, values: Floats, rows: Any, beliefs: list[Floats], tolerance: float,
    near: Floats | None,
) -> Floats:  # fmt: skip
    step = InformedStep.of(layout, table, actor)
    position = layout.position(actor)
    grid = layout.grid(actor)
    at_zero = [np.array(b) for b in beliefs]
    at_zero[position] = np.broadcast_to(grid.nodes[0], at_zero[position].shape)
    index, weight = layout.corners(at_zero)
    # at own node 0 only the corners with weight count; from there every own node is a stride away
    tables = np.zeros((len(rows), table.n_moves, grid.n_regular, grid.n_types))
    for own in range(grid.n_regular):
        block = _blocks(layout, table, values, rows, index + own * step.stride, weight)
        tables[:, :, own] = _expected(layout, actor, block, beliefs).transpose(0, 2, 1)
    mine = np.ascontiguousarray(beliefs[position])
    sigma, _ = step.at_points(np.nan_to_num(tables), rows, mine, tolerance, near)
    return sigma


def block_values(layout: Layout, table: StepTable, values: Floats, rows: Any, beliefs: Sequence[Any]) -> Floats:
    """Return what each move is worth to all profiles and actors if the belief stays, (m, a, p, i); NaN not feasible."""
    index, weight = layout.corners(beliefs)
    return _blocks(layout, table, values, rows, index, weight)


def _blocks(layout: Layout, table: StepTable, values: Floats, rows: Any, index: Any, weight: Floats) -> Floats:
    shape = (len(rows), table.n_moves, layout.game.n_profiles, layout.game.n_actors)
    block = np.full(shape, np.nan)
    index = np.broadcast_to(index, (len(rows), index.shape[1]))
    weight = np.broadcast_to(weight, index.shape)
    for a in range(table.n_moves):
        here = np.flatnonzero(table.feasible[rows, a])
        block[here, a] = table.payoff[rows[here], a]
        cells = rows[here] * table.n_moves + a
        for j in range(int((table.start[cells + 1] - table.start[cells]).max(initial=0))):
            entry = table.start[cells] + j
            some = np.flatnonzero(entry < table.start[cells + 1])
            entry = entry[some]
            seen = np.einsum(
                "mc,mcpi->mpi", weight[here[some]], values[table.successor[entry][:, None], index[here[some]]]
            )
            block[here[some], a] += table.probability[table.view_of_actor, 0][:, entry].T[:, None, :] * seen
    return block


def _expected(layout: Layout, actor: int, block: Floats, beliefs: Sequence[Any]) -> Floats:
    """Average the mover's own worth over the others' types: (m, a, p, i) to (m, k, a)."""
    game = layout.game
    weight = np.ones((block.shape[0], game.n_profiles))
    types = game.type_of_profile
    for informed, belief in zip(game.informed, beliefs, strict=True):
        if informed != actor:
            weight = weight * np.asarray(belief)[:, types[:, informed]]
    own = np.eye(game.n_types[actor])[types[:, actor]]
    return np.asarray(np.einsum("mp,map,pk->mka", weight, block[..., actor], own))


def move_values_at(
    layout: Layout, table: StepTable, actor: int, values: Floats, rows: Any, beliefs: Sequence[Any], sigma: Floats
) -> Floats:
    """Return what each move is worth to each own type, (m, k, a), the belief going where `sigma` (m, k, a) sends it."""
    points = _full(beliefs, rows)
    if not layout.learns_from(actor):
        return _expected(layout, actor, block_values(layout, table, values, rows, points), points)
    position = layout.position(actor)
    worth = np.full(sigma.shape, np.nan)
    for a in range(table.n_moves):
        after = list(points)
        after[position] = bayes(safe_log(points[position]), safe_log(sigma[:, :, a]))
        worth[:, :, a] = _expected(layout, actor, block_values(layout, table, values, rows, after), after)[:, :, a]
    return worth
