"""Products of orthonormal polynomials in independent parameters, each given by the quantile of its prior.

A term is a row of degrees, one per parameter. Terms count as of degree ``(sum a_j^q)^(1/q)``: with q below 1 those with
several parameters come later than those with one (Blatman and Sudret 2011, eq. 19).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Family = Literal["legendre", "hermite"]

HIGHEST_DEGREE = 10
MOST_TOGETHER = 3
"""Parameters in one term."""
HYPERBOLIC = 0.75
TERMS_PER_DRAW = 24
"""Candidates per draw, to bound memory and time: a degree with more of them is not offered."""


def design(u: Floats, powers: Ints, family: Family) -> Floats:
    """Return the terms at `u`, (d, p)."""
    table = _orthonormal(u, int(powers.max(initial=0)), family)
    found = np.ones((len(u), len(powers)))
    for p, row in enumerate(powers):
        for j in np.flatnonzero(row):
            found[:, p] *= table[row[j]][:, j]
    return found


def _orthonormal(u: Floats, highest: int, family: Family) -> Floats:
    """Return the polynomials of each degree at each coordinate, (a, d, j)."""
    if family == "legendre":
        x = 2.0 * u - 1.0
        rows = [np.ones_like(x), x]
        for a in range(1, highest):
            rows.append(((2 * a + 1) * x * rows[a] - a * rows[a - 1]) / (a + 1))
        return np.array([row * np.sqrt(2 * a + 1) for a, row in enumerate(rows[: highest + 1])])
    from scipy.special import ndtri

    z = np.asarray(ndtri(u))
    rows = [np.ones_like(z), z]
    for a in range(1, highest):
        rows.append((z * rows[a] - np.sqrt(a) * rows[a - 1]) / np.sqrt(a + 1))
    return np.array(rows[: highest + 1])


def candidates(n_parameters: int, n_draws: int) -> Iterator[tuple[int, Ints]]:
    """Yield each degree with its terms, as long as there are not too many of them."""
    rows = [np.zeros((1, n_parameters), dtype=np.int64)]
    for degree in range(1, HIGHEST_DEGREE + 1):
        new = _of_degree(degree, n_parameters, TERMS_PER_DRAW * n_draws - sum(map(len, rows)))
        if new is None:
            return
        rows.append(new)
        yield degree, np.concatenate(rows)


def _of_degree(degree: int, n_parameters: int, most: int) -> Ints | None:
    """Return the terms that count as of this degree and not of the one below, (p, j); None for more than `most`."""
    found: list[Ints] = []
    for together in range(1, min(MOST_TOGETHER, n_parameters) + 1):
        exponents = [e for e in _exponents(together, degree) if degree - 1 < _degree_of(e) <= degree + 1e-9]
        places = np.array(list(combinations(range(n_parameters), together))) if exponents else np.zeros((0, together))
        if sum(map(len, found)) + len(exponents) * len(places) > most:
            return None
        for one in exponents:
            rows = np.zeros((len(places), n_parameters), dtype=np.int64)
            rows[np.arange(len(places))[:, None], places] = one
            found.append(rows)
    return np.concatenate(found)


def _degree_of(exponents: tuple[int, ...]) -> float:
    return float(sum(a**HYPERBOLIC for a in exponents) ** (1.0 / HYPERBOLIC))


def _exponents(together: int, highest: int) -> Iterator[tuple[int, ...]]:
    """Yield the exponents of `together` parameters, each from 1 to `highest`."""
    if together == 0:
        yield ()
        return
    for first in range(1, highest + 1):
        for rest in _exponents(together - 1, highest):
            yield first, *rest
