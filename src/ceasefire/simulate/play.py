"""What stays the same while paths are played: the game, how its actors choose, what is observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable
from ceasefire.simulate.history import History
from ceasefire.simulate.plans import PlannedPlay
from ceasefire.simulate.record import RecordRules
from ceasefire.simulate.shadow import ShadowPlay
from ceasefire.simulate.walk import Walk

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass
class Play:
    """One run over all paths.

    Parameters
    ----------
    payoff : (n, i), or None
        Payoffs since the record was closed, discounted to then; None before.
    """

    game: Game
    solution: Any
    rules: RecordRules
    walk: Walk
    history: History
    plan: PlannedPlay | None = None
    no_slips: bool = False
    shadow: ShadowPlay | None = None
    environment: Any = None
    exact_pairs: int = 0
    payoff: Floats | None = None
    observed_decisions: int = 0
    solved_decisions: int = 0
    _rows: dict[int, Ints] = field(default_factory=dict)
    _pays: dict[int, bool] = field(default_factory=dict)

    def row_of_state(self, table: StepTable) -> Ints:
        """Return the row of each state in a table, (s,); -1 where it does not apply."""
        if id(table) not in self._rows:
            self._rows[id(table)] = rows_of(table.states, self.game.n_states)
        return self._rows[id(table)]

    def pays(self, table: StepTable) -> bool:
        """Return whether a table has any payoff."""
        if id(table) not in self._pays:
            self._pays[id(table)] = bool(table.payoff.any())
        return self._pays[id(table)]

    def share_solved_again(self) -> float:
        """Return the share of observed decisions that were solved at the exact belief."""
        return 1.0 if not self.observed_decisions else self.solved_decisions / self.observed_decisions


def rows_of(states: Ints, n_states: int) -> Ints:
    """Return the row of each state in a table, (s,); -1 where the table does not apply."""
    rows = np.full(n_states, -1, dtype=np.int32)
    rows[states] = np.arange(states.size, dtype=np.int32)
    return rows
