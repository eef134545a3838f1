"""One-at-a-time ranges of a headline: one bar per parameter, each with its sentence. Not an interval."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ceasefire.forecast.model import Tornado
from ceasefire.report.figures.figure import NARROW
from ceasefire.report.sentences import Sentences
from ceasefire.report.svg import Canvas
from ceasefire.report.tables import Table, columns, parameter_title

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
    centre = next((row["value"] for row in s.forecast.headlines if row["query"] == query), None)
    rows = tuple((_sentence(s, one), _bar(one, centre)) for one in mine[:MOST])
    spec = "parameter low_setting# p_low#:probability high_setting# p_high#:probability"
    cells = tuple(
        (
            parameter_title(s, one.parameter),
            s.speech.number(one.low_setting),
            s.speech.percent(one.p_low),
            s.speech.number(one.high_setting),
            s.speech.percent(one.p_high),
        )
        for one in mine
    )
    return Bars(s.query(query), rows, _axis(s), Table(columns(s, spec), cells, s.t("table.tornado")))


def _sentence(s: Sentences, one: Tornado) -> Markup:
    units = {row["name"]: row.get("unit") or "" for row in s.forecast.parameters}
    return s.t(
        "tornado.bar",
        parameter=parameter_title(s, one.parameter),
        low=s.speech.number(one.low_setting),
        high=s.speech.number(one.high_setting),
        unit=s.speech.unit(units.get(one.parameter, "")),
        p_low=s.speech.percent(one.p_low),
        p_high=s.speech.percent(one.p_high),
    )


def _bar(one: Tornado, centre: float | None) -> Markup:
    canvas = Canvas(NARROW, 16)

    def x(p: float) -> float:
        return 8 + p * (NARROW - 16)

    canvas.line(x(0), 8, x(1), 8, "grid")
    left, right = sorted((x(one.p_low), x(one.p_high)))
    kind = "rises" if one.p_high >= one.p_low else "falls"
    canvas.rect(left, 2, max(right - left, 1.5), 12, "", f"bar {kind}")
    if centre is not None:
        canvas.line(x(centre), 0, x(centre), 16, "whisker")
    return Markup('<svg class="bar-row" viewBox="0 0 {} 16" aria-hidden="true">{}</svg>').format(
        NARROW, Markup("").join(canvas.parts)
    )


def _axis(s: Sentences) -> Markup:
    canvas = Canvas(NARROW, 36)
    for tick in (0, 0.25, 0.5, 0.75, 1.0):
        x = 8 + tick * (NARROW - 16)
        canvas.line(x, 0, x, 4, "axis")
        anchor = "start" if tick == 0 else "end" if tick == 1 else "middle"
        canvas.text(
            x + (-4 if tick == 0 else 4 if tick == 1 else 0),
            16,
            s.speech.number(100 * tick),
            anchor=anchor,
            kind="tick",
        )
    canvas.text(NARROW / 2, 32, s.t("axis.probability").striptags(), anchor="middle", kind="axis-title")
    return Markup('<svg class="bar-row" viewBox="0 0 {} 36" font-size="12" aria-hidden="true">{}</svg>').format(
        NARROW, Markup("").join(canvas.parts)
    )
