"""One-at-a-time ranges of a headline: one bar per parameter, each with its sentence. Not an interval."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ceasefire.forecast.model import Tornado
from ceasefire.report import results
from ceasefire.report.figures.figure import NARROW
from ceasefire.report.sentences import Sentences
from ceasefire.report.svg import SIZE, Canvas, nice_ticks, width_of
from ceasefire.report.tables import Table, columns, parameter_title

MARGIN = 22
MOST = 12
"""Bars drawn per headline; the table has them all."""


@dataclass(frozen=True)
class Bars:
    """The bars of one headline: (sentence, drawing) pairs, widest first, and the table of all."""

    headline: Markup
    rows: tuple[tuple[Markup, Markup], ...]
    axis: Markup
    table: Table


def draw_tornado(s: Sentences) -> list[Bars]:
    """Return the bars of every headline that has one-at-a-time ranges."""
    found = []
    for query in dict.fromkeys(one.headline for one in s.forecast.tornado):
        mine = [one for one in s.forecast.tornado if one.headline == query]
        mine.sort(key=lambda one: -abs(one.p_high - one.p_low))
        found.append(_bars(s, query, mine))
    return found


def _bars(s: Sentences, query: str, mine: list[Tornado]) -> Bars:
    shown = results.headline(s.forecast, query)
    unit = shown.unit if shown else ""
    scale = _scale(mine, shown.value if shown else None)
    rows = tuple((_sentence(s, one, unit), _bar(one, scale, shown.value if shown else None)) for one in mine[:MOST])
    spec = "parameter low_setting# p_low#:probability high_setting# p_high#:probability"
    cells = tuple(
        (
            parameter_title(s, one.parameter),
            s.speech.number(one.low_setting),
            s.amount(one.p_low, unit),
            s.speech.number(one.high_setting),
            s.amount(one.p_high, unit),
        )
        for one in mine
    )
    return Bars(s.query(query), rows, _axis(s, scale, unit), Table(columns(s, spec), cells, s.t("table.tornado")))


def _sentence(s: Sentences, one: Tornado, unit: str) -> Markup:
    unit_of = {row["name"]: row.get("unit") or "" for row in s.forecast.parameters}
    return s.t(
        "tornado.bar",
        parameter=parameter_title(s, one.parameter),
        low=s.speech.number(one.low_setting),
        high=s.speech.number(one.high_setting),
        unit=Markup(" ({})").format(s.speech.unit(unit_of[one.parameter])) if unit_of.get(one.parameter) else "",
        p_low=s.amount(one.p_low, unit),
        p_high=s.amount(one.p_high, unit),
    )


def _scale(mine: list[Tornado], centre: float | None) -> list[float]:
    """Return round numbers that span every bar of a headline, so that bars can be told apart."""
    values = [p for one in mine for p in (one.p_low, one.p_high)] + ([] if centre is None else [centre])
    low, high = min(values), max(values)
    if high - low < 1e-3:
        low, high = low - 5e-4, high + 5e-4
    ticks = nice_ticks(low, high)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    ticks = [ticks[0] - step, *ticks] if ticks[0] > low else ticks
    return [*ticks, ticks[-1] + step] if ticks[-1] < high else ticks


def _place(x: float, scale: list[float]) -> float:
    return MARGIN + (x - scale[0]) / (scale[-1] - scale[0]) * (NARROW - 2 * MARGIN)


def _bar(one: Tornado, scale: list[float], centre: float | None) -> Markup:
    canvas = Canvas(NARROW, 16)
    canvas.line(MARGIN, 8, NARROW - MARGIN, 8, "grid")
    left, right = sorted((_place(one.p_low, scale), _place(one.p_high, scale)))
    kind = "rises" if one.p_high >= one.p_low else "falls"
    canvas.rect(left, 2, max(right - left, 1.5), 12, "", f"bar {kind}")
    if centre is not None:
        canvas.line(_place(centre, scale), 0, _place(centre, scale), 16, "whisker")
    return _row(canvas)


def _axis(s: Sentences, scale: list[float], unit: str) -> Markup:
    canvas = Canvas(NARROW, 36)
    factor = 100 if unit in results.PROBABILITY else 1
    last = -1e9
    for tick in scale:
        x, label = _place(tick, scale), s.speech.number(round(factor * tick, 9))
        canvas.line(x, 0, x, 4, "axis")
        if x - width_of(label) / 2 > last:
            canvas.text(x, 16, label, anchor="middle", kind="tick")
            last = x + width_of(label) / 2
    title = s.t("axis.probability") if factor == 100 else _axis_title(s, unit)
    canvas.text(NARROW / 2, 32, title.striptags(), anchor="middle", kind="axis-title")
    return _row(canvas)


def _axis_title(s: Sentences, unit: str) -> Markup:
    if unit == results.DATED:
        return s.t("axis.months_after", date=s.speech.date(results.start_date(s.forecast, s.case)))
    return s.t("axis.value", unit=s.speech.unit(unit))


def _row(canvas: Canvas) -> Markup:
    return Markup('<svg class="bar-row" viewBox="0 0 {:.0f} {:.0f}" font-size="{}" aria-hidden="true">{}</svg>').format(
        canvas.width, canvas.height, SIZE, Markup("").join(canvas.parts)
    )
