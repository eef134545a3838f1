"""A map over two axes as files: SVG and PNG drawn with matplotlib, and the cells as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ceasefire.explore.maps.planes import Plane, as_rows
from ceasefire.forecast.store import write_text
from ceasefire.report.exploring import Told
from ceasefire.report.speech import plain

if TYPE_CHECKING:
    from ceasefire.case.model import Case

MARKS = {"nominal": "o", "author": "D", "record": "*"}


def write_files(found: Plane, case: Case, folder: Path, language: str = "en") -> list[Path]:
    """Write ``map.svg``, ``map.png`` and ``map.csv`` into a folder (made if needed) and return them.

    Raises
    ------
    OSError
        Where the system refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = io.StringIO()
    rows = as_rows(found)
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / "map.csv", table.getvalue())
    _draw(found, Told(case, language), folder)
    return [folder / name for name in ("map.svg", "map.png", "map.csv")]


def _draw(found: Plane, told: Told, folder: Path) -> None:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(
        {"svg.hashsalt": "ceasefire", "svg.fonttype": "none", "font.size": 9, "text.parse_math": False}
    ):
        figure = Figure(figsize=(6.4, 4.8), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _cells(figure, axes, found, told)
        for (x0, y0), (x1, y1) in found.contour:
            axes.plot([x0, x1], [y0, y1], color="white", linewidth=3.5, solid_capstyle="round")
            axes.plot([x0, x1], [y0, y1], color="black", linewidth=1.5, solid_capstyle="round")
        for one in found.markers:
            axes.plot(
                one.x, one.y, MARKS[one.kind], color="black", markeredgecolor="white", markersize=9, clip_on=False
            )
            axes.annotate(_label(told, one.kind, one.name), (one.x, one.y), (5, 5), textcoords="offset points")
        axes.set_xlabel(plain(told.axis(found.x_name, found.x_unit)).replace("\xa0", " "))
        axes.set_ylabel(plain(told.axis(found.y_name, found.y_unit)).replace("\xa0", " "))
        axes.set_title(plain(told.query(found.headline)).replace("\xa0", " "), fontsize=9, wrap=True)
        figure.savefig(folder / "map.svg", metadata={"Date": None})
        figure.savefig(folder / "map.png", dpi=150, metadata={"Software": None})


def _cells(figure: Any, axes: Any, found: Plane, told: Told) -> None:
    """Draw the cells in the colours of the report, greyed ones hatched."""
    from matplotlib.patches import Rectangle

    xs, ys = np.unique([c.x for c in found.cells]), np.unique([c.y for c in found.cells])
    p, grey = np.full((len(ys), len(xs)), np.nan), np.zeros((len(ys), len(xs)), dtype=bool)
    for cell in found.cells:
        at = int(np.searchsorted(ys, cell.y)), int(np.searchsorted(xs, cell.x))
        p[at], grey[at] = 100 * cell.p, cell.grey
    drawn = axes.pcolormesh(_edges(xs), _edges(ys), np.ma.masked_invalid(p), cmap="cividis", edgecolors="face")
    for row, column in zip(*np.nonzero(grey), strict=True):
        corner, far = (_edges(xs)[column], _edges(ys)[row]), (_edges(xs)[column + 1], _edges(ys)[row + 1])
        size = far[0] - corner[0], far[1] - corner[1]
        axes.add_patch(Rectangle(corner, *size, facecolor="0.8", edgecolor="0.5", hatch="///", linewidth=0))
    figure.colorbar(drawn, ax=axes, label=plain(told.t("axis.probability")))


def _edges(centres: Any) -> Any:
    """Return the borders of cells around their centres."""
    if len(centres) == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


def _label(told: Told, kind: str, name: str) -> str:
    if kind == "author":
        return plain(next((told.speech.pick(a.author) for a in told.case.arguments if a.name == name), name))
    return plain(told.t("plane.mark_record" if kind == "record" else "plane.mark_nominal"))
