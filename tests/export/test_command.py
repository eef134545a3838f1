"""The command: where it looks, where it writes, what it never writes over, what it says when there is nothing to export."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case import read_case
from ceasefire.cli import main
from ceasefire.export import export
from tests.case.small_case import write_small_case
from tests.export.given import read, written
from tests.report.sample import sample_forecast
from tests.report.sample_case import sample_case

GERMAN = {"en": "Ship's cook", "de": "Schiffsköchin, „Übergröße“ – ß"}


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_small_case(tmp_path / "small")
    return tmp_path


def forecast_of_small(here: Path) -> Path:
    case = read_case(here / "small")
    found = replace(sample_forecast(), case=case.name, case_hash=case.case_hash, title=GERMAN)
    return written(found, here / "ceasefire-out" / "small")


def test_tables_are_written_beside_the_forecast(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forecast_of_small(here)
    assert call("export", "small", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    folder = here / "ceasefire-out" / "small" / "numbers"
    assert {Path(path).name for path in said["files"]} == {one.name for one in folder.iterdir()} - {".ceasefire.json"}
    assert said["rows"]["outcomes"] == len(read(folder / "outcomes.csv"))
    assert call("export", "small") == 0
    assert "tables have rows" in capsys.readouterr().out


def test_metadata_says_of_what_the_numbers_are(here: Path) -> None:
    from hashlib import sha256

    place = forecast_of_small(here)
    assert call("export", "small", "--output", "out") == 0
    found = json.loads((here / "out" / "metadata.json").read_text(encoding="utf-8"))
    assert found["case_hash"] == read_case(here / "small").case_hash
    assert (found["seed"], found["as_of"], found["versions"]["ceasefire"]) == (1, "2031-07-15", "0.1.0")
    assert found["forecast_sha256"] == sha256(place.read_bytes()).hexdigest()
    assert found["files"] == {
        one.name: sha256(one.read_bytes()).hexdigest() for one in (here / "out").glob("*.csv")
    }  # fmt: skip


def test_umlauts_survive(here: Path) -> None:
    forecast_of_small(here)
    assert call("export", "small", "--output", "out") == 0
    texts = read(here / "out" / "texts.csv")
    assert {row["language"]: row["text"] for row in texts if row["kind"] == "case"} == GERMAN
    xarray = pytest.importorskip("xarray")
    assert call("export", "small", "--output", "out", "--format", "netcdf") == 0
    found = xarray.load_dataset(here / "out" / "forecast.nc", engine="netcdf4")
    assert GERMAN["de"] in found.texts_text.values
    assert json.loads(found.attrs["title"]) == GERMAN


def test_a_file_of_somebody_else_is_left_alone_and_nothing_is_written(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forecast_of_small(here)
    (here / "out").mkdir()
    (here / "out" / "trust.csv").write_text("mine")
    assert call("export", "small", "--output", "out") == 2
    assert "not written by ceasefire" in capsys.readouterr().err
    assert {one.name: one.read_text() for one in (here / "out").iterdir()} == {"trust.csv": "mine"}


def test_an_own_table_that_was_edited_is_left_alone(here: Path) -> None:
    forecast_of_small(here)
    assert call("export", "small", "--output", "out") == 0
    assert call("export", "small", "--output", "out") == 0
    with (here / "out" / "outcomes.csv").open("a") as file:
        file.write("mine")
    assert call("export", "small", "--output", "out") == 2
    assert (here / "out" / "outcomes.csv").read_text(encoding="utf-8").endswith("mine")


def test_no_forecast_says_which_command_makes_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("export", "small") == 1
    said = capsys.readouterr().err
    assert "L301" in said
    assert "ceasefire run small" in said
    assert not (here / "ceasefire-out").exists()


def test_a_forecast_of_another_version_of_the_case_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forecast_of_small(here)
    case = here / "small" / "case.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("30 days", "60 days"), encoding="utf-8")
    assert call("export", "small") == 1
    assert "L302" in capsys.readouterr().err


@pytest.mark.parametrize(
    "edit",
    [
        {"claims": []},
        {"claims": {"C1": {"role": "fact"}}},
        {"outcomes": {"pause": [{"day": "2031-01-01"}]}},
        {"outcomes": {"pause": [{"date": "soon", "p": 1, "low": None, "high": None, "what": "", "monte_carlo": 0}]}},
        {"headlines": [{"query": "q", "value": "much"}]},
        {"headlines": [{"query": "q", "value": 1, "unheard_of": 2}]},
        {"end_states": [{"date": "2031-01-31"}]},
        {
            "beliefs": {
                "aria": {"dates": ["2031-01-31"], "types": [{"name": "a", "prior": 1, "labels": {}}], "held": []}
            }
        },
        {"stocks": {"strain": {"dates": ["2031-01-31"], "mean": [1], "low": [1, 2], "high": []}}, "side": 3},
        {"ensemble": {"draws": 3, "learned": [{"name": "a", "prior": [1], "posterior": [1]}]}},
        {"evidence": []},
        {"unheard_of": 1},
    ],
)
def test_a_forecast_that_was_edited_is_a_fault_and_no_traceback(
    here: Path, edit: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    place = forecast_of_small(here)
    place.write_text(json.dumps(json.loads(place.read_text(encoding="utf-8")) | edit), encoding="utf-8")
    for form in ("csv", "netcdf"):
        assert call("export", "small", "--format", form, "--json") == 1
        assert [fault["code"] for fault in json.loads(capsys.readouterr().out)["faults"]] == ["L301"]
    assert not (here / "ceasefire-out" / "small" / "numbers").exists()


def test_tables_need_no_xarray(tmp_path: Path) -> None:
    written(sample_forecast(), tmp_path)
    code = "import sys, ceasefire.export; print(sorted({'xarray', 'netCDF4'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert export(sample_case(), tmp_path / "forecast.json", tmp_path / "numbers").files[-1].name == "metadata.json"
