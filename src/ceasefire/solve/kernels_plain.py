"""Compiled loops of the steps at which nobody's belief moves.

Axes: ``s`` state, ``n`` belief node, ``p`` profile, ``i`` actor, ``r`` row, ``a`` move, ``k`` type of the mover, ``v`` view;
``m`` counts the feasible moves of a row. Values are (s, n, p, i), C-contiguous: what one successor contributes is one
block, and its places (p * i,) are done side by side. Kernels do the rows from ``first`` to ``last``; they hold no lock, so
that threads can share a step.

Loops index whole axes: an index that is computed might be negative for all the compiler knows, and then it does one number
at a time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ceasefire.solve.kernels_float import exp_of, helper, inlined, kernel

Array = Any
SIDE_BY_SIDE = 4
"""Nodes are padded to a multiple of it, so that choices at all of them are done side by side."""


@helper
def by_place(view: Array, n_profiles: int) -> Array:
    """Return the view of each place (p * i,) of a block: that of its actor."""
    places = np.empty(n_profiles * view.shape[0], dtype=np.uint64)  # never negative: see above
    for p in range(n_profiles):
        for i in range(view.shape[0]):
            places[p * view.shape[0] + i] = view[i]
    return places


@inlined
def move_block(
    values: Array, nodes: Array, start: Array, successor: Array, probability: Array, seen: Array, paid: Array, cell: int,
    block: Array,
) -> None:  # fmt: skip
    """Write what one move is worth to every place at `nodes` into `block` (n, p * i): `paid` and what follows.

    `values` are (s, all nodes, p * i).
    """
    n_nodes, size = block.shape
    for node in range(n_nodes):
        for q in range(size):
            block[node, q] = paid[q]
    for e in range(start[cell], start[cell + 1]):
        source, chance = values[successor[e]], probability[0, 0, e]
        if probability.shape[0] == 1:
            for node in range(n_nodes):
                at = nodes[node]
                for q in range(size):
                    block[node, q] += chance * source[at, q]
        else:
            for node in range(n_nodes):
                at = nodes[node]
                for q in range(size):
                    block[node, q] += probability[seen[q], 0, e] * source[at, q]


@inlined
def expected(
    by_actor: Array, nodes: Array, worth: Array, n: int, weight: Array, own_type: Array, mover: int
) -> None:  # fmt: skip
    """Write what `n` moves are worth to each type of the mover at `nodes` into `worth` (m, k, padded nodes)."""
    for m in range(n):
        worth[m] = 0.0
        for p in range(own_type.shape[0]):
            k = own_type[p]
            for node in range(nodes.shape[0]):
                worth[m, k, node] += weight[nodes[node], p] * by_actor[m, node, p, mover]


@inlined
def reply(worth: Array, top: Array, total: Array, moves: Array, n: int, log_weight: Array, precision: float) -> None:
    """Turn the `worth` (m, k * padded nodes) of `n` moves into the logit reply."""
    for lane in range(worth.shape[1]):
        top[lane] = -math.inf
        total[lane] = 0.0
    for m in range(n):
        weight = log_weight[moves[m]]
        for lane in range(worth.shape[1]):
            here = weight + precision * worth[m, lane]
            worth[m, lane] = here
            top[lane] = here if here > top[lane] else top[lane]
    for m in range(n):
        for lane in range(worth.shape[1]):
            here = exp_of(worth[m, lane] - top[lane])
            worth[m, lane] = here
            total[lane] += here
    for lane in range(worth.shape[1]):
        total[lane] = 1.0 / total[lane]
    for m in range(n):
        for lane in range(worth.shape[1]):
            worth[m, lane] *= total[lane]


@inlined
def mix(block: Array, nodes: Array, chosen: Array, kind: Array, scale: Array, n: int, out: Array) -> None:
    """Write the mean of the blocks of `n` moves, by the mover's probabilities `chosen`, into `out` at `nodes`.

    `kind` says of each place which type the mover is there; `scale` (p * i,) is room.
    """
    n_nodes, size = block.shape[1:]
    has_types = chosen.shape[1] > 1
    for node in range(n_nodes):
        out[nodes[node]] = 0.0
    for m in range(n):
        source = block[m]
        for node in range(0 if has_types else n_nodes):
            at = nodes[node]
            for q in range(size):
                out[at, q] += chosen[m, 0, node] * source[node, q]
        for node in range(n_nodes if has_types else 0):
            at = nodes[node]
            for q in range(size):
                scale[q] = chosen[m, kind[q], node]
            for q in range(size):
                out[at, q] += scale[q] * source[node, q]


@kernel
def plain_step(
    first: int, last: int, values: Array, out: Array, sigma: Array, rows: Array, nodes: Array, forced: Array,
    given: bool, start: Array, successor: Array,
    probability: Array, view: Array, payoff: Array, feasible: Array, log_weight: Array, weight: Array,
    own_type: Array, precision: float, mover: int,
) -> None:  # fmt: skip
    """Logit choice where the belief stays: movers without types, frozen beliefs, planned moves.

    Parameters
    ----------
    values, out : (s, n, p, i), (r, n, p, i)
    sigma : (r, n, k, a), float32, zero where not written
        Written for the rows in `rows`; where `given`, read instead and followed.
    rows, nodes : int
        Rows to do, and at which product nodes.
    forced : (r,), int
        Planned move, or -1.
    weight : (n, p)
        Probability of each profile given the mover's own type.
    own_type : (p,), int
        The mover's type in each profile.
    """
    n_moves, n_types = feasible.shape[1], sigma.shape[2]
    n_nodes, n_profiles, n_actors = nodes.shape[0], out.shape[2], out.shape[3]
    size, padded = n_profiles * n_actors, -(-n_nodes // SIDE_BY_SIDE) * SIDE_BY_SIDE
    flat, flat_out = values.reshape((-1, out.shape[1], size)), out.reshape((-1, out.shape[1], size))
    block, worth = np.zeros((n_moves, n_nodes, size)), np.zeros((n_moves, n_types * padded))
    by_actor, chosen = (
        block.reshape((n_moves, n_nodes, n_profiles, n_actors)),
        worth.reshape((n_moves, n_types, padded)),
    )
    top, total, moves = np.zeros(n_types * padded), np.zeros(n_types * padded), np.zeros(n_moves, dtype=np.int64)
    seen, kind = by_place(view, n_profiles), np.zeros(size, dtype=np.uint64)
    paid, scale = np.zeros(size), np.zeros(size)
    for p in range(n_profiles):
        kind[p * n_actors : (p + 1) * n_actors] = own_type[p]
    for j in range(first, last):
        row, n = rows[j], first - first
        for a in range(n_moves):
            if feasible[row, a] if forced[row] < 0 else a == forced[row]:
                moves[n] = a
                n += 1
        for m in range(n):
            for p in range(n_profiles):
                for i in range(n_actors):
                    paid[p * n_actors + i] = payoff[row, moves[m], p % payoff.shape[2], i]
            move_block(
                flat, nodes, start, successor, probability, seen, paid, row * n_moves + moves[m], block[m]
            )  # fmt: skip
        if given:
            for m in range(n):
                for node in range(n_nodes):
                    for k in range(n_types):
                        chosen[m, k, node] = sigma[row, nodes[node], k, moves[m]]
        else:
            expected(by_actor, nodes, chosen, n, weight, own_type, mover)
            reply(worth, top, total, moves, n, log_weight[row], precision)
            for m in range(n):
                for node in range(n_nodes):
                    for k in range(n_types):
                        sigma[row, nodes[node], k, moves[m]] = chosen[m, k, node]
        mix(block, nodes, chosen, kind, scale, n, flat_out[row])


@kernel
def put_rows(first: int, last: int, values: Array, states: Array, rows: Array, out: Array) -> None:
    """Write `rows` of what a step is worth, `out` (r, ...), back into the values of their states, in place."""
    flat, flat_out = values.reshape((values.shape[0], -1)), out.reshape((out.shape[0], -1))
    for j in range(first, last):
        state, row = states[rows[j]], rows[j]
        for q in range(flat.shape[1]):
            flat[state, q] = flat_out[row, q]
