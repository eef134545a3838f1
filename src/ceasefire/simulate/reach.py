"""The probability of being in a state after each period of a game, by sampled paths that carry exact beliefs.

Where the state cannot be left, paths never enter it: at each step the probability of entering goes to a tally and the
path goes on with the rest as its weight. Random numbers are a golden-ratio lattice over the paths sorted by state and
belief, shifted at random (array randomised quasi-Monte Carlo); independent replicates give the error.

References
----------
L'Ecuyer, Lécot and Tuffin (2008), Operations Research 56, 958-975.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.game.beliefs import bayes, safe_log

if TYPE_CHECKING:
    from ceasefire.solve import Solution

Floats = NDArray[np.float64]
GOLDEN = (5**0.5 - 1) / 2
REPLICATES = 16
TARGET = 2e-4
"""Largest standard error of a probability."""


@dataclass(frozen=True)
class Reach:
    """Probability of a state and the beliefs where it was not reached.

    Parameters
    ----------
    by_type : (p, t), average : (t,)
    error : largest standard error
    mean, sd : by actor name, (p, t, k)
        Public belief of paths that are not in the state; NaN where there are none.
    """

    by_type: Floats
    average: Floats
    error: float
    mean: dict[str, Floats]
    sd: dict[str, Floats]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as ``--reach`` prints it; null where no path is left."""
        return {
            "by_type": self.by_type.tolist(),
            "average": self.average.tolist(),
            "error": self.error,
            "beliefs_elsewhere": {
                name: {"mean": _nullable(self.mean[name]), "sd": _nullable(self.sd[name])} for name in self.mean
            },
        }


def _nullable(values: Floats) -> Any:
    found = values.astype(object)
    found[np.isnan(values)] = None
    return found.tolist()


@dataclass
class _Paths:
    """Lock-step paths of one profile: (n,) states and weights, (n, k) beliefs per informed actor."""

    state: NDArray[np.int64]
    weight: Floats
    beliefs: list[Floats]


def reach(solution: Solution, state: str, *, target: float = TARGET, seed: int = 1, most: int = 1 << 20) -> Reach:
    """Return the probability of being in `state` after each period, by type profile and on average.

    Parameters
    ----------
    state : name of a state
    target : largest standard error wanted; the number of paths is doubled until it is met or `most` is reached
    """
    goal = solution.game.state_names.index(state)
    n = 1024
    while True:
        found = _reach(solution, goal, n, seed)
        if found.error <= target or n >= most:
            return found
        needed = n * (found.error / target) ** 1.5
        n = int(min(most, 2 ** np.ceil(np.log2(max(2 * n, min(needed, 16 * n))))))


def _reach(solution: Solution, goal: int, n: int, seed: int) -> Reach:
    game = solution.game
    absorbing = not any(goal in table.states for step in game.steps for table in step.tables)
    n_profiles, n_periods = game.n_profiles, game.n_periods
    by_type = np.zeros((n_profiles, n_periods))
    error = 0.0
    names = [game.actor_names[i] for i in game.informed]
    shapes = [(n_profiles, n_periods, game.n_types[i]) for i in game.informed]
    mean, sd = [np.full(s, np.nan) for s in shapes], [np.full(s, np.nan) for s in shapes]
    for p in range(n_profiles):
        replicate = np.zeros((REPLICATES, n_periods))
        # all replicates run side by side; the lattice is shifted and sorted within each
        walk = _Walk(solution, goal, absorbing, p, n // REPLICATES, np.random.default_rng([seed, p]))
        for t in range(n_periods):
            walk.period(t)
            replicate[:, t] = walk.probability()
            for j, (m, s) in enumerate(walk.beliefs_elsewhere()):
                mean[j][p, t], sd[j][p, t] = m, s
        by_type[p] = replicate.mean(axis=0)
        error = max(error, float((replicate.std(axis=0, ddof=1) / REPLICATES**0.5).max()))
    prior = np.ones(1)
    for own in game.prior:
        prior = np.multiply.outer(prior, own).ravel()
    return Reach(
        by_type, prior @ by_type, error, dict(zip(names, mean, strict=True)), dict(zip(names, sd, strict=True))
    )


class _Walk:
    """Replicates of paths with one true profile."""

    def __init__(
        self, solution: Solution, goal: int, absorbing: bool, profile: int, n: int, rng: np.random.Generator
    ) -> None:
        game = solution.game
        self.solution, self.game, self.goal, self.absorbing = solution, game, goal, absorbing
        self.types = game.type_of_profile[profile]
        self.n, self.rng = n, rng
        total = n * REPLICATES
        self.replicate = np.repeat(np.arange(REPLICATES), n)
        state = game.initial_states[np.zeros(total, dtype=np.int64)].astype(np.int64)
        if len(game.initial_states) > 1:
            chance = np.cumsum(game.initial_probability)
            pick = np.searchsorted(chance, np.tile((np.arange(n) + 0.5) / n, REPLICATES) * chance[-1])
            state = game.initial_states[np.minimum(pick, len(chance) - 1)].astype(np.int64)
        beliefs = [np.tile(game.prior[i], (total, 1)) for i in game.informed]
        self.paths = _Paths(state, np.ones(total), beliefs)
        if absorbing:
            self.paths.weight[state == goal] = 0.0

    def uniforms(self) -> Floats:
        """Return one uniform number per path: neighbours in (state, belief) get well spread ones."""
        paths = self.paths
        keys = [b[:, j] for b in paths.beliefs for j in range(b.shape[1] - 1)]
        order = np.lexsort([*keys[::-1], paths.state, self.replicate])
        lattice = np.arange(self.n) * GOLDEN
        shift = self.rng.random(REPLICATES)
        u = np.empty(len(order))
        u[order] = np.mod(lattice[None] + shift[:, None], 1.0).ravel()
        return u

    def period(self, t: int) -> None:
        for index, step in enumerate(self.game.steps):
            table = step.table_at(t)
            if table is None or table.n_rows == 0:
                continue
            row = np.minimum(np.searchsorted(table.states, self.paths.state), table.n_rows - 1)
            here = np.flatnonzero((table.states[row] == self.paths.state) & (self.paths.weight > 0.0))
            if len(here):
                self._step(t, index, table, here, row[here])

    def _step(self, t: int, index: int, table: StepTable, here: Any, rows: Any) -> None:
        """Draw move and successor together among those that do not end the path, and learn from both."""
        game, layout = self.game, self.solution.layout
        step = game.steps[index]
        sigma = np.ones((len(here), 1, 1))
        if step.actor >= 0:
            beliefs = [b[here] for b in self.paths.beliefs]
            sigma = self.solution.strategies_at(t, index, rows, beliefs, exact=False)
        own = self.types[step.actor] if step.actor >= 0 else 0
        chance = self._outcomes(table, rows, sigma[:, own])
        if self.absorbing:
            chance[2][chance[1] == self.goal] = 0.0
        cumulative = np.cumsum(chance[2], axis=1)
        rest = cumulative[:, -1]
        self.paths.weight[here] *= rest
        pick = (cumulative < (self.uniforms()[here] * rest)[:, None]).sum(axis=1)
        pick = np.minimum(pick, chance[2].shape[1] - 1)
        every = np.arange(len(here))
        move, state, entry = (c[every, pick] for c in (chance[0], chance[1], chance[3]))
        if step.actor >= 0 and layout.learns_from(step.actor):
            planned = self.solution.forced(t, index)
            teaches = np.ones(len(here), dtype=bool) if planned is None else np.asarray(planned)[rows] < 0
            position = layout.position(step.actor)
            new = bayes(safe_log(self.paths.beliefs[position][here]), safe_log(sigma[every, :, move]))
            self.paths.beliefs[position][here[teaches]] = new[teaches]
        if table.probability.shape[1] > 1 and layout.learns_from(table.type_actor):
            position = layout.position(table.type_actor)
            seen = safe_log(table.probability[0][:, entry].T)
            self.paths.beliefs[position][here] = bayes(safe_log(self.paths.beliefs[position][here]), seen)
        self.paths.state[here] = state

    def _outcomes(self, table: StepTable, rows: Any, sigma: Floats) -> list[Any]:
        """Return move, successor, probability and entry of everything that may happen, (m, outcomes) each."""
        cells = rows[:, None] * table.n_moves + np.arange(table.n_moves)
        length = table.start[cells + 1] - table.start[cells]
        most = int(length.max())
        entry = table.start[cells][:, :, None] + np.arange(most)
        valid = np.arange(most) < length[:, :, None]
        entry = np.where(valid, entry, 0)
        kind = self.types[table.type_actor] if table.probability.shape[1] > 1 else 0
        chance = np.where(valid, table.probability[0, kind, entry], 0.0) * sigma[:, :, None]
        move = np.broadcast_to(np.arange(table.n_moves)[None, :, None], entry.shape)
        flat = (len(rows), -1)
        successor = table.successor[entry].astype(np.int64)
        return [move.reshape(flat), successor.reshape(flat), chance.reshape(flat), entry.reshape(flat)]

    def probability(self) -> Floats:
        """Return the probability of being in the state now, by replicate."""
        paths = self.paths
        there = 1.0 - paths.weight if self.absorbing else (paths.state == self.goal).astype(float)
        return np.asarray(there.reshape(REPLICATES, -1).mean(axis=1))

    def beliefs_elsewhere(self) -> list[tuple[Floats, Floats]]:
        """Return mean and spread of each public belief over paths that are not in the state."""
        paths = self.paths
        weight = np.where(self.absorbing | (paths.state != self.goal), paths.weight, 0.0)
        total = weight.sum()
        result = []
        for belief in paths.beliefs:
            if total <= 0.0:
                nothing = np.full(belief.shape[1], np.nan)
                result.append((nothing, nothing))
                continue
            mean = weight @ belief / total
            result.append((mean, np.sqrt(np.maximum(weight @ (belief - mean) ** 2 / total, 0.0))))
        return result
