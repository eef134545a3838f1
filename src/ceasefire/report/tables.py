"""The table record that templates print, and the tables of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report import results
from ceasefire.report.sentences import Sentences
from ceasefire.report.speech import plain
from ceasefire.report.titles import badge

if TYPE_CHECKING:
    from ceasefire.forecast.model import Signpost, Trust


SIDE_BY_SIDE = 3
"""Headlines in one table of trust."""

TRUST_ROWS = (
    ("number", "probability"), ("one_at_a_time", "one_at_a_time"), ("monte_carlo", "sampling"), ("belief_grid", "grid"),
    ("stock_grid", "grid"), ("period_halved", "period_halved"), ("horizon", "horizon"),
    ("precision_doubled", "precision"), ("precision_zero", "precision_zero"), ("error_share", "error_share"),
    ("without_slips", "without_slips"),
)  # fmt: skip
"""What stands beside each headline, and the glossary entry that explains it."""


@dataclass(frozen=True)
class Column:
    """A column: title, whether it holds numbers, the glossary entry that explains it, a short title for the head."""

    title: Markup
    number: bool = False
    term: str = ""
    short: Markup | str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells ready to print. ``wide`` tables scroll inside themselves; others become cards on a phone.

    On a phone the cells of a table with ``numbered_from`` carry the numbers of its columns, counted from there, and
    their short titles; the long titles stand above once.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Markup | str, ...], ...]
    caption: Markup | str = ""
    wide: bool = False
    sortable: bool = False
    numbered_from: int = 0


def columns(sentences: Sentences, spec: str) -> tuple[Column, ...]:
    """Return columns from names: ``"date actor p# belief_grid#:grid"`` (``#`` a number, ``:term`` a glossary entry)."""
    found = []
    for word in spec.split():
        name, _, term = word.partition(":")
        found.append(Column(sentences.t(f"column.{name.rstrip('#')}"), name.endswith("#"), term))
    return tuple(found)


def lines(parts: Iterable[Markup | str]) -> Markup:
    """Return several lines of one cell."""
    return Markup("").join(Markup('<span class="line">{}</span>').format(part) for part in parts)


def withheld_once(s: Sentences, table: Table) -> Table:
    """Return a table whose caption says that intervals are withheld, where its cells would say it one by one."""
    if not is_withheld(s.forecast):
        return table
    rows = tuple(tuple(s.without_withheld(cell) for cell in row) for row in table.rows)
    if rows == table.rows:
        return table
    parts = [Markup("{}.").format(table.caption.rstrip("."))] if table.caption else []
    return replace(table, rows=rows, caption=Markup(" ").join([*parts, s.t("table.withheld")]))


def signposts(s: Sentences) -> Table | None:
    """Return the next moves: how likely each is, and what seeing it would change; beliefs by the letters of types."""
    if not s.forecast.signposts:
        return None
    spec = "move p#:probability pause_if_seen#:pause_if_seen"
    spec += " belief:belief" if any(one.belief_if_seen for one in s.forecast.signposts) else ""
    heads = columns(s, spec)
    rows = tuple(_signpost(s, one)[: len(heads)] for one in sorted(s.forecast.signposts, key=lambda one: one.date))
    basis = ".withheld" if is_withheld(s.forecast) else ".drawn" if s.drawn else ""
    return Table(heads, rows, s.t(f"table.signposts{basis}"), sortable=True)


def _signpost(s: Sentences, one: Signpost) -> tuple[Markup | str, ...]:
    move = s.t("cell.move", step=s.titles.step(one.step), move=s.titles.move(one.step, one.move))
    who = s.t("cell.who", actor=s.titles.actor(one.actor), date=s.when(one.date))
    told = lines([move, Markup('<span class="note">{}</span>').format(who)])
    return (
        told,
        s.pooled(one.p, one.p_low, one.p_high),
        _pause_if_seen(s, one),
        by_letter(s, one.belief_if_seen) or Markup("–"),
    )


def _pause_if_seen(s: Sentences, one: Signpost) -> Markup:
    then = s.pooled(one.pause_if_seen, one.pause_low, one.pause_high)
    if one.pause_change is None:
        return then
    if not s.drawn:
        return s.t("cell.with_change", p=then, change=s.speech.points(one.pause_change))
    return lines([then, s.with_sampling(s.speech.points(one.pause_change), one.change_error)])


def type_key(s: Sentences) -> list[Markup]:
    """Return what the letters of the hidden types stand for."""
    return [s.titles.lettered(actor, name) for actor, name in s.titles.letters()]


def by_letter(s: Sentences, seen: Mapping[str, Mapping[str, float]]) -> Markup:
    """Return a probability per hidden type in one cell, each with its letter."""
    letters = s.titles.letters()
    parts = [
        Markup('<span class="pair">{} {}</span>').format(badge(letters[actor, name]), s.speech.percent(p))
        for actor, by_type in seen.items()
        for name, p in by_type.items()
        if (actor, name) in letters
    ]
    return Markup(" ").join(parts)


def near_event(s: Sentences) -> Table | None:
    """Return how the near event ends, on average and by the hidden factors."""
    event = s.forecast.near_event
    if event is None:
        return None
    heads = [Column(s.t("column.type"), term="type")]
    heads += [Column(s.titles.ending(event.outcome, name), True) for name in event.labels]
    rows: list[tuple[Markup | str, ...]] = [(s.t("cell.average"), *(s.band(band) for band in event.labels.values()))]
    for name, by_label in event.by_type.items():
        cells = [s.speech.percent(by_label.get(label)) for label in event.labels]
        rows.append((s.titles.lettered(s.titles.owner(name), name), *cells))
    caption = s.t("table.near_event.drawn" if s.drawn else "table.near_event")
    return Table(tuple(heads), tuple(rows), caption)


def trust(s: Sentences) -> list[Table]:
    """Return how far to trust each headline, at most three headlines side by side."""
    rows = s.forecast.trust
    return [_trust(s, rows[i : i + SIDE_BY_SIDE], i + 1) for i in range(0, len(rows), SIDE_BY_SIDE)]


def _trust(s: Sentences, rows: Sequence[Trust], first: int) -> Table:
    titles = [s.query(row.headline) for row in rows]
    heads = (Column(s.t("column.about")), *(Column(title, True, short=shortened(title)) for title in titles))
    found: list[tuple[Markup, ...]] = []
    for key, term in TRUST_ROWS:
        if key == "stock_grid":
            found += [_stock_grid(s, name, rows) for name in dict.fromkeys(n for row in rows for n in row.stock_grid)]
        else:
            found.append((about(s, key, term), *(_trusted(s, row, key) for row in rows)))
    dash = Markup("–")
    kept = tuple(row for row in found if set(row[1:]) != {dash})
    return Table(heads, kept, s.t("table.trust"), numbered_from=first)


def shortened(title: Markup, most: int = 44) -> str:
    """Return a title without its middle, where it is long: beginning and end tell headlines apart."""
    text = plain(title)
    if len(text) <= most:
        return text
    begin, end = text[: most // 2].rpartition(" ")[0], text[-most // 2 :].partition(" ")[2]
    return f"{begin} … {end}" if begin and end else text


def _stock_grid(s: Sentences, name: str, rows: Sequence[Trust]) -> tuple[Markup, ...]:
    title = Markup('<a class="term" href="#term-grid">{}</a>').format(
        s.t("column.stock_grid", stock=s.titles.stock(name))
    )
    return title, *(change(s, row.stock_grid.get(name), _unit(s, row)) for row in rows)


def about(s: Sentences, key: str, term: str) -> Markup:
    """Return the name of a row with a link to what it means."""
    return Markup('<a class="term" href="#term-{}">{}</a>').format(term, s.t(f"column.{key}"))


def _unit(s: Sentences, row: Trust) -> str:
    found = results.headline(s.forecast, row.headline)
    return found.unit if found else ""


def _trusted(s: Sentences, row: Trust, key: str) -> Markup:
    found, unit = results.headline(s.forecast, row.headline), _unit(s, row)
    if key == "number":
        return s.value(found) if found and not found.drawn else s.amount(row.p, unit)
    if key == "one_at_a_time":
        return _range(s, row.one_at_a_time, unit)
    if key == "monte_carlo":
        return size(s, row.monte_carlo, unit) if row.monte_carlo else Markup("–")
    if key == "error_share":
        return s.speech.percent(row.error_share)
    return change(s, getattr(row, key), unit)


def change(s: Sentences, x: float | None, unit: str) -> Markup:
    """Return a change of a headline: points of a probability, underlined beyond the limit, else with its unit."""
    if x is None:
        return Markup("–")
    if unit not in results.PROBABILITY:
        return s.t("number.with_unit", x=s.speech.change(x), unit=s.speech.unit(results.unit_of_change(unit)))
    text = s.speech.points(x)
    return Markup('<strong class="over">{}</strong>').format(text) if abs(x) > results.LIMIT else text


def size(s: Sentences, x: float | None, unit: str) -> Markup:
    """Return the size of an error of a headline."""
    if unit in results.PROBABILITY:
        return s.speech.points(x, sign=False)
    return s.t("number.with_unit", x=s.speech.number(x, 2), unit=s.speech.unit(results.unit_of_change(unit)))


def _range(s: Sentences, ranged: Mapping[str, Any] | None, unit: str) -> Markup:
    if not ranged or ranged.get("low") is None or ranged.get("high") is None:
        return Markup("–")
    low, high = (s.amount(ranged[key], unit) for key in ("low", "high"))
    span, name = s.t("number.range", low=low, high=high), ranged.get("parameter")
    return s.t("cell.range_of", span=span, parameter=parameter_title(s, name)) if name else span


def parameter_title(s: Sentences, name: str) -> Markup:
    """Return what a parameter is called."""
    for row in s.forecast.parameters:
        if row["name"] == name:
            return s.titles.text(row.get("title"), name)
    parameter = s.case.parameters.get(name)
    return s.titles.text(parameter.title if parameter else None, name)


def yardsticks(s: Sentences) -> Table | None:
    """Return published numbers beside the forecast."""
    if not s.forecast.yardsticks:
        return None
    rows = []
    for row in s.forecast.yardsticks:
        rows.append(
            (
                s.titles.outcome(row["outcome"]),
                s.by(row["by"]),
                s.speech.word("kind", row.get("kind") or "yardstick"),
                s.published(row),
                s.ours(row),
                s.speech.pick(row.get("title")),
                s.titles.source(str(row.get("source") or "")),
            )
        )
    spec = "outcome by kind:yardstick published# ours#:probability what source"
    return Table(columns(s, spec), tuple(rows), s.t("table.yardsticks"))


def by_date(
    s: Sentences,
    dates: Sequence[str],
    heads: Sequence[Markup],
    values: Iterable[Sequence[Markup | str]],
    caption: Markup,
) -> Table:
    """Return a table behind a figure: one row per date; a column without any number is left out."""
    rows = [tuple(row) for row in values]
    kept = [k for k in range(len(heads)) if any(str(row[k]) != "–" for row in rows)]
    columns = (Column(s.t("column.date")), *(Column(heads[k], True) for k in kept))
    told = tuple((s.when(date), *(row[k] for k in kept)) for date, row in zip(dates, rows, strict=True))
    return Table(columns, told, caption, wide=True)
