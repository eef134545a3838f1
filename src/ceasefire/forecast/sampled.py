"""Numbers from weighted paths that keep their 32 batches, so that differences of paired runs have their own error.

With ``x`` (n,) the quantity of each path, ``w`` its weight and ``m`` the paths that a condition keeps::

    value     = sum(w x m) / sum(w m)
    batch b   = the same over the paths of batch b
    error     = standard deviation of the batches / sqrt(number of batches)

Random numbers are a function of (seed, path, period, step, purpose), so batch b of one run meets the same chances as
batch b of another, and the batches of a difference are the differences of the batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.simulate.model import N_BATCHES, PathSet

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sampled:
    """A number and its value in each batch, (b,); NaN where a batch has no path under the condition."""

    value: float
    batches: Floats

    @property
    def error(self) -> float:
        """One standard error; NaN where fewer than two batches have a value."""
        seen = self.batches[np.isfinite(self.batches)]
        return float(seen.std(ddof=1) / np.sqrt(seen.size)) if seen.size > 1 else float("nan")

    def minus(self, other: Sampled) -> Sampled:
        """Return the paired difference."""
        with np.errstate(invalid="ignore"):
            return Sampled(self.value - other.value, self.batches - other.batches)

    def as_dict(self) -> dict[str, Any]:
        """Return plain numbers, to be kept (they may be NaN or infinite)."""
        return {"value": float(self.value), "batches": [float(b) for b in self.batches]}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Sampled:
        """Return the number that `as_dict` gave."""
        return cls(float(kept["value"]), np.array(kept["batches"], dtype=np.float64))

    @classmethod
    def exact(cls, value: float) -> Sampled:
        """Return a number without sampling error."""
        return cls(float(value), np.full(N_BATCHES, float(value)))


def finite(value: float) -> float | None:
    """Return the number, or None where it is none (JSON has no NaN)."""
    return float(value) if np.isfinite(value) else None


def mean(paths: PathSet, quantity: ArrayLike, mask: Bools | None = None) -> Sampled:
    """Return the weighted mean of a quantity of each path, (n,), over the paths in `mask`."""
    weight = paths.weight if mask is None else paths.weight * mask
    x = np.broadcast_to(np.asarray(quantity, dtype=np.float64), weight.shape)
    total = np.bincount(paths.batch, weight, N_BATCHES)
    with np.errstate(divide="ignore", invalid="ignore"):
        batches = np.bincount(paths.batch, weight * x, N_BATCHES) / total
        value = float(weight @ x) / float(weight.sum())
    return Sampled(value if np.isfinite(value) else float("nan"), batches)


def quantile(paths: PathSet, quantity: ArrayLike, level: float, mask: Bools | None = None) -> Sampled:
    """Return the weighted quantile of a quantity of each path: the smallest value with `level` of the weight."""
    weight = paths.weight if mask is None else paths.weight * mask
    x = np.asarray(quantity, dtype=np.float64)
    batches = [weighted_quantile(x[paths.batch == b], weight[paths.batch == b], level) for b in range(N_BATCHES)]
    return Sampled(weighted_quantile(x, weight, level), np.array(batches))


def weighted_quantile(x: Floats, weight: Floats, level: float) -> float:
    """Return the smallest value at which the weight up to it reaches `level`; NaN without any weight."""
    if not weight.size or weight.sum() <= 0:
        return float("nan")
    order = np.argsort(x, kind="stable")
    cumulated = np.cumsum(weight[order])
    return float(x[order][min(np.searchsorted(cumulated, level * cumulated[-1] * (1 - 1e-12)), x.size - 1)])
