"""Where the next draws of the parameters come from: a fifth the prior, four fifths a normal fitted to the last round.

A draw is a point z of R^j; coordinate j is the normal score of the prior quantile u_j = Phi(z_j) of one parameter, so the
prior is N(0, I). The proposal of a round is the *defensive mixture* (Hesterberg 1995)

    q(z) = 0.2 N(z; 0, I) + 0.8 N(z; m, diag s^2),

which keeps every ratio prior / q below 5. With a hundred coordinates and as many draws no covariance can be learned, and
even m and s are mostly noise: a mean fitted to noise is off by 1/n_eff in each coordinate's square, and an importance
sampler that is off by delta keeps about exp(-|delta|^2) of its draws, one in three at j = n_eff. Hence m = 0, s = 1 unless
the weighted draws say otherwise:

1. Without a signal the weighted mean of z_j is N(0, 1/n_eff) and n_eff times its weighted variance is nearly chi-square
   with n_eff - 1 degrees (Satterthwaite), n_eff = 1 / sum w^2. Of these 2j statistics those count that the step-up rule
   of Benjamini and Hochberg keeps at 5 %: nearly the best rule for few signals as for many (Abramovich, Benjamini,
   Donoho and Johnstone 2006), and it keeps nothing in 95 of 100 fits where there is nothing.
2. A record may speak of many parameters, each of which it moves too little to be seen in a mean over a few dozen effective
   draws. The others therefore follow the lines of the record's events along the parameters, which all draws tell of
   (``slopes``).

References
----------
Abramovich, Benjamini, Donoho and Johnstone (2006), Annals of Statistics 34, 584-653.
Hesterberg (1995), Technometrics 37, 185-194.
Owen and Zhou (2000), Journal of the American Statistical Association 95, 135-143.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PRIOR_SHARE = 0.2
FALSE_SIGNALS = 0.05
"""Level of both tests: of fits without any signal at most about twice this share differ from the prior."""
FEWEST_EFFECTIVE = 10
"""With a smaller effective size nothing is fitted and nothing counts as a signal."""
_HALF_CELL = 2.0**-31


@dataclass(frozen=True)
class Proposal:
    """A mixture of the prior and a fitted normal, in normal scores.

    Parameters
    ----------
    mean, sd : (j,)
        Of the fitted part; 0 and 1 are the prior's.
    prior_share : float
        Weight of the prior in the mixture.
    """

    mean: Floats
    sd: Floats
    prior_share: float = PRIOR_SHARE

    def __post_init__(self) -> None:
        assert self.mean.shape == self.sd.shape
        assert np.all(self.sd > 0)
        assert 0 < self.prior_share <= 1

    @classmethod
    def prior(cls, n_parameters: int) -> Proposal:
        """Return the proposal that is the prior."""
        return cls(np.zeros(n_parameters), np.ones(n_parameters))

    @property
    def n_parameters(self) -> int:
        """Number of coordinates."""
        return int(self.mean.size)

    @cached_property
    def is_prior(self) -> bool:
        """Whether the fitted part is the prior too."""
        return bool(np.all(self.mean == 0) and np.all(self.sd == 1))

    @cached_property
    def moved(self) -> Bools:
        """Coordinates that differ from the prior, (j,)."""
        return np.asarray((self.mean != 0) | (self.sd != 1))

    def log_ratio(self, z: Floats) -> Floats:
        """Return log q(z) - log N(z; 0, I), (d,): never below log(prior_share)."""
        if self.is_prior:
            return np.zeros(len(z))
        at = self.moved
        own = (z[:, at] - self.mean[at]) / self.sd[at]
        fitted = 0.5 * np.sum(z[:, at] ** 2 - own**2, axis=1) - np.sum(np.log(self.sd[at]))
        if self.prior_share == 1:
            return np.zeros(len(z))
        return np.asarray(np.logaddexp(np.log(self.prior_share), np.log1p(-self.prior_share) + fitted))

    def log_density(self, z: Floats) -> Floats:
        """Return log q(z), (d,)."""
        return np.asarray(self.log_ratio(z) - 0.5 * np.sum(z**2, axis=1) - 0.5 * self.n_parameters * np.log(2 * np.pi))

    def draws(self, n: int, seed: int, round_: int) -> Floats:
        """Return draws by a scrambled Sobol sequence, (n, j) normal scores.

        One more coordinate of the sequence chooses between prior and fitted part. Draw i is the same however many are
        asked for; a number that is a power of two fills the cube most evenly.

        Parameters
        ----------
        n : int
        seed, round_ : int
            The scrambling is a function of both.
        """
        from scipy.special import ndtri

        u = sobol(n, self.n_parameters + 1, seed, round_)
        z = np.asarray(ndtri(u[:, 1:]), dtype=np.float64)
        fitted = u[:, :1] >= self.prior_share
        return np.where(fitted, self.mean + self.sd * z, z)


def sobol(n: int, n_columns: int, seed: int, round_: int) -> Floats:
    """Return the first n points of a scrambled Sobol sequence inside the open unit cube, (n, c)."""
    from scipy.stats import qmc

    if n == 0:
        return np.empty((0, n_columns))
    engine = qmc.Sobol(n_columns, scramble=True, rng=np.random.default_rng([seed, round_]))
    points = engine.random_base2(int(np.ceil(np.log2(n))))[:n]
    return np.asarray(np.clip(points, _HALF_CELL, 1 - _HALF_CELL), dtype=np.float64)


def quantile_of(z: Floats) -> Floats:
    """Return the prior quantiles u of normal scores z, strictly inside (0, 1)."""
    from scipy.special import ndtr

    tiny = np.finfo(np.float64).eps
    return np.asarray(np.clip(ndtr(z), tiny, 1 - tiny), dtype=np.float64)


def fit(z: Floats, weight: Floats, along: Floats, prior_share: float = PRIOR_SHARE) -> Proposal:
    """Return the proposal fitted to weighted draws; the prior where they carry no clear signal.

    Parameters
    ----------
    z : (d, j)
        Normal scores of all draws so far.
    weight : (d,)
        Sums to one; aims at the tempered posterior.
    along : (j,)
        Mean of the coordinates that have no signal of their own: where the lines of the record's events lead.
    """
    if 1.0 / float(np.sum(weight**2)) < FEWEST_EFFECTIVE:
        return Proposal.prior(z.shape[1])
    mean, square = weight @ z, weight @ z**2
    shifted, rescaled = signals(z, weight)
    centre = np.where(shifted, mean, along)
    spread = np.sqrt(np.maximum(square - 2 * centre * mean + centre**2, 1e-6))
    return Proposal(np.asarray(centre, dtype=np.float64), np.where(rescaled, spread, 1.0), prior_share)


def signals(z: Floats, weight: Floats) -> tuple[Bools, Bools]:
    """Return the coordinates whose weighted mean, and whose spread, differ from the prior's beyond sampling, (j,) each.

    Parameters
    ----------
    z : (d, j)
        Normal scores.
    weight : (d,)
        Sums to one.
    """
    from scipy.special import ndtr

    n_effective = 1.0 / float(np.sum(weight**2))
    if n_effective < FEWEST_EFFECTIVE:
        return np.zeros(z.shape[1], dtype=bool), np.zeros(z.shape[1], dtype=bool)
    mean, square = weight @ z, weight @ z**2
    shift = 2 * ndtr(-np.abs(mean) * np.sqrt(n_effective))
    kept = step_up(np.concatenate([shift, _spread_p((square - mean**2) * n_effective, n_effective - 1)]))
    return kept[: mean.size], kept[mean.size :]


def _spread_p(sum_of_squares: Floats, degrees: float) -> Floats:
    """Return the two-sided probability of sums of squares at least this far out, by the chi-square distribution."""
    from scipy.special import chdtr, chdtrc

    tails = np.minimum(chdtr(degrees, sum_of_squares), chdtrc(degrees, sum_of_squares))
    return np.asarray(2 * tails, dtype=np.float64)


def step_up(p: Floats, level: float = FALSE_SIGNALS) -> Bools:
    """Return which p-values the step-up rule of Benjamini and Hochberg (1995) keeps at a level, same shape."""
    order = np.sort(p)
    passing = np.flatnonzero(order <= level * np.arange(1, p.size + 1) / p.size)
    return np.asarray(p <= order[passing[-1]], dtype=bool) if passing.size else np.zeros(p.shape, dtype=bool)
