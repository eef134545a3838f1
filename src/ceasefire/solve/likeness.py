"""How far two solutions of one game part where play leads: along the play of each, the moves that would differ.

Mass is pushed forward over the belief nodes, each belief after a move going to the nodes around it, which keeps its mean.
What the types of a place are is then what its belief says, so that one number per state and node is enough.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.game.beliefs import bayes, safe_log
from ceasefire.solve.layout import lessons
from ceasefire.solve.solution import Solution

Floats = NDArray[np.float64]
NEGLIGIBLE = 1e-9
"""Mass that is not followed."""


def moves_apart(first: Solution, other: Solution) -> float:
    """Return how many moves are expected to differ along the play of either solution, the larger of the two."""
    return max(Push(first, other).run(), Push(other, first).run())


class Push:
    """The play of one solution, and what another would do in its place; ``mass`` (s, n) is where play has come to."""

    def __init__(self, solution: Solution, other: Solution) -> None:
        self.solution, self.other = solution, other
        self.game, self.layout = solution.game, solution.layout
        self.belief = [g.nodes[own] for g, own in zip(self.layout.grids, self.layout.own_node, strict=True)]
        self.apart = 0.0
        self.mass = np.zeros((self.game.n_states, self.layout.n_nodes))
        self._lessons: dict[int, Any] = {}

    def run(self) -> float:
        """Return the expected number of moves that differ."""
        index, weight = self.layout.corners([self.game.prior[i][None] for i in self.game.informed])
        for state, chance in zip(self.game.initial_states, self.game.initial_probability, strict=True):
            np.add.at(self.mass[state], index[0], chance * weight[0])
        for period in range(self.solution.first_period, self.game.n_periods):
            total = np.zeros_like(self.mass)
            for pattern, (probability, out) in enumerate(self.game.turn_patterns):
                mine = probability * self.mass
                for j, step in enumerate(self.game.steps):
                    table = step.table_at(period)
                    if step.actor not in out and table is not None and table.n_rows:
                        mine = self._step(mine, table, (period, j, pattern))
                total += mine
            self.mass = total
        return self.apart

    def _step(self, mass: Floats, table: StepTable, key: tuple[int, int, int]) -> Floats:
        row, node = np.nonzero(mass[table.states] > NEGLIGIBLE)
        here = mass[table.states[row], node]
        after = mass.copy()
        after[table.states] = 0.0
        if self.game.steps[key[1]].actor < 0:
            self._nature(after, table, row, node, here)
        else:
            self._choice(after, table, key, row, node, here)
        return after

    def _nature(self, after: Floats, table: StepTable, row: Any, node: Any, here: Floats) -> None:
        place, entry = _entries(table, row * table.n_moves)
        chance = table.probability[0, 0, entry]
        position = self.layout.position(table.type_actor)
        if table.probability.shape[1] > 1:
            about = self.belief[position][node[place]] if position >= 0 else self._one(len(place))
            chance = (about * table.probability[0][:, entry].T).sum(axis=1)
        index, weight = node[place][:, None], np.ones((len(place), 1))
        if position >= 0:
            if id(table) not in self._lessons:
                self._lessons[id(table)] = lessons(self.layout, table)
            found, own = self._lessons[id(table)], self.layout.own_node[position][node[place]]
            lesson = found.lesson[entry]
            if len(found.likelihood):
                stays = np.zeros((len(place), self.layout.grid(table.type_actor).n_types))
                stays[:, 0] = 1.0
                to = np.where(lesson[:, None] >= 0, found.node[lesson, own], own[:, None])
                weight = np.where(lesson[:, None] >= 0, found.weight[lesson, own], stays)
                index = node[place][:, None] + (to - own[:, None]) * self.layout.stride(table.type_actor)
        _add(after, table.successor[entry], index, (here[place] * chance)[:, None] * weight)

    def _choice(
        self, after: Floats, table: StepTable, key: tuple[int, int, int], row: Any, node: Any, here: Floats
    ) -> None:
        actor = self.game.steps[key[1]].actor
        mine, other = (_choices(s, table, key, row, node) for s in (self.solution, self.other))
        position = self.layout.position(actor)
        belief = self.belief[position][node] if position >= 0 else self._one(len(row))
        self.apart += float(here @ (belief * 0.5 * np.abs(mine - other).sum(axis=2)).sum(axis=1))
        planned = self.solution.forced(key[0], key[1])
        teaches = np.full(len(row), self.layout.learns_from(actor)) & (table.feasible[row].sum(axis=1) > 1)
        if planned is not None:
            teaches &= np.asarray(planned)[row] < 0
        for a in range(table.n_moves):
            chance = (belief * mine[:, :, a]).sum(axis=1)
            some = np.flatnonzero(chance > 0.0)
            index, weight = node[some][:, None], np.ones((len(some), 1))
            if self.layout.learns_from(actor):
                own = self.layout.own_node[position][node[some]]
                posterior = bayes(safe_log(belief[some]), safe_log(mine[some, :, a]))
                posterior = np.where(teaches[some][:, None], posterior, belief[some])
                to, weight = self.layout.grids[position].locate(posterior)
                index = node[some][:, None] + (to - own[:, None]) * self.layout.stride(actor)
            place, entry = _entries(table, row[some] * table.n_moves + a)
            moved = (here[some] * chance[some])[place] * table.probability[0, 0, entry]
            _add(after, table.successor[entry], index[place], moved[:, None] * weight[place])

    @staticmethod
    def _one(n: int) -> Floats:
        return np.ones((n, 1))


def _choices(solution: Solution, table: StepTable, key: tuple[int, int, int], row: Any, node: Any) -> Floats:
    """Return move probabilities (m, k, a) at rows and nodes."""
    sigma = solution.strategy(*key)
    if sigma is None:
        return np.asarray(table.feasible[row].astype(np.float64)[:, None, :])
    found = sigma[row, node].astype(np.float64)
    return np.asarray(found / found.sum(axis=2, keepdims=True))


def _entries(table: StepTable, cell: Any) -> tuple[Any, Any]:
    """Return, for every successor of every cell, the place of the cell among `cell` and the entry of the successor."""
    count = table.start[cell + 1] - table.start[cell]
    place = np.repeat(np.arange(len(cell)), count)
    ends = np.cumsum(count)
    return place, np.arange(len(place)) - np.repeat(ends - count, count) + table.start[cell][place]


def _add(after: Floats, state: Any, index: Any, mass: Floats) -> None:
    """Add `mass` (m, c) at states (m,) and nodes (m, c)."""
    flat = state[:, None].astype(np.int64) * after.shape[1] + index
    after += np.bincount(flat.ravel(), mass.ravel(), after.size).reshape(after.shape)
