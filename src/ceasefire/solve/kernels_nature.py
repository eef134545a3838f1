"""Compiled loops of nature's steps, from whose outcome everybody may learn about one actor.

Axes as in ``kernels_plain``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ceasefire.solve.kernels_float import helper, kernel

Array = Any


@helper
def nature_row(
    values: Array, out: Array, row: int, start: Array, successor: Array, probability: Array, view: Array, payoff: Array,
    own_type: Array, own_node: Array, node_stride: int, lesson: Array, lesson_node: Array, lesson_weight: Array,
    chance: Array,
) -> None:  # fmt: skip
    """Do one row at every node; see `nature_step`. `values` (s, n, p * i), `out` (n, p * i), `chance` (p * i,)."""
    n_nodes, n_actors, size = out.shape[0], view.shape[0], out.shape[1]
    by_type = probability.shape[1] > 1
    for node in range(n_nodes):
        for p in range(size // n_actors):
            for i in range(n_actors):
                out[node, p * n_actors + i] = payoff[row, 0, p % payoff.shape[2], i]
    for e in range(start[row], start[row + 1]):
        for p in range(size // n_actors):
            for i in range(n_actors):
                chance[p * n_actors + i] = probability[view[i], own_type[p] if by_type else 0, e]
        source = values[successor[e]]
        if lesson[e] < 0:
            for node in range(n_nodes):
                for j in range(size):
                    out[node, j] += chance[j] * source[node, j]
            continue
        for node in range(n_nodes):
            own = own_node[node]
            for v in range(lesson_node.shape[2]):
                share = lesson_weight[lesson[e], own, v]
                if share > 0.0:
                    moved = node + (lesson_node[lesson[e], own, v] - own) * node_stride
                    for j in range(size):
                        out[node, j] += share * chance[j] * source[moved, j]


@kernel
def nature_step(
    first: int, last: int, values: Array, out: Array, rows: Array, start: Array, successor: Array,
    probability: Array, view: Array, payoff: Array,
    own_type: Array, own_node: Array, node_stride: int, lesson: Array, lesson_node: Array, lesson_weight: Array,
) -> None:  # fmt: skip
    """Nature's step: all learn about one actor from where it leads, or nobody learns.

    Parameters
    ----------
    rows : int, rows to do
    own_type : (p,), int
        Type of the actor on whose types the probabilities depend; all 0 where they do not.
    own_node : (n,), int
        Index of each node in that actor's own grid; `node_stride` apart in the product.
    lesson : (nnz,), int
        Which row of `lesson_node` says where beliefs go when this successor is seen; -1: they stay.
    lesson_node, lesson_weight : (lessons, own nodes, k)
    """
    size = values.shape[2] * values.shape[3]
    flat, flat_out = values.reshape((-1, values.shape[1], size)), out.reshape((-1, out.shape[1], size))
    chance = np.empty(size)
    for j in range(first, last):
        row = rows[j]
        nature_row(
            flat, flat_out[row], row, start, successor, probability, view, payoff, own_type, own_node, node_stride,
            lesson, lesson_node, lesson_weight, chance,
        )  # fmt: skip
