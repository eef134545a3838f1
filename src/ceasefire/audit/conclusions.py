"""Conclusions of an argument: each one's check at nominal values.

With ``gap`` the distance of the checked number from its threshold, positive where the check holds, ``e`` its Monte
Carlo error (one standard error) and ``n`` the error of the belief grid::

    |gap| <= n                   too close
    |gap| <= n + 2 e             undecided by sampling
    otherwise                    holds, or does not hold

What only the ensemble can answer says ``needs_ensemble``.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.grids import Grids
from ceasefire.case import query as q
from ceasefire.errors import CeasefireError, InputError
from ceasefire.forecast.answer import Compared
from ceasefire.forecast.names import leaves
from ceasefire.forecast.settings import Settings
from ceasefire.simulate.estimates import finite

HOLDS, FAILS, CLOSE, UNDECIDED = "holds", "does not hold", "too close", "undecided by sampling"
NEEDS_ENSEMBLE, NOT_COMPUTED, NOT_YET = "needs_ensemble", "not computed", "not modelled yet"
STANDARD_ERRORS = 2.0


@dataclass(frozen=True)
class Checked:
    """A check with its numbers.

    Parameters
    ----------
    value, threshold, margin : float or None
        The left side, what it is held against, and the distance between them, positive where the check holds.
    holds : bool or None
        Whether it does, however near; known without a margin where a median lies beyond the horizon.
    error, numerical_error : float
        Monte Carlo error (one standard error) and error of the belief grid, both of the margin.
    error_of_cuts : float
        Error of the belief grid on which cuts and witnesses are computed.
    without_slips : float or None
        The margin where slips have probability zero, on the grid of cuts.
    through_slips : bool
        Whether it holds on that grid, and where slips have probability zero does not.
    detail : str
        Why there is no number, or the value in words.
    """

    value: float | None
    threshold: float | None
    margin: float | None
    error: float = 0.0
    numerical_error: float = 0.0
    verdict: str = ""
    detail: str = ""
    holds: bool | None = None
    error_of_cuts: float = 0.0
    without_slips: float | None = None
    through_slips: bool = False


def asks_for_share(check: q.Query) -> bool:
    """Return whether a check asks for the share of a parameter, which needs the ensemble."""
    return any(isinstance(leaf, q.Share) for leaf in leaves(check))


def questions_of(check: q.Comparison, grids: Grids, cuts: Grids) -> list[Question]:
    """Return what `check_conclusion` asks."""
    asked = [Question(check, one) for one in dict.fromkeys((grids.fine, grids.rough, cuts.fine))]
    return [*asked, Question(check, cuts.fine, no_slips=True)]


def check_conclusion(check: q.Comparison, asker: Asker, grids: Grids, cuts: Grids) -> Checked:
    """Return a check with its verdict; a failure of the computation is a verdict too.

    Parameters
    ----------
    grids : Grids
        On which the number is computed, and the coarser one which gives its error.
    cuts : Grids
        On which cuts and witnesses are computed.
    """
    if asks_for_share(check):
        return Checked(None, threshold_of(check), None, verdict=NEEDS_ENSEMBLE)
    try:
        fine = asker.compare(check, grids.fine)
        rough = asker.compare(check, grids.rough) if grids.left else fine
        coarse = asker.compare(check, cuts.fine)
    except CeasefireError as error:
        return Checked(None, threshold_of(check), None, verdict=NOT_COMPUTED, detail=reason(error))
    numerical = finite(abs(fine.gap.value - rough.gap.value) * grids.left) or 0.0
    checked = Checked(
        finite(fine.left.number.value),
        finite(fine.right.value),
        finite(fine.gap.value),
        finite(fine.gap.error) or 0.0,
        numerical,
        detail=fine.left.text,
        holds=fine.holds,
        error_of_cuts=numerical + (finite(abs(fine.gap.value - coarse.gap.value)) or 0.0),
    )
    checked = replace(checked, verdict=verdict_of(check.op, checked))
    return _without_slips(checked, check, asker, cuts.fine, coarse)


def _without_slips(checked: Checked, check: q.Comparison, asker: Asker, cuts: Settings, there: Compared) -> Checked:
    """Return a check with what is left of its margin where slips have probability zero, if that can be computed."""
    try:
        here = asker.compare(check, cuts, no_slips=True)
    except CeasefireError:
        return checked
    change = here.gap.minus(there.gap)
    sampling = STANDARD_ERRORS * (finite(change.error) or 0.0)
    turned = there.holds is True and here.holds is False and not abs(change.value) <= sampling
    return replace(checked, without_slips=finite(here.gap.value), through_slips=turned)


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


def flips_at(check: q.Comparison, checked: Checked) -> float | None:
    """Return the threshold at which a check turns: its value, where it is held against a number."""
    return checked.value if isinstance(check.right, float | int) else None


def clear(compared: Compared, numerical: float) -> bool | None:
    """Return whether a check holds by more than its Monte Carlo error and that of the grid; None if that is not clear."""
    gap = compared.gap.value
    errors = numerical + STANDARD_ERRORS * (finite(compared.gap.error) or 0.0)
    return None if abs(gap) <= errors and errors > 0 else compared.holds


def threshold_of(check: q.Comparison) -> float | None:
    """Return the number that a check is held against; None for another query or a date."""
    return float(check.right) if isinstance(check.right, float | int) and not isinstance(check.right, dt.date) else None


def reason(error: CeasefireError) -> str:
    """Return why something could not be computed, in a line."""
    return error.faults[0].message if isinstance(error, InputError) and error.faults else str(error)
