"""Backward induction over the steps of a period and over the periods.

With V the value after a step, the value before it is

    W_i(a; b') = u_i(x, a; k) + sum_x' P_i(x' | x, a) V_i(x', b'; k)
    V_i(x, b; k) = sum_a sigma(a | k_m) W_i(a; b'(a); k),    sigma logit in the mover's expected W

Values change in place: a step reads them whole, writes its own rows beside them and then puts these back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game, StepTable
from ceasefire.solve import kernels
from ceasefire.solve.informed import InformedStep, Tally
from ceasefire.solve.layout import Layout, Lessons, lessons
from ceasefire.solve.starts import Start
from ceasefire.solve.threads import share

Floats = NDArray[np.float64]
Strategy = NDArray[np.float32]
Forced = Callable[[int, int], "NDArray[np.int8] | None"]
Possible = Callable[[int, int], "NDArray[np.bool_] | None"]
"""``possible(period, step_index)``: (s,) states that can come up before the step; None: all of them."""
Key = tuple[int, int, int]
"""(period, step index, pattern)."""


def nothing_forced(period: int, step_index: int) -> None:
    """Return that no move is planned."""


def all_possible(period: int, step_index: int) -> None:
    """Return that every state can come up."""


@dataclass
class Sweep:
    """The machinery of one solve: what each table needs, prepared once, and room to work in.

    Parameters
    ----------
    tolerance : residual at which a fixed point counts as solved
    forced : planned moves by period and step
    start : by (step, pattern), strategies (r, n, k, a) near which the first period's are looked for
    audit : hold warm starts against the continuation; False only on the way to values that are not kept
    possible : states for which steps are done; elsewhere strategies are even and values mean nothing
    elsewhere : where informed choices are started instead, to look for other solutions
    held : by actor, (period, step)
        Where the belief may still be the prior; without an entry everywhere. See ``held``.
    """

    layout: Layout
    tolerance: float = 1e-9
    forced: Forced = nothing_forced
    audit: bool = True
    possible: Possible = all_possible
    elsewhere: Start | None = None
    held: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    start: dict[tuple[int, int], Strategy] = field(default_factory=dict)
    _informed: dict[int, InformedStep] = field(default_factory=dict)
    _lessons: dict[int, Lessons] = field(default_factory=dict)
    _weight: dict[int, Floats] = field(default_factory=dict)
    _warm: dict[tuple[int, int, int], tuple[NDArray[np.int64], Floats]] = field(default_factory=dict)
    _room: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def game(self) -> Game:
        """The game solved."""
        return self.layout.game

    def informed(self, table: StepTable, mover: int) -> InformedStep:
        """Return what an informed step needs, prepared at first use."""
        if id(table) not in self._informed:
            self._informed[id(table)] = InformedStep.of(self.layout, table, mover)
        return self._informed[id(table)]

    def lessons(self, table: StepTable) -> Lessons:
        """Return what nature's table teaches, prepared at first use."""
        if id(table) not in self._lessons:
            self._lessons[id(table)] = lessons(self.layout, table)
        return self._lessons[id(table)]

    def weight(self, actor: int) -> Floats:
        """Return the probability of profiles given the actor's own type, prepared at first use."""
        if actor not in self._weight:
            self._weight[actor] = self.layout.weight(actor)
        return self._weight[actor]

    def step(self, values: Floats, period: int, index: int, pattern: int, known: Strategy | None) -> Strategy | None:
        """Take `values` (s, n, p, i) from after a step to before it, in place; return the strategy.

        Parameters
        ----------
        known : strategy found earlier, optional
            The step is then only followed again, not searched.
        """
        step = self.game.steps[index]
        table = step.table_at(period)
        if table is None or table.n_rows == 0:
            return None
        out = self.rows(table.n_rows)
        possible = self.possible(period, index)
        is_done = np.ones(table.n_rows, dtype=np.bool_) if possible is None else possible[table.states]
        rows = np.flatnonzero(is_done)
        sigma = None
        if step.actor < 0:
            self._nature(values, out, table, rows)
        else:
            sigma = self._choice(values, out, table, step.actor, (period, index, pattern), known, is_done)
        share(kernels.put_rows, len(rows), out.size, values, table.states, rows, out)
        return sigma if sigma is not None and table.has_choice.any() else None

    def rows(self, n_rows: int) -> Floats:
        """Return room for the values of a step's rows, (r, n, p, i); the same room at every call."""
        game = self.game
        shape = (n_rows, self.layout.n_nodes, game.n_profiles, game.n_actors)
        size = int(np.prod(shape))
        if self._room.size < size:
            self._room = np.empty(size)
        return self._room[:size].reshape(shape)

    def _nature(self, values: Floats, out: Floats, table: StepTable, rows: Any) -> None:
        actor = table.type_actor if table.probability.shape[1] > 1 else -1
        found = self.lessons(table)
        position = self.layout.position(actor)
        own_node = self.layout.own_node[position] if position >= 0 else np.zeros(self.layout.n_nodes, dtype=np.int64)
        share(
            kernels.nature_step, len(rows), out.size,
            values, out, rows, table.start, table.successor, table.probability, table.view_of_actor, table.payoff,
            self.layout.own_type(actor), own_node, self.layout.stride(actor), found.lesson, found.node, found.weight,
        )  # fmt: skip

    def _choice(
        self, values: Floats, out: Floats, table: StepTable, actor: int, key: Key, known: Strategy | None, is_done: Any
    ) -> Strategy:
        game = self.game
        planned = self.forced(key[0], key[1])
        forced = np.full(table.n_rows, -1, dtype=np.int8) if planned is None else np.asarray(planned, dtype=np.int8)
        teaches = self.layout.learns_from(actor) & table.has_choice & (forced < 0) & is_done
        sigma = np.zeros((table.n_rows, self.layout.n_nodes, game.n_types[actor], table.n_moves), dtype=np.float32)
        if not is_done.all():
            can = table.feasible[~is_done]
            sigma[~is_done] = (can / can.sum(axis=1, keepdims=True))[:, None, None]
        plain = np.flatnonzero(is_done & ~teaches)
        if len(plain):
            self._plain(values, out, sigma, plain, self.layout.all_nodes, table, actor, forced)
        rows = np.flatnonzero(teaches)
        if len(rows):
            self._teach(values, out, sigma, rows, self.informed(table, actor), key, known)
        return sigma

    def _plain(
        self,
        values: Floats,
        out: Floats,
        sigma: Strategy,
        rows: Any,
        nodes: Any,
        table: StepTable,
        actor: int,
        forced: Any,
    ) -> None:
        share(
            kernels.plain_step, len(rows), out.size, values, out, sigma, rows, nodes, forced, False, table.start,
            table.successor, table.probability, table.view_of_actor, table.payoff, table.feasible, table.log_weight,
            self.weight(actor), self.layout.own_type(actor), float(self.game.precision[actor]), actor,
        )  # fmt: skip

    def _teach(
        self, values: Floats, out: Floats, sigma: Strategy, rows: Any, step: InformedStep, key: Key,
        known: Strategy | None,
    ) -> None:  # fmt: skip
        slot = (key[1], int(self.game.steps[key[1]].table_of_period[key[0]]), key[2])
        warm = self._start(step, rows, slot, known)
        audit = known is None and self.audit and self.elsewhere is None
        points = None if self.audit else self._points(step, key)
        z, task_row, others, counters = step.solve(values, rows, warm, self.tolerance, audit=audit, points=points)
        if points is not None:
            none = np.full(step.table.n_rows, -1, dtype=np.int8)
            self._plain(values, out, sigma, rows, step.corner_nodes, step.table, step.mover, none)
        step.finish(values, out, sigma, z, task_row, others, points)
        if points is not None and not points[-1] and step.is_prior[-1]:
            step.interpolate(out, sigma, rows)
        if known is None:
            if self.elsewhere is None:
                self._warm[slot] = (rows, z)
            self.tally.add(key[0], key[1], task_row, counters[1], counters[2], counters[0])
            self.tally.switches += step.count_switches(sigma, rows)

    def _points(self, step: InformedStep, key: Key) -> NDArray[np.bool_]:
        """Return at which of the mover's own nodes there is something to solve.

        At a corner nothing is learned, so that the choice is a plain one; the prior's own node is left out where nobody
        can hold that belief any more.
        """
        points = ~step.corners
        held = self.held.get(step.mover)
        if held is not None and not held[key[0], key[1]]:
            points &= ~step.is_prior
        return points

    def _start(self, step: InformedStep, rows: Any, slot: Any, known: Strategy | None) -> Floats | None:
        """Return where to start from: the strategy known, else the same step a period later, else nothing."""
        if known is not None:
            return z_of_strategy(known[rows], step)
        if self.elsewhere is not None:
            return self._z_elsewhere(step, rows, slot[0])
        if slot in self._warm and np.array_equal(self._warm[slot][0], rows):
            return self._warm[slot][1]
        first = self.start.get((slot[0], slot[2]))
        if slot not in self._warm and first is not None and first.shape[0] == step.table.n_rows:
            return z_of_strategy(first[rows], step)
        return None

    def _z_elsewhere(self, step: InformedStep, rows: Any, index: int) -> Floats:
        """Return the start of informed choices as the fixed points want it, (task, n, a, k)."""
        assert self.elsewhere is not None
        sigma = self.elsewhere.strategy(step.table, step.grid.n_types, index)[rows]
        z = np.log(np.maximum(sigma, 1e-44)).transpose(0, 2, 1)[:, None, None]
        shape = (len(rows), len(step.others), step.grid.n_nodes, *z.shape[3:])
        return np.broadcast_to(z, shape).reshape(-1, *shape[2:]).copy()


def z_of_strategy(sigma: Strategy, step: InformedStep) -> Floats:
    """Return log sigma as the fixed points want it, (task, n, a, k)."""
    r, _, k, a = sigma.shape
    by_own = sigma.reshape(r, -1, step.grid.n_nodes, step.stride, k, a).transpose(0, 1, 3, 2, 5, 4)
    z = np.log(np.maximum(by_own.astype(np.float64), 1e-44))
    return np.ascontiguousarray(z.reshape(-1, step.grid.n_nodes, a, k))


Keep = Callable[[int, int, int, "Strategy | None"], None]


def sweep_period(
    sweep: Sweep, values: Floats, period: int, keep: Keep, known: Callable[[int, int, int], Strategy | None],
    after: Callable[[int, int, Floats], None] | None = None,
) -> Floats:  # fmt: skip
    """Take `values` from the start of the next period to the start of this one; may work in place.

    The value at the start is the mean over the public patterns of who sits the period out. Patterns that agree on all
    who still may move share their work.

    Parameters
    ----------
    keep : called with (period, step, pattern, strategy)
    after : called with (step, pattern, values after it), values discounted
    """
    game = sweep.game
    values *= game.discount_factor
    patterns = [(q, probability, out) for q, (probability, out) in enumerate(game.turn_patterns)]
    return _branch(sweep, values, period, len(game.steps) - 1, patterns, keep, known, after)


def _branch(
    sweep: Sweep, values: Floats, period: int, index: int, patterns: list[Any], keep: Keep, known: Any, after: Any
) -> Floats:  # fmt: skip
    """Sweep steps `index`, ..., 0 for patterns that have agreed so far; return the mean value times their probability."""
    game = sweep.game
    while index >= 0:
        actor = game.steps[index].actor
        sits = [actor in out for _, _, out in patterns]
        if any(sits) and not all(sits):
            parts = [[p for p, s in zip(patterns, sits, strict=True) if s == want] for want in (True, False)]
            first = _branch(sweep, values.copy(), period, index, parts[0], keep, known, after)
            first += _branch(sweep, values, period, index, parts[1], keep, known, after)
            return first
        if after is not None:
            for q, _, _ in patterns:
                after(index, q, values)
        if not any(sits):
            q = patterns[0][0]
            sigma = sweep.step(values, period, index, q, known(period, index, q))
            for pattern, _, _ in patterns:
                keep(period, index, pattern, sigma)
        index -= 1
    weight = sum(probability for _, probability, _ in patterns)
    if weight != 1.0:
        values *= weight
    return values
