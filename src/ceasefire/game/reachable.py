"""Reachable states: everything that some moves, chances and perceptions can lead to, from the initial states.

Sets are kept for each place in the period (before step j), because a state that only exists between two steps meets
only the later ones. The closure does not look at the horizon, so a longer one has the same states.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.rules import Rows, StepRules
from ceasefire.game.space import StateSpace
from ceasefire.game.tables import feasible_moves, possible

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Reach:
    """States that can be reached, as ascending codes.

    Parameters
    ----------
    states : (s,) int
        All of them.
    before : by step, (n,) int
        Those that can be the state before the step.
    """

    states: Ints
    before: tuple[Ints, ...]


def successors(rules: StepRules, rows: Rows) -> tuple[Ints, Ints]:
    """Return the codes that a step leads to from some states, and the codes at which it does not apply."""
    applies = rows.holds(rules.step.when)
    chosen = rows.some(applies)
    if not chosen.size:
        return np.zeros(0, np.int64), rows.codes
    feasible = feasible_moves(rules, chosen)
    left = np.asarray(feasible.any(axis=1))
    after, _ = possible(rules, chosen.some(left), feasible[left])
    return np.unique(after.code), np.concatenate([rows.codes[~applies], chosen.codes[~left]])


def close(
    steps: Sequence[StepRules],
    periods: Sequence[Sequence[int]],
    space: StateSpace,
    initial: Ints,
    *,
    may_skip: bool = False,
    check: Callable[[int], None] = lambda n_states: None,
) -> Reach:
    """Return all reachable states.

    Parameters
    ----------
    periods : by step, one period of each different table
    initial : (m,) int
        Codes before the first step.
    may_skip : bool
        Whether an actor's step may not come up, as in a halved period.
    check : callable
        Called with the number of states before every step; raises where there are too many.
    """
    before = [np.zeros(0, np.int64) for _ in steps]
    fresh = np.unique(initial)
    while len(fresh):
        for j, rules in enumerate(steps):
            fresh = np.setdiff1d(fresh, before[j], assume_unique=True)
            before[j] = np.union1d(before[j], fresh)
            check(len(before[j]) + len(fresh))
            if len(fresh):
                fresh = _advance(rules, periods[j], space, fresh, may_skip)
        fresh = np.setdiff1d(fresh, before[0], assume_unique=True)
    states = np.unique(np.concatenate([initial, *before]))
    return Reach(states, tuple(before))


def _advance(rules: StepRules, periods: Sequence[int], space: StateSpace, codes: Ints, may_skip: bool) -> Ints:
    reached = [codes[:0]]
    for period in periods:
        after, passed = successors(rules, Rows(rules.environment, space, codes, period))
        reached += [after, passed]
    if may_skip and not rules.is_nature:
        reached.append(codes)
    return np.unique(np.concatenate(reached))
