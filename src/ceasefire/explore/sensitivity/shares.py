"""Queries that ask for the share of a parameter: ``share(name)`` and comparisons with it, answered by the draws.

``share(name)`` is the first-order share of a parameter, or of a dimension of types, of the variance of the first headline
that is a probability, over draws and types under their priors (see `sensitivity` and `indices`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.explore.ensemble.ensemble import Ensemble, draw_ensemble
from ceasefire.explore.ensemble.verdicts import UNDECIDED
from ceasefire.explore.sensitivity.indices import Indices
from ceasefire.explore.sensitivity.sensitivity import of_ensemble
from ceasefire.explore.tipping.points import chance_of
from ceasefire.forecast.answer import Answer
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.work import Workers

WHAT = "90 % of resampled draws; share of the variance of the first headline, this one alone"
NOT_READABLE = "the shares are not to be read: the draws do not show what the number depends on"


@dataclass(frozen=True)
class ShareFound:
    """A share of the variance with its interval; None where it is not to be read."""

    value: float | None
    low: float | None
    high: float | None


def shares(case: Case, ensemble: Ensemble) -> Indices:
    """Return the shares of every parameter and dimension of types."""
    query = chance_of(case, None)
    return of_ensemble(ensemble, query.text, query)[0]


def share(found: Indices, name: str) -> ShareFound:
    """Return the share of one parameter; one that is not drawn has none of the variance."""
    if not found.readable:
        return ShareFound(None, None, None)
    if name not in found.names:
        return ShareFound(0.0, 0.0, 0.0)
    i = found.names.index(name)
    low, high = (float(x) for x in np.asarray(found.first_interval[i]))
    return ShareFound(float(found.first[i]), low, high)


def ask_share(
    case: Case,
    query: q.Share | q.Comparison,
    settings: Settings,
    draws: int,
    progress: Progress | None = None,
    workers: Workers = None,
) -> Answer:
    """Answer a query for a share, or a comparison of a share with a number.

    Parameters
    ----------
    draws : int
        Draws of the ensemble; those of ``run`` where it has as many.
    """
    found = shares(case, draw_ensemble(case, settings, draws, progress, workers))
    one = share(found, _asked(query))
    answer = Answer(query.text, one.value, one.low, one.high, WHAT, unit="share of the variance")
    if one.value is None:
        return Answer(query.text, None, note=NOT_READABLE)
    if isinstance(query, q.Share) or not isinstance(query.right, float | int):
        return answer
    margin = gap(query, one.value)
    return Answer(
        query.text,
        one.value,
        one.low,
        one.high,
        WHAT,
        unit=answer.unit,
        op=query.op,
        threshold=float(query.right),
        margin=margin,
        holds=margin > 0,
    )


def _asked(query: q.Share | q.Comparison) -> str:
    side = query.left if isinstance(query, q.Comparison) else query
    assert isinstance(side, q.Share), query
    return side.parameter


def gap(check: q.Comparison, value: float) -> float:
    """Return by how much a check of a share against a number holds; negative where it does not."""
    assert isinstance(check.right, float | int)
    return value - float(check.right) if check.op in (">", ">=") else float(check.right) - value


def verdict_of_share(check: q.Comparison, found: ShareFound) -> str:
    """Return whether a check of a share holds at both ends of its interval, at neither, or is not decided."""
    if found.value is None or found.low is None or found.high is None:
        return UNDECIDED
    ends = {gap(check, x) > 0 for x in (found.low, found.high)}
    return UNDECIDED if len(ends) == 2 else "holds" if ends == {True} else "does not hold"
