"""Walk through a solved game move by move, with exact beliefs: what `play` and `explain` stand on.

At each decision the step is solved again at the belief that is held there. After a move of an actor with private types
``b'(k | a)`` is proportional to ``b(k) sigma(a | k)``; after a nature step that depends on types, to
``b(k) P(x' | x, k)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, GameStep, StepTable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """Where a walk stands: before step `step` of `period`, with one belief per informed actor."""

    period: int
    step: int
    state: int
    beliefs: tuple[Floats, ...]


@dataclass(frozen=True)
class Decision:
    """A choice among two or more feasible moves.

    Parameters
    ----------
    row : int
        Of the step's table.
    feasible : (m,), int
        Columns of the feasible moves.
    probability : (k, m)
        Of each feasible move by own type of the mover (one row where it has no private types).
    """

    spot: Spot
    actor: int
    step: GameStep
    row: int
    feasible: NDArray[np.int64]
    probability: Floats

    @property
    def move_names(self) -> tuple[str, ...]:
        """Names of the feasible moves."""
        return tuple(self.step.move_names[a] for a in self.feasible)


class Walk:
    """A solved game that can be walked through; nothing in it changes."""

    def __init__(self, game: Game, solution: Any) -> None:
        self.game, self.solution = game, solution

    def start(self, state: int | None = None) -> Spot:
        """Return the first period, before its first step; the likeliest initial state unless one is given."""
        game = self.game
        first = int(game.initial_states[int(np.argmax(game.initial_probability))])
        beliefs = tuple(np.asarray(game.prior[i], dtype=np.float64) for i in game.informed)
        return Spot(0, 0, first if state is None else state, beliefs)

    def over(self, spot: Spot) -> bool:
        """Return whether the horizon is reached."""
        return spot.period >= self.game.n_periods

    def table(self, spot: Spot) -> tuple[StepTable, int] | None:
        """Return the table of the step and the row of the state in it; None where the step does not occur there."""
        table = self.game.steps[spot.step].table_at(spot.period)
        if table is None:
            return None
        row = int(np.searchsorted(table.states, spot.state))
        if row >= table.n_rows or table.states[row] != spot.state:
            return None
        return table, row

    def decision(self, spot: Spot) -> Decision | None:
        """Return the choice at a spot; None where nobody has two feasible moves."""
        found, step = self.table(spot), self.game.steps[spot.step]
        if found is None or step.actor < 0:
            return None
        table, row = found
        feasible = np.flatnonzero(table.feasible[row])
        if feasible.size < 2:
            return None
        beliefs = [b[None, :] for b in spot.beliefs]
        sigma = self.solution.strategies_at(
            spot.period, spot.step, np.array([row], dtype=np.int32), beliefs, exact=True
        )
        return Decision(spot, step.actor, step, row, feasible, np.asarray(sigma, dtype=np.float64)[0][:, feasible])

    def after_move(self, spot: Spot, move: int) -> list[tuple[float, Spot]]:
        """Return where a move (or nature, with move 0) leads: probability at the belief held, and the next spot."""
        found = self.table(spot)
        if found is None:
            return [(1.0, self._next(spot, spot.state, spot.beliefs))]
        table, row = found
        beliefs = self._learn_from_move(spot, move)
        begin, end = table.start[row * table.n_moves + move : row * table.n_moves + move + 2]
        states, by_type = table.successor[begin:end], table.probability[0][:, begin:end]
        reached = []
        for column, state in enumerate(states):
            p, learned = self._learn_from_nature(table, by_type[:, column], beliefs)
            if p > 0:
                reached.append((p, self._next(spot, int(state), learned)))
        return reached

    def _next(self, spot: Spot, state: int, beliefs: tuple[Floats, ...]) -> Spot:
        last = spot.step + 1 == len(self.game.steps)
        return Spot(spot.period + last, 0 if last else spot.step + 1, state, beliefs)

    def _learn_from_move(self, spot: Spot, move: int) -> tuple[Floats, ...]:
        decision = self.decision(spot)
        actor = self.game.steps[spot.step].actor
        if decision is None or actor not in self.game.informed or actor in self.game.freeze_belief:
            return spot.beliefs
        column = int(np.flatnonzero(decision.feasible == move)[0])
        return self._updated(spot.beliefs, actor, decision.probability[:, column])[1]

    def _learn_from_nature(
        self, table: StepTable, by_type: Floats, beliefs: tuple[Floats, ...]
    ) -> tuple[float, tuple[Floats, ...]]:
        actor = table.type_actor
        if actor < 0 or actor not in self.game.informed:
            return float(by_type[0]), beliefs
        p, learned = self._updated(beliefs, actor, by_type)
        return p, beliefs if actor in self.game.freeze_belief else learned

    def _updated(self, beliefs: tuple[Floats, ...], actor: int, likelihood: Floats) -> tuple[float, tuple[Floats, ...]]:
        at = self.game.informed.index(actor)
        weight = beliefs[at] * likelihood
        total = float(weight.sum())
        if total <= 0:
            return 0.0, beliefs
        return total, (*beliefs[:at], weight / total, *beliefs[at + 1 :])

    def to_decision(self, spot: Spot) -> tuple[Spot, Decision | None]:
        """Go on while nothing is open: no choice and at most one possible successor; return where it stops."""
        while not self.over(spot):
            decision = self.decision(spot)
            if decision is not None:
                return spot, decision
            reached = self.after_move(spot, self._only_move(spot))
            if len(reached) > 1:
                return spot, None
            spot = reached[0][1]
        return spot, None

    def _only_move(self, spot: Spot) -> int:
        found = self.table(spot)
        return 0 if found is None else int(np.flatnonzero(found[0].feasible[found[1]])[0])

    def chances(self, spot: Spot) -> list[tuple[float, Spot]]:
        """Return what may happen where nobody chooses."""
        return self.after_move(spot, self._only_move(spot))

    def with_beliefs(self, spot: Spot, beliefs: tuple[Floats, ...]) -> Spot:
        """Return the spot with other beliefs."""
        return replace(spot, beliefs=beliefs)
