r"""Newton's method for many informed choices at once: the points of a step stand side by side in *lanes*.

The equation and its Newton direction are those of ``kernels_newton``; here every number is an array over lanes, so that
the arithmetic of many points is one loop. A lane whose point is done takes the next point. A point whose system needs
pivoting is left to ``kernels_newton.newton``.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from ceasefire.solve.kernels_newton import MOST, Cut

Array = Any
WIDTH = 64
"""Lanes; their room fits the second-level cache."""
SMALL_PIVOT = 1e-3


class Lanes(NamedTuple):
    """Room for points side by side; the last axis is the lane.

    ``z``, ``trial``, ``dz``, ``y``, ``sigma``, ``residual`` are (a, k, lane), ``inverse`` (a, k, k + 1, lane) with
    ``[I - B | r]`` and then ``[M | M r]``, ``square`` (k, k + 1, lane), ``gradient`` (k, k, lane), ``can`` (a, lane) 0 or 1.
    """

    z: Array
    trial: Array
    dz: Array
    y: Array
    sigma: Array
    residual: Array
    inverse: Array
    square: Array
    gradient: Array
    belief: Array
    log_belief: Array
    can: Array
    log_weight: Array
    top: Array
    total: Array
    worst: Array
    found: Array
    length: Array
    pivot: Array
    task: Array
    point: Array
    count: Array
    singular: Array
    done: Array
    base: Array
    fraction: Array
    way: Array
    corner: Array


@njit(cache=True, nogil=True)
def make_lanes(n_moves: int, n_types: int) -> Lanes:
    """Return room for lanes of choices of so many moves and types."""
    shape = (n_moves, n_types, WIDTH)
    by_type, one = (n_types, WIDTH), np.zeros((6, WIDTH))
    whole = np.zeros((3, WIDTH), dtype=np.int64)
    return Lanes(
        np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape),
        np.zeros((n_moves, n_types, n_types + 1, WIDTH)), np.zeros((n_types, n_types + 1, WIDTH)),
        np.zeros((n_types, n_types, WIDTH)), np.zeros(by_type), np.zeros(by_type), np.zeros((n_moves, WIDTH)),
        np.zeros((n_moves, WIDTH)), one[0], one[1], one[2], one[3], one[4], one[5], whole[0], whole[1], whole[2],
        np.zeros(WIDTH, dtype=np.bool_), np.zeros(WIDTH, dtype=np.bool_), np.zeros(n_types, dtype=np.int64),
        np.zeros(n_types),
        np.zeros(n_types, dtype=np.int64), np.zeros(n_types, dtype=np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def posteriors(lanes: Lanes, a: int, n: int) -> None:
    """Write softmax(log b + z) after move `a` into ``belief`` of the first `n` lanes."""
    belief, top, total = lanes.belief, lanes.top, lanes.total
    n_types = belief.shape[0]
    for lane in range(n):
        top[lane] = -math.inf
        total[lane] = 0.0
    for k in range(n_types):
        for lane in range(n):
            belief[k, lane] = lanes.log_belief[k, lane] + lanes.trial[a, k, lane]
            top[lane] = max(top[lane], belief[k, lane])
    for k in range(n_types):
        for lane in range(n):
            belief[k, lane] = math.exp(belief[k, lane] - top[lane])
            total[lane] += belief[k, lane]
    for lane in range(n):
        total[lane] = 1.0 / total[lane]
    for k in range(n_types):
        for lane in range(n):
            belief[k, lane] *= total[lane]


@njit(cache=True, nogil=True)
def look_up(lanes: Lanes, tables: Array, a: int, n: int, cut: Cut) -> None:
    """Write every lane's value of move `a`, interpolated in its task's table, into ``y``, the rises into ``gradient``."""
    base, fraction, way, corner, gradient, y, belief, tasks = (
        lanes.base, lanes.fraction, lanes.way, lanes.corner, lanes.gradient, lanes.y, lanes.belief, lanes.task,
    )  # fmt: skip
    n_types, intervals, order, rank = belief.shape[0], cut.intervals, cut.order, cut.rank
    flat, size = tables.reshape(tables.size), tables.shape[2] * n_types
    for lane in range(n):
        total, node = 0.0, 0
        for j in range(n_types - 2, -1, -1):
            total += belief[order[j + 1], lane]
            height = min(max(total * intervals, 0.0), float(intervals))
            whole = min(int(height), intervals - 1)
            base[j] = whole
            here = height - whole
            fraction[j] = here
            node += rank[j, whole]
        for j in range(n_types - 1):
            at = j
            here = fraction[j]
            while at > 0 and fraction[way[at - 1]] < here:
                way[at] = way[at - 1]
                at -= 1
            way[at] = j
        corner[0] = (tasks[lane] * tables.shape[1] + a) * size + node * n_types
        for step in range(n_types - 1):
            j = way[step]
            corner[step + 1] = corner[step] + (rank[j, base[j] + 1] - rank[j, base[j]]) * n_types
        for k in range(n_types):
            before = flat[corner[0] + k]
            value = before
            gradient[order[0], k, lane] = 0.0
            for step in range(n_types - 1):
                j = way[step]
                after = flat[corner[step + 1] + k]
                value += fraction[j] * (after - before)
                gradient[order[j + 1], k, lane] = (after - before) * intervals
                before = after
            y[a, k, lane] = value


@njit(cache=True, nogil=True)
def evaluate_move(lanes: Lanes, a: int, n: int, precision: float, cut: Cut) -> None:
    """Finish move `a` after `look_up`: logits ``y`` and ``inverse[a] = I - B_a``."""
    y, belief, gradient, matrix, mean = lanes.y, lanes.belief, lanes.gradient, lanes.inverse[a], lanes.total
    n_types = belief.shape[0]
    for j in range(1, n_types):
        lower, kind = cut.order[j - 1], cut.order[j]
        for k in range(n_types):
            for lane in range(n):
                gradient[kind, k, lane] += gradient[lower, k, lane]
    for k in range(n_types):
        for lane in range(n):
            y[a, k, lane] = lanes.log_weight[a, lane] + precision * y[a, k, lane]
            mean[lane] = 0.0
        for j in range(n_types):
            for lane in range(n):
                mean[lane] += gradient[j, k, lane] * belief[j, lane]
        for j in range(n_types):
            same = 1.0 if j == k else 0.0
            for lane in range(n):
                slope = precision * belief[j, lane] * (gradient[j, k, lane] - mean[lane])
                matrix[k, j, lane] = same - lanes.can[a, lane] * slope


@njit(cache=True, nogil=True)
def residuals(lanes: Lanes, n: int) -> None:
    """Write ``sigma = softmax(y)``, ``residual = z - (y - c)`` and the largest residual of each lane into ``found``."""
    y, sigma, residual, can, top, total = lanes.y, lanes.sigma, lanes.residual, lanes.can, lanes.top, lanes.total
    n_moves, n_types = y.shape[0], y.shape[1]
    for lane in range(n):
        lanes.found[lane] = 0.0
    for k in range(n_types):
        for lane in range(n):
            top[lane] = -math.inf
            total[lane] = 0.0
        for a in range(n_moves):
            for lane in range(n):
                if can[a, lane] > 0.0:
                    top[lane] = max(top[lane], y[a, k, lane])
        for a in range(n_moves):
            for lane in range(n):
                sigma[a, k, lane] = math.exp(y[a, k, lane] - top[lane]) if can[a, lane] > 0.0 else 0.0
                total[lane] += sigma[a, k, lane]
        for lane in range(n):
            top[lane] += math.log(total[lane])
            total[lane] = 1.0 / total[lane]
        for a in range(n_moves):
            for lane in range(n):
                sigma[a, k, lane] *= total[lane]
                residual[a, k, lane] = can[a, lane] * (lanes.trial[a, k, lane] - (y[a, k, lane] - top[lane]))
                lanes.found[lane] = max(lanes.found[lane], abs(residual[a, k, lane]))


@njit(cache=True, nogil=True)
def invert(matrix: Array, pivot: Array, singular: Array, n: int) -> None:
    """Turn ``[A | r]`` (k, k + m, lane) into ``[A^-1 | A^-1 r]`` in every lane without pivoting; mark small pivots."""
    size, width = matrix.shape[0], matrix.shape[1]
    for c in range(size):
        for lane in range(n):
            singular[lane] = singular[lane] or not abs(matrix[c, c, lane]) > SMALL_PIVOT
            pivot[lane] = 1.0 / matrix[c, c, lane] if matrix[c, c, lane] != 0.0 else 1.0
            matrix[c, c, lane] = 1.0
        for j in range(width):
            for lane in range(n):
                matrix[c, j, lane] *= pivot[lane]
        for r in range(size):
            if r != c:
                for lane in range(n):
                    pivot[lane] = matrix[r, c, lane]
                    matrix[r, c, lane] = 0.0
                for j in range(width):
                    for lane in range(n):
                        matrix[r, j, lane] -= pivot[lane] * matrix[c, j, lane]


@njit(cache=True, nogil=True)
def directions(lanes: Lanes, n: int) -> None:
    """Write every lane's Newton direction at ``trial`` into ``y``, which is free then; see ``kernels_newton.direction``."""
    inverse, square, sigma, residual = lanes.inverse, lanes.square, lanes.sigma, lanes.residual
    n_moves, n_types = sigma.shape[0], sigma.shape[1]
    for lane in range(n):
        lanes.singular[lane] = False
    square[:] = 0.0
    for a in range(n_moves):
        for k in range(n_types):
            for lane in range(n):
                inverse[a, k, n_types, lane] = residual[a, k, lane]
        invert(inverse[a], lanes.pivot, lanes.singular, n)
        for k in range(n_types):
            for j in range(n_types):
                for lane in range(n):
                    square[k, j, lane] += sigma[a, k, lane] * inverse[a, k, j, lane]
            for lane in range(n):
                square[k, n_types, lane] += sigma[a, k, lane] * (residual[a, k, lane] - inverse[a, k, n_types, lane])
    invert(square, lanes.pivot, lanes.singular, n)
    for a in range(n_moves):
        for k in range(n_types):
            for lane in range(n):
                lanes.y[a, k, lane] = -inverse[a, k, n_types, lane]
            for j in range(n_types):
                for lane in range(n):
                    lanes.y[a, k, lane] -= inverse[a, k, j, lane] * square[j, n_types, lane]
            for lane in range(n):
                lanes.y[a, k, lane] *= lanes.can[a, lane]


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def refill(
    lanes: Lanes, n: int, task: int, point: int, last: int, wanted: Array, z: Array, task_row: Array, log_belief: Array,
    feasible: Array, log_weight: Array,
) -> tuple[int, int, int]:  # fmt: skip
    """Load points of wanted tasks, from `point` of `task` on, into the lanes from `n` on; return how far it came."""
    while n < WIDTH and task < last:
        if wanted[task]:
            load_lane(lanes, n, task, point, z, log_belief, feasible, log_weight, task_row[task])
            n += 1
            point += 1
        if not wanted[task] or point == z.shape[1]:
            task, point = task + 1, 0
    return n, task, point


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def newton_in_lanes(
    first: int, last: int, wanted: Array, z: Array, tables: Array, task_row: Array, log_belief: Array, feasible: Array,
    log_weight: Array, precision: float, cut: Cut, tolerance: float, residual: Array, count: Array,
) -> None:  # fmt: skip
    """Look for the solution of every point of those tasks from `first` to `last` that are `wanted` (task,), in place.

    A point that needs pivoting or does not converge is left with a residual above the tolerance; see `continue_tasks`.
    """
    lanes = make_lanes(z.shape[2], z.shape[3])
    n, task, point = 0, first, 0
    while True:
        n, task, point = refill(
            lanes, n, task, point, last, wanted, z, task_row, log_belief, feasible, log_weight,
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
