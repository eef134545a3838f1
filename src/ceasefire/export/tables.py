"""All tables of a forecast. The set of tables is always the same; one about what was not computed has no rows."""

from __future__ import annotations

from ceasefire.export.answers import answers
from ceasefire.export.arguments import arguments
from ceasefire.export.draws import draws
from ceasefire.export.inputs import inputs
from ceasefire.export.kept_back import without_withheld
from ceasefire.export.next_moves import next_moves
from ceasefire.export.over_time import over_time
from ceasefire.export.table import Layout, Table, number, text
from ceasefire.forecast.model import Forecast

COLUMNS = Layout(
    "columns",
    "what every column of every table means",
    (
        text("table", "table, and file without its ending"),
        text("column", "column of it"),
        number("position", "place of the column in it, from 1"),
        text("kind", "text, date, number or yes/no"),
        text("unit", "unit of a number; 1 where it is a pure number"),
        text("says", "what it means"),
    ),
)


def tables_of(forecast: Forecast) -> tuple[Table, ...]:
    """Return all tables of a forecast, without what the report withholds.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError
        Where the forecast is not as ``ceasefire run`` writes it.
    """
    shown = without_withheld(forecast)
    kinds = (answers, next_moves, over_time, arguments, inputs, draws)
    return tuple(table for tables in kinds for table in tables(shown))


def columns_of(tables: tuple[Table, ...]) -> Table:
    """Return the table that documents every column of some tables, and its own."""
    return COLUMNS.of(
        {
            "table": layout.name,
            "column": column.name,
            "position": k,
            "kind": column.kind,
            "unit": column.unit,
            "says": column.says,
        }
        for layout in (*(one.layout for one in tables), COLUMNS)
        for k, column in enumerate(layout.columns, 1)
    )
