"""Plans over the draws: what each does to each headline, as paired differences from no plan in the same draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import under
from ceasefire.explore.ensemble.courses import name_of
from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.ensemble.over_draws import WHAT, WITHHELD
from ceasefire.explore.ensemble.pooled import Pooled, difference, pool
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.simulate.estimates import Sampled, finite


def plans_over_draws(plans: Mapping[str, Any], case: Case, ensemble: Ensemble) -> dict[str, Any]:
    """Return the plans of a forecast with the draws' numbers in place of the nominal ones.

    A plan that was computed in no draw stays nominal.
    """
    queries = {query.text: query for query in simple_headlines(case) if isinstance(query, q.Leaf)}
    found = {}
    for name, plan in plans.items():
        rows = [_row(row, queries.get(row["query"]), name, ensemble) for row in plan["headlines"]]
        found[name] = {**plan, "headlines": rows, "draws": ensemble.asked.get(name_of((q.PlanIs(name),)), 0)}
    return found


def _row(row: Mapping[str, Any], query: q.Leaf | None, plan: str, ensemble: Ensemble) -> dict[str, Any]:
    if query is None:
        return dict(row)
    effect = plan_effect(ensemble, query, plan)
    if effect is None:
        return dict(row)
    there, change = effect
    return {
        **row,
        "nominal": row["value"],
        "nominal_change": row["change"],
        "value": finite(there.value),
        "low": finite(there.low),
        "high": finite(there.high),
        "error": finite(there.sampling),
        "change": finite(change.value),
        "change_low": finite(change.low),
        "change_high": finite(change.high),
        "change_error": finite(change.sampling),
        "n": change.n,
        "what": WITHHELD if ensemble.withheld else WHAT,
    }


def plan_effect(ensemble: Ensemble, query: q.Leaf, plan: str) -> tuple[Pooled, Pooled] | None:
    """Return a headline under a plan, and its paired change from no plan; None where no draw has the plan.

    The level under the plan is the level without it, over all draws, plus the paired change: what few draws say of the
    level would add the luck of these few.
    """
    course = name_of((q.PlanIs(plan),))
    with_plan, without = ensemble.numbers(under(query, (q.PlanIs(plan),))), ensemble.numbers(query)
    paired = difference(with_plan, without)
    if not paired:
        return None
    if isinstance(query, q.Median):
        there = ensemble.pooled(under(query, (q.PlanIs(plan),)))
        return there, Pooled(float("nan"), float("nan"), float("nan"), float("nan"), n=there.n)
    probability = isinstance(query, q.Probability | q.MoveAt | q.Belief)
    return effect_of(ensemble, course, with_plan, without, ensemble.pooled(query), probability=probability)


def effect_of(
    ensemble: Ensemble,
    course: str,
    there: Mapping[int, Sampled],
    without: Mapping[int, Sampled],
    base: Pooled,
    *,
    probability: bool,
) -> tuple[Pooled, Pooled] | None:
    """Return a number in a course and its paired change from no plan, given both by draw.

    The errors of the number are those of the level without the plan and of the change, as if independent.

    Parameters
    ----------
    base : Pooled
        The number without the plan over all draws.
    """
    paired = difference(there, without)
    if not paired:
        return None
    weight = ensemble.weights_of(list(paired), course)
    few = pool([there[d] for d in paired], weight, probability=probability)
    change = pool(list(paired.values()), weight, probability=False)
    level = _within(base.value + change.value, probability=probability)
    shift = level - few.value
    low, high = (_within(x + shift, probability=probability) for x in (few.low, few.high))
    sampling = float(np.hypot(base.sampling, change.sampling))
    found = replace(few, value=level, low=low, high=high, sampling=sampling, grid=base.grid)
    return ensemble.withhold(found), ensemble.withhold(change)


def _within(x: float, *, probability: bool) -> float:
    return min(max(x, 0.0), 1.0) if probability else x
