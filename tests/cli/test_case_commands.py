"""``check``, ``schema``, ``cases``, ``new``: what is printed, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceasefire.cli import main
from tests.case.small_case import write_small_case


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_check_of_a_valid_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(write_small_case(tmp_path / "small"))
    assert run(capsys, "check", folder) == (0, f"{folder} has no faults.\n", "")


def test_check_shows_all_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(write_small_case(tmp_path, {"status: live": "status: alive", "default: wait": "default: weit"}))
    code, out, _ = run(capsys, "check", folder)
    assert code == 1
    assert "C016" in out
    assert "C243" in out
    assert out.endswith(f"2 faults in {folder}.\n")


def test_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(write_small_case(tmp_path, {"status: live": "status: alive"}))
    code, out, _ = run(capsys, "check", folder, "--json")
    printed = json.loads(out)
    assert code == 1
    assert printed["valid"] is False
    (fault,) = printed["faults"]
    assert (fault["code"], fault["file"], fault["line"], fault["column"]) == ("C016", "case.yaml", 3, 9)
    assert fault["hint"] == 'did you mean "live"?'
    write_small_case(tmp_path)
    code, out, _ = run(capsys, "check", folder, "--json", "--explain")
    printed = json.loads(out)
    assert code == 0
    assert printed["valid"] is True
    assert len(printed["case_hash"]) == 64
    assert printed["explain"]


def test_check_explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(write_small_case(tmp_path))
    code, out, _ = run(capsys, "check", folder, "--explain", "--language", "de")
    assert code == 0
    assert "Nur Norden kennt Entschlossenheit" in out


def test_check_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "check", "no-such-case")
    assert code == 1
    assert "C017" in err


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "schema")
    assert code == 0
    assert json.loads(out)["properties"]["calendar"]
    assert run(capsys, "schema", "nothing")[0] == 2


def test_new_and_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cases", "--json")
    assert code == 0
    patterns = json.loads(out)["patterns"]
    if not patterns:
        pytest.skip("no patterns are shipped")
    target = str(tmp_path / "mine")
    assert run(capsys, "new", target, "--pattern", patterns[0])[0] == 0
    assert run(capsys, "check", target)[0] == 0
    assert run(capsys, "new", target, "--pattern", patterns[0])[0] == 2
    assert run(capsys, "new", str(tmp_path / "b"), "--pattern", "nothing")[0] == 1
