"""The equation of an informed choice and its Newton direction for many points at once, side by side in *lanes*.

They are those of ``kernels_newton``; here every number is an array over lanes, so that the arithmetic of many points is
one loop.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ceasefire.solve.kernels_belief import Cut
from ceasefire.solve.kernels_float import exp_of, helper, log_of

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


@helper
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


@helper
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
            belief[k, lane] = exp_of(belief[k, lane] - top[lane])
            total[lane] += belief[k, lane]
    for lane in range(n):
        total[lane] = 1.0 / total[lane]
    for k in range(n_types):
        for lane in range(n):
            belief[k, lane] *= total[lane]


@helper
def look_up(lanes: Lanes, tables: Array, a: int, n: int, cut: Cut) -> None:
    """Write every lane's value of move `a`, interpolated in its task's table, into ``y``, the rises into ``gradient``.

    What ``kernels_belief`` does for one point is written out here: a call per lane costs more than the arithmetic.
    """
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
            whole = max(min(int(height), intervals - 1), 0)  # no number: 0
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


@helper
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


@helper
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
                sigma[a, k, lane] = exp_of(y[a, k, lane] - top[lane]) if can[a, lane] > 0.0 else 0.0
                total[lane] += sigma[a, k, lane]
        for lane in range(n):
            top[lane] += log_of(total[lane])
            total[lane] = 1.0 / total[lane]
        for a in range(n_moves):
            for lane in range(n):
                sigma[a, k, lane] *= total[lane]
                residual[a, k, lane] = can[a, lane] * (lanes.trial[a, k, lane] - (y[a, k, lane] - top[lane]))
                lanes.found[lane] = max(lanes.found[lane], abs(residual[a, k, lane]))


@helper
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


@helper
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
