"""Shadow types: what a headline would be if an actor were of a type that nobody believes in.

``shadow_batch`` plays many of them at once; ``measure_shadow`` answers a query with ``actor.dimension := value``, in
which the dimensions that are not set keep their labels, weighed by their priors and by the record. ``moved_types``
moves the case's own types instead and solves again, so that the actors expect what is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.formula import parse_formula
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.measures import Measured, indicator, measure
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario, case_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.store import key_of
from ceasefire.forecast.types import dimensions, labels_of
from ceasefire.game.arrays import Game
from ceasefire.game.shadow import ShadowGame, ShadowTable, shadow_tables
from ceasefire.simulate.estimates import Sampled, mean
from ceasefire.simulate.shadow import ShadowPlay

Floats = NDArray[np.float64]
CHUNK = 27
"""Shadow types played at once, to bound memory."""


@dataclass(frozen=True)
class ShadowBatch:
    """A headline for each shadow type: probability, its error, log likelihood of the record; (n,) each."""

    p: Floats
    error: Floats
    log_likelihood: Floats


def shadow_run(
    case: Case,
    scenario: Scenario,
    settings: Settings,
    actor: str,
    values: Mapping[str, Floats],
    progress: Progress | None = None,
    until: int | None = None,
) -> Run:
    """Return the run of a batch of shadow types; ``paths.profile`` is the number of the shadow type.

    Parameters
    ----------
    scenario : Scenario
        Without a plan; its shadow is not read.
    settings : Settings
        ``n_paths`` is the number over the whole batch.
    values : by dimension, (n,)
        Every dimension of the actor.
    until : int, optional
        Last period of the paths; the horizon unless said.
    """
    from ceasefire.simulate.paths import simulate
    from ceasefire.solve import solve_shadow

    base = run_variant(case, settings=settings, scenario=replace(scenario, shadow=()), progress=progress)
    shadow = shadow_tables(case, base.game, actor, values, scenario.variant)
    play = shadow_play(base.game, shadow, solve_shadow(base.solution, shadow, keep_until=until))
    last = base.n_periods - 1 if until is None else min(until, base.n_periods - 1)
    game = replace(base.game, n_periods=last + 1)
    paths = simulate(
        case,
        game,
        base.solution,
        variant=scenario.variant,
        n_paths=settings.n_paths,
        seed=settings.seed,
        shadow=play,
        no_slips=scenario.no_slips,
        environment=base.environment,
    )
    return Run(case, scenario, settings, base.environment, game, base.solution, paths, base.seconds)


def shadow_play(game: Game, shadow: ShadowGame, solved: Any) -> ShadowPlay:
    """Return shadow types ready to be played: how they choose, how nature treats them, what their world is."""

    def table_of(period: int, step: int) -> ShadowTable:
        return shadow.tables[step][int(game.steps[step].table_of_period[period])]

    def nature(period: int, step: int, public: Floats) -> Floats:
        found = game.steps[step].table_at(period)
        probability = table_of(period, step).probability
        if found is None or found.type_actor != shadow.actor or probability is None:
            return public
        return np.ascontiguousarray(probability[0])

    def outcome_probability(period: int, step: int, world: Any) -> Any:
        own = table_of(period, step).world
        return world.outcome_probability if own is None else own.outcome_probability

    return ShadowPlay(
        actor=shadow.actor,
        n_shadow=shadow.n_shadows,
        strategy=lambda period, step, pattern: solved.strategy(period, step),
        nature=nature,
        draw_world=shadow.draw_world,
        outcome_probability=outcome_probability,
    )


def shadow_batch(
    case: Case,
    settings: Settings,
    actor: str,
    values: Mapping[str, Floats],
    headline: q.Probability,
    paths_each: int,
    progress: Progress | None = None,
) -> ShadowBatch:
    """Return a headline for each of many shadow types; dimensions that `values` does not name keep their labels."""
    n = len(next(iter(values.values())))
    parts = []
    for start in range(0, n, CHUNK):
        if progress:
            progress("map", start, n)
        some = {name: x[start : start + CHUNK] for name, x in values.items()}
        parts.append(_chunk(case, Scenario(), settings, actor, some, headline, paths_each, progress))
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in ("p", "error", "log_likelihood")]
    return ShadowBatch(*joined)


def _chunk(
    case: Case,
    scenario: Scenario,
    settings: Settings,
    actor: str,
    values: Mapping[str, Floats],
    headline: q.Probability,
    paths_each: int,
    progress: Progress | None,
) -> ShadowBatch:
    n = len(next(iter(values.values())))
    filled, weight = _filled(case, scenario, settings, actor, values, ())
    total = weight.size * n
    fixed = settings.with_paths(paths_each * total)
    flat = {name: x.ravel() for name, x in filled.items()}
    run = shadow_run(case, scenario, fixed, actor, flat, progress, until=_last_period(case, headline))
    found = [_over_labels(run, headline, np.arange(i * weight.size, (i + 1) * weight.size), weight) for i in range(n)]
    p = np.array([one.value for one, _ in found])
    error = np.array([one.error for one, _ in found])
    return ShadowBatch(p, error, np.array([log_likelihood for _, log_likelihood in found]))


def _last_period(case: Case, headline: q.Probability) -> int | None:
    """Return the period after which nothing can change a headline; None: the horizon."""
    if headline.of or (headline.by is None and headline.within_days is None):
        return None
    as_of = case.calendar.as_of or case.calendar.start
    date = headline.by or as_of + dt.timedelta(days=round(headline.within_days or 0.0))
    lasting = next(o.lasting_days for o in case.outcomes if o.name == headline.outcome)
    return case.calendar.period_of(date + dt.timedelta(days=round(lasting))) + 2


def _filled(
    case: Case,
    scenario: Scenario,
    settings: Settings,
    actor: str,
    values: Mapping[str, Floats],
    kinds: Sequence[q.TypeIs],
) -> tuple[dict[str, Floats], Floats]:
    """Return values for every dimension, (n, m) over the labels of the dimensions not set, and their weights, (m,)."""
    from ceasefire.game.environment import Environment

    base = run_variant(case, settings=settings, scenario=replace(scenario, shadow=()))
    own = Environment(case, scenario.variant).views[0].type_values
    names = dimensions(case, actor)
    open_ = [name for name in names if name not in values]
    labels = {d.name: d.labels for d in case.types if d.actor == actor}
    prior = base.game.prior[base.game.actor_names.index(actor)]
    by_label = labels_of(case, base.game, actor)
    wanted = {c.dimension: c.label for c in kinds if c.actor == actor}
    found, weight = [], []
    for chosen in product(*(labels[name] for name in open_)):
        here = dict(zip(open_, chosen, strict=True))
        if any(wanted.get(name, label) != label for name, label in here.items()):
            continue
        mass = sum(float(p) for p, kind in zip(prior, by_label, strict=True) if here.items() <= kind.items())
        if mass > 0:
            found.append({name: float(own[f"{actor}.{name}"][labels[name].index(here[name])]) for name in open_})
            weight.append(mass)
    n = len(next(iter(values.values())))
    filled = {name: np.repeat(np.asarray(x, dtype=float)[:, None], len(found), axis=1) for name, x in values.items()}
    filled |= {name: np.tile([one[name] for one in found], (n, 1)) for name in open_}
    return filled, np.array(weight) / np.sum(weight)


def _over_labels(run: Run, query: q.Query, shadows: NDArray[np.int64], prior: Floats) -> tuple[Sampled, float]:
    """Return a query over some shadow types weighed by prior and record, and the log likelihood of the record."""
    log_likelihood = run.paths.log_likelihood_by_profile
    assert log_likelihood is not None
    with np.errstate(divide="ignore"):
        log_weight = np.log(prior) + log_likelihood[shadows]
    top = float(log_weight.max())
    weight = np.exp(log_weight - top)
    mass = np.bincount(run.paths.profile, run.paths.weight, len(log_likelihood))
    factor = np.zeros(len(log_likelihood))
    factor[shadows] = weight / np.maximum(mass[shadows], 1e-300)
    paths = replace(run.paths, weight=run.paths.weight * factor[run.paths.profile] / weight.sum())
    here = replace(run, paths=paths, _spells=run._spells)
    if isinstance(query, q.Probability):
        seen, among = indicator(here, replace(query, conditions=()))
        return mean(paths, seen, among), top + float(np.log(weight.sum()))
    assert isinstance(query, q.Median | q.Expectation), query
    return measure(here, replace(query, conditions=())).number, top + float(np.log(weight.sum()))


def measure_shadow(
    case: Case, leaf: q.Query, scenario: Scenario, settings: Settings, progress: Progress | None = None
) -> Measured:
    """Return what a query is worth for the shadow type that a scenario sets.

    Raises
    ------
    InputError
        R106 where the query conditions on the type of another actor, or asks for something that paths of a shadow type
        do not answer.
    """
    actor = scenario.shadow[0][0]
    kinds = [c for c in getattr(leaf, "conditions", ()) if isinstance(c, q.TypeIs)]
    if any(c.actor != actor for c in kinds) or isinstance(leaf, q.Values | q.Belief) or scenario.plan:
        message = "a type set to a value is asked for a probability, a median or a stock, without a plan"
        raise InputError([Fault("R106", message, found=leaf.text)])
    given = {name: np.array([value]) for _, name, value in scenario.shadow}
    filled, weight = _filled(case, scenario, settings, actor, given, kinds)
    run = shadow_run(case, scenario, settings, actor, {name: x.ravel() for name, x in filled.items()}, progress)
    number, log_likelihood = _over_labels(run, leaf, np.arange(weight.size), weight)
    unit = "months" if isinstance(leaf, q.Median) else "probability" if isinstance(leaf, q.Probability) else ""
    text = ""
    if isinstance(leaf, q.Median):
        text = _median_text(run, number.value)
    return Measured(number, unit, text, {"log_likelihood": log_likelihood})


def _median_text(run: Run, months: float) -> str:
    from ceasefire.forecast.measures import months_after

    last = run.end_of(run.n_periods - 1)
    if not np.isfinite(months):
        return f"after {last}"
    ends = [run.end_of(t) for t in range(run.n_periods)]
    return next(end.isoformat() for end in ends if months_after(run, end) >= months - 1e-9)


def moved_types(
    case: Case,
    settings: Settings,
    actor: str,
    values: Mapping[str, Floats],
    headline: q.Probability,
    paths_each: int,
    progress: Progress | None = None,
) -> ShadowBatch:
    """Return a headline where the actor is known to be of one type, solved again for each; the actors expect it."""
    n = len(next(iter(values.values())))
    found = []
    for i in range(n):
        if progress:
            progress("map", i, n)
        moved = with_single_type(case, actor, {name: float(x[i]) for name, x in values.items()})
        run = run_variant(moved, Variant(), settings.with_paths(max(paths_each, 64)), progress=None)
        number = measure(run, headline).number
        found.append((number.value, number.error, run.paths.log_likelihood))
    p, error, log_likelihood = (np.array(column) for column in zip(*found, strict=True))
    return ShadowBatch(p, error, log_likelihood)


def with_single_type(case: Case, actor: str, values: Mapping[str, float]) -> Case:
    """Return the case in which all labels of some of an actor's dimensions stand for one value."""

    def moved(dimension: Any) -> Any:
        if dimension.actor != actor or dimension.name not in values:
            return dimension
        formula = parse_formula(values[dimension.name])
        return replace(dimension, values=tuple(formula for _ in dimension.values))

    key = key_of(case=case_key(case), moved={f"{actor}.{name}": value for name, value in values.items()})
    return replace(case, types=tuple(moved(d) for d in case.types), case_hash=key)
