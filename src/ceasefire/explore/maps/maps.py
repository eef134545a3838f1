"""Maps over two hidden factors: a headline in each cell, with the likelihood of the record there.

Each cell is a *shadow type*: nobody believes in it, it answers the equilibrium and is misread. Cells in which the
record is less than a twentieth as likely as in the best one are greyed. With ``expected`` the case's own types are
moved instead and the game is solved again for every cell, so the actors expect what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.mechanism import TypeDimension
from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.batch import Workers
from ceasefire.forecast.cells import CellNumbers, Cells, moved_cells, shadow_cells
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.model import FactorMap, MapCell
from ceasefire.forecast.names import check_query
from ceasefire.forecast.pipeline import run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.number_text import number_text

Floats = NDArray[np.float64]
SIZE = 9
GREY_BELOW = 1 / 20
MARGIN = 2
"""Cells beyond the case's own types on each side, where the factor's support allows."""
PATHS_PER_CELL = 512


def factor_map(
    case: Case,
    settings: Settings,
    *,
    query: str | None = None,
    size: int = SIZE,
    expected: bool = False,
    progress: Progress | None = None,
    workers: Workers = None,
) -> FactorMap | None:
    """Return the map of a headline over the two factors that the case names; None where it names none.

    Parameters
    ----------
    settings : Settings
        The map runs on its preview grid.
    query : str, optional
        A probability; the pause within 12 months unless said.
    size : int
        Cells along each factor.
    expected : bool
        Move the types themselves and solve again.

    Raises
    ------
    InputError
        Where the query is no probability or the factors belong to two actors.
    """
    factors = _factors(case)
    if not factors:
        return None
    headline = _headline(case, query)
    axes = [axis(case, dimension, size) for dimension in factors]
    points = np.array(list(product(*axes)))
    values = {dimension.name: points[:, j] for j, dimension in enumerate(factors)}
    wanted = Cells(case, settings.coarse(), factors[0].actor, values, headline, PATHS_PER_CELL)
    found = moved_cells(wanted, progress, workers) if expected else shadow_cells(wanted, progress)
    cells = as_cells(points, found)
    types = sits(case, settings, factors)
    names = [f"{dimension.actor}.{dimension.name}" for dimension in factors]
    units = [dimension.unit for dimension in factors]
    if len(factors) == 1:
        names, units = [*names, ""], [*units, ""]
    return FactorMap(headline.text, names[0], names[1], units[0], units[1], cells, types)


def _factors(case: Case) -> list[TypeDimension]:
    known = {f"{dimension.actor}.{dimension.name}": dimension for dimension in case.types}
    found = [known[name] for name in case.report.factors if name in known][:2]
    if len({dimension.actor for dimension in found}) > 1:
        raise InputError([Fault("X103", "a map needs two factors of one actor", found=", ".join(case.report.factors))])
    return found


def _headline(case: Case, text: str | None) -> q.Probability:
    if text is not None:
        found = q.parse_query(text, case.words)
        check_query(case, found)
    elif case.report.pause:
        found = q.Probability(case.report.pause, within_days=365.25, text=f"P({case.report.pause} within 12 months)")
    else:
        found = next((one for one in simple_headlines(case) if isinstance(one, q.Probability)), q.Values())
    if not isinstance(found, q.Probability):
        raise InputError([Fault("X101", "a map shows a probability", found=text or "", expected="P(...)")])
    return replace(found, conditions=())


def axis(case: Case, dimension: TypeDimension, size: int) -> Floats:
    """Return the values of a factor along the map: evenly spaced, with the lowest and highest type among them."""
    from ceasefire.game.environment import Environment

    own = Environment(case).views[0].type_values[f"{dimension.actor}.{dimension.name}"]
    low, high = float(np.min(own)), float(np.max(own))
    floor, ceiling = _support(case, dimension)
    margin = min(MARGIN, (size - 2) // 2)
    for below, above in sorted(product(range(margin, -1, -1), repeat=2), key=lambda pair: -sum(pair)):
        spacing = (high - low) / max(size - 1 - below - above, 1)
        if low - below * spacing >= floor and high + above * spacing <= ceiling:
            return np.asarray(low + spacing * (np.arange(size) - below), dtype=np.float64)
    return np.linspace(low, high, size)


def _support(case: Case, dimension: TypeDimension) -> tuple[float, float]:
    """Return the bounds of the parameters that stand for the types; infinite where they have none."""
    bounds = [case.parameters[f.text].prior.support() for f in dimension.values if f.text in case.parameters]
    proper = [(low, high) for low, high in bounds if low < high]
    return max((low for low, _ in proper), default=-np.inf), min((high for _, high in proper), default=np.inf)


def as_cells(points: Floats, found: CellNumbers) -> tuple[MapCell, ...]:
    """Return the cells at `points`, (n, 1 or 2), greyed where the record is unlikely."""
    best = float(np.nanmax(found.log_likelihood))
    second = points[:, 1] if points.shape[1] > 1 else np.zeros(len(points))
    return tuple(
        MapCell(float(x), float(y), float(p), float(ll), not ll > best + np.log(GREY_BELOW))
        for x, y, p, ll in zip(points[:, 0], second, found.p, found.log_likelihood, strict=True)
    )


def sits(case: Case, settings: Settings, factors: Sequence[TypeDimension]) -> tuple[dict[str, Any], ...]:
    """Return where the case's own types sit, with their prior."""
    from ceasefire.game.environment import Environment

    own = Environment(case).views[0].type_values
    run = run_variant(case, settings=settings.coarse(), scenario=Scenario())
    rows: dict[tuple[float, ...], dict[str, Any]] = {}
    from ceasefire.forecast.types import labels_of, type_names

    actor = factors[0].actor
    prior = run.game.prior[run.game.actor_names.index(actor)]
    for k, labels in enumerate(labels_of(case, run.game, actor)):
        at = tuple(float(own[f"{actor}.{d.name}"][d.labels.index(labels[d.name])]) for d in factors)
        row = rows.setdefault(at, {"name": type_names(run.game, actor)[k], "x": at[0], "y": at[-1], "p": 0.0})
        row["p"] += float(prior[k])
        if len(factors) == 1:
            row["y"] = 0.0
    return tuple(rows.values())


def as_text(found: FactorMap) -> str:
    """Return the map as a table: one row per value of the second factor, highest first; greyed cells in brackets."""
    down = f", down: {found.y_name} [{found.y_unit}]" if found.y_name else ""
    lines = [found.headline, f"across: {found.x_name} [{found.x_unit}]{down}", *table_lines(found)]
    lines.append("in brackets: the record is less than a twentieth as likely there as in the best cell")
    return "\n".join(lines)


def table_lines(found: FactorMap, language: str = "en") -> list[str]:
    """Return the numbers of a map, values of the first axis across; greyed cells in brackets."""
    xs, ys = sorted({cell.x for cell in found.cells}), sorted({cell.y for cell in found.cells}, reverse=True)
    at = {(cell.x, cell.y): cell for cell in found.cells}
    width = max(8, *(len(number_text(x, language)) + 2 for x in (*xs, *ys)))
    lines = [" " * (width + 1) + "".join(f"{number_text(x, language):>{width}}" for x in xs)]
    for y in ys:
        shown = (_number(at[x, y]) for x in xs)
        lines.append(f"{number_text(y, language):>{width}} " + "".join(f"{text:>{width}}" for text in shown))
    return lines


def _number(cell: MapCell) -> str:
    if cell.p != cell.p:
        return "– "
    return f"({cell.p:.2f})" if cell.grey else f"{cell.p:.2f} "
