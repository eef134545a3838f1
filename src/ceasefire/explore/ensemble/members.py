"""One member of an ensemble: what a draw's game says, small enough to be kept for every draw.

A member is computed in a worker and written to disk there before it travels; what is on disk is not computed again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.explore.ensemble.courses import Course
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.forecast import curves
from ceasefire.forecast.measures import begun_by, measure
from ceasefire.forecast.next_moves import near_event, next_moves
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario, run_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.store import keep, key_of, load
from ceasefire.simulate.estimates import Sampled, mean

SAMPLED = ("numbers", "payoff")
"""Fields of a member that have replicates."""
SEEN = ("p", "p_open", "pause_if_seen", "pause_change", "belief_if_seen")
"""What a member keeps of a next move."""


@dataclass(frozen=True)
class Member:
    """What one draw says in one course.

    Parameters
    ----------
    numbers : by query text
        With replicates, so that differences between courses of a draw are paired.
    by_profile : by query text, (p,)
        A probability that was asked, given each type profile; NaN where no path has it.
    curves : by outcome, (t,)
        Probability that it has begun by the end of each period.
    end_states : by label, (t,)
    held, reader, held_by_others : by actor, (t, k)
        Mean belief held in the game, the reader's posterior, and where perceptions are hidden the mean belief held by those
        who see something otherwise.
    stocks, side : by name, (t,)
        Means.
    payoff : by actor
        From ``as_of`` on, discounted to then, in years of that actor's best-minus-worst; `payoff_by_profile` (p,).
    near : by label
    near_by_type : by type, by label
    next_moves : by ``step.move``
        Of each next move: ``p``, ``p_open``, ``pause_if_seen``, ``pause_change`` and ``belief_if_seen`` of its ``Signpost``.
    log_likelihood : float
        Of the record; `log_likelihood_by_profile` (p,), `items` by record item (p,).
    prior : (p,)
        Prior of each type profile in this draw.
    unsolved : int
        Decisions that did not meet the tolerance.
    """

    numbers: Mapping[str, Sampled]
    by_profile: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    end_states: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    held: Mapping[str, list[list[float]]] = field(default_factory=dict)
    reader: Mapping[str, list[list[float]]] = field(default_factory=dict)
    held_by_others: Mapping[str, list[list[float]]] = field(default_factory=dict)
    stocks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    side: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    near: Mapping[str, float] = field(default_factory=dict)
    near_by_type: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    next_moves: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    log_likelihood: float = 0.0
    log_likelihood_by_profile: tuple[float, ...] = ()
    items: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    prior: tuple[float, ...] = ()
    payoff: Mapping[str, Sampled] = field(default_factory=dict)
    payoff_by_profile: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    unsolved: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, to be kept (they may be NaN or infinite)."""
        return {
            **asdict(self),
            **{name: {text: x.as_dict() for text, x in getattr(self, name).items()} for name in SAMPLED},
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Member:
        """Return what `as_dict` gave."""
        sampled = {name: {text: Sampled.from_dict(x) for text, x in kept[name].items()} for name in SAMPLED}
        return cls(**{**kept, **sampled})


def record_of(members: Sequence[Member]) -> RecordByDraw:
    """Return what the record says of members, each of which has the prior of its profiles."""
    items = [{name: np.array(x) for name, x in member.items.items()} for member in members]
    return RecordByDraw.of(items, np.array([member.prior for member in members]))


@dataclass(frozen=True)
class Draw:
    """The courses of one draw that share a game; `compute` gives a member for each."""

    start: Scenario
    courses: tuple[Course, ...]
    settings: Settings

    def kept(self, case: Case) -> tuple[Member, ...] | None:
        """Return the members if all are on disk."""
        found = [load("members", self._key(case, course)) for course in self.courses]
        return None if any(one is None for one in found) else tuple(Member.from_dict(one) for one in found)

    def compute(self, case: Case) -> tuple[Member, ...]:
        """Return the members, and keep each as soon as it is there."""
        return tuple(self._member(case, course) for course in self.courses)

    def keep(self, case: Case, found: tuple[Member, ...]) -> None:
        """Write the members to disk."""
        for course, member in zip(self.courses, found, strict=True):
            keep("members", self._key(case, course), member.as_dict())

    def key(self, case: Case) -> str:
        """Return the hash of everything that the members depend on."""
        return key_of(members=[self._key(case, course) for course in self.courses])

    def _key(self, case: Case, course: Course) -> str:
        run = run_key(case, course.scenario(self.start), self.settings)
        return key_of(run=run, asked=sorted(leaf.text for leaf in course.asked), member=_text())

    def _member(self, case: Case, course: Course) -> Member:
        kept = load("members", self._key(case, course))
        if kept is not None:
            return Member.from_dict(kept)
        began = time.perf_counter()
        run = run_variant(case, settings=self.settings, scenario=course.scenario(self.start))
        found = _of_run(run, course, began)
        keep("members", self._key(case, course), found.as_dict())
        return found


@cache
def _text() -> str:
    """Return a hash of this file: kept numbers do not depend on the other modules of its folder."""
    return sha256(Path(__file__).read_bytes()).hexdigest()[:16]


def _of_run(run: Run, course: Course, began: float) -> Member:
    numbers = _numbers(run, course.asked)
    paths, case = run.paths, run.case
    near = near_event(run)
    held, reader, others = _beliefs(run)
    periods = range(run.n_periods)
    labels = curves.end_states_by_period(run)
    return Member(
        numbers,
        _by_profile(run, course.asked),
        {o.name: tuple(begun_by(run, o.name, t).value for t in periods) for o in case.outcomes},
        labels,
        held,
        reader,
        others,
        {s.name: _means(run, run.game.state_columns[s.name][paths.state]) for s in case.stocks},
        {s.name: _means(run, paths.side[s.name]) for s in case.side if s.name in paths.side},
        {label: band.value for label, band in near.labels.items()} if near else {},
        near.by_type if near else {},
        {f"{one.step}.{one.move}": {name: getattr(one, name) for name in SEEN} for one in next_moves(run)},
        float(paths.log_likelihood),
        _floats(paths.log_likelihood_by_profile),
        {name: _floats(x) for name, x in paths.item_log_likelihood.items()},
        _floats(run.game.profile_prior),
        *_payoffs(run),
        len(run.solution.tally.failed),
        time.perf_counter() - began,
    )


def _floats(x: Any) -> tuple[float, ...]:
    return () if x is None else tuple(float(y) for y in x)


def _numbers(run: Run, asked: tuple[q.Leaf, ...]) -> dict[str, Sampled]:
    numbers = {}
    for leaf in asked:
        if any(isinstance(c, q.TypeSet) for c in leaf.conditions):
            from ceasefire.forecast.evaluate import assume
            from ceasefire.forecast.shadow import measure_shadow

            found = measure_shadow(run.case, leaf, assume(run.scenario, leaf.conditions), run.settings, None)
        else:
            found = measure(run, leaf)
        numbers[leaf.text] = found.number
    return numbers


def _by_profile(run: Run, asked: tuple[q.Leaf, ...]) -> dict[str, tuple[float, ...]]:
    from ceasefire.forecast.headlines import simple_headlines
    from ceasefire.forecast.measures import indicator

    found = {}
    for query in (*simple_headlines(run.case), *asked):
        if isinstance(query, q.Probability) and not any(isinstance(c, q.TypeSet) for c in query.conditions):
            seen, among = indicator(run, query)
            found[query.text] = _given_profiles(run, seen, among)
    return found


def _given_profiles(run: Run, x: Any, among: Any = None) -> tuple[float, ...]:
    kept = np.ones(run.paths.n_paths, dtype=bool) if among is None else among
    masks = (kept & (run.paths.profile == p) for p in range(run.game.n_profiles))
    return tuple(mean(run.paths, x, mask).value for mask in masks)


def _payoffs(run: Run) -> tuple[dict[str, Sampled], dict[str, tuple[float, ...]]]:
    payoff = run.paths.payoff
    if payoff is None:
        return {}, {}
    by_actor = dict(zip(run.game.actor_names, payoff.T, strict=True))
    means = {actor: mean(run.paths, x) for actor, x in by_actor.items()}
    return means, {actor: _given_profiles(run, x) for actor, x in by_actor.items()}


def _beliefs(run: Run) -> tuple[dict[str, list[list[float]]], ...]:
    """Return the beliefs held, the reader's, and those of actors who see something otherwise; by actor they are about."""
    found = curves.beliefs(run)
    kinds = ("held", "reader", "held_by_others")
    return tuple({actor: about[kind] for actor, about in found.items() if kind in about} for kind in kinds)


def _means(run: Run, x: Any) -> tuple[float, ...]:
    return tuple(float(run.paths.weight @ x[t]) for t in range(run.n_periods))
