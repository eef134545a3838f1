"""``ceasefire game solve``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ceasefire.cli import main
from ceasefire.game.theory import crisis_signals
from tests.solve.random_games import random_game


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(["game", "solve", *arguments])
    return int(stop.value.code or 0), capsys.readouterr().out


@pytest.fixture
def game_file(tmp_path: Path) -> Path:
    path = tmp_path / "game.json"
    path.write_text(json.dumps(random_game(1, types=(1, 2))))
    return path


def test_json_has_everything(game_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(
        capsys, str(game_file), "--history", "a", "--history", "b", "--intervals", "8", "--reach", "s3", "--json"
    )
    assert code == 0
    found: dict[str, Any] = json.loads(text)
    assert set(found) == {"values", "expected_values", "certificate", "histories", "reach"}
    assert len(found["values"]["actor0"]) == 2
    certificate = found["certificate"]
    assert certificate["branch"] == "stagewise-principal"
    assert certificate["intervals"] == 8
    assert certificate["converged"] is True
    assert certificate["regret"] < 1e-9
    assert 0.0 < certificate["best_response_loss"] < 10.0
    assert [entry["history"] for entry in found["histories"]] == ["a", "b"]
    decision = found["histories"][0]["decisions"][0]
    assert decision["period"] == 0
    assert sum(decision["probabilities"][0]) == pytest.approx(1.0)
    reached = found["reach"]["s3"]
    assert len(reached["by_type"]) == 2
    assert len(reached["average"]) == 2
    assert reached["error"] <= 2e-4
    assert len(reached["beliefs_elsewhere"]["actor1"]["mean"][0][0]) == 2


def test_text_names_what_it_shows(game_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, str(game_file), "--history", "", "--intervals", "4")
    assert code == 0
    assert "best-response loss" in text
    assert "step of actor0" in text


def test_other_starts_are_counted_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "crisis.json"
    path.write_text(json.dumps(crisis_signals()))
    code, text = run(capsys, str(path), "--starts", "6", "--history", "challenge", "--json")
    assert code == 0
    found = json.loads(text)
    assert found["starts"] == {"number": 6, "not_converged": []}
    assert [one["number"] for one in found["equilibria"]] == [1, 2, 3]
    assert sorted(start for one in found["equilibria"] for start in one["starts"]) == list(range(7))
    assert found["values"] == found["equilibria"][0]["values"]
    resists = [one["histories"][0]["decisions"][1]["probabilities"][0][1] for one in found["equilibria"]]
    assert max(resists) - min(resists) > 0.5
    assert found["equilibria"][1]["moves_apart"] > 0.1
    code, text = run(capsys, str(path), "--starts", "6")
    assert "distinct equilibria from 6 other starts: 3" in text
    assert "equilibrium 3" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["--history", "nonsense"],
        ["--reach", "nowhere"],
        ["--intervals", "0"],
        ["--starts", "-1"],
        ["--history", "a;b;a;b;a"],
    ],
)
def test_wrong_usage(game_file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, _ = run(capsys, str(game_file), *arguments)
    assert code == 2


def test_a_faulty_game_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = random_game(1)
    document["steps"][0]["table"]["s0"]["a"]["to"] = {"s0": 0.5, "nowhere": 0.4}
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(document))
    code, text = run(capsys, str(path), "--json")
    assert code == 1
    assert {fault["code"] for fault in json.loads(text)["faults"]} == {"G110", "G112"}
