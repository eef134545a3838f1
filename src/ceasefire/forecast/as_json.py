"""A forecast as plain JSON: what ``run --json`` prints, and what is kept so that a second run takes seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import numpy as np

from ceasefire.forecast.model import (
    Arrow,
    Band,
    ClaimResult,
    FactorMap,
    Forecast,
    MapCell,
    NearEvent,
    OutcomeAtDate,
    Parting,
    Signpost,
    Tornado,
    Trust,
    Witness,
)


def as_json(forecast: Forecast) -> dict[str, Any]:
    """Return the fields of ``run --json``; what does not belong to a claim's role, or was not computed, is null."""
    return {**plain(asdict(forecast)), "claims": claims_as_json(forecast.claims)}


def claims_as_json(claims: Iterable[ClaimResult]) -> dict[str, Any]:
    """Return claims by id."""
    return {one.id: {name: value for name, value in plain(asdict(one)).items() if name != "id"} for one in claims}


def from_json(found: Mapping[str, Any]) -> Forecast:
    """Return the forecast whose `as_json` this is.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        Where it is not one.
    """
    return from_kept({**found, "claims": [{"id": name, **row} for name, row in found["claims"].items()]})


def plain(value: Any) -> Any:
    """Return nested plain values; what is not a finite number becomes None (JSON has no NaN)."""
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    return str(value)


def to_kept(forecast: Forecast) -> dict[str, Any]:
    """Return the forecast as plain values from which `from_kept` makes it again."""
    return dict(plain(asdict(forecast)))


def from_kept(kept: Mapping[str, Any]) -> Forecast:
    """Return the forecast that `to_kept` gave."""
    parts = dict(kept)
    parts["outcomes"] = {n: tuple(OutcomeAtDate(**row) for row in rows) for n, rows in kept["outcomes"].items()}
    parts["near_event"] = _near_event(kept["near_event"])
    parts["factor_map"] = _factor_map(kept["factor_map"])
    parts["claims"] = tuple(_claim_result(row) for row in kept["claims"])
    for name, record in _ROWS.items():
        parts[name] = tuple(record(**row) for row in kept[name])
    for f in fields(Forecast):
        if isinstance(parts[f.name], list):
            parts[f.name] = tuple(parts[f.name])
    return Forecast(**parts)


_ROWS: Mapping[str, Any] = {
    "signposts": Signpost,
    "trust": Trust,
    "tornado": Tornado,
    "argument_map": Arrow,
    "partings": Parting,
}


def _claim_result(kept: Mapping[str, Any]) -> ClaimResult:
    witnesses = {name: kept[name] and Witness(**kept[name]) for name in ("witness_holds", "witness_fails")}
    lists = {name: tuple(kept[name]) for name in ("turns", "notes", "separates")}
    return ClaimResult(**{**kept, **witnesses, **lists})


def _near_event(kept: Mapping[str, Any] | None) -> NearEvent | None:
    if kept is None:
        return None
    labels = {n: Band(**band) for n, band in kept["labels"].items()}
    return NearEvent(**{**kept, "labels": labels})


def _cell(kept: Mapping[str, Any]) -> MapCell:
    x, y, p, log_likelihood = (math.nan if kept[n] is None else kept[n] for n in ("x", "y", "p", "log_likelihood"))
    return MapCell(x, y, p, log_likelihood, kept["grey"])


def _factor_map(kept: Mapping[str, Any] | None) -> FactorMap | None:
    if kept is None:
        return None
    cells = tuple(_cell(cell) for cell in kept["cells"])
    return FactorMap(**{**kept, "cells": cells, "types": tuple(kept["types"])})
