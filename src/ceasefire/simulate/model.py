"""Paths: simulated histories with exact beliefs, conditioned on the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_BATCHES = 32
"""Monte Carlo errors come from this many equal batches of paths."""


@dataclass(frozen=True)
class PathSet:
    """Simulated paths. Axes: ``t`` period, ``n`` path, ``k`` type, ``c`` condition.

    Parameters
    ----------
    weight : (n,)
        Sums to one; the weight that the record leaves to each path.
    batch : (n,), int
        Batch of each path, 0 .. N_BATCHES - 1.
    profile : (n,), int
        True type profile of each path (index into the game's profiles; shadow index in a shadow batch).
    start_state : (n,), int
    state : (t, n), int
        State when each period ends.
    hit : by condition name, (t, n), bool
        Whether the condition held right after some step of the period.
    belief : by actor index, (t, n, k)
        Public belief about that actor when each period ends.
    belief_at_as_of : by actor index, (n, k)
        Public belief after the last observed step of the ``as_of`` period.
    other_belief, other_belief_at_as_of : as the two before
        In the view of actors who see the game otherwise and think that all do; empty where all share a view.
    slip : (t, n), int
        Bit set of the statuses (in the case's order) that a move worse than the best by more than 1/precision changed;
        only of moves after everything observed.
    move : by step index, (t, n), int8
        Move taken; -1 where nobody chose.
    before : by (period, step index), (n,), int
        State before an actor's step, in the ``as_of`` period and the one after it.
    side : by name, (t, n)
        Running sum of each side stock when each period ends.
    payoff : (n, i), years of best-minus-worst
        What each actor gets from ``as_of`` on as it counts it itself: lumps, flows and terminal value, discounted to the
        period of ``as_of``. None with shadow types, and where paths stop before the horizon.
    log_likelihood : float
        Log of the estimated probability of the record; 0.0 where there is none.
    log_likelihood_by_profile : (p,)
    item_log_likelihood : by record item name, (p,)
        Contribution of each observed item by true profile.
    resampled : tuple of int
        Periods at which degenerate weights were resampled.
    solved_again : fraction
        Share of observed decisions that were solved at the exact belief rather than interpolated.
    """

    n_periods: int
    seed: int
    weight: NDArray[np.float64]
    batch: NDArray[np.int32]
    profile: NDArray[np.int32]
    start_state: NDArray[np.int32]
    state: NDArray[np.int32]
    hit: Mapping[str, NDArray[np.bool_]]
    belief: Mapping[int, NDArray[np.float32]]
    belief_at_as_of: Mapping[int, NDArray[np.float64]]
    slip: NDArray[np.uint16]
    move: Mapping[int, NDArray[np.int8]]
    side: Mapping[str, NDArray[np.float64]]
    other_belief: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)
    other_belief_at_as_of: Mapping[int, NDArray[np.float64]] = field(default_factory=dict)
    before: Mapping[tuple[int, int], NDArray[np.int32]] = field(default_factory=dict)
    world: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    log_likelihood: float = 0.0
    log_likelihood_by_profile: NDArray[np.float64] | None = None
    item_log_likelihood: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    resampled: tuple[int, ...] = ()
    solved_again: float = 1.0
    switch_share: float = 0.0
    payoff: NDArray[np.float64] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def n_paths(self) -> int:
        """Number of paths."""
        return int(self.weight.shape[0])


@dataclass(frozen=True)
class Spells:
    """When an outcome happened on each path.

    ``start`` (n,) is the period in which the first counted spell begins, ``n_periods`` where none does; ``undecided``
    marks spells still too short at the horizon; ``end`` is the period in which the spell ends (``n_periods``: it does
    not).
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    undecided: NDArray[np.bool_]
