"""The game: what a computer solves. Names have become indices; every array is read-only.

Axes, always in this order: ``v`` view (whose perception), ``k`` type of one actor, ``p`` type profile (row-major
product over all actors of their types), ``s`` state, ``r`` row (a state at which a table applies), ``a`` move,
``o`` chance outcome, ``i`` actor.

A period is the ordered ``steps``. At period ``t`` step ``j`` uses ``tables[table_of_period[t]]`` or is absent (-1). A
state that is not among a table's ``states`` passes through unchanged and nobody chooses there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class WorldChance:
    """How nature really draws, where some chance outcome of a table has ``in_world``.

    ``outcome_probability(row, move, profile, world)`` takes (n,) int arrays and the world's parameters by name, each
    (n,), and returns (n, o): the probability in the world of each chance outcome. Given the outcome, the successor is
    drawn from the lottery with index ``(row * n_moves + move) * n_outcomes + outcome`` in ``start``/``successor``/
    ``probability`` (``probability`` is (k, nnz); k is 1 where types do not matter).
    """

    n_outcomes: int
    outcome_probability: Callable[[Any, Any, Any, Mapping[str, Floats]], Floats]
    start: NDArray[np.int64]
    successor: Ints
    probability: Floats


@dataclass(frozen=True)
class StepTable:
    """What a step does in one set of periods.

    Parameters
    ----------
    states : (r,), int
        States at which the step applies, ascending.
    feasible : (r, a), bool
        At least one move in each row.
    log_weight : (r, a)
        Log of the logit weight of each move; 0 unless the case says otherwise.
    payoff : (r, a, p or 1, i), years of best-minus-worst
        Lumps and flow of this step, to each actor in its own view.
    start : (r * a + 1,), int
        The successors of (row, move) lie in ``start[row * a + move] : start[row * a + move + 1]``.
    successor : (nnz,), int
        Next states; distinct within one (row, move).
    probability : (v, k or 1, nnz)
        By view and by type of ``type_actor``; sums to one within each (row, move).
    type_actor : int
        Actor on whose types the probabilities depend (nature only); -1: nobody's.
    view_of_actor : (i,), int
        Which view each actor evaluates with; view 0 is the nominal one, with which paths are drawn and beliefs learn.
    world : WorldChance or None
    """

    states: Ints
    feasible: Bools
    log_weight: Floats
    payoff: Floats
    start: NDArray[np.int64]
    successor: Ints
    probability: Floats
    type_actor: int
    view_of_actor: Ints
    world: WorldChance | None = None

    @property
    def n_rows(self) -> int:
        """Number of states at which the table applies."""
        return int(self.states.shape[0])

    @property
    def n_moves(self) -> int:
        """Number of move columns."""
        return int(self.feasible.shape[1])

    @cached_property
    def has_choice(self) -> Bools:
        """Return in which rows two or more moves are feasible, (r,)."""
        return np.asarray(self.feasible.sum(axis=1) > 1)


@dataclass(frozen=True)
class GameStep:
    """One actor's or nature's (``actor == -1``) turn in a period."""

    name: str
    actor: int
    move_names: tuple[str, ...]
    tables: tuple[StepTable, ...]
    table_of_period: Ints

    def table_at(self, period: int) -> StepTable | None:
        """Return the table of a period; None where the step does not exist in it."""
        index = int(self.table_of_period[period])
        return None if index < 0 else self.tables[index]


@dataclass(frozen=True)
class Game:
    """A finite-horizon game of moves with private types and public beliefs.

    Parameters
    ----------
    precision : (i,), per year of best-minus-worst, >= 0
    discount_factor : (i,), per period
    type_labels : by actor, labels of its types; one label for an actor without private types
    prior : by actor, (k,), sums to one
    initial_states, initial_probability : (m,)
        Where the first period starts: one state unless an initial value lies between nodes.
    terminal : (s, p or 1, i)
        Value of each state after the last period. NaN nowhere; see ``stationary``.
    stationary : (i,), bool
        Actors whose terminal value is that of going on with the last period's strategies for ever.
    state_columns : by name of status (codes, int) or stock (values), (s,)
        Empty for explicit games.
    draw_world : callable or None
        ``draw_world(profile, uniform)`` takes (n,) profiles and (n, n_world) uniform numbers and returns the world's
        parameters by name, (n,) each.
    numerical_spread : by stock, share of months' variance that the nodes add beyond the declared noise
    freeze_belief : actors whose types nobody learns about
    turn_patterns : (probability, actors who sit this period out)
        A public lottery at the start of every period; one pattern with nobody out unless the period was halved.
    """

    title: str
    actor_names: tuple[str, ...]
    precision: Floats
    discount_factor: Floats
    type_labels: tuple[tuple[str, ...], ...]
    prior: tuple[Floats, ...]
    n_states: int
    state_names: tuple[str, ...]
    initial_states: Ints
    initial_probability: Floats
    n_periods: int
    steps: tuple[GameStep, ...]
    terminal: Floats
    stationary: Bools
    state_columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    draw_world: Callable[[Any, Floats], Mapping[str, Floats]] | None = None
    n_world: int = 0
    numerical_spread: Mapping[str, float] = field(default_factory=dict)
    freeze_belief: frozenset[int] = frozenset()
    turn_patterns: tuple[tuple[float, frozenset[int]], ...] = ((1.0, frozenset()),)

    @property
    def n_actors(self) -> int:
        """Number of actors."""
        return len(self.actor_names)

    @cached_property
    def n_types(self) -> tuple[int, ...]:
        """Number of types of each actor."""
        return tuple(len(labels) for labels in self.type_labels)

    @cached_property
    def n_profiles(self) -> int:
        """Number of type profiles."""
        return int(np.prod(self.n_types))

    @cached_property
    def informed(self) -> tuple[int, ...]:
        """Actors with private types."""
        return tuple(i for i, n in enumerate(self.n_types) if n > 1)

    @cached_property
    def type_of_profile(self) -> Ints:
        """Type of each actor in each profile, (p, i)."""
        return np.array(np.unravel_index(np.arange(self.n_profiles), self.n_types), dtype=np.int32).T

    @property
    def profile_prior(self) -> Floats:
        """Prior of each profile, (p,): types are independent across actors."""
        kinds = self.type_of_profile
        return np.asarray(np.prod([prior[kinds[:, i]] for i, prior in enumerate(self.prior)], axis=0))

    def step_index(self, name: str) -> int:
        """Return the index of a step in ``steps``."""
        return [step.name for step in self.steps].index(name)

    @classmethod
    def from_json(cls, source: Any) -> Game:
        """Return the game of a ``ceasefire-game/1`` document: a path, JSON text or the parsed document.

        Raises
        ------
        InputError
            With all faults.
        """
        from ceasefire.game.explicit import game_from_json

        return game_from_json(source)
