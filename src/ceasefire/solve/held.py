"""Where nobody can have learned anything about an actor yet.

The prior is a node of its own in a belief grid, beside the regular ones, so that values are exact in the belief before
anybody has learned. Once every path has passed an informative step, no belief is the prior any more, unless by chance;
the node is then not worth solving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable

Bools = NDArray[np.bool_]


def prior_held(game: Game, actor: int, forced: Callable[[int, int], Any], first_period: int = 0) -> Bools:
    """Return whether the belief about `actor` may still be the prior when a step begins, (period, step).

    Parameters
    ----------
    forced : planned moves by period and step, from `first_period` on; they teach nothing
    """
    held = np.zeros((game.n_periods, len(game.steps)), dtype=np.bool_)
    states = np.zeros(game.n_states, dtype=np.bool_)
    states[game.initial_states] = True
    for period in range(game.n_periods):
        for index, step in enumerate(game.steps):
            if not states.any():
                return held
            held[period, index] = True
            table = step.table_at(period)
            if table is None or table.n_rows == 0:
                continue
            planned = forced(period, index) if period >= first_period else None
            teaches = np.zeros(table.n_rows, dtype=np.bool_)
            if step.actor == actor and actor not in game.freeze_belief:
                teaches = table.has_choice & (True if planned is None else np.asarray(planned) < 0)
            after = _successors(table, np.flatnonzero(states[table.states] & ~teaches), step.actor >= 0)
            if not any(step.actor in out for _, out in game.turn_patterns):
                states[table.states] = False
            states[after] = True
    return held


def _successors(table: StepTable, rows: Any, is_choice: bool) -> Any:
    """Return the states to which some feasible move of these rows may lead."""
    can = table.feasible[rows] if is_choice else np.ones((len(rows), 1), dtype=np.bool_)
    cell = (rows[:, None] * can.shape[1] + np.arange(can.shape[1]))[can]
    entries = [np.arange(table.start[c], table.start[c + 1]) for c in cell]
    return table.successor[np.concatenate(entries)] if entries else np.zeros(0, dtype=np.int64)
