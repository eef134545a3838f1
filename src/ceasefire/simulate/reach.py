"""The probability of being in a state after each period, by type profile, with exact beliefs.

Where no step leads out of the state, paths do not enter it: the probability of doing so goes to the tally, and the path
goes on with the rest (conditional Monte Carlo). Else visits are counted. Rounds of paths are added until the largest
error is at most the target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import NumericalError, UsageError
from ceasefire.game.arrays import Game
from ceasefire.simulate.history import History
from ceasefire.simulate.model import N_BATCHES
from ceasefire.simulate.paths import play_period
from ceasefire.simulate.play import Play
from ceasefire.simulate.record import RecordRules
from ceasefire.simulate.walk import Walk

Floats = NDArray[np.float64]

TARGET = 2e-4
MAX_ROUNDS = 50


@dataclass(frozen=True)
class Reach:
    """Being in a state after each period.

    Parameters
    ----------
    by_type : (p, t)
        Probability given each type profile.
    average : (t,)
    error : float
        The largest Monte Carlo error of all these numbers.
    belief_mean, belief_sd : by actor, (t, k)
        Of the public belief on paths that are elsewhere; NaN where none is.
    """

    by_type: Floats
    average: Floats
    error: float
    belief_mean: dict[str, Floats]
    belief_sd: dict[str, Floats]
    n_paths: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        beliefs = {
            name: {"mean": _plain(mean), "sd": _plain(self.belief_sd[name])} for name, mean in self.belief_mean.items()
        }
        return {
            "by_type": self.by_type.tolist(),
            "average": self.average.tolist(),
            "error": self.error,
            "beliefs_elsewhere": beliefs,
        }


def _plain(values: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(x) else float(x) for x in row] for row in values]


def reach(
    game: Game,
    solution: Any,
    state: str,
    *,
    target: float = TARGET,
    n_paths: int = 20000,
    seed: int = 1,
    max_rounds: int = MAX_ROUNDS,
) -> Reach:
    """Return the probability of being in a state after each period.

    Parameters
    ----------
    state : str
        Name of a state of the game.
    target : float
        Largest Monte Carlo error wanted.
    n_paths : int
        Paths of one round.
    max_rounds : int
        Rounds after which it stops, whatever the error.

    Raises
    ------
    UsageError
        If the game has no such state.
    NumericalError
        If no path is left to go on with.
    """
    if state not in game.state_names:
        raise UsageError(f'the game has no state "{state}"; it has {", ".join(game.state_names[:10])}')
    index = game.state_names.index(state)
    rounds: list[_Round] = []
    while len(rounds) < max_rounds:
        rounds.append(_play_round(game, solution, index, n_paths, seed + len(rounds)))
        shares = np.concatenate([r.share for r in rounds])
        prior = np.bincount(rounds[0].strata_profile, rounds[0].strata_prior, game.n_profiles)
        average = np.einsum("p,bpt->bt", prior, shares)
        spread = [x.std(axis=0, ddof=1).max() / np.sqrt(len(x)) for x in (shares, average)]
        if max(spread) <= target:
            break
    return _combined(game, rounds, shares.mean(axis=0), average.mean(axis=0), float(max(spread)), n_paths)


@dataclass(frozen=True)
class _Round:
    """One round: ``share`` (b, p, t) in the state; sums of weight, belief and squared belief elsewhere, (t, ...)."""

    share: Floats
    strata_profile: NDArray[np.int32]
    strata_prior: Floats
    weight: Floats
    first: dict[int, Floats]
    second: dict[int, Floats]


def is_absorbing(game: Game, state: int) -> bool:
    """Return whether no step of the game leads out of a state."""
    for step in game.steps:
        for table in step.tables:
            row = np.flatnonzero(table.states == state)
            if row.size:
                cells = slice(table.start[row[0] * table.n_moves], table.start[(row[0] + 1) * table.n_moves])
                if (table.successor[cells] != state).any():
                    return False
    return True


def _play_round(game: Game, solution: Any, state: int, n_paths: int, seed: int) -> _Round:
    """Play one round of paths."""
    walk = Walk.begin(game, n_paths, seed, None, None)
    rules = RecordRules(0, 0)
    avoid = state if is_absorbing(game, state) and state not in game.initial_states else -1
    play = Play(game, solution, rules, walk, History.begin(None, game, None, walk, game.n_periods, rules), avoid=avoid)
    begun = _by_batch(walk, walk.weight)
    shares, weights = [], np.zeros(game.n_periods)
    first = {i: np.zeros((game.n_periods, game.n_types[i])) for i in game.informed}
    second = {i: np.zeros((game.n_periods, game.n_types[i])) for i in game.informed}
    for period in range(game.n_periods):
        play_period(play, period)
        elsewhere = walk.weight * (walk.state != state)
        if not np.isfinite(elsewhere).all():
            raise NumericalError(f"weights are not finite in period {period}")
        shares.append(1 - _by_batch(walk, elsewhere) / begun)
        weights[period] = elsewhere.sum()
        for i in game.informed:
            first[i][period] = elsewhere @ walk.belief[i]
            second[i][period] = elsewhere @ walk.belief[i] ** 2
    return _Round(np.stack(shares, axis=2), walk.strata.profile, walk.strata.prior, weights, first, second)


def _by_batch(walk: Walk, weight: Floats) -> Floats:
    """Return summed weights by batch and profile, (b, p)."""
    size = walk.strata.n_profiles
    total = np.bincount(walk.batch * size + walk.profile, weight, N_BATCHES * size).astype(np.float64)
    return total.reshape(N_BATCHES, size)


def _combined(game: Game, rounds: list[_Round], by_type: Floats, average: Floats, error: float, n_paths: int) -> Reach:
    """Return what all rounds together say."""
    total = np.sum([r.weight for r in rounds], axis=0)[:, None]
    mean, sd = {}, {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in game.informed:
            m = np.sum([r.first[i] for r in rounds], axis=0) / total
            square = np.sum([r.second[i] for r in rounds], axis=0) / total
            mean[game.actor_names[i]] = m
            sd[game.actor_names[i]] = np.sqrt(np.maximum(square - m**2, 0.0))
    return Reach(by_type, average, error, mean, sd, len(rounds) * n_paths)
