"""Which assumptions separate the draws in which a conclusion holds from those in which it does not.

For each parameter the *chance of order* is looked at: the chance that its value in a draw where the check holds exceeds that
in a draw where it does not (the area under the ROC curve, the statistic of Mann and Whitney). One half is no separation.
With effective numbers n1 and n0 of draws on the two sides its standard error without any separation is
sqrt((n1 + n0 + 1) / (12 n1 n0)); parameters are kept by the step-up rule of Benjamini and Hochberg at 5 %, so that of many
parameters that mean nothing hardly one is named.

The threshold that a sentence names is the value that splits the weight best (Youden: largest sum of both shares right).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.proposals import step_up

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEWEST = 4.0
"""Effective draws needed on either side."""
MOST = 3
"""Parameters named at most."""


@dataclass(frozen=True)
class Separation:
    """How one parameter separates two groups of draws.

    Parameters
    ----------
    name : str
    above : bool
        Whether the check holds rather at high values.
    order : float
        Chance that a draw where it holds has the value on that side of a draw where it does not, 0.5 to 1.
    at : float
        The value that splits the draws best.
    holding_beyond, holding_before : float
        Share of the weight in which the check holds, on that side of `at` and on the other.
    """

    name: str
    above: bool
    order: float
    at: float
    holding_beyond: float
    holding_before: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def separations(names: Sequence[str], values: Floats, holds: Bools, weight: Floats) -> tuple[Separation, ...]:
    """Return the parameters that separate best, at most three; none where chance would do as well.

    Parameters
    ----------
    names : (j,)
    values : (d, j)
    holds : (d,)
    weight : (d,)
    """
    on, off = weight * holds, weight * ~holds
    n1, n0 = _effective(on), _effective(off)
    if min(n1, n0) < FEWEST:
        return ()
    order = np.array([_order(values[:, j], on, off) for j in range(len(names))])
    kept = [int(j) for j in np.flatnonzero(step_up(_p_values(order, n1, n0)))]
    best = sorted(kept, key=lambda j: (-abs(order[j] - 0.5), names[j]))[:MOST]
    return tuple(_split(names[j], values[:, j], float(order[j]), on, off) for j in best)


def _effective(weight: Floats) -> float:
    total = float(np.sum(weight))
    return total**2 / float(np.sum(weight**2)) if total > 0 else 0.0


def _order(x: Floats, on: Floats, off: Floats) -> float:
    """Return the chance that a value weighted by `on` exceeds one weighted by `off`; ties count half."""
    rank = np.unique(x, return_inverse=True)[1]
    mass_on, mass_off = (np.bincount(rank, w / np.sum(w)) for w in (on, off))
    below = np.cumsum(mass_off) - mass_off
    return float(np.sum(mass_on * (below + 0.5 * mass_off)))


def _p_values(order: Floats, n1: float, n0: float) -> Floats:
    from scipy.special import ndtr

    error = np.sqrt((n1 + n0 + 1) / (12 * n1 * n0))
    return np.asarray(2 * ndtr(-np.abs(order - 0.5) / error), dtype=np.float64)


def _split(name: str, x: Floats, order: float, on: Floats, off: Floats) -> Separation:
    above = order > 0.5
    points = np.unique(x)
    middles = (points[1:] + points[:-1]) / 2
    side = (x[None, :] > middles[:, None]) == above
    right = (side @ on) / np.sum(on) + (~side @ off) / np.sum(off)
    best = int(np.argmax(right))
    beyond = side[best]
    shares = [float(np.sum(on[mask]) / np.sum((on + off)[mask])) for mask in (beyond, ~beyond)]
    return Separation(name, bool(above), max(order, 1 - order), float(middles[best]), *shares)
