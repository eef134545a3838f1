"""Informed steps: the fixed point between what a type does and what its move says about it.

Selection rule ``stagewise-principal``: the end of the continuation in precision from 0 at each state and belief, with
the continuation values fixed. A warm start is a shortcut: it is taken where it converges, unless a jump of more than 0.25
in a probability (from the start, or between neighbouring nodes where it is new) or the fixed sample asks for the
continuation. Where the two part, the continuation counts and the points around are held against it as well, and so on.
Where the map is a contraction the solution is unique and any start will do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.game.beliefs import BeliefGrid, safe_log
from ceasefire.solve import kernels
from ceasefire.solve.kernels_edge import Edges
from ceasefire.solve.layout import Layout, edges_of, neighbours
from ceasefire.solve.threads import share

Floats = NDArray[np.float64]
SAMPLE = 61
"""One point in so many is held against the continuation."""
CHUNK_BYTES = 256 << 20
MOST_STEPS, FEW_STEPS = 10_000, 600
"""Path steps after which the continuation of a point is given up; the few where a solution may be rough."""
MAY_BE_ROUGH = 1e-8
"""Tolerance above which a solution is for a preview."""
SHARE_OF_POINT, LEAST_STEPS = 8, 200
"""Path steps that a warm step may spend in a period, per point of the step; what a point has in any case."""


@dataclass
class Tally:
    """What happened in the fixed points of one or more steps.

    Parameters
    ----------
    residual : largest over converged points
    points, iterations : numbers of fixed points and of Newton iterations
    continued, replaced : points solved by the continuation; warm starts that it overruled
    unconfirmed : points where a warm start converged and the continuation could not be finished
    switches : neighbouring nodes between which a probability jumps by more than 0.25
    failed : (period, step, row, own node, residual)
    """

    residual: float = 0.0
    points: int = 0
    iterations: int = 0
    continued: int = 0
    replaced: int = 0
    unconfirmed: int = 0
    stationary_change: float = 0.0
    switches: int = 0
    failed: list[tuple[int, int, int, int, float]] = field(default_factory=list)

    def add(self, period: int, step: int, rows: Any, count: Any, status: Any, residual: Any) -> None:
        """Count the points of one call."""
        done = status >= 0
        self.residual = max(self.residual, float(residual[done].max(initial=0.0)))
        self.points += status.size
        self.iterations += int(count.sum())
        self.continued += int(((status == 1) | (status == 2)).sum())
        self.unconfirmed += int((status == 3).sum())
        self.replaced += int((status == 2).sum())
        for task, point in np.argwhere(~done)[:1000]:
            self.failed.append((period, step, int(rows[task]), int(point), float(residual[task, point])))


@dataclass(frozen=True)
class InformedStep:
    """Everything about one table of an informed mover that does not change from period to period."""

    table: StepTable
    mover: int
    precision: float
    grid: BeliefGrid
    stride: int
    others: NDArray[np.int64]
    weight: Floats
    own_type: NDArray[np.int64]
    log_belief: Floats
    neighbour: NDArray[np.int64]
    edges: Edges

    @classmethod
    def of(cls, layout: Layout, table: StepTable, mover: int) -> InformedStep:
        """Return the step of `mover` with `table`."""
        grid = layout.grid(mover)
        log_belief = safe_log(grid.nodes)
        return cls(
            table, mover, float(layout.game.precision[mover]), grid, layout.stride(mover), layout.others(mover),
            layout.weight(mover), layout.own_type(mover), log_belief, neighbours(grid),
            edges_of(cut(grid), log_belief[None]),
        )  # fmt: skip

    def solve(
        self,
        values: Floats,
        rows: NDArray[np.int64],
        warm: Floats | None,
        tolerance: float,
        *,
        audit: bool = True,
        turn: int = 0,
        points: NDArray[np.bool_] | None = None,
    ) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], tuple[Any, Any, Any]]:
        """Solve the fixed points of `rows`; return z (task, n, a, k), each task's row and node of the others, counters.

        Only at `points` (n,), if that is given.
        """
        task_row, others = np.repeat(rows, len(self.others)), np.tile(self.others, len(rows))
        n_tasks, n_moves, n_types = len(task_row), self.table.n_moves, self.grid.n_types
        z = np.zeros((n_tasks, self.grid.n_nodes, n_moves, n_types)) if warm is None else warm
        counters = _counters(n_tasks, self.grid.n_nodes)
        per_task = n_moves * self.grid.n_regular * n_types * 8
        chunk = max(CHUNK_BYTES // per_task, 1)
        for first in range(0, n_tasks, chunk):
            part = slice(first, first + chunk)
            tables = self.tables(values, task_row[part], others[part])
            self.fixed_points(
                z[part], warm is not None, tables, task_row[part], self.log_belief[None], self.edges, tolerance,
                [c[part] for c in counters], audit, turn, points,
            )  # fmt: skip
        return z, task_row, others, (counters[0], counters[1], counters[2])

    def tables(self, values: Floats, task_row: Any, others: Any) -> Floats:
        """Return the mover's move values wherever its own belief may be, (task, a, n, k)."""
        t = self.table
        tables = np.empty((len(task_row), t.n_moves, self.grid.n_regular, self.grid.n_types))
        share(
            kernels.value_tables, len(task_row), tables.size, values, tables, task_row, others, self.stride, self.weight,
            t.start, t.successor, t.probability, int(t.view_of_actor[self.mover]), t.payoff, t.feasible, self.own_type,
            self.mover,
        )  # fmt: skip
        return tables

    def fixed_points(
        self, z: Floats, warm: bool, tables: Floats, task_row: Any, log_belief: Floats, edges: Edges, tolerance: float,
        counters: list[Any], audit: bool, turn: int = 0, points: NDArray[np.bool_] | None = None,
    ) -> None:  # fmt: skip
        """Solve every point of every task in place, or only `points` (n,)."""
        neighbour = self.neighbour if audit else np.full((z.shape[1], 1), -1, dtype=np.int64)
        solve_tasks(
            z, warm, tables, task_row, log_belief, edges, self.table.feasible, self.table.log_weight, self.precision,
            cut(self.grid), neighbour, tolerance, SAMPLE if audit else kernels.NEVER, turn, counters, points,
        )  # fmt: skip

    @cached_property
    def corners(self) -> NDArray[np.bool_]:
        """At which of its nodes one type has all the probability, (n,): no move can change the belief there."""
        return np.asarray((self.grid.nodes == 1.0).any(axis=1))

    @cached_property
    def corner_nodes(self) -> NDArray[np.int64]:
        """The product nodes at which the mover's own node is a corner, (m,)."""
        return np.asarray((self.others[:, None] + np.flatnonzero(self.corners) * self.stride).ravel())

    @cached_property
    def is_prior(self) -> NDArray[np.bool_]:
        """Which of its nodes is the prior, (n,); none where that is one of the regular ones."""
        return np.arange(self.grid.n_nodes) >= self.grid.n_regular

    @cached_property
    def _around_prior(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """The product nodes at which the mover's own node is the prior's, (m,), those around them, (m, c), weights (c,)."""
        regular = replace(self.grid, nodes=self.grid.nodes[:-1])
        index, weight = regular.locate(self.grid.nodes[-1:])
        has = weight[0] > 0.0
        source = self.others[:, None] + index[0, has].astype(np.int64) * self.stride
        return self.others + (self.grid.n_nodes - 1) * self.stride, source, np.ascontiguousarray(weight[0, has])

    def interpolate(self, out: Floats, sigma: Any, rows: NDArray[np.int64]) -> None:
        """Write values and strategies at the prior's own node as they lie between the regular ones."""
        share(kernels.fill_between, len(rows), 0, out, sigma, rows, *self._around_prior)

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The product nodes that are neighbours in the mover's own grid, (pairs,) each."""
        found = []
        for there in self.neighbour.T[::2][: self.grid.n_types - 1]:
            here = np.flatnonzero(there[: self.grid.n_regular] >= 0)
            found += [(self.others[:, None] + own * self.stride).ravel() for own in (here, there[here])]
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *found[::2]]), np.concatenate([none, *found[1::2]])

    def count_switches(self, sigma: Any, rows: NDArray[np.int64], jump: float = 0.25) -> int:
        """Return between how many neighbouring own nodes some probability jumps by more than `jump`."""
        count = np.zeros(len(rows), dtype=np.int64)
        share(kernels.count_jumps, len(rows), 0, sigma, rows, *self._pairs, jump, count)
        return int(count.sum())

    def finish(
        self, values: Floats, out: Floats, sigma: Any, z: Floats, task_row: Any, others: Any,
        points: NDArray[np.bool_] | None = None,
    ) -> None:  # fmt: skip
        """Write values (r, n, p, i) and strategies (r, n, k, a) of solved tasks, at all nodes or only at `points` (n,)."""
        t, (edges, inside) = self.table, edges_and_inside(self.edges, points)
        if (edges.n_types <= 2).any():
            share(
                kernels.values_on_edges, len(task_row), out.size, values, out, sigma, z, task_row, others, self.stride,
                edges, t.start, t.successor, t.probability, t.view_of_actor, t.payoff, t.feasible, self.own_type,
            )  # fmt: skip
        if len(inside):
            share(
                kernels.informed_values, len(task_row), out.size, values, out, sigma, z, task_row, others, self.stride,
                inside, self.log_belief, t.start, t.successor, t.probability, t.view_of_actor, t.payoff, t.feasible,
                self.own_type, cut(self.grid),
            )  # fmt: skip

    def compile_continuation(self) -> None:
        """Have the continuation compiled as `solve_tasks` calls it, by doing no task."""
        z = np.zeros((0, self.grid.n_nodes, self.table.n_moves, self.grid.n_types))
        task_row, unique = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
        share(
            kernels.continue_tasks, 0, 0, z, z, z, task_row, self.log_belief[None], self.table.feasible,
            self.table.log_weight, self.precision, cut(self.grid), self.neighbour, 1.0, MOST_STEPS, kernels.NEVER, 0,
            *_counters(0, self.grid.n_nodes), unique,
        )  # fmt: skip

    def at_points(
        self, tables: Floats, rows: Any, beliefs: Floats, tolerance: float, near: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Solve single points: tables (m, a, n, k), beliefs (m, k); return sigma (m, k, a) and residuals (m,).

        Newton's method starts at `near` (m, k, a) where that is given.
        """
        z = np.zeros((len(rows), 1, self.table.n_moves, self.grid.n_types))
        if near is not None:
            z[:, 0] = np.log(np.maximum(near, 1e-44)).transpose(0, 2, 1)
        counters = _counters(len(rows), 1)
        warm, log_belief = near is not None, safe_log(beliefs)[:, None, :]
        edges = edges_of(cut(self.grid), log_belief)
        self.fixed_points(z, warm, tables, rows, log_belief, edges, tolerance, counters, False)
        logits = np.where(self.table.feasible[rows][:, :, None], z[:, 0], -np.inf).transpose(0, 2, 1)
        sigma = np.exp(logits - logits.max(axis=2, keepdims=True))
        return sigma / sigma.sum(axis=2, keepdims=True), counters[0][:, 0]


def solve_tasks(
    z: Floats, warm: bool, tables: Floats, task_row: Any, log_belief: Floats, edges: Edges, feasible: Any,
    log_weight: Floats, precision: float, cut: kernels.Cut, neighbour: NDArray[np.int64], tolerance: float,
    every: int, turn: int, counters: list[Any], points: NDArray[np.bool_] | None = None,
) -> None:  # fmt: skip
    """Solve every point of every task in place: Newton from a start, the continuation where it fails or is doubted.

    Parameters
    ----------
    z : (task, n, a, k)
        Start where `warm` (a task whose first entry is NaN has none); receives the solution.
    log_belief : (task or 1, n, k)
    edges : which of the points lie on edges and corners
    neighbour, every, turn : see ``kernels.continue_tasks``
    counters : residual, count and status, (task, n) each
    points : (n,), optional
        Which to solve; the others count as solved.
    """
    residual, count, status = counters
    n_tasks, doubted = len(task_row), every < kernels.NEVER
    unique, wanted = np.zeros(n_tasks, dtype=np.bool_), np.zeros(n_tasks, dtype=np.bool_)
    share(
        kernels.start_tasks, n_tasks, z.size, z, warm, tables, task_row, log_belief, feasible, log_weight, precision, cut,
        every, residual, unique, wanted,
    )  # fmt: skip
    if points is not None:
        residual[:, ~points] = 0.0
    start = np.exp(np.minimum(z, 0.0)) if doubted else np.zeros((0, 0, 0, 0))
    if wanted.any():
        edges, inside = edges_and_inside(edges, points)
        if (edges.n_types <= 2).any():
            share(
                kernels.newton_on_edges, n_tasks, 8 * z.size, wanted, z, tables, task_row, edges, feasible, log_weight,
                precision, tolerance, residual, count,
            )  # fmt: skip
        if len(inside):
            share(
                kernels.newton_in_lanes, n_tasks, 8 * z.size, wanted, inside, z, tables, task_row, log_belief, feasible,
                log_weight, precision, cut, tolerance, residual, count,
            )  # fmt: skip
    if not doubted and (residual <= tolerance).all():
        status[:] = 0
        return
    share(
        kernels.continue_tasks, n_tasks, 8 * z.size, z, start, tables, task_row, log_belief, feasible, log_weight,
        precision, cut, neighbour, tolerance, most_steps(residual, tolerance, warm and not doubted), every, turn, residual,
        count, status, unique,
    )  # fmt: skip


def most_steps(residual: Floats, tolerance: float, shared: bool) -> int:
    """Return after how many path steps the continuation of a point is given up.

    What a step may spend in a period is `shared` evenly among the points (task, n) that have no solution yet, where most
    have one from their start: the last draw of an ensemble must not hold up the others.
    """
    most = MOST_STEPS if tolerance <= MAY_BE_ROUGH else FEW_STEPS
    if not shared:
        return most
    share = SHARE_OF_POINT * residual.size // max(int((residual > tolerance).sum()), 1)
    return min(most, max(share, LEAST_STEPS))


def edges_and_inside(edges: Edges, points: NDArray[np.bool_] | None) -> tuple[Edges, NDArray[np.int64]]:
    """Return the points on edges and corners, and which lie inside; of `points` only, if they are given."""
    inside = edges.n_types > 2
    if points is None:
        return edges, np.flatnonzero(inside)
    none = edges.types.shape[1] + 1
    return edges._replace(n_types=np.where(points, edges.n_types, none)), np.flatnonzero(inside & points)


def cut(grid: BeliefGrid) -> kernels.Cut:
    """Return a grid as the kernels read it."""
    return kernels.Cut(grid.intervals, grid.order, grid.rank, grid.nodes)


def _counters(n_tasks: int, n_points: int) -> list[Any]:
    shape = (n_tasks, n_points)
    return [np.zeros(shape), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)]
