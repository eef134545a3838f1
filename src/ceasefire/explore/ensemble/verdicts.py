"""Conclusions over the ensemble: the share of the weight in which each check holds, and what may be said of it.

``follows`` where the check holds in at least 0.9 of the weight, ``contradicted`` in at most 0.1, else ``open``; each only
where the share is two standard errors clear of the bound, else ``undecided by sampling``. The share and its error are
those of ``n`` draws (their effective number) with one more that holds and one more that does not (Agresti and Coull
1998): that all of few draws agree is not certainty. Where the error of the belief grid turns the verdict it is
``too close``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.simulate.estimates import weighted_quantile

FOLLOWS, CONTRADICTED, OPEN = "follows", "contradicted", "open"
UNDECIDED, CLOSE, NOT_COMPUTED = "undecided by sampling", "too close", "not computed"
HIGH_BOUND, LOW_BOUND = 0.9, 0.1
STANDARD_ERRORS = 2.0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """In how much of the weight a check holds.

    Parameters
    ----------
    verdict : str
    share, error : float
        Share of the weight, and its standard error.
    n : int
        Draws in which the check could be computed.
    gap, gap_low, gap_high : float
        Mean margin (positive where the check holds) and its 10 % and 90 % quantiles over the weighted draws.
    """

    verdict: str
    share: float
    error: float
    n: int
    gap: float
    gap_low: float
    gap_high: float


def verdict(gap: Floats, weight: Floats, numerical: float = 0.0) -> Share:
    """Return the verdict on a check.

    Parameters
    ----------
    gap : (d,)
        Margin of the check in each draw, positive where it holds; may be infinite; NaN where it was not computed.
    weight : (d,)
    numerical : float
        Error of the belief grid of the margin, >= 0.
    """
    known = ~np.isnan(gap) & (weight > 0)
    if not known.any():
        return Share(NOT_COMPUTED, math.nan, math.nan, 0, math.nan, math.nan, math.nan)
    g, w = gap[known], weight[known] / weight[known].sum()
    share, error = holding(g, w)
    said = _said(share, error, g, w)
    if numerical > 0:
        moved = {_said(*holding(g + step, w), g + step, w) for step in (-numerical, numerical)}
        said = said if moved == {said} else CLOSE if said != UNDECIDED else said
    low, high = (weighted_quantile(g, w, level) for level in (0.1, 0.9))
    finite = np.isfinite(g)
    mean = float(w[finite] @ g[finite] / w[finite].sum()) if finite.any() else math.nan
    return Share(said, share, error, int(known.sum()), mean, low, high)


def holding(gap: Floats, weight: Floats) -> tuple[float, float]:
    """Return the share of the weight in which a check holds, and its standard error."""
    share = float(weight[gap > 0].sum())
    return share, math.sqrt(_variance(share, weight))


def _variance(share: float, weight: Floats) -> float:
    n = 1.0 / float(np.sum(weight**2))
    smoothed = (n * share + 1) / (n + 2)
    return smoothed * (1 - smoothed) / (n + 2)


def _said(share: float, error: float, gap: Floats, weight: Floats) -> str:
    n = 1.0 / float(np.sum(weight**2))
    centre, clear = (n * share + 1) / (n + 2), STANDARD_ERRORS * error
    for holds, said in (
        (centre - clear >= HIGH_BOUND, FOLLOWS),
        (centre + clear <= LOW_BOUND, CONTRADICTED),
        (centre - clear >= LOW_BOUND and centre + clear <= HIGH_BOUND, OPEN),
    ):
        if holds:
            return said
    return UNDECIDED
