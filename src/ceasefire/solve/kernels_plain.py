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
def by_place(view: Array, n_profiles: int) -> Array:
    """Return the view of each place (p * i,) of a block: that of its actor."""
    places = np.empty(n_profiles * view.shape[0], dtype=np.int64)
    for p in range(n_profiles):
        for i in range(view.shape[0]):
            places[p * view.shape[0] + i] = view[i]
    return places


@njit(cache=True, nogil=True)
def add_scaled(block: Array, scale: float, source: Array) -> None:
    """Add ``scale * source`` to `block`, both (m,)."""
    for j in range(block.shape[0]):
        block[j] += scale * source[j]


@njit(cache=True, nogil=True)
def add_by_actor(block: Array, probability: Array, view: Array, source: Array) -> None:
    """Add `source` to `block`, both (m,) with actors innermost, times each actor's own probability (v,)."""
    n_actors = view.shape[0]
    for j in range(0, block.shape[0], n_actors):
        for i in range(n_actors):
            block[j + i] += probability[view[i]] * source[j + i]


@njit(cache=True, nogil=True)
def move_block(
    values: Array, start: Array, successor: Array, probability: Array, view: Array, payoff: Array, cell: int, block: Array
) -> None:  # fmt: skip
    """Write what one move is worth to every profile and actor at every node, (n * p * i,), into `block`.

    Parameters
    ----------
    values : (s, n * p * i)
    payoff : (p or 1, i), of the move
    """
    n_actors = payoff.shape[1]
    size = payoff.shape[0] * n_actors
    for first in range(0, block.shape[0], size):
        for p in range(payoff.shape[0]):
            for i in range(n_actors):
                block[first + p * n_actors + i] = payoff[p, i]
    for e in range(start[cell], start[cell + 1]):
        if probability.shape[0] == 1:
            add_scaled(block, probability[0, 0, e], values[successor[e]])
        else:
            add_by_actor(block, probability[:, 0, e], view, values[successor[e]])


@njit(cache=True, nogil=True)
def plain_row(
    values: Array, out: Array, sigma: Array, row: int, can: Array, given: bool, start: Array, successor: Array,
    probability: Array, view: Array, payoff: Array, log_weight: Array, weight: Array, own_type: Array,
    precision: float, mover: int, blocks: Array, move_value: Array,
) -> None:  # fmt: skip
    """Do one row at every node; see `plain_step`. `values` (s, n * p * i), `blocks` (a, n * p * i), `can` (a,)."""
    n_moves, n_types = can.shape[0], sigma.shape[1]
    n_nodes, n_profiles, n_actors = out.shape
    for a in range(n_moves):
        if can[a]:
            move_block(values, start, successor, probability, view, payoff[a], row * n_moves + a, blocks[a])
    choice = move_value[n_types:]
    for node in range(n_nodes):
        move_value[:n_types] = 0.0
        for a in range(n_moves):
            if can[a] and not given:
                for p in range(n_profiles):
                    worth = blocks[a, (node * n_profiles + p) * n_actors + mover]
                    move_value[own_type[p], a] += weight[node, p] * worth
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
                    share, first = choice[own_type[p], a], (node * n_profiles + p) * n_actors
                    for i in range(n_actors):
                        out[node, p, i] += share * blocks[a, first + i]


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
    n_moves, n_types = feasible.shape[1], sigma.shape[2]
    flat = values.reshape((values.shape[0], values.shape[1] * values.shape[2] * values.shape[3]))
    blocks, move_value = np.zeros((n_moves, flat.shape[1])), np.zeros((2 * n_types, n_moves))
    can = np.zeros(n_moves, dtype=np.bool_)
    for j in range(first, last):
        row = rows[j]
        for a in range(n_moves):
            can[a] = feasible[row, a] if forced[row] < 0 else a == forced[row]
        plain_row(
            flat, out[row], sigma[row], row, can, given, start, successor, probability, view, payoff[row],
            log_weight[row], weight, own_type, precision, mover, blocks, move_value,
        )  # fmt: skip


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def put_rows(first: int, last: int, values: Array, states: Array, rows: Array, out: Array) -> None:
    """Write `rows` of what a step is worth, `out` (r, ...), back into the values of their states, in place."""
    for j in range(first, last):
        values[states[rows[j]]] = out[rows[j]]
