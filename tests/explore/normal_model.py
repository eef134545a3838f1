"""A record whose posterior is known: y = a . z + noise for z ~ N(0, I), several such sums at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.rounds import Rounds, in_rounds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NormalModel:
    """Rows of `loads` (r, j) are the sums observed as `seen` (r,), each with error `sd`."""

    loads: Floats
    seen: Floats
    sd: float

    def log_likelihood(self, z: Floats) -> Floats:
        """Return the log likelihood of the record, (d,)."""
        return np.sum(self.by_event(z), axis=1)

    def by_event(self, z: Floats) -> Floats:
        """Return the log likelihood of each sum, (d, r)."""
        return -0.5 * ((z @ self.loads.T - self.seen) / self.sd) ** 2

    def posterior(self, exponent: float = 1.0) -> tuple[Floats, Floats]:
        """Return mean (j,) and covariance (j, j) at a likelihood exponent."""
        precision = np.eye(self.loads.shape[1]) + exponent * self.loads.T @ self.loads / self.sd**2
        covariance = np.linalg.inv(precision)
        return covariance @ (exponent * self.loads.T @ self.seen / self.sd**2), covariance

    def log_evidence(self) -> float:
        """Return the log of the prior mean of the likelihood."""
        spread = np.eye(len(self.seen)) * self.sd**2 + self.loads @ self.loads.T
        _, log_determinant = np.linalg.slogdet(spread / self.sd**2)
        return float(-0.5 * self.seen @ np.linalg.solve(spread, self.seen) - 0.5 * log_determinant)


def first_coordinates(n_parameters: int, seen: list[float], sd: float) -> NormalModel:
    """Return a model that observes the first few parameters."""
    return NormalModel(np.eye(len(seen), n_parameters), np.array(seen), sd)


@dataclass(frozen=True)
class Drawn:
    """Rounds and the log likelihood of their draws."""

    rounds: Rounds
    log_likelihood: Floats

    @property
    def z(self) -> Floats:
        """Return the draws."""
        return self.rounds.z

    @property
    def log_base(self) -> Floats:
        """Return the balance heuristic's log weights at exponent zero."""
        return self.rounds.log_base

    @property
    def round_index(self) -> NDArray[np.int64]:
        """Return the round of each draw."""
        return np.repeat(np.arange(len(self.rounds.sizes)), self.rounds.sizes)


def run_rounds(model: NormalModel, sizes: Sequence[int], seed: int = 1) -> Drawn:
    """Draw in rounds; every sum that is observed is an event."""
    z = np.empty((0, model.loads.shape[1]))

    def likelihood(fresh: Floats) -> tuple[Floats, Floats]:
        nonlocal z
        z = np.vstack([z, fresh])
        return model.log_likelihood(z), model.by_event(z)

    rounds = in_rounds(z.shape[1], sizes, seed, likelihood)
    return Drawn(rounds, model.log_likelihood(z))
