"""What the solver returns: strategies, values, how well they hold."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable
from ceasefire.game.beliefs import BeliefGrid
from ceasefire.solve.informed import Tally
from ceasefire.solve.layout import Layout
from ceasefire.solve.memory import recent_periods
from ceasefire.solve.points import choice_at, move_values_at
from ceasefire.solve.starts import Start
from ceasefire.solve.strategies import Strategies
from ceasefire.solve.sweep import Forced, Key, Possible, Strategy, Sweep, all_possible, sweep_period

if TYPE_CHECKING:
    from ceasefire.solve.certificate import Certificate
    from ceasefire.solve.stationary import StationaryEnd

Floats = NDArray[np.float64]
BRANCH = "stagewise-principal"
KEPT_POINTS = 256
"""Sets of points off the grid at which steps were solved again that a solution keeps."""


@dataclass
class Solution:
    """An agent logit equilibrium of a game on belief grids.

    Parameters
    ----------
    layout : the belief nodes; ``grids`` are its grids
    strategies : float32 (r, n, k, a) by (period, step, pattern), only where somebody has a choice; on disk where they
        do not fit into memory
    checkpoints : values at the start of some periods, (s, n, p, i); the horizon's are the terminal values
    first_period : int
        Earlier periods were not solved.
    end : StationaryEnd, optional
        What happens after the horizon, where somebody's terminal value is stationary.
    possible : callable
        The states that were solved; elsewhere strategies are even and values mean nothing.
    elsewhere : Start, optional
        Where informed choices were started; None: the principal solution of each.
    """

    layout: Layout
    intervals: tuple[int, ...]
    tolerance: float
    forced: Forced
    first_period: int
    strategies: Strategies[Key]
    checkpoints: dict[int, Floats]
    tally: Tally
    end: StationaryEnd | None = None
    possible: Possible = all_possible
    elsewhere: Start | None = None
    _periods: OrderedDict[tuple[int, int], dict[int, Floats]] = field(default_factory=OrderedDict)
    _exact: OrderedDict[tuple[Any, ...], Floats] = field(default_factory=OrderedDict)

    @property
    def game(self) -> Game:
        """The game solved."""
        return self.layout.game

    @property
    def grids(self) -> tuple[BeliefGrid, ...]:
        """Belief grids, one per informed actor in actor order."""
        return self.layout.grids

    @property
    def branch(self) -> str:
        """The rule by which one of several solutions of an informed choice was taken."""
        return BRANCH if self.elsewhere is None else f"start {self.elsewhere.number}"

    @property
    def converged(self) -> bool:
        """Whether every fixed point met the tolerance."""
        return not self.tally.failed

    def strategy(self, period: int, step_index: int, pattern: int = 0) -> Strategy | None:
        """Return the move probabilities of a step, float32 (r, n, k, a); None where nobody has a choice."""
        return self.strategies.get((period, step_index, pattern))

    def start_values(self, period: int) -> Floats:
        """Return the values at the start of a period, (s, n, p, i); the horizon's are the terminal values."""
        if period in self.checkpoints:
            return self.checkpoints[period]
        later = min(t for t in self.checkpoints if t > period)
        values = self.checkpoints[later].copy()
        for t in range(later - 1, period - 1, -1):
            values = self._resweep(values, t, None)
        self.checkpoints = {t: v for t, v in self.checkpoints.items() if t not in self._temporary}
        self._temporary = {period}
        self.checkpoints[period] = values
        return values

    _temporary: set[int] = field(default_factory=set)

    def _resweep(self, values: Floats, period: int, after: Callable[[int, int, Floats], None] | None) -> Floats:
        sweep = Sweep(self.layout, self.tolerance, self.forced, possible=self.possible)
        return sweep_period(
            sweep, values, period, lambda *_: None, lambda t, j, q: self.strategies.get((t, j, q)), after
        )

    def values_after(self, period: int, step_index: int, pattern: int = 0) -> Floats:
        """Return the values right after a step, (s, n, p, i), discounted to it; recomputed on demand."""
        slot = (period, pattern)
        if slot not in self._periods:
            found: dict[int, Floats] = {}

            def keep(index: int, q: int, values: Floats) -> None:
                if q == pattern:
                    found[index] = values.copy()

            self._resweep(self.start_values(period + 1).copy(), period, keep)
            self._periods[slot] = found
            size = sum(v.nbytes for v in found.values())
            while len(self._periods) > recent_periods(size):
                self._periods.popitem(last=False)
        self._periods.move_to_end(slot)
        return self._periods[slot][step_index]

    def strategies_at(
        self, period: int, step_index: int, rows: Any, beliefs: Sequence[Any], *, exact: bool, pattern: int = 0
    ) -> Floats:
        """Return move probabilities (m, k, a) at points off the grid.

        Parameters
        ----------
        rows : (m,), int
            Rows of the step's table.
        beliefs : (m, k) per informed actor
        exact : bool
            True solves the step again at each point, off the principal branch near the strategy interpolated there;
            False interpolates the strategy between the nodes around it.
        """
        rows = np.asarray(rows, dtype=np.int64)
        table = self._table(period, step_index)
        sigma = self.strategy(period, step_index, pattern)
        actor = self.game.steps[step_index].actor
        if sigma is None:
            only = table.feasible[rows].astype(np.float64)
            return np.repeat(only[:, None, :], self.game.n_types[actor], axis=1)
        near = None
        if not exact or self.elsewhere is not None:
            index, weight = self.layout.corners(beliefs)
            spread = np.broadcast_to(weight, (len(rows), weight.shape[1]))
            near = np.asarray(np.einsum("mc,mcka->mka", spread, sigma[rows[:, None], index]), dtype=np.float64)
        if near is not None and not exact:
            return near
        return self._solved_at(period, step_index, pattern, rows, beliefs, near)

    def _solved_at(
        self, period: int, step_index: int, pattern: int, rows: Any, beliefs: Sequence[Any], near: Floats | None
    ) -> Floats:
        """Return a step solved again at points; the last ones are kept, since runs under plans share the record."""
        points = (rows, *(np.asarray(belief, dtype=np.float64) for belief in beliefs))
        key = (period, step_index, pattern, *(x.tobytes() for x in points))
        if key not in self._exact:
            while len(self._exact) >= KEPT_POINTS:
                self._exact.popitem(last=False)
            table, actor = self._table(period, step_index), self.game.steps[step_index].actor
            values, planned = self.values_after(period, step_index, pattern), self.forced(period, step_index)
            self._exact[key] = choice_at(
                self.layout, table, actor, values, rows, beliefs, planned, self.tolerance, near
            )
        return self._exact[key]

    def move_values_at(
        self, period: int, step_index: int, rows: Any, beliefs: Sequence[Any], *, pattern: int = 0
    ) -> Floats:
        """Return what each move is worth to each own type of the mover, (m, k, a), at points off the grid.

        Beliefs after the move are those of the step solved again at the point; NaN where not feasible.
        """
        rows = np.asarray(rows, dtype=np.int64)
        table, actor = self._table(period, step_index), self.game.steps[step_index].actor
        values = self.values_after(period, step_index, pattern)
        sigma = self.strategies_at(period, step_index, rows, beliefs, exact=True, pattern=pattern)
        return move_values_at(self.layout, table, actor, values, rows, beliefs, sigma)

    def _table(self, period: int, step_index: int) -> StepTable:
        table = self.game.steps[step_index].table_at(period)
        if table is None:
            raise ValueError(f"step {self.game.steps[step_index].name!r} does not exist in period {period}")
        return table

    @cached_property
    def values(self) -> Floats:
        """Expected payoff of each actor at the start by type profile, (i, p), at the prior."""
        game = self.game
        index, weight = self.layout.corners([game.prior[i][None] for i in game.informed])
        start = self.start_values(self.first_period)[game.initial_states][:, index[0]]
        return np.asarray(np.einsum("m,c,mcpi->ip", game.initial_probability, weight[0], start))

    @cached_property
    def expected_values(self) -> Floats:
        """Expected payoff of each actor at the start, averaged over the prior, (i,)."""
        prior = np.ones(1)
        for own in self.game.prior:
            prior = np.multiply.outer(prior, own).ravel()
        return np.asarray(self.values @ prior)

    def along(self, history: str) -> list[dict[str, Any]]:
        """Return the decisions along a public history, each solved again at the exact belief.

        Parameters
        ----------
        history : str
            In the syntax of ``--history``: tokens separated by ``,``, periods by ``;``.
        """
        from ceasefire.solve.history import decisions_along

        return decisions_along(self, history)

    @cached_property
    def certificate(self) -> Certificate:
        """How well the equations hold; computed from the strategies alone, at first use."""
        from ceasefire.solve.certificate import certify

        return certify(self)
