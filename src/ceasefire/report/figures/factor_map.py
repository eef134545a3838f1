"""The first figure: the headline over the two hidden factors, with greyed cells and the types of the case marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ceasefire.forecast.model import FactorMap, MapCell
from ceasefire.report.figures.figure import NARROW, WIDE, Figure, Key, Panel, swatch
from ceasefire.report.sentences import Sentences
from ceasefire.report.svg import Canvas, cividis, ink_on, width_of, wrapped
from ceasefire.report.tables import Column, Table

TOP, BOTTOM, LINE = 12, 28, 16
LEAST_SPAN = 0.2
"""The colours span at least this much probability, so that noise does not look like a difference."""


def draw_factor_map(s: Sentences) -> Figure | None:
    """Return the map, or nothing where the forecast has none."""
    given = s.forecast.factor_map
    if given is None or not given.cells:
        return None
    alt = _alt(s, given)
    panel = Panel(*(_draw(s, given, width).markup(alt, kind) for width, kind in ((NARROW, "narrow"), (WIDE, "wide"))))
    headline = s.query(given.headline)
    return Figure(
        "map",
        s.at_middle(s.t("figure.map" if given.y_name else "figure.map_one", headline=headline)),
        (panel,),
        _key(s, given),
        (_table(s, given), _types(s, given)),
    )


def axes(given: FactorMap) -> tuple[list[float], list[float]]:
    """Return the values of the two factors on which the map was computed."""
    return sorted({cell.x for cell in given.cells}), sorted({cell.y for cell in given.cells})


def nearest(given: FactorMap, letters: Mapping[tuple[str, str], str]) -> dict[tuple[float, float], str]:
    """Return the letters of the types by the cell that is nearest to them."""
    xs, ys = axes(given)
    owner = given.x_name.partition(".")[0]
    found: dict[tuple[float, float], str] = {}
    for one in given.types:
        spot = min(xs, key=lambda x: abs(x - one["x"])), min(ys, key=lambda y: abs(y - one["y"]))
        found[spot] = found.get(spot, "") + letters.get((owner, one["name"]), "")
    return found


def colour_span(given: FactorMap) -> tuple[float, float]:
    """Return the probabilities at the two ends of the colours: whole tenths around the cells that are not greyed."""
    values = [cell.p for cell in given.cells if not cell.grey] or [cell.p for cell in given.cells]
    low, high = math.floor(10 * min(values) + 1e-9) / 10, math.ceil(10 * max(values) - 1e-9) / 10
    if high - low < LEAST_SPAN:
        high = min(low + LEAST_SPAN, 1.0)
        low = min(low, high - LEAST_SPAN)
    return low, high


def factor_title(s: Sentences, name: str, unit: str) -> Markup:
    """Return a factor with its unit; nothing where the map has one factor only."""
    if not name:
        return Markup("")
    title = s.titles.factor(name)
    return (
        s.t("axis.factor", factor=title, unit=s.speech.unit(unit)) if unit else s.t("axis.factor_share", factor=title)
    )


def _plain(text: Markup) -> str:
    return text.striptags()


def _draw(s: Sentences, given: FactorMap, width: int) -> Canvas:
    xs, ys = axes(given)
    y_labels = [s.speech.number(y, 2) if given.y_name else "" for y in ys]
    left = max(width_of(label) for label in y_labels) + 8
    cell = (width - left - 2) / len(xs)
    height = min(max(cell, 30), 40)
    x_title, y_title = (
        wrapped(_plain(factor_title(s, name, unit)), width)
        for name, unit in ((given.x_name, given.x_unit), (given.y_name, given.y_unit))
    )
    top = TOP + LINE * len(y_title)
    foot = top + height * len(ys)
    canvas = Canvas(width, foot + BOTTOM + LINE * len(x_title))
    for i, line in enumerate(y_title):
        canvas.text(0, TOP + LINE * i, line, kind="axis-title")
    marks, span = nearest(given, s.titles.letters()), colour_span(given)
    for one in given.cells:
        x, y = left + cell * xs.index(one.x), top + height * (len(ys) - 1 - ys.index(one.y))
        _cell(canvas, s, one, (x, y, cell, height), marks.get((one.x, one.y), ""), span)
    for i, label in enumerate(y_labels):
        canvas.text(left - 6, top + height * (len(ys) - 0.5 - i) + 4, label, anchor="end", kind="tick")
    _x_labels(canvas, s, xs, left, cell, foot + 16)
    for i, line in enumerate(x_title):
        canvas.text(width, foot + 38 + LINE * i, line, anchor="end", kind="axis-title")
    return canvas


def _x_labels(canvas: Canvas, s: Sentences, xs: Sequence[float], left: float, cell: float, y: float) -> None:
    labels = [s.speech.number(x, 2) for x in xs]
    every = 1 if max(width_of(label) for label in labels) + 4 <= cell else 2
    for i in range(0, len(xs), every):
        canvas.text(left + cell * (i + 0.5), y, labels[i], anchor="middle", kind="tick")


def _cell(
    canvas: Canvas,
    s: Sentences,
    one: MapCell,
    place: tuple[float, float, float, float],
    letters: str,
    span: tuple[float, float],
) -> None:
    x, y, width, height = place
    colour = "" if one.grey else cividis((one.p - span[0]) / (span[1] - span[0]))
    canvas.rect(x, y, width - 1, height - 1, f"fill:{colour}" if colour else "", "" if colour else "unlikely")
    ink = ink_on(colour) if colour else ""
    if letters:
        style = f"fill:none;stroke:{ink or 'currentColor'};stroke-width:2"
        canvas.rect(x + 2, y + 2, width - 5, height - 5, style)
        canvas.text(x + 6, y + 14, letters, fill=ink, kind="letter")
    value = f"{100 * one.p:.0f}"
    canvas.text(x + width - 6, y + height - 6, value, anchor="end", fill=ink, kind="" if ink else "on-grey")


def _key(s: Sentences, given: FactorMap) -> tuple[Key, ...]:
    ramp = "".join(f'<rect x="{i * 4}" y="0" width="4" height="14" style="fill:{cividis(i / 6)}"/>' for i in range(7))
    low, high = (s.speech.percent(p) for p in colour_span(given))
    keys = [Key(swatch("", ramp), s.t("key.map_values", low=low, high=high))]
    if any(cell.grey for cell in given.cells):
        keys.append(Key(swatch("", '<rect width="28" height="14" class="unlikely"/>'), s.t("key.map_grey")))
    owner = given.x_name.partition(".")[0]
    return (*keys, *(Key(Markup(""), s.titles.lettered(owner, one["name"])) for one in given.types))


def _alt(s: Sentences, given: FactorMap) -> str:
    kept = [cell for cell in given.cells if not cell.grey] or list(given.cells)
    low, high = min(kept, key=lambda cell: cell.p), max(kept, key=lambda cell: cell.p)
    values: dict[str, Markup | str] = {}
    for name, cell in (("low", low), ("high", high)):
        values[f"p_{name}"] = s.speech.percent(cell.p)
        values[f"x_{name}"], values[f"y_{name}"] = s.speech.number(cell.x), s.speech.number(cell.y)
    x, y = factor_title(s, given.x_name, given.x_unit), factor_title(s, given.y_name, given.y_unit)
    grey = sum(cell.grey for cell in given.cells)
    if not given.y_name:
        return _plain(
            s.t("alt.map_one", headline=s.query(given.headline), x=x, grey=grey, n=len(given.cells), **values)
        )
    text = s.t("alt.map", headline=s.query(given.headline), x=x, y=y, grey=grey, n=len(given.cells), **values)
    return _plain(text)


def _table(s: Sentences, given: FactorMap) -> Table:
    xs, ys = axes(given)
    cells = {(cell.x, cell.y): cell for cell in given.cells}
    x_title = s.titles.factor(given.x_name)
    corner = s.t("column.map_corner", x=x_title, y=s.titles.factor(given.y_name)) if given.y_name else x_title
    heads = [Column(corner), *(Column(Markup(s.speech.number(x)), True) for x in xs)]
    rows = []
    for y in reversed(ys):
        texts = [_said(s, cells.get((x, y))) for x in xs]
        rows.append((s.speech.number(y) if given.y_name else s.t("column.p"), *texts))
    return Table(tuple(heads), tuple(rows), s.t("table.map"), wide=True)


def _said(s: Sentences, cell: MapCell | None) -> Markup:
    if cell is None:
        return Markup("–")
    p = s.speech.percent(cell.p)
    return s.t("cell.grey", p=p) if cell.grey else p


def _types(s: Sentences, given: FactorMap) -> Table:
    owner, two = given.x_name.partition(".")[0], bool(given.y_name)
    heads = [s.t("column.type"), s.titles.factor(given.x_name), *([s.titles.factor(given.y_name)] if two else [])]
    rows = []
    for one in given.types:
        places = [s.speech.number(one[key]) for key in ("x", "y")[: 1 + two]]
        rows.append((s.titles.lettered(owner, one["name"]), *places, s.speech.percent(one.get("p"))))
    columns = tuple(Column(head, i > 0) for i, head in enumerate([*heads, s.t("column.p")]))
    return Table(columns, tuple(rows), s.t("table.map_types"))
