"""A record whose posterior is known: y = a . z + noise for z ~ N(0, I), several such sums at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.proposals import Proposal, fit
from ceasefire.explore.weighing.weights import log_base_weight, temper, weigh

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NormalModel:
    """Rows of `loads` (r, j) are the sums observed as `seen` (r,), each with error `sd`."""

    loads: Floats
    seen: Floats
    sd: float

    def log_likelihood(self, z: Floats) -> Floats:
        """Return the log likelihood of the record, (d,)."""
        return -0.5 * np.sum(((z @ self.loads.T - self.seen) / self.sd) ** 2, axis=1)

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
class Rounds:
    """Draws of all rounds."""

    z: Floats
    log_likelihood: Floats
    proposals: list[Proposal]
    sizes: list[int]
    exponents: list[float]

    @property
    def log_base(self) -> Floats:
        """Return the balance heuristic's log weights at exponent zero."""
        return log_base_weight(self.z, self.proposals, self.sizes)

    @property
    def round_index(self) -> NDArray[np.int64]:
        """Return the round of each draw."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


def run_rounds(model: NormalModel, size: int, n_rounds: int, seed: int = 1) -> Rounds:
    """Draw, weigh at the tempered exponent, fit, and so on."""
    j = model.loads.shape[1]
    proposals, z, exponents, start = [Proposal.prior(j)], np.empty((0, j)), [], 0.0
    for r in range(n_rounds):
        z = np.vstack([z, proposals[-1].draws(size, seed, r)])
        log_likelihood = model.log_likelihood(z)
        base = log_base_weight(z, proposals, [size] * (r + 1))
        start = temper(log_likelihood, base, start, size)
        exponents.append(start)
        if r + 1 < n_rounds:
            proposals.append(fit(z, weigh(log_likelihood, base, start).weight))
    return Rounds(z, model.log_likelihood(z), proposals, [size] * n_rounds, exponents)
