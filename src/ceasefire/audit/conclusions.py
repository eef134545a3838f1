"""Conclusions of an argument: each one's check at nominal values.

With ``gap`` the distance of the checked number from its threshold, positive where the check holds, ``e`` its Monte
Carlo error (one standard error) and ``n`` the numerical error::

    |gap| <= n                   too close
    |gap| <= n + 2 e             undecided by sampling
    otherwise                    holds, or does not hold

What only the ensemble can answer says ``needs_ensemble``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ceasefire.case.claims import Claim
from ceasefire.case.model import Case
from ceasefire.case.query import Belief, Comparison, Probability, Query, Share
from ceasefire.errors import CeasefireError, InputError

HOLDS, FAILS, CLOSE, UNDECIDED = "holds", "does not hold", "too close", "undecided by sampling"
NEEDS_ENSEMBLE, NOT_COMPUTED, NOT_YET = "needs_ensemble", "not computed", "not modelled yet"
STANDARD_ERRORS = 2.0
CLEAR_MARGIN = 0.2


@dataclass(frozen=True)
class Checked:
    """A check with its numbers.

    Parameters
    ----------
    value, threshold, margin : float or None
        The left side, what it is held against, and the distance between them, positive where the check holds.
    holds : bool or None
        Needed only where there is no margin, as with a median beyond the horizon.
    error, numerical_error : float
        Monte Carlo error (one standard error) and error of the grids.
    detail : str
        Why there is no number.
    """

    value: float | None
    threshold: float | None
    margin: float | None
    error: float = 0.0
    numerical_error: float = 0.0
    verdict: str = ""
    detail: str = ""
    holds: bool | None = None


Answer = Callable[[Comparison], Checked]


def check_conclusion(claim: Claim, case: Case, answer: Answer) -> Checked:
    """Return the check of a conclusion with its verdict; a failure of the computation is a verdict too."""
    if claim.check is None or not case.steps:
        return Checked(None, None, None, verdict=NOT_YET)
    if not isinstance(claim.check, Comparison):
        return Checked(None, None, None, verdict=NOT_COMPUTED)
    if _asks_for_share(claim.check):
        return Checked(None, _threshold(claim.check), None, verdict=NEEDS_ENSEMBLE)
    try:
        checked = answer(claim.check)
    except CeasefireError as error:
        first = error.faults[0].message if isinstance(error, InputError) and error.faults else str(error)
        return Checked(None, _threshold(claim.check), None, verdict=NOT_COMPUTED, detail=first)
    return replace(checked, verdict=checked.verdict or verdict_of(claim.check.op, checked))


def verdict_of(op: str, checked: Checked) -> str:
    """Return what a margin and its errors allow to say."""
    gap = checked.margin
    if gap is None or math.isnan(gap):
        return NOT_COMPUTED if checked.holds is None else HOLDS if checked.holds else FAILS
    if abs(gap) <= checked.numerical_error and checked.numerical_error > 0:
        return CLOSE
    if abs(gap) <= checked.numerical_error + STANDARD_ERRORS * checked.error and checked.error > 0:
        return UNDECIDED
    return HOLDS if gap > 0 or (gap == 0 and "=" in op) else FAILS


def _threshold(check: Comparison) -> float | None:
    return check.right if isinstance(check.right, float) else None


def _asks_for_share(query: Query) -> bool:
    sides: tuple[Any, ...] = (getattr(query, "left", None), getattr(query, "right", None))
    return isinstance(query, Share) or any(_asks_for_share(side) for side in sides if side is not None)


def _clear(check: Comparison, margin: float | None) -> bool:
    """Return whether a margin is beyond what the belief grid can change (or there is none to compare)."""
    return margin is None or (isinstance(check.left, Probability | Belief) and abs(margin) > CLEAR_MARGIN)


def answer_by_asking(case: Case, settings: Any = None, progress: Any = None) -> Answer:
    """Return the function that computes a check: ``ask``, and where the margin is small the error of the belief grid.

    The error is the change when the spacing of the belief grid is halved on the preview grid. It takes two more
    solutions, so it is left out where a probability is further than ``CLEAR_MARGIN`` from its threshold.

    Parameters
    ----------
    settings : forecast.settings.Settings, optional
    progress : callable, optional
    """
    from ceasefire.forecast.answer import ask
    from ceasefire.forecast.settings import FULL

    full = settings or FULL
    coarse = full.coarse()
    fine = replace(coarse, refine=2 * coarse.refine)

    def compute(check: Comparison) -> Checked:
        found = ask(case, check, full, progress=progress)
        if found.needs_ensemble:
            return Checked(None, found.threshold, None, verdict=NEEDS_ENSEMBLE)
        value = found.value if isinstance(found.value, float) else None
        grid = 0.0
        if not _clear(check, found.margin):
            there, here = (ask(case, check, one, progress=progress).margin for one in (fine, coarse))
            grid = abs(there - here) if there is not None and here is not None else 0.0
        detail = found.text or found.note
        return Checked(value, found.threshold, found.margin, found.error or 0.0, grid, "", detail, found.holds)

    return compute
