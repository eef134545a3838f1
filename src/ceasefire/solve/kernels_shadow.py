"""Compiled loops for shadow types: values (s, n, q, m) by state, belief node, profile of the others and shadow type."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from ceasefire.solve.kernels_belief import Cut
from ceasefire.solve.kernels_evaluate import after_move

Array = Any


@njit(cache=True, nogil=True)
def add_successor(values: Array, state: int, corner: Array, share: Array, chance: Array, block: Array) -> None:
    """Add to `block` (q, m) the chance (q or 1, m or 1) times the value of a state at corners of the belief grid."""
    for c in range(corner.shape[0]):
        if share[c] > 0.0:
            source = values[state, corner[c]]
            for q in range(block.shape[0]):
                for m in range(block.shape[1]):
                    block[q, m] += share[c] * chance[q % chance.shape[0], m % chance.shape[1]] * source[q, m]


@njit(cache=True, nogil=True)
def reply(worth: Array, log_weight: Array, feasible: Array, precision: float, out: Array) -> None:
    """Write the logit reply to `worth` (a,) into `out` (a,)."""
    top = -math.inf
    for a in range(worth.shape[0]):
        if feasible[a]:
            top = max(top, log_weight[a] + precision * worth[a])
    total = 0.0
    for a in range(worth.shape[0]):
        out[a] = math.exp(log_weight[a] + precision * worth[a] - top) if feasible[a] else 0.0
        total += out[a]
    for a in range(worth.shape[0]):
        out[a] /= total


@njit(cache=True, nogil=True)
def shadow_choice(
    first: int, last: int, values: Array, out: Array, chosen: Array, mine: bool, given: bool, sigma: Array,
    teaches: Array, start: Array, successor: Array, probability: Array, payoff: Array, feasible: Array,
    log_weight: Array, weight: Array, type_of_q: Array, own_node: Array, stride: int, cut: Cut, precision: float,
) -> None:  # fmt: skip
    """Take values from after a choice to before it, rows `first` to `last`.

    Parameters
    ----------
    out : (r, n, q, m)
    chosen : (r, n, m, a), float32
        Choice of the shadow types where the mover is theirs (`mine`); read instead of written where `given`.
    sigma : (r, n, k, a)
        Equilibrium strategy of the mover; its moves teach where `teaches` (r,).
    weight : (n, q)
        Belief about the others.
    """
    n_moves, n_types = feasible.shape[1], sigma.shape[2]
    n_nodes, n_others, n_shadows = out.shape[1], out.shape[2], out.shape[3]
    block = np.zeros((n_moves, n_others, n_shadows))
    corner, share = np.zeros(n_types, dtype=np.int64), np.zeros(n_types)
    room, whole = np.zeros((2, n_types)), np.zeros((2, n_types), dtype=np.int64)
    by_type, chance = np.zeros(n_types), np.zeros((1, 1))
    worth, choice = np.zeros(n_moves), np.zeros(n_moves)
    for row in range(first, last):
        for node in range(n_nodes):
            own = own_node[node]
            for a in range(n_moves):
                if not feasible[row, a]:
                    continue
                if teaches[row]:
                    for k in range(n_types):
                        by_type[k] = sigma[row, node, k, a]
                    after_move(by_type, cut.nodes[own], node, own, stride, cut, corner, share, room, whole)
                else:
                    share[:] = 0.0
                    share[0] = 1.0
                    corner[:] = node
                for q in range(n_others):
                    for m in range(n_shadows):
                        block[a, q, m] = payoff[row, a, q % payoff.shape[2], m % payoff.shape[3]]
                cell = row * n_moves + a
                for e in range(start[cell], start[cell + 1]):
                    chance[0, 0] = probability[e]
                    add_successor(values, successor[e], corner, share, chance, block[a])
            out[row, node] = 0.0
            for m in range(n_shadows):
                if mine and not given:
                    for a in range(n_moves):
                        worth[a] = 0.0
                        if feasible[row, a]:
                            for q in range(n_others):
                                worth[a] += weight[node, q] * block[a, q, m]
                    reply(worth, log_weight[row], feasible[row], precision, choice)
                    for a in range(n_moves):
                        chosen[row, node, m, a] = choice[a]
                for q in range(n_others):
                    for a in range(n_moves):
                        if feasible[row, a]:
                            p = chosen[row, node, m, a] if mine else sigma[row, node, type_of_q[q], a]
                            out[row, node, q, m] += p * block[a, q, m]


@njit(cache=True, nogil=True)
def shadow_nature(
    first: int, last: int, values: Array, out: Array, start: Array, successor: Array, probability: Array,
    kind_of_q: Array, by_shadow: bool, payoff: Array, own_node: Array, stride: int, lesson: Array, lesson_node: Array,
    lesson_weight: Array,
) -> None:  # fmt: skip
    """Take values from after nature's step to before it, rows `first` to `last`.

    Parameters
    ----------
    probability : (m, k or 1; nnz)
        By shadow type where `by_shadow`, else by ``kind_of_q`` (q,).
    lesson, lesson_node, lesson_weight : as in ``layout.Lessons``
    """
    n_nodes, n_others, n_shadows = out.shape[1], out.shape[2], out.shape[3]
    n_corners = max(lesson_node.shape[2], 1)
    corner, share = np.zeros(n_corners, dtype=np.int64), np.zeros(n_corners)
    chance = np.zeros((1, n_shadows)) if by_shadow else np.zeros((n_others, 1))
    for row in range(first, last):
        for node in range(n_nodes):
            own = own_node[node]
            block = out[row, node]
            for q in range(n_others):
                for m in range(n_shadows):
                    block[q, m] = payoff[row, 0, q % payoff.shape[2], m % payoff.shape[3]]
            for e in range(start[row], start[row + 1]):
                share[:] = 0.0
                share[0] = 1.0
                corner[:] = node
                if lesson[e] >= 0:
                    for c in range(n_corners):
                        corner[c] = node + (lesson_node[lesson[e], own, c] - own) * stride
                        share[c] = lesson_weight[lesson[e], own, c]
                if by_shadow:
                    for m in range(n_shadows):
                        chance[0, m] = probability[m % probability.shape[0], e]
                else:
                    for q in range(n_others):
                        chance[q, 0] = probability[kind_of_q[q] % probability.shape[0], e]
                add_successor(values, successor[e], corner, share, chance, block)
