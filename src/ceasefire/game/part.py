"""A game of some of its states alone: what a solve needs where only these can come up, in a fraction of the room."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, GameStep, StepTable

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """Some states of a game as a game of their own.

    Parameters
    ----------
    whole : Game
    states : (m,), int
        Those that are kept, ascending.
    game : Game
        Of these alone. A successor that is not among them is put at the first one: no move that leads there may be made.
    """

    whole: Game
    states: NDArray[np.int64]
    game: Game
    _rows: dict[int, NDArray[np.int64]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, game: Game, is_kept: Bools) -> Part:
        """Return the part of a game with the states (s,) that are kept; those of its start count where they are."""
        states = np.flatnonzero(is_kept)
        place = np.maximum(np.cumsum(is_kept) - 1, 0) * is_kept
        made: dict[int, StepTable] = {}

        def of(table: StepTable) -> StepTable:
            if id(table) not in made:
                made[id(table)] = _part_of_table(table, is_kept, place)
            return made[id(table)]

        steps = tuple(replace(step, tables=tuple(of(table) for table in step.tables)) for step in game.steps)
        initial = is_kept[game.initial_states]
        start = place[game.initial_states[initial]] if initial.any() else np.zeros(1, dtype=np.int64)
        chance = game.initial_probability[initial] if initial.any() else np.ones(1)
        part = replace(
            game,
            n_states=states.size,
            state_names=tuple(game.state_names[s] for s in states) if game.state_names else (),
            initial_states=start.astype(game.initial_states.dtype),
            initial_probability=chance / chance.sum(),
            steps=steps,
            terminal=game.terminal[states],
            state_columns={name: column[states] for name, column in game.state_columns.items()},
        )
        return cls(game, states, part)

    def rows(self, step: GameStep, period: int) -> NDArray[np.int64]:
        """Return the rows of a step's table in the whole game that the part has, in its order."""
        table = step.table_at(period)
        if table is None:
            return np.zeros(0, dtype=np.int64)
        if id(table) not in self._rows:
            self._rows[id(table)] = np.flatnonzero(np.isin(table.states, self.states))
        return self._rows[id(table)]


def _part_of_table(table: StepTable, is_kept: Bools, place: NDArray[np.int64]) -> StepTable:
    rows = np.flatnonzero(is_kept[table.states])
    cells = (rows[:, None] * table.n_moves + np.arange(table.n_moves)).ravel()
    counts = np.diff(table.start)[cells]
    entries = np.repeat(table.start[cells] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    return replace(
        table,
        states=place[table.states[rows]].astype(table.states.dtype),
        feasible=table.feasible[rows],
        log_weight=table.log_weight[rows],
        payoff=table.payoff[rows],
        start=np.concatenate([[0], np.cumsum(counts)]).astype(table.start.dtype),
        successor=place[table.successor[entries]].astype(table.successor.dtype),
        probability=table.probability[:, :, entries],
        world=None,
    )
