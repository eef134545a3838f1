"""What a figure is: panels, a key, and the tables behind it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table

NARROW, WIDE = 348, 720
"""Widths in pixels for which a figure is drawn: a phone, the page."""


@dataclass(frozen=True)
class Key:
    """One entry of the key: a swatch and what it stands for."""

    swatch: Markup
    text: Markup


@dataclass(frozen=True)
class Panel:
    """One drawing. Where it is drawn twice, ``wide`` is shown where there is room and ``narrow`` on a phone."""

    narrow: Markup
    wide: Markup = Markup("")  # noqa: RUF009
    title: Markup = Markup("")  # noqa: RUF009


@dataclass(frozen=True)
class Figure:
    """Panels with one key and caption, and the numbers they were drawn from."""

    name: str
    caption: Markup
    panels: tuple[Panel, ...]
    key: tuple[Key, ...] = ()
    tables: tuple[Table, ...] = ()


def withheld_key(s: Sentences) -> list[Key]:
    """Return the entry that says why no band is drawn; nothing where intervals are given."""
    if not is_withheld(s.forecast):
        return []
    return [Key(Markup(""), s.t("what.interval_withheld_too_few_draws_count"))]


def swatch(kind: str, body: str) -> Markup:
    """Return a small drawing for the key."""
    return Markup(
        '<svg class="swatch {}" viewBox="0 0 28 14" width="28" height="14" aria-hidden="true">{}</svg>'
    ).format(kind, Markup(body))


def line_swatch(series: int, dash: str = "") -> Markup:
    """Return a line in the colour of a series."""
    return swatch("", f'<path d="M1,7 27,7" class="curve s{series}" style="stroke-dasharray:{dash or "none"}"/>')


def band_swatch(series: int) -> Markup:
    """Return a piece of a band."""
    return swatch("", f'<rect x="1" y="1" width="26" height="12" class="band f{series}"/>')


def point_swatch() -> Markup:
    """Return the mark of an observation."""
    return swatch("", '<circle cx="14" cy="7" r="3.5" class="point"/>')


def diamond_swatch() -> Markup:
    """Return the mark of a yardstick."""
    return swatch("", '<path d="M14,2 19,7 14,12 9,7Z" class="point"/>')


def today_swatch() -> Markup:
    """Return the line at the date of the forecast."""
    return swatch("", '<line x1="14" y1="0" x2="14" y2="14" class="today"/>')
