"""Sources that give different numbers for one quantity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults
from ceasefire.case.numerals import numbers_in
from ceasefire.case.sources import Row, Tables

SUBJECT = ("quantity", "period")


@dataclass(frozen=True)
class Statement:
    """One source's number for a fact, and where it stands."""

    source: str
    says: str
    where: str


@dataclass(frozen=True)
class Disagreement:
    """One fact, and the different numbers that are given for it."""

    about: str
    statements: tuple[Statement, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return asdict(self)


def find_disagreements(case: Case) -> tuple[Disagreement, ...]:
    """Return all quantities for which sources give different numbers.

    They do where two rows of a table with the columns ``quantity`` and ``period`` name the same of both, the same unit
    and different numbers.
    """
    return tuple(_between_rows(case))


def _between_rows(case: Case) -> Iterator[Disagreement]:
    tables = Tables(case.folder, Faults())
    for path in sorted(case.folder.glob("*.csv")):
        groups: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
        rows = tables.rows(path.name)
        if not rows or not set(SUBJECT) <= rows[0].cells.keys():
            continue
        for number, row in enumerate(rows, start=1):
            key = tuple(row.cells.get(name, "").casefold() for name in (*SUBJECT, "unit"))
            groups.setdefault(key, []).append((number, row))
        for group in groups.values():
            statements = [_statement(path.name, number, row) for number, row in group]
            if len({numbers_in(one.says) for one in statements}) > 1:
                first = group[0][1].cells
                yield Disagreement(f"{first['quantity']}, {first['period']}", tuple(statements))


def _statement(file: str, number: int, row: Row) -> Statement:
    cells = {name: row.cells.get(name, "") for name in ("low", "central", "value", "high")}
    stated = [f"{name} {cell}" if name in {"low", "high"} else cell for name, cell in cells.items() if cell]
    unit = row.cells.get("unit", "")
    return Statement(row.cells.get("source", ""), f"{', '.join(stated)} {unit}".strip(), f"{file}#{number}")
