"""What states are worth after an informed step, at the points on edges and corners of the belief simplex.

The choices of many points are done side by side; then each point's values are sums over moves and two belief nodes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ceasefire.solve.kernels_edge import WIDTH, Edges, Lanes, make_edge_lanes, place, reply
from ceasefire.solve.kernels_float import inlined, kernel
from ceasefire.solve.kernels_plain import by_place

Array = Any


@inlined
def choose(lanes: Lanes, sigma: Array, node: Array, edges: Edges, point: int, n: int) -> None:
    """Turn ``trial`` into probabilities, write them to `sigma` (row and node, k, a), and find where the belief goes."""
    n_moves, n_types = lanes.z.shape[0], lanes.z.shape[1]
    for k in range(n_types):
        for a in range(n_moves):
            for lane in range(n):
                lanes.y[a, k, lane] = lanes.trial[a, k, lane]
        reply(lanes, k, n)
        for a in range(n_moves):
            for lane in range(n):
                lanes.trial[a, k, lane] -= lanes.top[k, lane]
        for lane in range(n):
            for a in range(n_moves):
                sigma[node[lane], edges.types[point, k], a] = lanes.sigma[a, k, lane]
    for a in range(n_moves):
        place(lanes, a, edges, point, 0, 1, n)


@kernel
def values_on_edges(
    first: int, last: int, values: Array, out: Array, sigma: Array, z: Array, task_row: Array, others: Array,
    stride: int, edges: Edges, start: Array, successor: Array, probability: Array, view: Array, payoff: Array,
    feasible: Array, own_type: Array,
) -> None:  # fmt: skip
    """Write the values (r, n, p, i) and strategies (r, n, k, a) of solved tasks at points with at most two types."""
    n_moves, n_types = z.shape[2], z.shape[3]
    n_nodes, n_profiles, n_actors = out.shape[1:]
    size, places, one_view = n_profiles * n_actors, by_place(view, n_profiles), probability.shape[0] == 1
    lanes, block, chosen = make_edge_lanes(n_moves, n_types), np.empty(size), np.empty(size)
    slot, node = np.zeros(n_types, dtype=np.int64), np.zeros(WIDTH, dtype=np.int64)
    flat_out, flat = out.reshape((-1, size)), values.reshape((-1, size))
    flat_sigma = sigma.reshape((-1, n_types, n_moves))
    log_odds, can, trial, chance_of = lanes.log_odds, lanes.can, lanes.trial, lanes.sigma
    for begin in range(first, last, WIDTH):
        n = min(WIDTH, last - begin)
        for point in range(edges.n_types.shape[0]):
            if edges.n_types[point] > 2:
                continue
            for lane in range(n):
                row = task_row[begin + lane]
                node[lane] = row * n_nodes + others[begin + lane] + point * stride
                log_odds[lane] = edges.log_odds[point]
                for a in range(n_moves):
                    can[a, lane] = 1.0 if feasible[row, a] else 0.0
                    for k in range(n_types):
                        trial[a, k, lane] = z[begin + lane, point, a, edges.types[point, k]]
            choose(lanes, flat_sigma, node, edges, point, n)
            for k in range(n_types):
                slot[edges.types[point, k]] = k
            # written out here: handing so many arrays to a function costs more than the arithmetic
            for lane in range(n):
                row, to = task_row[begin + lane], node[lane]
                flat_out[to] = 0.0
                for a in range(n_moves):
                    if not can[a, lane] > 0.0:
                        continue
                    for p in range(n_profiles):
                        share = chance_of[a, slot[own_type[p]], lane]
                        for i in range(n_actors):
                            chosen[p * n_actors + i] = share
                            block[p * n_actors + i] = payoff[row, a, p % payoff.shape[2], i]
                    second = lanes.share[a, lane]
                    low = others[begin + lane] + lanes.low[a, lane] * stride
                    high = others[begin + lane] + lanes.high[a, lane] * stride
                    for e in range(start[row * n_moves + a], start[row * n_moves + a + 1]):
                        at = successor[e] * n_nodes
                        if one_view:
                            chance = probability[0, 0, e]
                            left, right = chance * (1.0 - second), chance * second
                            for q in range(size):
                                block[q] += left * flat[at + low, q] + right * flat[at + high, q]
                        else:
                            for q in range(size):
                                here = (1.0 - second) * flat[at + low, q] + second * flat[at + high, q]
                                block[q] += probability[places[q], 0, e] * here
                    for q in range(size):
                        flat_out[to, q] += chosen[q] * block[q]
