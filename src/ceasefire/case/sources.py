"""Sources: ``sources.yaml``, tables in the case folder, and whether a source contains the number it is cited for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ceasefire.case.evidence import Source, SourceRef, Text
from ceasefire.case.kinds import STRING, TEXT, WHOLE, Key, Section, block, format_key, map_of
from ceasefire.case.nodes import Faults, did_you_mean, load_yaml
from ceasefire.case.numerals import numbers_in, states_number
from ceasefire.case.priors import Prior
from ceasefire.case.yaml_text import read_text
from ceasefire.errors import Place

MAX_EXCERPT_WORDS = 25
MAX_ROWS = 200_000

CODES = {
    "S101": "A reference names a source that sources.yaml does not have.",
    "S102": "A row is not written as FILE#N, or its file lies outside the case folder.",
    "S103": "A table does not have the row that is cited.",
    "S104": "The number does not stand in the row or excerpt that is cited for it.",
    "S105": "An excerpt has more than 25 words.",
    "S106": "A table cannot be read as CSV.",
    "S107": "A source is cited for a number without an excerpt that contains it.",
}

SOURCE = Section(
    "source",
    (
        Key("title", TEXT, "Title of the text or page.", '"Red carpet for Putin"', True),
        Key("address", STRING, "Where it can be looked up.", "https://example.org/essay"),
        Key("date", STRING, "When it was published, as precisely as known.", "2025-08-15"),
        Key("grade", STRING, "How reliable it is: a letter, a best.", "B"),
        Key(
            "licence",
            TEXT,
            "What may be quoted: own, public domain, CC BY, ...; of several languages English decides.",
            "all rights reserved",
        ),
        Key("language", STRING, "Language of the text.", "de"),
        Key("words", WHOLE, "Number of words of the text; quotes are held against it.", "967"),
    ),
)
SOURCES = Section(
    "sources.yaml",
    (
        format_key("ceasefire-sources/1"),
        Key("sources", map_of(block(SOURCE), "a block of sources"), "Every source by its key.", "{essay: {...}}", True),
    ),
)


def read_sources(folder: Path, faults: Faults) -> dict[str, Source]:
    """Return the sources of a case by key; nothing where the folder has no ``sources.yaml``."""
    path = folder / "sources.yaml"
    node = load_yaml(path, faults) if path.exists() else None
    if node is None:
        return {}
    entries = SOURCES.read(node, faults).get("sources", {})
    return {
        name: Source(
            name,
            values.get("title", Text()),
            values.get("address", ""),
            values.get("date", ""),
            values.get("grade", ""),
            values.get("licence", Text()),
            values.get("language", ""),
            values.get("words"),
        )
        for name, values in entries.items()
    }


@dataclass(frozen=True)
class Row:
    """One row of a table: cells by column, and where it stands."""

    cells: Mapping[str, str]
    place: Place

    @property
    def text(self) -> str:
        """All cells, for looking up a number."""
        return " | ".join(self.cells.values())


@dataclass
class Tables:
    """The CSV files of a case folder, each read once.

    Parameters
    ----------
    folder : Path
    faults : Faults
        Receives what is wrong with the files as CSV (S106, C001, C002).
    """

    folder: Path
    faults: Faults
    _read: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a file (empty rows left out); none where it cannot be read."""
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def row(self, name: str, number: int) -> Row | None:
        """Return row `number`, counted from 1 below the header."""
        rows = self.rows(name)
        return rows[number - 1] if 1 <= number <= len(rows) else None

    def _load(self, name: str) -> list[Row]:
        text = read_text(self.folder / name, name, self.faults)
        if text is None:
            return []
        reader = csv.reader(io.StringIO(text), strict=True)
        try:
            header = [cell.strip() for cell in next(reader, [])]
            return self._rows(name, header, reader, text.split("\n"))
        except csv.Error as error:
            self.faults.add("S106", f"{name} cannot be read as CSV: {error}", Place(name, reader.line_num))
            return []

    def _rows(self, name: str, header: list[str], reader: Iterable[list[str]], lines: list[str]) -> list[Row]:
        if len(set(header)) < len(header) or "" in header:
            message = f"{name} needs a first line with one distinct title per column"
            self.faults.add("S106", message, Place(name, 1, 1, lines[0]))
            return []
        rows: list[Row] = []
        for cells in reader:
            line = reader.line_num  # type: ignore[attr-defined]
            if not any(cell.strip() for cell in cells):
                continue
            place = Place(name, line, 1, lines[line - 1] if line <= len(lines) else "")
            if len(cells) != len(header) or len(rows) >= MAX_ROWS:
                message = f"this line has {len(cells)} cells, the first line has {len(header)}"
                hint = "put a cell that contains a comma in double quotes"
                self.faults.add("S106", message, place, hint=hint)
                return rows
            rows.append(Row({k: cell.strip() for k, cell in zip(header, cells, strict=True)}, place))
        return rows


def split_row(reference: str) -> tuple[str, int] | None:
    """Return file and row number of ``FILE#N``; None where it is not written so or leaves the folder."""
    match = re.fullmatch(r"([^#\\]+)#(\d{1,7})", reference.strip())
    if match is None or PurePosixPath(match[1]).is_absolute() or ".." in PurePosixPath(match[1]).parts:
        return None
    return match[1], int(match[2])


def find_row(reference: str, tables: Tables, faults: Faults, place: Place) -> Row | None:
    """Return the row that ``FILE#N`` names; None and a fault (S102, S103) where there is none."""
    parts = split_row(reference)
    if parts is None:
        expected = "FILE#N: a CSV file of the case folder, and a row counted from 1 below its header"
        faults.add("S102", "this is no row of a table", place, found=reference, expected=expected)
        return None
    if not (tables.folder / parts[0]).is_file():
        known = sorted(path.name for path in tables.folder.glob("*.csv"))
        faults.add(
            "S103", f"the case has no table {parts[0]}", place, found=reference, hint=did_you_mean(parts[0], known)
        )
        return None
    row = tables.row(*parts)
    if row is None and tables.rows(parts[0]):
        n = len(tables.rows(parts[0]))
        message, hint = f"{parts[0]} has no row {parts[1]}", "row 1 is the one below the header"
        faults.add("S103", message, place, found=reference, expected=f"1 to {n}", hint=hint)
    return row


def cited_numbers(prior: Prior) -> tuple[float, ...]:
    """Return the numbers of a prior of which one must stand in its source: its centre, else all of its arguments."""
    centre = [name for name in ("value", "median", "mean", "p50", "mode") if name in prior.arguments]
    chosen = [prior.arguments[name] for name in centre or prior.arguments if name != "weights"]
    return tuple(x for value in chosen for x in (value if isinstance(value, tuple) else (value,)))


def check_reference(
    reference: SourceRef,
    numbers: Iterable[float],
    tables: Tables,
    sources: Mapping[str, Source],
    faults: Faults,
    place: Place,
) -> None:
    """Check that a reference exists and contains what it is cited for.

    Parameters
    ----------
    numbers : floats
        One of them must stand in the row or excerpt; none: only the existence is checked (events).
    place : Place
        Where the reference is written.
    """
    wanted = tuple(numbers)
    if reference.row:
        row = find_row(reference.row, tables, faults, place)
        if row is not None:
            _check_number(wanted, row.text, f"row {reference.row}", faults, place)
        return
    if reference.source not in sources:
        hint = did_you_mean(reference.source, sources)
        faults.add("S101", f"sources.yaml has no source {reference.source!r}", place, found=reference.source, hint=hint)
    n_words = len(reference.excerpt.split())
    if n_words > MAX_EXCERPT_WORDS:
        message = f"an excerpt has at most {MAX_EXCERPT_WORDS} words, this one {n_words}"
        faults.add("S105", message, place, hint="keep the words around the number, paraphrase the rest")
    if wanted and not reference.excerpt:
        faults.add("S107", "a source that is cited for a number needs an excerpt with the number in it", place)
    elif wanted:
        _check_number(wanted, reference.excerpt, f"the excerpt of {reference.source}", faults, place)


def _check_number(numbers: tuple[float, ...], text: str, where: str, faults: Faults, place: Place) -> None:
    numbers = tuple(number for number in numbers if number == number)  # what is no number has a fault of its own
    if numbers and not any(states_number(text, number) for number in numbers):
        shown = ", ".join(f"{x:g}" for x in sorted(numbers_in(text))[:12]) or "no number"
        wanted = " or ".join(f"{x:g}" for x in numbers[:6])
        hint = "cite another row, or convert the number by a formula, or mark it assumed: why"
        faults.add("S104", f"{wanted} does not stand in {where}", place, found=shown, expected=wanted, hint=hint)
