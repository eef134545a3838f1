"""What a forecast rests on: parameters, the record's evidence, yardsticks, certificate, versions."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire import __version__
from ceasefire.case import query as q
from ceasefire.case.mechanism import Parameter
from ceasefire.case.model import Case
from ceasefire.forecast.curves import item_date, posterior
from ceasefire.forecast.measures import begun_by, measure
from ceasefire.forecast.pipeline import Run
from ceasefire.forecast.types import informed_actors, labels_of, type_names
from ceasefire.simulate.estimates import finite

SURPRISE = 0.01
Floats = NDArray[np.float64]


def parameters(case: Case) -> tuple[Mapping[str, Any], ...]:
    """Return every parameter with its value, its 10 % and 90 % values, and where it comes from."""
    return tuple(_parameter(case, parameter) for parameter in case.parameters.values())


def _parameter(case: Case, parameter: Parameter) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": parameter.name,
        "title": dict(parameter.title.by_language),
        "value": parameter.prior.median(),
        "p10": float(parameter.prior.quantile(0.1)),
        "p90": float(parameter.prior.quantile(0.9)),
        "unit": parameter.unit,
        "grade": _grade(case, parameter),
        "hindsight": parameter.hindsight,
    }
    if parameter.source:
        parts = {"row": parameter.source.row, "source": parameter.source.source, "excerpt": parameter.source.excerpt}
        row["source"] = {name: text for name, text in parts.items() if text}
    if parameter.assumed:
        row["assumed"] = dict(parameter.assumed.by_language)
    return row


def _grade(case: Case, parameter: Parameter) -> str:
    if parameter.source is None:
        return "assumed"
    source = case.sources.get(parameter.source.source)
    return (source.grade if source else "") or "sourced"


def yardsticks(run: Run) -> tuple[Mapping[str, Any], ...]:
    """Return the published numbers beside ours, where ours can be read off."""
    names = {outcome.name for outcome in run.case.outcomes}
    found = []
    for y in run.case.report.yardsticks:
        ours = finite(_ours(run, y.outcome, str(y.by))) if y.outcome in names else None
        row = {"outcome": y.outcome, "by": str(y.by), "value": y.value, "kind": y.kind, "source": y.source}
        found.append({**row, "low": y.low, "high": y.high, "title": dict(y.title.by_language), "ours": ours})
    return tuple(found)


def _ours(run: Run, outcome: str, by: str) -> float:
    """Return our number beside a yardstick: by a date, or within a duration of ``as_of`` or of what it comes after."""
    try:
        return begun_by(run, outcome, run.period_of(dt.date.fromisoformat(by))).value
    except ValueError:
        after = next(o.after for o in run.case.outcomes if o.name == outcome)
        query = q.Probability(outcome, within_days=q.parse_duration(by), of=after)
        return measure(run, query).number.value


def evidence(run: Run) -> dict[str, Any]:
    """Return what the record says: its likelihood in all and by type, item by item, and which items surprise."""
    items = [_item(run, name, x) for name, x in run.paths.item_log_likelihood.items()]
    unsourced = [item.name for item in run.case.record.items if item.unsourced]
    return {
        "log_likelihood": float(run.paths.log_likelihood),
        "by_type": {actor: _by_type(run, actor) for actor in informed_actors(run.game)},
        "items": items,
        "surprises": [item["id"] for item in items if item["likelihood"] < SURPRISE],
        "unsourced": unsourced,
        "resampled": [run.end_of(t).isoformat() for t in run.paths.resampled],
    }


def _item(run: Run, name: str, log_likelihood: Floats) -> dict[str, Any]:
    item = next((one for one in run.case.record.items if one.name == name), None)
    row: dict[str, Any] = {"id": name, "date": item_date(run, name).isoformat()}
    if item and item.step:
        row |= {"step": item.step, "move": " | ".join(item.moves)}
    elif item is None:
        step = next(one for one in run.case.steps if one.name == name.partition("@")[0])
        row |= {"step": step.name, "move": step.default, "default": True}
    by_profile = np.exp(log_likelihood)
    row["likelihood_by_type"] = {actor: _averaged(run, actor, by_profile) for actor in informed_actors(run.game)}
    row["likelihood"] = float(np.nansum(run.game.profile_prior * np.nan_to_num(by_profile)))
    return row


def _averaged(run: Run, actor: str, by_profile: Floats) -> dict[str, float | None]:
    """Return a number of each profile by type of one actor, the others' types weighted by their priors."""
    i = run.game.actor_names.index(actor)
    kinds, prior = run.game.type_of_profile[:, i], run.game.profile_prior
    names = type_names(run.game, actor)
    seen = np.bincount(kinds, prior, len(names))
    total = np.bincount(kinds, prior * np.nan_to_num(by_profile), len(names))
    return {name: finite(float(total[k] / seen[k])) if seen[k] > 0 else None for k, name in enumerate(names)}


def _by_type(run: Run, actor: str) -> list[dict[str, Any]]:
    log_likelihood = run.paths.log_likelihood_by_profile
    likelihood = np.ones(run.game.n_profiles) if log_likelihood is None else np.exp(log_likelihood)
    by_type = _averaged(run, actor, likelihood)
    prior = run.game.prior[run.game.actor_names.index(actor)]
    labels = labels_of(run.case, run.game, actor)
    after = posterior(run, actor)
    return [
        {
            "name": name,
            "labels": labels[k],
            "prior": float(prior[k]),
            "likelihood": by_type[name],
            "posterior": float(after[k]),
        }
        for k, name in enumerate(type_names(run.game, actor))
    ]


def certificate(run: Run) -> dict[str, Any]:
    """Return what certifies the solution."""
    c = run.solution.certificate
    names = ("residual", "regret", "best_response_loss", "converged", "branch", "intervals")
    more = ("off_grid_regret", "off_grid_best_response_loss", "unconfirmed", "n_points", "n_iterations")
    found: dict[str, Any] = {name: _plain(getattr(c, name)) for name in (*names, *more) if hasattr(c, name)}
    found["failed"] = [_failure(run, node) for node in c.failed]
    found["switches"] = run.paths.switch_share
    return found | {"solved_again": run.paths.solved_again, "states": run.game.n_states, "paths": run.paths.n_paths}


def _failure(run: Run, node: Mapping[str, Any]) -> str:
    step = run.game.steps[node["step"]] if isinstance(node["step"], int) else None
    name = step.name if step else node["step"]
    date = run.case.calendar.start_of(int(node["period"])).isoformat()
    return f"{name}, {date}, row {node['row']}, node {node['node']}: residual {float(node['residual']):.1e}"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return list(value) if isinstance(value, tuple | list) else value


def versions() -> dict[str, str]:
    """Return the versions of this program and of what it computes with."""
    found = {"ceasefire": __version__, "python": platform.python_version()}
    for name in ("numpy", "numba", "scipy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
