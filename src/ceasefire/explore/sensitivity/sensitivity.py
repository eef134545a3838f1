"""What a probability hangs on: each assumption moved alone, and the share of the variance that each has.

The tornado moves one parameter at a time to its 10 % and 90 % value and solves again. The indices (``explore.indices``) let
all of them vary together: read off a polynomial through the draws of an ensemble, or from a pick-freeze design where the
game is cheap. Shares under the priors say what is uncertain before the record is looked at; with the draws weighed by the
record they say what is still uncertain after it.

Types are an input beside the parameters where the draws hold the number for each type: with the probabilities that types
have at the medians of all priors, the number given that everybody is of that type. A prior of types then only acts through
what others believe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.errors import NumericalError
from ceasefire.explore.ensemble.budget import DRAWS
from ceasefire.explore.ensemble.courses import base_queries, split
from ceasefire.explore.ensemble.draws import space_of
from ceasefire.explore.ensemble.ensemble import Ensemble, draw_ensemble
from ceasefire.explore.sensitivity.indices import (
    NO_KINDS,
    Indices,
    Kinds,
    from_draws,
    from_pick_freeze,
    pick_freeze_points,
)
from ceasefire.explore.tipping.points import Asked, Chance, chance_of, movable
from ceasefire.explore.tipping.tipping import at_quantiles
from ceasefire.forecast.batch import Workers
from ceasefire.forecast.model import Tornado
from ceasefire.forecast.pipeline import needs_steps, run_variant
from ceasefire.forecast.ranges import HIGH, LOW
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import finite

Floats = NDArray[np.float64]
Design = Literal["draws", "pick-freeze", "none"]
FROZEN = 64
"""Rows of a pick-freeze design; each needs a solution per parameter and two more."""


@dataclass(frozen=True)
class Share:
    """What one input has of the variance: first order and total, each with its interval; None where not computed."""

    name: str
    first: float
    first_low: float | None
    first_high: float | None
    total: float
    total_low: float | None
    total_high: float | None
    after_record: float | None = None


@dataclass(frozen=True)
class Sensitivity:
    """What a probability hangs on.

    Parameters
    ----------
    p, error : float
        At nominal values, on the preview grid.
    tornado : largest swing first
    shares : largest total first
        Empty where no design was asked for or nothing varies.
    readable : bool
        Whether the shares may be read; None without shares.
    q2 : float or None
        Share of the variance that the polynomial explains on draws left out; None for pick-freeze.
    sd : float or None
        Standard deviation of the probability over draws and types.
    effective : float or None
        Effective number of draws behind ``after_record``, which is None where these are too few.
    """

    query: str
    p: float | None
    error: float | None
    tornado: tuple[Tornado, ...]
    shares: tuple[Share, ...]
    design: str
    readable: bool | None
    q2: float | None
    sd: float | None
    evaluations: int
    effective: float | None
    failed: dict[str, str]
    settings: dict[str, Any]
    case: str = ""
    case_hash: str = ""
    status: str = ""


def sensitivity(
    case: Case,
    settings: Settings,
    *,
    query: str | None = None,
    names: Sequence[str] = (),
    design: Design = "draws",
    draws: int | None = None,
    progress: Progress | None = None,
    workers: Workers = None,
) -> Sensitivity:
    """Return what a probability hangs on.

    Parameters
    ----------
    settings : Settings
        Everything runs on its preview grid.
    names : parameters
        Moved alone; every one that the query can hang on if none is named. Shares are always those of all.
    design : str
        ``draws``: a polynomial through the draws of the ensemble, those of ``run`` where it is a headline;
        ``pick-freeze``: solutions of its own; ``none``: the tornado alone.
    draws : int, optional
        Draws of the ensemble (as many as ``run``), or rows of the design (64).

    Raises
    ------
    InputError
        X101, the faults of queries, or a case without steps.
    """
    needs_steps(case)
    asked = Asked(case, chance_of(case, query), settings.coarse(), progress, workers, "ranges")
    nominal = asked.at({"": {}})[""]
    bars = tuple(_tornado(asked, names))
    before, after, effective = _indices(asked, design, draws or (FROZEN if design == "pick-freeze" else DRAWS))
    return Sensitivity(
        asked.query.text,
        None if nominal is None else finite(nominal.value),
        None if nominal is None else finite(nominal.error),
        bars,
        () if before is None else _shares(before, after),
        design,
        None if before is None else before.readable,
        None if before is None else before.q2,
        None if before is None else float(np.sqrt(max(before.variance, 0.0))),
        0 if before is None else before.n_evaluations,
        effective,
        dict(asked.reasons),
        asked.settings.as_dict(),
        case.name,
        case.case_hash,
        case.status,
    )


def _tornado(asked: Asked, wanted: Sequence[str]) -> Iterator[Tornado]:
    """Yield the number at the 10 % and 90 % value of each parameter, largest swing first."""
    case, names = asked.case, movable(asked.case, asked.query, wanted)
    places = {key: place for name in names for key, place in at_quantiles(case, name, (LOW, HIGH)).items()}
    found = asked.at(places)
    bars = []
    for name in names:
        low, high = found[name, LOW], found[name, HIGH]
        ends = [places[name, u][name] for u in (LOW, HIGH)]
        if low is not None and high is not None and ends[0] < ends[1]:
            bars.append(Tornado(asked.query.text, name, ends[0], ends[1], low.value, high.value))
    known = [bar for bar in bars if np.isfinite(bar.p_low) and np.isfinite(bar.p_high)]
    yield from sorted(known, key=lambda bar: -abs(bar.p_high - bar.p_low))


def _indices(asked: Asked, design: Design, n: int) -> tuple[Indices | None, Indices | None, float | None]:
    """Return the indices under the priors and weighed by the record, and the effective number of draws behind the latter."""
    if design == "none" or not movable(asked.case, asked.query):
        return None, None, None
    if design == "pick-freeze":
        return _by_design(asked, n), None, None
    bare = split(asked.query)[1]
    shared = any(query_text(one) == query_text(asked.query) for one in base_queries(asked.case))
    queries = None if shared else [asked.query]
    found = draw_ensemble(asked.case, asked.settings, n, asked.progress, asked.workers, queries)
    asked.reasons.update({f"draw {d}": reason for d, reason in found.failures.items()})
    return of_ensemble(found, query_text(bare), asked.query)


def of_ensemble(ensemble: Ensemble, text: str, query: Chance) -> tuple[Indices, Indices | None, float]:
    """Return the indices of a number of the draws under the priors, and weighed by the record where that has intervals.

    Parameters
    ----------
    text : str
        Of the query, as the members have it.

    Raises
    ------
    NumericalError
        Where fewer than four draws have the number.
    """
    known = [d for d, one in enumerate(ensemble.members) if one and np.isfinite(one.numbers[text].value)]
    if len(known) < 4:
        raise NumericalError(f"only {len(known)} of {ensemble.n_draws} draws have a number for {text}")
    names, u = ensemble.sample.space.names, ensemble.sample.u[known]
    members = [one for d in known if (one := ensemble.members[d]) is not None]
    y = np.array([one.numbers[text].value for one in members])
    kinds, by_kind = _kinds(ensemble.case, ensemble.settings, query)
    columns = np.array([[one.by_profile.get(query.text, ())[k] for k in by_kind] for one in members]) if by_kind else y
    if not np.isfinite(columns).all():
        kinds, columns = NO_KINDS, y
    before = from_draws(names, u, columns, kinds)
    weights = ensemble.weights[1.0]
    weight = weights.weight[known]
    after = None if weights.intervals_withheld else from_draws(names, u, y, weight=weight, resamples=0)
    return before, after, float(weights.effective_size)


def _kinds(case: Case, settings: Settings, query: Chance) -> tuple[Kinds, list[int]]:
    """Return the types with their probability at nominal values, and their profiles; none where types are set."""
    run = run_variant(case, settings=settings)
    dimensions = [d for actor in run.game.actor_names for d in case.types if d.actor == actor]
    shape = tuple(len(d.labels) for d in dimensions)
    headline = any(one.text == query.text for one in case.report.headlines)
    if not headline or query.conditions or run.game.n_profiles == 1 or run.game.n_profiles != prod(shape):
        return NO_KINDS, []
    names = tuple(f"{d.actor}.{d.name}" for d in dimensions)
    return Kinds(names, run.game.profile_prior.reshape(shape)), list(range(run.game.n_profiles))


def _by_design(asked: Asked, n: int) -> Indices:
    """Return the indices from a pick-freeze design of the query; parameters that it sets itself stay out."""
    case = asked.case
    names = [name for name in space_of(case).names if name in movable(case, asked.query)]
    points = pick_freeze_points(len(names), n)
    priors = [case.parameters[name].prior for name in names]
    values = np.stack([prior.quantile(points[..., j]) for j, prior in enumerate(priors)], axis=-1)
    places = {at: dict(zip(names, map(float, values[at]), strict=True)) for at in np.ndindex(points.shape[:2])}
    asked.stage = "design"
    found = asked.at(places)
    y = np.array(
        [[np.nan if (one := found[i, j]) is None else one.value for j in range(points.shape[1])] for i in range(n)]
    )
    whole = np.isfinite(y).all(axis=1)
    if whole.sum() < 4:
        raise NumericalError(f"only {whole.sum()} of {n} rows of the design could be computed")
    return from_pick_freeze(names, y[whole])


def _shares(before: Indices, after: Indices | None) -> tuple[Share, ...]:
    later = {} if after is None else dict(zip(after.names, after.first, strict=True))
    rows = [
        Share(
            name,
            float(before.first[i]),
            finite(before.first_interval[i, 0]),
            finite(before.first_interval[i, 1]),
            float(before.total[i]),
            finite(before.total_interval[i, 0]),
            finite(before.total_interval[i, 1]),
            float(later[name]) if name in later else None,
        )
        for i, name in enumerate(before.names)
    ]
    return tuple(sorted(rows, key=lambda one: -one.total))
