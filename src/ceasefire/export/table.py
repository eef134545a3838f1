"""A table of an export: its layout says what every column means, in which unit, and along which columns it extends."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "date", "number", "yes/no"]
Cell = str | float | int | bool | None
"""A date is ISO text; None is a number or text that there is not."""


@dataclass(frozen=True)
class Column:
    """A column: what it means and, for a number, its unit (``1`` for a pure number)."""

    name: str
    kind: Kind
    says: str
    unit: str = ""


@dataclass(frozen=True)
class Layout:
    """What a table holds before it has rows.

    Parameters
    ----------
    along : column names
        Those whose values name a row, and so become dimensions of an array; none: the rows are a list.
    apart : column name
        The one of `along` whose values are things with units of their own, to be told by the column ``unit``.
    """

    name: str
    says: str
    columns: tuple[Column, ...]
    along: tuple[str, ...] = ()
    apart: str = ""

    def of(self, rows: Iterable[Mapping[str, Any]]) -> Table:
        """Return the table with rows; a column that a row does not name is empty there.

        Raises
        ------
        ValueError
            Where a row names no column, or a value is not of the kind of its column.
        """
        known = {column.name for column in self.columns}
        found = []
        for row in rows:
            if unknown := set(row) - known:
                raise ValueError(f"{self.name} has no column {', '.join(sorted(unknown))}")
            found.append(tuple(_cell(self, column, row.get(column.name)) for column in self.columns))
        return Table(self, tuple(found))


@dataclass(frozen=True)
class Table:
    """Rows under a layout."""

    layout: Layout
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.layout.columns)

    def column(self, name: str) -> list[Cell]:
        """Return the values of a column."""
        k = self.names.index(name)
        return [row[k] for row in self.rows]


def _cell(layout: Layout, column: Column, value: Any) -> Cell:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if not _fits(column.kind, value):
        raise ValueError(f"{layout.name}, {column.name}: {value!r} is not of the kind {column.kind}")
    return value  # type: ignore[no-any-return]  # it fits


def _fits(kind: Kind, value: Any) -> bool:
    if kind == "yes/no":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and (kind == "text" or _is_date(value))


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def text(name: str, says: str) -> Column:
    """Return a column of names or words."""
    return Column(name, "text", says)


def date(name: str, says: str) -> Column:
    """Return a column of days."""
    return Column(name, "date", says)


def number(name: str, says: str, unit: str = "1") -> Column:
    """Return a column of numbers."""
    return Column(name, "number", says, unit)


def share(name: str, says: str) -> Column:
    """Return a column of probabilities, their errors or their changes."""
    return Column(name, "number", says, "probability")


def answer(name: str, says: str) -> Column:
    """Return a column of yes and no."""
    return Column(name, "yes/no", says)


def without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a row but for some of its values."""
    return {name: x for name, x in row.items() if name not in names}


def leaves(value: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Yield nested plain values as rows: path of names, position from 1 in a list, and the number or the words there."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for k, part in enumerate(value, 1):
            yield from ({"position": k, **row} for row in leaves(part, path))
    elif isinstance(value, bool):
        yield {"measure": path, "value": int(value)}
    elif isinstance(value, int | float):
        yield {"measure": path, "value": value}
    elif value not in (None, ""):
        yield {"measure": path, "words": str(value)}


def measured(says: str) -> tuple[Column, ...]:
    """Return the columns of what `leaves` yields."""
    return (
        text("measure", f"{says}; names within names are joined by a dot"),
        number("position", "place in a list, from 1; empty for a single value"),
        number("value", "its value where that is a number; 1 and 0 for yes and no", "that of the measure"),
        text("words", "its value where that is no number"),
    )
