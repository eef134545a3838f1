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
from ceasefire.solve.stationary import BEFORE_LINEAR, MOST, ROUNDS, SETTLED, StationaryEnd, only_move
from ceasefire.solve.strategies import Strategies
from ceasefire.solve.threads import share

Floats = NDArray[np.float64]
Strategy = NDArray[np.float32]
Progress = Callable[[int, int], None]


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
    strategies: Strategies[tuple[int, int]]
    values: Floats

    def strategy(self, period: int, step_index: int) -> Strategy | None:
        """Return the choice of every shadow type, (r, n, m, a); None where nobody chooses."""
        return self.strategies.get((period, step_index))


@dataclass
class _Sweep:
    layout: Layout
    strategy: Callable[[int, int], Strategy | None]
    shadow: ShadowGame
    others: NDArray[np.int64]
    weight: Floats
    _lessons: dict[int, Lessons] = field(default_factory=dict)

    @classmethod
    def of(cls, layout: Layout, strategy: Callable[[int, int], Strategy | None], shadow: ShadowGame) -> _Sweep:
        others = np.flatnonzero(layout.game.type_of_profile[:, shadow.actor] == 0)
        return cls(
            layout, strategy, shadow, others, np.ascontiguousarray(layout.weight(shadow.actor)[:, others])
        )  # fmt: skip

    def terminal(self) -> Floats:
        """Return the terminal values, (s, n, q, m)."""
        size = (self.layout.game.n_states, self.layout.n_nodes, len(self.others), self.shadow.n_shadows)
        values = np.empty(size)
        values[:] = np.broadcast_to(self.shadow.terminal, (size[0], *size[2:]))[:, None]
        return values

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
        sigma = self.strategy(*key)
        if sigma is None:
            sigma = only_move(layout, table, mover)
        several = table.has_choice
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
    sweep = _Sweep.of(solution.layout, solution.strategy, shadow)
    values = sweep.terminal()
    if game.stationary[shadow.actor] and solution.end is not None:
        values = _stationary(solution.layout, solution.end, shadow)
    strategies: Strategies[tuple[int, int]] = Strategies()
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


def _stationary(layout: Layout, end: StationaryEnd, shadow: ShadowGame) -> Floats:
    """Return the values at the horizon of going on for ever, the others with the strategies of the stationary end."""
    game = layout.game
    sweep = _Sweep.of(end.layout, lambda period, index: end.strategies.get((index, 0)), shadow)
    last, discount = game.n_periods - 1, float(game.discount_factor[shadow.actor])

    def period_back(values: Floats, given: dict[int, Strategy] | None, paid: bool) -> dict[int, Strategy]:
        found: dict[int, Strategy] = {}
        values *= discount
        for index in range(len(game.steps) - 1, -1, -1):
            fixed = None if given is None else given.get(index)
            chosen = sweep.step(values, last, index, frozen=True, given=fixed, paid=paid)
            if chosen is not None:
                found[index] = chosen
        return found

    values = np.zeros_like(sweep.terminal())
    for turn in range(ROUNDS * BEFORE_LINEAR + MOST):
        new = values.copy()
        chosen = period_back(new, None, True)
        change, values = float(np.abs(new - values).max()), new
        if change < SETTLED:
            break
        if turn < ROUNDS * BEFORE_LINEAR and turn % BEFORE_LINEAR == BEFORE_LINEAR - 1:
            values = _for_ever(values, chosen, period_back)
    return end.onto(layout, values)


def _for_ever(guess: Floats, chosen: dict[int, Strategy], period_back: Callable[..., Any]) -> Floats:
    """Solve the linear equation of following `chosen` for ever."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    paid = np.zeros_like(guess)
    period_back(paid, chosen, True)

    def linear(flat: Floats) -> Floats:
        values = flat.reshape(guess.shape).copy()
        period_back(values, chosen, False)
        return flat - values.ravel()

    operator = LinearOperator((guess.size, guess.size), matvec=linear, dtype=np.float64)
    first = float(np.linalg.norm(paid.ravel() - linear(guess.ravel())))
    found, _ = bicgstab(operator, paid.ravel(), x0=guess.ravel(), rtol=0.0, atol=1e-2 * first + 1e-300, maxiter=100)
    values = np.asarray(found).reshape(guess.shape).copy()
    return values if np.isfinite(values).all() else guess


__all__: list[Any] = ["ShadowSolution", "solve_shadow"]
