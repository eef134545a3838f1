"""Numbers over an ensemble: their mean, the interval that the parameters leave, and the errors, kept apart.

With weights ``w`` (d,) that sum to one and a number ``x`` (d,) of each draw::

    value        = sum(w x) + c
    low, high    = weighted quantiles at 10 % and 90 % of x, + c          parameter uncertainty
    sampling     = sqrt(sum(w^2 (x - mean)^2))                            error of value: there are only so many draws
    monte_carlo  = error of sum(w x) from batches of paths, which all draws share
    c, grid      = what the full grid adds, from draws solved on both (see `stages`), and its standard error

A probability stays within 0 and 1. Draws without a value (nothing meets the condition) are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.explore.weighing.estimates import weighted_mean
from ceasefire.explore.weighing.stages import Chosen, corrected_mean
from ceasefire.simulate.estimates import Sampled, finite, weighted_quantile

Floats = NDArray[np.float64]
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Pooled:
    """A number over an ensemble.

    Parameters
    ----------
    value : float
    low, high : float
        NaN where intervals are withheld.
    sampling, monte_carlo, grid : float
        One standard error each; `sampling` is NaN with one draw, `grid` where no draw was solved on the full grid.
    correction : float
        What the full grid adds; already in value, low and high.
    n : int
        Draws that have a value.
    """

    value: float
    low: float
    high: float
    sampling: float
    monte_carlo: float = 0.0
    grid: float = float("nan")
    correction: float = 0.0
    n: int = 0

    def without_interval(self) -> Pooled:
        """Return the number without its interval, as where too few draws count."""
        return replace(self, low=float("nan"), high=float("nan"))

    def as_dict(self) -> dict[str, Any]:
        """Return plain numbers for ``--json``; None where there is none."""
        names = ("value", "low", "high", "sampling", "monte_carlo", "grid", "correction")
        return {name: finite(getattr(self, name)) for name in names} | {"n": self.n}


@dataclass(frozen=True)
class Correction:
    """What the full grid adds to a number, from draws solved on both; `error` is one standard error."""

    shift: float
    error: float


def correct(x: Floats, weight: Floats, chosen: Chosen, full: Floats, full_weight: Floats) -> Correction | None:
    """Return what the full grid adds to a number; None where a draw that counts has none.

    Parameters
    ----------
    x, weight : (d,)
        Number and weight of each draw on the preview grid.
    chosen : Chosen
        Which of them were solved on the full grid.
    full, full_weight : (c,)
        The same of these on the full grid.
    """
    if not (np.isfinite(x[weight > 0]).all() and np.isfinite(full).all()):
        return None
    found = corrected_mean(np.nan_to_num(x), weight, chosen, full, full_weight)
    plain = weighted_mean(np.nan_to_num(x), weight)
    return Correction(found.value - plain.value, float(np.sqrt(max(found.error**2 - plain.error**2, 0.0))))


def pool(
    numbers: Sequence[Sampled], weight: Floats, *, correction: Correction | None = None, probability: bool = True
) -> Pooled:
    """Return a number over draws, with its Monte Carlo error.

    Parameters
    ----------
    numbers : (d,)
        One per draw, on common random numbers.
    weight : (d,)
        Need not sum to one.
    """
    x = np.array([number.value for number in numbers])
    found = pool_values(x, weight, correction=correction, probability=probability)
    known = np.isfinite(x)
    if not known.any():
        return found
    replicates = np.array([number.replicates for number, here in zip(numbers, known, strict=True) if here])
    share = weight[known] / weight[known].sum()
    error = Sampled(found.value, share @ np.nan_to_num(replicates, posinf=np.nan)).error
    return replace(found, monte_carlo=finite(error) or 0.0)


def pool_values(
    x: ArrayLike, weight: Floats, *, correction: Correction | None = None, probability: bool = True
) -> Pooled:
    """Return a number over draws that has no batches, (d,)."""
    x = np.asarray(x, dtype=np.float64)
    known = np.isfinite(x) & (weight > 0)
    nothing = float("nan")
    if not known.any():
        return Pooled(nothing, nothing, nothing, nothing)
    share, y = weight[known] / weight[known].sum(), x[known]
    mean = weighted_mean(y, share)
    low, high = (weighted_quantile(y, share, level) for level in (LOW, HIGH))
    c = correction or Correction(0.0, float("nan"))
    shifted = [v + c.shift for v in (mean.value, low, high)]
    if probability:
        shifted = [min(max(v, 0.0), 1.0) for v in shifted]
    middle, low, high = shifted
    n = int(known.sum())
    error = mean.error if n > 1 else nothing  # one draw says nothing of how far another one might be
    return Pooled(middle, low, high, error, grid=c.error, correction=c.shift, n=n)


def pool_median(x: ArrayLike, weight: Floats) -> Pooled:
    """Return the weighted median of dates or durations, (d,), which may be infinite (beyond the horizon)."""
    x = np.asarray(x, dtype=np.float64)
    known = ~np.isnan(x)
    middle, low, high = (weighted_quantile(x[known], weight[known], level) for level in (0.5, LOW, HIGH))
    return Pooled(middle, low, high, float("nan"), n=int(known.sum()))


def difference(left: Mapping[int, Sampled], right: Mapping[int, Sampled]) -> dict[int, Sampled]:
    """Return the paired differences of two courses in the draws that both have."""
    return {d: left[d].minus(right[d]) for d in left if d in right}
