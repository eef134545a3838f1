"""The audit of a case, said claim by claim once everything has been asked.

In the first round stands all that is known to be needed: checks, cuts, and the settings at which witnesses are looked for
first. One game is asked about in several of these, and is solved once since they are asked together. Then follow the
joint draws, as long as a witness is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ceasefire.audit import results
from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.conclusions import check_conclusion
from ceasefire.audit.conclusions import questions_of as asked_of_conclusion
from ceasefire.audit.grids import Grids, grids
from ceasefire.audit.partings import find_partings
from ceasefire.audit.premises import checked_conclusions, cut_premise, set_by_check
from ceasefire.audit.premises import questions_of as asked_of_premise
from ceasefire.audit.standpoint import check_of
from ceasefire.audit.witnesses import first_looks, search
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.forecast.batch import Workers, standing
from ceasefire.forecast.model import Arrow, ClaimResult, Parting
from ceasefire.forecast.settings import AUDIT, Settings
from ceasefire.forecast.solutions import Progress

FIRST_LINE = "This tests what follows from the case, not what is true."


@dataclass(frozen=True)
class Audit:
    """What became of every claim, what hangs on what, and where arguments part.

    Parameters
    ----------
    checks, cuts : Settings
        With which checks as they stand, and with which cuts and witnesses were computed.
    """

    claims: tuple[ClaimResult, ...]
    argument_map: tuple[Arrow, ...]
    partings: tuple[Parting, ...]
    checks: Settings = AUDIT
    cuts: Settings = AUDIT


def audit_case(
    case: Case,
    settings: Settings = AUDIT,
    progress: Progress | None = None,
    workers: Workers = None,
    *,
    every: bool = False,
    asker: Asker | None = None,
) -> Audit:
    """Return the audit of every argument of a case, claims in writing order.

    Parameters
    ----------
    case : Case
        May stop early: without steps conclusions and premises are ``not modelled yet``.
    settings : Settings
        Of the conclusions' numbers; cuts and witnesses are computed on the coarse grid.
    progress : callable, optional
        ``progress("claims", done, of)``.
    workers : int or str, optional
        Processes, None chooses; or the address of a dask scheduler.
    every : bool
        Whether premises are also cut for checks that stand in another game than their author's; takes much longer.
    asker : Asker, optional
        What answers the queries, in place of the usual one.
    """
    with standing():
        return _audit(case, settings, asker or Asker(case, progress, workers), every=every)


def _audit(case: Case, settings: Settings, asker: Asker, *, every: bool) -> Audit:
    partings = find_partings(case)
    if not case.steps:
        return Audit(tuple(results.without_game(claim, case) for _, claim in _claims(case)), (), partings)
    own, coarse = (
        grids(case, settings),
        grids(case, settings if settings.preview else replace(AUDIT, seed=settings.seed)),
    )
    asker.gather(_first_round(case, own, coarse, every=every))
    checks = {claim.name: check_conclusion(check_of(claim, by), asker, own, coarse) for by, claim in _conclusions(case)}
    cuts = {
        claim.name: cut_premise(case, by, claim, asker, coarse, checks, every=every) for by, claim in _premises(case)
    }
    arrows = tuple(arrow for cut in cuts.values() for arrow in cut.arrows)
    searches = search(case, _conclusions(case), checks, asker, own.fine, coarse.fine)

    def result(argument: Argument, claim: Claim) -> ClaimResult:
        if claim.name in cuts:
            there = any(set_by_check(claim, one) for one in checked_conclusions(argument))
            return results.of_premise(claim, cuts[claim.name], case, set_there=there)
        if claim.name in checks:
            check = check_of(claim, argument)
            there = any(set_by_check(one, claim) for one in argument.claims if one.name in cuts)
            return results.of_conclusion(
                claim, check, checks[claim.name], searches.get(claim.name), arrows, every=every, set_there=there
            )
        return results.without_numbers(claim, case)

    return Audit(tuple(result(*pair) for pair in _claims(case)), arrows, partings, own.fine, coarse.fine)


def _claims(case: Case) -> list[tuple[Argument, Claim]]:
    return [(argument, claim) for argument in case.arguments for claim in argument.claims]


def _conclusions(case: Case) -> list[tuple[Argument, Claim]]:
    return [(argument, claim) for argument in case.arguments for claim in checked_conclusions(argument)]


def _premises(case: Case) -> list[tuple[Argument, Claim]]:
    return [(argument, claim) for argument, claim in _claims(case) if claim.role == "premise" and claim.cut]


def _first_round(case: Case, own: Grids, coarse: Grids, *, every: bool) -> Iterator[Question]:
    """Yield everything that is asked whatever the answers to the rest are."""
    for argument, claim in _conclusions(case):
        yield from asked_of_conclusion(check_of(claim, argument), own, coarse)
        yield from first_looks(case, argument, claim, coarse.fine)
    for argument, claim in _premises(case):
        yield from asked_of_premise(case, argument, claim, coarse, every=every)
