"""A small canvas that writes SVG with real text: units are CSS pixels at the size for which a figure is drawn.

Colours come from the style sheet (``var(--ink)``, ``var(--s1)`` ...), so a figure follows light, dark and print.
"""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from ceasefire.report.speech import Speech

SIZE = 12
"""Font size in figures, pixels."""

DATES = 42
"""Room below a plotting area for the calendar and its title, pixels."""

CIVIDIS = (
    "00224e", "002e6a", "1a386f", "32436d", "434e6c", "535a6d", "61656f", "6f7073", "7d7c78",
    "8c8878", "9b9476", "aba072", "bcae6c", "cdbb63", "dec958", "f0d846", "fee838",
)  # fmt: skip
"""The colour map cividis at 17 equal steps (Nuñez, Anderton and Renslow 2018)."""


@dataclass
class Canvas:
    """Shapes inside a view box of ``width`` x ``height`` pixels."""

    width: float
    height: float
    parts: list[Markup] = field(default_factory=list)

    def add(self, template: str, **values: object) -> None:
        """Add an element; numbers are rounded to tenths of a pixel, text is escaped."""
        neat = {key: f"{x:.1f}".rstrip("0").rstrip(".") if isinstance(x, float) else x for key, x in values.items()}
        self.parts.append(Markup(template).format(**neat))

    def text(self, x: float, y: float, text: str, *, anchor: str = "start", kind: str = "", fill: str = "") -> None:
        """Add text with its baseline at `y`."""
        style = Markup(' style="fill:{}"').format(fill) if fill else Markup("")
        self.add(
            '<text x="{x}" y="{y}" text-anchor="{anchor}" class="{kind}"{style}>{text}</text>',
            x=float(x), y=float(y), anchor=anchor, kind=kind, text=text, style=style,
        )  # fmt: skip

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> None:
        """Add a straight line."""
        self.add(
            '<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{kind}"/>',
            x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), kind=kind,
        )  # fmt: skip

    def rect(self, x: float, y: float, width: float, height: float, style: str, kind: str = "") -> None:
        """Add a rectangle."""
        self.add(
            '<rect x="{x}" y="{y}" width="{w}" height="{h}" class="{kind}" style="{style}"/>',
            x=float(x), y=float(y), w=float(width), h=float(height), kind=kind, style=style,
        )  # fmt: skip

    def path(self, points: Sequence[tuple[float, float]], kind: str, style: str = "", *, close: bool = False) -> None:
        """Add a line through points, or the area that they enclose."""
        steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.add(
            '<path d="M{d}{z}" class="{kind}" style="{style}"/>',
            d=steps,
            z="Z" if close else "",
            kind=kind,
            style=style,
        )

    def markup(self, alt: str, kind: str = "", role: str = "img") -> Markup:
        """Return the figure with a sentence that says what it shows: an image, or a group where it holds links."""
        return Markup(
            '<svg class="figure {kind}" role="{role}" aria-label="{alt}" viewBox="0 0 {w:.0f} {h:.0f}" '
            'font-size="{size}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
        ).format(
            kind=kind, role=role, alt=alt, w=self.width, h=self.height, size=SIZE, body=Markup("").join(self.parts)
        )


@dataclass(frozen=True)
class Box:
    """The plotting area inside a canvas and the data range that it shows."""

    left: float
    top: float
    right: float
    bottom: float
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        """Return the horizontal place of a value."""
        return self.left + (value - self.x_low) / ((self.x_high - self.x_low) or 1) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return the vertical place of a value."""
        return self.bottom - (value - self.y_low) / ((self.y_high - self.y_low) or 1) * (self.bottom - self.top)


def width_of(text: str) -> float:
    """Return about how wide a text is, in pixels; generous, so that labels judged to fit do fit."""
    return 0.6 * SIZE * len(text)


def wrapped(text: str, room: float) -> list[str]:
    """Return a text in lines that fit into `room` pixels."""
    return textwrap.wrap(text, max(int(room / width_of("x")), 1), break_on_hyphens=False)


def ordinal(iso: str) -> int:
    """Return the day number of an ISO date."""
    return dt.date.fromisoformat(iso[:10]).toordinal()


def nice_ticks(low: float, high: float, n: int = 4) -> list[float]:
    """Return about `n` round values between two bounds."""
    if not high > low:
        return [low]
    raw = (high - low) / n
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(k * power for k in (1, 2, 2.5, 5, 10) if k * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def date_ticks(low: int, high: int, speech: Speech, room: float) -> list[tuple[int, str]]:
    """Return first days of months or years that can be labelled side by side within `room` pixels."""
    for months in (1, 2, 3, 6, 12, 24, 60, 120):
        days = _month_starts(dt.date.fromordinal(low), dt.date.fromordinal(high), months)
        labels = [str(day.year) if months >= 12 else str(speech.month(day)) for day in days]
        if sum(width_of(label) + 14 for label in labels) <= room:
            return [(day.toordinal(), label) for day, label in zip(days, labels, strict=True)]
    return []


def _month_starts(low: dt.date, high: dt.date, every: int) -> list[dt.date]:
    found = []
    month = low.year * 12 + low.month - 1
    while month <= high.year * 12 + high.month - 1:
        day = dt.date(month // 12, month % 12 + 1, 1)
        if month % every == 0 and low <= day <= high:
            found.append(day)
        month += 1
    return found


def draw_date_axis(canvas: Canvas, box: Box, speech: Speech) -> None:
    """Draw the calendar below the plotting area, and whether its marks are years or months."""
    canvas.line(box.left, box.bottom, box.right, box.bottom, "axis")
    ticks = date_ticks(int(box.x_low), int(box.x_high), speech, box.right - box.left)
    title = speech.t("axis.year" if all(label.isdigit() for _, label in ticks) else "axis.month")
    canvas.text(box.right, box.bottom + 35, title, anchor="end", kind="axis-title")
    last = -1e9
    for day, label in ticks:
        half = width_of(label) / 2
        x = min(max(box.x(day), half), canvas.width - half)
        canvas.line(box.x(day), box.bottom, box.x(day), box.bottom + 4, "axis")
        if x - half > last:
            canvas.text(x, box.bottom + 17, label, anchor="middle", kind="tick")
            last = x + half


def draw_y_axis(canvas: Canvas, box: Box, ticks: Sequence[tuple[float, str]], title: str) -> None:
    """Draw grid lines with their values on the left, and the title with its unit above."""
    canvas.text(0, box.top - 10, title, kind="axis-title")
    for value, label in ticks:
        canvas.line(box.left, box.y(value), box.right, box.y(value))
        canvas.text(box.left - 6, box.y(value) + 4, label, anchor="end", kind="tick")


def axis_title(unit: Markup) -> str:
    """Return a unit as the title of an axis: with a capital, but for symbols such as km."""
    text = unit.striptags()
    first = text.split(" ")[0]
    return text if sum(sign.isalpha() for sign in first) < 3 else first[:1].upper() + text[1:]


def cividis(share: float) -> str:
    """Return the colour of a magnitude between 0 and 1."""
    place = min(max(share, 0.0), 1.0) * (len(CIVIDIS) - 1)
    i = min(int(place), len(CIVIDIS) - 2)
    low, high = (tuple(int(code[k : k + 2], 16) for k in (0, 2, 4)) for code in CIVIDIS[i : i + 2])
    return "#" + "".join(f"{round(a + (b - a) * (place - i)):02x}" for a, b in zip(low, high, strict=True))


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    light = sum(
        w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for w, c in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    )
    return "#000000" if light > 0.179 else "#ffffff"
