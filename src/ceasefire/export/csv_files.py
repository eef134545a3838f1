"""Tables as CSV: UTF-8, commas, a decimal point, a header line. What there is not is empty; yes is true, no is false."""

from __future__ import annotations

import csv
import io

from ceasefire.export.table import Cell, Table


def as_csv(table: Table) -> str:
    """Return a table as text. A number is written with all its digits, so that it is read back as the same number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _written(cell: Cell) -> str | float:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else cell
