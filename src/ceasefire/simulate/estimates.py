"""Numbers from weighted paths, each with its Monte Carlo error from the batches.

Every number is a ratio sum(w x) / sum(w) over some paths; its error is that of the delete-one-batch jackknife for a
ratio (Efron 1982), which over batches of equal size needs no assumption on the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.game.arrays import Game
from ceasefire.simulate.model import N_BATCHES, Estimate, PathSet, Spells

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def mean(paths: PathSet, quantity: ArrayLike, given: Bools | None = None) -> Estimate:
    """Return the weighted mean of a quantity of each path, (n,), over the paths that `given` keeps."""
    weight = paths.weight if given is None else paths.weight * given
    x = np.broadcast_to(np.asarray(quantity, dtype=np.float64), weight.shape)
    top = np.bincount(paths.batch, weight * x, N_BATCHES)
    bottom = np.bincount(paths.batch, weight, N_BATCHES)
    return Estimate(*_ratio(top.astype(np.float64), bottom.astype(np.float64)), int(np.count_nonzero(weight)))


def _ratio(top: Floats, bottom: Floats) -> tuple[float, float]:
    """Return a ratio of sums over batches and its jackknife error; NaN where the bottom is zero."""
    total = bottom.sum()
    if not total > 0:
        return float("nan"), float("nan")
    value = float(top.sum() / total)
    rest = total - bottom
    with np.errstate(divide="ignore", invalid="ignore"):
        left_out = (top.sum() - top) / rest
    left_out = left_out[rest > 0]
    if left_out.size < 2:
        return value, float("nan")
    b = left_out.size
    return value, float(np.sqrt((b - 1) / b * np.sum((left_out - left_out.mean()) ** 2)))


def probability_by(paths: PathSet, spells: Spells, period: int, given: Bools | None = None) -> Estimate:
    """Return the probability that the outcome has begun by the end of a period; undecided spells do not count."""
    return mean(paths, (spells.start <= period) & ~spells.undecided, given)


def undecided_by(paths: PathSet, spells: Spells, period: int, given: Bools | None = None) -> Estimate:
    """Return how much more that probability would be if every undecided spell counted."""
    return mean(paths, (spells.start <= period) & spells.undecided, given)


def within(paths: PathSet, spells: Spells, n_periods: int, as_of: int, given: Bools | None = None) -> Estimate:
    """Return the probability that the outcome begins within `n_periods` periods after the one of ``as_of``."""
    return probability_by(paths, spells, as_of + n_periods, given)


def within_of(paths: PathSet, spells: Spells, other: Spells, n_periods: int, given: Bools | None = None) -> Estimate:
    """Return the probability that an outcome begins within `n_periods` of another, among paths where that happened.

    Paths on which the horizon leaves fewer than `n_periods` after the other outcome, and on which this one has not
    happened, count as not happened; ``cut_short`` says how many they are.
    """
    happened = (other.start < paths.n_periods) & ~other.undecided
    soon = (spells.start <= other.start + n_periods) & (spells.start < paths.n_periods) & ~spells.undecided
    return mean(paths, soon, happened if given is None else happened & given)


def cut_short(paths: PathSet, spells: Spells, other: Spells, n_periods: int, given: Bools | None = None) -> Estimate:
    """Return the share of paths with the other outcome on which the horizon came too early to tell."""
    happened = (other.start < paths.n_periods) & ~other.undecided
    open_ = (other.start + n_periods >= paths.n_periods) & ((spells.start >= paths.n_periods) | spells.undecided)
    return mean(paths, open_, happened if given is None else happened & given)


def median_start(paths: PathSet, spells: Spells, given: Bools | None = None, level: float = 0.5) -> Estimate:
    """Return the period by whose end the outcome has begun with probability `level`; infinite beyond the horizon."""
    start = np.where(spells.undecided | (spells.start >= paths.n_periods), np.inf, spells.start)
    return quantile(paths, start, level, given)


def quantile(paths: PathSet, quantity: Floats, level: float, given: Bools | None = None) -> Estimate:
    """Return the weighted quantile of a quantity, (n,): the smallest value with `level` of the weight at or below.

    The error is half the distance between the quantiles at `level` plus and minus one standard error of the
    probability there (Woodruff 1952).
    """
    value = _quantile(paths, quantity, level, given)
    if not np.isfinite(value):
        return Estimate(value, float("nan"), paths.n_paths)
    off = mean(paths, quantity <= value, given).error
    if not np.isfinite(off):
        return Estimate(value, float("nan"), paths.n_paths)
    low = _quantile(paths, quantity, max(level - off, 1e-12), given)
    high = _quantile(paths, quantity, min(level + off, 1.0), given)
    return Estimate(value, 0.5 * (high - low), paths.n_paths)


def _quantile(paths: PathSet, quantity: Floats, level: float, given: Bools | None) -> float:
    weight = paths.weight if given is None else paths.weight * given
    if not weight.sum() > 0:
        return float("nan")
    order = np.argsort(quantity, kind="stable")
    cumulated = np.cumsum(weight[order])
    place = int(np.searchsorted(cumulated, level * cumulated[-1] * (1 - 1e-12)))
    return float(quantity[order][min(place, quantity.size - 1)])


def survival(paths: PathSet, spells: Spells, given: Bools | None = None) -> list[Estimate]:
    """Return the probability that the outcome has not begun by the end of each period."""
    by = [probability_by(paths, spells, t, given) for t in range(paths.n_periods)]
    return [Estimate(1 - e.value, e.error, e.n) for e in by]


def label_shares(
    paths: PathSet, codes: NDArray[Any], n_labels: int, period: int, given: Bools | None = None
) -> list[Estimate]:
    """Return the probability of each label of a status when a period ends; they sum to one.

    Parameters
    ----------
    codes : (s,), int
        Label of each state.
    """
    seen = codes[paths.state[period]]
    return [mean(paths, seen == code, given) for code in range(n_labels)]


def end_states(
    paths: PathSet, game: Game, status: str, labels: Sequence[str], period: int, given: Bools | None = None
) -> dict[str, Estimate]:
    """Return the probability of each label of a status when a period ends, by label."""
    shares = label_shares(paths, game.state_columns[status], len(labels), period, given)
    return dict(zip(labels, shares, strict=True))


def stock_at(paths: PathSet, game: Game, stock: str, period: int) -> Floats:
    """Return a stock on each path when a period ends, (n,), in its unit."""
    return np.asarray(game.state_columns[stock][paths.state[period]], dtype=np.float64)


def of_type(paths: PathSet, game: Game, actor: int, types: Sequence[int]) -> Bools:
    """Return which paths have an actor of one of the given types, (n,)."""
    return np.isin(game.type_of_profile[paths.profile, actor], types)


def held_belief(paths: PathSet, actor: int, period: int, given: Bools | None = None) -> list[Estimate]:
    """Return the mean belief held in the game about an actor when a period ends, one estimate per type."""
    return [mean(paths, column, given) for column in paths.belief[actor][period].T]


def readers_posterior(paths: PathSet, game: Game, actor: int, given: Bools | None = None) -> list[Estimate]:
    """Return the reader's posterior of an actor's type: the weight that the record leaves to each."""
    kind = game.type_of_profile[paths.profile, actor]
    return [mean(paths, kind == k, given) for k in range(game.n_types[actor])]


def effective_paths(paths: PathSet) -> float:
    """Return the number of equally weighted paths that would know as much."""
    return float(1 / np.sum(paths.weight**2))


def paths_needed(estimate: Estimate, n_paths: int, target: float = 0.002) -> int:
    """Return how many paths would bring the error of an estimate down to `target`."""
    if not np.isfinite(estimate.error) or estimate.error <= target:
        return n_paths
    return int(np.ceil(n_paths * (estimate.error / target) ** 2))


def side_sum(paths: PathSet, name: str, period: int, given: Bools | None = None) -> Mapping[str, Estimate]:
    """Return mean and quantiles (10 %, 50 %, 90 %) of a side stock when a period ends."""
    total = paths.side[name][period]
    return {"mean": mean(paths, total, given)} | {
        f"p{round(100 * q)}": quantile(paths, total, q, given) for q in (0.1, 0.5, 0.9)
    }
