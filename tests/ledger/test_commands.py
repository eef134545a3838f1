"""The commands: register, list, resolve, score; what they print, their exit codes, and that nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case import read_case
from ceasefire.cli import main
from tests.case.small_case import write_small_case

HEADLINES = ["P(truce_in_effect by 2020-12-31)", "median(truce_in_effect)"]


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


def small(folder: Path, status: str = "back-test") -> Path:
    """Write the small case and the forecast that a run of it would write, with numbers chosen here."""
    write_small_case(folder / "small", {"status: live": f"status: {status}"} if status != "live" else {})
    case = read_case(folder / "small")
    dates = ["2020-04-30", "2020-06-30", "2020-12-31", "2021-12-31"]
    curve = [{"date": day, "p": p, "low": None, "high": None, "what": "", "monte_carlo": 0.001}
             for day, p in zip(dates, (0.1, 0.3, 0.6, 0.8), strict=True)]  # fmt: skip
    forecast: dict[str, Any] = {
        "case": case.name,
        "case_hash": case.case_hash,
        "status": case.status,
        "as_of": "2020-04-15",
        "seed": 1,
        "versions": {"ceasefire": "0.1.0"},
        "settings": {"preview": True},
        "outcomes": {"truce_in_effect": curve},
        "headlines": [{"query": HEADLINES[0], "value": 0.6, "low": 0.4, "high": 0.7, "what": "range", "error": 0.001}],
    }
    place = folder / "ceasefire-out" / "small" / "forecast.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(forecast), encoding="utf-8")
    return place


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    small(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_whole_way(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = [word for text in HEADLINES for word in ("--query", text)]
    assert call("ledger", "add", "small", *queries, "--json") == 0
    added = printed(capsys)
    assert [pair["entry"]["p"] for pair in added["new"]] == [0.6, None]
    assert {pair["entry"]["class"] for pair in added["new"]} == {"back-test"}
    assert added["new"][0]["question"]["deadline"] == "2020-12-31"
    assert added["new"][0]["question"]["status"] == "in_effect"
    assert added["new"][1]["entry"]["curve"][-1] == ["2021-12-31", 0.8]
    assert call("ledger", "resolve", "Q1", "--date", "2020-09-01", "--source", "a paper") == 0
    assert call("ledger", "resolve", "Q2", "yes", "--date", "2020-09-01", "--source", "a paper") == 0
    capsys.readouterr()
    assert call("ledger", "score", "--json") == 0
    scores = printed(capsys)["classes"]["back-test"]["forecasters"]
    by_kind = {one["kind"]: one for one in scores}
    assert by_kind["binary"]["means"]["brier"]["value"] == pytest.approx(0.16)
    assert by_kind["date"]["n"] == 1
    assert call("ledger", "score", "--language", "de") == 0
    text = capsys.readouterr().out
    assert "1 Frage ist zu wenig für irgendeinen Schluss" in text
    assert max(map(len, text.splitlines())) <= 80
    assert call("ledger", "list", "--language", "de") == 0
    text = capsys.readouterr().out
    assert "Tritt „" in text
    assert max(map(len, text.splitlines())) <= 80
