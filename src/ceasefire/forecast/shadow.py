"""Shadow types: what a headline would be if an actor were of a type that nobody believes in.

``shadow_run`` plays several of them at once; ``measure_shadow`` answers a query with ``actor.dimension := value``, in
which the dimensions that are not set keep their labels, weighed by their priors and by the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.measures import Measured, measure
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.types import dimensions, labels_of
from ceasefire.forecast.views import needs_one_view
from ceasefire.game.arrays import Game
from ceasefire.game.shadow import ShadowGame, ShadowTable, shadow_tables
from ceasefire.simulate.shadow import ShadowPlay

Floats = NDArray[np.float64]


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

    needs_one_view(case, scenario.variant, "type that nobody believes in")
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


def fill_labels(
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


def over_labels(run: Run, query: q.Query, shadows: NDArray[np.int64], prior: Floats) -> tuple[Measured, float]:
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
    assert isinstance(query, q.Probability | q.MoveAt | q.Median | q.Expectation), query
    return measure(here, replace(query, conditions=())), top + float(np.log(weight.sum()))


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
    filled, weight = fill_labels(case, scenario, settings, actor, given, kinds)
    run = shadow_run(case, scenario, settings, actor, {name: x.ravel() for name, x in filled.items()}, progress)
    found, log_likelihood = over_labels(run, leaf, np.arange(weight.size), weight)
    return replace(found, parts={"log_likelihood": log_likelihood})
