"""Public histories of explicit games: which decisions lie along one, with exact beliefs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import UsageError
from ceasefire.game.arrays import StepTable
from ceasefire.game.beliefs import bayes, safe_log

if TYPE_CHECKING:
    from ceasefire.solve.solution import Solution

Floats = NDArray[np.float64]


def decisions_along(solution: Solution, history: str) -> list[dict[str, Any]]:
    """Return every decision along `history`, the first beyond its last token included.

    Returns
    -------
    list of {period, step, state, actor, moves, beliefs, probabilities}
        ``probabilities`` has one row per own type of the mover; moves that are not feasible are left out.

    Raises
    ------
    UsageError
        If a token names no feasible move or no reachable state, or a period has too few or too many.
    """
    walk = _Walk(solution, history)
    walk.run()
    return walk.decisions


class _Walk:
    def __init__(self, solution: Solution, history: str) -> None:
        self.solution, self.game = solution, solution.game
        self.text = history
        self.periods = [[token.strip() for token in part.split(",") if token.strip()] for part in history.split(";")]
        self.beliefs: list[Floats] = [np.array(self.game.prior[i]) for i in self.game.informed]
        self.decisions: list[dict[str, Any]] = []
        self.state = int(self.game.initial_states[0])

    def run(self) -> None:
        last = len(self.periods) - 1
        first = self.solution.first_period
        for number in range(self.game.n_periods - first):
            tokens = list(self.periods[number]) if number <= last else []
            ended = not self._period(first + number, tokens)
            if tokens:
                raise UsageError(f"history {self.text!r}: {tokens[0]!r} is one token too many in period {number}")
            if ended and number < last:
                raise UsageError(f"history {self.text!r}: period {number} has too few tokens")
            if ended:
                return
        if last >= self.game.n_periods - first:
            raise UsageError(f"history {self.text!r} has more periods than the game")

    def _period(self, period: int, tokens: list[str]) -> bool:
        """Walk one period; return False where the tokens ran out."""
        for index, step in enumerate(self.game.steps):
            table = step.table_at(period)
            row = _row(table, self.state)
            if table is None or row < 0:
                continue
            move = 0 if step.actor < 0 else self._move(period, index, table, row, tokens)
            if move < 0 or not self._transition(table, row, move, tokens):
                return False
        return True

    def _move(self, period: int, index: int, table: StepTable, row: int, tokens: list[str]) -> int:
        feasible = np.flatnonzero(table.feasible[row])
        if len(feasible) == 1:
            return int(feasible[0])
        step = self.game.steps[index]
        names = [step.move_names[a] for a in feasible]
        sigma = self.solution.strategies_at(
            period, index, np.array([row]), [b[None] for b in self.beliefs], exact=True
        )[0]
        self.decisions.append({
            "period": period,
            "step": step.name,
            "state": self.game.state_names[self.state],
            "actor": self.game.actor_names[step.actor],
            "moves": names,
            "beliefs": {self.game.actor_names[i]: b.tolist() for i, b in zip(self.game.informed, self.beliefs, strict=True)},
            "probabilities": sigma[:, feasible].tolist(),
        })  # fmt: skip
        if not tokens:
            return -1
        token = tokens.pop(0)
        if token not in names:
            raise UsageError(
                f"history {self.text!r}: {token!r} is no feasible move of step {step.name!r} in state "
                f"{self.game.state_names[self.state]!r}; these are: {', '.join(names)}"
            )
        move = int(feasible[names.index(token)])
        planned = self.solution.forced(period, index)
        if self.solution.layout.learns_from(step.actor) and (planned is None or planned[row] < 0):
            position = self.solution.layout.position(step.actor)
            self.beliefs[position] = bayes(safe_log(self.beliefs[position]), safe_log(sigma[:, move]))
        return move

    def _transition(self, table: StepTable, row: int, move: int, tokens: list[str]) -> bool:
        cell = row * table.n_moves + move
        entries = np.arange(table.start[cell], table.start[cell + 1])
        entries = entries[(table.probability[0][:, entries] > 0.0).any(axis=0)]
        if len(entries) == 1:
            entry = entries[0]
        else:
            if not tokens:
                return False
            token = tokens.pop(0)
            names = [self.game.state_names[s] for s in table.successor[entries]]
            if token not in names:
                raise UsageError(
                    f"history {self.text!r}: {token!r} is no state reached from {self.game.state_names[self.state]!r}; "
                    f"these are: {', '.join(names)}"
                )
            entry = entries[names.index(token)]
        if table.probability.shape[1] > 1 and self.solution.layout.learns_from(table.type_actor):
            position = self.solution.layout.position(table.type_actor)
            self.beliefs[position] = bayes(safe_log(self.beliefs[position]), safe_log(table.probability[0, :, entry]))
        self.state = int(table.successor[entry])
        return True


def _row(table: StepTable | None, state: int) -> int:
    """Return the row of a state in a table, -1 where the table does not apply."""
    if table is None:
        return -1
    row = int(np.searchsorted(table.states, state))
    return row if row < table.n_rows and table.states[row] == state else -1
