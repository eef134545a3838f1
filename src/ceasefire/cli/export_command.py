"""``ceasefire export``: the numbers of a forecast as files for other programs. It parses, calls the API and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from ceasefire.cli.options import CaseName, Json, show


def register(app: App) -> None:
    """Add the command ``export``."""
    app.command(export_numbers, name="export")


def export_numbers(
    case: CaseName,
    *,
    forecast: Annotated[Path | None, Parameter(help="What run wrote; ceasefire-out/CASE/forecast.json.")] = None,
    output: Annotated[Path | None, Parameter(help="Folder; ./ceasefire-out/CASE/numbers unless said.")] = None,
    form: Annotated[Literal["csv", "netcdf"], Parameter(name="--format", help="Tables, or labelled arrays.")] = "csv",
    as_json: Json = False,
) -> int:
    """Write the numbers behind the report as tables or arrays that R, Stata, pandas and xarray read."""
    from ceasefire.case import read_case
    from ceasefire.export import export
    from ceasefire.forecast.written import place_of

    read = read_case(case)
    place = place_of(read)
    done = export(read, forecast or place, output or place.parent / "numbers", form)
    found = {"files": [str(path) for path in done.files], "rows": done.rows}
    full = [name for name, count in done.rows.items() if count]
    lines = [f"{len(full)} of {len(done.rows)} tables have rows: {', '.join(full)}", str(done.files[0].parent)]
    return show(found, "\n".join(lines), as_json=as_json)
