"""``ask`` over draws of the parameters: one query, its mean over the weighted draws, its interval."""

from __future__ import annotations

from dataclasses import replace

from ceasefire.audit.conclusions import threshold_of
from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.errors import Fault, InputError
from ceasefire.explore.ensemble.budget import Budget
from ceasefire.explore.ensemble.claims import share_of
from ceasefire.explore.ensemble.courses import BASE, base_queries, name_of, split
from ceasefire.explore.ensemble.ensemble import Ensemble, add_courses, draw_ensemble
from ceasefire.explore.ensemble.over_draws import WHAT, WITHHELD, pooled_query
from ceasefire.explore.sensitivity.shares import ask_share
from ceasefire.forecast.answer import Answer
from ceasefire.forecast.names import check_query, leaves
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.work import Workers
from ceasefire.simulate.estimates import finite

CODES = {"X109": "A query asks for something that draws do not give."}


def ask_draws(
    case: Case, text: str, settings: Settings, draws: int, progress: Progress | None = None, workers: Workers = None
) -> Answer:
    """Answer a query over draws of the parameters.

    What ``run`` asked of the same draws is read from disk; a query under a plan, settings or cuts is asked of as many
    draws as the budget gives these.

    Parameters
    ----------
    draws : int
        At least 2.

    Raises
    ------
    InputError
        X109, and the faults of queries.
    NumericalError
        Where no draw could be computed.
    """
    query = q.parse_query(text, case.words)
    check_query(case, query)
    if any(isinstance(leaf, q.Share) for leaf in leaves(query)):
        return ask_share(case, query, settings, draws, progress, workers)
    asked = [leaf for leaf in leaves(query) if isinstance(leaf, q.Leaf)]
    if any(isinstance(leaf, q.Values) or (isinstance(leaf, q.Belief) and leaf.label is None) for leaf in asked):
        hint = "ask for one number: belief(actor.type = label), P(...), E(...), median(...)"
        raise InputError([Fault("X109", "a whole vector has no interval over draws", found=text, hint=hint)])
    ensemble = _ensemble(case, asked, settings, draws, progress, workers)
    found = pooled_query(ensemble, query)
    if found is None:
        return Answer(query.text, None, note="no draw has a value")
    unit = "probability" if isinstance(asked[0], q.Probability | q.MoveAt | q.Belief) else ""
    parts = {name: x for name, x in found.as_dict().items() if name not in ("value", "low", "high")}
    what = WITHHELD if ensemble.withheld else WHAT
    low, high = finite(found.low), finite(found.high)
    answer = Answer(query.text, finite(found.value), low, high, what, finite(found.monte_carlo), unit, parts=parts)
    return _held(answer, query, case, ensemble) if isinstance(query, q.Comparison) else answer


def _held(answer: Answer, check: q.Comparison, case: Case, ensemble: Ensemble) -> Answer:
    """Return the answer to a comparison with the share of the weight in which it holds, and what may be said of that."""
    found = share_of(check, case, ensemble)
    told = {"share": finite(found.share), "share_error": finite(found.error), "verdict": found.verdict}
    note = f"holds in {found.share:.0%} (±{100 * found.error:.0f} points) of the weight of {found.n} draws: {found.verdict}"
    return replace(
        answer,
        op=check.op,
        threshold=threshold_of(check),
        parts={**answer.parts, **told},
        note=note if found.n else found.verdict,
    )


def _ensemble(
    case: Case, asked: list[q.Leaf], settings: Settings, draws: int, progress: Progress | None, workers: Workers
) -> Ensemble:
    usual = {query_text(leaf) for leaf in base_queries(case)}
    base = [leaf for leaf in asked if name_of(split(leaf)[0]) == BASE]
    known = all(query_text(leaf) in usual for leaf in base)
    found = draw_ensemble(case, settings, draws, progress, workers, None if known else base)
    others = [leaf for leaf in asked if name_of(split(leaf)[0]) != BASE]
    return add_courses(found, others, Budget.of(draws).checks, progress, workers, "draws") if others else found
