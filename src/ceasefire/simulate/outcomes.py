"""Outcomes as automata on paths: when a spell begins, ends, is long enough, and which one counts.

A condition is looked at when a period ends (``in_effect``) or right after any step of the period (``announced``). A
spell begins in the first period in which ``reach`` holds while no spell is on, and ends in the first later period in
which ``ends`` holds (without ``ends``: in which ``reach`` fails). It is dated at its start. ``lasting`` asks for
ceil(D / period) further period ends; a spell that the horizon cuts short before that is *undecided*. The first spell
counts that is long enough and begins after the start of the ``as_of`` period (with ``any`` from the first period on)
and, with ``after``, later than the other outcome.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.mechanism import Outcome
from ceasefire.case.model import Case
from ceasefire.game.arrays import Game
from ceasefire.simulate.model import PathSet, Spells

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]


def further_periods(outcome: Outcome, years: float) -> int:
    """Return how many further period ends a spell must last, for periods of `years`."""
    return math.ceil(round(outcome.lasting_days / (365.25 * years), 6))


def find_spells(reach: Bools, ends: Bools | None, before: Bools, *, lasting: int, earliest: Ints) -> Spells:
    """Return the first spell on each path that counts.

    Parameters
    ----------
    reach, ends : (t, n), bool
        Whether the conditions hold in each period; without `ends` a spell ends when `reach` fails.
    before : (n,), bool
        Whether `reach` held before the first period: that spell is already on and never counts.
    lasting : int
        Further periods that a spell must outlive.
    earliest : (n,), int
        First period in which a spell may begin.
    """
    n_periods, n = reach.shape
    on = before.copy()
    start = np.full(n, -1, dtype=np.int32)
    found = np.full(n, n_periods, dtype=np.int32)
    end = np.full(n, n_periods, dtype=np.int32)
    is_found = np.zeros(n, dtype=bool)
    for t in range(n_periods):
        stops = on & (~reach[t] if ends is None else ends[t])
        closes = stops & is_found & (end == n_periods)
        end[closes] = t
        start[stops] = -1
        on &= ~stops
        begins = reach[t] & ~on
        if ends is not None:
            begins &= ~ends[t]
        on |= begins
        start[begins & ~is_found & (earliest <= t)] = t
        matured = on & ~is_found & (start >= 0) & (start + lasting <= t)
        found[matured] = start[matured]
        is_found |= matured
    undecided = ~is_found & on & (start >= 0)
    found[undecided] = start[undecided]
    return Spells(found, end, undecided)


def spells(case: Case, game: Game, paths: PathSet, outcome_name: str, environment: Any) -> Spells:
    """Return when an outcome of the case happened on each path.

    Parameters
    ----------
    outcome_name : str
        Key of the case's outcomes.
    environment : Environment
        Of the game on which the paths were made; gives conditions and dates.
    """
    outcome = next(o for o in case.outcomes if o.name == outcome_name)
    before = holds(environment, game, outcome, 0)[paths.start_state]
    reach = _reached(game, paths, outcome, environment)
    ends = None
    if outcome.ends is not None:
        ends = np.stack([environment.condition(outcome.ends, game, t)[paths.state[t]] for t in range(paths.n_periods)])
    first = 0 if outcome.any_time else int(paths.notes.get("as_of_period", 0))
    earliest = np.full(paths.weight.shape, first, dtype=np.int32)
    if outcome.after is not None:
        other = spells(case, game, paths, outcome.after, environment)
        earliest = np.maximum(earliest, other.start + (0 if _may_meet(case, outcome) else 1)).astype(np.int32)
        earliest[other.undecided] = paths.n_periods
    return find_spells(reach, ends, before, lasting=further_periods(outcome, environment.years), earliest=earliest)


def holds(environment: Any, game: Game, outcome: Outcome, period: int) -> Bools:
    """Return at which states an outcome is reached in a period, (s,)."""
    return np.asarray(environment.condition(outcome.reach, game, period), dtype=bool)


def _reached(game: Game, paths: PathSet, outcome: Outcome, environment: Any) -> Bools:
    """Return whether the outcome was reached in each period, (t, n)."""
    if outcome.status == "announced":
        return np.asarray(paths.hit[outcome.name], dtype=bool)
    return np.stack([holds(environment, game, outcome, t)[paths.state[t]] for t in range(paths.n_periods)])


def _may_meet(case: Case, outcome: Outcome) -> bool:
    """Return whether an outcome may begin in the very period of the one it comes after.

    So it may where the other is announced by a step of the period and this one is looked at when the period ends.
    """
    other = next(o for o in case.outcomes if o.name == outcome.after)
    return other.status == "announced" and outcome.status == "in_effect"
