"""The compiled loop of the certificate: what a strategy is worth and how far it is from the logit reply.

It knows strategies and Bayes' rule only, not how the strategy was found.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from ceasefire.solve.kernels_newton import Cut, locate_point

Array = Any


@njit(cache=True, nogil=True)
def follow_move(
    values: Array, start: Array, successor: Array, probability: Array, view: Array, cell: int, corner: Array,
    share: Array, block: Array,
) -> None:  # fmt: skip
    """Add to `block` (p, i) the values of where a move leads, at belief nodes `corner` with weights `share`."""
    for e in range(start[cell], start[cell + 1]):
        for c in range(corner.shape[0]):
            if share[c] > 0.0:
                source = values[successor[e], corner[c]]
                for p in range(block.shape[0]):
                    for i in range(block.shape[1]):
                        block[p, i] += share[c] * probability[view[i], 0, e] * source[p, i]


@njit(cache=True, nogil=True)
def after_move(
    sigma: Array, belief: Array, node: int, own: int, stride: int, cut: Cut, corner: Array, share: Array, room: Array,
    whole: Array,
) -> None:  # fmt: skip
    """Write where the belief goes after a move with probabilities `sigma` (k,) by type: nodes and weights."""
    n_types = sigma.shape[0]
    posterior, fraction = room[0], room[1]
    total = 0.0
    for k in range(n_types):
        posterior[k] = belief[k] * sigma[k]
        total += posterior[k]
    share[:] = 0.0
    corner[:] = node
    if total <= 0.0:
        share[0] = 1.0
        return
    for k in range(n_types):
        posterior[k] /= total
    vertex = locate_point(posterior, cut, fraction, whole[0], whole[1])
    before = 1.0
    for j in range(n_types):
        after = fraction[whole[1, j]] if j < n_types - 1 else 0.0
        share[j] = before - after
        before = after
        corner[j] = node + (vertex - own) * stride
        if j < n_types - 1:
            vertex += cut.rank[whole[1, j], whole[0, whole[1, j]] + 1] - cut.rank[whole[1, j], whole[0, whole[1, j]]]


@njit(cache=True, nogil=True)
def divergence(sigma: Array, worth: Array, log_weight: Array, can: Array, precision: float) -> float:
    """Return KL(sigma || logit reply to `worth`), divided by the precision where that is positive."""
    top = -math.inf
    for a in range(sigma.shape[0]):
        if can[a]:
            top = max(top, log_weight[a] + precision * worth[a])
    total = 0.0
    for a in range(sigma.shape[0]):
        if can[a]:
            total += math.exp(log_weight[a] + precision * worth[a] - top)
    result = 0.0
    for a in range(sigma.shape[0]):
        if can[a] and sigma[a] > 0.0:
            reply = log_weight[a] + precision * worth[a] - top - math.log(total)
            result += sigma[a] * (math.log(sigma[a]) - reply)
    return max(result, 0.0) / (precision if precision > 0.0 else 1.0)


@njit(cache=True, nogil=True)
def evaluate_row(
    values: Array, losses: Array, out: Array, out_loss: Array, sigma: Array, row: int, forced: int, learns: bool,
    start: Array, successor: Array, probability: Array, view: Array, payoff: Array, feasible: Array, log_weight: Array,
    weight: Array, own_type: Array, own_node: Array, stride: int, cut: Cut, precision: float, mover: int,
) -> float:  # fmt: skip
    """Evaluate one row at every node; return the largest regret."""
    n_moves, n_types = feasible.shape[0], sigma.shape[1]
    n_nodes, n_profiles, n_actors = out.shape
    blocks, spoilt = np.zeros((n_moves, n_profiles, n_actors)), np.zeros((n_moves, n_profiles, n_actors))
    corner, share = np.zeros(n_types, dtype=np.int64), np.zeros(n_types)
    room, whole = np.zeros((2, n_types)), np.zeros((2, n_types), dtype=np.int64)
    worth, choice = np.zeros((n_types, n_moves)), np.zeros((n_types, n_moves))
    transposed = np.zeros((n_moves, n_types))
    worst = 0.0
    for node in range(n_nodes):
        worth[:] = 0.0
        for k in range(n_types):
            total = 0.0
            for a in range(n_moves):
                choice[k, a] = sigma[node, k, a]
                total += choice[k, a]
            for a in range(n_moves):
                choice[k, a] /= total
                transposed[a, k] = choice[k, a]
        for a in range(n_moves):
            if not feasible[a] or (forced >= 0 and a != forced):
                continue
            own = own_node[node]
            if learns:
                after_move(transposed[a], cut.nodes[own], node, own, stride, cut, corner, share, room, whole)
            else:
                share[:] = 0.0
                share[0] = 1.0
                corner[:] = node
            for p in range(n_profiles):
                for i in range(n_actors):
                    blocks[a, p, i] = payoff[a, p % payoff.shape[1], i]
            spoilt[a] = 0.0
            cell = row * n_moves + a
            follow_move(values, start, successor, probability, view, cell, corner, share, blocks[a])
            follow_move(losses, start, successor, probability, view, cell, corner, share, spoilt[a])
            for p in range(n_profiles):
                worth[own_type[p], a] += weight[node, p] * blocks[a, p, mover]
        out[node] = 0.0
        out_loss[node] = 0.0
        for p in range(n_profiles):
            for a in range(n_moves):
                chosen = choice[own_type[p], a]
                if chosen > 0.0:
                    for i in range(n_actors):
                        out[node, p, i] += chosen * blocks[a, p, i]
                        out_loss[node, p, i] += chosen * spoilt[a, p, i]
        if forced >= 0:
            continue
        for k in range(n_types):
            best, mean = -math.inf, 0.0
            for a in range(n_moves):
                if feasible[a]:
                    best = max(best, worth[k, a])
                    mean += choice[k, a] * worth[k, a]
            worst = max(worst, divergence(choice[k], worth[k], log_weight, feasible, precision))
            for p in range(n_profiles):
                if own_type[p] == k:
                    out_loss[node, p, mover] += best - mean
    return worst


@njit(cache=True, nogil=True)
def evaluate_choice(
    first: int, last: int, values: Array, losses: Array, out: Array, out_loss: Array, sigma: Array, forced: Array,
    learns: bool, start: Array, successor: Array, probability: Array, view: Array, payoff: Array, feasible: Array,
    log_weight: Array, weight: Array, own_type: Array, own_node: Array, stride: int, cut: Cut, precision: float,
    mover: int, regret: Array,
) -> None:  # fmt: skip
    """Evaluate a choice step under `sigma` (r, n, k, a): values, losses (r, n, p, i), largest regret of each row (r,)."""
    for row in range(first, last):
        regret[row] = evaluate_row(
            values, losses, out[row], out_loss[row], sigma[row], row, forced[row], learns and forced[row] < 0, start,
            successor, probability, view, payoff[row], feasible[row], log_weight[row], weight, own_type, own_node,
            stride, cut, precision, mover,
        )  # fmt: skip
