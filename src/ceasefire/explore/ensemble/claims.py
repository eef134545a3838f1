"""The claims of an argument over the draws: conclusions as shares of the weight, premises by what their cut does there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.audit.conclusions import STANDARD_ERRORS
from ceasefire.audit.results import ASSUMED, CANNOT
from ceasefire.audit.standpoint import assumed
from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text, under
from ceasefire.explore.ensemble.courses import BASE, checks, cut_queries, name_of, split
from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.ensemble.pooled import Pooled, difference, pool
from ceasefire.explore.ensemble.separating import separations
from ceasefire.explore.ensemble.verdicts import NOT_COMPUTED, Share, verdict
from ceasefire.explore.sensitivity.indices import Indices
from ceasefire.explore.sensitivity.shares import asks_for_shares, compared, shares
from ceasefire.forecast.measures import DAYS_PER_MONTH
from ceasefire.forecast.model import ClaimResult, Witness
from ceasefire.forecast.names import leaves
from ceasefire.simulate.estimates import Sampled, finite

Floats = NDArray[np.float64]


def claims_over_draws(claims: Sequence[ClaimResult], case: Case, ensemble: Ensemble) -> tuple[ClaimResult, ...]:
    """Return the claims with what the draws say beside what holds at nominal values."""
    claims = _shares(claims, case, ensemble)
    known = checks(case)
    written = [(argument, claim) for argument in case.arguments for claim in argument.claims]
    cuts = cut_queries(case)
    return tuple(
        _conclusion(result, known[argument.name, claim.name], case, ensemble)
        if (argument.name, claim.name) in known
        else _premise(result, cuts.get((argument.name, claim.name), ()), assumed(argument), ensemble)
        for result, (argument, claim) in zip(claims, written, strict=True)
    )


def _shares(claims: Sequence[ClaimResult], case: Case, ensemble: Ensemble) -> list[ClaimResult]:
    """Return the claims with those decided that ask for shares of parameters."""
    checks_by_place = [claim.check for argument in case.arguments for claim in argument.claims]
    if not any(_asks(check) for check in checks_by_place):
        return list(claims)
    found = shares(case, ensemble)
    return [
        _of_share(one, check, found) if isinstance(check, q.Comparison) and _asks(check) else one
        for one, check in zip(claims, checks_by_place, strict=True)
    ]


def _asks(check: q.Query | None) -> bool:
    return isinstance(check, q.Comparison) and asks_for_shares(check)


def _of_share(result: ClaimResult, check: q.Comparison, found: Indices) -> ClaimResult:
    held = compared(found, check)
    return replace(
        result,
        verdict=held.verdict,
        nominal_verdict=result.verdict,
        value=held.left.value,
        threshold=held.threshold if result.threshold is None else result.threshold,
        margin=held.gap.value,
        margin_low=held.gap.low,
        margin_high=held.gap.high,
    )


def _conclusion(result: ClaimResult, check: q.Comparison, case: Case, ensemble: Ensemble) -> ClaimResult:
    found = share_of(check, case, ensemble, result.numerical_error or 0.0)
    if found.verdict == NOT_COMPUTED:
        return result
    seen = with_witnesses(result, check, case, ensemble)
    unturned = result.verdict in (ASSUMED, CANNOT) and None in (seen.witness_holds, seen.witness_fails)
    return replace(
        seen,
        verdict=result.verdict if unturned else found.verdict,
        nominal_verdict=result.verdict,
        share=finite(found.share),
        share_error=finite(found.error),
        share_draws=found.n,
        margin_low=ensemble.end(found.gap_low),
        margin_high=ensemble.end(found.gap_high),
        separates=_separates(check, case, ensemble),
    )


def _separates(check: q.Comparison, case: Case, ensemble: Ensemble) -> tuple[dict[str, Any], ...]:
    """Return the parameters that best separate the draws in which a check holds from the others."""
    gaps, course = gaps_of(check, case, ensemble)
    draws = [d for d, gap in gaps.items() if not np.isnan(gap)]
    holds = np.array([gaps[d] > 0 for d in draws], dtype=bool)
    weight = ensemble.weights_of(draws, course)
    found = separations(ensemble.sample.space.names, ensemble.sample.values[draws], holds, weight)
    return tuple(one.as_dict() for one in found)


def share_of(check: q.Comparison, case: Case, ensemble: Ensemble, numerical: float = 0.0) -> Share:
    """Return in how much of the weight a check holds, in the draws in which both its sides were asked."""
    gaps, course = gaps_of(check, case, ensemble)
    draws = list(gaps)
    weight = ensemble.weights_of(draws, course)
    return verdict(np.array([gaps[d] for d in draws]), weight, numerical)


def gaps_of(check: q.Comparison, case: Case, ensemble: Ensemble) -> tuple[dict[int, float], str]:
    """Return the margin of a check by draw, positive where it holds, and the course with the fewest draws it needs."""
    sides = {query_text(leaf): _corrected(leaf, ensemble) for leaf in leaves(check) if not isinstance(leaf, q.Share)}
    shared = sorted(set.intersection(*(set(one) for one in sides.values()))) if sides else []
    names = [name_of(split(leaf)[0]) for leaf in leaves(check) if not isinstance(leaf, q.Share)]
    course = min(names, key=lambda name: ensemble.n_draws if name == BASE else ensemble.asked.get(name, 0))
    sign = 1.0 if check.op in (">", ">=") else -1.0
    gaps = {}
    for d in shared:
        there = {text: one[d] for text, one in sides.items()}
        left, right = _side(check.left, there), _right(check.right, there, case)
        gaps[d] = sign * (left - right) if not (np.isinf(left) and left == right) else float("nan")
    return gaps, course


def with_witnesses(result: ClaimResult, check: q.Comparison, case: Case, ensemble: Ensemble) -> ClaimResult:
    """Return a conclusion with the witnesses that it still lacks, where some draw is one: every draw lies in the ranges."""
    found = {"witness_holds": result.witness_holds, "witness_fails": result.witness_fails}
    looked = 0
    asked = [leaf for leaf in leaves(check) if not isinstance(leaf, q.Share)]
    numbers = {query_text(leaf): ensemble.numbers(leaf) for leaf in asked}
    for d in sorted(set.intersection(*(set(one) for one in numbers.values()))):
        if None not in found.values():
            break
        looked += 1
        there = {text: one[d] for text, one in numbers.items()}
        left, right = _sampled(check.left, there), _sampled_right(check.right, there, case)
        gap = left.minus(right) if check.op in (">", ">=") else right.minus(left)
        if not abs(gap.value) > STANDARD_ERRORS * gap.error:
            continue
        side = "witness_holds" if gap.value > 0 else "witness_fails"
        if found[side] is None:
            found[side] = _witness(d, check, ensemble, (left.value, right.value, gap.value), result)
    holds, fails = found["witness_holds"], found["witness_fails"]
    return replace(result, searched=result.searched + looked, witness_holds=holds, witness_fails=fails)


def _witness(
    draw: int, check: q.Comparison, ensemble: Ensemble, sides: tuple[float, float, float], result: ClaimResult
) -> Witness:
    settings = ensemble.sample.space.settings(ensemble.sample.values[draw])
    asked = under(check, tuple(q.Setting(name, value) for name, value in settings.items()))
    value, threshold, margin = (finite(x) for x in sides)
    is_clear = abs(sides[2]) > (result.numerical_error or 0.0)
    flags = ensemble.settings.flags()
    return Witness(query_text(asked), settings, value, threshold, margin, True, is_clear, flags)


def _sampled(query: q.Query, there: dict[str, Sampled]) -> Sampled:
    if isinstance(query, q.Difference):
        return _sampled(query.left, there).minus(_sampled(query.right, there))
    return there[query_text(query)]


def _sampled_right(right: float | dt.date | q.Query, there: dict[str, Sampled], case: Case) -> Sampled:
    if isinstance(right, float | int | dt.date):
        return Sampled.exact(_right(right, {}, case))
    return _sampled(right, there)


def _corrected(leaf: q.Leaf, ensemble: Ensemble) -> dict[int, float]:
    text = query_text(split(leaf)[1])
    shift = ensemble.correction(lambda member: member.numbers[text].value) if name_of(split(leaf)[0]) == BASE else None
    plus = shift.shift if shift else 0.0
    return {d: number.value + plus for d, number in ensemble.numbers(leaf).items()}


def _side(query: q.Query, there: dict[str, float]) -> float:
    if isinstance(query, q.Difference):
        return _side(query.left, there) - _side(query.right, there)
    return there[query_text(query)]


def _right(right: float | dt.date | q.Query, there: dict[str, float], case: Case) -> float:
    if isinstance(right, dt.date):
        return (right - (case.calendar.as_of or case.calendar.start)).days / DAYS_PER_MONTH
    return float(right) if isinstance(right, float | int) else _side(right, there)


def _premise(
    result: ClaimResult, asked: Sequence[q.Leaf], before: q.Conditions, ensemble: Ensemble
) -> ClaimResult:  # fmt: skip
    """Return a premise with the change of the probability that its cut moves most, over the draws."""
    if result.role != "premise" or not asked or not result.changed:
        return result
    found = cut_change(result.changed, asked, before, ensemble)
    if found is None:
        return result
    return replace(
        result,
        change_over_draws=finite(found.value),
        change_low=ensemble.end(found.low),
        change_high=ensemble.end(found.high),
        share_draws=found.n,
    )


def cut_change(changed: str, asked: Sequence[q.Leaf], before: q.Conditions, ensemble: Ensemble) -> Pooled | None:
    """Return what a cut does to one of the queries asked under it, paired draw by draw; None where no draw has both.

    Parameters
    ----------
    changed : str
        The query under the cut.
    before : Conditions
        What the author assumes: the query without the cut stands under these.
    """
    leaf = next((one for one in asked if query_text(one) == changed), None)
    if leaf is None:
        return None
    conditions, bare = split(leaf)
    paired = difference(ensemble.numbers(leaf), ensemble.numbers(under(bare, before)))
    if not paired:
        return None
    return pool(list(paired.values()), ensemble.weights_of(list(paired), name_of(conditions)), probability=False)
