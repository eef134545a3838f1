"""Tables as one NetCDF file: an array per column, with the names of its rows as dimensions.

Tables whose rows are named (`Layout.along`) share dimensions: ``date``, ``outcome``, ``label``, ``actor``, ``actor_type``,
``headline`` and so on, each with the values that any of them has. What a table does not say of a combination is missing
(NaN, NaT, empty text). The other tables are lists along a dimension of their own. A yes is 1, a no 0.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import UsageError
from ceasefire.export.table import Cell, Column, Kind, Table

if TYPE_CHECKING:
    import xarray

Array = NDArray[Any]
Ticks = Mapping[str, Mapping[Cell, int]]
"""By dimension: the place of each of its values."""
EMPTY: Mapping[Kind, Any] = {"text": "", "date": "NaT", "number": np.nan, "yes/no": np.nan}
TYPES: Mapping[Kind, Any] = {"text": object, "date": "datetime64[s]", "number": np.float64, "yes/no": np.float64}


@dataclass(frozen=True)
class Variable:
    """An array with the names of its dimensions and what is said of it."""

    name: str
    dims: tuple[str, ...]
    values: Array
    says: Mapping[str, str]


def as_netcdf(tables: Sequence[Table], about: Mapping[str, str | int]) -> bytes:
    """Return a file with all tables.

    Parameters
    ----------
    about : mapping
        Attributes of the whole.

    Raises
    ------
    UsageError
        Where xarray or netCDF4 is not installed.
    """
    found = as_dataset(tables, about)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "forecast.nc"
        found.to_netcdf(place, engine="netcdf4")
        return place.read_bytes()


def as_dataset(tables: Sequence[Table], about: Mapping[str, str | int]) -> xarray.Dataset:
    """Return all tables as labelled arrays; arguments and errors as of `as_netcdf`."""
    xr = _xarray()
    ticks = _ticks(tables)
    kinds: dict[str, Column] = {c.name: c for t in tables for c in t.layout.columns if c.name in _along(t)}
    coordinates = {name: (name, _array(list(at), kinds[name].kind), _said(kinds[name])) for name, at in ticks.items()}
    variables = [variable for table in tables for variable in _variables(table, ticks)]
    arrays = {one.name: (one.dims, one.values, dict(one.says)) for one in variables}
    found: xarray.Dataset = xr.Dataset(arrays, coords=coordinates, attrs=dict(about))
    return found


def _xarray() -> Any:
    """Return the module xarray: it and what it writes with are an extra."""
    try:
        import netCDF4  # noqa: F401  # xarray writes with it
        import xarray
    except ImportError as error:
        raise UsageError(
            f"--format netcdf needs xarray and netCDF4 ({error}): pip install 'ceasefire[arrays]'; --format csv needs neither"
        ) from None
    return xarray


def _along(table: Table) -> tuple[str, ...]:
    """Return the columns along which a table extends; none where two rows have the same names."""
    along = table.layout.along
    names = list(zip(*(table.column(name) for name in along), strict=True))
    return along if len(set(names)) == len(names) and not any(None in one for one in names) else ()


def _ticks(tables: Sequence[Table]) -> Ticks:
    found: dict[str, dict[Cell, None]] = {}
    for table in tables:
        for name in _along(table):
            if name != table.layout.apart:
                found.setdefault(name, {}).update(dict.fromkeys(table.column(name)))
    dates = sorted(found.get("date", {}), key=str)
    return {name: {one: k for k, one in enumerate(dates if name == "date" else at)} for name, at in found.items() if at}


def _variables(table: Table, ticks: Ticks) -> Iterator[Variable]:
    """Yield the columns of a table as arrays; a table without rows has none."""
    if not table.rows:
        return
    layout, along = table.layout, _along(table)
    if not along:
        for column in layout.columns:
            values = _array(table.column(column.name), column.kind)
            yield Variable(f"{layout.name}_{column.name}", (layout.name,), values, _said(column))
    elif layout.apart:
        yield from _apart(table, ticks)
    else:
        for column in layout.columns:
            if column.name not in along:
                yield Variable(
                    f"{layout.name}_{column.name}", along, _spread(table, column, along, ticks), _said(column)
                )


def _apart(table: Table, ticks: Ticks) -> Iterator[Variable]:
    """Yield arrays for each thing in a table of things with units of their own."""
    apart, unit = table.layout.apart, table.names.index("unit")
    place = table.names.index(apart)
    along = tuple(name for name in table.layout.along if name != apart)
    for thing in dict.fromkeys(table.column(apart)):
        part = Table(table.layout, tuple(row for row in table.rows if row[place] == thing))
        for column in table.layout.columns:
            if column.name not in (*table.layout.along, "unit"):
                said = _said(column, str(part.rows[0][unit] or "1"))
                yield Variable(f"{apart}_{thing}_{column.name}", along, _spread(part, column, along, ticks), said)


def _spread(table: Table, column: Column, along: tuple[str, ...], ticks: Ticks) -> Array:
    """Return a column as an array along dimensions, empty where the table has no row."""
    found = np.full([len(ticks[name]) for name in along], EMPTY[column.kind], dtype=TYPES[column.kind])
    places = [[ticks[name][one] for one in table.column(name)] for name in along]
    found[tuple(places)] = _array(table.column(column.name), column.kind)
    return found


def _array(cells: Sequence[Cell], kind: Kind) -> Array:
    return np.array([EMPTY[kind] if cell is None else cell for cell in cells], dtype=TYPES[kind])


def _said(column: Column, unit: str = "") -> dict[str, str]:
    said = {"long_name": column.says}
    if column.kind == "number":
        said["units"] = unit or {"probability": "1"}.get(column.unit, column.unit)
    if column.kind == "yes/no":
        said |= {"units": "1", "comment": "1 yes, 0 no"}
    return said
