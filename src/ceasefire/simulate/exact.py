"""Strategies where the paths are: interpolated on the belief grid, or solved again at few distinct exact beliefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable
from ceasefire.simulate.views import Track
from ceasefire.simulate.walk import Walk

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """Where each path finds its strategy.

    Parameters
    ----------
    row : (n,), int
        Row of `strategy`; negative: not played.
    strategy : (r, v, k, a), float32
    vertex, vertex_weight : (n, c)
    table_row : (r,), int, or None
        Row of the table behind each row of `strategy`; None: the same rows.
    solved_again : bool
    """

    table: StepTable
    row: Ints
    strategy: NDArray[np.float32]
    vertex: Ints
    vertex_weight: Floats
    table_row: Ints | None
    solved_again: bool

    def take(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return the rows of a table's array that belong to the rows of ``strategy``."""
        return array if self.table_row is None else np.ascontiguousarray(array[self.table_row])


def strategies_for(
    solution: Any,
    game: Game,
    walk: Walk,
    track: Track,
    period: int,
    step: int,
    pattern: int,
    row: Ints,
    strategy: NDArray[np.float32],
    table: StepTable,
    most_pairs: int,
) -> Places:
    """Return where each path finds its strategy at a step.

    Parameters
    ----------
    track : Track
        The beliefs at which it is looked for.
    most_pairs : int
        The step is solved again where there are at most this many distinct (row, belief) pairs; 0: never.
    """
    if most_pairs > 0 and game.informed:
        pairs = _distinct(walk, track, row, most_pairs)
        if pairs is not None:
            first, inverse = pairs
            beliefs = [track.belief[i][first] for i in game.informed]
            rows = np.ascontiguousarray(row[first])
            again = solution.strategies_at(period, step, rows, beliefs, exact=True, pattern=pattern)
            exact = np.ascontiguousarray(np.asarray(again, dtype=np.float32)[:, None])
            ones = np.zeros((walk.n, 1), dtype=np.int32)
            return Places(table, inverse, exact, ones, np.ones((walk.n, 1)), rows, True)
    return interpolated(track, solution, row, strategy, table)


def interpolated(track: Track, solution: Any, row: Ints, strategy: NDArray[np.float32], table: StepTable) -> Places:
    """Return the places of paths that find their strategy between the nodes of the belief grid."""
    if strategy.shape[1] == 1:
        index, weight = np.zeros((track.n, 1), dtype=np.int32), np.ones((track.n, 1))
    else:
        index, weight = track.nodes(solution.grids)
    exact = strategy.shape[1] == 1 and not track.informed
    return Places(table, np.ascontiguousarray(row), np.ascontiguousarray(strategy), index, weight, None, exact)


def _distinct(walk: Walk, track: Track, row: Ints, most: int) -> tuple[NDArray[np.int64], Ints] | None:
    """Return a path of each distinct (row, belief) pair and each path's pair, (n,) with -1 where not played."""
    at = np.flatnonzero((row >= 0) & (walk.weight > 0))
    if not at.size:
        return None
    columns = [row[at].astype(np.float64)[:, None], *(track.belief[i][at] for i in track.informed)]
    keys = np.ascontiguousarray(np.round(np.hstack(columns), 14) + 0.0)
    packed = keys.view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    if first.size > most:
        return None
    pair = np.full(row.shape, -1, dtype=np.int32)
    pair[at] = inverse
    return at[first], pair
