"""Where else the fixed points of informed steps can be started, to look for other equilibria.

A start is a rule for the whole game: at every informed choice it says with which probabilities Newton's method begins,
and the choice takes the solution that this leads to. One start is used at all belief nodes and periods of a step, so
that neighbouring beliefs mostly take the same branch. There are four kinds, in turns of six starts:

1. *pooling*: all types of the mover take one move;
2. *separating*: types take moves of their own, as far as there are enough;
3. *scattered*: probabilities spread evenly over all there are, those of a step the same in every state;
4. *scattered by state*: the same, drawn for each state by itself.

The first two stand near what a best reply can be, where the usual solutions of a signalling game lie. A solution between
two of them is reached by the other two, hence two of each in a turn: Newton's method converges to it as well, which
replies that answer each other do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable

Floats = NDArray[np.float64]
KINDS = ("pooling", "separating", "scattered", "scattered by state", "scattered", "scattered by state")
SURE = 0.98
"""Probability of the move that a type takes in a pooling or separating start."""


@dataclass(frozen=True)
class Start:
    """One start; the same number and seed give the same start everywhere.

    Parameters
    ----------
    number : int, >= 1
    seed : int
    """

    number: int
    seed: int = 0

    @property
    def kind(self) -> str:
        """Which kind of start this is."""
        return KINDS[(self.number - 1) % len(KINDS)]

    @property
    def turn(self) -> int:
        """How many whole turns of kinds came before it."""
        return (self.number - 1) // len(KINDS)

    def strategy(self, table: StepTable, n_types: int, step_index: int) -> Floats:
        """Return the probabilities with which the choices of a table start, (r, k, a)."""
        moves = np.arange(table.n_moves)
        if self.kind == "scattered":
            weight = np.broadcast_to(
                self._spread(n_types, table.n_moves, step_index), (table.n_rows, n_types, len(moves))
            )
        elif self.kind == "scattered by state":
            rng = np.random.default_rng([self.seed, step_index, self.number])
            weight = rng.exponential(size=(table.n_rows, n_types, len(moves)))
        else:
            taken = self._taken(table.feasible, n_types, step_index)
            weight = np.where(taken[:, :, None] == moves, SURE, (1.0 - SURE) / max(len(moves) - 1, 1))
        weight = np.where(table.feasible[:, None, :], weight, 0.0)
        return np.asarray(weight / weight.sum(axis=2, keepdims=True))

    def _taken(self, feasible: Any, n_types: int, step_index: int) -> Any:
        """Return the move that each type takes in each row, (r, k)."""
        n_feasible = feasible.sum(axis=1)
        rng = np.random.default_rng([self.seed, step_index])
        first = (int(rng.integers(1 << 30)) if step_index else 0) + self.turn
        if self.kind == "pooling":
            place = np.broadcast_to(first % n_feasible[:, None], (len(feasible), n_types))
        else:
            by_type = np.arange(n_types) if first % 2 == 0 else np.arange(n_types)[::-1]
            place = (by_type[None, :] + first // 2) % n_feasible[:, None]
        in_row = np.cumsum(feasible, axis=1) - 1
        return (feasible[:, None, :] & (in_row[:, None, :] == place[:, :, None])).argmax(axis=2)

    def _spread(self, n_types: int, n_moves: int, step_index: int) -> Floats:
        """Return one of a row of points that fill all strategies evenly, up to a factor by type, (k, a)."""
        from scipy.stats import qmc

        points = qmc.Sobol(n_types * n_moves, scramble=True, seed=np.random.default_rng([self.seed, step_index]))
        uniform = points.fast_forward(self.number).random(1)[0]
        return np.asarray(-np.log(np.clip(uniform, 1e-9, 1.0 - 1e-9)).reshape(n_types, n_moves))
