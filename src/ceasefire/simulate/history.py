"""What is kept of paths as they are played: states, beliefs, moves, slips, announcements, side stocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.game.arrays import Game
from ceasefire.simulate.model import PathSet
from ceasefire.simulate.record import RecordRules
from ceasefire.simulate.walk import Walk

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class ByPeriod:
    """Formulas over the states of a game, evaluated once, or once per period where they read ``date``."""

    def __init__(self, game: Game, environment: Any) -> None:
        self.game, self.environment = game, environment
        self._kept: dict[tuple[str, int], Any] = {}

    def __call__(self, formula: Any, period: int) -> Any:
        """Return the formula at the start of a period, (s,), (s, p) or a number."""
        key = (formula.text, period if "date" in formula.names else -1)
        if key not in self._kept:
            if key[1] >= 0:
                self._kept.pop((formula.text, period - 1), None)
            self._kept[key] = np.asarray(self.environment.evaluate(formula, self.game, period))
        return self._kept[key]

    def on(self, formula: Any, period: int, state: Ints, profile: Ints) -> Any:
        """Return the formula on each path, (n,), or a number."""
        values = self(formula, period)
        if values.ndim == 2:
            return values[state if values.shape[0] > 1 else 0, profile]
        return values[state] if values.ndim == 1 else values


@dataclass
class History:
    """Arrays that fill up as paths are played; see ``PathSet`` for what they hold."""

    case: Case | None
    game: Game
    environment: Any
    formulas: ByPeriod
    state: Ints
    hit: dict[str, Bools]
    beliefs: list[dict[int, NDArray[np.float32]]]
    slip: NDArray[np.uint16]
    move: dict[int, NDArray[np.int8]]
    side: dict[str, Floats]
    side_formula: dict[str, Any]
    status_codes: Ints
    last_actor_step: int
    before_nature: Ints
    next_periods: range
    before: dict[tuple[int, int], Ints] = field(default_factory=dict)
    beliefs_at_as_of: list[dict[int, Floats]] = field(default_factory=list)

    @classmethod
    def begin(
        cls, case: Case | None, game: Game, environment: Any, walk: Walk, n_periods: int, rules: RecordRules
    ) -> History:
        """Return empty arrays for `n_periods` periods."""
        shape = (n_periods, walk.n)
        announced = [o for o in (() if case is None else case.outcomes) if o.status == "announced"]
        statuses = [game.state_columns[s.name] for s in (() if case is None else case.statuses)]
        formulas = {} if walk.strata.keep_shares else _side_formulas(case)
        return cls(
            case=case,
            game=game,
            environment=environment,
            formulas=ByPeriod(game, environment),
            state=np.zeros(shape, dtype=np.int32),
            hit={o.name: np.zeros(shape, dtype=bool) for o in announced},
            beliefs=[
                {i: np.zeros((*shape, game.n_types[i]), dtype=np.float32) for i in game.informed} for _ in walk.tracks
            ],
            slip=np.zeros(shape, dtype=np.uint16),
            move={j: np.full(shape, -1, dtype=np.int8) for j, step in enumerate(game.steps) if step.actor >= 0},
            side={name: np.zeros(shape) for name in formulas},
            side_formula=formulas,
            status_codes=np.array(statuses, dtype=np.int32).reshape(len(statuses), game.n_states),
            last_actor_step=max((j for j, step in enumerate(game.steps) if step.actor >= 0), default=-1),
            before_nature=walk.state.copy(),
            next_periods=range(rules.as_of_period, rules.as_of_period + 2),
        )

    # ---------------------------------------------------------------- while playing
    def note_moves(
        self, period: int, step: int, move: NDArray[np.int8], slip: Bools, before: Ints, after: Ints
    ) -> None:
        """Keep the moves of a step, where the next ones were made, and for slips which statuses they changed."""
        self.move[step][period] = move
        if period in self.next_periods:
            self.before[period, step] = before
        slipped = np.flatnonzero(slip & (before != after))
        for bit, codes in enumerate(self.status_codes[:16]):
            changed = slipped[codes[before[slipped]] != codes[after[slipped]]]
            self.slip[period, changed] |= np.uint16(1 << bit)

    def after_step(self, period: int, step: int, walk: Walk) -> None:
        """Keep which announcements hold right after a step."""
        if step == self.last_actor_step:
            self.before_nature = walk.state.copy()
        if self.case is not None and self.hit:
            for outcome in self.case.outcomes:
                if outcome.name in self.hit:
                    holds = self.formulas.on(outcome.reach, period, walk.state, walk.profile)
                    self.hit[outcome.name][period] |= np.asarray(holds, dtype=bool)

    def end_period(self, period: int, walk: Walk) -> None:
        """Keep states, beliefs and side stocks when a period ends."""
        self.state[period] = walk.state
        for kept, track in zip(self.beliefs, walk.tracks, strict=True):
            for actor in kept:
                kept[actor][period] = track.belief[actor]
        flowing = self.before_nature if self.last_actor_step >= 0 else walk.state
        for name, formula in self.side_formula.items():
            flow = self.formulas.on(formula, period, flowing, walk.profile)
            before = self.side[name][period - 1] if period else self._side_start(name, walk)
            self.side[name][period] = before + flow * self.environment.years

    def _side_start(self, name: str, walk: Walk) -> Any:
        assert self.case is not None
        initial = {s.name: s.initial for s in self.case.side}
        return walk.side_start.get(name, initial[name.split(".")[0]])

    def keep_beliefs(self, walk: Walk) -> None:
        """Keep the beliefs held right after the last observed step."""
        self.beliefs_at_as_of = self._held_now(walk)

    def _held_now(self, walk: Walk) -> list[dict[int, Floats]]:
        return [{i: track.belief[i].copy() for i in self.game.informed} for track in walk.tracks]

    def reorder(self, ancestor: NDArray[np.int64], period: int) -> None:
        """Give each path the past of its ancestor."""
        kept: list[NDArray[Any]] = [self.state, self.slip, *self.hit.values(), *self.move.values(), *self.side.values()]
        kept += [array for beliefs in self.beliefs for array in beliefs.values()]
        for array in kept:
            array[: period + 1] = array[: period + 1, ancestor]
        self.before_nature = self.before_nature[ancestor]
        self.before = {place: state[ancestor] for place, state in self.before.items()}
        self.beliefs_at_as_of = [{i: b[ancestor] for i, b in held.items()} for held in self.beliefs_at_as_of]

    # ---------------------------------------------------------------- at the end
    def finish(self, walk: Walk, rules: RecordRules, seed: int, solved_again: float, payoff: Floats | None) -> PathSet:
        """Return the paths."""
        total = walk.weight.sum()
        at_as_of = self.beliefs_at_as_of or self._held_now(walk)
        by_profile = np.log(weights_by_prior(walk)) + walk.log_scale
        return PathSet(
            n_periods=self.state.shape[0],
            seed=seed,
            weight=walk.weight / total,
            batch=walk.batch,
            profile=walk.profile,
            start_state=walk.start_state,
            state=self.state,
            hit=self.hit,
            belief=self.beliefs[0],
            belief_at_as_of=at_as_of[0],
            other_belief=self.beliefs[1] if len(self.beliefs) > 1 else {},
            other_belief_at_as_of=at_as_of[1] if len(at_as_of) > 1 else {},
            slip=self.slip,
            move=self.move,
            before=self.before,
            side=self.side,
            world=walk.world,
            log_likelihood=float(np.log(total) + walk.log_scale) if walk.items else 0.0,
            log_likelihood_by_profile=by_profile,
            item_log_likelihood=walk.items,
            resampled=tuple(walk.resampled),
            solved_again=solved_again,
            switch_share=float(walk.weight @ walk.switch / total),
            payoff=payoff,
            notes=self._notes(walk, rules),
        )

    def _notes(self, walk: Walk, rules: RecordRules) -> Mapping[str, Any]:
        return {
            "as_of_period": rules.as_of_period,
            "first_open": rules.first_open,
            "state_names": self.game.state_names,
            "last_beliefs": [{i: track.belief[i] for i in self.game.informed} for track in walk.tracks],
            "kind": walk.kind,
        }


def weights_by_prior(walk: Walk) -> Floats:
    """Return the weight of each profile over its prior, (p,): its likelihood but for the scale, tiny where none is."""
    size = walk.strata.n_profiles
    prior = np.bincount(walk.strata.profile, walk.strata.prior, size)
    mass = walk.masses()
    return np.where((mass > 0) & (prior > 0), mass / np.where(prior > 0, prior, 1.0), 1e-300)


def _side_formulas(case: Case | None) -> dict[str, Any]:
    """Return the flow of every side stock, with ``.low`` and ``.high`` where the case gives them."""
    found: dict[str, Any] = {}
    for side in () if case is None else case.side:
        found[side.name] = side.flow
        found |= {f"{side.name}.{end}": f for end, f in (("low", side.low), ("high", side.high)) if f is not None}
    return found
