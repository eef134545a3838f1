"""Evaluate a query: conditions become a scenario, its run is measured, the number is kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.forecast.measures import Measured, measure
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario, case_key, run_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.store import keep, key_of, load


def assume(scenario: Scenario, conditions: q.Conditions) -> Scenario:
    """Return the scenario that conditions add to; conditions on types stay with the query."""
    for c in conditions:
        if isinstance(c, q.PlanIs):
            scenario = replace(scenario, plan=c.name)
        elif isinstance(c, q.Setting):
            scenario = scenario.setting(c.name, c.value)
        elif isinstance(c, q.AsOf):
            scenario = scenario.with_variant(as_of=c.date.isoformat())
        elif isinstance(c, q.Without):
            scenario = scenario.with_variant(without=scenario.variant.without | {c.move})
        elif isinstance(c, q.FreezeBelief):
            scenario = scenario.with_variant(freeze_belief=scenario.variant.freeze_belief | {c.actor})
        elif isinstance(c, q.TypeSet):
            scenario = replace(scenario, shadow=(*scenario.shadow, (c.actor, c.dimension, c.value)))
    return scenario


def evaluate(
    case: Case,
    leaf: q.Leaf,
    settings: Settings,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
    *,
    until: int | None = None,
) -> Measured:
    """Return what one query is worth under a scenario, kept or computed.

    Parameters
    ----------
    leaf : Query
        Neither a difference nor a comparison nor a share.
    settings : Settings
        With a fixed number of paths where differences are to be paired.
    until : int, optional
        Last period of the paths, not before that which the query reads (``reading``); the horizon if not given.
    """
    kept = kept_number(case, leaf, settings, scenario)
    if kept is not None:
        return kept
    assumed = assume(scenario or Scenario(), leaf.conditions)
    found: Measured
    if assumed.shadow:
        from ceasefire.forecast.shadow import measure_shadow

        found = measure_shadow(case, leaf, assumed, settings, progress)
    else:
        found = measure(run_variant(case, settings=settings, scenario=assumed, progress=progress, until=until), leaf)
    keep_number(case, leaf, settings, scenario, found)
    return found


def kept_number(case: Case, leaf: q.Leaf, settings: Settings, scenario: Scenario | None = None) -> Measured | None:
    """Return what one query is worth under a scenario if it is on disk."""
    kept = load("numbers", number_key(case, leaf, settings, scenario))
    return None if kept is None else Measured.from_dict(kept)


def keep_number(case: Case, leaf: q.Leaf, settings: Settings, scenario: Scenario | None, found: Measured) -> None:
    """Write to disk what one query is worth under a scenario."""
    keep("numbers", number_key(case, leaf, settings, scenario), found.as_dict())


def number_key(case: Case, leaf: q.Leaf, settings: Settings, scenario: Scenario | None) -> str:
    """Return the key under which one number is kept."""
    run = run_key(case, assume(scenario or Scenario(), leaf.conditions), settings)
    return key_of(run=run, query=repr(replace(leaf, text="")))


def sized(case: Case, settings: Settings, run: Callable[[], Run] | None = None) -> Settings:
    """Return settings with the number of paths that the target asks for, so that all runs stay paired.

    The number is kept on disk; the first time, the nominal case is run to find it.
    """
    if not settings.target:
        return settings
    key = key_of(case=case_key(case), settings=settings.as_dict())
    kept = load("paths", key)
    if kept is None:
        nominal = run() if run else run_variant(case, settings=settings)
        kept = {"n_paths": nominal.paths.n_paths}
        keep("paths", key, kept)
    return settings.with_paths(int(kept["n_paths"]))
