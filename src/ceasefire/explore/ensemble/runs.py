"""An ensemble with everything that the budget allows: the case as it is, the full grid, plans, checks, cuts."""

from __future__ import annotations

from ceasefire.case.model import Case
from ceasefire.explore.ensemble.budget import Budget
from ceasefire.explore.ensemble.courses import check_queries, cut_queries, plan_queries
from ceasefire.explore.ensemble.ensemble import Ensemble, add_courses, add_fine, draw_ensemble
from ceasefire.forecast.batch import Workers
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress


def budgeted(
    case: Case, settings: Settings, budget: Budget, progress: Progress | None = None, workers: Workers = None
) -> Ensemble:
    """Return the ensemble of a budget; what is on disk is not computed again.

    Parameters
    ----------
    case : Case
        With steps.
    settings : Settings
        Of the forecast: draws run on its preview grid, some of them on its own grid too.

    Raises
    ------
    NumericalError
        Where no draw could be computed.
    """
    found = draw_ensemble(case, settings, budget.base, progress, workers)
    if budget.fine:
        found = add_fine(found, budget.fine, progress, workers)
    if budget.plans:
        found = add_courses(found, plan_queries(case), budget.plans, progress, workers, "plans over draws")
    if budget.checks:
        found = add_courses(found, check_queries(case), budget.checks, progress, workers, "checks over draws")
    if budget.cuts:
        asked = [leaf for some in cut_queries(case).values() for leaf in some]
        found = add_courses(found, asked, budget.cuts, progress, workers, "cuts over draws")
    return found
