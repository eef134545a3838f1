"""States that can still come up in a compiled game, when some moves are ruled out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable

Bools = NDArray[np.bool_]
Allowed = Callable[[int, int, StepTable], Bools]
"""``allowed(period, step_index, table)``: (r, a) moves that can be made there; a row without any stays where it is."""


def possible_states(game: Game, allowed: Allowed, since: tuple[int, int]) -> tuple[Bools, ...]:
    """Return by step the states (s,) that can come up before it at the place `since` (period, step index) or later.

    Beliefs and probabilities are not looked at: a successor that the tables name counts. After the horizon every period
    is like the last one, until nothing new comes up.
    """
    states = np.zeros(game.n_states, dtype=np.bool_)
    states[game.initial_states] = True
    found = tuple(np.zeros(game.n_states, dtype=np.bool_) for _ in game.steps)
    period, is_new = 0, True
    while period < game.n_periods or is_new:
        here, is_new = min(period, game.n_periods - 1), False
        for index, step in enumerate(game.steps):
            if (period, index) >= since:
                is_new |= bool((states & ~found[index]).any())
                found[index][states] = True
            table = step.table_at(here)
            if table is not None:
                states = _after(table, states, allowed(here, index, table))
        period += 1
    return found


def _after(table: StepTable, states: Bools, allowed: Bools) -> Bools:
    """Return the states after a step at which the `allowed` (r, a) moves can be made."""
    made = allowed & states[table.states][:, None]
    after = states.copy()
    after[table.states] &= ~allowed.any(axis=1)
    after[table.successor[_entries(table.start, made.ravel())]] = True
    if table.world is not None:
        drawn = np.repeat(made.ravel(), table.world.n_outcomes)
        after[table.world.successor[_entries(table.world.start, drawn)]] = True
    return after


def _entries(start: NDArray[np.int64], cells: Bools) -> Bools:
    """Return which successors belong to the `cells`, (nnz,)."""
    return np.repeat(cells, np.diff(start))
