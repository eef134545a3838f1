"""Tipping points: the least change of one parameter at which a probability crosses a level, or that there is none.

Every parameter is moved alone within the 1 % and 99 % quantiles of its prior, all others nominal; the game is solved again at
each point on the preview grid, with the paths of the nominal run (``explore.crossing``). How strong a lever is, is a
parameter like any other, and so is the prior of a type. A change is said in the parameter's unit and as a distance between
normal scores of its prior: 1 is from the median to the 84 % quantile.

The interval of a tipping point holds the values at which the number differs from the level by no more than two standard
errors of sampling and the error of the belief grid at the nominal values. It says nothing about the other parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ceasefire.case.model import Case
from ceasefire.case.priors import Prior
from ceasefire.explore.tipping.crossing import HIGH, LOW, NOMINAL, SCAN, Crossing, Search, Value, search
from ceasefire.explore.tipping.points import Asked, chance_of, movable
from ceasefire.forecast.batch import Workers
from ceasefire.forecast.pipeline import needs_steps
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import Sampled, finite

SCREEN = (0.1, 0.9)
MOST = 8
"""Parameters looked at closely unless more are asked for: those that move the probability most."""
STILL = 1e-6
"""A probability that moves less does not depend on the parameter."""


@dataclass(frozen=True)
class Tipping:
    """One parameter.

    Parameters
    ----------
    nominal, lowest, highest : float
        Median and the ends of the range that was searched.
    value : float or None
        Where the probability crosses the level, nearest to the nominal value; None where it does not.
    low, high : float or None
        Interval of `value`; None where it reaches the end of the range.
    quantile : float or None
        Of `value` in the prior.
    spreads : float or None
        Distance from the nominal value in normal scores, negative where the parameter falls.
    rises : bool or None
        Whether the probability rises above the level there (else it falls below).
    others : tuple of float
        Further values at which it crosses.
    p_low, p_high : float or None
        Smallest and largest probability seen; ``at_low`` and ``at_high`` where.
    both_ways : bool
        Whether the probability both rises and falls along the range.
    jumps : bool
        Whether it jumps over the level: `value` is then the first one on the other side.
    points : list of (value, probability)
    """

    parameter: str
    unit: str
    nominal: float
    lowest: float
    highest: float
    value: float | None
    low: float | None
    high: float | None
    quantile: float | None
    spreads: float | None
    rises: bool | None
    others: tuple[float, ...]
    p_low: float | None
    at_low: float | None
    p_high: float | None
    at_high: float | None
    both_ways: bool
    jumps: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class TippingTable:
    """The tipping points of one probability.

    Parameters
    ----------
    p, error, grid_error : float
        At nominal values, on the preview grid.
    rows : in the order of the case
    not_searched : by parameter
        The probability at its 10 % and 90 % value, for those that move it less than all in `rows`.
    failed : by setting
        Why a number could not be computed.
    """

    query: str
    level: float
    p: float | None
    error: float | None
    grid_error: float | None
    rows: tuple[Tipping, ...]
    not_searched: Mapping[str, tuple[float | None, float | None]]
    failed: Mapping[str, str]
    settings: Mapping[str, Any]
    case: str = ""
    case_hash: str = ""
    status: str = ""


def tipping(
    case: Case,
    settings: Settings,
    *,
    query: str | None = None,
    level: float = 0.5,
    names: Sequence[str] = (),
    most: int | None = MOST,
    progress: Progress | None = None,
    workers: Workers = None,
) -> TippingTable:
    """Search for the tipping points of a probability.

    Parameters
    ----------
    settings : Settings
        Everything runs on its preview grid.
    names : parameters
        Looked at closely; else those that move the probability most between their 10 % and 90 % values.
    most : int or None
        How many of them; None: all.

    Raises
    ------
    InputError
        X101, X102, the faults of queries, or a case without steps.
    """
    needs_steps(case)
    asked = Asked(case, chance_of(case, query), settings.coarse(), progress, workers, "tipping")
    able = movable(case, asked.query, names)
    nominal = asked.at({"": {}})[""]
    grid_error = _grid_error(asked, nominal)
    chosen, rest = (able, {}) if names or most is None else _screened(asked, able, level, most)
    found = _searched(asked, chosen, level, grid_error or 0.0)
    return TippingTable(
        asked.query.text,
        level,
        None if nominal is None else finite(nominal.value),
        None if nominal is None else finite(nominal.error),
        grid_error,
        tuple(_row(case, name, found[name], level) for name in chosen),
        rest,
        dict(asked.reasons),
        asked.settings.as_dict(),
        case.name,
        case.case_hash,
        case.status,
    )


def _grid_error(asked: Asked, nominal: Sampled | None) -> float | None:
    """Return by how much the number changes at nominal values when the belief grid is halved; 0 without types."""
    if not asked.case.types:
        return 0.0
    finer = replace(asked, settings=replace(asked.settings, refine=2 * asked.settings.refine)).at({"": {}})[""]
    return None if finer is None or nominal is None else finite(abs(finer.minus(nominal).value))


def at_quantiles(case: Case, name: str, us: Sequence[float]) -> dict[tuple[str, float], dict[str, float]]:
    """Return settings of one parameter at quantiles of its prior; the nominal point sets nothing."""
    prior = case.parameters[name].prior
    return {(name, u): {} if u == NOMINAL else {name: float(prior.quantile(u))} for u in us}


def _screened(
    asked: Asked, able: Sequence[str], level: float, most: int
) -> tuple[tuple[str, ...], dict[str, tuple[float | None, float | None]]]:
    """Return the parameters that move the number most or over the level, in the order of the case, and the others' ends."""
    places = {key: place for name in able for key, place in at_quantiles(asked.case, name, SCREEN).items()}
    found = asked.at(places)
    ends = {name: tuple(_value(found[name, u]).p for u in SCREEN) for name in able}
    swing = {name: float(np.ptp(p)) if np.isfinite(p).all() else np.inf for name, p in ends.items()}
    kept = set(sorted(able, key=lambda name: -swing[name])[:most])
    kept |= {name for name in able if min(ends[name]) <= level <= max(ends[name])}
    rest = {name: (finite(ends[name][0]), finite(ends[name][1])) for name in able if name not in kept}
    return tuple(name for name in able if name in kept), rest


def _value(found: Sampled | None) -> Value:
    return Value(np.nan, np.nan) if found is None else Value(found.value, found.error)


def _searched(asked: Asked, names: Sequence[str], level: float, grid_error: float) -> dict[str, Crossing]:
    """Search along all parameters side by side, so that each round is one batch."""
    searches: dict[str, Search] = {}
    wanted: dict[str, Sequence[float]] = {}
    found: dict[str, Crossing] = {}
    for name in names:
        prior = asked.case.parameters[name].prior
        scan = _steps_of(prior) if prior.family == "discrete" else SCAN
        searches[name] = search(level, grid_error, scan, narrow=prior.family != "discrete")
        wanted[name] = next(searches[name])
    while wanted:
        places = {k: p for name, us in wanted.items() for k, p in at_quantiles(asked.case, name, us).items()}
        values = asked.at(places)
        for name, us in list(wanted.items()):
            try:
                wanted[name] = searches[name].send([_value(values[name, u]) for u in us])
            except StopIteration as end:
                found[name] = end.value
                del wanted[name]
    return found


def _steps_of(prior: Prior) -> tuple[float, ...]:
    """Return one quantile within each value of a discrete prior, 1/2 for its median."""
    fine = np.linspace(LOW, HIGH, 981)
    values = prior.quantile(fine)
    inside = {float(x): float(np.mean(fine[values == x])) for x in np.unique(values)}
    inside[prior.median()] = NOMINAL
    return tuple(sorted(inside.values()))


def _row(case: Case, name: str, found: Crossing, level: float) -> Tipping:
    parameter = case.parameters[name]
    x = parameter.prior.quantile
    known = found.known
    low = min(known, key=lambda point: point[1], default=None)
    high = max(known, key=lambda point: point[1], default=None)
    lowest, highest = (float(x(u)) for u in (LOW, HIGH))

    def value(u: float | None) -> float | None:
        return None if u is None else float(x(u))

    nominal_p = found.points[NOMINAL].p
    return Tipping(
        name,
        parameter.unit,
        parameter.prior.median(),
        lowest,
        highest,
        value(found.at),
        value(found.low),
        value(found.high),
        found.at,
        None if found.at is None else _scores(found.at),
        None if found.at is None else bool(nominal_p < level),
        tuple(float(x(u)) for u in found.other),
        None if low is None else low[1],
        None if low is None else float(x(low[0])),
        None if high is None else high[1],
        None if high is None else float(x(high[0])),
        found.rises_and_falls,
        found.jumps,
        tuple((float(x(u)), p) for u, p in known),
    )


def _scores(u: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(u))
