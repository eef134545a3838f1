"""How far to trust a number: what the numerical choices and the rule of choice do to each headline.

Every row is a paired difference on the preview grid: the same seed and paths, one thing changed. ``belief_grid`` and
``stock_grid`` halve the spacing, ``period_halved`` starts after the period of ``as_of`` and lets a public coin decide
in which half of a period an actor's steps come up (it is solved for every public draw of who moves, so both sides of
its difference have half the belief intervals, two at least), ``horizon`` adds a quarter, ``precision_doubled`` and
``precision_zero`` change how sharply everyone chooses. ``error_share`` is the share of the probability that passes
through moves worse than the best by more than 1/precision; ``without_slips`` the change where such moves have
probability zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.forecast.batch import Failure, Job, Workers, compute
from ceasefire.forecast.headlines import Headlines, headlines, kept_headlines, near_change, simple_headlines
from ceasefire.forecast.model import NearEvent, Tornado, Trust
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import Sampled, finite

LIMIT = 0.05
"""A change beyond this is said in words."""


@dataclass(frozen=True)
class TrustRun:
    """One thing changed: its name, the scenario and the settings under which it runs, and those it is held against."""

    name: str
    scenario: Scenario
    settings: Settings
    against: Settings


def trust_runs(case: Case, settings: Settings) -> tuple[TrustRun, ...]:
    """Return everything that is changed, one at a time."""
    base, coarse = Scenario(), settings.coarse()
    rough = replace(coarse, divide=2 * coarse.divide)
    n_types = _numbers_of_types(case)
    if rough.intervals_of(n_types) == coarse.intervals_of(n_types):
        rough = coarse  # the preview grid is the coarsest there is: nothing to solve again
    scenarios = {
        **{f"stock:{s.name}": base.with_variant(halve_stock=s.name) for s in case.stocks},
        "precision_doubled": base.with_variant(precision_factor=2.0),
        "precision_zero": base.with_variant(precision_factor=0.0),
        "without_slips": replace(base, no_slips=True),
    }
    return (  # the first says how long one takes; then the longest first, so that workers end together
        TrustRun("horizon", base.with_variant(horizon_factor=1.25), coarse, coarse),
        TrustRun("period_halved", base.with_variant(halve_period=True), rough, rough),
        TrustRun("belief_grid", base, replace(coarse, refine=2 * coarse.refine), coarse),
        *(TrustRun(name, scenario, coarse, coarse) for name, scenario in scenarios.items()),
    )


def _numbers_of_types(case: Case) -> list[int]:
    """Return how many types each informed actor has."""
    numbers: dict[str, int] = {}
    for dimension in case.types:
        numbers[dimension.actor] = numbers.get(dimension.actor, 1) * len(dimension.values)
    return list(numbers.values())


def trust(
    case: Case,
    settings: Settings,
    shown: Mapping[str, Mapping[str, Any]],
    progress: Progress | None = None,
    workers: Workers = None,
) -> tuple[tuple[Trust, ...], tuple[str, ...]]:
    """Return one row per headline and notes on what could not be computed.

    Parameters
    ----------
    settings : Settings
        Of the forecast; everything here runs on its preview grid.
    shown : by query text
        Rows of ``Forecast.headlines``: the numbers that the rows stand beside.
    workers : int or str, optional
        Processes, None chooses; or the address of a dask scheduler.
    """
    nominal = headlines(case, Scenario(), settings.coarse(), progress)
    runs = trust_runs(case, settings)
    jobs = {(one.name, "changed"): Job(one.scenario, one.settings) for one in runs}
    jobs |= {(one.name, "against"): Job(Scenario(), one.against) for one in runs if one.against != settings.coarse()}
    names, found = list(jobs), dict[tuple[str, str], Headlines | Failure]()
    for place, result in compute(case, list(jobs.values()), workers):
        found[names[place]] = result
        if progress:
            progress("trust", len(found), len(jobs))
    against: dict[str, Headlines] = {}
    changed: dict[str, Headlines | None] = {}
    notes: list[str] = []
    for one in runs:
        there, base = found[one.name, "changed"], found.get((one.name, "against"), nominal)
        changed[one.name] = None
        if isinstance(there, Headlines) and isinstance(base, Headlines):
            changed[one.name], against[one.name] = there, base
        failures = [side.reason for side in (there, base) if isinstance(side, Failure)]
        notes += [f"{one.name}: could not be computed ({reason})" for reason in failures]
    queries = simple_headlines(case)
    rows = tuple(_row(query, nominal, against, changed, shown.get(query.text, {})) for query in queries)
    return rows, tuple(notes)


def _row(
    query: q.Query,
    nominal: Headlines,
    against: Mapping[str, Headlines],
    changed: Mapping[str, Headlines | None],
    shown: Mapping[str, Any],
) -> Trust:
    if not isinstance(query, q.Probability | q.Belief):
        return Trust(query.text, shown.get("value"), monte_carlo=shown.get("error"))

    def change(name: str) -> float | None:
        there = changed.get(name)
        return None if there is None else finite(_difference(there, against[name], query.text).value)

    stocks = {name.partition(":")[2]: change(name) for name in changed if name.startswith("stock:")}
    share = nominal.error_share.get(query.text)
    return Trust(
        headline=query.text,
        p=shown.get("value"),
        belief_grid=change("belief_grid"),
        stock_grid={name: x for name, x in stocks.items() if x is not None},
        period_halved=change("period_halved"),
        horizon=change("horizon"),
        precision_doubled=change("precision_doubled"),
        precision_zero=change("precision_zero"),
        error_share=None if share is None else finite(share.value),
        without_slips=change("without_slips"),
        monte_carlo=shown.get("error"),
    )


def _difference(there: Headlines, nominal: Headlines, text: str) -> Sampled:
    left, right = there.numbers[text].number, nominal.numbers[text].number
    if np.isinf(left.value) or np.isinf(right.value):
        return Sampled.exact(np.nan)
    return left.minus(right)


def with_ranges(rows: tuple[Trust, ...], bars: tuple[Tornado, ...]) -> tuple[Trust, ...]:
    """Return the rows with their one-at-a-time range and the parameter that moves the headline most."""
    return tuple(_with_range(row, [bar for bar in bars if bar.headline == row.headline]) for row in rows)


def _with_range(row: Trust, bars: list[Tornado]) -> Trust:
    if not bars or row.p is None:
        return row
    ends = [p for bar in bars for p in (bar.p_low, bar.p_high)]
    widest = max(bars, key=lambda bar: abs(bar.p_high - bar.p_low))
    found = {"low": min(row.p, *ends), "high": max(row.p, *ends), "parameter": widest.parameter}
    return replace(row, one_at_a_time=found)


def beyond_limit(row: Trust) -> dict[str, float]:
    """Return what changes a probability by more than 0.05: these are said in words."""
    names = (
        "belief_grid",
        "period_halved",
        "horizon",
        "precision_doubled",
        "precision_zero",
        "error_share",
        "without_slips",
    )
    changes = {name: getattr(row, name) for name in names} | {f"stock:{k}": v for k, v in row.stock_grid.items()}
    return {name: x for name, x in changes.items() if x is not None and abs(x) > LIMIT}


def near_grids(case: Case, settings: Settings, event: NearEvent) -> NearEvent:
    """Return the near event with the largest change of each ending when the grid of beliefs or of a stock is refined.

    Reads what `trust` has kept; what could not be computed there is left out.
    """
    refined = [one for one in trust_runs(case, settings) if one.name.startswith(("belief_grid", "stock:"))]
    pairs = [
        (kept_headlines(case, one.scenario, one.settings), kept_headlines(case, Scenario(), one.against))
        for one in refined
    ]
    known = [(there, base) for there, base in pairs if there is not None and base is not None]

    def grid(name: str) -> float | None:
        return max((abs(near_change(name, there, base)) for there, base in known), default=None)

    return replace(event, labels={name: replace(band, grid=grid(name)) for name, band in event.labels.items()})
