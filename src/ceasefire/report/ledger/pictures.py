"""Pictures of how forecasts fared: each with the table behind it and one sentence that says what it means, with n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ceasefire.ledger.calibration import BINS
from ceasefire.ledger.scored import SCORES, ForecasterScore, QuestionScore
from ceasefire.ledger.scores import daily
from ceasefire.report.figures.figure import (
    NARROW,
    Figure,
    Key,
    Panel,
    diamond_swatch,
    line_swatch,
    point_swatch,
    swatch,
)
from ceasefire.report.figures.figure import today_swatch as day_swatch
from ceasefire.report.ledger import score_text as said
from ceasefire.report.ledger import tables
from ceasefire.report.ledger.words import LedgerWords
from ceasefire.report.svg import DATES, Box, Canvas, draw_date_axis, draw_y_axis, nice_ticks, width_of
from ceasefire.report.tables import Column, Table

HEIGHT = 260
ROW = 40
MOST_CURVES = 6
"""Questions about a date that are drawn, those resolved last."""


@dataclass(frozen=True)
class Picture:
    """A figure and the sentence that says what it means."""

    figure: Figure
    sentence: Markup


def pictures(w: LedgerWords, one: ForecasterScore, name: str) -> list[Picture]:
    """Return the pictures of a forecaster; `name` makes their ids unique on the page."""
    found = [_against(w, one, name)]
    if one.kind == "binary":
        found += [_calibration(w, one, name), _discrimination(w, one, name)]
    else:
        found += [_dates(w, one, name)]
    return [picture for picture in found if picture]


def _share_ticks(w: LedgerWords) -> list[tuple[float, str]]:
    return [(x, str(w.speech.number(100 * x))) for x in nice_ticks(0, 1)]


def _x_axis(canvas: Canvas, box: Box, ticks: Sequence[tuple[float, str]], title: Markup | str) -> None:
    canvas.line(box.left, box.bottom, box.right, box.bottom, "axis")
    for value, label in ticks:
        canvas.line(box.x(value), box.bottom, box.x(value), box.bottom + 4, "axis")
        canvas.text(box.x(value), box.bottom + 17, label, anchor="middle", kind="tick")
    canvas.text(box.right, box.bottom + 34, str(title), anchor="end", kind="axis-title")


def _calibration(w: LedgerWords, one: ForecasterScore, name: str) -> Picture:
    canvas = Canvas(NARROW, HEIGHT)
    box = Box(34, 30, NARROW - 14, HEIGHT - 44, 0, 1, 0, 1)
    draw_y_axis(canvas, box, _share_ticks(w), str(w.t("ledger.axis.came_true")))
    _x_axis(canvas, box, _share_ticks(w), w.t("ledger.axis.said"))
    canvas.path([(box.x(0), box.y(0)), (box.x(1), box.y(1))], "curve s8", "stroke-dasharray:4 3")
    for group in one.bins:
        x = box.x(group.mean_p)
        canvas.line(x, box.y(group.interval_low), x, box.y(group.interval_high), "whisker")
        canvas.add('<circle cx="{x}" cy="{y}" r="4" class="point"/>', x=x, y=box.y(group.share_yes))
    sentence = said.calibration_sentence(w, one)
    keys = (
        Key(point_swatch(), w.t("ledger.key.group")),
        Key(_whisker_swatch(), w.t("ledger.key.interval")),
        Key(line_swatch(8, "4 3"), w.t("ledger.key.diagonal")),
    )
    caption = w.t("ledger.picture.calibration", forecaster=one.forecaster)
    panel = Panel(canvas.markup(sentence.striptags()))
    return Picture(Figure(f"{name}-calibration", caption, (panel,), keys, (tables.bins(w, one),)), sentence)


def _whisker_swatch() -> Markup:
    return swatch("", '<line x1="14" y1="1" x2="14" y2="13" class="whisker"/>')


def _discrimination(w: LedgerWords, one: ForecasterScore, name: str) -> Picture:
    """Draw how many questions with yes (upwards) and with no (downwards) had been given about which probability."""
    counts = {kind: [_in_group(one.questions, kind, i) for i in range(BINS)] for kind in (1, 0)}
    top = max(max(counts[1]), max(counts[0]), 1)
    canvas = Canvas(NARROW, HEIGHT)
    box = Box(34, 30, NARROW - 14, HEIGHT - 44, 0, 1, -top, top)
    ticks = sorted({round(x) for x in nice_ticks(0, top)} | {0})
    labels = [(sign * x, str(w.speech.number(x))) for x in ticks for sign in (1, -1) if x or sign > 0]
    draw_y_axis(canvas, box, labels, str(w.t("ledger.axis.questions")))
    _x_axis(canvas, box, _share_ticks(w), w.t("ledger.axis.said"))
    width = (box.right - box.left) / BINS - 2
    for kind, series in ((1, 1), (0, 2)):
        for i, n in enumerate(counts[kind]):
            height = box.y(0) - box.y(n)
            y = box.y(n) if kind else box.y(0)
            canvas.rect(box.x(i / BINS) + 1, y, width, height, "", f"f{series}")
    canvas.line(box.left, box.y(0), box.right, box.y(0), "axis")
    sentence = said.discrimination_sentence(w, one)
    keys = tuple(
        Key(swatch("", f'<rect x="1" y="1" width="26" height="12" class="f{k}"/>'), w.t(f"ledger.key.{answer}"))
        for k, answer in ((1, "yes"), (2, "no"))
    )
    rows = tuple(
        (w.speech.span(i / BINS, (i + 1) / BINS), w.speech.number(counts[1][i]), w.speech.number(counts[0][i]))
        for i in range(BINS)
    )
    heads = (*tables.columns(w, "said"), Column(w.word("answer", "yes"), True), Column(w.word("answer", "no"), True))
    table = Table(heads, rows, w.t("ledger.table.discrimination"))
    caption = w.t("ledger.picture.discrimination", forecaster=one.forecaster)
    panel = Panel(canvas.markup(sentence.striptags()))
    return Picture(Figure(f"{name}-discrimination", caption, (panel,), keys, (table,)), sentence)


def _in_group(questions: Sequence[QuestionScore], kind: int, i: int) -> int:
    mine = [one.mean_p for one in questions if one.outcome == kind and one.mean_p is not None]
    return sum(min(int(p * BINS), BINS - 1) == i for p in mine)


def _against(w: LedgerWords, one: ForecasterScore, name: str) -> Picture | None:
    """Draw the forecaster's score and each baseline's over the same questions and days, one row per baseline."""
    table = tables.against(w, one)
    score = SCORES[one.kind][0]
    held = {baseline: found[score] for baseline, found in one.against.items()}
    if table is None:
        return None
    top = max([x for one_held in held.values() for x in (one_held.own, one_held.theirs)] + [1e-9]) * 1.08
    canvas = Canvas(NARROW, 30 + ROW * len(held) + 44)
    box = Box(8, 10, NARROW - 14, 24 + ROW * len(held), 0, top, 0, 1)
    for i, (baseline, found) in enumerate(held.items()):
        y = 38 + ROW * i
        canvas.text(box.left, y - 14, str(w.word("baseline", baseline).striptags()), kind="tick")
        canvas.line(box.left, y, box.right, y)
        canvas.line(box.x(found.own), y, box.x(found.theirs), y, "whisker")
        x = box.x(found.theirs)
        canvas.path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], "point", close=True)
        canvas.add('<circle cx="{x}" cy="{y}" r="4.5" class="at-value"/>', x=box.x(found.own), y=float(y))
    ticks = [(x, str(w.speech.number(x))) for x in nice_ticks(0, top)]
    _x_axis(canvas, box, ticks, w.t("ledger.axis.score", score=w.word("score", score)))
    sentence = said.against_sentence(w, one)
    keys = (
        Key(swatch("", '<circle cx="14" cy="7" r="4.5" class="at-value"/>'), Markup("{}").format(one.forecaster)),
        Key(diamond_swatch(), w.t("ledger.key.baseline")),
    )
    caption = w.t("ledger.picture.against", forecaster=one.forecaster, score=w.word("score", score))
    panel = Panel(canvas.markup(sentence.striptags()))
    return Picture(Figure(f"{name}-beside", caption, (panel,), keys, (table,)), sentence)


def _dates(w: LedgerWords, one: ForecasterScore, name: str) -> Picture:
    """Draw the last forecast of each question about a date, with the day on which it happened."""
    shown = sorted(one.questions, key=lambda found: found.resolution.registered)[-MOST_CURVES:]
    panels = tuple(Panel(_curve(w, found), title=w.question(found.question)) for found in shown)
    keys = (Key(line_swatch(1), w.t("ledger.key.curve")), Key(day_swatch(), w.t("ledger.key.day")))
    sentence = w.t("ledger.dates", count=one.n, shown=w.speech.number(len(shown)))
    behind = tuple(_curve_table(w, found) for found in shown)
    caption = w.t("ledger.picture.dates", forecaster=one.forecaster)
    return Picture(Figure(f"{name}-dates", caption, panels, keys, behind), sentence)


def _curve(w: LedgerWords, one: QuestionScore) -> Markup:
    entry = one.last
    canvas = Canvas(NARROW, 194 + DATES)
    days = daily(entry.curve, entry.as_of)
    ticks = _share_ticks(w)
    left = max(width_of(label) for _, label in ticks) + 8
    box = Box(left, 30, NARROW - 8, 194, entry.as_of.toordinal(), days[-1][0].toordinal(), 0, 1)
    draw_y_axis(canvas, box, ticks, str(w.t("axis.probability")))
    draw_date_axis(canvas, box, w.speech)
    canvas.path([(box.left, box.y(0)), *((box.x(day.toordinal()), box.y(p)) for day, p in days)], "curve s1")
    if one.outcome and one.resolution.date and one.resolution.date <= days[-1][0]:
        x = box.x(one.resolution.date.toordinal())
        canvas.line(x, box.top, x, box.bottom, "today")
    answer = tables.answered(w, one.resolution)
    crps = w.score("crps", one.scores["crps"])
    return canvas.markup(
        w.t("ledger.alt.curve", question=w.question(one.question), answer=answer, crps=crps).striptags()
    )


def _curve_table(w: LedgerWords, one: QuestionScore) -> Table:
    rows = tuple((w.speech.day(day), w.speech.percent(p)) for day, p in one.last.curve)
    heads = (Column(w.t("column.date")), Column(w.t("axis.probability"), True))
    return Table(heads, rows, w.question(one.question), wide=True)
