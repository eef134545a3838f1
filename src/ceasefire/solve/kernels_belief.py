"""Compiled arithmetic of beliefs: the simplex grid, interpolation on its triangulation, Bayes' rule in logs."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ceasefire.solve.kernels_float import helper, inlined

Array = Any


class Cut(NamedTuple):
    """A belief grid as the kernels read it; see ``BeliefGrid``."""

    intervals: int
    order: Array
    rank: Array
    nodes: Array


@helper
def locate_point(belief: Array, cut: Cut, fraction: Array, base: Array, way: Array) -> int:
    """Find the simplex of the grid around `belief` (k,).

    Writes, per coordinate j < k - 1, the fractional part, the whole part, and the order in which the coordinates are
    walked from vertex to vertex, largest fraction first; returns the index of the first vertex.
    """
    intervals, order, rank = cut.intervals, cut.order, cut.rank
    total = 0.0
    node = 0
    for j in range(belief.shape[0] - 2, -1, -1):
        total += belief[order[j + 1]]
        height = min(max(total * intervals, 0.0), float(intervals))
        whole = min(int(height), intervals - 1)
        base[j] = whole
        fraction[j] = height - whole
        node += rank[j, whole]
    for j in range(belief.shape[0] - 1):
        at = j
        here = fraction[j]
        while at > 0 and fraction[way[at - 1]] < here:
            way[at] = way[at - 1]
            at -= 1
        way[at] = j
    return node


@inlined
def interpolate(
    table: Array, intervals: int, order: Array, rank: Array, node: int, fraction: Array, base: Array, way: Array,
    gradient: Array, value: Array,
) -> None:  # fmt: skip
    """Write the value (k,) of a piecewise linear `table` (n, k) at a point found by `locate_point`, and its gradient.

    ``gradient[l, k]`` is the change of ``value[k]`` per unit of the belief in type ``l``, up to one constant per ``k``.
    """
    n_types = value.shape[0]
    for k in range(n_types):
        value[k] = table[node, k]
        gradient[order[0], k] = 0.0
    for step in range(n_types - 1):
        j = way[step]
        nxt = node + rank[j, base[j] + 1] - rank[j, base[j]]
        share, kind = fraction[j], order[j + 1]
        for k in range(n_types):
            rise = table[nxt, k] - table[node, k]
            value[k] += share * rise
            gradient[kind, k] = rise * intervals
        node = nxt
    for j in range(1, n_types):
        lower, kind = order[j - 1], order[j]
        for k in range(n_types):
            gradient[kind, k] += gradient[lower, k]


@helper
def posterior(log_belief: Array, z: Array, belief: Array) -> None:
    """Write softmax(log b + z) into `belief`."""
    top = -math.inf
    for k in range(z.shape[0]):
        belief[k] = log_belief[k] + z[k]
        top = max(top, belief[k])
    total = 0.0
    for k in range(z.shape[0]):
        belief[k] = math.exp(belief[k] - top)
        total += belief[k]
    for k in range(z.shape[0]):
        belief[k] /= total
