"""The commands: what they print, their exit codes, and that they write only their own files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ceasefire.cli import main

SMALL = ["--preview", "--quiet"]


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


def test_ask_prints_the_promised_fields(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ask", str(folder), "P(truce_in_effect by 2020-12-31)", "--json", *SMALL) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) >= {"query", "value", "low", "high", "error"}
    assert found["query"] == "P(truce_in_effect by 2020-12-31)"
    assert 0 < found["value"] < 1


def test_a_fault_in_the_query_is_a_fault_of_the_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ask", str(folder), "P(truce by 2020-12-31)", *SMALL) == 1
    assert "Q109" in capsys.readouterr().err
    assert call("ask", str(folder), "P(truce by 2020-12-31)", "--json", *SMALL) == 1
    assert json.loads(capsys.readouterr().out)["faults"][0]["code"] == "Q109"


def test_wrong_usage(folder: Path) -> None:
    assert call("run", str(folder), "--language", "xx", *SMALL) == 2
    assert call("explain", str(folder), "--date", "yesterday", "--step", "talks", *SMALL) == 2
    assert call("play", str(folder), "--json", *SMALL) == 2


def test_explain_and_play(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("explain", str(folder), "--date", "2020-06-15", "--step", "talks", "--language", "de", *SMALL) == 0
    assert "Norden" in capsys.readouterr().out
    assert call("play", str(folder), "--history", "wait,refuse", *SMALL) == 0
    assert "belief about north" in capsys.readouterr().out
    assert call("play", str(folder), "--history", "wait,refuse", "--json", *SMALL) == 0
    assert [fork["taken"] for fork in json.loads(capsys.readouterr().out)["forks"]][:2] == ["wait", "refuse"]


def test_a_map_has_nine_cells_along_one_factor(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("map", str(folder), "--json", "--quiet") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["cells"]) == 9
    xs = [cell["x"] for cell in found["cells"]]
    assert all(any(abs(kind["x"] - x) < 1e-9 for x in xs) for kind in found["types"])


@pytest.mark.slow
def test_run_writes_its_own_files_and_nothing_else(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    case = tmp_path / "small"
    shutil.copytree(folder, case)
    before = {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}
    assert call("run", str(case), *SMALL, "--quick") == 0
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines() if "ceasefire-out" not in line) <= 80
    out = tmp_path / "ceasefire-out" / "small"
    assert {path.name for path in out.iterdir()} == {"report.html", "forecast.json", ".ceasefire.json"}
    assert {path: path.read_bytes() for path in case.rglob("*") if path.is_file()} == before
    assert call("run", str(case), *SMALL, "--quick", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["case"] == "small"
    assert set(found["claims"]) == {"C1", "C2"}
    every = [word for part in ("plans", "claims", "map", "trust", "ranges") for word in ("--leave-out", part)]
    assert call("run", str(case), *SMALL, *every, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert not any(found[name] for name in ("claims", "plans", "trust", "tornado", "factor_map"))
    (out / "report.html").write_text("mine")
    assert call("run", str(case), *SMALL, "--quick") == 2
    assert "left as it is" in capsys.readouterr().err
    assert (out / "report.html").read_text() == "mine"
