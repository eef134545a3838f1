"""An ensemble with everything that the budget allows: the case as it is, the full grid, plans, checks, cuts."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.errors import NumericalError
from ceasefire.explore.ensemble.budget import Budget
from ceasefire.explore.ensemble.courses import base_queries, check_queries, cut_queries, plan_queries
from ceasefire.explore.ensemble.ensemble import Ensemble, add_courses, add_fine, draw_ensemble
from ceasefire.forecast.batch import Workers
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress

TIMED = 2
"""Draws that are computed first, to say how long all will take."""


def seconds_of_a_draw(case: Case, settings: Settings, progress: Progress | None = None) -> float | None:
    """Return the processor seconds of one draw on the preview grid, from the first ones; None where these fail.

    They are computed here, with all loops compiled, and kept like every draw.
    """
    began = time.process_time()
    try:
        members = draw_ensemble(case, settings, TIMED, progress, workers=1).members
    except NumericalError:
        return None
    kept = [member.seconds for member in members if member is not None]
    return max((time.process_time() - began) / TIMED, sum(kept) / len(kept))


def budgeted(
    case: Case,
    settings: Settings,
    budget: Budget,
    progress: Progress | None = None,
    workers: Workers = None,
    queries: Sequence[q.Leaf] = (),
) -> Ensemble:
    """Return the ensemble of a budget; what is on disk is not computed again.

    Parameters
    ----------
    case : Case
        With steps.
    settings : Settings
        Of the forecast: draws run on its preview grid, some of them on its own grid too.
    queries : sequence of Leaf
        Asked of every draw beside what is asked anyway; draws that were not asked these are computed again.

    Raises
    ------
    NumericalError
        Where no draw could be computed.
    """
    every = list({query_text(leaf): leaf for leaf in (*base_queries(case), *queries)}.values()) if queries else None
    found = draw_ensemble(case, settings, budget.base, progress, workers, every)
    if budget.fine:
        found = add_fine(found, budget.fine, progress, workers, every)
    if budget.plans:
        found = add_courses(found, plan_queries(case), budget.plans, progress, workers, "plans over draws")
    if budget.checks:
        found = add_courses(found, check_queries(case), budget.checks, progress, workers, "checks over draws")
    if budget.cuts:
        asked = [leaf for some in cut_queries(case).values() for leaf in some]
        found = add_courses(found, asked, budget.cuts, progress, workers, "cuts over draws")
    return found
