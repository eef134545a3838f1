"""Forecasts as ``ceasefire run`` writes them, exported and read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ceasefire.cli.options import as_text_of_json
from ceasefire.export import export
from ceasefire.forecast.as_json import as_json
from ceasefire.forecast.model import Forecast
from tests.report.sample_case import sample_case

Row = dict[str, str]


def written(forecast: Forecast, folder: Path) -> Path:
    """Write a forecast as ``run`` does."""
    place = folder / "forecast.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(as_text_of_json(as_json(forecast)) + "\n", encoding="utf-8")
    return place


def exported(forecast: Forecast, folder: Path) -> dict[str, list[Row]]:
    """Export a forecast as CSV; return the rows by table."""
    case = replace(sample_case(), name=forecast.case, case_hash=forecast.case_hash)
    done = export(case, written(forecast, folder), folder / "numbers")
    return {path.stem: read(path) for path in done.files if path.suffix == ".csv"}


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def leaves(value: Any) -> list[Any]:
    """Return every plain value in nested ones."""
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [] if value is None or value == "" else [value]


def plain(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast as it stands in forecast.json."""
    return dict(json.loads(as_text_of_json(as_json(forecast))))


Sample = Callable[[], Forecast]
