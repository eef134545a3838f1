"""End states over time as stacked areas, each with its own colour and hatching."""

from __future__ import annotations

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report.figures.figure import NARROW, WIDE, Figure, Key, Panel, swatch, withheld_key
from ceasefire.report.sentences import Sentences
from ceasefire.report.svg import DATES, Box, Canvas, draw_date_axis, draw_y_axis, ordinal, width_of
from ceasefire.report.tables import by_date

HATCHES = (
    "",
    "M0,8 8,0",
    "M0,0 8,8",
    "M4,0 4,8",
    "M0,4 8,4",
    "M0,8 8,0M0,0 8,8",
    "M2,2 3,2M6,6 7,6",
    "M0,2 8,2M0,6 8,6",
)
"""One path in a tile of 8 pixels for each area."""


def draw_end_states(s: Sentences) -> Figure | None:
    """Return the shares of the exclusive labels at every date."""
    rows = s.forecast.end_states
    if not rows:
        return None
    labels = list(dict.fromkeys(label for row in rows for label in row["p"]))
    alt = _alt(s)
    drawn = (_draw(s, labels, width, kind).markup(alt, kind) for width, kind in ((NARROW, "narrow"), (WIDE, "wide")))
    titles = [s.titles.label(label) for label in labels]
    keys = tuple(Key(_swatch(i), title) for i, title in enumerate(titles))
    values = [[s.end_state(row, label) for label in labels] for row in rows]
    table = by_date(s, [row["date"] for row in rows], titles, values, s.t("table.end_states"))
    caption = s.t("figure.end_states.drawn" if s.drawn and not is_withheld(s.forecast) else "figure.end_states")
    return Figure("end-states", caption, (Panel(*drawn),), (*keys, *withheld_key(s)), (table,))


def _alt(s: Sentences) -> str:
    first, last = s.forecast.end_states[0], s.forecast.end_states[-1]
    said: dict[str, Markup] = {}
    for key, row in (("first", first), ("last", last)):
        ranked = sorted(row["p"].items(), key=lambda pair: -pair[1])
        said[key] = Markup(", ").join(
            s.t("part.label", label=s.titles.label(name), p=s.end_state(row, name)) for name, _ in ranked
        )
        said[f"date_{key}"] = s.when(row["date"])
    return s.t("alt.end_states", **said).striptags()


def _pattern(i: int, name: str) -> Markup:
    return Markup(
        '<pattern id="{id}" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" class="f{n}"/><path d="{d}" class="hatch"/></pattern>'
    ).format(id=name, n=i % 8 + 1, d=HATCHES[i % len(HATCHES)] or "M0,0")


def _swatch(i: int) -> Markup:
    name = f"key-{i}"
    return swatch("", f'<defs>{_pattern(i, name)}</defs><rect width="28" height="14" style="fill:url(#{name})"/>')


def _draw(s: Sentences, labels: list[str], width: int, kind: str) -> Canvas:
    rows = s.forecast.end_states
    canvas = Canvas(width, 276 if width == NARROW else 336)
    ticks = [(x / 100, s.speech.number(x)) for x in (0, 25, 50, 75, 100)]
    days = [ordinal(row["date"]) for row in rows]
    box = Box(width_of("100") + 8, 30, width - 8, canvas.height - DATES, min(days), max(days), 0.0, 1.0)
    canvas.add(
        "<defs>{patterns}</defs>", patterns=Markup("").join(_pattern(i, f"{kind}-{i}") for i in range(len(labels)))
    )
    draw_y_axis(canvas, box, ticks, s.t("axis.share").striptags())
    below = [0.0] * len(rows)
    for i, label in enumerate(labels):
        above = [b + row["p"].get(label, 0.0) for b, row in zip(below, rows, strict=True)]
        edge = [(box.x(day), box.y(min(y, 1.0))) for day, y in zip(days, above, strict=True)]
        back = [(box.x(day), box.y(y)) for day, y in zip(days, below, strict=True)]
        canvas.path([*edge, *reversed(back)], "area", f"fill:url(#{kind}-{i})", close=True)
        below = above
    draw_date_axis(canvas, box, s.speech)
    return canvas
