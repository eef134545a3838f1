"""The audit: what becomes of each claim of an argument when it meets the case and its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ceasefire.audit.conclusions import NOT_YET, Checked, answer_by_asking, check_conclusion
from ceasefire.audit.disagreements import Disagreement, Statement, find_disagreements
from ceasefire.audit.facts import hold_against_record
from ceasefire.case.claims import Claim
from ceasefire.case.model import Case
from ceasefire.case.query import Comparison

if TYPE_CHECKING:
    from ceasefire.forecast.model import ClaimResult

FIRST_LINE = "This tests what follows from the case, not what is true."

__all__ = [
    "FIRST_LINE",
    "Checked",
    "Disagreement",
    "Statement",
    "answer_by_asking",
    "audit_case",
    "find_disagreements",
]


def audit_case(case: Case, answer: Callable[[Comparison], Any] | None = None) -> tuple[ClaimResult, ...]:
    """Return the result of every claim of every argument, in writing order.

    Parameters
    ----------
    case : Case
        May stop early: without steps conclusions and premises are ``not modelled yet``.
    answer : callable, optional
        Computes a check: takes the comparison and returns a ``Checked``, an ``Answer`` of ``ask``, or a triple (value,
        error, numerical error). Without it checks are computed by ``ask`` at full settings.
    """
    compute = _as_checked(answer) if answer else answer_by_asking(case)
    return tuple(_result(claim, case, compute) for argument in case.arguments for claim in argument.claims)


def _as_checked(answer: Callable[[Comparison], Any]) -> Callable[[Comparison], Checked]:
    def compute(check: Comparison) -> Checked:
        found = answer(check)
        if isinstance(found, Checked):
            return found
        if isinstance(found, tuple):
            return _of_triple(check, *found)
        value = found.value if isinstance(found.value, float) else None
        verdict = "needs_ensemble" if found.needs_ensemble else ""
        detail = found.text or found.note
        return Checked(value, found.threshold, found.margin, found.error or 0.0, 0.0, verdict, detail, found.holds)

    return compute


def _of_triple(check: Comparison, value: float | None, error: float, numerical_error: float) -> Checked:
    """Return a check held against a number; held against a query, `value` is the difference of both."""
    threshold = float(check.right) if isinstance(check.right, int | float) else 0.0
    if value is None:
        return Checked(None, threshold, None)
    gap = value - threshold if check.op in {">", ">="} else threshold - value
    return Checked(value, threshold, gap, error or 0.0, numerical_error or 0.0)


def _result(claim: Claim, case: Case, answer: Callable[[Comparison], Checked]) -> ClaimResult:
    from ceasefire.forecast.model import ClaimResult

    says = dict(claim.says.by_language)
    if claim.role == "fact":
        found = hold_against_record(claim, case)
        return ClaimResult(
            claim.name, claim.role, found.verdict, says, claim.quote, found.value, found.said, detail=found.detail
        )
    if claim.role == "conclusion":
        checked = check_conclusion(claim, case, answer)
        return ClaimResult(
            claim.name,
            claim.role,
            checked.verdict,
            says,
            claim.quote,
            checked.value,
            checked.threshold,
            checked.margin,
            error=checked.error if checked.value is not None else None,
            holds=_holds(claim, checked),
            detail=checked.detail,
            check=claim.check.text if claim.check else "",
        )
    if claim.role == "premise":
        return ClaimResult(claim.name, claim.role, "needs_cut" if case.steps else NOT_YET, says, claim.quote)
    return ClaimResult(claim.name, claim.role, "not modelled", says, claim.quote)


def _holds(claim: Claim, checked: Checked) -> bool | None:
    """Return whether the check holds at nominal values, however near; None where there is no number."""
    if checked.margin is None or not isinstance(claim.check, Comparison):
        return checked.holds
    return checked.margin > 0 or (checked.margin == 0 and "=" in claim.check.op)
