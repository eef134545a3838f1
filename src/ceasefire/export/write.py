"""Write the numbers of a forecast into a folder: all is made, and every place looked at, before the first file is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ceasefire import __version__
from ceasefire.export.csv_files import as_csv
from ceasefire.export.netcdf import as_netcdf
from ceasefire.export.table import Table
from ceasefire.export.tables import columns_of, tables_of
from ceasefire.forecast.as_json import from_json
from ceasefire.forecast.outputs import Outputs
from ceasefire.forecast.written import NOT_OURS, read_written, refuse

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.model import Forecast

Format = Literal["csv", "netcdf"]
METADATA = "metadata.json"


@dataclass(frozen=True)
class Written:
    """What an export wrote.

    Parameters
    ----------
    files : paths
        ``metadata.json`` is the last; it holds the SHA-256 of the others, which so are known to belong together.
    rows : by table
    """

    files: tuple[Path, ...]
    rows: Mapping[str, int]


def export(case: Case, forecast: Path, folder: Path, form: Format = "csv") -> Written:
    """Write the forecast of a case as tables (``csv``) or as one file of labelled arrays (``netcdf``).

    Parameters
    ----------
    forecast : path
        What ``ceasefire run`` wrote.
    folder : path
        Is made where there is none; a file in it that somebody else wrote is left as it is, and then nothing is written.

    Raises
    ------
    InputError
        Where there is no forecast, or not one of this version of the case.
    UsageError
        Where a file is in the way, or xarray is missing.
    """
    plain = read_written(forecast, case)
    try:
        found = from_json(plain)
        tables = tables_of(found)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        hint = f"ceasefire run {case.name} writes it anew"
        raise refuse("L301", NOT_OURS, forecast, found=str(error), hint=hint) from None
    about = metadata(found, tables, hashlib.sha256(forecast.read_bytes()).hexdigest())
    files = {"csv": _csv, "netcdf": _netcdf}[form](tables, about)
    outputs = Outputs(folder)
    outputs.check(*files)
    written = tuple(outputs.write_bytes(name, content) for name, content in files.items())
    return Written(written, about["tables"])


def metadata(forecast: Forecast, tables: Sequence[Table], digest: str) -> dict[str, Any]:
    """Return what a reader must know of the numbers: of which case they are, and how they were computed.

    Parameters
    ----------
    digest : str
        SHA-256 of the file that the forecast was read from.
    """
    names = ("case", "title", "case_hash", "status", "as_of", "seed", "versions", "settings", "seconds", "dates")
    said = {name: getattr(forecast, name) for name in names}
    rows = {table.layout.name: len(table.rows) for table in tables}
    return {**said, "forecast_sha256": digest, "exported_by": f"ceasefire {__version__}", "tables": rows}


def _csv(tables: tuple[Table, ...], about: Mapping[str, Any]) -> dict[str, bytes]:
    every = (*tables, columns_of(tables))
    files = {f"{table.layout.name}.csv": as_csv(table).encode() for table in every}
    return _with_metadata(files, about)


def _netcdf(tables: tuple[Table, ...], about: Mapping[str, Any]) -> dict[str, bytes]:
    plain = {name: x if isinstance(x, str | int) else _text(x) for name, x in about.items() if name != "dates"}
    return _with_metadata({"forecast.nc": as_netcdf(tables, plain)}, about)


def _with_metadata(files: dict[str, bytes], about: Mapping[str, Any]) -> dict[str, bytes]:
    """Return files and, last, what is to be known of them, with the digest of each."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return {**files, METADATA: _json({**about, "files": digests})}


def _json(found: Any) -> bytes:
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _text(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)
