"""What stays the same while paths are played: the game, how its actors choose, what is observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable
from ceasefire.simulate.history import History
from ceasefire.simulate.plans import PlannedPlay
from ceasefire.simulate.record import RecordRules
from ceasefire.simulate.shadow import ShadowPlay
from ceasefire.simulate.views import HeldView
from ceasefire.simulate.walk import Walk

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass
class Play:
    """One run over all paths.

    Parameters
    ----------
    other : HeldView, optional
        The view of actors who see the game otherwise than it is played.
    payoff : (n, i), or None
        Payoffs since the record was closed, discounted to then; None before.
    sums_payoffs : bool
        Whether they are: not for shadow types, nor where paths end before the horizon.
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
    other: HeldView | None = None
    payoff: Floats | None = None
    sums_payoffs: bool = False
    observed_decisions: int = 0
    solved_decisions: int = 0
    _rows: dict[int, Ints] = field(default_factory=dict)
    _pays: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def views(self) -> tuple[HeldView, ...]:
        """The views that actors hold, in the order of the walk's tracks."""
        held = frozenset[int]() if self.other is None else self.other.actors
        planned = None if self.plan is None else self.plan.solution
        own = HeldView(self.game, self.solution, frozenset(range(self.game.n_actors)) - held, planned)
        return (own,) if self.other is None else (own, self.other)

    def view_of(self, actor: int) -> int:
        """Return the number of the view that an actor holds."""
        return next(v for v, view in enumerate(self.views) if actor in view.actors)

    def table(self, period: int, index: int, view: int) -> StepTable:
        """Return the table of a step that takes place, as a view has it: the same rows and feasible moves in each."""
        found = self.views[view].game.steps[index].table_at(period)
        assert found is not None
        return found

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
