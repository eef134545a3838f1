"""Scores of forecasts: short formulas on numbers. Smaller is better for all of them; each is proper.

A score is proper if whoever believes p can expect no better score than by saying p. Probabilities are in 0..1, outcomes
0 or 1, days whole numbers.

References
----------
Brier (1950), Monthly Weather Review 78, 1-3. Good (1952), Journal of the Royal Statistical Society B 14, 107-114.
Epstein (1969), Journal of Applied Meteorology 8, 985-987. Matheson and Winkler (1976), Management Science 22, 1087-1096.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

Curve = Sequence[tuple[dt.date, float]]
"""Probability that something has happened by the end of each date, in order."""


def brier(p: float, outcome: int) -> float:
    """Return (p - outcome)^2, between 0 and 1.

    This is half of the sum over both answers that Brier (1950) wrote down.
    """
    return (p - outcome) ** 2


def log_score(p: float, outcome: int) -> float:
    """Return -ln(probability given to what happened); infinite where that was 0 (Good 1952).

    Nothing is cut off: who gives probability 0 to what happens has an infinite score, and so has every mean with it.
    """
    given = p if outcome else 1.0 - p
    return -math.log(given) if given > 0 else math.inf


def ranked_probability(curve: Curve, happened: dt.date | None) -> float:
    """Return the mean squared distance of the cumulative probabilities from what happened, between 0 and 1.

    Parameters
    ----------
    curve : (date, probability) pairs
        The dates are the boundaries between the ordered answers "by the first", ..., "later than the last".
    happened : date or None
        None: later than the last, or never.

    References
    ----------
    Epstein (1969); divided by the number of boundaries, so that curves with more dates do not score worse.
    """
    distances = [(p - (happened is not None and happened <= day)) ** 2 for day, p in curve]
    return sum(distances) / len(distances)


def crps_days(curve: Curve, start: dt.date, happened: dt.date | None) -> float:
    """Return the continuous ranked probability score of a forecast of a date, in days.

    The squared distance between the probability that it has happened and whether it has, summed over the days from the
    one after `start` to the last of the curve. Days between two dates of the curve share their probability evenly. What
    comes after the last day is one answer, "later or never".

    Parameters
    ----------
    start : date
        The day of the forecast: nothing happens on it or before.

    References
    ----------
    Matheson and Winkler (1976), with all weight on the days up to the horizon, which keeps it proper.
    """
    total = 0.0
    for day, p in daily(curve, start):
        total += (p - (happened is not None and happened <= day)) ** 2
    return total


def daily(curve: Curve, start: dt.date) -> list[tuple[dt.date, float]]:
    """Return the cumulative probability at the end of every day after `start`, up to the last of the curve."""
    found: list[tuple[dt.date, float]] = []
    before, reached = start, 0.0
    for day, p in curve:
        n = (day - before).days
        found += [(before + dt.timedelta(days=i), reached + (p - reached) * i / n) for i in range(1, n + 1)]
        before, reached = max(before, day), p
    return found


def skill(score: float, reference: float) -> float:
    """Return 1 - score / reference: 1 is perfect, 0 as good as the reference, below 0 worse; NaN without a reference."""
    if not math.isfinite(score) or not math.isfinite(reference) or reference == 0:
        return math.nan
    return 1.0 - score / reference
