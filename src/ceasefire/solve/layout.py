"""How values lie in memory: the product of the belief grids, and what each step needs to know about it.

Values are (s, n, p, i): state, node of the product of the belief grids (row-major in actor order), type profile, actor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable
from ceasefire.game.beliefs import BeliefGrid, bayes, belief_grids, product_nodes, profile_weight, safe_log
from ceasefire.solve.kernels import Cut, Edges

Floats = NDArray[np.float64]
NO_TYPES = BeliefGrid(0, np.ones((1, 1)), 1, np.zeros(1, dtype=np.int64), np.zeros((0, 2), dtype=np.int64))


@dataclass(frozen=True)
class Layout:
    """The belief nodes of a game and the weights that belong to them.

    Parameters
    ----------
    grids : one per informed actor, in actor order
    """

    game: Game
    grids: tuple[BeliefGrid, ...]

    @classmethod
    def of(cls, game: Game, intervals: int | Sequence[int]) -> Layout:
        """Return the layout with so many intervals per grid."""
        return cls(canonical_game(game), belief_grids(game, intervals))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of nodes of each grid."""
        return tuple(grid.n_nodes for grid in self.grids)

    @cached_property
    def n_nodes(self) -> int:
        """Number of nodes of the product."""
        return int(np.prod(self.shape)) if self.grids else 1

    @cached_property
    def all_nodes(self) -> NDArray[np.int64]:
        """All nodes of the product, (n,)."""
        return np.arange(self.n_nodes)

    @cached_property
    def own_node(self) -> list[NDArray[np.int64]]:
        """Per informed actor, (n,): index of its own node."""
        return product_nodes(self.grids)

    def position(self, actor: int) -> int:
        """Return the actor's place among the informed, -1 if it has no types."""
        return self.game.informed.index(actor) if actor in self.game.informed else -1

    def grid(self, actor: int) -> BeliefGrid:
        """Return the grid of beliefs about an actor."""
        position = self.position(actor)
        return self.grids[position] if position >= 0 else NO_TYPES

    def stride(self, actor: int) -> int:
        """Return how far apart an actor's neighbouring own nodes stand in the product."""
        position = self.position(actor)
        return int(np.prod(self.shape[position + 1 :])) if position >= 0 else 1

    def others(self, actor: int) -> NDArray[np.int64]:
        """Return the product nodes at which the actor's own node is 0."""
        position = self.position(actor)
        return np.flatnonzero(self.own_node[position] == 0) if position >= 0 else np.arange(self.n_nodes)

    def own_type(self, actor: int) -> NDArray[np.int64]:
        """Return the actor's type in each profile, (p,); zeros for nature."""
        if actor < 0:
            return np.zeros(self.game.n_profiles, dtype=np.int64)
        return np.ascontiguousarray(self.game.type_of_profile[:, actor], dtype=np.int64)

    def weight(self, actor: int) -> Floats:
        """Return the probability of each profile given the actor's own type, (n, p)."""
        return np.ascontiguousarray(profile_weight(self.game, self.grids, actor))

    def learns_from(self, actor: int) -> bool:
        """Say whether the actor's moves teach the others anything."""
        return self.position(actor) >= 0 and actor not in self.game.freeze_belief

    def empty(self) -> Floats:
        """Return room for values, (s, n, p, i)."""
        return np.empty((self.game.n_states, self.n_nodes, self.game.n_profiles, self.game.n_actors))

    def terminal(self) -> Floats:
        """Return the values after the last period."""
        values = self.empty()
        values[:] = self.game.terminal[:, None]
        return values

    def corners(self, beliefs: Sequence[Any]) -> tuple[NDArray[np.int64], Floats]:
        """Return the product nodes around points and their weights.

        Parameters
        ----------
        beliefs : (m, k) per informed actor

        Returns
        -------
        index, weight : (m, c)
        """
        if not self.grids:
            return np.zeros((1, 1), dtype=np.int64), np.ones((1, 1))
        index, weight = np.zeros((1, 1), dtype=np.int64), np.ones((1, 1))
        for grid, belief, actor in zip(self.grids, beliefs, self.game.informed, strict=True):
            own, share = grid.locate(belief)
            index = (index[:, :, None] + own.astype(np.int64)[:, None, :] * self.stride(actor)).reshape(len(own), -1)
            weight = (weight[:, :, None] * share[:, None, :]).reshape(len(own), -1)
        return index, weight


def canonical(table: StepTable) -> StepTable:
    """Return the table with arrays of the types that the kernels are compiled for (read-only ones are copied)."""

    def array(values: Any, kind: Any) -> Any:
        found = np.ascontiguousarray(values, dtype=kind)
        return found if found.flags.writeable else found.copy()

    return replace(
        table,
        states=array(table.states, np.int32),
        feasible=array(table.feasible, np.bool_),
        log_weight=array(table.log_weight, np.float64),
        payoff=array(table.payoff, np.float64),
        start=array(table.start, np.int64),
        successor=array(table.successor, np.int32),
        probability=array(table.probability, np.float64),
        view_of_actor=array(table.view_of_actor, np.int32),
    )


def canonical_game(game: Game) -> Game:
    """Return the game with every table canonical; a table that is used twice stays one table."""
    seen: dict[int, StepTable] = {}

    def of(table: StepTable) -> StepTable:
        if id(table) not in seen:
            seen[id(table)] = canonical(table)
        return seen[id(table)]

    return replace(game, steps=tuple(replace(s, tables=tuple(of(t) for t in s.tables)) for s in game.steps))


@dataclass(frozen=True)
class Lessons:
    """Where beliefs go when nature's step leads somewhere.

    Parameters
    ----------
    lesson : (nnz,), int
        Row of `likelihood` per successor, -1 where the successor says nothing about types.
    likelihood : (lessons, k)
        Relative probability of the successor by type; largest is 1.
    node, weight : (lessons, own nodes, k)
    """

    lesson: NDArray[np.int64]
    likelihood: Floats
    node: NDArray[np.int64]
    weight: Floats


def lessons(layout: Layout, table: StepTable) -> Lessons:
    """Return what everybody learns about ``table.type_actor`` from each successor, by Bayes' rule in view 0."""
    n_entries = len(table.successor)
    if table.probability.shape[1] == 1 or not layout.learns_from(table.type_actor):
        none = np.zeros((0, 1, 1))
        return Lessons(np.full(n_entries, -1, dtype=np.int64), np.zeros((0, 1)), none.astype(np.int64), none)
    grid = layout.grid(table.type_actor)
    chance = table.probability[0].T
    relative = np.round(chance / np.maximum(chance.max(axis=1, keepdims=True), 1e-300), 13)
    likelihood, lesson = np.unique(relative, axis=0, return_inverse=True)
    posterior = bayes(safe_log(grid.nodes)[None], safe_log(likelihood)[:, None, :])
    node, weight = grid.locate(posterior.reshape(-1, grid.n_types))
    shape = (len(likelihood), grid.n_nodes, grid.n_types)
    says_nothing = np.ptp(likelihood, axis=1) == 0.0
    lesson = np.where(says_nothing[lesson.ravel()], -1, lesson.ravel()).astype(np.int64)
    return Lessons(
        lesson, likelihood, node.reshape(shape).astype(np.int64), np.ascontiguousarray(weight.reshape(shape))
    )


def neighbours(grid: BeliefGrid) -> NDArray[np.int64]:
    """Return the nodes of a grid next to each node, (n, 2 (k - 1)), -1 for none."""
    n_types = grid.n_types
    result = np.full((grid.n_nodes, max(2 * (n_types - 1), n_types)), -1, dtype=np.int64)
    if grid.intervals > 0:
        ordered = grid.nodes[: grid.n_regular][:, grid.order]
        y = np.rint(grid.intervals * np.cumsum(ordered[:, ::-1], axis=1)[:, ::-1]).astype(np.int64)
        y[:, 0] = grid.intervals
        columns = np.arange(n_types - 1)
        for j in range(n_types - 1):
            here = np.flatnonzero(y[:, j + 1] < y[:, j])
            up = y[here, 1:].copy()
            up[:, j] += 1
            there = grid.rank[columns, up].sum(axis=1)
            result[here, 2 * j], result[there, 2 * j + 1] = there, here
        if grid.n_nodes > grid.n_regular:
            regular = BeliefGrid(grid.intervals, grid.nodes[:-1], grid.n_regular, grid.order, grid.rank)
            result[-1, :n_types] = regular.locate(grid.nodes[-1:])[0]
    return result


def edges_of(cut: Cut, log_belief: Floats) -> Edges:
    """Return at which points (n,) of ``log_belief`` (1, n, k) at most two types have probability.

    Beliefs that differ from task to task (m > 1) are none of these.
    """
    n_points, n_types = log_belief.shape[1:]
    types = np.zeros((n_points, n_types), dtype=np.int64)
    count = np.full(n_points, n_types if log_belief.shape[0] == 1 else 3, dtype=np.int64)
    log_odds, node = np.zeros(n_points), np.zeros((n_points, max(cut.intervals, 1) + 1), dtype=np.int64)
    for point in range(n_points if log_belief.shape[0] == 1 else 0):
        has = np.isfinite(log_belief[0, point, cut.order])
        inside = np.flatnonzero(has)
        count[point] = len(inside)
        types[point] = cut.order[np.concatenate([inside, np.flatnonzero(~has)])]
        first, second = inside[0], inside[1] if len(inside) > 1 else inside[0]
        log_odds[point] = log_belief[0, point, types[point, 1]] - log_belief[0, point, types[point, 0]]
        along = cut.rank[first:second, : node.shape[1]].sum(axis=0)
        node[point] = cut.rank[:first, cut.intervals].sum() + along
    return Edges(count, types, log_odds, node)
