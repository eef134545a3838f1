"""Sampled paths that carry exact, off-grid beliefs, all of them one step at a time.

At a step of actor m a path in state x with public belief b chooses with the strategy interpolated at b on the belief
grid of the solution; beliefs then follow Bayes' rule exactly, over all types of m. At a step of nature the successor is
drawn with the probabilities of the path's true types and, where a chance has ``in_world``, of its world; beliefs learn
with the public probability. At an observed step only the observed moves pass, and their probability multiplies the
weight of the path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.arrays import Game, StepTable
from ceasefire.simulate import kernels
from ceasefire.simulate.exact import strategies_for
from ceasefire.simulate.history import History
from ceasefire.simulate.model import PathSet
from ceasefire.simulate.plans import PlannedPlay
from ceasefire.simulate.random import Purpose, uniforms
from ceasefire.simulate.record import Observed, RecordRules, item_weight, record_rules
from ceasefire.simulate.shadow import ShadowPlay
from ceasefire.simulate.walk import Walk

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

EXACT_PAIRS = 1000
"""At a record step with at most this many distinct (state, belief) pairs the step is solved again."""


def simulate(
    case: Case | None,
    game: Game,
    solution: Any,
    *,
    variant: Variant = Variant(),  # noqa: B008
    n_paths: int = 20000,
    seed: int = 1,
    record: bool = True,
    until: int | None = None,
    plan: PlannedPlay | None = None,
    no_slips: bool = False,
    start: PathSet | None = None,
    shadow: ShadowPlay | None = None,
    environment: Any = None,
    exact_pairs: int = EXACT_PAIRS,
) -> PathSet:
    """Simulate paths of a solved game and weigh them by the record.

    Parameters
    ----------
    case : Case, optional
        Without one (an explicit game) there are no record, outcomes or side stocks.
    solution : Solution
        Of this game, or of one that differs only in priors, the world and side stocks.
    n_paths : int
        Rounded up so that every batch holds every type profile.
    seed : int
    record : bool
        Whether the record weighs the paths. Plans bind from ``as_of`` on either way.
    until : int, optional
        Last period simulated; the horizon if not given.
    plan : PlannedPlay, optional
    no_slips : bool
        After ``as_of``, moves worse than the best by more than 1/precision have probability zero; beliefs are still
        those of players who expect such slips.
    start : PathSet, optional
        Paths of another game over the same states (a whole-period game whose halved one follows): profile, weight,
        world, belief, side stocks and state at its last period are where these paths start. The record is not used.
    shadow : ShadowPlay, optional
        Types that nobody believes in, in place of one actor's.
    environment : Environment, optional
        Of this case and variant; made if not given.
    exact_pairs : int
        At a record step with at most this many distinct (state, belief) pairs the step is solved again; 0: never.

    Raises
    ------
    InputError
        S401 for contradicting items, S402 if no path agrees with an item.
    """
    if environment is None and case is not None:
        from ceasefire.game.environment import Environment

        environment = Environment(case, variant)
    rules = RecordRules(0, 0)
    if case is not None and start is None:
        rules = record_rules(case, game, variant, environment, use=record)
    last = game.n_periods - 1 if until is None else min(until, game.n_periods - 1)
    walk = Walk.begin(game, n_paths, seed, start, shadow)
    history = History.begin(case, game, environment, walk, last + 1, rules)
    run = _Simulation(game, solution, rules, walk, history, plan, no_slips, shadow, environment, exact_pairs)
    for period in range(last + 1):
        run.play_period(period)
    return run.history.finish(walk, rules, seed, run.share_solved_again())


@dataclass
class _Simulation:
    """One run of the steps over all paths."""

    game: Game
    solution: Any
    rules: RecordRules
    walk: Walk
    history: History
    plan: PlannedPlay | None
    no_slips: bool
    shadow: ShadowPlay | None
    environment: Any
    exact_pairs: int
    observed_decisions: int = 0
    solved_decisions: int = 0
    _rows: dict[int, Ints] = field(default_factory=dict)

    def play_period(self, period: int) -> None:
        """Play all steps of a period and note what holds when it ends."""
        walk, rules = self.walk, self.rules
        walk.draw_pattern(period)
        for index in range(len(self.game.steps)):
            if (period, index) == (rules.as_of_period, rules.first_open):
                self._close_record(period, index)
            self._play_step(period, index)
            self.history.after_step(period, index, walk)
        if (period, len(self.game.steps)) == (rules.as_of_period, rules.first_open):
            self._close_record(period, len(self.game.steps))
        if period < rules.as_of_period:
            self._weigh_states(period)
            self._resample(period, len(self.game.steps))
        self.history.end_period(period, walk)

    def _close_record(self, period: int, index: int) -> None:
        """Weigh what was observed of the state, resample and keep the beliefs held at ``as_of``."""
        self._weigh_states(period)
        self._resample(period, index)
        self.history.keep_beliefs(self.walk)

    def _weigh_states(self, period: int) -> None:
        for item in self.rules.state_items.get(period, []):
            self.walk.weigh(item.name, item_weight(item, self.environment, self.game, period)[self.walk.state], item)

    def _resample(self, period: int, index: int) -> None:
        ancestor = self.walk.resample_if_degenerate(period, index)
        if ancestor is not None:
            self.history.reorder(ancestor, period)

    # ---------------------------------------------------------------- one step
    def _play_step(self, period: int, index: int) -> None:
        step = self.game.steps[index]
        table = step.table_at(period)
        if table is None:
            self._weigh_absence(period, index)
            return
        row = self._row_of_state(table)[self.walk.state]
        move = np.where(row >= 0, 0, -1).astype(np.int8)
        slip = np.zeros(self.walk.n, dtype=bool)
        if step.actor >= 0:
            row[self.walk.sits_out(step.actor)] = -1
            move[:] = -1
            self._choose(period, index, table, row, move, slip)
        before = self.walk.state.copy()
        self._succeed(period, index, table, row, move)
        if step.actor >= 0:
            self.history.note_moves(period, index, move, slip, before, self.walk.state)

    def _row_of_state(self, table: StepTable) -> Ints:
        if id(table) not in self._rows:
            self._rows[id(table)] = kernels.rows_of(table.states, self.game.n_states)
        return self._rows[id(table)]

    def _weigh_absence(self, period: int, index: int) -> None:
        """Weigh by what the record says of a step that does not exist in this period."""
        seen, before = self.rules.steps.get((period, index)), self.walk.masses()
        if seen is not None:
            self._not_played(seen, np.full(self.walk.n, -1, dtype=np.int32))
            self.walk.note_item(seen.name, before, f"step {self.game.steps[index].name} does not exist then")

    def _not_played(self, seen: Observed | None, row: Ints) -> None:
        """Give weight zero to paths on which an observed step does not occur."""
        if seen is not None and not seen.by_default:
            self.walk.weight[row < 0] = 0.0

    def _choose(
        self, period: int, index: int, table: StepTable, row: Ints, move: NDArray[np.int8], slip: Bools
    ) -> None:
        walk, seen = self.walk, self.rules.steps.get((period, index))
        before = walk.masses()
        self._not_played(seen, row)
        for pattern in walk.patterns_present():
            here = np.where(walk.pattern == pattern, row, -1).astype(np.int32) if pattern >= 0 else row
            self._choose_in_pattern(period, index, table, here, max(pattern, 0), seen, move, slip)
        if seen is not None:
            walk.note_item(seen.name, before, f"step {self.game.steps[index].name}, period {period}")

    def _choose_in_pattern(
        self,
        period: int,
        index: int,
        table: StepTable,
        row: Ints,
        pattern: int,
        seen: Observed | None,
        move: NDArray[np.int8],
        slip: Bools,
    ) -> None:
        walk, actor = self.walk, self.game.steps[index].actor
        is_open = self.rules.is_open(period, index)
        plan = self.plan if is_open else None
        solution = self.solution if plan is None else plan.solution
        forced = None if plan is None else plan.forced(period, index)
        strategy = solution.strategy(period, index, pattern)
        if strategy is None and forced is None:
            only = np.argmax(table.feasible, axis=1).astype(np.int8)
            at = row >= 0
            move[at] = only[row[at]]
            if seen is not None:
                walk.weight[at & ~seen.allowed[move]] = 0.0
            return
        if strategy is None:
            strategy = _only_strategy(table)
        exact = seen is not None or (period == 0 and index <= self._first_decision())
        place = strategies_for(
            solution, self.game, walk, period, index, pattern, row, strategy, table, self.exact_pairs if exact else 0
        )
        if seen is not None:
            self.observed_decisions += int(np.count_nonzero(row >= 0))
            self.solved_decisions += int(np.count_nonzero(row >= 0)) * place.solved_again
        own, own_strategy = self._own(actor, period, index, pattern, place.strategy)
        if own_strategy is not place.strategy:
            place = place.on_grid(walk, solution, row, strategy, table)
        self._run_choose(place, own, own_strategy, forced, plan, seen, is_open, actor, period, index, move, slip)

    def _first_decision(self) -> int:
        return next((j for j, step in enumerate(self.game.steps) if step.actor >= 0), 0)

    def _own(self, actor: int, period: int, index: int, pattern: int, strategy: Any) -> tuple[Ints, Any]:
        """Return the index and strategy with which each path's mover chooses."""
        if self.shadow is not None and self.shadow.actor == actor:
            own = self.shadow.strategy(period, index, pattern)
            return self.walk.kind, strategy if own is None else own
        if strategy.shape[2] == 1:
            return np.zeros(self.walk.n, dtype=np.int32), strategy
        return self.walk.types[actor], strategy

    def _run_choose(
        self,
        place: Any,
        own: Ints,
        own_strategy: Any,
        forced: Any,
        plan: PlannedPlay | None,
        seen: Observed | None,
        is_open: bool,
        actor: int,
        period: int,
        index: int,
        move: NDArray[np.int8],
        slip: Bools,
    ) -> None:
        walk, table = self.walk, place.table
        forced_rows = np.full(table.n_rows, -1, dtype=np.int8) if forced is None else np.asarray(forced, dtype=np.int8)
        teach = 0 if actor in self.game.freeze_belief or self.game.n_types[actor] == 1 else 1
        if teach and plan is not None and not plan.known:
            teach = 2
        kernels.choose(
            place.row,
            place.strategy,
            own_strategy,
            np.ascontiguousarray(own),
            place.vertex,
            place.vertex_weight,
            uniforms(walk.seed, walk.path, period, index, Purpose.MOVE),
            place.take(table.feasible),
            place.take(table.log_weight),
            place.take(forced_rows),
            np.ones(table.n_moves, dtype=bool) if seen is None else seen.allowed,
            -1.0 if seen is None else self.rules.miscoded,
            self.no_slips and is_open,
            teach,
            walk.weight,
            walk.belief[actor],
            move,
            slip,
            walk.switch,
        )
        if teach:
            walk.moved(actor)

    def _succeed(self, period: int, index: int, table: StepTable, row: Ints, move: NDArray[np.int8]) -> None:
        walk, actor = self.walk, table.type_actor
        uniform = uniforms(walk.seed, walk.path, period, index, Purpose.SUCCESSOR)
        drawn = np.full(walk.n, -1, dtype=np.int32)
        if table.world is not None:
            self._draw_world(period, index, table, row, move, drawn)
        public = np.ascontiguousarray(table.probability[0])
        probability, kind = public, np.zeros(walk.n, dtype=np.int32)
        if public.shape[0] > 1:
            kind = walk.types[actor]
            if self.shadow is not None and self.shadow.actor == actor:
                probability, kind = self.shadow.nature(period, index, public), walk.kind
        learn = public.shape[0] > 1 and actor not in self.game.freeze_belief
        kernels.succeed(
            row,
            move,
            table.n_moves,
            table.start,
            table.successor,
            np.ascontiguousarray(probability),
            drawn,
            np.ascontiguousarray(kind),
            uniform,
            walk.state,
            walk.belief[max(actor, 0)],
            learn,
            public,
        )
        if learn:
            walk.moved(actor)

    def _draw_world(
        self, period: int, index: int, table: StepTable, row: Ints, move: NDArray[np.int8], drawn: Ints
    ) -> None:
        walk, world = self.walk, table.world
        assert world is not None
        at = np.flatnonzero((row >= 0) & (move >= 0))
        if not at.size:
            return
        parameters = {name: values[at] for name, values in walk.world.items()}
        chances = self._outcome_probability(world, period, index)(row[at], move[at], walk.world_profile[at], parameters)
        uniform = uniforms(walk.seed, walk.path, period, index, Purpose.CHANCE)[at]
        outcome = np.minimum((np.cumsum(chances, axis=1) <= uniform[:, None]).sum(axis=1), world.n_outcomes - 1)
        lottery = np.full(walk.n, -1, dtype=np.int64)
        lottery[at] = (row[at].astype(np.int64) * table.n_moves + move[at]) * world.n_outcomes + outcome
        many = world.probability.shape[0] > 1
        kind = walk.types[table.type_actor] if many else np.zeros(walk.n, dtype=np.int32)
        second = uniforms(walk.seed, walk.path, period, index, Purpose.SUCCESSOR)
        kernels.draw_lottery(
            lottery, world.start, world.successor, world.probability, np.ascontiguousarray(kind), second, drawn
        )

    def _outcome_probability(self, world: Any, period: int, index: int) -> Any:
        if self.shadow is not None:
            return self.shadow.outcome_probability(period, index, world)
        return world.outcome_probability

    def share_solved_again(self) -> float:
        """Return the share of observed decisions that were solved at the exact belief."""
        return 1.0 if not self.observed_decisions else self.solved_decisions / self.observed_decisions


def _only_strategy(table: StepTable) -> NDArray[np.float32]:
    """Return the strategy of a step at which nobody has a choice, on a grid of one node, (r, 1, 1, a)."""
    sigma = np.zeros((table.n_rows, 1, 1, table.n_moves), dtype=np.float32)
    sigma[np.arange(table.n_rows), 0, 0, np.argmax(table.feasible, axis=1)] = 1.0
    return sigma
