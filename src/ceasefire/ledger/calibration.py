"""Whether probabilities mean what they say (calibration), and tell yes from no (discrimination).

Every question has weight one, shared by its forecasts in proportion to the days on which they stood.

References
----------
Murphy (1973), Journal of Applied Meteorology 12, 595-600 (reliability, resolution, uncertainty). Stephenson, Coelho and
Jolliffe (2008), Weather and Forecasting 23, 752-757 (what bins leave over). Wilson (1927), Journal of the American
Statistical Association 22, 209-212. Hanley and McNeil (1982), Radiology 143, 29-36. Newcombe (2006), Statistics in
Medicine 25, 559-573.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
Z95 = 1.959963984540054
"""97.5 % point of the standard normal distribution."""


@dataclass(frozen=True)
class Forecasted:
    """A probability, what happened (0 or 1) and its weight."""

    p: float
    outcome: int
    weight: float = 1.0


@dataclass(frozen=True)
class Bin:
    """Forecasts between two probabilities, and how often yes came true among them, with a 95 % Wilson interval."""

    low: float
    high: float
    n: float
    mean_p: float
    share_yes: float
    interval_low: float
    interval_high: float


@dataclass(frozen=True)
class Decomposition:
    """Brier = reliability - resolution + uncertainty + within_bins."""

    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float

    @property
    def brier(self) -> float:
        """Return the Brier score that the parts add up to."""
        return self.reliability - self.resolution + self.uncertainty + self.within_bins


@dataclass(frozen=True)
class Discrimination:
    """Area under the curve: the chance that a yes got a higher probability than a no; ties count half.

    The 95 % interval holds the areas from which this one is less than 1.96 standard errors away, with the standard
    error that Hanley and McNeil give for that area (Newcombe's method 5). So it has a width where the area is 0 or 1.
    """

    area: float
    low: float
    high: float
    n_yes: int
    n_no: int


def wilson(share: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson interval of a share among n."""
    if n <= 0:
        return 0.0, 1.0
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def bins(forecasts: Sequence[Forecasted], n_bins: int = BINS) -> list[Bin]:
    """Return the bins that are not empty; 1 belongs to the last one."""
    found = []
    for i in range(n_bins):
        mine = [one for one in forecasts if min(int(one.p * n_bins), n_bins - 1) == i]
        weight = math.fsum(one.weight for one in mine)
        if weight:
            mean_p = math.fsum(one.p * one.weight for one in mine) / weight
            share = min(math.fsum(one.outcome * one.weight for one in mine) / weight, 1.0)
            found.append(Bin(i / n_bins, (i + 1) / n_bins, weight, mean_p, share, *wilson(share, weight)))
    return found


def decompose(forecasts: Sequence[Forecasted], n_bins: int = BINS) -> Decomposition:
    """Return Murphy's parts of the Brier score over bins, and what varies within them; the parts add up exactly."""
    total = math.fsum(one.weight for one in forecasts)
    share = math.fsum(one.outcome * one.weight for one in forecasts) / total
    parts = bins(forecasts, n_bins)
    reliability = math.fsum(one.n * (one.mean_p - one.share_yes) ** 2 for one in parts) / total
    resolution = math.fsum(one.n * (one.share_yes - share) ** 2 for one in parts) / total
    mean_score = math.fsum(one.weight * (one.p - one.outcome) ** 2 for one in forecasts) / total
    uncertainty = share * (1 - share)
    return Decomposition(reliability, resolution, uncertainty, mean_score - reliability + resolution - uncertainty)


def discriminate(pairs: Sequence[tuple[float, int]]) -> Discrimination | None:
    """Return how well probabilities tell yes from no; None where all answers are the same.

    Parameters
    ----------
    pairs : (probability, outcome) pairs
        One per question.
    """
    yes, no = ([p for p, outcome in pairs if outcome == kind] for kind in (1, 0))
    if not yes or not no:
        return None
    area, n, m = _area(yes, no), len(yes), len(no)
    return Discrimination(area, _bound(area, n, m, 0.0), _bound(area, n, m, 1.0), n, m)


def _bound(area: float, n: int, m: int, edge: float) -> float:
    """Return the farthest area towards 0 or 1 that the interval holds."""
    inside, outside = area, edge
    if _distance(area, outside, n, m) <= 0:
        return edge
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if _distance(area, middle, n, m) <= 0 else (inside, middle)
    return inside


def _distance(area: float, true: float, n: int, m: int) -> float:
    """Return the squared distance of an area from a true one, less what the interval allows."""
    more = (n + m) / 2 - 2
    spread = 1 + more * (1 - true) / (2 - true) + more * true / (1 + true)
    return (area - true) ** 2 - Z95**2 * true * (1 - true) * spread / (n * m)


def _area(yes: Sequence[float], no: Sequence[float]) -> float:
    """Return the share of (yes, no) pairs in the right order, from ranks with ties shared (Mann and Whitney 1947)."""
    values = sorted([(p, 1) for p in yes] + [(p, 0) for p in no])
    ranks, i = 0.0, 0
    while i < len(values):
        j = i
        while j < len(values) and values[j][0] == values[i][0]:
            j += 1
        ranks += (i + 1 + j) / 2 * sum(kind for _, kind in values[i:j])
        i = j
    return (ranks - len(yes) * (len(yes) + 1) / 2) / (len(yes) * len(no))
