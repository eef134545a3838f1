"""Other people's tables: which of their columns is which of ours, and what their words for answers and dates mean."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ceasefire.errors import Fault, InputError
from ceasefire.ledger.faults import fault, refuse
from ceasefire.ledger.record import CLASSES, ROLES

COLUMNS: Mapping[str, str] = {
    "in_ledger": "a question that the ledger has, such as Q3; instead of source and key",
    "source": "name of the question set",
    "key": "the question's key in its set; the text of the question unless given",
    "question": "the question in words",
    "deadline": "last day that counts",
    "forecaster": "who forecasts; the source unless given",
    "role": f"{', '.join(ROLES[1:])}; crowd unless given",
    "class": f"{', '.join(CLASSES)}; published unless given",
    "as_of": "the day of the forecast",
    "p": "probability of yes, 0 to 1 (with --percent 0 to 100)",
    "by": "for a question about a date: p is the probability that it has happened by the end of this day",
    "resolution": "yes, no or void (also 1, 0, true, false; empty: open)",
    "resolved_on": "the day on which it was decided; the deadline unless given",
    "reference": "where the resolution can be looked up; the file unless given",
}
"""The columns of a table of questions and forecasts, and what stands in them."""

ANSWER_OF = {
    "yes": ("yes", "y", "1", "true", "ja"),
    "no": ("no", "n", "0", "false", "nein"),
    "void": ("void", "annulled", "ambiguous", "cancelled", "canceled", "n/a", "ungültig"),
}
MOST_FAULTS = 50


@dataclass(frozen=True)
class Layout:
    """How a table is to be read.

    Parameters
    ----------
    columns : by our name
        Their column.
    constants : by our name
        A value for every row.
    where : by their column
        Only rows with this value.
    wide : str
        Start of the names of columns that each hold the probabilities of one question; the rest of the name is its key.
    percent : bool
        Probabilities run from 0 to 100.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    wide: str = ""
    percent: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a table under our names, values read; None where nothing stands."""

    number: int
    text: Mapping[str, str]
    p: float | None = None
    answer: str = ""
    dates: Mapping[str, dt.date] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.text.get(name, "")


def read_table(path: Path, layout: Layout) -> list[Line]:
    """Return the rows of a CSV table.

    Raises
    ------
    InputError
        With the faults of all rows (the first fifty of them).
    """
    header, rows = _rows(path)
    names = _names(path, header, layout)
    faults: list[Fault] = []
    found = [line for number, row in rows for line in _lines(path, number, row, names, layout, faults)]
    if faults:
        raise InputError(faults[:MOST_FAULTS])
    return found


def unread_columns(path: Path, layout: Layout) -> tuple[str, ...]:
    """Return the columns of a table from which a layout takes nothing."""
    header, _ = _rows(path)
    used = {*_names(path, header, layout).values(), *layout.where, *(_wide(header, layout) if layout.wide else ())}
    return tuple(name for name in header if name not in used)


def _rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
            header = list(reader.fieldnames or [])
    except FileNotFoundError:
        raise refuse("L505", "there is no such table", file=str(path)) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise refuse("L505", "this is not a CSV table in UTF-8", file=str(path), found=str(error)) from None
    if not header:
        raise refuse("L505", "the table is empty", file=str(path), hint="the first line names the columns")
    return header, rows


def _names(path: Path, header: Sequence[str], layout: Layout) -> dict[str, str]:
    """Return which column holds which of our values; a column with our name holds it unless something else is said."""
    faults = [
        fault("L501", f'"{ours}" is not among the names that a table can have', file=str(path), hint=", ".join(COLUMNS))
        for ours in (*layout.columns, *layout.constants)
        if ours not in COLUMNS
    ]
    asked = (*layout.columns.values(), *layout.where)
    faults += [
        fault("L501", f'the table has no column "{theirs}"', file=str(path), hint=f"it has: {', '.join(header[:30])}")
        for theirs in dict.fromkeys(asked)
        if theirs not in header
    ]
    if layout.wide and not _wide(header, layout):
        faults += [fault("L501", f'no column of the table begins with "{layout.wide}"', file=str(path))]
    if faults:
        raise InputError(faults)
    own = {name: name for name in COLUMNS if name in header and name not in layout.constants}
    return own | dict(layout.columns)


def _wide(header: Sequence[str], layout: Layout) -> dict[str, str]:
    """Return the columns of a wide table by the key of their question; numbers without leading zeros."""
    pattern = re.compile(re.escape(layout.wide) + r"_?(\w*\d\w*)$")
    return {name: match[1].lstrip("0") or "0" for name in header if (match := pattern.match(name))}


def _lines(
    path: Path, number: int, row: dict[str, str], names: Mapping[str, str], layout: Layout, faults: list[Fault]
) -> Iterator[Line]:
    if any(row.get(name, "") != value for name, value in layout.where.items()):
        return
    text = {**layout.constants, **{ours: row[theirs] for ours, theirs in names.items() if row.get(theirs)}}
    if layout.wide:
        for column, key in _wide(list(row), layout).items():
            if row[column]:
                yield _line(path, number, {**text, "key": key, "p": row[column]}, layout, faults)
        return
    yield _line(path, number, text, layout, faults)


def _line(path: Path, number: int, text: Mapping[str, str], layout: Layout, faults: list[Fault]) -> Line:
    where = {"file": str(path), "line": number}
    dates: dict[str, dt.date] = {}
    for name in ("deadline", "as_of", "by", "resolved_on"):
        if text.get(name):
            try:
                dates[name] = dt.date.fromisoformat(text[name][:10])
            except ValueError:
                faults.append(fault("L503", f"{name} is not a date such as 2025-08-15", found=text[name], **where))  # type: ignore[arg-type]
    p = _probability(text.get("p", ""), layout)
    if p is not None and not 0 <= p <= 1:
        hint = "" if layout.percent else "--percent reads 0 to 100"
        faults.append(fault("L502", "p is not a probability", found=text["p"], hint=hint, **where))  # type: ignore[arg-type]
    word = text.get("resolution", "").lower()
    answer = next((ours for ours, theirs in ANSWER_OF.items() if word.removesuffix(".0") in theirs), "")
    if word and not answer:
        hint = "yes, no, void, or empty while it is open"
        faults.append(fault("L504", "the resolution cannot be read", found=text["resolution"], hint=hint, **where))  # type: ignore[arg-type]
    faults += _words(text, where)
    return Line(number, text, p, answer, dates)


def _words(text: Mapping[str, str], where: Mapping[str, object]) -> Iterator[Fault]:
    for name, known in (("role", ROLES[1:]), ("class", CLASSES)):
        if text.get(name) and text[name] not in known:
            hint = f"one of: {', '.join(known)}"
            yield fault("L501", f"there is no such {name}", found=text[name], hint=hint, **where)  # type: ignore[arg-type]


def _probability(text: str, layout: Layout) -> float | None:
    """Return a number, None where nothing stands, and -1 where it is no number."""
    if not text:
        return None
    try:
        return float(text.removesuffix("%")) / (100 if layout.percent or text.endswith("%") else 1)
    except ValueError:
        return -1.0
