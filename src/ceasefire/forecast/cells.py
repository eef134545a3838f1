"""The cells of a map: what a headline would be if an actor were of each of several types.

``shadow_cells`` plays shadow types, in which nobody believes; dimensions that a map does not name keep their labels.
``moved_cells`` moves the case's own types instead and solves again, so that the actors expect what is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.formula import parse_formula
from ceasefire.case.model import Case
from ceasefire.errors import CeasefireError
from ceasefire.forecast.batch import Failure, Workers, compute
from ceasefire.forecast.evaluate import assume
from ceasefire.forecast.measures import measure
from ceasefire.forecast.pipeline import run_variant
from ceasefire.forecast.scenario import Scenario, case_key, run_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.shadow import fill_labels, over_labels, shadow_run
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.store import keep, key_of, load

Floats = NDArray[np.float64]
Row = tuple[float, float, float]
"""Probability, its error, log likelihood of the record."""
CHUNK = 27
"""Cells played at once, to bound memory."""


@dataclass(frozen=True)
class Cells:
    """The question of a map: a headline, and the types for which it is asked.

    Parameters
    ----------
    actor : str
        Whose types are looked at.
    values : by dimension of the actor, (n,)
        One entry per cell.
    headline : Probability
    paths_each : int
        Paths per cell.
    """

    case: Case
    settings: Settings
    actor: str
    values: Mapping[str, Floats]
    headline: q.Probability
    paths_each: int

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))


@dataclass(frozen=True)
class CellNumbers:
    """A headline in each cell: probability, its error, log likelihood of the record; (n,) each."""

    p: Floats
    error: Floats
    log_likelihood: Floats


def shadow_cells(cells: Cells, progress: Progress | None = None) -> CellNumbers:
    """Return the headline for each shadow type; dimensions that the cells do not name keep their labels."""
    found: list[Row] = []
    for start in range(0, len(cells), CHUNK):
        if progress:
            progress("map", start, len(cells))
        some = {name: x[start : start + CHUNK] for name, x in cells.values.items()}
        found += _shadow_chunk(replace(cells, values=some), progress)
    return _joined(found)


def _joined(rows: Iterable[Row]) -> CellNumbers:
    return CellNumbers(*(np.array(column) for column in zip(*rows, strict=True)))


def _shadow_chunk(cells: Cells, progress: Progress | None) -> list[Row]:
    case, scenario = cells.case, Scenario()
    filled, weight = fill_labels(case, scenario, cells.settings, cells.actor, cells.values, ())
    fixed = cells.settings.with_paths(cells.paths_each * weight.size * len(cells))
    flat = {name: x.ravel() for name, x in filled.items()}
    run = shadow_run(case, scenario, fixed, cells.actor, flat, progress, until=_last_period(case, cells.headline))
    rows = []
    for i in range(len(cells)):
        shadows = np.arange(i * weight.size, (i + 1) * weight.size)
        found, log_likelihood = over_labels(run, cells.headline, shadows, weight)
        rows.append((found.number.value, found.number.error, log_likelihood))
    return rows


def _last_period(case: Case, headline: q.Probability) -> int | None:
    """Return the period after which nothing can change a headline; None: the horizon."""
    if headline.of or (headline.by is None and headline.within_days is None):
        return None
    as_of = case.calendar.as_of or case.calendar.start
    date = headline.by or as_of + dt.timedelta(days=round(headline.within_days or 0.0))
    lasting = next(o.lasting_days for o in case.outcomes if o.name == headline.outcome)
    return case.calendar.period_of(date + dt.timedelta(days=round(lasting))) + 2


@dataclass(frozen=True)
class Cell:
    """One cell of a map that is solved again: parameters set, an actor's types moved to one value; kept on disk.

    Parameters
    ----------
    settings : Settings
        With a fixed number of paths.
    parameters : (name, value), ...
    actor : str
        Whose types are moved; empty for nobody's.
    moved : (dimension, value), ...
    """

    query: q.Leaf
    settings: Settings
    parameters: tuple[tuple[str, float], ...] = ()
    actor: str = ""
    moved: tuple[tuple[str, float], ...] = ()

    def kept(self, case: Case) -> Row | None:
        """Return probability, error and log likelihood if they are on disk."""
        kept = load("cells", self.key(case))
        return None if kept is None else (kept["p"], kept["error"], kept["log_likelihood"])

    def compute(self, case: Case) -> Row:
        """Return probability, error and log likelihood, and keep them."""
        there, scenario = self._place(case)
        run = run_variant(there, settings=self.settings, scenario=scenario)
        number = measure(run, self.query).number
        found = (number.value, number.error, float(run.paths.log_likelihood))
        self.keep(case, found)
        return found

    def keep(self, case: Case, found: Row) -> None:
        """Write probability, error and log likelihood to disk."""
        keep("cells", self.key(case), dict(zip(("p", "error", "log_likelihood"), found, strict=True)))

    def _place(self, case: Case) -> tuple[Case, Scenario]:
        scenario = assume(Scenario(), self.query.conditions)
        for name, value in self.parameters:
            scenario = scenario.setting(name, value)
        return (with_single_type(case, self.actor, dict(self.moved)) if self.moved else case), scenario

    def key(self, case: Case) -> str:
        """Return the key under which it is kept."""
        there, scenario = self._place(case)
        return key_of(run=run_key(there, scenario, self.settings), query=repr(replace(self.query, text="")))


def moved_cells(cells: Cells, progress: Progress | None = None, workers: Workers = None) -> CellNumbers:
    """Return the headline where the actor is known to be of one type, solved again for each; the actors expect it."""
    settings = cells.settings.with_paths(max(cells.paths_each, 64))
    values = [{name: float(x[i]) for name, x in cells.values.items()} for i in range(len(cells))]
    jobs = [Cell(cells.headline, settings, (), cells.actor, tuple(moved.items())) for moved in values]
    rows: dict[int, Row] = {}
    for i, result in compute(cells.case, jobs, workers):
        if isinstance(result, Failure):
            raise CeasefireError(f"{values[i]}: {result.reason}")
        rows[i] = result
        if progress:
            progress("map", len(rows), len(cells))
    return _joined(rows[i] for i in range(len(cells)))


def with_single_type(case: Case, actor: str, values: Mapping[str, float]) -> Case:
    """Return the case in which all labels of some of an actor's dimensions stand for one value."""

    def moved(dimension: Any) -> Any:
        if dimension.actor != actor or dimension.name not in values:
            return dimension
        formula = parse_formula(values[dimension.name])
        return replace(dimension, values=tuple(formula for _ in dimension.values))

    key = key_of(case=case_key(case), moved={f"{actor}.{name}": value for name, value in values.items()})
    return replace(case, types=tuple(moved(d) for d in case.types), case_hash=key)
