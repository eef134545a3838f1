"""Sparse polynomial chaos: a polynomial in the parameters that stands for an expensive game.

With ``u`` (d, j) independent and uniform on (0, 1) and ``psi_a`` products of orthonormal polynomials, one of each degree
``a_j`` per parameter,

    y(u)  ~  sum over a of c_a psi_a(u),          variance  =  sum over a != 0 of c_a^2

so that variances are read off the coefficients (Sudret 2008). Terms enter one after the other, the one that goes best
with what is left of y first (orthogonal matching pursuit), from all terms up to a degree. The number of terms, the degree
and the polynomials (Legendre in u, or Hermite in the normal score of u) are those that do best on draws left out:

    Q2  =  1 - mean of (y - prediction by draws of the other parts)^2 / variance of y

where each part chooses its terms anew. Blatman and Sudret (2011, eq. 4-8) correct the leave-one-out error of the terms
that were chosen instead; with hundreds of terms to choose from that error stays far too small (a Q2 of 0.99 where new
draws show 0.79, with 100 parameters and 128 draws), since the draw left out has helped to choose.

References: Sudret (2008), Reliability Engineering and System Safety 93, 964-979. Blatman and Sudret (2011), Journal of
Computational Physics 230, 2345-2367. Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, 7.10.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.sensitivity.polynomials import Family, candidates, design

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAMILIES: tuple[Family, ...] = ("legendre", "hermite")
PATIENCE = 2
"""Degrees without a smaller error after which no higher one is tried."""
SMALLEST = 1e-12
"""Numbers that differ by less (of their size) are one number."""
NEW = 1e-6
"""A column that differs by less (of its length) from those before it ends the choice."""
ENOUGH = 12
"""Terms without a smaller error after which no more are tried."""
PARTS = 8
"""Parts of the draws that are left out in turn."""


@dataclass(frozen=True)
class Surrogate:
    """A fitted polynomial.

    Parameters
    ----------
    powers : (p, j)
        Degree of each parameter in each term; the constant first.
    coefficients : (p,)
    q2 : float
        Share of the variance that draws left out of the fit show; at most 1, below 0 worse than the mean.
    family : str
    degree : int
        Up to which terms were offered.
    """

    powers: Ints
    coefficients: Floats
    q2: float
    family: Family
    degree: int

    @property
    def n_terms(self) -> int:
        """How many terms there are beside the constant."""
        return len(self.coefficients) - 1

    def __call__(self, u: Floats) -> Floats:
        """Return the polynomial at `u`, (d, j); (d,)."""
        return np.asarray(design(u, self.powers, self.family) @ self.coefficients)


def fit(u: Floats, y: Floats, families: Sequence[Family] = FAMILIES) -> Surrogate:
    """Return the polynomial that does best on draws left out.

    Parameters
    ----------
    u : (d, j), within (0, 1)
        Quantiles of independent priors.
    y : (d,)
    """
    if np.ptp(y) <= SMALLEST * max(1.0, float(np.abs(y).max())):
        return Surrogate(np.zeros((1, u.shape[1]), dtype=np.int64), np.array([y.mean()]), 1.0, families[0], 0)
    best, waited = None, 0
    for degree, powers in candidates(u.shape[1], len(u)):
        found = max((_chosen(u, y, powers, family, degree) for family in families), key=lambda one: one.q2)
        waited = 0 if best is None or found.q2 > best.q2 else waited + 1
        best = found if waited == 0 else best
        if waited >= PATIENCE:
            break
    assert best is not None
    return best


def refits(like: Surrogate, u: Floats, y: Floats, samples: Iterable[Ints]) -> Iterator[Surrogate]:
    """Yield, for each sample of draws, a polynomial with as many terms, chosen anew from the same candidates.

    Draws stand in a bootstrap sample several times: leaving some out would leave their doubles in, hence the number of
    terms is that of `like`.
    """
    powers = next((powers for degree, powers in candidates(u.shape[1], len(u)) if degree == like.degree), like.powers)
    psi = design(u, powers, like.family)
    for sample in samples:
        found = _pursue(psi[sample], y[sample], len(like.coefficients))
        yield Surrogate(powers[found.columns], found.coefficients, like.q2, like.family, like.degree)


def _chosen(u: Floats, y: Floats, powers: Ints, family: Family, degree: int) -> Surrogate:
    """Return the polynomial with the number of terms that does best on draws left out."""
    psi = design(u, powers, family)
    error = _left_out(psi, y, min(len(powers), max(2, len(y) // 2)))
    n_terms = int(np.argmin(error)) + 1
    found = _pursue(psi, y, n_terms)
    q2 = 1.0 - float(error[n_terms - 1]) / float(np.var(y, ddof=1))
    return Surrogate(powers[found.columns], found.coefficients, q2, family, degree)


def _left_out(psi: Floats, y: Floats, most: int) -> Floats:
    """Return the mean squared error on draws left out, by number of terms; the terms are chosen anew for each part.

    Ends where more terms have not helped for a while.
    """
    n = len(y)
    part = np.random.default_rng(0).permutation(n) % min(PARTS, n)
    outside = [psi[part == k] for k in range(part.max() + 1)]
    left = [y[part == k] for k in range(part.max() + 1)]
    fits = [_Pursuit(psi[part != k], y[part != k], most) for k in range(part.max() + 1)]
    errors: list[float] = []
    while len(errors) < most and len(errors) - int(np.argmin(errors or [0.0])) <= ENOUGH:
        for k, one in enumerate(fits):
            if one.grow():
                left[k] = left[k] - one.newest(outside[k])
        errors.append(sum(float(np.sum(x**2)) for x in left) / n)
    return np.array(errors)


class _Pursuit:
    """Columns in the order in which they enter, the constant first; `grow` lets in the next one.

    ``inverse`` (p, p) makes the columns orthonormal; ``along`` (p,) are the coefficients of the orthonormal columns.
    """

    def __init__(self, psi: Floats, y: Floats, most: int) -> None:
        self.psi, self.left, self.p = psi, y.copy(), 0
        self.norms = np.linalg.norm(psi, axis=0)
        self._columns, self._along = np.zeros(most, dtype=np.int64), np.zeros(most)
        self._inverse, self.basis = np.zeros((most, most)), np.zeros((len(y), most))

    @property
    def columns(self) -> Ints:
        """Return the columns so far, (p,)."""
        return self._columns[: self.p]

    @property
    def coefficients(self) -> Floats:
        """Return the coefficients of the columns themselves, (p,)."""
        return np.asarray(self._inverse[: self.p, : self.p] @ self._along[: self.p])

    def grow(self) -> bool:
        """Let in the column that goes best with what is left of y; False where none adds anything."""
        p = self.p
        if p:
            fits = np.abs(self.left @ self.psi) / self.norms
            fits[self.columns] = -1.0
            self._columns[p] = int(np.argmax(fits))
        column, basis = self.psi[:, self._columns[p]], self.basis[:, :p]
        seen = basis.T @ column
        rest = column - basis @ seen
        length = float(np.linalg.norm(rest))
        if length < NEW * self.norms[self._columns[p]]:
            return False
        self.basis[:, p] = rest / length
        self._inverse[:p, p], self._inverse[p, p] = -self._inverse[:p, :p] @ seen / length, 1.0 / length
        self._along[p] = self.basis[:, p] @ self.left
        self.left = self.left - self.basis[:, p] * self._along[p]
        self.p = p + 1
        return True

    def newest(self, psi: Floats) -> Floats:
        """Return what the last column adds to the prediction for other draws, whose terms are `psi`."""
        p = self.p
        return np.asarray(psi[:, self.columns] @ self._inverse[:p, p - 1] * self._along[p - 1])


def _pursue(psi: Floats, y: Floats, n_terms: int) -> _Pursuit:
    found = _Pursuit(psi, y, n_terms)
    while found.p < n_terms and found.grow():
        pass
    return found
