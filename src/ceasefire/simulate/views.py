"""Public beliefs on every path: one track where all actors share a view, one per view where perceptions are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game
from ceasefire.simulate.kernels_path import locate

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeldView:
    """How some actors think that all see the game.

    Parameters
    ----------
    game : Game
        With the states and feasible moves of the game that is played.
    solution : Solution
    actors : frozenset of int
        Who holds the view.
    planned : Solution or None
        That under a known plan.
    """

    game: Game
    solution: Any
    actors: frozenset[int]
    planned: Any = None


@dataclass
class Track:
    """The public belief on every path in one view.

    Attributes
    ----------
    informed : actors with private types
    belief : by actor, (n, k)
    """

    informed: Sequence[int]
    belief: list[Floats]
    _located: dict[int, tuple[Any, Ints, Floats]] = field(default_factory=dict)
    _product: tuple[Any, Ints, Floats] | None = None

    @classmethod
    def prior(cls, game: Game, n: int) -> Track:
        """Return the beliefs with which a game begins, on `n` paths."""
        tiled = [np.ascontiguousarray(np.tile(prior, (n, 1)), dtype=np.float64) for prior in game.prior]
        return cls(game.informed, tiled)

    @property
    def n(self) -> int:
        """Number of paths."""
        return int(self.belief[0].shape[0])

    def moved(self, actor: int) -> None:
        """Forget the place of the belief about an actor on its grid."""
        self._located.pop(actor, None)
        self._product = None

    def reorder(self, ancestor: NDArray[np.int64]) -> None:
        """Give each path the belief of its ancestor."""
        self.belief = [np.ascontiguousarray(b[ancestor]) for b in self.belief]
        self._located.clear()
        self._product = None

    def nodes(self, grids: Any) -> tuple[Ints, Floats]:
        """Return the nodes of the product grid around each path's beliefs and their weights, (n, c) each."""
        if self._product is not None and self._product[0] is grids:
            return self._product[1], self._product[2]
        if len(self.informed) == 1:
            return self._located_on(self.informed[0], grids[0])
        index, weight = np.zeros((self.n, 1), dtype=np.int32), np.ones((self.n, 1))
        for actor, grid in zip(self.informed, grids, strict=True):
            own_index, own_weight = self._located_on(actor, grid)
            index = (index[:, :, None] * grid.n_nodes + own_index[:, None, :]).reshape(self.n, -1)
            weight = (weight[:, :, None] * own_weight[:, None, :]).reshape(self.n, -1)
        index, weight = np.ascontiguousarray(index, dtype=np.int32), np.ascontiguousarray(weight)
        self._product = (grids, index, weight)
        return index, weight

    def _located_on(self, actor: int, grid: Any) -> tuple[Ints, Floats]:
        kept = self._located.get(actor)
        if kept is None or kept[0] is not grid:
            index, weight = np.empty(self.belief[actor].shape, dtype=np.int32), np.empty(self.belief[actor].shape)
            extra = np.ascontiguousarray(grid.nodes[grid.n_regular :] if grid.intervals else grid.nodes)
            locate(self.belief[actor], grid.intervals, grid.order, grid.rank, extra, index, weight)
            kept = (grid, index, weight)
            self._located[actor] = kept
        return kept[1], kept[2]
