"""Which assumptions a number hangs on: shares of its variance by parameter and by type.

With the parameters and the types drawn from independent priors, the variance of y splits into parts of single inputs and
parts of several together (Sobol' 1993). For an input i::

    first order  =  Var(E[y | i]) / Var(y)          what would go, on average, if i were known
    total        =  E[Var(y | all but i)] / Var(y)  what would be left if all but i were known

First-order indices sum to at most one, total ones to at least one. Two ways to them:

`from_draws` reads them off a polynomial fitted to draws that are there (Sudret 2008, ``explore.surrogate``), for games
that take seconds to solve. Types are not drawn: y may have a column per type, each with its own polynomial, and the
average over types is exact. `from_pick_freeze` needs ``n (j + 2)`` evaluations of its own and nothing else (first order:
Saltelli et al. 2010, eq. (b) of table 2; total: Jansen 1999), for what is cheap.

Intervals are percentiles of a bootstrap over draws. A polynomial that explains too little of the draws left out gives
indices that are not to be read.

References: Sobol' (1993), Mathematical Modelling and Computational Experiments 1, 407-414. Jansen (1999), Computer Physics
Communications 117, 35-43. Saltelli et al. (2010), Computer Physics Communications 181, 259-270. Sudret (2008), Reliability
Engineering and System Safety 93, 964-979. Dubreuil et al. (2014), Reliability Engineering and System Safety 121, 263-275.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.sensitivity.polynomials import design
from ceasefire.explore.sensitivity.surrogate import FAMILIES, Surrogate, fit, refits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

READABLE = 0.7
"""Share of the variance, on draws left out, below which indices are not to be read."""
COVERED = 0.9
RESAMPLES = 100
ONE_PRODUCT = 1e-9
"""Joint probabilities that differ by less from the product of their margins are independent."""
EDGE = 1e-6
"""Points stay this far inside the unit cube, where unbounded priors have quantiles."""


@dataclass(frozen=True)
class Kinds:
    """Types as inputs: their dimensions and their probability.

    Parameters
    ----------
    names : by dimension
    probability : one axis per dimension
        Sums to one. Dimensions that are not independent count as one input, ``" and "`` between their names.
    """

    names: tuple[str, ...]
    probability: Floats

    def split(self) -> Kinds:
        """Return the same types with dimensions that are not independent put into one."""
        p = self.probability
        product = np.ones(())
        for axis in range(p.ndim):
            product = np.multiply.outer(product, p.sum(axis=tuple(a for a in range(p.ndim) if a != axis)))
        if np.abs(product - p).max() <= ONE_PRODUCT:
            return self
        return Kinds((" and ".join(self.names),), p.ravel())


NO_KINDS = Kinds((), np.ones(()))


@dataclass(frozen=True)
class Indices:
    """Shares of the variance of a number, (i,) each; intervals (i, 2).

    Parameters
    ----------
    names : (i,)
        Parameters, then dimensions of types.
    q2 : float or None
        Share of the variance that the polynomial explains of draws left out; None where there is no polynomial.
    variance : float
    n_evaluations : int
    method : str
        ``polynomial`` or ``pick-freeze``.
    first_samples : (r, i)
        First-order shares in resampled draws, all of one resample together.
    """

    names: tuple[str, ...]
    first: Floats
    total: Floats
    first_interval: Floats
    total_interval: Floats
    variance: float
    q2: float | None
    n_evaluations: int
    method: str
    covered: float = field(default=COVERED)
    first_samples: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def readable(self) -> bool:
        """Whether there is something to share out, and the polynomial explains enough of it."""
        return self.variance > 0 and (self.q2 is None or self.q2 >= READABLE)


def from_draws(
    names: Sequence[str],
    u: Floats,
    y: Floats,
    kinds: Kinds = NO_KINDS,
    *,
    weight: Floats | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Indices:
    """Return the indices that a polynomial fitted to draws has.

    Parameters
    ----------
    names : (j,)
    u : (d, j), within (0, 1)
        Quantiles of the priors; independent and spread evenly.
    y : (d,) or (d, k)
        With k types, in the row-major order of ``kinds.probability``.
    weight : (d,), optional
        Likelihood of the record under each draw. Inputs depend on each other then; a share is the covariance of an
        input's part with y (Caniou and Sudret's covariance decomposition, Li et al. 2010, J. Phys. Chem. A 114, 6022),
        may be negative, and equals the index where the weights are equal.
    resamples : int
        Bootstrap samples of draws; 0 gives no intervals.
    """
    kinds = kinds.split()
    columns = y.reshape(len(u), -1)
    models = _fitted(u, columns, kinds)
    first, total, variance = _shares(models, kinds, u, weight)
    q2 = _explained(models, columns, kinds)
    rng = np.random.default_rng(seed)
    samples = [rng.integers(len(u), size=len(u)) for _ in range(resamples)]
    again = [_shares(list(some), kinds, u[s], None if weight is None else weight[s])
             for s, some in zip(samples, _all_refits(models, u, columns, samples), strict=True)]  # fmt: skip
    return _indices((*names, *kinds.names), (first, total, variance), again, q2, y.size, "polynomial")


def _indices(
    names: tuple[str, ...],
    found: tuple[Floats, Floats, float],
    again: Sequence[tuple[Floats, Floats, float]],
    q2: float | None,
    n_evaluations: int,
    method: str,
) -> Indices:
    """Return indices with the intervals that resamples, `again`, give them."""
    first, total, variance = found
    samples = [np.array([one[i] for one in again]).reshape(len(again), len(names)) for i in (0, 1)]
    intervals = [_interval(some, len(names)) for some in samples]
    return Indices(
        names, first, total, intervals[0], intervals[1], variance, q2, n_evaluations, method, first_samples=samples[0]
    )


def _fitted(u: Floats, y: Floats, kinds: Kinds) -> list[Surrogate]:
    """Return a polynomial per type, all of one family, so that their coefficients can be averaged."""
    found = [[fit(u, column, (family,)) for column in y.T] for family in FAMILIES]
    return max(found, key=lambda models: _explained(models, y, kinds))


def _all_refits(models: list[Surrogate], u: Floats, y: Floats, samples: list[Ints]) -> Iterator[tuple[Surrogate, ...]]:
    return zip(*(refits(one, u, column, samples) for one, column in zip(models, y.T, strict=True)), strict=True)


def _explained(models: list[Surrogate], y: Floats, kinds: Kinds) -> float:
    """Return the share of the variance over draws and types that is explained on draws left out."""
    p = kinds.probability.ravel()
    unexplained = sum(p[k] * (1.0 - one.q2) * float(np.var(y[:, k], ddof=1)) for k, one in enumerate(models))
    within = float(p @ np.var(y, axis=0, ddof=1))
    between = float(p @ (y.mean(axis=0) - p @ y.mean(axis=0)) ** 2)
    return 1.0 - unexplained / (within + between) if within + between > 0 else 1.0


def _shares(models: list[Surrogate], kinds: Kinds, u: Floats, weight: Floats | None) -> tuple[Floats, Floats, float]:
    """Return first-order and total shares of parameters and dimensions of types, and the variance."""
    powers, c = _joined(models)
    grid = c.reshape(len(c), *kinds.probability.shape)
    parts = [_parameter_parts(powers, c, kinds, j) for j in range(powers.shape[1])]
    parts += [_kind_parts(grid, kinds, axis) for axis in range(len(kinds.names))]
    inner = _covariance(design(u, powers, models[0].family), kinds, weight)
    variance = inner(c, c)
    found = np.array([[inner(part, c) for part in pair] for pair in parts]).reshape(-1, 2)
    found = found / variance if variance > 0 else np.zeros_like(found)
    return found[:, 0], found[:, 1], variance


def _joined(models: list[Surrogate]) -> tuple[Ints, Floats]:
    """Return the terms of all types, the constant first, and their coefficients, (p, k)."""
    powers, at = np.unique(np.concatenate([one.powers for one in models]), axis=0, return_inverse=True)
    c = np.zeros((len(powers), len(models)))
    kind = np.repeat(np.arange(len(models)), [len(one.powers) for one in models])
    c[at.ravel(), kind] = np.concatenate([one.coefficients for one in models])
    return powers, c


def _parameter_parts(powers: Ints, c: Floats, kinds: Kinds, j: int) -> tuple[Floats, Floats]:
    """Return what of the polynomial belongs to one parameter alone, and all that it takes part in; (p, k) each."""
    with_it = powers[:, j] > 0
    alone = with_it & ((powers > 0).sum(axis=1) == 1)
    mean = np.broadcast_to((c @ kinds.probability.ravel())[:, None], c.shape)
    return np.where(alone[:, None], mean, 0.0), np.where(with_it[:, None], c, 0.0)


def _kind_parts(grid: Floats, kinds: Kinds, axis: int) -> tuple[Floats, Floats]:
    """Return the same for one dimension of the types; `grid` are the coefficients with an axis per dimension."""
    p = kinds.probability
    others = tuple(a for a in range(p.ndim) if a != axis)
    of_axis = p.sum(axis=others).reshape([-1 if a == axis else 1 for a in range(p.ndim)])
    of_others = p.sum(axis=axis, keepdims=True)
    total = grid - (grid * of_axis).sum(axis=axis + 1, keepdims=True)
    alone = np.zeros_like(grid)
    alone[0] = (total[0] * of_others).sum(axis=others, keepdims=True)
    return alone.reshape(len(grid), -1), total.reshape(len(grid), -1)


def _covariance(psi: Floats, kinds: Kinds, weight: Floats | None) -> Callable[[Floats, Floats], float]:
    """Return the covariance of two polynomials given by their coefficients, (p, k) each.

    The terms are orthonormal where draws count alike; with weights the covariance is that of the draws.
    """
    p = kinds.probability.ravel()

    def by_coefficients(a: Floats, b: Floats) -> float:
        means = float(p @ a[0]) * float(p @ b[0])
        return float((a * b).sum(axis=0) @ p) - means

    def by_draws(a: Floats, b: Floats) -> float:
        assert weight is not None
        joint = np.outer(weight / weight.sum(), p)
        left, right = psi @ a, psi @ b
        return float((joint * left * right).sum() - (joint * left).sum() * (joint * right).sum())

    return by_coefficients if weight is None else by_draws


def _interval(samples: Floats, n: int) -> Floats:
    """Return the percentiles of resampled numbers, (r, i), as (i, 2); NaN where there are none."""
    if not len(samples):
        return np.full((n, 2), np.nan)
    tail = 50 * (1 - COVERED)
    return np.percentile(samples, [tail, 100 - tail], axis=0).T


def pick_freeze_points(n_parameters: int, n: int, seed: int = 1) -> Floats:
    """Return where `from_pick_freeze` wants the number: (n, j + 2, j), within (0, 1).

    Along the second axis stand A, B, and A with one coordinate after the other taken from B; A and B are the two halves of
    a scrambled Sobol sequence.

    Parameters
    ----------
    n : int
        A power of two keeps the sequence balanced.
    """
    from scipy.stats import qmc

    both = qmc.Sobol(2 * n_parameters, rng=np.random.default_rng(seed)).random(n)
    a, b = both[:, :n_parameters], both[:, n_parameters:]
    points = np.repeat(a[:, None, :], n_parameters + 2, axis=1)
    points[:, 1] = b
    for j in range(n_parameters):
        points[:, j + 2, j] = b[:, j]
    return np.clip(points, EDGE, 1 - EDGE)


def from_pick_freeze(names: Sequence[str], y: Floats, *, resamples: int = RESAMPLES, seed: int = 1) -> Indices:
    """Return the indices of a number at the points of `pick_freeze_points`, (n, j + 2)."""
    rng = np.random.default_rng(seed)
    again = [_pick_freeze(y[rng.integers(len(y), size=len(y))]) for _ in range(resamples)]
    return _indices(tuple(names), _pick_freeze(y), again, None, y.size, "pick-freeze")


def _pick_freeze(y: Floats) -> tuple[Floats, Floats, float]:
    centred = y - y.mean()  # the first-order estimate does not depend on the mean, its error does
    a, b, swapped = centred[:, 0], centred[:, 1], centred[:, 2:]
    variance = float(np.var(y[:, :2]))
    if variance <= 0:
        nothing = np.zeros(swapped.shape[1])
        return nothing, nothing, 0.0
    first = np.mean(b[:, None] * (swapped - a[:, None]), axis=0) / variance
    total = np.mean((a[:, None] - swapped) ** 2, axis=0) / (2 * variance)
    return first, total, variance
