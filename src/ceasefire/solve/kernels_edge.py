r"""Newton's method where at most two types have probability: on the edges and corners of the belief simplex.

Types without probability keep it under Bayes' rule, so that they only answer; at a corner all do. With two types left, 1
and 2, the belief after move ``a`` hangs on ``x[a] = z[a, 2] - z[a, 1]`` alone: with ``h[a, k] = dy[a, k] / dx[a]`` and
residuals ``r``

    dz[a, k] = -r[a, k] + h[a, k] dx[a] - dc[k],    dc[k] = sum_a sigma[a, k] h[a, k] dx[a],

so that Newton's direction needs only ``d = dc[2] - dc[1]``: ``dx[a] = -(r[a, 2] - r[a, 1] + d) / e[a]`` with
``e[a] = 1 - h[a, 2] + h[a, 1]``. Points stand side by side in *lanes*; a lane whose point is done takes the next one.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ceasefire.solve.kernels_float import exp_of, inlined, log_of

Array = Any
WIDTH = 64
"""Lanes; their room fits the first-level cache."""
SMALL_PIVOT = 1e-3


class Edges(NamedTuple):
    """For every point (n,): how many types have probability, types (n, k) with those two first, log odds of the second.

    ``node`` (n, intervals + 1) are the grid's nodes along the edge, from the first type to the second.
    """

    n_types: Array
    types: Array
    log_odds: Array
    node: Array


class Lanes(NamedTuple):
    """Room over lanes (last axis), by move and by type 1 and 2: see the module; `start` of its tables, `at` of its z."""

    z: Array
    trial: Array
    dz: Array
    y: Array
    sigma: Array
    residual: Array
    slope: Array
    step: Array
    low: Array
    high: Array
    share: Array
    can: Array
    log_weight: Array
    top: Array
    total: Array
    worst: Array
    found: Array
    length: Array
    log_odds: Array
    task: Array
    start: Array
    at: Array
    count: Array
    taken: Array
    done: Array
    singular: Array


@inlined
def make_edge_lanes(n_moves: int, n_types: int) -> Lanes:
    """Return room for lanes of choices of so many moves and types."""
    shape = (n_moves, n_types, WIDTH)
    one, whole, by_type = np.zeros((4, WIDTH)), np.zeros((4, WIDTH), dtype=np.int64), np.zeros((2, n_types, WIDTH))
    flag = np.zeros((3, WIDTH), dtype=np.bool_)
    by_move, node = np.zeros((4, n_moves, WIDTH)), np.zeros((2, n_moves, WIDTH), dtype=np.int64)
    return Lanes(
        np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape),
        np.zeros(shape), by_move[0], node[0], node[1], by_move[1], by_move[2], by_move[3], by_type[0], by_type[1],
        one[0], one[1], one[2], one[3], whole[0], whole[1], whole[2], whole[3], flag[0], flag[1], flag[2],
    )  # fmt: skip


@inlined
def place(lanes: Lanes, a: int, edges: Edges, point: int, size: int, n_types: int, n: int) -> None:
    """Find the nodes around the belief after move `a` at ``trial``, as places in the tables, and the share of the second."""
    z, node, most = lanes.trial, edges.node[point], edges.node.shape[1] - 1
    for lane in range(n):
        x = lanes.log_odds[lane] + z[a, 1, lane] - z[a, 0, lane]
        small = exp_of(-abs(x))
        belief = (1.0 if x >= 0.0 else small) / (1.0 + small)
        whole = int(belief * most)
        whole = whole if whole < most else most - 1
        first = lanes.start[lane] + a * size
        lanes.share[a, lane] = belief * most - whole
        lanes.low[a, lane] = first + node[whole] * n_types
        lanes.high[a, lane] = first + node[whole + 1] * n_types
        lanes.step[a, lane] = most * small / ((1.0 + small) * (1.0 + small))


@inlined
def look_up(lanes: Lanes, flat: Array, a: int, kind: int, k: int, precision: float, n: int) -> None:
    """Write the logits ``y[a, k]`` of type `kind` after `place` and their ``slope``."""
    for lane in range(n):
        low = flat[lanes.low[a, lane] + kind]
        rise = flat[lanes.high[a, lane] + kind] - low
        lanes.y[a, k, lane] = lanes.log_weight[a, lane] + precision * (low + lanes.share[a, lane] * rise)
        lanes.slope[a, k, lane] = lanes.can[a, lane] * precision * rise * lanes.step[a, lane]


@inlined
def reply(lanes: Lanes, k: int, n: int) -> None:
    """Write ``sigma[:, k]``, the softmax of ``y[:, k]`` over feasible moves, and c[k] into ``top``."""
    y, can, top, total = lanes.y, lanes.can, lanes.top[k], lanes.total[k]
    for lane in range(n):
        top[lane] = -math.inf
        total[lane] = 0.0
    for a in range(y.shape[0]):
        for lane in range(n):
            here = y[a, k, lane] if can[a, lane] > 0.0 else -math.inf
            top[lane] = here if here > top[lane] else top[lane]
    for a in range(y.shape[0]):
        for lane in range(n):
            here = exp_of(y[a, k, lane] - top[lane]) if can[a, lane] > 0.0 else 0.0
            lanes.sigma[a, k, lane] = here
            total[lane] += here
    for lane in range(n):
        top[lane] += log_of(total[lane])
        total[lane] = 1.0 / total[lane]
    for a in range(y.shape[0]):
        for lane in range(n):
            lanes.sigma[a, k, lane] *= total[lane]


@inlined
def residuals(lanes: Lanes, n: int) -> None:
    """Write ``residual = z - (y - c)`` and the largest of each lane into ``found``; one that is no number is infinite."""
    found, check = lanes.found, lanes.total[0]
    for lane in range(n):
        found[lane] = 0.0
        check[lane] = 0.0
    for a in range(lanes.y.shape[0]):
        for k in range(lanes.z.shape[1]):
            for lane in range(n):
                left = lanes.can[a, lane] * (lanes.trial[a, k, lane] - (lanes.y[a, k, lane] - lanes.top[k, lane]))
                lanes.residual[a, k, lane] = left
                check[lane] += left
                found[lane] = abs(left) if abs(left) > found[lane] else found[lane]
    for lane in range(n):
        found[lane] = found[lane] if check[lane] == check[lane] else math.inf


@inlined
def directions(lanes: Lanes, n: int) -> None:
    """Write where Newton's direction at ``trial`` leads: ``dx`` into ``step`` and dc into ``total``; mark small pivots."""
    slope, sigma, residual, step, change = lanes.slope, lanes.sigma, lanes.residual, lanes.step, lanes.total
    one, left = lanes.found, lanes.top[0]
    for lane in range(n):
        one[lane] = 1.0
        left[lane] = 0.0
        lanes.singular[lane] = False
    for a in range(slope.shape[0]):
        for lane in range(n):
            pivot = 1.0 - slope[a, 1, lane] + slope[a, 0, lane]
            lanes.singular[lane] |= not abs(pivot) > SMALL_PIVOT
            step[a, lane] = 1.0 / pivot
            gain = (sigma[a, 1, lane] * slope[a, 1, lane] - sigma[a, 0, lane] * slope[a, 0, lane]) * step[a, lane]
            one[lane] += gain
            left[lane] -= gain * (residual[a, 1, lane] - residual[a, 0, lane])
    for lane in range(n):
        lanes.singular[lane] |= not abs(one[lane]) > SMALL_PIVOT
        left[lane] /= one[lane]
    for a in range(slope.shape[0]):
        for lane in range(n):
            step[a, lane] *= residual[a, 0, lane] - residual[a, 1, lane] - left[lane]
    for k in range(slope.shape[1]):
        for lane in range(n):
            change[k, lane] = 0.0
        for a in range(slope.shape[0]):
            for lane in range(n):
                change[k, lane] += sigma[a, k, lane] * slope[a, k, lane] * step[a, lane]


@inlined
def evaluate(lanes: Lanes, flat: Array, edges: Edges, point: int, size: int, precision: float, n: int) -> None:
    """Write the logits and replies of all types where ``trial`` sends the belief."""
    n_moves, n_types = lanes.trial.shape[0], edges.types.shape[1]
    for a in range(n_moves):
        place(lanes, a, edges, point, size, n_types, n)
        for k in range(n_types):
            look_up(lanes, flat, a, edges.types[point, k], k, precision, n)
    for k in range(n_types):
        reply(lanes, k, n)
