"""The compiled loop of the certificate: what a strategy is worth and how far it is from the logit reply.

It knows strategies and Bayes' rule only, not how the strategy was found.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from ceasefire.solve.kernels_belief import Cut, locate_point
from ceasefire.solve.kernels_float import helper, kernel
from ceasefire.solve.kernels_plain import by_place

Array = Any


@helper
def follow_move(
    values: Array, losses: Array, n_nodes: int, start: Array, successor: Array, probability: Array, view: Array,
    cell: int, corner: Array, share: Array, worth: Array, spoilt: Array,
) -> None:  # fmt: skip
    """Add to `worth` and `spoilt` (p * i,) the values and losses of where a move leads, both (s * n * p * i,).

    It leads to belief nodes `corner` with weights `share`; `view` is that of each place (p * i,).
    """
    size = worth.shape[0]
    for c in range(corner.shape[0]):
        if share[c] > 0.0:
            for e in range(start[cell], start[cell + 1]):
                first = (successor[e] * n_nodes + corner[c]) * size
                for q in range(size):
                    chance = share[c] * probability[view[q], 0, e]
                    worth[q] += chance * values[first + q]
                    spoilt[q] += chance * losses[first + q]


@helper
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


@helper
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


@njit(cache=True, nogil=True)  # unlike a helper it does not divide by zero
def normalised(sigma: Array, node: int, choice: Array) -> None:
    """Write the strategy (n, k, a) at one node into `choice` (a, k), each type's probabilities summing to one."""
    for k in range(choice.shape[1]):
        total = 0.0
        for a in range(choice.shape[0]):
            choice[a, k] = sigma[node, k, a]
            total += choice[a, k]
        for a in range(choice.shape[0]):
            choice[a, k] /= total


@helper
def regret_and_loss(
    choice: Array, worth: Array, feasible: Array, log_weight: Array, precision: float, own_type: Array, loss: Array,
    mover: int, reply: Array, gains: Array,
) -> float:  # fmt: skip
    """Add what the mover loses against its best move to `loss` (p, i); return the largest regret.

    `choice` and `worth` are (a, k); `reply` and `gains` (a,) are room.
    """
    worst = 0.0
    for k in range(choice.shape[1]):
        best, mean = -math.inf, 0.0
        for a in range(choice.shape[0]):
            reply[a], gains[a] = choice[a, k], worth[a, k]
            if feasible[a]:
                best = max(best, worth[a, k])
                mean += choice[a, k] * worth[a, k]
        worst = max(worst, divergence(reply, gains, log_weight, feasible, precision))
        for p in range(own_type.shape[0]):
            if own_type[p] == k:
                loss[p, mover] += best - mean
    return worst


@helper
def evaluate_row(
    values: Array, losses: Array, out: Array, out_loss: Array, sigma: Array, row: int, forced: int, learns: bool,
    start: Array, successor: Array, probability: Array, view: Array, payoff: Array, feasible: Array, log_weight: Array,
    weight: Array, own_type: Array, own_node: Array, stride: int, cut: Cut, precision: float, mover: int,
) -> float:  # fmt: skip
    """Evaluate one row at every node, `values` and `losses` flat; return the largest regret."""
    n_moves, n_types = feasible.shape[0], sigma.shape[1]
    n_nodes, n_profiles, n_actors = out.shape
    size = n_profiles * n_actors
    blocks, spoilt = np.zeros((n_moves, size)), np.zeros((n_moves, size))
    corner, share = np.zeros(n_types, dtype=np.int64), np.zeros(n_types)
    room, whole = np.zeros((2, n_types)), np.zeros((2, n_types), dtype=np.int64)
    worth, choice = np.zeros((n_moves, n_types)), np.zeros((n_moves, n_types))
    reply, gains = np.zeros(n_moves), np.zeros(n_moves)
    worst = 0.0
    for node in range(n_nodes):
        worth[:] = 0.0
        normalised(sigma, node, choice)
        for a in range(n_moves):
            if not feasible[a] or (forced >= 0 and a != forced):
                continue
            if learns:
                own = own_node[node]
                after_move(choice[a], cut.nodes[own], node, own, stride, cut, corner, share, room, whole)
            else:
                share[:] = 0.0
                share[0] = 1.0
                corner[:] = node
            for p in range(n_profiles):
                for i in range(n_actors):
                    blocks[a, p * n_actors + i] = payoff[a, p % payoff.shape[1], i]
            spoilt[a] = 0.0
            follow_move(
                values, losses, n_nodes, start, successor, probability, view, row * n_moves + a, corner, share, blocks[a],
                spoilt[a],
            )  # fmt: skip
            for p in range(n_profiles):
                worth[a, own_type[p]] += weight[node, p] * blocks[a, p * n_actors + mover]
        out[node] = 0.0
        out_loss[node] = 0.0
        for a in range(n_moves):
            for p in range(n_profiles):
                chosen = choice[a, own_type[p]]
                if chosen > 0.0:
                    for i in range(n_actors):
                        out[node, p, i] += chosen * blocks[a, p * n_actors + i]
                        out_loss[node, p, i] += chosen * spoilt[a, p * n_actors + i]
        if forced < 0:
            found = regret_and_loss(
                choice, worth, feasible, log_weight, precision, own_type, out_loss[node], mover, reply, gains
            )
            worst = max(worst, found)
    return worst


@kernel
def evaluate_choice(
    first: int, last: int, values: Array, losses: Array, out: Array, out_loss: Array, sigma: Array, forced: Array,
    learns: bool, start: Array, successor: Array, probability: Array, view: Array, payoff: Array, feasible: Array,
    log_weight: Array, weight: Array, own_type: Array, own_node: Array, stride: int, cut: Cut, precision: float,
    mover: int, regret: Array,
) -> None:  # fmt: skip
    """Evaluate a choice step under `sigma` (r, n, k, a): values, losses (r, n, p, i), largest regret of each row (r,)."""
    places = by_place(view, values.shape[2])
    flat, flat_losses = values.reshape(values.size), losses.reshape(losses.size)
    for row in range(first, last):
        regret[row] = evaluate_row(
            flat, flat_losses, out[row], out_loss[row], sigma[row], row, forced[row], learns and forced[row] < 0, start,
            successor, probability, places, payoff[row], feasible[row], log_weight[row], weight, own_type, own_node,
            stride, cut, precision, mover,
        )  # fmt: skip
