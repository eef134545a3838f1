"""Compiled loops: the place of beliefs on a grid, and random numbers of paths."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def locate(beliefs: Any, intervals: int, order: Any, rank: Any, extra: Any, index: Any, weight: Any) -> None:
    """Find the nodes of a Freudenthal grid around each belief, and their weights.

    Parameters
    ----------
    beliefs : (n, k)
    intervals, order, rank : as in ``BeliefGrid``
    extra : (x, k)
        Nodes that follow the regular ones (the prior), which a belief equal to them takes.
    index : (n, k), int32; weight : (n, k)
        Filled in.
    """
    n_types = beliefs.shape[1]
    fraction, by_size = np.empty(n_types), np.empty(n_types, dtype=np.int64)
    base = np.empty(n_types, dtype=np.int64)
    n_regular = np.int64(0)
    for j in range(n_types - 1):
        n_regular += rank[j, intervals]
    n_regular += 1
    for n in range(beliefs.shape[0]):
        for j in range(n_types):
            index[n, j], weight[n, j] = 0, 0.0
        weight[n, 0] = 1.0
        if intervals > 0:
            tail, node = 0.0, np.int64(0)
            for j in range(n_types - 2, -1, -1):
                tail += beliefs[n, order[j + 1]]
                y = min(max(intervals * tail, 0.0), float(intervals))
                whole = np.rint(y)
                if abs(y - whole) < 1e-11 * intervals:
                    y = whole
                base[j] = min(math.floor(y), intervals - 1)
                fraction[j] = y - base[j]
                node += rank[j, base[j]]
            for j in range(n_types - 1):
                place = j
                while place > 0 and fraction[by_size[place - 1]] < fraction[j]:
                    by_size[place] = by_size[place - 1]
                    place -= 1
                by_size[place] = j
            above = 1.0
            for m in range(n_types):
                below = fraction[by_size[m]] if m < n_types - 1 else 0.0
                weight[n, m] = above - below
                index[n, m] = node if weight[n, m] > 0.0 else 0
                if m < n_types - 1:
                    j = by_size[m]
                    node += rank[j, base[j] + 1] - rank[j, base[j]]
                above = below
        for x in range(extra.shape[0]):
            gap = 0.0
            for j in range(n_types):
                gap = max(gap, abs(beliefs[n, j] - extra[x, j]))
            if gap < 1e-12:
                for j in range(n_types):
                    index[n, j], weight[n, j] = 0, 0.0
                index[n, 0], weight[n, 0] = (n_regular if intervals > 0 else 0) + x, 1.0


@njit(cache=True, nogil=True)
def fill_uniforms(key: Any, path: Any, out: Any) -> None:
    """Fill `out` (n,) with the numbers in [0, 1) that belong to each path under a 64-bit key."""
    for n in range(path.shape[0]):
        x = (np.uint64(path[n]) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + key
        for _ in range(2):
            x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            x = (x ^ (x >> np.uint64(31))) + key
        out[n] = np.float64(x >> np.uint64(11)) * 2.0**-53
