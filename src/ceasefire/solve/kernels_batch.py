"""Newton's method for all points of a step: they pass through lanes, and a lane whose point is done takes the next one.

A point whose system needs pivoting, or that does not converge, is left to ``kernels_newton.newton`` and the continuation.
"""

from __future__ import annotations

import math
from typing import Any

from ceasefire.solve.kernels_belief import Cut
from ceasefire.solve.kernels_float import helper, kernel
from ceasefire.solve.kernels_lanes import (
    WIDTH,
    Lanes,
    directions,
    evaluate_move,
    look_up,
    make_lanes,
    posteriors,
    residuals,
)
from ceasefire.solve.kernels_newton import MOST

Array = Any


@helper
def load_lane(
    lanes: Lanes, lane: int, task: int, point: int, z: Array, log_belief: Array, feasible: Array, log_weight: Array,
    row: int,
) -> None:  # fmt: skip
    """Start a point of `task` at ``z[task, point]`` in lane `lane`."""
    at, trial, can, weight, logs = lanes.z, lanes.trial, lanes.can, lanes.log_weight, lanes.log_belief
    for a in range(at.shape[0]):
        can[a, lane] = 1.0 if feasible[row, a] else 0.0
        weight[a, lane] = log_weight[row, a] if feasible[row, a] else 0.0
        for k in range(at.shape[1]):
            at[a, k, lane] = z[task, point, a, k]
            trial[a, k, lane] = z[task, point, a, k]
    for k in range(at.shape[1]):
        logs[k, lane] = log_belief[task % log_belief.shape[0], point, k]
    lanes.worst[lane], lanes.length[lane], lanes.count[lane] = math.inf, 1.0, 0
    lanes.task[lane], lanes.point[lane] = task, point


@helper
def judge(lanes: Lanes, n: int, tolerance: float) -> None:
    """Take each lane's trial or shorten its step (the rule of ``newton``); mark in ``done`` the lanes that end."""
    z, trial, dz, y = lanes.z, lanes.trial, lanes.dz, lanes.y
    found, length, worst, count, done, singular, taken = (
        lanes.found, lanes.length, lanes.worst, lanes.count, lanes.done, lanes.singular, lanes.top,
    )  # fmt: skip
    for lane in range(n):
        good = found[lane] <= (1.0 - 1e-4 * length[lane]) * worst[lane] or found[lane] <= tolerance
        taken[lane] = 1.0 if good else 0.0
        if good:
            worst[lane] = found[lane]
            done[lane] = found[lane] <= tolerance or count[lane] >= MOST or singular[lane]
            length[lane] = 1.0
            count[lane] += 0 if done[lane] else 1
        else:
            length[lane] *= 0.5
            done[lane] = not length[lane] > 1e-3
    for a in range(z.shape[0]):
        for k in range(z.shape[1]):
            for lane in range(n):
                if taken[lane] > 0.0:
                    z[a, k, lane] = trial[a, k, lane]
                    dz[a, k, lane] = y[a, k, lane]
            for lane in range(n):
                trial[a, k, lane] = z[a, k, lane] + length[lane] * dz[a, k, lane]


@helper
def refill(
    lanes: Lanes, n: int, task: int, point: int, last: int, wanted: Array, points: Array, z: Array, task_row: Array,
    log_belief: Array, feasible: Array, log_weight: Array,
) -> tuple[int, int, int]:  # fmt: skip
    """Load `points` of wanted tasks, from the `point`-th of `task` on, into the lanes from `n` on; return how far it came."""
    while n < WIDTH and task < last:
        if wanted[task]:
            load_lane(lanes, n, task, points[point], z, log_belief, feasible, log_weight, task_row[task])
            n += 1
            point += 1
        if not wanted[task] or point == len(points):
            task, point = task + 1, 0
    return n, task, point


@helper
def unload(lanes: Lanes, n: int, z: Array, residual: Array, count: Array) -> int:
    """Write back the lanes that are done and close the gaps; return how many go on."""
    at, trial, dz, can, weight, logs = lanes.z, lanes.trial, lanes.dz, lanes.can, lanes.log_weight, lanes.log_belief
    done, tasks, points, worst, length, counts = (
        lanes.done, lanes.task, lanes.point, lanes.worst, lanes.length, lanes.count,
    )  # fmt: skip
    for lane in range(n - 1, -1, -1):
        if not done[lane]:
            continue
        task, point = tasks[lane], points[lane]
        residual[task, point], count[task, point] = worst[lane], counts[lane]
        n -= 1
        for a in range(at.shape[0]):
            for k in range(at.shape[1]):
                z[task, point, a, k] = at[a, k, lane]
                at[a, k, lane], trial[a, k, lane], dz[a, k, lane] = at[a, k, n], trial[a, k, n], dz[a, k, n]
            can[a, lane], weight[a, lane] = can[a, n], weight[a, n]
        for k in range(at.shape[1]):
            logs[k, lane] = logs[k, n]
        tasks[lane], points[lane], worst[lane], length[lane], counts[lane] = (
            tasks[n],
            points[n],
            worst[n],
            length[n],
            counts[n],
        )
    return n


@kernel
def newton_in_lanes(
    first: int, last: int, wanted: Array, points: Array, z: Array, tables: Array, task_row: Array, log_belief: Array,
    feasible: Array, log_weight: Array, precision: float, cut: Cut, tolerance: float, residual: Array, count: Array,
) -> None:  # fmt: skip
    """Look for the solution at `points` of those tasks from `first` to `last` that are `wanted` (task,), in place.

    There is at least one point. Those that need pivoting or do not converge are left with a residual above the tolerance;
    see `continue_tasks`.
    """
    lanes = make_lanes(z.shape[2], z.shape[3])
    none = first - first  # not the literal 0, for which all below would be compiled once more
    n, task, point = none, first, none
    while True:
        n, task, point = refill(
            lanes, n, task, point, last, wanted, points, z, task_row, log_belief, feasible, log_weight,
        )  # fmt: skip
        if n == 0:
            return
        for a in range(z.shape[2]):
            posteriors(lanes, a, n)
            look_up(lanes, tables, a, n, cut)
            evaluate_move(lanes, a, n, precision, cut)
        residuals(lanes, n)
        directions(lanes, n)
        judge(lanes, n, tolerance)
        n = unload(lanes, n, z, residual, count)
