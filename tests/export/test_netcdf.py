"""The NetCDF file holds what the tables hold, under the names of its dimensions."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from ceasefire.errors import UsageError
from ceasefire.export import export
from ceasefire.export.netcdf import as_dataset
from ceasefire.export.table import Layout, Table, number, text
from ceasefire.export.tables import tables_of
from tests.export.given import plain, written
from tests.report.sample import bare_forecast, sample_forecast
from tests.report.sample_case import sample_case
from tests.report.sample_drawn import drawn_forecast

xarray = pytest.importorskip("xarray")
pytest.importorskip("netCDF4")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> xarray.Dataset:
    folder = tmp_path_factory.mktemp("netcdf")
    done = export(sample_case(), written(drawn_forecast(), folder), folder / "numbers", "netcdf")
    assert [path.name for path in done.files] == ["forecast.nc", "metadata.json"]
    return xarray.load_dataset(done.files[0], engine="netcdf4")


def test_every_number_is_that_of_the_forecast(opened: xarray.Dataset) -> None:
    given = plain(drawn_forecast())
    for name, rows in given["outcomes"].items():
        for row in rows:
            here = opened.sel(outcome=name, date=np.datetime64(row["date"]))
            assert [float(here[f"outcomes_{key}"]) for key in ("p", "low", "high", "monte_carlo")] == [
                row[key] for key in ("p", "low", "high", "monte_carlo")
            ]
    for row in given["end_states"]:
        here = opened.end_states_p.sel(date=np.datetime64(row["date"]))
        assert {str(label): float(here.sel(label=label)) for label in here.label.values} == row["p"]
    about = given["beliefs"]["aria"]
    here = opened.sel(actor="aria", date=[np.datetime64(day) for day in about["dates"]],
                      actor_type=[kind["name"] for kind in about["types"]])  # fmt: skip
    for key in ("held", "reader", "reader_low"):
        assert here[f"beliefs_{key}"].transpose("date", "actor_type").values.tolist() == about[key]
    assert opened.headlines_value.sel(headline=given["headlines"][0]["query"]) == given["headlines"][0]["value"]
    assert opened.map_p.shape == (9, 9)
    for cell in given["factor_map"]["cells"]:
        here = opened.sel(x=cell["x"], y=cell["y"])
        assert (float(here.map_p), bool(here.map_grey)) == (cell["p"], cell["grey"])


def test_dimensions_units_and_metadata(opened: xarray.Dataset) -> None:
    assert opened.outcomes_p.dims == ("outcome", "date")
    assert opened.beliefs_held.dims == ("actor", "actor_type", "date")
    assert opened.stock_strain_mean.dims == ("date",)
    assert opened.stock_strain_mean.attrs["units"] == "months"
    assert opened.side_stock_dead_mean.attrs["units"] == "people"
    assert np.issubdtype(opened.date.dtype, np.datetime64)
    for name, one in opened.variables.items():
        assert one.attrs["long_name"], name
        assert "units" in one.attrs or one.dtype.kind in "UOM", name
    forecast = drawn_forecast()
    for name in ("case", "case_hash", "seed", "as_of", "status"):
        assert opened.attrs[name] == getattr(forecast, name)


@pytest.mark.parametrize("sample", [sample_forecast, drawn_forecast])
def test_every_cell_of_every_table_is_in_the_arrays(sample: type, opened: xarray.Dataset) -> None:
    tables = tables_of(sample())
    found = as_dataset(tables, {})
    for table in tables:
        for column in table.layout.columns:
            cells = [cell for cell in table.column(column.name) if cell is not None]
            named = [n for n in found.variables if str(n) in (column.name, f"{table.layout.name}_{column.name}")]
            if cells and not table.layout.apart:
                there = {_plain(x) for name in named for x in found[name].values.ravel()}
                assert {_plain(np.datetime64(x) if column.kind == "date" else x) for x in cells} <= there, column


def _plain(x: object) -> object:
    return str(np.datetime64(x, "D")) if isinstance(x, np.datetime64) else x


def test_rows_of_the_same_name_become_a_list() -> None:
    layout = Layout("pairs", "a table", (text("name", "a name"), number("x", "a number")), ("name",))
    twice = Table(layout, (("a", 1.0), ("a", 2.0)))
    assert as_dataset([twice], {}).pairs_x.dims == ("pairs",)
    assert as_dataset([Table(layout, (("a", 1.0), ("b", None)))], {}).pairs_x.dims == ("name",)


def test_a_forecast_without_numbers(tmp_path: Path) -> None:
    found = as_dataset(tables_of(bare_forecast()), {})
    assert "claim" in found.dims
    assert "outcomes_p" not in found


@pytest.mark.parametrize("missing", ["xarray", "netCDF4"])
def test_without_xarray_it_says_what_to_install(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = written(sample_forecast(), tmp_path)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UsageError, match=r"pip install 'ceasefire\[arrays\]'"):
        export(sample_case(), place, tmp_path / "numbers", "netcdf")
    assert not (tmp_path / "numbers").exists()
    export(sample_case(), place, tmp_path / "numbers", "csv")
