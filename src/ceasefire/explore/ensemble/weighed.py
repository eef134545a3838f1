"""What the record says of the draws, as plain values for the report: what it taught, which events say what, what if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.explore.ensemble.by_exponent import by_exponent, on_preview_grid, without_events
from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.weighing import evidence, frequencies, learned
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.scenario import Scenario
from ceasefire.simulate.estimates import finite

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def weighed(case: Case, ensemble: Ensemble) -> dict[str, Any]:
    """Return what the record says of parameters, types and each headline; nothing where there is no record.

    Returns
    -------
    mapping
        ``learned``, ``types``, ``events``, ``own_surprise``, ``left_out`` and, by headline, ``by_exponent``.
    """
    recorded = on_preview_grid(ensemble)
    if recorded is None:
        return {}
    record, draws = recorded.record, recorded.draws
    asked = [
        one
        for one in simple_headlines(case)
        if isinstance(one, q.Probability) and one.text in recorded.members[0].by_profile
    ]
    labels = profile_labels(case)
    choices = _choices(case)
    surprise = frequencies.compare(record, choices, recorded.log_base) if choices else None
    return {
        "learned": _learned(case, ensemble),
        "types": _types(record, labels, ensemble, draws),
        "events": _events(case, record, labels, ensemble, draws),
        "own_surprise": None if surprise is None else _surprise(surprise),
        "left_out": without_events(ensemble, recorded, asked[0]) if asked else [],
        "left_out_headline": asked[0].text if asked else "",
        "by_exponent": by_exponent(ensemble, recorded, asked),
    }


def _learned(case: Case, ensemble: Ensemble) -> list[dict[str, Any]]:
    names = ensemble.sample.space.names
    priors = [case.parameters[name].prior for name in names]
    found = learned.parameters(names, priors, ensemble.sample.z, ensemble.weights[1.0])
    return [
        {
            "name": one.name,
            "title": dict(case.parameters[one.name].title.by_language),
            "prior": list(one.prior),
            "posterior": [ensemble.end(low), middle, ensemble.end(high)],
            "shift": one.shift,
            "spread": one.spread,
            "taught": one.is_learned,
        }
        for one in found
        for low, middle, high in (one.posterior,)
    ]


def profile_labels(case: Case) -> dict[str, Bools]:
    """Return which type profiles have each label, by ``actor.dimension = label``."""
    from ceasefire.forecast.types import labels_of
    from ceasefire.game.compile import compile_case

    game = compile_case(case, Scenario().variant)
    found: dict[str, Bools] = {}
    for dimension in case.types:
        i = game.actor_names.index(dimension.actor)
        of_type = labels_of(case, game, dimension.actor)
        for label in dimension.labels:
            has = np.array([labels[dimension.name] == label for labels in of_type], dtype=bool)
            found[f"{dimension.actor}.{dimension.name} = {label}"] = has[game.type_of_profile[:, i]]
    return found


def _types(record: RecordByDraw, labels: Mapping[str, Bools], ensemble: Ensemble, draws: Ints) -> list[dict[str, Any]]:
    after, before = (_among(ensemble, draws, exponent) for exponent in (1.0, 0.0))
    found = learned.types(record.prior, record.posterior(), labels, after, before)
    return [
        {"name": one.name, "prior": one.prior, "posterior": one.posterior, "error": one.error, "taught": one.is_learned}
        for one in found
    ]


def _among(ensemble: Ensemble, draws: Ints, exponent: float) -> Any:
    weights = ensemble.weights[exponent]
    kept = weights.weight[draws]
    return replace(weights, weight=kept / kept.sum())


def _events(
    case: Case, record: RecordByDraw, labels: Mapping[str, Bools], ensemble: Ensemble, draws: Ints
) -> list[dict[str, Any]]:
    dates = {item.name: item.date.isoformat() for item in case.record.items}
    return [
        {
            "id": one.item,
            "date": dates.get(one.item) or one.item.partition("@")[2],
            "default": one.item not in dates,
            "probability": finite(one.probability),
            "low": ensemble.end(one.low),
            "high": ensemble.end(one.high),
            "share": finite(one.share),
            "surprised": one.surprised,
            "surprise": one.is_surprise,
            "ratio": _by_actor(one.ratio),
            "ratio_low": {} if ensemble.withheld else _by_actor(one.ratio_low),
            "ratio_high": {} if ensemble.withheld else _by_actor(one.ratio_high),
        }
        for one in evidence.events(record, _among(ensemble, draws, 1.0), labels)
    ]


def _by_actor(ratio: Mapping[str, float]) -> dict[str, dict[str, float | None]]:
    """Return ratios by actor and label, from ``actor.dimension = label``."""
    found: dict[str, dict[str, float | None]] = {}
    for name, x in ratio.items():
        actor, _, label = name.partition(".")
        found.setdefault(actor, {})[label] = finite(x)
    return found


def _choices(case: Case) -> tuple[frequencies.Choice, ...]:
    from ceasefire.game.compile import compile_case
    from ceasefire.game.environment import Environment
    from ceasefire.simulate.record import record_rules

    variant = Scenario().variant
    environment, game = Environment(case, variant), compile_case(case, variant)
    return frequencies.observed_choices(game, record_rules(case, game, variant, environment))


def _surprise(found: frequencies.Comparison) -> dict[str, Any]:
    return {
        "game": finite(float(np.sum(found.game))),
        "frequencies": finite(float(np.sum(found.frequencies))),
        "error": finite(found.error),
        "worse": found.explains_worse,
        "n": len(found.items),
    }
