"""Queries that ask for shares of parameters: ``share(name)``, differences of them, comparisons; answered by the draws.

``share(name)`` is the first-order share of a parameter, or of a dimension of types, of the variance of the first headline
that is a probability, over draws and types under their priors (see `sensitivity` and `indices`). Two shares are compared in
the same resampled draws, so that the interval is that of their difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.explore.ensemble.ensemble import Ensemble, draw_ensemble
from ceasefire.explore.ensemble.verdicts import UNDECIDED
from ceasefire.explore.sensitivity.indices import COVERED, Indices
from ceasefire.explore.sensitivity.sensitivity import of_ensemble
from ceasefire.explore.tipping.points import chance_of
from ceasefire.forecast.answer import Answer
from ceasefire.forecast.names import leaves
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.work import Workers
from ceasefire.number_text import number_text
from ceasefire.simulate.estimates import finite

Floats = NDArray[np.float64]
WHAT = "90 % of resampled draws; share of the variance of the first headline, this one alone"
NOT_READABLE = "the shares are not to be read: the draws do not show what the number depends on"


@dataclass(frozen=True)
class ShareFound:
    """A share of the variance, or a difference of two, with its interval; None where it is not to be read."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class SharesCompared:
    """A comparison of shares.

    Parameters
    ----------
    left : ShareFound
    threshold : float or None
        What it is held against.
    gap : ShareFound
        The distance between the two, positive where the comparison holds.
    """

    left: ShareFound
    threshold: float | None
    gap: ShareFound

    @property
    def verdict(self) -> str:
        """Whether the check holds at both ends of its interval, at neither, or is not decided."""
        if self.gap.value is None or self.gap.low is None or self.gap.high is None:
            return UNDECIDED
        ends = {x > 0 for x in (self.gap.low, self.gap.high)}
        return UNDECIDED if len(ends) == 2 else "holds" if ends == {True} else "does not hold"


def asks_for_shares(query: q.Query) -> bool:
    """Return whether a query asks for shares and for nothing else."""
    return all(isinstance(leaf, q.Share) for leaf in leaves(query))


def shares(case: Case, ensemble: Ensemble) -> Indices:
    """Return the shares of every parameter and dimension of types."""
    query = chance_of(case, None)
    return of_ensemble(ensemble, query.text, query)[0]


def share(found: Indices, query: q.Query) -> ShareFound:
    """Return a share, or a difference of shares."""
    return _found(_resampled(query, found)) if found.readable else ShareFound(None, None, None)


def compared(found: Indices, check: q.Comparison) -> SharesCompared:
    """Return a comparison of a share with a number or with another share."""
    nothing = ShareFound(None, None, None)
    if not found.readable:
        return SharesCompared(nothing, None, nothing)
    left, right = _resampled(check.left, found), _resampled(check.right, found)
    gap = left - right if check.op in (">", ">=") else right - left
    return SharesCompared(_found(left), finite(right[0]), _found(gap))


def _resampled(side: object, found: Indices) -> Floats:
    """Return the number of one side, and the same in every resample of the draws, (1 + r,)."""
    if isinstance(side, q.Difference):
        return _resampled(side.left, found) - _resampled(side.right, found)
    n = 1 + len(found.first_samples)
    if not isinstance(side, q.Share):
        assert isinstance(side, float | int), side
        return np.full(n, float(side))
    if side.parameter in found.names:
        i = found.names.index(side.parameter)
        return np.concatenate([[found.first[i]], found.first_samples[:, i]])
    # a parameter that is not drawn has none of the variance; types that the shares do not tell apart have no share alone
    return np.full(n, np.nan if "." in side.parameter else 0.0)


def _found(resampled: Floats) -> ShareFound:
    if not np.isfinite(resampled).all():
        return ShareFound(None, None, None)
    tail = (1 - COVERED) / 2
    low, high = np.quantile(resampled[1:], [tail, 1 - tail]) if resampled.size > 1 else (np.nan, np.nan)
    return ShareFound(float(resampled[0]), finite(low), finite(high))


def _how_sure(held: SharesCompared) -> str:
    if held.gap.low is None or held.gap.high is None:
        return f"margin without an interval: {held.verdict}"
    ends = " to ".join(number_text(x, digits=2, sign=True) for x in (held.gap.low, held.gap.high))
    return f"margin {ends} in 90 % of resampled draws: {held.verdict}"


def ask_share(
    case: Case,
    query: q.Query,
    settings: Settings,
    draws: int,
    progress: Progress | None = None,
    workers: Workers = None,
) -> Answer:
    """Answer a query for a share, a difference of shares, or a comparison with a number or with another share.

    Parameters
    ----------
    draws : int
        Draws of the ensemble; those of ``run`` where it has as many.

    Raises
    ------
    InputError
        X109, where the query asks for something else too.
    """
    if not asks_for_shares(query):
        hint = "compare shares with shares and with numbers"
        raise InputError([Fault("X109", "a share is held against another kind of number", found=query.text, hint=hint)])
    found = shares(case, draw_ensemble(case, settings, draws, progress, workers))
    unit = "share of the variance"
    if not isinstance(query, q.Comparison):
        one = share(found, query)
        note = NOT_READABLE if one.value is None else ""
        return Answer(query.text, one.value, one.low, one.high, "" if note else WHAT, unit=unit, note=note)
    held = compared(found, query)
    if held.gap.value is None:
        return Answer(query.text, None, note=NOT_READABLE)
    return Answer(
        query.text,
        held.left.value,
        held.left.low,
        held.left.high,
        WHAT,
        unit=unit,
        op=query.op,
        threshold=held.threshold,
        margin=held.gap.value,
        holds=held.gap.value > 0,
        parts={"margin_low": held.gap.low, "margin_high": held.gap.high, "verdict": held.verdict},
        note=_how_sure(held),
    )
