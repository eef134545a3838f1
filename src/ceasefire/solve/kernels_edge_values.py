"""What states are worth after an informed step, at the points on edges and corners of the belief simplex.

The choices of many points are done side by side; then each point's values are sums over moves and two belief nodes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ceasefire.solve.kernels_edge import WIDTH, Edges, Lanes, make_edge_lanes, place, reply
from ceasefire.solve.kernels_edge_batch import load
from ceasefire.solve.kernels_float import helper, kernel
from ceasefire.solve.kernels_plain import by_place

Array = Any


@helper
def choose(lanes: Lanes, sigma: Array, node: Array, edges: Edges, point: int, n: int) -> None:
    """Turn ``trial`` into probabilities, write them to `sigma` (row and node, k, a), and find where the belief goes."""
    n_moves, n_types = lanes.z.shape[0], lanes.z.shape[1]
    lanes.y[:, :, :n] = lanes.trial[:, :, :n]
    for k in range(n_types):
        reply(lanes, k, n)
        for a in range(n_moves):
            for lane in range(n):
                lanes.trial[a, k, lane] -= lanes.top[k, lane]
        for lane in range(n):
            for a in range(n_moves):
                sigma[node[lane], edges.types[point, k], a] = lanes.sigma[a, k, lane]
    for a in range(n_moves):
        place(lanes, a, edges, point, 0, 1, n)


@helper
def add_move(
    values: Array, out: Array, to: int, chosen: Array, paid: Array, lane: int, a: int, base: Array, share: float,
    start: Array, successor: Array, probability: Array, places: Array, cell: int, n_nodes: int, block: Array,
) -> None:  # fmt: skip
    """Add to ``out[to]`` what move `a` is worth times its probability ``chosen[a]``.

    Parameters
    ----------
    values, out : (state and node or row and node, p * i)
    paid : (lane, a, p * i)
    base : (2,), the belief nodes on either side of where the belief goes, `share` the weight of the second
    places : (p * i,), view of each place
    """
    size = chosen.shape[1]
    if start[cell + 1] - start[cell] == 1 and probability.shape[0] == 1:
        low, high = successor[start[cell]] * n_nodes + base[0], successor[start[cell]] * n_nodes + base[1]
        for q in range(size):
            here = paid[lane, a, q] + (1.0 - share) * values[low, q] + share * values[high, q]
            out[to, q] += chosen[a, q] * here
        return
    for q in range(size):
        block[q] = paid[lane, a, q]
    for e in range(start[cell], start[cell + 1]):
        low, high = successor[e] * n_nodes + base[0], successor[e] * n_nodes + base[1]
        for q in range(size):
            here = (1.0 - share) * values[low, q] + share * values[high, q]
            block[q] += probability[places[q], 0, e] * here
    for q in range(size):
        out[to, q] += chosen[a, q] * block[q]


@kernel
def values_on_edges(
    first: int, last: int, values: Array, out: Array, sigma: Array, z: Array, task_row: Array, others: Array,
    stride: int, edges: Edges, start: Array, successor: Array, probability: Array, view: Array, payoff: Array,
    feasible: Array, log_weight: Array, own_type: Array,
) -> None:  # fmt: skip
    """Write the values (r, n, p, i) and strategies (r, n, k, a) of solved tasks at points with at most two types."""
    n_moves, n_types = z.shape[2], z.shape[3]
    n_nodes, n_profiles, n_actors = out.shape[1:]
    size, places = n_profiles * n_actors, by_place(view, n_profiles)
    lanes, block, base = make_edge_lanes(n_moves, n_types), np.empty(size), np.zeros(2, dtype=np.int64)
    paid, chosen, slot = np.zeros((WIDTH, n_moves, size)), np.zeros((n_moves, size)), np.zeros(n_types, dtype=np.int64)
    node, flat_out, flat = np.zeros(WIDTH, dtype=np.int64), out.reshape((-1, size)), values.reshape((-1, size))
    flat_sigma, flat_z = sigma.reshape((-1, n_types, n_moves)), z.reshape(z.size)
    for begin in range(first, last, WIDTH):
        n = min(WIDTH, last - begin)
        for lane in range(n):
            for p in range(n_profiles):
                for i in range(n_actors):
                    for a in range(n_moves):
                        paid[lane, a, p * n_actors + i] = payoff[task_row[begin + lane], a, p % payoff.shape[2], i]
        for point in range(edges.n_types.shape[0]):
            if edges.n_types[point] > 2:
                continue
            for lane in range(n):
                row = task_row[begin + lane]
                load(lanes, lane, begin + lane, row, point, flat_z, edges, 0, feasible, log_weight)
                node[lane] = row * n_nodes + others[begin + lane] + point * stride
            choose(lanes, flat_sigma, node, edges, point, n)
            for k in range(n_types):
                slot[edges.types[point, k]] = k
            for lane in range(n):
                for p in range(n_profiles):
                    for a in range(n_moves):
                        for i in range(n_actors):
                            chosen[a, p * n_actors + i] = lanes.sigma[a, slot[own_type[p]], lane]
                flat_out[node[lane]] = 0.0
                for a in range(n_moves):
                    if lanes.can[a, lane] > 0.0:
                        base[0] = others[begin + lane] + lanes.low[a, lane] * stride
                        base[1] = others[begin + lane] + lanes.high[a, lane] * stride
                        add_move(
                            flat, flat_out, node[lane], chosen, paid, lane, a, base, lanes.share[a, lane], start,
                            successor, probability, places, task_row[begin + lane] * n_moves + a, n_nodes, block,
                        )  # fmt: skip
