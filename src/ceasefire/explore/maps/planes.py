"""Maps over any two parameters, or the value of a hidden factor: the game is solved again for every cell.

Each axis is a parameter, from the 5 % to the 95 % quantile of its prior (in equal steps; in equal ratios where the prior is
lognormal), or with ``expected`` a hidden factor: its types are then moved to that value and everybody expects it. Cells in
which the record is less than a twentieth as likely as in the best one are greyed. The tipping contour is where a surface of
plane triangles through the cells has the level; it is exact where the probability is linear between cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.mechanism import TypeDimension
from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.explore.maps.maps import as_cells, axis, sits
from ceasefire.explore.tipping.points import Chance, chance_of, movable
from ceasefire.forecast.batch import Failure, Workers, compute
from ceasefire.forecast.cells import Cell, CellNumbers
from ceasefire.forecast.model import FactorMap
from ceasefire.forecast.pipeline import needs_steps
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress

Floats = NDArray[np.float64]
Point = tuple[float, float]
ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Axis:
    """A parameter or a hidden factor and its values, ascending."""

    name: str
    unit: str
    values: Floats
    factor: TypeDimension | None = None


@dataclass(frozen=True)
class Marker:
    """Where somebody puts the truth: the case's medians (``nominal``), an ``author``, or the ``record`` (likeliest cell)."""

    kind: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Plane(FactorMap):
    """A map over any two axes.

    Parameters
    ----------
    level : float or None
    contour : pairs of points
        Pieces of the line on which the probability has the level.
    markers : tuple of Marker
    failed : by cell
        Why a cell could not be computed; its probability is NaN.
    """

    level: float | None = None
    contour: tuple[tuple[Point, Point], ...] = ()
    markers: tuple[Marker, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    case: str = ""
    case_hash: str = ""
    status: str = ""


def plane(
    case: Case,
    settings: Settings,
    x: str,
    y: str,
    *,
    query: str | None = None,
    size: int = 9,
    level: float | None = 0.5,
    expected: bool = False,
    progress: Progress | None = None,
    workers: Workers = None,
) -> Plane:
    """Return the map of a probability over two axes.

    Parameters
    ----------
    settings : Settings
        The map runs on its preview grid; all cells have the same paths.
    x, y : str
        Parameters, or factors such as ``russia.endurance`` with `expected`.
    size : int
        Cells along each axis.
    level : float or None
        Of the tipping contour; None: no contour.

    Raises
    ------
    InputError
        X101 to X103, the faults of queries, or a case without steps.
    """
    needs_steps(case)
    chance = chance_of(case, query)
    axes = [_axis(case, chance, name, size, expected=expected) for name in (x, y)]
    _check_pair(axes)
    points = np.array(list(product(axes[0].values, axes[1].values)))
    found, failed = _solved(case, chance, settings.coarse(), axes, points, progress, workers)
    cells = as_cells(points, found)
    surface = found.p.reshape(len(axes[0].values), len(axes[1].values))
    contour = () if level is None else tuple(contour_of(axes[0].values, axes[1].values, surface, level))
    factors = [one.factor for one in axes if one.factor is not None]
    return Plane(
        chance.text,
        x,
        y,
        axes[0].unit,
        axes[1].unit,
        cells,
        sits(case, settings.coarse(), factors) if len(factors) == 2 else (),
        level,
        contour,
        tuple(_markers(case, axes, points, found)),
        failed,
        settings.coarse().as_dict(),
        case.name,
        case.case_hash,
        case.status,
    )


def _axis(case: Case, query: Chance, name: str, size: int, *, expected: bool) -> Axis:
    factor = next((d for d in case.types if f"{d.actor}.{d.name}" == name), None)
    if factor is not None:
        if not expected:
            hint = "add --expected; without --x and --y both factors are played as types that nobody expects"
            raise InputError(
                [Fault("X103", f"{name} can only be moved here with its owner's types", found=name, hint=hint)]
            )
        return Axis(name, factor.unit, axis(case, factor, size), factor)
    movable(case, query, [name])
    parameter = case.parameters[name]
    low, high = (float(v) for v in parameter.prior.quantile(ENDS))
    if parameter.prior.family == "discrete":
        return Axis(name, parameter.unit, np.unique(np.asarray(parameter.prior.arguments["values"], dtype=np.float64)))
    spaced = np.geomspace if parameter.prior.family == "lognormal" else np.linspace
    return Axis(name, parameter.unit, np.asarray(spaced(low, high, size), dtype=np.float64))


def _check_pair(axes: Sequence[Axis]) -> None:
    names = [one.name for one in axes]
    owners = {one.factor.actor for one in axes if one.factor is not None}
    if names[0] == names[1]:
        raise InputError([Fault("X103", "a map needs two different axes", found=", ".join(names))])
    if len(owners) > 1:
        raise InputError([Fault("X103", "two hidden factors of a map belong to one actor", found=", ".join(names))])


def _solved(
    case: Case,
    query: Chance,
    settings: Settings,
    axes: Sequence[Axis],
    points: Floats,
    progress: Progress | None,
    workers: Workers,
) -> tuple[CellNumbers, Mapping[str, str]]:
    jobs = [_cell(query, settings, axes, point) for point in points]
    rows, failed = np.full((len(jobs), 3), np.nan), {}
    for count, (i, result) in enumerate(compute(case, jobs, workers), start=1):
        if isinstance(result, Failure):
            failed[", ".join(f"{a.name} = {v:g}" for a, v in zip(axes, points[i], strict=True))] = result.reason
        else:
            rows[i] = result
        if progress:
            progress("map", count, len(jobs))
    return CellNumbers(*rows.T), failed


def _cell(query: Chance, settings: Settings, axes: Sequence[Axis], point: Floats) -> Cell:
    pairs = list(zip(axes, map(float, point), strict=True))
    return Cell(
        query,
        settings,
        tuple((one.name, value) for one, value in pairs if one.factor is None),
        next((one.factor.actor for one, _ in pairs if one.factor is not None), ""),
        tuple((one.factor.name, value) for one, value in pairs if one.factor is not None),
    )


def _markers(case: Case, axes: Sequence[Axis], points: Floats, found: CellNumbers) -> Iterator[Marker]:
    """Yield where the case's medians, each author and the record put the truth."""
    nominal = {one.name: case.parameters[one.name].prior.median() for one in axes if one.factor is None}
    if len(nominal) == len(axes):
        yield Marker("nominal", "", *(nominal[one.name] for one in axes))
        for argument in case.arguments:
            if any(one.name in argument.assumes for one in axes):
                own = (float(argument.assumes.get(one.name, nominal[one.name])) for one in axes)
                yield Marker("author", argument.name, *own)
    likely = found.log_likelihood
    if np.isfinite(likely).any() and np.ptp(likely[np.isfinite(likely)]) > 1e-9:
        best = points[int(np.nanargmax(likely))]
        yield Marker("record", "", float(best[0]), float(best[1]))


def contour_of(x: Floats, y: Floats, p: Floats, level: float) -> Iterator[tuple[Point, Point]]:
    """Yield the pieces of the line on which `p`, (x, y), has the level: each square between cells is two triangles."""
    for i, j in product(range(len(x) - 1), range(len(y) - 1)):
        corners = {
            (a, b): (float(x[i + a]), float(y[j + b]), float(p[i + a, j + b]) - level) for a in (0, 1) for b in (0, 1)
        }
        for third in ((1, 0), (0, 1)):
            yield from _piece([corners[0, 0], corners[third], corners[1, 1]])


def _piece(triangle: Sequence[tuple[float, float, float]]) -> Iterator[tuple[Point, Point]]:
    if not all(np.isfinite(f) for _, _, f in triangle):
        return
    ends = []
    for a, b in ((0, 1), (1, 2), (2, 0)):
        (x0, y0, f), (x1, y1, g) = triangle[a], triangle[b]
        if (f < 0) != (g < 0):
            share = f / (f - g)
            ends.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    if len(ends) == 2:
        yield ends[0], ends[1]


def crossed_by_row(found: Plane) -> dict[float, list[float]]:
    """Return, for each value of the second axis, where along the first the level is crossed, along straight lines."""
    return _crossed(found.level, [(cell.y, cell.x, cell.p) for cell in found.cells])


def crossed_by_column(found: Plane) -> dict[float, list[float]]:
    """Return, for each value of the first axis, where along the second the level is crossed, along straight lines."""
    return _crossed(found.level, [(cell.x, cell.y, cell.p) for cell in found.cells])


def _crossed(level: float | None, cells: Sequence[tuple[float, float, float]]) -> dict[float, list[float]]:
    """Return, by line, where the numbers (line, place along it, p) cross a level; only lines on which they do."""
    lines: dict[float, list[tuple[float, float]]] = {}
    for line, place, p in cells:
        if level is not None and np.isfinite(p):
            lines.setdefault(line, []).append((place, p - level))
    found = {
        line: [a + (b - a) * f / (f - g) for (a, f), (b, g) in pairwise(sorted(row)) if (f < 0) != (g < 0)]
        for line, row in sorted(lines.items())
    }
    return {line: places for line, places in found.items() if places}


def as_rows(found: Plane) -> list[dict[str, Any]]:
    """Return the cells as rows of a table, one per cell."""
    return [
        {found.x_name: c.x, found.y_name: c.y, "p": c.p, "log_likelihood": c.log_likelihood, "grey": c.grey}
        for c in found.cells
    ]
