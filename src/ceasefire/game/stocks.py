"""Stocks on nodes: which nodes there are, and the lottery that stands for a value between two of them.

A value y between neighbouring nodes a < b becomes a with probability (b - y) / (b - a), else b. The mean is y; the
variance is (y - a)(b - y), which is not there in the case. Declared noise of variance v is met in mean and variance by
the points y - h, y, y + h with probabilities 1/6, 2/3, 1/6 (the three-point rule of Gauss and Hermite), each again
as a lottery over its neighbours, with h such that the whole variance is v. Where (y - a)(b - y) > v already, h is 0
and the excess is numerical spread. Beyond the range the nodes go on at the spacing of the last cell; what falls
there stays at the bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_NODES = 80
FEWEST_CHOSEN = 8
TOLERANCE = 1e-9
CENTRE, SIDE = 2 / 3, 1 / 6


@dataclass(frozen=True)
class Lottery:
    """Lotteries over the nodes of one stock, one per value.

    Parameters
    ----------
    node : (n, m) int
        Indices of nodes; a node may stand twice in a row.
    probability : (n, m), rows sum to one
    excess : (n,), variance that the nodes add beyond the declared noise
    beyond : (n,), probability that fell outside the range before it was put on the bound
    """

    node: Ints
    probability: Floats
    excess: Floats
    beyond: Floats


def make_nodes(low: float, high: float, initial: float, nodes: tuple[float, ...] | int) -> Floats:
    """Return ascending nodes from `low` to `high`.

    Explicit nodes are taken as they are. A number of nodes gives one spacing, shifted so that `initial` is a node; the
    node nearest to a bound is moved onto it or, where it is further off than half the spacing, one is added there.
    """
    if not isinstance(nodes, int):
        return np.array(nodes, dtype=float)
    spacing = (high - low) / (nodes - 1)
    below, above = (initial - low) / spacing, (high - initial) / spacing
    for near, bound, other in ((below, low, high), (above, high, low)):
        if TOLERANCE < near <= 0.5:
            return np.unique([bound, *np.linspace(initial, other, nodes - 1)])
    shifted = initial + spacing * np.arange(-math.floor(below + 0.5), math.floor(above + 0.5) + 1)
    if len(shifted) > nodes:  # both gaps are half a spacing, and both ends were moved outwards
        shifted = shifted[1:]
    shifted[0], shifted[-1] = low, high
    return np.asarray(shifted, dtype=float)


def halve_spacing(nodes: Floats) -> Floats:
    """Return the nodes with one more in the middle of every cell."""
    return np.sort(np.concatenate([nodes, (nodes[1:] + nodes[:-1]) / 2]))


def cell_variance(nodes: Floats, value: ArrayLike) -> Floats:
    """Return the variance of the two-neighbour lottery at each value inside the range."""
    value = np.asarray(value, dtype=float)
    cell = np.clip(np.searchsorted(nodes, value, side="right") - 1, 0, len(nodes) - 2)
    return np.asarray(np.maximum(value - nodes[cell], 0) * np.maximum(nodes[cell + 1] - value, 0))


def choose_count(low: float, high: float, initial: float, drift: Floats, at: Floats, variance: Floats) -> int:
    """Return the number of nodes, up to 80, at which the drifts add least variance beyond the declared noise.

    Parameters
    ----------
    drift : (c, q)
        Change of the stock in a period, for c circumstances, at the q points `at` of its range.
    variance : (c, q)
        Declared variance there.
    """
    best, fewest = np.inf, FEWEST_CHOSEN
    for count in range(FEWEST_CHOSEN, MOST_NODES + 1):
        nodes = make_nodes(low, high, initial, count)
        added = 0.0
        for change, declared in zip(drift, variance, strict=True):
            target = np.clip(nodes + np.interp(nodes, at, change), low, high)
            added += float(np.maximum(cell_variance(nodes, target) - np.interp(nodes, at, declared), 0).mean())
        if added < best * (1 - 1e-6) - 1e-15:
            best, fewest = added, count
    return fewest


def on_nodes(nodes: Floats, value: ArrayLike) -> NDArray[np.bool_]:
    """Return which values are nodes, up to rounding."""
    value = np.asarray(value, dtype=float)
    near = np.clip(np.searchsorted(nodes, value), 0, len(nodes) - 1)
    gap = np.minimum(np.abs(nodes[near] - value), np.abs(nodes[np.maximum(near - 1, 0)] - value))
    return np.asarray(gap <= TOLERANCE * (nodes[-1] - nodes[0]))


def lottery(nodes: Floats, value: ArrayLike) -> Lottery:
    """Return the lottery over the two neighbours of each value (n,); values beyond the range go to the bound."""
    value = np.asarray(value, dtype=float)
    inside = np.clip(value, nodes[0], nodes[-1])
    cell, share = _cell(nodes, inside)
    beyond = np.abs(value - inside) > TOLERANCE * (nodes[-1] - nodes[0])
    node, probability = np.stack([cell, cell + 1], axis=1), np.stack([1 - share, share], axis=1)
    return Lottery(node, probability, cell_variance(nodes, inside), beyond.astype(float))


def noisy_lottery(nodes: Floats, value: ArrayLike, variance: ArrayLike) -> Lottery:
    """Return the lottery of each value (n,) with declared noise of `variance` (n,), matched in mean and variance."""
    pairs = np.stack(np.broadcast_arrays(np.asarray(value, float), np.asarray(variance, float)), axis=1)
    distinct, inverse = np.unique(pairs, axis=0, return_inverse=True)
    found = _noisy(nodes, distinct[:, 0], distinct[:, 1])
    at = inverse.reshape(-1)
    return Lottery(found.node[at], found.probability[at], found.excess[at], found.beyond[at])


def _noisy(nodes: Floats, value: Floats, variance: Floats) -> Lottery:
    width = nodes[-1] - nodes[0]  # what lies further off than this is at the bound whatever it is
    value = np.clip(value, nodes[0] - width, nodes[-1] + width)
    variance = np.minimum(variance, (4 * width) ** 2)
    margin = 2 * np.sqrt(6 * variance.max()) + nodes[-1] - nodes[0] + max(np.abs(value).max() - nodes[-1], 0)
    wide, shift = _continued(nodes, np.minimum(value.min(), nodes[0]), np.maximum(value.max(), nodes[-1]), margin)
    reach = _reach(wide, value, variance)
    parts = [(-1, SIDE), (0, CENTRE), (1, SIDE)]
    node, probability = [], []
    for sign, weight in parts:
        cell, share = _cell(wide, value + sign * reach)
        node += [cell, cell + 1]
        probability += [weight * (1 - share), weight * share]
    free, weight_of = np.stack(node, axis=1) - shift, np.stack(probability, axis=1)
    index = np.clip(free, 0, len(nodes) - 1)
    excess = np.where(reach > 0, 0.0, np.maximum(cell_variance(wide, value) - variance, 0))
    return Lottery(index, weight_of, excess, (weight_of * (free != index)).sum(axis=1))


def _continued(nodes: Floats, least: float, most: float, margin: float) -> tuple[Floats, int]:
    """Return the nodes continued at the spacing of the end cells, and how many were put below."""
    down, up = nodes[1] - nodes[0], nodes[-1] - nodes[-2]
    n_down = int(np.ceil((nodes[0] - least + margin) / down)) + 1
    n_up = int(np.ceil((most - nodes[-1] + margin) / up)) + 1
    below = nodes[0] - down * np.arange(n_down, 0, -1)
    return np.concatenate([below, nodes, nodes[-1] + up * np.arange(1, n_up + 1)]), n_down


def _reach(nodes: Floats, value: Floats, variance: Floats) -> Floats:
    """Return h such that the three-point lottery has the variance; 0 where two neighbours have more already."""

    def spread(h: Floats) -> Floats:
        square = [
            weight * np.interp(value + sign * h, nodes, nodes**2)
            for sign, weight in ((-1, SIDE), (0, CENTRE), (1, SIDE))
        ]
        return sum(square) - value**2

    low, high = np.zeros_like(value), np.sqrt(6 * variance) + 1e-300
    wanted = variance > cell_variance(nodes, value)
    for _ in range(60):
        middle = (low + high) / 2
        enough = spread(middle) >= variance
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(wanted, high, 0.0)


def _cell(nodes: Floats, value: Floats) -> tuple[Ints, Floats]:
    cell = np.clip(np.searchsorted(nodes, value, side="right") - 1, 0, len(nodes) - 2)
    share = (value - nodes[cell]) / (nodes[cell + 1] - nodes[cell])
    share = np.where(np.abs(share) < TOLERANCE, 0.0, np.where(np.abs(1 - share) < TOLERANCE, 1.0, share))
    return cell, np.clip(share, 0.0, 1.0)
