"""What stands in the tables is what stands in forecast.json, all of it, and every column says what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ceasefire.export.kept_back import without_withheld
from ceasefire.export.table import Layout, number, text
from ceasefire.forecast.as_json import as_json, from_json
from ceasefire.forecast.model import Forecast
from tests.export.given import Sample, exported, leaves, plain
from tests.report.sample import bare_forecast, sample_forecast
from tests.report.sample_drawn import drawn_forecast, withheld_forecast
from tests.report.sample_many import many

SAMPLES = [sample_forecast, drawn_forecast, withheld_forecast, lambda: many()[0]]
EQUILIBRIA = {
    "n_starts": 4, "not_converged": [3], "spread": {"q": [0.21, 0.43]},
    "found": [{"number": 1, "starts": [0, 2], "numbers": {"q": 0.21}, "unsolved": 0.0625},
              {"number": 2, "starts": [1], "numbers": {"q": 0.43}, "unsolved": 0.03125}],
}  # fmt: skip


def with_all(forecast: Forecast) -> Forecast:
    """Return a forecast with what the samples lack."""
    beliefs = {actor: {**about, "held_by_others": about["held_low"]} for actor, about in forecast.beliefs.items()}
    return replace(forecast, equilibria=EQUILIBRIA, settings={"preview": True, "n_paths": 4001}, beliefs=beliefs)


@pytest.mark.parametrize("sample", SAMPLES)
def test_everything_in_the_forecast_is_exported(sample: Sample, tmp_path: Path) -> None:
    forecast = with_all(sample())
    found = exported(forecast, tmp_path)
    cells = {cell for rows in found.values() for row in rows for cell in row.values()}
    words = {word for cell in cells for word in cell.split(" ")}
    metadata = leaves(json.loads((tmp_path / "numbers" / "metadata.json").read_text(encoding="utf-8")))
    numbers = {float(cell) for cell in cells if _is_number(cell)} | {x for x in metadata if not isinstance(x, str)}
    given = plain(without_withheld(forecast))
    for row in given["ensemble"].get("learned", ()):
        row.pop("title")  # that of the parameter
    for leaf in leaves(given):
        if isinstance(leaf, bool):
            continue
        if isinstance(leaf, str):
            assert leaf in cells or leaf in words or leaf in metadata, leaf
        else:
            assert leaf in numbers, leaf


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_number_stands_in_its_row_as_in_the_forecast(tmp_path: Path) -> None:
    forecast = drawn_forecast()
    found, given = exported(forecast, tmp_path), plain(forecast)
    outcomes = {(row["outcome"], row["date"]): row for row in found["outcomes"]}
    for name, rows in given["outcomes"].items():
        for one in rows:
            row = outcomes.pop((name, one["date"]))
            assert [float(row[key]) for key in ("p", "low", "high")] == [one[key] for key in ("p", "low", "high")]
    assert not outcomes
    beliefs = {(row["actor_type"], row["date"]): row for row in found["beliefs"]}
    about = given["beliefs"]["aria"]
    for t, day in enumerate(about["dates"]):
        for k, kind in enumerate(about["types"]):
            row = beliefs[kind["name"], day]
            for key in ("held", "reader", "reader_low", "reader_high"):
                assert float(row[key]) == about[key][t][k]
    for one, row in zip(given["headlines"], found["headlines"], strict=True):
        assert row["headline"] == one["query"]
        assert [float(row[key]) for key in ("value", "low", "high", "nominal")] == [
            one[key] for key in ("value", "low", "high", "nominal")
        ]
    strain = [float(row["mean"]) for row in found["stocks"] if row["stock"] == "strain"]
    assert strain == given["stocks"]["strain"]["mean"]
    assert {row["unit"] for row in found["stocks"]} == {"months"}
    assert {row["claim"]: row["verdict"] for row in found["claims"]} == {
        name: one["verdict"] for name, one in given["claims"].items()
    }


@pytest.mark.parametrize("sample", [*SAMPLES, bare_forecast])
def test_every_column_is_documented(sample: Sample, tmp_path: Path) -> None:
    found = exported(sample(), tmp_path)
    told: dict[str, list[str]] = {}
    for row in found["columns"]:
        told.setdefault(row["table"], []).append(row["column"])
        assert row["says"]
        assert bool(row["unit"]) == (row["kind"] == "number"), row
    heads = {
        path.stem: path.read_text(encoding="utf-8").splitlines()[0].split(",")
        for path in (tmp_path / "numbers").glob("*.csv")
    }
    assert told == heads


def test_the_set_of_tables_is_always_the_same(tmp_path: Path) -> None:
    full, bare = (exported(one(), tmp_path / one.__name__) for one in (drawn_forecast, bare_forecast))
    assert set(full) == set(bare)
    assert not bare["outcomes"]
    assert bare["claims"]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_forecast_comes_back_from_what_was_written(sample: Sample) -> None:
    assert as_json(from_json(plain(sample()))) == plain(sample())


def test_what_the_report_withholds_is_withheld(tmp_path: Path) -> None:
    drawn = drawn_forecast()
    codes = {**drawn.ensemble, "codes": ["intervals_withheld"]}
    found = exported(replace(drawn, ensemble=codes), tmp_path)
    ends = {
        "headlines": ("low", "high"), "outcomes": ("low", "high"), "end_states": ("low", "high"),
        "beliefs": ("reader_low", "reader_high"), "stocks": ("low", "high"), "side_stocks": ("low", "high"),
        "near_event": ("low", "high"), "signposts": ("p_low", "p_high", "pause_low", "pause_high"),
        "yardsticks": ("ours_low", "ours_high"),
        "plans": ("low", "high", "change_low", "change_high"), "events": ("low", "high"),
        "event_ratios": ("ratio_low", "ratio_high"), "learned": ("posterior_p10", "posterior_p90"),
        "claims": ("change_low", "change_high"),
    }  # fmt: skip
    for table, columns in ends.items():
        assert found[table], table
        assert {row[name] for row in found[table] for name in columns} == {""}, table
    assert {row["margin_low"] for row in found["claims"] if row["share"]} == {""}
    assert {row["no_interval"] for row in found["headlines"]} == {"withheld"}
    assert all(row["p10"] for row in found["parameters"])
    assert all(row["prior_p10"] and row["posterior_p50"] for row in found["learned"])
    assert any(row["low"] for row in found["yardsticks"])


def test_a_headline_at_an_exponent_has_an_interval_or_says_that_it_is_withheld(tmp_path: Path) -> None:
    rows = exported(withheld_forecast(), tmp_path)["exponents"]
    by_exponent: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_exponent.setdefault(row["exponent"], []).append(row)
    assert len(by_exponent) == 3
    for exponent, some in by_exponent.items():
        few = float(exponent) == 1
        assert len(some) == len(withheld_forecast().headlines)
        assert {(row["withheld"], bool(row["low"]), bool(row["high"])) for row in some} == {
            ("true" if few else "false", not few, not few)
        }
        assert {float(row["effective_size"]) < 50 for row in some} == {few}


def test_a_headline_that_no_draw_was_asked_has_no_interval(tmp_path: Path) -> None:
    drawn = drawn_forecast()
    first, *others = drawn.headlines
    asked_of_none = {name: x for name, x in first.items() if name != "n"}
    row, *rest = exported(replace(drawn, headlines=(asked_of_none, *others)), tmp_path)["headlines"]
    assert (row["no_interval"], row["low"], row["high"]) == ("conditions", "", "")
    assert all(one["low"] and not one["no_interval"] for one in rest)


def test_without_draws_the_ranges_stay(tmp_path: Path) -> None:
    found = exported(sample_forecast(), tmp_path)
    assert found["headlines"][0]["low"] == "0.2"
    assert found["headlines"][0]["no_interval"] == ""
    assert found["trust"][0]["one_at_a_time_parameter"] == "grip"


def test_a_value_that_does_not_fit_its_column_is_refused() -> None:
    layout = Layout("pairs", "a table", (text("name", "a name"), number("x", "a number")))
    assert layout.of([{"name": "a", "x": 1.5}, {"name": "b"}]).rows == (("a", 1.5), ("b", None))
    for wrong in ({"name": "a", "x": "much"}, {"name": 3}, {"x": True}, {"name": "a", "y": 1}):
        with pytest.raises(ValueError, match="pairs"):
            layout.of([wrong])
