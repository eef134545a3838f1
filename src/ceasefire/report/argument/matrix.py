"""The argument map: premises down, conclusions across, and in each cell what cutting the one does to the other.

Every label is a link to its claim, so the figure can be walked with the Tab key; where scripts run, a label that has
the focus leaves only what it hangs together with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from ceasefire.forecast.model import Arrow
from ceasefire.report.argument.effects import MOVED, NOTHING, STARTS, STOPS, UNKNOWN, effect
from ceasefire.report.argument.entries import Entry, anchor_id, by_verdict, link, links, slugged
from ceasefire.report.argument.marks import mark, shape
from ceasefire.report.argument.measures import asks_for_share, check_of, measure_of
from ceasefire.report.argument.unmoved import unmoved_table
from ceasefire.report.figures.figure import NARROW, WIDE, Figure, Key, Panel, swatch
from ceasefire.report.sentences import Sentences
from ceasefire.report.svg import Canvas, width_of
from ceasefire.report.tables import Table, columns

PITCH, GAP, HEAD = 17, 7, 20
"""Pixels of a row or column, between groups of columns, and for the title of a group of rows."""

SIGNS = {
    STOPS: '<rect x="1" y="1" width="14" height="14" class="m-full"/><path d="M4,5 12,5 8,12Z" class="m-paper"/>',
    STARTS: '<rect x="1.7" y="1.7" width="12.6" height="12.6" class="m-open"/><path d="M4,11 12,11 8,4Z" class="m-full"/>',
    MOVED: '<circle cx="8" cy="8" r="2.6" class="m-full"/>',
    UNKNOWN: '<path d="M5,8 11,8" class="m-line"/>',
}
"""Cells of 16 x 16 pixels; what changes nothing stays empty."""

Cells = Mapping[tuple[str, str], tuple[str, Markup]]
"""By premise and conclusion: the sign to draw, and what it says when it is pointed at."""


def draw_map(s: Sentences, argument: str, found: Sequence[Entry]) -> Figure | None:
    """Return the map of one argument; nothing where no premise was cut."""
    names = {entry.id for entry in found}
    given = [
        one for one in s.forecast.argument_map if one.argument == argument and {one.premise, one.conclusion} <= names
    ]
    cells = {(one.premise, one.conclusion): effect(one) for one in given}
    rows = [entry for entry in found if any(entry.id == premise for premise, _ in cells)]
    heads = [entry for entry in found if any(entry.id == conclusion for _, conclusion in cells)]
    if not rows or not heads:
        return None
    alt = _alt(s, rows, heads, cells)
    known = {entry.id: entry for entry in found}
    signs = {pair: (SIGNS[cells[pair]], _tip(s, one, known)) for pair, one in _pairs(given) if cells[pair] in SIGNS}
    drawn = (
        _draw(s, rows, heads, signs, width).markup(alt, kind, "group")
        for width, kind in ((NARROW, "narrow"), (WIDE, "wide"))
    )
    unmoved = unmoved_table(s, rows, given)
    counts = {"premises": s.speech.number(len(rows)), "conclusions": s.speech.number(len(heads))}
    said = [s.t("figure.argument", **counts), *([s.t("figure.argument.unmoved")] if unmoved else [])]
    caption = Markup(" ").join([*said, *_left_out(s, found, heads)])
    key, tables = _key(s, cells, [*rows, *heads]), (_table(s, given, known), *unmoved)
    return Figure(f"argument-{slugged(argument)}", caption, (Panel(*drawn),), key, tables)


def _left_out(s: Sentences, found: Sequence[Entry], heads: Sequence[Entry]) -> list[Markup]:
    """Return which conclusions are not in the figure, and why."""
    by_reason: dict[str, list[str]] = {}
    for entry in found:
        if entry.result.role == "conclusion" and entry not in heads:
            by_reason.setdefault(_why_left_out(s, entry), []).append(entry.id)
    return [s.t(key, names=links(names)) for key, names in by_reason.items()]


def _why_left_out(s: Sentences, entry: Entry) -> str:
    if "not_cut" in entry.result.notes:
        return "figure.argument.not_cut"
    if asks_for_share(s, entry):
        return "figure.argument.spread"
    return "figure.argument.no_number"


def _pairs(given: Sequence[Arrow]) -> Iterator[tuple[tuple[str, str], Arrow]]:
    return (((one.premise, one.conclusion), one) for one in given)


def _tip(s: Sentences, one: Arrow, known: Mapping[str, Entry]) -> Markup:
    """Return what a cell says when it is pointed at."""
    measure = measure_of(s, check_of(s, known[one.conclusion]))
    before, after = measure.gap(one.before), measure.gap(one.after)
    return s.t("claims.tip", premise=one.premise, conclusion=one.conclusion, before=before, after=after)


def _draw(s: Sentences, rows: Sequence[Entry], heads: Sequence[Entry], cells: Cells, width: int) -> Canvas:
    left = 18 + max(width_of(entry.id) for entry in rows) + 6
    head = 20 + max(width_of(entry.id) for entry in heads) + 4
    groups = by_verdict(rows)
    height = head + sum(HEAD + PITCH * len(group) for group in groups.values()) + 8
    blocks = _blocks(heads, width - left - 2)
    canvas = Canvas(width, height * len(blocks) + 18 * (len(blocks) - 1))
    for i, block in enumerate(blocks):
        _block(canvas, s, groups, block, cells, (left, head, i * (height + 18)))
    return canvas


def _blocks(heads: Sequence[Entry], room: float) -> list[list[tuple[float, Entry]]]:
    """Return columns that fit side by side, each with its place, in as few blocks as fit and as even as can be."""
    fewest = len(_filled(heads, room, len(heads)))
    most = -(-len(heads) // fewest)
    while len(blocks := _filled(heads, room, most)) > fewest:
        most += 1
    return blocks


def _filled(heads: Sequence[Entry], room: float, most: int) -> list[list[tuple[float, Entry]]]:
    """Return blocks filled one after the other with at most so many columns; results stand apart by a gap."""
    blocks: list[list[tuple[float, Entry]]] = [[]]
    x = 0.0
    for group in by_verdict(heads).values():
        x += GAP if blocks[-1] else 0
        for entry in group:
            if x + PITCH > room or len(blocks[-1]) == most:
                blocks.append([])
                x = 0.0
            blocks[-1].append((x, entry))
            x += PITCH
    return blocks


def _block(
    canvas: Canvas,
    s: Sentences,
    groups: Mapping[str, Sequence[Entry]],
    block: Sequence[tuple[float, Entry]],
    cells: Cells,
    corner: tuple[float, float, float],
) -> None:
    left, head, top = corner
    right = left + block[-1][0] + PITCH
    for x, entry in block:
        _column(canvas, entry, left + x, top + head)
    y = top + head
    for group in groups.values():
        canvas.text(0, y + 14, _group_title(s, group), kind="tick")
        y += HEAD
        for entry in group:
            canvas.line(left, y + PITCH, right, y + PITCH, "grid")
            _row(canvas, entry, y)
            for x, other in block:
                if (entry.id, other.id) in cells:
                    _cell(canvas, (left + x + 0.5, y + 0.5), (entry.id, other.id), cells)
            y += PITCH


def _group_title(s: Sentences, group: Sequence[Entry]) -> str:
    verdict = s.speech.word("verdict", group[0].result.verdict, len(group))
    return s.t("claims.group", what=verdict, n=s.speech.number(len(group))).striptags()


def _cell(canvas: Canvas, place: tuple[float, float], pair: tuple[str, str], cells: Cells) -> None:
    sign, tip = cells[pair]
    canvas.add(
        '<g class="cell" data-p="{p}" data-c="{c}" transform="translate({x} {y})"><title>{tip}</title>{sign}</g>',
        p=pair[0], c=pair[1], x=float(place[0]), y=float(place[1]), tip=tip, sign=Markup(sign),
    )  # fmt: skip


def _row(canvas: Canvas, entry: Entry, y: float) -> None:
    canvas.add(
        '<a href="#{to}" class="label row" data-claim="{id}"><rect x="0" y="{y}" width="{w}" height="{h}" class="hit"/>'
        '<g transform="translate(0 {mark})">{shape}</g><text x="18" y="{text}">{id}</text></a>',
        to=anchor_id(entry.id), id=entry.id, y=float(y), w=23 + width_of(entry.id), h=PITCH,
        mark=float(y + 1.5), shape=shape(entry.verdict), text=float(y + 13),
    )  # fmt: skip


def _column(canvas: Canvas, entry: Entry, x: float, foot: float) -> None:
    """Add the upright label of a conclusion, with the sign of its result below."""
    height = width_of(entry.id) + 20
    canvas.add(
        '<a href="#{to}" class="label column" data-claim="{id}">'
        '<rect x="{x}" y="{top}" width="{w}" height="{h}" class="hit"/>'
        '<text transform="translate({tx} {ty}) rotate(-90)">{id}</text><g transform="translate({mx} {my})">{shape}</g></a>',
        to=anchor_id(entry.id), id=entry.id, x=float(x), top=float(foot - height), w=PITCH, h=float(height),
        tx=float(x + 12.5), ty=float(foot - 20), mx=float(x + 1.5), my=float(foot - 16), shape=shape(entry.verdict),
    )  # fmt: skip


def _key(s: Sentences, cells: Mapping[tuple[str, str], str], found: Sequence[Entry]) -> tuple[Key, ...]:
    there = set(cells.values())
    keys = [
        Key(swatch("", f'<g transform="translate(6 -1)">{body}</g>'), s.t(f"key.cell.{sign}"))
        for sign, body in SIGNS.items()
        if sign in there
    ]
    words = [
        Key(mark(name), s.speech.word("verdict", group[0].result.verdict, 1))
        for name, group in by_verdict(found).items()
    ]
    return (*keys, *words)


def _alt(s: Sentences, rows: Sequence[Entry], heads: Sequence[Entry], cells: Mapping[tuple[str, str], str]) -> str:
    turning = [pair for pair, sign in cells.items() if sign in (STOPS, STARTS)]
    return s.t(
        "alt.argument",
        premises=s.speech.number(len(rows)),
        conclusions=s.speech.number(len(heads)),
        carrying=s.speech.number(len({premise for premise, _ in turning})),
        turned=s.speech.number(len({conclusion for _, conclusion in turning})),
        moved=s.speech.number(sum(sign == MOVED for sign in cells.values())),
        n=s.speech.number(len(cells)),
    ).striptags()


def _table(s: Sentences, given: Sequence[Arrow], known: Mapping[str, Entry]) -> Table:
    """Return every cut that changes a margin beyond its error; those that do not are counted in the caption."""
    kept = [one for one in given if effect(one) != NOTHING]
    caption = s.t("table.argument", n=s.speech.number(len(given) - len(kept)))
    spec = "premise:role conclusion:role before#:margin after#:margin change_error#:sampling effect"
    rows = tuple(_table_row(s, one, known) for one in kept)
    return Table(columns(s, spec), rows, caption, wide=True, sortable=True)


def _table_row(s: Sentences, one: Arrow, known: Mapping[str, Entry]) -> tuple[Markup | str, ...]:
    measure = measure_of(s, check_of(s, known[one.conclusion]))
    return (
        link(one.premise),
        link(one.conclusion),
        measure.gap(one.before),
        measure.gap(one.after),
        measure.size(one.error),
        s.t(f"key.cell.{effect(one)}"),
    )
