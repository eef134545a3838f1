"""One conclusion on a line: the value with its error, the threshold, the side on which the check holds, where it turns."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from ceasefire.case.query import Comparison
from ceasefire.forecast.model import ClaimResult
from ceasefire.report.argument.measures import Measure
from ceasefire.report.svg import Canvas, nice_ticks, width_of

WIDTH, HEIGHT = 320, 114
LEFT, RIGHT = 14, 306
AXIS = 58
STANDARD_ERRORS = 2.0


def draw_strip(measure: Measure, check: Comparison | None, result: ClaimResult) -> Markup:
    """Return the drawing; nothing where value or threshold is missing."""
    if check is None or result.value is None or result.threshold is None:
        return Markup("")
    s = measure.s
    low, high = _bounds(measure, result)
    canvas = Canvas(WIDTH, HEIGHT)

    def place(x: float) -> float:
        return LEFT + (min(max(x, low), high) - low) / (high - low) * (RIGHT - LEFT)

    at, above = place(result.threshold), check.op in (">", ">=")
    left, right = (at, RIGHT) if above else (LEFT, at)
    canvas.rect(left, 40, max(right - left, 1.0), AXIS - 40, "", "holds-side")
    _label(canvas, (left + right) / 2, 31, s.t("claims.strip.holds"), "tick")
    for tick in nice_ticks(low, high, 4):
        canvas.line(place(tick), AXIS, place(tick), AXIS + 4, "axis")
    canvas.line(LEFT, AXIS, RIGHT, AXIS, "axis")
    _ticks(canvas, measure, (low, high), place)
    canvas.text(RIGHT, HEIGHT - 3, measure.axis().striptags(), anchor="end", kind="axis-title")
    canvas.line(at, 36, at, AXIS + 6, "threshold")
    _label(canvas, at, HEIGHT - 19, s.t("claims.strip.threshold", value=measure.value(result.threshold)), "tick")
    if result.flips_at is not None:
        x = place(result.flips_at)
        canvas.path([(x, AXIS), (x - 5, AXIS + 8), (x + 5, AXIS + 8)], "flips", close=True)
    _value(canvas, measure, result, place)
    return canvas.markup(_alt(measure, check, result), "strip")


def _bounds(measure: Measure, result: ClaimResult) -> tuple[float, float]:
    """Return the ends of the axis: 0 and 1 of a probability or a share, else room around what is shown."""
    if measure.kind in ("probability", "share"):
        return 0.0, 1.0
    value, error = result.value or 0.0, _error(result)
    shown = [x for x in (value - error, value + error, result.threshold, result.flips_at) if x is not None]
    low, high = min(shown), max(shown)
    room = 0.2 * (high - low) or 0.5 * abs(high) or 1.0
    return low - room, high + room


def _error(result: ClaimResult) -> float:
    return (result.numerical_error or 0.0) + STANDARD_ERRORS * (result.error or 0.0)


def _value(canvas: Canvas, measure: Measure, result: ClaimResult, place: Callable[[float], float]) -> None:
    assert result.value is not None
    x, error = place(result.value), _error(result)
    low, high = place(result.value - error), place(result.value + error)
    canvas.line(low, 49, high, 49, "error")
    for end in (low, high):
        canvas.line(end, 45, end, 53, "error")
    canvas.add('<circle cx="{x}" cy="49" r="4" class="at-value"/>', x=x)
    _label(canvas, x, 12, measure.s.t("claims.strip.value", value=measure.value(result.value)), "letter")
    canvas.line(x, 16, x, 20, "leader")


def _label(canvas: Canvas, x: float, y: float, text: Markup, kind: str) -> None:
    """Add a label near `x` that stays inside the drawing."""
    label = text.striptags()
    half = width_of(label) / 2
    canvas.text(min(max(x, half), WIDTH - half), y, label, anchor="middle", kind=kind)


def _ticks(canvas: Canvas, measure: Measure, bounds: tuple[float, float], place: Callable[[float], float]) -> None:
    last = -1e9
    for tick in nice_ticks(*bounds, 4):
        label = measure.s.speech.number(round((1 if measure.kind == "quantity" else 100) * tick, 6))
        half = width_of(label) / 2
        x = min(max(place(tick), half), WIDTH - half)
        if x - half > last + 4:
            canvas.text(x, AXIS + 17, label, anchor="middle", kind="tick")
            last = x + half


def _alt(measure: Measure, check: Comparison, result: ClaimResult) -> str:
    s = measure.s
    key = "alt.strip.above" if check.op in (">", ">=") else "alt.strip.below"
    return s.t(
        key,
        value=measure.value(result.value),
        error=measure.size(_error(result)),
        threshold=measure.value(result.threshold),
    ).striptags()
