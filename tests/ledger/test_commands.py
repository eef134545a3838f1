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


def test_a_forecast_is_registered_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ledger", "add", "small") == 0
    first = capsys.readouterr().out
    assert "Registered 2 forecasts" in first
    assert call("ledger", "add", "small") == 0
    second = capsys.readouterr().out
    assert "Registered already, nothing added: 2 forecasts" in second
    assert first.splitlines()[-1] == second.splitlines()[-1], "the head did not move"


def test_headlines_that_nothing_resolves_are_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = here / "small" / "case.yaml"
    queries = (
        HEADLINES[0],
        "belief(north.resolve = high at 2020-04-15)",
        "P(end_of_war by 2021-12-31 | plan = press_always)",
    )
    headlines = json.dumps(queries)
    text = case.read_text(encoding="utf-8")
    start = text.index("  headlines: [")
    case.write_text(text[:start] + f"  headlines: {headlines}" + text[text.index("\n", start) :], encoding="utf-8")
    place = here / "ceasefire-out" / "small" / "forecast.json"
    forecast = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps(forecast | {"case_hash": read_case(here / "small").case_hash}), encoding="utf-8")
    assert call("ledger", "add", "small", "--json") == 0
    found = printed(capsys)
    assert len(found["new"]) == 1
    assert [one["reason"] for one in found["left_out"]] == ["not_an_event", "condition"]


def test_a_case_that_was_changed_since_its_run_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = here / "small" / "case.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("30 days", "60 days"), encoding="utf-8")
    assert call("ledger", "add", "small", "--json") == 1
    assert [fault["code"] for fault in printed(capsys)["faults"]] == ["L302"]
    assert not (here / "ceasefire-ledger.db").exists()


def test_a_live_forecast_of_the_past_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    small(tmp_path, "live")
    assert call("ledger", "add", "small", "--json") == 1
    faults = printed(capsys)["faults"]
    assert [fault["code"] for fault in faults] == ["L304", "L304"]
    assert all("reconstruction" in fault["hint"] for fault in faults)
    assert not (tmp_path / "ceasefire-ledger.db").exists()


def test_all_wrong_queries_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["P(nothing by 2020-12-31)", "P(truce_in_effect", "P(truce_in_effect by 2020-12-31)"]
    assert call("ledger", "add", "small", "--json", *(word for text in wrong for word in ("--query", text))) == 1
    assert [fault["code"][0] for fault in printed(capsys)["faults"]] == ["Q", "Q"]
    more = ["P(truce_in_effect by 2020-09-30)", "belief(north.resolve = high at 2020-04-15)"]
    assert call("ledger", "add", "small", "--json", *(word for text in more for word in ("--query", text))) == 1
    assert [fault["code"] for fault in printed(capsys)["faults"]] == ["L303", "L303"]


def test_no_forecast_no_ledger_no_case(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ledger", "list") == 1
    assert "L101" in capsys.readouterr().err
    assert call("ledger", "add", "small", "--forecast", "none.json") == 1
    assert "L301" in capsys.readouterr().err
    (here / "bad.json").write_text("{}")
    assert call("ledger", "add", "small", "--forecast", "bad.json") == 1
    assert "L301" in capsys.readouterr().err
    assert call("ledger", "resolve", "Q1", "no", "--date", "soon") == 2
    assert call("ledger", "score", "--language", "xx") == 2
    assert call("ledger", "score", "--base-rate", "2") == 2
    assert call("ledger", "import", "t.csv", "--map", "key") == 2
    assert {one.name for one in here.iterdir()} == {"small", "ceasefire-out", "bad.json"}


@pytest.mark.parametrize(
    "edit",
    [
        {"as_of": "yesterday"},
        {"status": "certain"},
        {"outcomes": {"truce_in_effect": [{"date": "2020-04-30", "p": 1.5}]}},
        {"outcomes": {"truce_in_effect": [{"date": "2020-04-30", "p": float("nan")}]}},
        {"outcomes": {"truce_in_effect": [{"day": "2020-04-30"}]}},
        {"outcomes": [1, 2]},
        {"headlines": [{"query": HEADLINES[0], "value": "much"}]},
        {"headlines": [{"query": HEADLINES[0], "value": -0.1}]},
    ],
)
def test_a_forecast_that_was_edited_is_a_fault_and_no_traceback(
    here: Path, edit: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    place = here / "ceasefire-out" / "small" / "forecast.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | edit))
    assert call("ledger", "add", "small", "--json") == 1
    assert {fault["code"] for fault in printed(capsys)["faults"]} == {"L301"}
    assert not (here / "ceasefire-ledger.db").exists()


def test_export_and_verify(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ledger", "add", "small") == 0
    assert call("ledger", "export", "--format", "json", "--output", "kept.json") == 0
    assert call("ledger", "export", "--format", "json", "--output", "kept.json") == 2
    capsys.readouterr()
    assert call("ledger", "export") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 1 + 4, "a head, one probability, four dates"
    assert call("ledger", "verify", "--against", "kept.json", "--language", "de") == 0
    text = capsys.readouterr().out
    assert "Das Register ist heil: 4 Zeilen" in text
    assert max(map(len, text.splitlines())) <= 80
    assert call("ledger", "verify", "--json", "--head", "0123456789abcdef") == 1
    assert [fault["code"] for fault in printed(capsys)["faults"]] == ["L207"]


def test_an_import_from_the_command_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "crowd.csv").write_text("id,day,chance,note\nQ1,2020-05-01,40,x\nQ1,2020-06-01,70,y\n", encoding="utf-8")
    assert call("ledger", "add", "small", "--query", HEADLINES[0]) == 0
    capsys.readouterr()
    words = [
        "--map",
        "in_ledger=id",
        "--map",
        "as_of=day",
        "--map",
        "p=chance",
        "--set",
        "forecaster=many",
        "--percent",
    ]
    assert call("ledger", "import", "crowd.csv", *words, "--where", "note=x", "--json") == 0
    assert printed(capsys)["entries"] == 1
    assert call("ledger", "list", "--json") == 0
    assert [one["p"] for one in printed(capsys)["entries"]] == [0.6, 0.4]
