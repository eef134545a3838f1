"""Numbers from weighted paths that keep their batches, so that differences of paired runs have their own error.

With ``x`` (n,) the quantity of each path, ``w`` its weight and ``m`` the paths that a condition keeps::

    value        = sum(w x m) / sum(w m)
    replicate b  = the same without the paths of batch b
    error        = that of the delete-one-batch jackknife (Efron 1982)

Random numbers are a function of (seed, path, period, step, purpose), so batch b of one run meets the same chances as
batch b of another, and the replicates of a difference are the differences of the replicates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.game.arrays import Game
from ceasefire.simulate.model import N_BATCHES, PathSet, Spells

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sampled:
    """A number and its replicates, (b,); NaN where nothing is left without a batch."""

    value: float
    replicates: Floats

    @property
    def error(self) -> float:
        """One standard error; NaN where fewer than two replicates have a value."""
        seen = self.replicates[np.isfinite(self.replicates)]
        if seen.size < 2:
            return float("nan")
        return float(np.sqrt((seen.size - 1) / seen.size * np.sum((seen - seen.mean()) ** 2)))

    def minus(self, other: Sampled) -> Sampled:
        """Return the paired difference."""
        with np.errstate(invalid="ignore"):
            return Sampled(float(np.subtract(self.value, other.value)), self.replicates - other.replicates)

    def as_dict(self) -> dict[str, Any]:
        """Return plain numbers, to be kept (they may be NaN or infinite)."""
        return {"value": float(self.value), "replicates": [float(b) for b in self.replicates]}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Sampled:
        """Return the number that `as_dict` gave."""
        return cls(float(kept["value"]), np.array(kept["replicates"], dtype=np.float64))

    @classmethod
    def exact(cls, value: float) -> Sampled:
        """Return a number without sampling error."""
        return cls(float(value), np.full(N_BATCHES, float(value)))


def finite(value: float) -> float | None:
    """Return the number, or None where it is none (JSON has no NaN)."""
    return float(value) if np.isfinite(value) else None


def ratio(top: Floats, bottom: Floats) -> Sampled:
    """Return the ratio of two sums, given the part of each batch, (b,) each."""
    with np.errstate(divide="ignore", invalid="ignore"):
        replicates = (top.sum() - top) / np.maximum(bottom.sum() - bottom, 0.0)
        value = float(top.sum() / bottom.sum())
    return Sampled(value if np.isfinite(value) else float("nan"), replicates)


def mean(paths: PathSet, quantity: ArrayLike, mask: Bools | None = None) -> Sampled:
    """Return the weighted mean of a quantity of each path, (n,), over the paths in `mask`."""
    weight = paths.weight if mask is None else paths.weight * mask
    x = np.broadcast_to(np.asarray(quantity, dtype=np.float64), weight.shape)
    top = np.bincount(paths.batch, weight * x, N_BATCHES).astype(np.float64)
    return ratio(top, np.bincount(paths.batch, weight, N_BATCHES).astype(np.float64))


def begun_by(paths: PathSet, spells: Spells, period: int, mask: Bools | None = None) -> Sampled:
    """Return the probability that an outcome has begun by the end of a period; undecided spells do not count."""
    begun = (spells.start <= min(period, paths.n_periods - 1)) & ~spells.undecided
    return mean(paths, begun, mask)


def label_shares(paths: PathSet, codes: NDArray[Any], n_labels: int, period: int) -> Floats:
    """Return the probability of each label of a status when a period ends, (n_labels,); they sum to one.

    Parameters
    ----------
    codes : (s,), int
        Label of each state.
    """
    return _shares(paths, np.asarray(codes)[paths.state[period]].astype(np.int64), n_labels)


def readers_posterior(paths: PathSet, game: Game, actor: int) -> Floats:
    """Return the reader's posterior of an actor's types, (k,): the weight that the record leaves to each."""
    return _shares(paths, game.type_of_profile[paths.profile, actor], game.n_types[actor])


def _shares(paths: PathSet, label: NDArray[Any], n_labels: int) -> Floats:
    mass = np.bincount(label, paths.weight, n_labels)
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def quantile(paths: PathSet, quantity: ArrayLike, level: float, mask: Bools | None = None) -> Sampled:
    """Return the weighted quantile of a quantity of each path: the smallest value with `level` of the weight."""
    weight = paths.weight if mask is None else paths.weight * mask
    x = np.asarray(quantity, dtype=np.float64)
    order = np.argsort(x, kind="stable")
    x, weight, batch = x[order], weight[order], paths.batch[order]
    replicates = [_quantile(x, np.where(batch == b, 0.0, weight), level) for b in range(N_BATCHES)]
    return Sampled(_quantile(x, weight, level), np.array(replicates))


def weighted_quantile(x: Floats, weight: Floats, level: float) -> float:
    """Return the smallest value at which the weight up to it reaches `level`; NaN without any weight.

    It is always one of the values that have weight, so it may be infinite, or a date on which some draw has its median.
    """
    order = np.argsort(x, kind="stable")
    return _quantile(x[order], weight[order], level)


def _quantile(ascending: Floats, weight: Floats, level: float) -> float:
    cumulated = np.cumsum(weight)
    if not cumulated.size or not cumulated[-1] > 0:
        return float("nan")
    reached = max(level * cumulated[-1] * (1 - 1e-12), np.finfo(np.float64).tiny)
    place = int(np.searchsorted(cumulated, reached))
    return float(ascending[min(place, ascending.size - 1)])
