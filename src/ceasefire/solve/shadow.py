"""Shadow types: how a type that nobody believes in answers the equilibrium.

Nobody expects these types, so they change no belief and no strategy: at fixed posteriors ``b'(a)`` of the equilibrium
their values are swept backwards and their choice is the logit reply, without a fixed point. A shadow copy of a real
type gets that type's numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.game.shadow import ShadowGame, ShadowTable
from ceasefire.solve import kernels_shadow as kernels
from ceasefire.solve.informed import cut
from ceasefire.solve.layout import Layout, Lessons, lessons
from ceasefire.solve.solution import Solution
from ceasefire.solve.stationary import only_move
from ceasefire.solve.threads import share

Floats = NDArray[np.float64]
Strategy = NDArray[np.float32]
Progress = Callable[[int, int], None]
ROUNDS = 8
"""Rounds of reply and evaluation for a stationary terminal value."""
SETTLED = 1e-6


@dataclass(frozen=True)
class ShadowSolution:
    """How shadow types choose.

    Parameters
    ----------
    strategies : float32 (r, n, m, a) by (period, step)
        Only for steps of their actor, in the periods that were kept.
    values : (s, n, q, m)
        At the start of the first period.
    """

    shadow: ShadowGame
    strategies: dict[tuple[int, int], Strategy]
    values: Floats

    def strategy(self, period: int, step_index: int) -> Strategy | None:
        """Return the choice of every shadow type, (r, n, m, a); None where nobody chooses."""
        return self.strategies.get((period, step_index))


@dataclass
class _Sweep:
    solution: Solution
    shadow: ShadowGame
    others: NDArray[np.int64]
    weight: Floats
    _lessons: dict[int, Lessons] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        return self.solution.layout

    def step(
        self, values: Floats, period: int, index: int, *, frozen: bool = False, given: Strategy | None = None,
        paid: bool = True,
    ) -> Strategy | None:  # fmt: skip
        """Take `values` (s, n, q, m) from after a step to before it, in place; return what the shadow types choose."""
        step = self.layout.game.steps[index]
        table = step.table_at(period)
        if table is None or table.n_rows == 0:
            return None
        own = self.shadow.tables[index][int(step.table_of_period[period])]
        out = np.empty((table.n_rows, *values.shape[1:]))
        payoff = np.ascontiguousarray(own.payoff) if paid else np.zeros((table.n_rows, table.n_moves, 1, 1))
        if step.actor < 0:
            self._nature(values, out, table, own, payoff, frozen)
            chosen = None
        else:
            chosen = self._choice(values, out, table, (period, index), payoff, frozen, given)
        values[table.states] = out
        return chosen

    def _nature(
        self, values: Floats, out: Floats, table: StepTable, own: ShadowTable, payoff: Floats, frozen: bool
    ) -> None:
        layout, view = self.layout, int(table.view_of_actor[self.shadow.actor])
        actor = table.type_actor if table.probability.shape[1] > 1 else -1
        if id(table) not in self._lessons:
            self._lessons[id(table)] = lessons(layout, table)
        found = self._lessons[id(table)]
        probability = table.probability if own.probability is None else own.probability
        kinds = layout.game.type_of_profile[self.others, max(actor, 0)].astype(np.int64)
        share(
            kernels.shadow_nature, table.n_rows, out.size, values, out, table.start, table.successor,
            np.ascontiguousarray(probability[view]), kinds, actor == self.shadow.actor, payoff, self._own_node(actor),
            layout.stride(actor), np.full_like(found.lesson, -1) if frozen else found.lesson, found.node, found.weight,
        )  # fmt: skip

    def _own_node(self, actor: int) -> NDArray[np.int64]:
        position = self.layout.position(actor)
        return self.layout.own_node[position] if position >= 0 else np.zeros(self.layout.n_nodes, dtype=np.int64)

    def _choice(
        self, values: Floats, out: Floats, table: StepTable, key: tuple[int, int], payoff: Floats, frozen: bool,
        given: Strategy | None,
    ) -> Strategy | None:  # fmt: skip
        layout, game = self.layout, self.layout.game
        mover = game.steps[key[1]].actor
        mine, view = mover == self.shadow.actor, int(table.view_of_actor[self.shadow.actor])
        sigma = self.solution.strategy(*key)
        if sigma is None:
            sigma = only_move(layout, table, mover)
        several = table.feasible.sum(axis=1) > 1
        teaches = several & (layout.learns_from(mover) and not frozen)
        shape = (table.n_rows, values.shape[1], values.shape[3], table.n_moves) if mine else (1, 1, 1, 1)
        chosen = given if given is not None else np.zeros(shape, dtype=np.float32)
        share(
            kernels.shadow_choice, table.n_rows, out.size, values, out, chosen, mine, given is not None, sigma, teaches,
            table.start, table.successor, np.ascontiguousarray(table.probability[view, 0]),
            payoff, table.feasible, table.log_weight, self.weight,
            game.type_of_profile[self.others, mover].astype(np.int64), self._own_node(mover), layout.stride(mover),
            cut(layout.grid(mover)), float(game.precision[mover]),
        )  # fmt: skip
        return chosen if mine and several.any() else None


def solve_shadow(
    solution: Solution, shadow: ShadowGame, *, keep_until: int | None = None, progress: Progress | None = None
) -> ShadowSolution:
    """Return how shadow types answer an equilibrium.

    Parameters
    ----------
    solution : Solution
        Of the game from which the shadow tables were made, without forced moves and with whole periods.
    keep_until : int, optional
        Last period whose strategies are kept; all unless said.
    progress : callable, optional
        Called with (periods done, periods in all).
    """
    game = solution.game
    others = np.flatnonzero(game.type_of_profile[:, shadow.actor] == 0)
    weight = np.ascontiguousarray(solution.layout.weight(shadow.actor)[:, others])
    sweep = _Sweep(solution, shadow, others, weight)
    values = np.empty((game.n_states, solution.layout.n_nodes, len(others), shadow.n_shadows))
    values[:] = np.broadcast_to(shadow.terminal, (game.n_states, len(others), shadow.n_shadows))[:, None]
    if game.stationary[shadow.actor]:
        values = _stationary(sweep, values)
    strategies: dict[tuple[int, int], Strategy] = {}
    last = game.n_periods - 1
    for period in range(last, solution.first_period - 1, -1):
        values *= game.discount_factor[shadow.actor]
        for index in range(len(game.steps) - 1, -1, -1):
            chosen = sweep.step(values, period, index)
            if chosen is not None and period <= (last if keep_until is None else keep_until):
                strategies[period, index] = chosen
        if progress is not None:
            progress(game.n_periods - period, game.n_periods - solution.first_period)
    return ShadowSolution(shadow, strategies, values)


def _stationary(sweep: _Sweep, values: Floats) -> Floats:
    """Return the values of going on for ever with the last period's strategies, every belief staying where it is."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    game = sweep.layout.game
    shape = values.shape
    last, discount = game.n_periods - 1, float(game.discount_factor[sweep.shadow.actor])

    def period_back(v: Floats, given: dict[int, Strategy] | None, paid: bool, learn: bool) -> dict[int, Strategy]:
        found: dict[int, Strategy] = {}
        v *= discount
        for index in range(len(game.steps) - 1, -1, -1):
            chosen = sweep.step(
                v, last, index, frozen=not learn, given=None if given is None else given.get(index), paid=paid
            )
            if chosen is not None:
                found[index] = chosen
        return found

    for _ in range(ROUNDS):
        chosen = period_back(values.copy(), None, True, True)
        paid = np.zeros_like(values)
        period_back(paid, chosen, True, False)

        def linear(flat: Floats, given: dict[int, Strategy] = chosen) -> Floats:
            v = flat.reshape(shape).copy()
            period_back(v, given, False, False)
            return flat - v.ravel()

        operator = LinearOperator((values.size, values.size), matvec=linear, dtype=np.float64)
        size = max(float(np.linalg.norm(paid)), 1e-300)
        found, _ = bicgstab(operator, paid.ravel(), x0=values.ravel(), rtol=0.0, atol=1e-9 * size, maxiter=300)
        new = np.asarray(found).reshape(shape).copy()
        change = float(np.abs(new - values).max())
        values = new
        if change < SETTLED:
            break
    return values


__all__: list[Any] = ["ShadowSolution", "solve_shadow"]
