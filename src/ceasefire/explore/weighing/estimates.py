"""The standard errors that sampling gives means and quantiles of weighted draws.

References
----------
Owen and Zhou (2000), Journal of the American Statistical Association 95, 135-143.
Woodruff (1952), Journal of the American Statistical Association 47, 635-646.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.simulate.estimates import weighted_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """A weighted number with the standard error that sampling gives it."""

    value: float
    error: float


def weighted_mean(values: Floats, weight: Floats, round_index: Ints | None = None) -> Estimate:
    """Return the weighted mean with its standard error.

    The error is that of self-normalised importance sampling, sqrt(sum w^2 (x - mean)^2). With `round_index` only the
    spread within rounds counts, since how many draws each round gave was fixed beforehand (Owen and Zhou 2000). Sobol
    draws lie more evenly than random ones, so both are rather too large.

    Parameters
    ----------
    values : (d,)
        Ignored where the weight is zero.
    weight : (d,)
        Sums to one.
    round_index : (d,), int, optional
    """
    values = np.where(weight > 0, values, 0.0)
    mean = float(weight @ values)
    part = weight * (values - mean)
    if round_index is None:
        return Estimate(mean, float(np.sqrt(np.sum(part**2))))
    variance = 0.0
    for r in np.unique(round_index):
        own = part[round_index == r]
        if own.size > 1:
            variance += own.size / (own.size - 1) * float(np.sum((own - own.mean()) ** 2))
        else:
            variance += float(own[0] ** 2)
    return Estimate(mean, float(np.sqrt(variance)))


def quantile_estimate(values: Floats, weight: Floats, q: float, round_index: Ints | None = None) -> Estimate:
    """Return a weighted quantile with its standard error (Woodruff 1952).

    The error of the share of weight below the quantile is carried over to the values: half the distance between the
    quantiles at q - error and q + error.
    """
    value = weighted_quantile(values, weight, q)
    share = weighted_mean((values <= value).astype(np.float64), weight, round_index).error
    ends = [weighted_quantile(values, weight, min(max(q + s * share, 0.0), 1.0)) for s in (-1.0, 1.0)]
    return Estimate(value, (ends[1] - ends[0]) / 2)
