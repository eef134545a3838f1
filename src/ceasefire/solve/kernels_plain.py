"""Compiled loops of the steps at which nobody's belief moves, and of nature's steps.

Axes: ``s`` state, ``n`` belief node, ``p`` profile, ``i`` actor, ``r`` row, ``a`` move, ``k`` type of the mover, ``v`` view.
Values are (s, n, p, i), C-contiguous: what one successor contributes is one block. Kernels do the rows from ``first`` to
``last``; they hold no lock, so that threads can share a step.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

Array = Any


@njit(cache=True, nogil=True)
def logit_reply(move_value: Array, log_weight: Array, feasible: Array, precision: float, sigma: Array) -> None:
    """Write the logit reply (a,) to `move_value` (a,) into `sigma`; zero where not feasible."""
    top = -math.inf
    for a in range(sigma.shape[0]):
        if feasible[a]:
            sigma[a] = log_weight[a] + precision * move_value[a]
            top = max(top, sigma[a])
    total = 0.0
    for a in range(sigma.shape[0]):
        sigma[a] = math.exp(sigma[a] - top) if feasible[a] else 0.0
        total += sigma[a]
    for a in range(sigma.shape[0]):
        sigma[a] /= total


@njit(cache=True, nogil=True)
def move_block(
    values: Array,
    start: Array,
    successor: Array,
    probability: Array,
    view: Array,
    payoff: Array,
    cell: int,
    row: int,
    move: int,
    node: int,
    block: Array,
) -> None:
    """Write what one move is worth to every profile and actor at one node, (p, i), into `block`."""
    n_profiles, n_actors = block.shape
    for p in range(n_profiles):
        for i in range(n_actors):
            block[p, i] = payoff[row, move, p % payoff.shape[2], i]
    one_view = probability.shape[0] == 1
    for e in range(start[cell], start[cell + 1]):
        source = values[successor[e], node]
        if one_view:
            chance = probability[0, 0, e]
            for p in range(n_profiles):
                for i in range(n_actors):
                    block[p, i] += chance * source[p, i]
        else:
            for p in range(n_profiles):
                for i in range(n_actors):
                    block[p, i] += probability[view[i], 0, e] * source[p, i]


@njit(cache=True, nogil=True)
def plain_row(
    values: Array, out: Array, sigma: Array, row: int, forced: int, given: bool, start: Array, successor: Array,
    probability: Array, view: Array, payoff: Array, feasible: Array, log_weight: Array, weight: Array, own_type: Array,
    precision: float, mover: int,
) -> None:  # fmt: skip
    """Do one row at every node; see `plain_step`."""
    n_moves, n_types = feasible.shape[0], sigma.shape[1]
    n_nodes, n_profiles, n_actors = out.shape
    blocks = np.zeros((n_moves, n_profiles, n_actors))
    move_value = np.zeros((n_types, n_moves))
    choice = np.zeros((n_types, n_moves))
    can = np.zeros(n_moves, dtype=np.bool_)
    for a in range(n_moves):
        can[a] = feasible[a] if forced < 0 else a == forced
    for node in range(n_nodes):
        move_value[:] = 0.0
        for a in range(n_moves):
            if can[a]:
                cell = row * n_moves + a
                move_block(values, start, successor, probability, view, payoff, cell, row, a, node, blocks[a])
                for p in range(n_profiles):
                    move_value[own_type[p], a] += weight[node, p] * blocks[a, p, mover]
        for k in range(n_types):
            if given:
                for a in range(n_moves):
                    choice[k, a] = sigma[node, k, a]
            else:
                logit_reply(move_value[k], log_weight, can, precision, choice[k])
                for a in range(n_moves):
                    sigma[node, k, a] = choice[k, a]
        out[node] = 0.0
        for a in range(n_moves):
            if can[a]:
                for p in range(n_profiles):
                    share = choice[own_type[p], a]
                    for i in range(n_actors):
                        out[node, p, i] += share * blocks[a, p, i]


@njit(cache=True, nogil=True)
def plain_step(
    first: int, last: int, values: Array, out: Array, sigma: Array, rows: Array, forced: Array, given: bool,
    start: Array, successor: Array,
    probability: Array, view: Array, payoff: Array, feasible: Array, log_weight: Array, weight: Array,
    own_type: Array, precision: float, mover: int,
) -> None:  # fmt: skip
    """Logit choice where the belief stays: movers without types, frozen beliefs, planned moves.

    Parameters
    ----------
    values, out : (s, n, p, i), (r, n, p, i)
    sigma : (r, n, k, a), float32
        Written for the rows in `rows`; where `given`, read instead and followed.
    rows : int, rows to do
    forced : (r,), int
        Planned move, or -1.
    weight : (n, p)
        Probability of each profile given the mover's own type.
    own_type : (p,), int
        The mover's type in each profile.
    """
    for j in range(first, last):
        row = rows[j]
        plain_row(
            values, out[row], sigma[row], row, forced[row], given, start, successor, probability, view, payoff,
            feasible[row], log_weight[row], weight, own_type, precision, mover,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def nature_row(
    values: Array, out: Array, row: int, start: Array,
    successor: Array, probability: Array, view: Array, payoff: Array,
    own_type: Array, own_node: Array, node_stride: int, lesson: Array, lesson_node: Array, lesson_weight: Array,
) -> None:  # fmt: skip
    """Do one row at every node; see `nature_step`."""
    n_nodes, n_profiles, n_actors = out.shape
    by_type = probability.shape[1] > 1
    chance = np.empty((n_profiles, n_actors))
    for node in range(n_nodes):
        for p in range(n_profiles):
            for i in range(n_actors):
                out[node, p, i] = payoff[row, 0, p % payoff.shape[2], i]
    for e in range(start[row], start[row + 1]):
        for p in range(n_profiles):
            kind = own_type[p] if by_type else 0
            for i in range(n_actors):
                chance[p, i] = probability[view[i], kind, e]
        source = values[successor[e]]
        if lesson[e] < 0:
            for node in range(n_nodes):
                for p in range(n_profiles):
                    for i in range(n_actors):
                        out[node, p, i] += chance[p, i] * source[node, p, i]
            continue
        for node in range(n_nodes):
            own = own_node[node]
            for v in range(lesson_node.shape[2]):
                share = lesson_weight[lesson[e], own, v]
                if share > 0.0:
                    moved = node + (lesson_node[lesson[e], own, v] - own) * node_stride
                    for p in range(n_profiles):
                        for i in range(n_actors):
                            out[node, p, i] += share * chance[p, i] * source[moved, p, i]


@njit(cache=True, nogil=True)
def nature_step(
    first: int, last: int, values: Array, out: Array, start: Array, successor: Array,
    probability: Array, view: Array, payoff: Array,
    own_type: Array, own_node: Array, node_stride: int, lesson: Array, lesson_node: Array, lesson_weight: Array,
) -> None:  # fmt: skip
    """Nature's step: all learn about one actor from where it leads, or nobody learns.

    Parameters
    ----------
    own_type : (p,), int
        Type of the actor on whose types the probabilities depend; all 0 where they do not.
    own_node : (n,), int
        Index of each node in that actor's own grid; `node_stride` apart in the product.
    lesson : (nnz,), int
        Which row of `lesson_node` says where beliefs go when this successor is seen; -1: they stay.
    lesson_node, lesson_weight : (lessons, own nodes, k)
    """
    for row in range(first, last):
        nature_row(
            values, out[row], row, start, successor, probability, view, payoff, own_type, own_node, node_stride, lesson,
            lesson_node, lesson_weight,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def put_rows(first: int, last: int, values: Array, states: Array, rows: Array) -> None:
    """Write the rows of a step back into the values of their states, in place."""
    for r in range(first, last):
        values[states[r]] = rows[r]
