"""``ask`` on every kind of query."""

from __future__ import annotations

import math

import pytest

from ceasefire.case.model import Case
from ceasefire.errors import InputError
from ceasefire.forecast.answer import Answer, as_text, ask
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario
from tests.forecast.conftest import QUICK


def answer(case: Case, text: str) -> Answer:
    return ask(case, text, QUICK)


def number(case: Case, text: str) -> float:
    value = answer(case, text).value
    assert isinstance(value, float)
    return value


def test_a_probability_by_a_date_has_value_error_and_says_why_no_range(case: Case) -> None:
    found = answer(case, "P(truce_in_effect by 2020-12-31)")
    assert isinstance(found.value, float)
    assert 0 < found.value < 1
    assert found.error is not None
    assert 0 < found.error < 0.1
    assert found.low is None
    assert "ceasefire run" in found.what
    assert {"query", "value", "low", "high", "error"} <= set(found.as_dict())


def test_points_without_a_solution_are_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "unsolved", property(lambda run: (3, 1200)))
    queries = (
        "P(truce_in_effect by 2020-11-30)",
        "P(truce_in_effect by 2021-05-31) - P(truce_in_effect by 2020-06-30)",
    )
    for query in queries:
        found = answer(case, query)
        assert "3 of 1,200 points" in found.note
        assert found.note in as_text(found)
        assert answer(case, query).note == found.note, "also where the number was kept"


def test_within_alone_counts_from_as_of(case: Case) -> None:
    # 15 April 2020 and 6 months (182.6 days) is 15 October 2020
    within = number(case, "P(truce_in_effect within 6 months)")
    assert within == number(case, "P(truce_in_effect by 2020-10-31)")
    assert within == number(case, "P(truce_in_effect within quick)")
    assert within < number(case, "P(truce_in_effect by 2021-10-31)")


def test_without_a_date_the_horizon_is_meant(case: Case) -> None:
    assert number(case, "P(end_of_war)") == number(case, "P(end_of_war by 2021-12-31)")


def test_within_of_another_outcome(case: Case) -> None:
    soon = number(case, "P(fighting_again within 3 months of truce_in_effect)")
    late = number(case, "P(fighting_again within 9 months of truce_in_effect)")
    assert 0 <= soon <= late <= 1


def test_a_window_that_the_horizon_never_leaves_open_has_no_number(case: Case) -> None:
    found = answer(case, "P(fighting_again within 10 years of truce_in_effect)")
    assert found.value is None
    assert found.note


def test_conditions_on_types_average_to_the_whole(case: Case) -> None:
    run = run_variant(case, settings=QUICK)
    reader = answer(case, "belief(north.resolve at 2020-04-15)").parts["reader"]
    parts = [
        reader[label] * number(case, f"P(truce_in_effect by 2020-12-31 | north.resolve = {label})")
        for label in ("low", "high")
    ]
    assert sum(parts) == pytest.approx(number(case, "P(truce_in_effect by 2020-12-31)"), abs=1e-9)
    assert run.game.n_types == (2, 1)


def test_a_plan_a_setting_and_an_earlier_as_of(case: Case) -> None:
    text = "P(end_of_war by 2020-08-31 | {})"
    base = number(case, "P(end_of_war by 2020-08-31)")
    pressed = number(case, text.format("plan = press_always"))
    weak = number(case, text.format("limit = 8"))
    early = number(case, text.format("as_of = 2020-01-15"))
    assert len({base, pressed, weak, early}) == 4
    assert early > base  # counted from January on instead of from April on


def test_settings_at_their_medians_change_nothing(case: Case) -> None:
    median = case.parameters["wear"].prior.median()
    assert number(case, f"P(end_of_war | wear = {median:.12f})") == pytest.approx(
        number(case, "P(end_of_war)"), abs=1e-6
    )


def test_a_median_is_a_date_or_lies_after_the_horizon(case: Case) -> None:
    found = answer(case, "median(truce_in_effect)")
    p = number(case, "P(truce_in_effect by 2021-12-31)")
    if p >= 0.5:
        assert isinstance(found.value, float)
        assert number(case, f"P(truce_in_effect by {found.text})") >= 0.5
    else:
        assert found.value is None
        assert found.text == "after 2021-12-31"
    never = answer(case, "median(fighting_again | limit = 5)")
    assert never.text == "after 2021-12-31"
    assert never.as_dict()["value"] is None


def test_expectations_of_stocks_and_side_stocks(case: Case) -> None:
    early, late = number(case, "E(strain at 2020-06-30)"), number(case, "E(strain at 2021-06-30)")
    assert 4 < early < late < 60
    assert answer(case, "E(strain at 2020-06-30)").unit == "months"
    assert 0 < number(case, "E(cost at 2020-06-30)") <= number(case, "E(cost at 2021-06-30)")
    assert number(case, "E(strain)") == number(case, "E(strain at 2020-04-15)")


def test_beliefs_held_and_the_readers(case: Case) -> None:
    found = answer(case, "belief(north.resolve at 2020-04-15)")
    assert isinstance(found.value, dict)
    for kind in ("held", "reader"):
        assert sum(found.parts[kind].values()) == pytest.approx(1, abs=1e-6)
    one = answer(case, "belief(north.resolve = high at 2020-04-15)")
    assert one.value == pytest.approx(found.parts["held"]["high"])
    later = answer(case, "belief(north.resolve at 2021-12-31)")
    assert later.parts["reader"] == pytest.approx(found.parts["reader"])


def test_the_share_of_a_parameter_says_what_it_needs(case: Case) -> None:
    found = answer(case, "share(wear)")
    assert found.value is None
    assert found.needs_ensemble
    assert "draws" in found.note


def test_values_by_actor_and_type(case: Case) -> None:
    found = answer(case, "values")
    assert isinstance(found.value, dict)
    assert set(found.value) == {"north", "south"}
    prior = {"low": 0.0, "high": 0.0} | dict(zip(("low", "high"), (0.6, 0.4), strict=True))
    by_type = found.parts["north"]["by_profile"]
    assert set(by_type) == {f"north: {label}" for label in prior}


def test_differences_are_paired(case: Case) -> None:
    text = "P(end_of_war by 2021-12-31)"
    same = answer(case, f"{text} - {text}")
    assert same.value == 0
    assert same.error == 0
    change = answer(case, f"P(end_of_war by 2021-12-31 | wear = 1.02) - {text}")
    alone = answer(case, text)
    assert change.error is not None
    assert alone.error is not None
    assert change.error < alone.error


def test_comparisons_have_a_margin(case: Case) -> None:
    p = number(case, "P(truce_in_effect by 2020-12-31)")
    for text, holds, margin in (
        ("P(truce_in_effect by 2020-12-31) > 0.001", True, p - 0.001),
        ("P(truce_in_effect by 2020-12-31) < 0.001", False, 0.001 - p),
        ("P(truce_in_effect by 2020-12-31) is likely", p > 0.8, p - 0.8),
        ("belief(north.resolve = high at 2020-04-15) >= 0", True, None),
    ):
        found = answer(case, text)
        assert found.holds is holds
        assert found.margin is not None
        if margin is not None:
            assert found.margin == pytest.approx(margin, abs=1e-12)
        assert found.as_dict()["holds"] is holds


def test_a_median_is_compared_with_a_date(case: Case) -> None:
    late = answer(case, "median(fighting_again | limit = 5) <= 2021-12-31")
    assert late.holds is False
    after = answer(case, "median(fighting_again | limit = 5) > 2021-12-31")
    assert after.holds is True


def test_two_queries_are_compared(case: Case) -> None:
    found = answer(case, "P(truce_in_effect by 2020-12-31) <= P(truce_in_effect by 2021-12-31)")
    assert found.holds is True
    assert found.threshold is not None


def test_a_value_set_for_a_type_is_a_shadow_type(case: Case) -> None:
    nominal = case.parameters["w_high"].prior.median()
    shadow = answer(case, f"P(truce_in_effect by 2021-12-31 | north.resolve := {nominal:.12f})")
    real = answer(case, "P(truce_in_effect by 2021-12-31 | north.resolve = high)")
    assert isinstance(shadow.value, float)
    assert isinstance(real.value, float)
    error = math.hypot(shadow.error or 0, real.error or 0)
    assert abs(shadow.value - real.value) < 5 * error + 1e-3


def test_faults_of_a_query_are_faults_of_the_input(case: Case) -> None:
    for text in ("P(truce by 2020-12-31)", "P(", "", "P(end_of_war | plan = none)", "P(end_of_war by 2020-02-30)"):
        with pytest.raises(InputError):
            answer(case, text)


def test_a_scenario_of_the_caller_is_added_to(case: Case) -> None:
    text = "P(end_of_war by 2021-12-31)"
    found = ask(case, text, QUICK, scenario=Scenario().setting("limit", 8))
    assert found.value == number(case, "P(end_of_war by 2021-12-31 | limit = 8)")


def test_answers_as_text(case: Case) -> None:
    for text in ("P(end_of_war)", "median(fighting_again)", "values", "belief(north.resolve)", "P(end_of_war) > 0.5"):
        lines = as_text(answer(case, text)).splitlines()
        assert lines[0] == text
        assert all(len(line) < 200 for line in lines)


def test_a_large_quantity_is_written_in_full() -> None:
    text = as_text(Answer("E(catch at 1976-12-31)", 60123.4, 58000.0, 61200.0, "one at a time", 12.34, "tons"))
    assert "  60,123 tons\n  Monte Carlo error 12 tons\n  58,000 to 61,200 (one at a time)" in text
    assert "  0.250\n  Monte Carlo error 0.0020" in as_text(Answer("P(x)", 0.25, error=0.002, unit="probability"))


def test_a_move_is_asked_for_in_the_period_of_a_date(case: Case) -> None:
    accept, refuse = (number(case, f"P(talks.{move} at 2020-06-15)") for move in ("accept", "refuse"))
    wait, press = (number(case, f"P(pressure.{move} at 2020-06-15)") for move in ("wait", "press"))
    assert 0 < accept < 1
    assert 0 < accept + refuse < 1
    assert accept + refuse == pytest.approx(wait + press, abs=1e-12)  # both steps come up in war alone


def test_what_the_record_rules_out_is_not_taken(case: Case) -> None:
    assert number(case, "P(pressure.press at 2020-03-01)") == 0
    assert number(case, "P(pressure.press at 2020-06-01)") > 0


def test_a_move_taken_away_is_never_made(case: Case) -> None:
    assert number(case, "P(pressure.press at 2020-06-15 | without = pressure.press)") == 0
    with_it, without = (number(case, f"P(end_of_war by 2021-12-31{c})") for c in ("", " | without = pressure.press"))
    assert with_it != without


def test_nobody_learns_where_beliefs_are_frozen(case: Case) -> None:
    frozen = number(case, "belief(north.resolve = high at 2020-12-31 | freeze_belief = north)")
    prior = float(case.parameters["p_high"].prior.quantile(0.5))
    assert frozen == pytest.approx(prior, abs=1e-6)
    assert number(case, "belief(north.resolve = high at 2020-12-31)") != pytest.approx(prior, abs=1e-3)


def test_an_answer_without_interval_says_so_once() -> None:
    bare = as_text(Answer("P(x)", 0.25, error=0.002, unit="probability"))
    assert bare.count("no interval: at nominal values") == 1
    ranged = as_text(Answer("P(x)", 0.25, 0.2, 0.3, "one-at-a-time range over the parameters, not an interval"))
    drawn = as_text(Answer("P(x)", 0.25, 0.2, 0.3, "80 % interval over the weighted draws of the parameters"))
    withheld = as_text(Answer("P(x)", 0.25, None, None, "interval withheld: too few draws count"))
    assert all("no interval" not in text for text in (ranged, drawn, withheld))
