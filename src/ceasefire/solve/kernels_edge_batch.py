"""Newton's method for all points on edges and corners of the belief simplex; they pass through lanes.

See ``kernels_edge``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ceasefire.solve.kernels_edge import WIDTH, Edges, Lanes, directions, evaluate, make_edge_lanes, residuals
from ceasefire.solve.kernels_float import inlined, kernel
from ceasefire.solve.kernels_newton import MOST

Array = Any
TASKS = 256
"""Tasks whose tables stay in the second-level cache while all their points are solved."""


@inlined
def judge(lanes: Lanes, n: int, tolerance: float) -> None:
    """Take each lane's trial or shorten its step (the rule of ``newton``); mark in ``done`` the lanes that end."""
    found, length, worst, done, taken = lanes.found, lanes.length, lanes.worst, lanes.done, lanes.taken
    for lane in range(n):
        good = found[lane] <= (1.0 - 1e-4 * length[lane]) * worst[lane] or found[lane] <= tolerance
        worst[lane] = found[lane] if good else worst[lane]
        length[lane] = 1.0 if good else 0.5 * length[lane]
        over = found[lane] <= tolerance or lanes.count[lane] >= MOST
        done[lane] = over if good else not length[lane] > 1e-3
        taken[lane] = good
        lanes.count[lane] += 1 if good and not over else 0


@inlined
def advance(lanes: Lanes, n: int) -> None:
    """Move the lanes whose trial was taken to it, their direction the new one; set every lane's next trial.

    Where the system is singular it stays where it is, so that it ends there.
    """
    z, trial, dz, taken = lanes.z, lanes.trial, lanes.dz, lanes.taken
    for a in range(z.shape[0]):
        for k in range(lanes.z.shape[1]):
            for lane in range(n):
                new = lanes.slope[a, k, lane] * lanes.step[a, lane] - lanes.residual[a, k, lane] - lanes.total[k, lane]
                here = trial[a, k, lane] if taken[lane] else z[a, k, lane]
                new = 0.0 if lanes.singular[lane] else lanes.can[a, lane] * new
                way = new if taken[lane] else dz[a, k, lane]
                z[a, k, lane] = here
                dz[a, k, lane] = way
                trial[a, k, lane] = here + lanes.length[lane] * way


@inlined
def load(
    lanes: Lanes, lane: int, task: int, row: int, point: int, z: Array, edges: Edges, size: int, feasible: Array,
    log_weight: Array,
) -> None:  # fmt: skip
    """Start a point of `task` in lane `lane`; `size` numbers are in the table of a move."""
    n_moves, n_types = feasible.shape[1], edges.types.shape[1]
    at = (task * edges.n_types.shape[0] + point) * n_moves * n_types
    lanes.task[lane], lanes.start[lane], lanes.at[lane], lanes.count[lane] = task, task * n_moves * size, at, 0
    lanes.worst[lane], lanes.length[lane] = math.inf, 1.0
    lanes.log_odds[lane] = edges.log_odds[point]
    for a in range(n_moves):
        can = feasible[row, a]
        lanes.can[a, lane], lanes.log_weight[a, lane] = 1.0 if can else 0.0, log_weight[row, a] if can else 0.0
        for k in range(n_types):
            lanes.trial[a, k, lane] = z[at + a * n_types + edges.types[point, k]]


@inlined
def unload(lanes: Lanes, n: int, point: int, z: Array, edges: Edges, residual: Array, count: Array) -> int:
    """Write back the lanes that are done and close the gaps; return how many go on."""
    n_types = edges.types.shape[1]
    for lane in range(n - 1, -1, -1):
        if not lanes.done[lane]:
            continue
        best = lanes.trial if lanes.taken[lane] else lanes.z
        residual[lanes.task[lane], point], count[lanes.task[lane], point] = lanes.worst[lane], lanes.count[lane]
        n -= 1
        at = lanes.at[lane]
        for name in (lanes.task, lanes.start, lanes.at, lanes.count):
            name[lane] = name[n]
        lanes.worst[lane], lanes.length[lane], lanes.taken[lane] = lanes.worst[n], lanes.length[n], lanes.taken[n]
        for a in range(lanes.z.shape[0]):
            for k in range(n_types):
                z[at + a * n_types + edges.types[point, k]] = best[a, k, lane]
            lanes.can[a, lane], lanes.log_weight[a, lane] = lanes.can[a, n], lanes.log_weight[a, n]
            for k in range(lanes.z.shape[1]):
                for part in (lanes.z, lanes.trial, lanes.dz, lanes.sigma, lanes.residual, lanes.slope):
                    part[a, k, lane] = part[a, k, n]
    return n


@inlined
def answer(lanes: Lanes, point: int, z: Array, edges: Edges, n: int, residual: Array) -> int:
    """Write the replies ``y - c`` into `z`, the solution where the belief cannot move; return how many lanes go on."""
    n_types = edges.types.shape[1]
    for lane in range(n):
        residual[lanes.task[lane], point] = 0.0
        for a in range(lanes.can.shape[0]):
            for k in range(n_types if lanes.can[a, lane] > 0.0 else 0):
                z[lanes.at[lane] + a * n_types + edges.types[point, k]] = lanes.y[a, k, lane] - lanes.top[k, lane]
    return 0


@kernel
def newton_on_edges(
    first: int, last: int, wanted: Array, z: Array, tables: Array, task_row: Array, edges: Edges, feasible: Array,
    log_weight: Array, precision: float, tolerance: float, residual: Array, count: Array,
) -> None:  # fmt: skip
    """Look for the solution at the points with at most two types of the tasks that are `wanted` (task,), in place.

    A point that needs pivoting or does not converge is left with a residual above the tolerance; see `continue_tasks`.
    """
    n_moves, n_types, size = z.shape[2], z.shape[3], tables.shape[2] * tables.shape[3]
    lanes, flat, flat_z = make_edge_lanes(n_moves, n_types), tables.reshape(tables.size), z.reshape(z.size)
    tasks, task = np.zeros(TASKS, dtype=np.int64), first
    none = first - first  # not the literal 0, for which all below would be compiled once more
    while task < last:
        batch = 0
        while task < last and batch < TASKS:
            tasks[batch] = task
            batch += 1 if wanted[task] else 0
            task += 1
        for point in range(edges.n_types.shape[0]):
            n, j = none, 0 if edges.n_types[point] <= 2 else batch
            while n > 0 or j < batch:
                while n < WIDTH and j < batch:
                    load(lanes, n, tasks[j], task_row[tasks[j]], point, flat_z, edges, size, feasible, log_weight)
                    n, j = n + 1, j + 1
                evaluate(lanes, flat, edges, point, size, precision, n)
                if edges.n_types[point] == 1:
                    n = answer(lanes, point, flat_z, edges, n, residual)
                    continue
                residuals(lanes, n)
                judge(lanes, n, tolerance)
                n = unload(lanes, n, point, flat_z, edges, residual, count)
                directions(lanes, n)
                advance(lanes, n)
