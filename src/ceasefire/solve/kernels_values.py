"""Compiled loops around the fixed points of an informed step: what moves are worth before, what states are worth after.

A *task* is one row at one node of the others' beliefs; see ``kernels_informed``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ceasefire.solve.kernels_belief import Cut, locate_point, posterior
from ceasefire.solve.kernels_float import helper, kernel
from ceasefire.solve.kernels_newton import Room, make_room
from ceasefire.solve.kernels_plain import by_place

Array = Any


@kernel
def value_tables(
    first: int, last: int, values: Array, tables: Array, rows: Array, others: Array, stride: int, weight: Array,
    start: Array, successor: Array, probability: Array, view: int, payoff: Array, feasible: Array, own_type: Array,
    mover: int,
) -> None:  # fmt: skip
    """Write the mover's expected value of each move, own node and own type into `tables` (task, a, n, k).

    Parameters
    ----------
    rows : (tasks,), row of each task
    others : (tasks,), product node of each task at the mover's own node 0
    weight : (product nodes, p), probability of the others' types
    """
    n_moves = tables.shape[1]
    for task in range(first, last):
        row, table = rows[task], tables[task]
        table[:] = 0.0
        for a in range(n_moves):
            if not feasible[row, a]:
                continue
            cell = row * n_moves + a
            for own in range(table.shape[1]):
                node = others[task] + own * stride
                for p in range(values.shape[2]):
                    total = payoff[row, a, p % payoff.shape[2], mover]
                    for e in range(start[cell], start[cell + 1]):
                        total += probability[view, 0, e] * values[successor[e], node, p, mover]
                    table[a, own, own_type[p]] += weight[node, p] * total


@helper
def bayes(log_belief: Array, z: Array, belief: Array, sigma: Array, after: Array) -> None:
    """Write the belief `after` a move with probabilities `sigma` (k,); in logs where the product underflows."""
    total = 0.0
    for k in range(belief.shape[0]):
        after[k] = belief[k] * sigma[k]
        total += after[k]
    if not total > 1e-280:
        posterior(log_belief, z, after)
        return
    for k in range(belief.shape[0]):
        after[k] /= total


@helper
def write_choice(z: Array, feasible: Array, choice: Array, sigma: Array) -> None:
    """Write softmax over moves of `z` (a, k) into `choice` (a, k) and, by type first, into `sigma` (k, a)."""
    n_moves, n_types = z.shape
    for k in range(n_types):
        top, total = -math.inf, 0.0
        for a in range(n_moves):
            if feasible[a]:
                top = max(top, z[a, k])
        for a in range(n_moves):
            choice[a, k] = math.exp(z[a, k] - top) if feasible[a] else 0.0
            total += choice[a, k]
        for a in range(n_moves):
            choice[a, k] /= total
            sigma[k, a] = choice[a, k]


@helper
def add_move(
    values: Array, n_nodes: int, block: Array, belief: Array, other: int, stride: int, cut: Cut, start: Array,
    successor: Array, probability: Array, view: Array, cell: int, room: Room,
) -> None:  # fmt: skip
    """Add to `block` (p * i,) the `values` (s * n * p * i,) of where a move leads, at the mover's `belief` (k,).

    `view` is that of each place (p * i,).
    """
    n_types, size = belief.shape[0], block.shape[0]
    vertex = locate_point(belief, cut, room.fraction, room.base, room.way)
    before, one_view = 1.0, probability.shape[0] == 1
    for step in range(n_types):
        j = room.way[step]
        after = room.fraction[j] if step < n_types - 1 else 0.0
        here = before - after
        before = after
        if here > 0.0:
            for e in range(start[cell], start[cell + 1]):
                first = (successor[e] * n_nodes + other + vertex * stride) * size
                if one_view:
                    chance = here * probability[0, 0, e]
                    for q in range(size):
                        block[q] += chance * values[first + q]
                else:
                    for q in range(size):
                        block[q] += here * probability[view[q], 0, e] * values[first + q]
        if step < n_types - 1:
            vertex += cut.rank[j, room.base[j] + 1] - cut.rank[j, room.base[j]]


@kernel
def informed_values(
    first: int, last: int, values: Array, out: Array, sigma: Array, z: Array, task_row: Array, others: Array,
    stride: int, points: Array, log_belief: Array, start: Array, successor: Array, probability: Array, view: Array,
    payoff: Array, feasible: Array, own_type: Array, cut: Cut,
) -> None:  # fmt: skip
    """Write the values (r, n, p, i) and strategies (r, n, k, a) of solved tasks at `points`; beliefs follow Bayes' rule."""
    n_moves, n_types = z.shape[2], z.shape[3]
    n_profiles, n_actors = out.shape[2], out.shape[3]
    room = make_room(n_moves, n_types)
    flat, n_nodes, places = values.reshape(values.size), values.shape[1], by_place(view, n_profiles)
    block, choice = np.empty(n_profiles * n_actors), np.zeros((n_moves, n_types))
    for task in range(first, last):
        row = task_row[task]
        for n in points:
            node = others[task] + n * stride
            out[row, node] = 0.0
            write_choice(z[task, n], feasible[row], choice, sigma[row, node])
            for a in range(n_moves):
                if not feasible[row, a]:
                    continue
                for p in range(n_profiles):
                    for i in range(n_actors):
                        block[p * n_actors + i] = payoff[row, a, p % payoff.shape[2], i]
                bayes(log_belief[n], z[task, n, a], cut.nodes[n], choice[a], room.belief)
                add_move(
                    flat, n_nodes, block, room.belief, others[task], stride, cut, start, successor, probability, places,
                    row * n_moves + a, room,
                )  # fmt: skip
                for p in range(n_profiles):
                    chosen = choice[a, own_type[p]]
                    for i in range(n_actors):
                        out[row, node, p, i] += chosen * block[p * n_actors + i]
