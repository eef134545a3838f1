"""Small pictures of what changes over time: outcomes, beliefs, stocks and what waiting costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ceasefire.report.figures.figure import (
    NARROW,
    Figure,
    Key,
    Panel,
    band_swatch,
    diamond_swatch,
    line_swatch,
    point_swatch,
    today_swatch,
    withheld_key,
)
from ceasefire.report.sentences import Sentences
from ceasefire.report.svg import (
    DATES,
    Box,
    Canvas,
    axis_title,
    draw_date_axis,
    draw_y_axis,
    nice_ticks,
    ordinal,
    width_of,
)
from ceasefire.report.tables import Table, by_date

HEIGHT = 236
READER_DASH = "2 4"
OTHERS = "held_by_others"
OTHERS_DASH = "7 3"


@dataclass(frozen=True)
class Curve:
    """A line over dates, with the band around it."""

    dates: Sequence[str]
    values: Sequence[float]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    series: int = 1
    dash: str = ""


@dataclass(frozen=True)
class Mark:
    """A dated observation or yardstick."""

    date: str
    value: float
    low: float | None = None
    high: float | None = None
    diamond: bool = False


def _draw(s: Sentences, curves: Sequence[Curve], marks: Sequence[Mark], title: str, alt: str, unit: str) -> Markup:
    days = [ordinal(date) for curve in curves for date in curve.dates] + [ordinal(mark.date) for mark in marks]
    top = 1.0 if unit == "%" else _top(curves, marks)
    low = 0.0 if unit == "%" else min(0.0, _bottom(curves, marks))
    ticks = [(x, str(s.speech.number(100 * x if unit == "%" else x))) for x in nice_ticks(low, top)]
    left = max(width_of(label) for _, label in ticks) + 8
    canvas = Canvas(NARROW, HEIGHT)
    box = Box(left, 30, NARROW - 8, HEIGHT - DATES, min(days), max(days), low, max(top, ticks[-1][0]))
    draw_y_axis(canvas, box, ticks, title)
    draw_date_axis(canvas, box, s.speech)
    if _has_today(s, days):
        x = box.x(ordinal(s.forecast.as_of))
        canvas.line(x, box.top, x, box.bottom, "today")
    for curve in curves:
        _curve(canvas, box, curve)
    for mark in marks:
        _mark(canvas, box, mark)
    return canvas.markup(alt)


def _has_today(s: Sentences, days: Sequence[int]) -> bool:
    """Return whether the date of the forecast lies inside a drawing."""
    return bool(s.forecast.as_of) and min(days) < ordinal(s.forecast.as_of) <= max(days)


def _known(values: Sequence[float | None]) -> list[float]:
    return [x for x in values if x is not None]


def _top(curves: Sequence[Curve], marks: Sequence[Mark]) -> float:
    values = [x for curve in curves for x in (*curve.values, *_known(curve.high))] + [mark.value for mark in marks]
    return max([*values, 1e-9])


def _bottom(curves: Sequence[Curve], marks: Sequence[Mark]) -> float:
    return min([x for curve in curves for x in (*curve.values, *_known(curve.low))] + [mark.value for mark in marks])


def _curve(canvas: Canvas, box: Box, curve: Curve) -> None:
    xs = [box.x(ordinal(date)) for date in curve.dates]
    if curve.low and curve.high and None not in curve.low and None not in curve.high:
        there = [(x, box.y(v)) for x, v in zip(xs, _known(curve.high), strict=True)]
        back = [(x, box.y(v)) for x, v in zip(xs, _known(curve.low), strict=True)]
        canvas.path([*there, *reversed(back)], f"band f{curve.series}", close=True)
    points = [(x, box.y(v)) for x, v in zip(xs, curve.values, strict=True)]
    canvas.path(points, f"curve s{curve.series}", f"stroke-dasharray:{curve.dash}" if curve.dash else "")


def _mark(canvas: Canvas, box: Box, mark: Mark) -> None:
    x, y = box.x(ordinal(mark.date)), box.y(mark.value)
    if mark.low is not None and mark.high is not None:
        canvas.line(x, box.y(mark.low), x, box.y(mark.high), "whisker")
    if mark.diamond:
        canvas.path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], "point", close=True)
    else:
        canvas.add('<circle cx="{x}" cy="{y}" r="3.5" class="point"/>', x=float(x), y=float(y))


def draw_outcomes(s: Sentences) -> Figure | None:
    """Return one panel per outcome: the probability that it has begun, its range, and published numbers beside it."""
    panels, tables = [], []
    whats: dict[str, None] = {}
    for name, rows in s.forecast.outcomes.items():
        if not rows:
            continue
        curve = Curve([r.date for r in rows], [r.p for r in rows], [r.low for r in rows], [r.high for r in rows])
        whats |= {row.what: None for row in rows if row.low is not None}
        near = [row for row in s.forecast.yardsticks if row["outcome"] == name and row["by"][:4].isdigit()]
        marks = [Mark(row["by"], row["value"], row.get("low"), row.get("high"), True) for row in near]
        title = s.titles.outcome(name)
        p0, p = (s.pooled(row.p, row.low, row.high) for row in (rows[0], rows[-1]))
        ends = {"p0": p0, "date0": s.when(rows[0].date), "date": s.when(rows[-1].date)}
        alt = s.t("alt.outcome", p=p, title=title, **ends).striptags()
        panels.append(Panel(_draw(s, [curve], marks, s.t("axis.probability"), alt, "%"), title=title))
        tables.append(_outcome_table(s, name))
    if not panels:
        return None
    keys = [Key(line_swatch(1), s.t("key.probability"))]
    keys += [Key(band_swatch(1), s.speech.word("what", what)) for what in whats if what] + withheld_key(s)
    keys += [Key(diamond_swatch(), s.t("key.yardstick"))] if s.forecast.yardsticks else []
    return Figure("outcomes", s.t("figure.outcomes"), tuple(panels), tuple(keys), tuple(tables))


def _outcome_table(s: Sentences, name: str) -> Table:
    rows = s.forecast.outcomes[name]
    undecided = any(row.undecided for row in rows)
    last = "undecided.drawn" if s.drawn else "undecided"
    heads = [s.t(f"column.{key}") for key in ("p", "low", "high", "monte_carlo", last)]
    values = [
        (
            s.speech.percent(r.p),
            s.speech.percent(r.low),
            s.speech.percent(r.high),
            s.speech.points(r.monte_carlo, sign=False),
            s.speech.percent(r.undecided) if undecided else Markup("–"),
        )
        for r in rows
    ]
    return by_date(s, [row.date for row in rows], heads, values, s.titles.outcome(name))


def draw_beliefs(s: Sentences) -> list[Figure]:
    """Return, for each actor with private types, what the others hold about them and what the reader may."""
    return [figure for actor, given in s.forecast.beliefs.items() if (figure := _beliefs(s, actor, given))]


def _beliefs(s: Sentences, actor: str, given: Mapping[str, Any]) -> Figure | None:
    if not given.get("dates") or not given.get("types"):
        return None
    panels, titles = [], list(s.titles.types_of(actor).values())
    for k, title in enumerate(titles):
        held = [row[k] for row in given["held"]]
        reader = [row[k] for row in given.get("reader") or ()]
        low, high = ([row[k] for row in given.get(f"held_{side}") or ()] for side in ("low", "high"))
        curves = [Curve(given["dates"], held, low, high)]
        least, most = ([row[k] for row in given.get(f"reader_{side}") or ()] for side in ("low", "high"))
        curves += [Curve(given["dates"], reader, least, most, series=2, dash=READER_DASH)] if reader else []
        others = [row[k] for row in given.get("held_by_others") or ()]
        curves += [Curve(given["dates"], others, series=5, dash=OTHERS_DASH)] if others else []
        alt = s.t(
            "alt.belief",
            title=title,
            actor=s.titles.actor(actor),
            first=s.speech.percent(held[0]),
            last=s.speech.percent(held[-1]),
            reader=s.pooled(reader[-1], least[-1] if least else None, most[-1] if most else None) if reader else "–",
        ).striptags()
        name = s.titles.lettered(actor, given["types"][k]["name"])
        panels.append(Panel(_draw(s, curves, [], s.t("axis.probability"), alt, "%"), title=name))
    keys = [Key(line_swatch(1), _holders(s, given, "held"))]
    keys += [Key(line_swatch(5, OTHERS_DASH), _holders(s, given, OTHERS))] if given.get(OTHERS) else []
    keys += [Key(band_swatch(1), s.t("key.held_band"))] if given.get("held_low") else []
    keys += [Key(line_swatch(2, READER_DASH), s.t("key.reader"))] if given.get("reader") else []
    if any(x is not None for row in given.get("reader_low") or () for x in row):
        keys.append(Key(band_swatch(2), s.t("key.reader_band")))
    keys += withheld_key(s) if given.get("reader") else []
    keys += [Key(today_swatch(), s.t("key.today"))] if _has_today(s, [ordinal(x) for x in given["dates"]]) else []
    heads = [s.titles.lettered(actor, one["name"]) for one in given["types"]]
    tables = [_belief_table(s, given, heads, key) for key in ("held", OTHERS, "reader") if given.get(key)]
    return Figure(
        f"beliefs-{actor}",
        s.t("figure.beliefs.drawn" if s.drawn else "figure.beliefs", actor=s.titles.actor(actor)),
        tuple(panels),
        tuple(keys),
        tuple(tables),
    )


def _belief_table(s: Sentences, given: Mapping[str, Any], titles: Sequence[Markup], key: str) -> Table:
    none = [[None] * len(titles)] * len(given["dates"])
    low, high = ((given.get(f"{key}_{side}") or none) if key == "reader" else none for side in ("low", "high"))
    said = s.pooled if key == "reader" else lambda p, *_: s.speech.percent(p)
    values = [[said(*three) for three in zip(*row, strict=True)] for row in zip(given[key], low, high, strict=True)]
    return by_date(s, given["dates"], titles, values, _holders(s, given, key, table=True))


def _holders(s: Sentences, given: Mapping[str, Any], key: str, *, table: bool = False) -> Markup:
    """Return whose belief a line or table is: two groups of actors have one each where perceptions are hidden."""
    if key == "reader":
        return s.t("key.reader")
    if given.get(OTHERS):
        return s.t("key.held_by_others", actors=s.titles.misperceiving()) if key == OTHERS else s.t("key.held_in_case")
    return s.t("table.held.drawn" if table and s.drawn else "key.held")


def draw_stocks(s: Sentences) -> Figure | None:
    """Return one panel per stock, with the real series from which it was set."""
    return _measured(s, s.forecast.stocks, "stocks")


def draw_side(s: Sentences) -> Figure | None:
    """Return what waiting costs: sums on paths that nobody's payoff needs."""
    return _measured(s, s.forecast.side, "side")


def _measured(s: Sentences, given: Mapping[str, Any], name: str) -> Figure | None:
    panels: list[Panel] = []
    tables: list[Table] = []
    whats: dict[str, None] = {}
    any_series = any_today = False
    for key, one in given.items():
        if not one.get("dates"):
            continue
        title, unit = s.titles.stock(key, one), s.speech.unit(one.get("unit") or "") or s.t("unit.none")
        marks = [Mark(date, value) for date, value in one.get("series") or ()]
        any_series = any_series or bool(marks)
        any_today = any_today or _has_today(s, [ordinal(x) for x in (*one["dates"], *(mark.date for mark in marks))])
        curve = Curve(one["dates"], one["mean"], one.get("low") or (), one.get("high") or ())
        whats |= {one["what"]: None} if one.get("low") and one.get("what") else {}
        numbers = {"first": s.speech.number(one["mean"][0]), "last": s.speech.number(one["mean"][-1])}
        alt = s.t("alt.stock", title=title, unit=unit, date=s.when(one["dates"][-1]), **numbers).striptags()
        panels.append(Panel(_draw(s, [curve], marks, axis_title(unit), alt, ""), title=title))
        tables += _measured_tables(s, one, title, unit)
    keys = [Key(line_swatch(1), s.t("key.mean"))]
    keys += [Key(band_swatch(1), s.speech.word("what", what)) for what in whats] + withheld_key(s)
    keys += [Key(point_swatch(), s.t("key.series"))] if any_series else []
    keys += [Key(today_swatch(), s.t("key.today"))] if any_today else []
    return Figure(name, s.t(f"figure.{name}"), tuple(panels), tuple(keys), tuple(tables)) if panels else None


def _measured_tables(s: Sentences, one: Mapping[str, Any], title: Markup, unit: Markup) -> list[Table]:
    heads = [s.t(f"column.{key}") for key in ("mean", "low", "high")]
    low, high = (one.get(key) or [None] * len(one["dates"]) for key in ("low", "high"))
    values = [[s.speech.number(x) for x in row] for row in zip(one["mean"], low, high, strict=True)]
    caption = s.t("title.with_unit", title=title, unit=unit)
    tables = [by_date(s, one["dates"], heads, values, caption)]
    if one.get("series"):
        dates = [date for date, _ in one["series"]]
        rows = [[s.speech.number(x)] for _, x in one["series"]]
        tables.append(by_date(s, dates, [s.t("column.observed_value")], rows, s.t("table.series", title=caption)))
    return tables
