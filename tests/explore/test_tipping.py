"""Tipping points of a decision known by hand: P = logistic(precision (gain - cost - strain^2 + extra))."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case.model import Case
from ceasefire.cli import main
from ceasefire.errors import InputError
from ceasefire.explore.tipping.tipping import Tipping, TippingTable, tipping
from ceasefire.forecast import batch
from ceasefire.forecast.pipeline import forget
from ceasefire.forecast.settings import PREVIEW
from ceasefire.report.exploring import tipping_text
from tests.explore.decision_case import PRECISION, p_agreed

FINE = PREVIEW.with_paths(100_000)
"""Enough paths that the sampling error is below 0.002; there is nothing else to compute."""


@pytest.fixture(scope="module")
def half(decision: Case) -> dict[str, Tipping]:
    found = tipping(decision, FINE, level=0.5)
    assert found.p == pytest.approx(p_agreed(), abs=0.005)
    assert found.grid_error == 0.0
    return {row.parameter: row for row in found.rows}


def test_the_tipping_point_is_where_the_gain_meets_the_cost(half: dict[str, Tipping]) -> None:
    """P = 1/2 at gain = cost: gain 0.1 with cost 0.1, cost 0.05 with gain 0.05."""
    assert half["gain"].value == pytest.approx(0.1, abs=1e-3)
    assert half["cost"].value == pytest.approx(0.05, abs=1e-3)
    assert half["gain"].rises
    assert half["cost"].rises
    assert half["gain"].spreads == pytest.approx((0.1 - 0.05) / 0.04, abs=0.03)
    assert half["cost"].quantile == pytest.approx(0.25, abs=0.005)


def test_the_interval_holds_the_answer_and_is_as_wide_as_the_errors_say(half: dict[str, Tipping]) -> None:
    """At P = 1/2 the slope over the gain is precision / 4, the standard error of 100,000 paths at most 0.0016."""
    gain = half["gain"]
    assert gain.low is not None
    assert gain.high is not None
    assert gain.low < 0.1 < gain.high
    assert gain.high - gain.low == pytest.approx(4 * 0.0016 / (PRECISION / 4), rel=0.5)


def test_there_is_none_within_the_range_and_what_is_reached_is_said(half: dict[str, Tipping]) -> None:
    strain = half["strain"]
    assert strain.value is None
    assert strain.low is None
    assert strain.p_high == pytest.approx(p_agreed(), abs=0.005)
    assert strain.at_high == pytest.approx(0.0, abs=1e-9)
    assert strain.p_low == pytest.approx(p_agreed(strain=strain.lowest), abs=0.005)
    assert strain.both_ways, "strain^2 is worst at both ends"
    assert not half["gain"].both_ways
    assert half["idle"].value is None
    assert half["idle"].p_low == half["idle"].p_high


def test_a_parameter_with_few_values_tips_at_the_first_on_the_other_side(half: dict[str, Tipping]) -> None:
    assert p_agreed(extra=0.03) < 0.5 < p_agreed(extra=0.06)
    assert half["extra"].value == 0.06
    assert half["extra"].jumps
    assert [x for x, _ in half["extra"].points] == [0.0, 0.03, 0.06]


def test_the_table_has_the_order_of_the_case(half: dict[str, Tipping], decision: Case) -> None:
    assert list(half) == [name for name in decision.parameters if name != "sharp"]


def test_another_level_lies_where_its_log_odds_say(decision: Case) -> None:
    level = 0.1
    row = tipping(decision, FINE, level=level, names=["gain"]).rows[0]
    assert row.value == pytest.approx(0.1 + np.log(level / (1 - level)) / PRECISION, abs=2e-3)
    assert row.rises is False


def test_what_the_query_sets_is_held_there(decision: Case) -> None:
    found = tipping(decision, FINE, query="P(agreed by 2020-01-31 | cost = 0.08)", names=["gain"])
    assert found.rows[0].value == pytest.approx(0.08, abs=1e-3)
    with pytest.raises(InputError, match="set by the query"):
        tipping(decision, FINE, query="P(agreed by 2020-01-31 | cost = 0.08)", names=["cost"])


def test_what_moves_the_number_most_is_looked_at_and_the_rest_is_named(decision: Case) -> None:
    found = tipping(decision, FINE, level=0.9, most=2)
    assert [row.parameter for row in found.rows] == ["gain", "cost"]
    assert set(found.not_searched) == {"strain", "extra", "idle"}
    assert "3 assumptions were not looked at closely" in " ".join(tipping_text(found, decision).split())


def test_what_crosses_within_its_range_is_looked_at_whatever_its_rank(decision: Case) -> None:
    found = tipping(decision, FINE, level=0.5, most=1)
    crossing = {row.parameter for row in found.rows}
    assert {"gain", "cost"} <= crossing


@pytest.mark.parametrize(
    ("query", "names", "message"),
    [
        ("median(agreed)", [], "only a probability"),
        ("P(agreed by 2020-01-31)", ["sharp", "nothing"], "single value"),
        ("P(unheard by 2020-01-31)", [], "unheard"),
    ],
)
def test_bad_questions_are_faults(decision: Case, query: str, names: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        tipping(decision, FINE, query=query, names=names)


def test_what_is_finished_is_not_computed_again(decision: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that is stopped goes on where it was: kept numbers are read, not computed."""
    settings = replace(PREVIEW.with_paths(2_048), seed=77)  # no other test has kept these numbers
    computed: list[object] = []
    original = batch.Questions.compute

    def counted(self: batch.Questions, case: Case) -> int:
        if len(computed) == 5:
            raise KeyboardInterrupt
        computed.append(self)
        return original(self, case)

    monkeypatch.setattr(batch.Questions, "compute", counted)
    with pytest.raises(KeyboardInterrupt):
        tipping(decision, settings, names=["gain"], workers=1)
    monkeypatch.setattr(batch.Questions, "compute", lambda self, case: computed.append(self) or original(self, case))
    forget()
    whole = tipping(decision, settings, names=["gain"], workers=1)
    assert len(computed) == len({id(one) for one in computed})
    first = len(computed)
    assert tipping(decision, settings, names=["gain"], workers=1) == whole
    assert len(computed) == first
    assert len(whole.rows[0].points) <= first


def test_a_setting_that_cannot_be_computed_is_named(decision: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    original = batch.Questions.compute

    def failing(self: batch.Questions, case: Case) -> int:
        settings = [getattr(c, "value", 0.0) for c in self.asked[0][0].conditions]
        if any(value > 0.15 for value in settings):
            raise NotImplementedError("too far")
        return original(self, case)

    monkeypatch.setattr(batch.Questions, "compute", failing)
    found = tipping(decision, PREVIEW.with_paths(1_024), names=["cost"])
    assert list(found.failed) == ["cost = 0.18", "cost = 0.198"]
    assert found.failed["cost = 0.18"] == "too far"
    assert found.rows[0].value == pytest.approx(0.05, abs=0.02)
    assert "2 settings could not be computed" in tipping_text(found, decision)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_command_speaks_english_and_german_in_80_columns(
    decision_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["tipping", str(decision_folder), "--quiet", "--paths", "100000"]
    english, german = printed(capsys, *command), printed(capsys, *command, "--language", "de")
    assert "gain of agreeing (gain): from 0.05 to 0." in english
    assert "the number rises above 50%" in " ".join(english.split())
    assert "Gewinn (gain): von 0,05 auf 0," in german
    assert all(len(line) <= 80 for line in (english + german).splitlines())
    whole = json.loads(printed(capsys, *command, "--json"))
    assert [row["parameter"] for row in whole["rows"]] == ["gain", "cost", "strain", "extra", "idle"]
    assert whole["settings"]["n_paths"] == 100_000


def test_a_level_that_is_no_probability_is_wrong_usage(decision_folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["tipping", str(decision_folder), "--level", "1.5"])
    assert ended.value.code == 2


def test_a_reconstruction_says_so_in_its_first_line(decision: Case) -> None:
    from dataclasses import replace

    found = tipping(decision, PREVIEW.with_paths(1_024), names=["gain"])
    assert isinstance(found, TippingTable)
    old = replace(decision, status="reconstruction")
    assert "Reconstruction" in tipping_text(found, old).splitlines()[0]
