"""What became of one claim, put together from what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ceasefire.audit.conclusions import (
    FAILS,
    HOLDS,
    NEEDS_ENSEMBLE,
    NOT_COMPUTED,
    NOT_YET,
    Checked,
    asks_for_share,
    flips_at,
    threshold_of,
)
from ceasefire.audit.facts import hold_against_record
from ceasefire.audit.premises import MOVES, NO_CHANGE, Cut, in_own_game, silenced, works_against
from ceasefire.audit.witnesses import Search
from ceasefire.case import query as q
from ceasefire.case.claims import Claim
from ceasefire.case.model import Case
from ceasefire.forecast.model import Arrow, ClaimResult

ASSUMED, CANNOT, NOT_MODELLED = "assumed, not derived", "cannot hold here", "not modelled"
NEVER, THROUGH_SLIPS, NOT_CUT, SILENT = "never", "through_slips", "not_cut", "silent_record"
AGAINST, SET_BY_CHECK, NEXT_MOVE = "against", "set_by_check", "next_move"


def without_game(claim: Claim, case: Case) -> ClaimResult:
    """Return what can be said of a claim where the case has no steps yet."""
    if claim.role not in ("premise", "conclusion"):
        return without_numbers(claim, case)
    return _plain(claim, NOT_YET, check=claim.check.text if claim.check else "")


def without_numbers(claim: Claim, case: Case) -> ClaimResult:
    """Return the result of a claim that asks nothing of the game, or that cannot be asked."""
    if claim.role == "fact":
        found = hold_against_record(claim, case)
        return _plain(claim, found.verdict, value=found.value, threshold=found.said, detail=found.detail)
    if claim.role == "conclusion" and isinstance(claim.check, q.Comparison) and asks_for_share(claim.check):
        return _plain(claim, NEEDS_ENSEMBLE, threshold=threshold_of(claim.check), check=claim.check.text)
    return _plain(claim, NOT_MODELLED if claim.role == "not_modelled" else NOT_COMPUTED)


def of_premise(claim: Claim, cut: Cut, case: Case, *, set_there: bool) -> ClaimResult:
    """Return the result of a premise that was cut; where the record knows the moves that it takes away, it says so.

    Parameters
    ----------
    set_there : bool
        Whether a check says itself what the cut would set.
    """
    silent = silenced(case, claim)
    notes = {
        NO_CHANGE: cut.verdict == NO_CHANGE,
        NEXT_MOVE: cut.verdict == MOVES and cut.largest is not None and not cut.largest.foremost,
        AGAINST: any(map(works_against, cut.arrows)),
        SILENT: bool(silent),
        SET_BY_CHECK: set_there,
    }
    numbers: dict[str, Any] = {}
    if cut.largest is not None:
        numbers = {
            "largest_change": cut.largest.change,
            "changed": cut.largest.query,
            "changed_from": cut.largest.before,
            "change_error": cut.largest.error,
            "numerical_error": cut.largest.numerical,
        }
    return _plain(
        claim,
        cut.verdict,
        realised_by=claim.realised_by,
        cut=dict(claim.cut),
        turns=tuple(arrow.conclusion for arrow in cut.arrows if arrow.turns),
        notes=tuple(note for note, found in notes.items() if found),
        detail=cut.detail or ", ".join(silent),
        **numbers,
    )


def of_conclusion(
    claim: Claim, check: q.Comparison, checked: Checked, search: Search | None, arrows: Sequence[Arrow], *, every: bool,
    set_there: bool,
) -> ClaimResult:  # fmt: skip
    """Return the result of a conclusion: its check, its witnesses, and the premises on which it hangs.

    Parameters
    ----------
    set_there : bool
        Whether its check says itself what the cut of a premise would set.
    """
    notes = []
    if search and search.never:
        notes.append(NEVER)
    if checked.through_slips:
        notes.append(THROUGH_SLIPS)
    if not (every or in_own_game(claim)):
        notes.append(NOT_CUT)
    if set_there:
        notes.append(SET_BY_CHECK)
    known = checked.value is not None
    return _plain(
        claim,
        _verdict(checked, search) if search else checked.verdict,
        value=checked.value,
        threshold=checked.threshold,
        margin=checked.margin,
        error=checked.error if known else None,
        numerical_error=checked.numerical_error if known else None,
        holds=checked.holds,
        flips_at=flips_at(check, checked),
        witness_holds=search.holds if search else None,
        witness_fails=search.fails if search else None,
        searched=search.searched if search else 0,
        without_slips=checked.without_slips,
        turns=tuple(arrow.premise for arrow in arrows if arrow.conclusion == claim.name and arrow.turns),
        notes=tuple(notes),
        detail=checked.detail,
        check=check.text,
    )


def _verdict(checked: Checked, search: Search) -> str:
    """Return the verdict; a check for which one side was found nowhere says nothing about the case.

    One that stands too close to its threshold keeps that verdict, and so does one that was seen on the other side, if
    only within its errors.
    """
    if search.fails is None and checked.verdict == HOLDS and False not in search.near:
        return ASSUMED
    if search.holds is None and checked.verdict == FAILS and True not in search.near:
        return CANNOT
    return checked.verdict


def _plain(claim: Claim, verdict: str, **numbers: Any) -> ClaimResult:
    return ClaimResult(claim.name, claim.role, verdict, dict(claim.says.by_language), claim.quote, **numbers)
