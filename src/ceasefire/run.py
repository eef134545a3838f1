"""The main job: first forecast, then everything that surrounds it, in the order in which it is useful.

The first forecast, that of the preview grid, is handed to `shown` before the full grid, plans, claims, map, trust rows,
ranges and draws of the parameters start. Each of these keeps what it has finished, so a stopped run goes on where it was;
the whole forecast is kept too, so a second run takes seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ceasefire.case.model import Case
from ceasefire.case.perceptions import perceptions_of
from ceasefire.case.variant import Variant
from ceasefire.explore.ensemble import budget
from ceasefire.explore.ensemble.budget import DRAWS
from ceasefire.forecast import build, store
from ceasefire.forecast.as_json import from_kept, to_kept
from ceasefire.forecast.batch import standing
from ceasefire.forecast.evaluate import sized
from ceasefire.forecast.headlines import headlines, simple_headlines
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.ranges import WHAT, compute_ranges, near_ranges, range_at, tornado
from ceasefire.forecast.scenario import Scenario, case_key
from ceasefire.forecast.settings import AUDIT, FULL, Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.trust import near_grids, trust, with_ranges
from ceasefire.forecast.work import Workers

Shown = Callable[[Forecast], None]
Planned = Callable[[Sequence[budget.Line]], None]


@dataclass(frozen=True)
class Parts:
    """What of the run is wanted beside the first forecast.

    Parameters
    ----------
    starts : int
        How many other starts are solved from, to look for other equilibria.
    draws : int
        Draws of the parameters; 0: everything stays at nominal values.
    full : bool
        Whether plans, checks, cuts and the full grid get every draw, not a share of them, and checks stand on the full
        grid.
    """

    plans: bool = True
    claims: bool = True
    factor_map: bool = True
    trust: bool = True
    ranges: bool = True
    starts: int = 0
    draws: int = DRAWS
    full: bool = False


def run_case(
    case: Case,
    settings: Settings = FULL,
    *,
    progress: Progress | None = None,
    shown: Shown | None = None,
    planned: Planned | None = None,
    parts: Parts = Parts(),
    workers: Workers = None,
) -> Forecast:
    """Check, solve, weigh the record, forecast, and say how far to trust each number.

    Parameters
    ----------
    case : Case
    settings : Settings
    progress : callable, optional
        ``progress(stage, done, of)``.
    shown : callable, optional
        Gets the first forecast, on the preview grid, as soon as it is there; not called where the whole one was kept.
    planned : callable, optional
        Gets the solve budget of the draws before they start.
    parts : Parts
        What is computed beside it.
    workers : int or str, optional
        Processes for what is computed beside it, None chooses; or the address of a dask scheduler.

    Raises
    ------
    InputError
        Faults of the case that show only when it is compiled.
    NumericalError
        Where a step cannot be solved.
    """
    around = store.program_hash(store.AROUND)
    key = store.key_of(case=case_key(case), settings=settings.as_dict(), parts=vars(parts), around=around)
    kept = store.load("forecasts", key)
    if kept is not None:
        return from_kept(kept)
    if shown and case.steps and settings.coarse() != settings:  # what differences are taken from is needed in any case
        shown(build.first_forecast(case, settings.coarse(), progress))
        shown = None
    found, on_own_grid = _spent(lambda: build.forecast(case, settings, progress))
    if shown:
        shown(found)
    with standing():
        for stage in _stages(case, settings, progress, parts, workers):
            found = stage(found)
        if case.steps and parts.draws:
            plan = _budget(parts)
            if planned:
                from ceasefire.explore.ensemble.runs import seconds_of_a_draw

                seconds = {"preview": seconds_of_a_draw(case, settings, progress), "fine": on_own_grid}
                planned(tuple(budget.lines(case, plan, seconds)))
            found = _timed("draws", lambda f: _draws(case, settings, progress, f, plan, workers))(found)
    store.keep("forecasts", key, to_kept(found))
    return replace(found, notes=(*found.notes, *store.trouble()))


def _stages(
    case: Case, settings: Settings, progress: Progress | None, parts: Parts, workers: Workers
) -> list[Callable[[Forecast], Forecast]]:
    checks = settings if parts.full or settings.preview else replace(AUDIT, seed=settings.seed)
    if not case.steps:
        return [_timed("claims", lambda f: _claims(case, checks, None, f, workers))] if parts.claims else []
    wanted: list[tuple[bool, str, Callable[[Forecast], Forecast]]] = [
        (parts.plans, "plans", lambda f: replace(f, plans=build.plans(case, sized(case, settings), progress))),
        (parts.claims, "claims", lambda f: _claims(case, checks, progress, f, workers)),
        (parts.factor_map, "map", lambda f: _map(case, settings, progress, f)),
        (parts.trust, "trust", lambda f: _trust(case, settings, progress, f, workers)),
        (parts.ranges, "ranges", lambda f: _ranges(case, settings, progress, f, workers)),
        (parts.starts > 0, "starts", lambda f: _equilibria(case, settings, progress, f, parts.starts, workers)),
    ]
    return [_timed(name, stage) for want, name, stage in wanted if want]


def _timed(name: str, stage: Callable[[Forecast], Forecast]) -> Callable[[Forecast], Forecast]:
    def run(found: Forecast) -> Forecast:
        began = time.perf_counter()
        after = stage(found)
        return replace(after, seconds={**after.seconds, name: time.perf_counter() - began})

    return run


def _spent(work: Callable[[], Forecast]) -> tuple[Forecast, float]:
    """Return a forecast and the processor seconds that it took."""
    began = time.process_time()
    return work(), time.process_time() - began


def _budget(parts: Parts) -> budget.Budget:
    """Return how many draws each part that is wanted gets."""
    wanted = {"plans": parts.plans, "checks": parts.claims, "cuts": parts.claims}
    unwanted = [name for name, want in wanted.items() if not want]
    return budget.Budget.of(parts.draws, full=parts.full).without(*unwanted)


def _draws(
    case: Case,
    settings: Settings,
    progress: Progress | None,
    found: Forecast,
    plan: budget.Budget,
    workers: Workers,
) -> Forecast:
    """Return the forecast over draws of the parameters."""
    from ceasefire.explore.ensemble.claims import claims_over_draws
    from ceasefire.explore.ensemble.over_draws import ensemble_record, over_draws
    from ceasefire.explore.ensemble.plans import plans_over_draws
    from ceasefire.explore.ensemble.runs import budgeted
    from ceasefire.explore.ensemble.weighed import weighed

    ensemble = budgeted(case, settings, plan, progress, workers)
    found = over_draws(found, case, ensemble)
    plans = plans_over_draws(found.plans, case, ensemble)
    claims = claims_over_draws(found.claims, case, ensemble) if found.claims else ()
    record = {**ensemble_record(ensemble), **weighed(case, ensemble)}
    by_exponent = record.pop("by_exponent", {})
    rows = tuple(
        {**row, **({"by_exponent": by_exponent[row["query"]]} if row["query"] in by_exponent else {})}
        for row in found.headlines
    )
    return replace(found, headlines=rows, plans=plans, claims=claims, ensemble=record)


def _claims(case: Case, settings: Settings, progress: Progress | None, found: Forecast, workers: Workers) -> Forecast:
    from ceasefire.audit import audit_case

    if not case.arguments:
        return found
    audit = audit_case(case, settings, progress, workers)
    flags = {"claims": {"checks": audit.checks.flags(), "cuts": audit.cuts.flags()}}
    return replace(
        found,
        claims=audit.claims,
        argument_map=audit.argument_map,
        partings=audit.partings,
        settings={**found.settings, **flags},
    )


def _equilibria(
    case: Case, settings: Settings, progress: Progress | None, found: Forecast, n_starts: int, workers: Workers
) -> Forecast:
    from ceasefire.forecast.equilibria import equilibria

    others = equilibria(case, simple_headlines(case), settings, n_starts, progress=progress, workers=workers)
    return replace(found, equilibria=others.as_dict())


def _map(case: Case, settings: Settings, progress: Progress | None, found: Forecast) -> Forecast:
    from ceasefire.explore.maps.maps import factor_map

    if perceptions_of(case, Variant()) == "hidden":
        return found
    return replace(found, factor_map=factor_map(case, settings, progress=progress))


def _trust(case: Case, settings: Settings, progress: Progress | None, found: Forecast, workers: Workers) -> Forecast:
    rows, notes = trust(case, settings, {row["query"]: row for row in found.headlines}, progress, workers)
    event = found.near_event and near_grids(case, settings, found.near_event)
    return replace(found, trust=rows, notes=(*found.notes, *notes), near_event=event)


def _ranges(case: Case, settings: Settings, progress: Progress | None, found: Forecast, workers: Workers) -> Forecast:
    nominal = headlines(case, Scenario(Variant()), settings.coarse(), progress)
    swung = compute_ranges(case, settings, progress, workers=workers)
    if not swung:
        return found
    values = {row["query"]: row["value"] for row in found.headlines if row["value"] is not None}
    bars = tornado(case, nominal, swung, values)
    rows = with_ranges(found.trust, bars)
    outcomes = {
        name: tuple(range_at(case, row, name, nominal, swung) for row in at) for name, at in found.outcomes.items()
    }
    lines = tuple(_ranged(row, [bar for bar in bars if bar.headline == row["query"]]) for row in found.headlines)
    event = found.near_event and near_ranges(found.near_event, nominal, swung)
    return replace(found, tornado=bars, trust=rows, outcomes=outcomes, headlines=lines, near_event=event)


def _ranged(row: Any, bars: list[Any]) -> dict[str, Any]:
    if not bars or row["value"] is None:
        return dict(row)
    ends = [p for bar in bars for p in (bar.p_low, bar.p_high)]
    low, high = min(row["value"], *ends), max(row["value"], *ends)
    return {**row, "low": low, "high": high, "what": WHAT, "parameter": bars[0].parameter}
