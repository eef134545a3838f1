"""Solve only the states that can come up, as a game of their own; strategies are given for all states of the whole one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game
from ceasefire.game.beliefs import BeliefGrid
from ceasefire.game.part import Part
from ceasefire.solve.held import prior_held
from ceasefire.solve.solution import Solution
from ceasefire.solve.sweep import Forced, Strategy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Possible = Callable[[int, int], Bools]


@dataclass
class PartSolution:
    """A solution of the states that can come up; elsewhere strategies are even.

    Parameters
    ----------
    part : Part
    solution : Solution
        Of the part's game.
    """

    part: Part
    solution: Solution
    _even: dict[int, Strategy] = field(default_factory=dict)

    @property
    def grids(self) -> tuple[BeliefGrid, ...]:
        """Belief grids, one per informed actor in actor order."""
        return self.solution.grids

    def strategy(self, period: int, step_index: int, pattern: int = 0) -> Strategy | None:
        """Return the move probabilities of a step of the whole game, float32 (r, n, k, a); None where nobody chooses."""
        found = self.solution.strategy(period, step_index, pattern)
        if found is None:
            return None
        rows = self.part.rows(self.part.whole.steps[step_index], period)
        table = self.part.whole.steps[step_index].table_at(period)
        assert table is not None
        if id(table) not in self._even:
            even = table.feasible / table.feasible.sum(axis=1, keepdims=True)
            shape = (table.n_rows, *found.shape[1:])
            self._even[id(table)] = np.broadcast_to(even[:, None, None], shape).astype(np.float32)
        whole = self._even[id(table)].copy()
        whole[rows] = found
        return whole

    def strategies_at(
        self, period: int, step_index: int, rows: Any, beliefs: Sequence[Any], *, exact: bool, pattern: int = 0
    ) -> Floats:
        """Return move probabilities (m, k, a) at points off the grid; `rows` (m,) are those of the whole game."""
        kept = self.part.rows(self.part.whole.steps[step_index], period)
        own = np.searchsorted(kept, np.asarray(rows))
        return self.solution.strategies_at(period, step_index, own, beliefs, exact=exact, pattern=pattern)


def solve_part(game: Game, possible: Possible, forced: Forced, first_period: int, **settings: Any) -> PartSolution:
    """Solve the states that can come up from `first_period` on, and only those.

    Parameters
    ----------
    possible : callable
        ``possible(period, step_index)`` gives the states (s,) that can come up before a step, closed under what can follow
        when the `forced` moves are made; the same in the last period as in all before.
    settings : as for ``solve``
    """
    from ceasefire.solve import solve

    last = game.n_periods - 1
    part = Part.of(game, np.any([possible(last, index) for index in range(len(game.steps))], axis=0))
    held = {actor: prior_held(game, actor, forced, first_period) for actor in game.informed}

    def forced_there(period: int, index: int) -> NDArray[np.int8] | None:
        planned = forced(period, index)
        return None if planned is None else np.asarray(planned, dtype=np.int8)[part.rows(game.steps[index], period)]

    solution = solve(
        part.game,
        forced=forced_there,
        first_period=first_period,
        possible=lambda period, index: possible(period, index)[part.states],
        held=held,
        audit=False,
        **settings,
    )
    return PartSolution(part, solution)
