"""Public beliefs: regular grids on the simplex, interpolation between their nodes, Bayes' rule.

A grid with ``M`` intervals holds the beliefs whose entries are multiples of ``1/M``. A belief ``b`` over ``k`` types is
written ``y_j = M (b_{j+1} + ... + b_k)``, j = 1..k-1, which falls from ``M`` to 0; the Freudenthal triangulation cuts the
unit cubes of ``y`` into simplices by the order of the fractional parts (Lovejoy 1991). With four or more types that cut
depends on the order of the types, so they are put in an order that their numbers fix (``canonical_order``).

The prior itself is one more node, the last, where it is not on the grid already: before anybody has learned anything,
values and strategies are exact in the belief.

References
----------
Lovejoy (1991), Operations Research 39, 162-175.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.game.arrays import Game

Floats = NDArray[np.float64]

SAME = 1e-12
"""Beliefs closer than this in every entry are one belief."""


@dataclass(frozen=True)
class BeliefGrid:
    """A regular grid over the beliefs about one actor's types.

    Parameters
    ----------
    intervals : int, >= 0
        0: the only node is the prior (nobody learns about this actor).
    nodes : (n, k)
        In writing order of the types; the first ``n_regular`` form the grid, the last may be the prior.
    order : (k,), int
        Order of the types in which the simplex is cut.
    rank : (k - 1, intervals + 2), int
        ``sum_j rank[j, y_j]`` is the index of the node ``y``.
    """

    intervals: int
    nodes: Floats
    n_regular: int
    order: NDArray[np.int64]
    rank: NDArray[np.int64]

    @property
    def n_types(self) -> int:
        """Number of types."""
        return int(self.nodes.shape[1])

    @property
    def n_nodes(self) -> int:
        """Number of nodes, the prior's own included."""
        return int(self.nodes.shape[0])

    def locate(self, beliefs: ArrayLike) -> tuple[NDArray[np.int32], Floats]:
        """Return the nodes around each belief and their weights.

        Parameters
        ----------
        beliefs : (m, k)
            Rows sum to one.

        Returns
        -------
        index : (m, k), int32
        weight : (m, k)
            Non-negative, rows sum to one; ``weight @ nodes[index]`` is the belief.
        """
        b = np.atleast_2d(np.asarray(beliefs, dtype=np.float64))
        index = np.zeros(b.shape, dtype=np.int32)
        weight = np.zeros(b.shape)
        weight[:, 0] = 1.0
        if self.intervals > 0:
            self._locate_regular(b, index, weight)
        if self.n_nodes > self.n_regular:
            same = np.abs(b - self.nodes[-1]).max(axis=1) < SAME
            index[same], weight[same] = 0, 0.0
            index[same, 0], weight[same, 0] = self.n_nodes - 1, 1.0
        return index, weight

    def _locate_regular(self, b: Floats, index: NDArray[np.int32], weight: Floats) -> None:
        ordered = b[:, self.order]
        y = np.clip(self.intervals * np.cumsum(ordered[:, ::-1], axis=1)[:, ::-1][:, 1:], 0.0, self.intervals)
        y = np.where(np.abs(y - np.rint(y)) < 1e-11 * self.intervals, np.rint(y), y)
        base = np.minimum(np.floor(y).astype(np.int64), self.intervals - 1)
        fraction = y - base
        by_size = np.argsort(-fraction, axis=1, kind="stable")
        sorted_fraction = np.take_along_axis(fraction, by_size, axis=1)
        n_steps = y.shape[1]
        columns = np.arange(n_steps)
        node = self.rank[columns, base].sum(axis=1)
        grow = self.rank[columns, base + 1] - self.rank[columns, base]
        padded = np.hstack([np.ones((len(b), 1)), sorted_fraction, np.zeros((len(b), 1))])
        weight[:] = padded[:, :-1] - padded[:, 1:]
        index[:, 0] = node
        for j in range(n_steps):
            node = node + np.take_along_axis(grow, by_size[:, j : j + 1], axis=1)[:, 0]
            index[:, j + 1] = node
        index[weight <= 0.0] = 0


def simplex_grid(n_types: int, intervals: int, prior: ArrayLike, order: Sequence[int] | None = None) -> BeliefGrid:
    """Return the regular grid with `intervals` intervals along each edge, and the prior as a node.

    Parameters
    ----------
    n_types : int, >= 2
    intervals : int, >= 0
    prior : (k,)
    order : permutation of the types, optional
    """
    own_order = np.arange(n_types) if order is None else np.asarray(order, dtype=np.int64)
    prior = np.asarray(prior, dtype=np.float64)
    length = n_types - 1
    rank = np.zeros((length, intervals + 2), dtype=np.int64)
    if intervals == 0:
        return BeliefGrid(0, prior[None, :].copy(), 1, own_order, rank)
    for j in range(length):
        rank[j] = [comb(y + length - 1 - j, length - j) for y in range(intervals + 2)]
    steps = _falling(length, intervals)
    ordered = np.hstack([np.full((len(steps), 1), intervals), steps]) - np.hstack([steps, np.zeros((len(steps), 1))])
    nodes = np.empty((len(steps), n_types))
    nodes[:, own_order] = ordered / intervals
    n_regular = len(nodes)
    if np.abs(nodes - prior).max(axis=1).min() > SAME:
        nodes = np.vstack([nodes, prior])
    return BeliefGrid(intervals, nodes, n_regular, own_order, rank)


def _falling(length: int, top: int) -> NDArray[np.int64]:
    """Return all integer rows ``top >= y_1 >= ... >= y_length >= 0`` in lexicographic order."""
    rows = [[y] for y in range(top + 1)]
    for _ in range(length - 1):
        rows = [[*row, y] for row in rows for y in range(row[-1] + 1)]
    return np.array(rows, dtype=np.int64)


def canonical_order(game: Game, actor: int) -> tuple[int, ...]:
    """Return the actor's types in an order that does not depend on how they, or states and moves, were written.

    Types are compared by the sorted list of all payoffs paid where the actor has that type, then by the sorted list of the
    probabilities that depend on it. Up to three types need no order: every cut of the simplex is the same.
    """
    n_types = game.n_types[actor]
    if n_types < 4:
        return tuple(range(n_types))
    own = game.type_of_profile[:, actor]
    keys: list[tuple[float, ...]] = []
    for k in range(n_types):
        payoffs, chances = [], []
        for table in (table for step in game.steps for table in step.tables):
            if table.payoff.shape[2] > 1:
                payoffs.append(table.payoff[:, :, own == k].ravel())
            if table.type_actor == actor:
                chances.append(table.probability[:, k].ravel())
        if game.terminal.shape[1] > 1:
            payoffs.append(game.terminal[:, own == k].ravel())
        parts = [np.sort(np.concatenate(part)) if part else np.empty(0) for part in (payoffs, chances)]
        keys.append(tuple(np.round(np.concatenate(parts), 12)))
    return tuple(sorted(range(n_types), key=lambda k: keys[k]))


def belief_grids(game: Game, intervals: int | Sequence[int]) -> tuple[BeliefGrid, ...]:
    """Return one grid per informed actor, in actor order.

    Parameters
    ----------
    intervals : int or one per informed actor
    """
    return tuple(
        simplex_grid(game.n_types[actor], m, game.prior[actor], canonical_order(game, actor))
        for actor, m in zip(game.informed, intervals_of(game, intervals), strict=True)
    )


def intervals_of(game: Game, intervals: int | Sequence[int]) -> tuple[int, ...]:
    """Return the intervals of each belief grid.

    Parameters
    ----------
    intervals : int or one per informed actor
        An actor whose belief is frozen and about whom nature says nothing has the prior as its only node.
    """
    informed = game.informed
    per_actor = [intervals] * len(informed) if isinstance(intervals, int) else list(intervals)
    if len(per_actor) != len(informed):
        raise ValueError(f"{len(per_actor)} belief grids for {len(informed)} actors with private types")
    return tuple(0 if actor in game.freeze_belief else m for actor, m in zip(informed, per_actor, strict=True))


def bayes(log_belief: Floats, log_likelihood: Floats) -> Floats:
    """Return the posterior of Bayes' rule, computed in logs.

    Parameters
    ----------
    log_belief, log_likelihood : (..., k), broadcast
        ``-inf`` for probability zero. Where all types are impossible the belief stays as it was.
    """
    total = log_belief + log_likelihood
    top = total.max(axis=-1, keepdims=True)
    possible = np.isfinite(top)
    posterior = np.exp(np.where(possible, total - np.where(possible, top, 0.0), log_belief))
    return np.asarray(posterior / posterior.sum(axis=-1, keepdims=True))


def safe_log(probability: ArrayLike) -> Floats:
    """Return the logarithm, ``-inf`` at zero, without a warning."""
    p = np.asarray(probability, dtype=np.float64)
    return np.where(p > 0.0, np.log(np.where(p > 0.0, p, 1.0)), -np.inf)


def product_nodes(grids: Sequence[BeliefGrid]) -> list[NDArray[np.int64]]:
    """Return, per informed actor, the index of its own node at each node of the product (row-major)."""
    shape = tuple(grid.n_nodes for grid in grids)
    n_nodes = int(np.prod(shape)) if shape else 1
    return [np.asarray(index) for index in np.unravel_index(np.arange(n_nodes), shape)] if shape else []


def profile_weight(game: Game, grids: Sequence[BeliefGrid], without: int = -1) -> Floats:
    """Return the probability of each type profile at each node of the product, (n, p).

    Parameters
    ----------
    without : int
        Actor whose own types are left out of the product (it knows them).
    """
    indices = product_nodes(grids)
    n_nodes = len(indices[0]) if indices else 1
    weight = np.ones((n_nodes, game.n_profiles))
    types = game.type_of_profile
    for actor, grid, index in zip(game.informed, grids, indices, strict=True):
        if actor != without:
            weight *= grid.nodes[index][:, types[:, actor]]
    return weight
