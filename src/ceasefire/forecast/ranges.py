"""One-at-a-time ranges: every parameter at its 10 % and its 90 % value, all others nominal. Not an interval.

All of it on the preview grid, paired with the nominal run there; the differences are laid around the number of the
full grid. Every setting is kept on disk when it is done, so a stopped run goes on where it was. Where the work is long
it is shared among worker processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.errors import CeasefireError
from ceasefire.forecast.batch import Failure, Job, Workers, compute
from ceasefire.forecast.headlines import Headlines, kept_headlines, near_change, simple_headlines
from ceasefire.forecast.model import Band, NearEvent, OutcomeAtDate, Tornado
from ceasefire.forecast.scenario import Scenario, game_parameters
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress

LOW, HIGH = 0.1, 0.9
WHAT = "one-at-a-time range over the parameters, not an interval"
NO_RANGE = {
    "not run": "no range: run `ceasefire run` first, it computes and keeps them",
    "other": "no range: ranges are computed for the headlines and for P(outcome by DATE)",
    "conditions": "no range: ranges are computed for the case without plans, settings or cuts",
}


@dataclass(frozen=True)
class Swing:
    """One parameter at one end of its range."""

    parameter: str
    value: float
    scenario: Scenario


def swings(case: Case, base: Scenario | None = None) -> tuple[Swing, ...]:
    """Return every parameter at its 10 % and 90 % value, those first that enter only the simulation."""
    start, needed = base or Scenario(), game_parameters(case)
    found = []
    for name in sorted(case.parameters, key=lambda name: name in needed):
        low, high = (float(case.parameters[name].prior.quantile(u)) for u in (LOW, HIGH))
        if low < high and name not in start.variant.settings:
            found += [Swing(name, value, start.setting(name, value)) for value in (low, high)]
    return tuple(found)


def compute_ranges(
    case: Case, settings: Settings, progress: Progress | None = None, *, workers: Workers = None
) -> dict[tuple[str, float], Headlines]:
    """Compute what is missing and return the headlines of every swing.

    Parameters
    ----------
    settings : Settings
        Of the forecast; the swings run on its preview grid.
    workers : int or str, optional
        Processes, None chooses; or the address of a dask scheduler.

    Raises
    ------
    CeasefireError
        Where some could not be computed; the others are finished first, and kept.
    """
    coarse = settings.coarse()
    todo = swings(case)
    found: dict[tuple[str, float], Headlines] = {}
    failed: list[str] = []
    for place, result in compute(case, [Job(one.scenario, coarse) for one in todo], workers):
        one = todo[place]
        if isinstance(result, Failure):
            failed.append(f"{one.parameter} at {one.value:g}: {result.reason}")
        else:
            found[one.parameter, one.value] = result
        if progress:
            progress("ranges", len(found) + len(failed), len(todo))
    if failed:
        raise CeasefireError("\n".join(failed))
    return found


def range_of(
    case: Case, query: q.Query, settings: Settings, scenario: Scenario, value: float
) -> tuple[float | None, float | None, str]:
    """Return the one-at-a-time range of a query from what the first run kept, and what low and high are.

    Where there is none, low and high are None and the text says why.
    """
    if scenario != Scenario() or _has_conditions(query):
        return None, None, NO_RANGE["conditions"]
    headline = next((one.text for one in simple_headlines(case) if _same(one, query)), None)
    curve = isinstance(query, q.Probability) and query.of is None and query.within_days is None
    if (headline is None and not curve) or not np.isfinite(value):
        return None, None, NO_RANGE["other"]
    coarse = settings.coarse()
    nominal = kept_headlines(case, Scenario(), coarse)
    kept = [kept_headlines(case, one.scenario, coarse) for one in swings(case)]
    if nominal is None or any(one is None for one in kept):
        return None, None, NO_RANGE["not run"]

    def read(one: Headlines | None) -> float:
        return _number(one, headline) if headline else _on_curve(case, one, query)

    changes = [read(one) - read(nominal) for one in kept]
    low, high = around(value, changes, probability=isinstance(query, q.Probability | q.Belief))
    return low, high, WHAT


def _has_conditions(query: q.Query) -> bool:
    return any(not isinstance(c, q.TypeIs) for c in getattr(query, "conditions", ()))


def _same(headline: q.Query, query: q.Query) -> bool:
    return not isinstance(query, q.Share) and replace(headline, text="") == replace(query, text="")


def _number(found: Headlines | None, text: str) -> float:
    assert found is not None
    return found.numbers[text].number.value


def _on_curve(case: Case, found: Headlines | None, query: q.Query) -> float:
    assert found is not None
    assert isinstance(query, q.Probability)
    last = case.calendar.n_periods - 1
    period = min(max(case.calendar.period_of(query.by), 0), last) if query.by else last
    return found.curves[query.outcome][period]


def around(value: float, changes: Sequence[float], *, probability: bool) -> tuple[float | None, float | None]:
    """Return the value with its smallest and largest change laid around it; a probability stays within 0 and 1."""
    known = [x for x in changes if np.isfinite(x)]
    if not known:
        return None, None
    low, high = value + min(0.0, *known, 0.0), value + max(0.0, *known, 0.0)
    return (max(low, 0.0), min(high, 1.0)) if probability else (low, high)


def tornado(
    case: Case, nominal: Headlines, found: Mapping[tuple[str, float], Headlines], values: Mapping[str, float]
) -> tuple[Tornado, ...]:
    """Return, for each headline, what each parameter's range does to it, largest swing first.

    ``values`` are the numbers of the full grid, around which the changes of the preview grid are laid.
    """
    rows: list[Tornado] = []
    for query in simple_headlines(case):
        here = [
            _bar(query, name, found, nominal, values.get(query.text, np.nan))
            for name in dict.fromkeys(name for name, _ in found)
        ]
        known = [bar for bar in here if np.isfinite(bar.p_low) and np.isfinite(bar.p_high)]
        rows += sorted(known, key=lambda bar: -abs(bar.p_high - bar.p_low))
    return tuple(rows)


def _bar(
    query: q.Query, name: str, found: Mapping[tuple[str, float], Headlines], nominal: Headlines, value: float
) -> Tornado:
    ends = sorted(setting for parameter, setting in found if parameter == name)
    base = _number(nominal, query.text)
    at = [value + _number(found[name, end], query.text) - base for end in (ends[0], ends[-1])]
    if isinstance(query, q.Probability | q.Belief):
        at = [float(np.clip(p, 0, 1)) for p in at]
    return Tornado(query.text, name, ends[0], ends[-1], at[0], at[1])


def range_at(
    case: Case, row: OutcomeAtDate, name: str, nominal: Headlines, found: Mapping[tuple[str, float], Headlines]
) -> OutcomeAtDate:
    """Return the row of an outcome with its one-at-a-time range."""
    import datetime as dt

    period = min(max(case.calendar.period_of(dt.date.fromisoformat(row.date)), 0), case.calendar.n_periods - 1)
    changes = [one.curves[name][period] - nominal.curves[name][period] for one in found.values()]
    low, high = around(row.p, changes, probability=True)
    return replace(row, low=low, high=high, what=WHAT if low is not None else row.what)


def near_ranges(event: NearEvent, nominal: Headlines, found: Mapping[tuple[str, float], Headlines]) -> NearEvent:
    """Return the near event with the one-at-a-time range of each ending."""
    return replace(event, labels={name: _near_range(name, band, nominal, found) for name, band in event.labels.items()})


def _near_range(name: str, band: Band, nominal: Headlines, found: Mapping[tuple[str, float], Headlines]) -> Band:
    changes = [near_change(name, one, nominal) for one in found.values()]
    low, high = around(band.value, changes, probability=True)
    return replace(band, low=low, high=high, what=WHAT if low is not None else band.what)
