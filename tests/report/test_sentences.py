"""The five sentences say what the sample says, each number with what surrounds it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markupsafe import Markup

from ceasefire.forecast.model import Forecast
from ceasefire.report.page import render, sentences_for
from ceasefire.report.results import headline
from ceasefire.report.speech import languages, plain
from ceasefire.report.tables import change
from tests.report.sample import bare_case, bare_forecast, sample_case, sample_forecast


def answer(forecast: Forecast | None = None, language: str = "en") -> list[str]:
    s = sentences_for(forecast or sample_forecast(), sample_case(), language)
    return [plain(one).replace("\xa0", " ") for one in s.answer()]


@pytest.mark.parametrize("language", languages())
def test_there_are_five_sentences(language: str) -> None:
    found = answer(language=language)
    assert len(found) == 5
    assert all(one.endswith(".") and one.count(". ") <= 2 for one in found)


def test_the_near_event_stands_first_with_the_hidden_factors() -> None:
    near = answer()[0]
    assert near.startswith(
        "“the meeting on the strait” ends with “refuses” 61% [50% to 70%, not an interval; sampling ±0.2]"
    )
    assert "by what only Aria knows (endurance; weight on its war aims), “refuses” is likeliest, 68%" in near
    assert "with “long · aims first” (27% likely after the record), and least likely, 50%," in near
    assert near.endswith("with “short · peace first” (22% likely after the record).")


def test_the_pause_stands_beside_base_rate_and_crowd() -> None:
    pause = answer()[1]
    assert "by 31 December 2031 with probability 34% [20% to 42%, not an interval; sampling ±0.2; grid ±0.6]" in pause
    assert "within 12 months, by 15 July 2032, with 53%" in pause
    assert "base rate 22% (12% to 36%) by 31 Dec 2031, “wars of this age, n = 41”" in pause
    assert "crowd forecast 40% by 31 Dec 2031, “forecasters in May”" in pause


def test_the_pause_is_read_off_the_curve_where_no_headline_asks_for_it() -> None:
    forecast = replace(sample_forecast(), headlines=(), trust=())
    at_year_end = next(row for row in forecast.outcomes["pause"] if row.date == "2031-12-31")
    assert f"with probability {at_year_end.p:.0%}" in answer(forecast)[1]


def test_a_headline_under_a_condition_is_not_taken_for_the_pause() -> None:
    forecast = sample_forecast()
    row = {**forecast.headlines[0], "query": "P(pause by 2031-12-31 | plan = no_paper)", "value": 0.77}
    assert "77%" not in answer(replace(forecast, headlines=(row, *forecast.headlines)))[1]


def test_a_pause_is_not_an_end() -> None:
    after = answer()[2]
    assert "“fighting again” follows within 24 months with probability 41% [sampling ±0.4]" in after
    assert "Dec 2033, things stand at “pause” 44%, “settled” 30%, “war” 20%, “exhausted” 6%" in after


def test_the_claims_are_counted_by_role_and_result() -> None:
    claims = answer()[3]
    first, second = claims.split("(A. Critic): ")
    assert "“Essay on the strait” (I. Envoy): " in first
    assert "3 facts (1 confirmed by the record, 1 partly in the record, 1 not in the record)" in first
    assert "2 premises (1 carries, 1 idle: nothing hangs on it)" in first
    assert "3 conclusions (1 does not hold at nominal values, 1 holds" in first
    assert "1 claim not modelled; “" in first
    assert second.startswith("1 fact (1 contradicted), 1 premise (1 moves numbers), 1 conclusion (")


def test_claims_that_were_left_out_are_not_said_to_be_missing() -> None:
    forecast = replace(sample_forecast(), claims=())
    assert answer(forecast)[3].startswith("The claims of the written argument (I. Envoy")
    assert answer(forecast)[3].endswith("were left out of this run, so none of them was tested.")
    assert "in diesem Lauf ausgelassen" in answer(forecast, "de")[3]
    for language in languages():
        page = plain(Markup(render(forecast, sample_case(), language=language))).replace("\xa0", " ")
        assert answer(forecast, language)[3] in page
    alone = plain(sentences_for(forecast, replace(sample_case(), arguments=()), "en").answer()[3])
    assert alone.startswith("No written argument stands beside this case")


def test_the_strongest_signposts_are_named_both_ways() -> None:
    watch = answer()[4]
    assert "rise most, by 40 points to 93%, on seeing Aria: “accepts the paper” (Jul 2031, 8% likely)" in watch
    assert "fall most, by 8 points to 45%, on seeing Aria: “refuses”" in watch


@pytest.mark.parametrize("language", languages())
def test_what_is_missing_is_said(language: str) -> None:
    empty = {"outcomes": {}} | dict.fromkeys(
        ("headlines", "yardsticks", "end_states", "signposts", "claims", "trust"), ()
    )
    forecast = replace(sample_forecast(), near_event=None, **empty)
    found = answer(forecast, language)
    assert len(found) == 5
    assert not any("None" in one for one in found)


def test_a_case_without_steps_says_so() -> None:
    s = sentences_for(bare_forecast(), bare_case(), "en")
    assert "no steps" in s.answer()[0]
    assert "3 facts" in s.answer()[1]


def test_every_change_above_five_points_is_said_in_words() -> None:
    said = " ".join(plain(one) for one in sentences_for(sample_forecast(), sample_case(), "en").trust())
    assert "34% at the middle of each assumption: 42% if everyone could move twice as often" in said
    assert "46% if everyone chose twice as consistently" in said
    assert "within" not in said


def test_the_limit_is_five_points() -> None:
    forecast = sample_forecast()
    near = replace(forecast.trust[1], period_halved=0.05, error_share=0.051)
    said = [plain(one) for one in sentences_for(replace(forecast, trust=(near,)), sample_case(), "en").trust()]
    assert len(said) == 1
    assert "5% of it passes through clear mistakes" in said[0]
    assert "twice as often" not in said[0]


STATUS = {
    "reconstruction": "Reconstruction:",
    "back-test": "Back-test:",
    "live": "Live case: the forecast looks ahead from 15 July 2031",
}


@pytest.mark.parametrize(("status", "begins"), STATUS.items())
def test_the_first_line_says_what_kind_of_case_this_is(status: str, begins: str) -> None:
    forecast = replace(sample_forecast(), status=status)
    assert plain(sentences_for(forecast, sample_case(), "en").status()).replace("\xa0", " ").startswith(begins)


@pytest.mark.parametrize("word", ["true", "false", "right", "wrong", "wahr", "falsch", "richtig"])
def test_no_verdict_on_what_is_so(word: str) -> None:
    for language in languages():
        words = " ".join(answer(language=language)).lower().replace(",", " ").replace(".", " ").split()
        assert word not in words


def test_a_median_beyond_the_horizon_is_said_in_words() -> None:
    s = sentences_for(sample_forecast(), sample_case(), "de")
    assert plain(s.worded("after 2033-12-31")).replace("\xa0", " ") == "nach 31. Dezember 2033"
    assert plain(s.worded("2033-12-31")).replace("\xa0", " ") == "31. Dezember 2033"


@pytest.mark.parametrize(("language", "told"), [("en", "22 July 2025 to 22 June 2026"), ("de", "bis 22. Juni 2026")])
def test_the_range_of_a_median_is_one_of_dates(language: str, told: str) -> None:
    row = {"query": "median(pause)", "value": 8.0, "unit": "months", "error": 0.25, "text": "2026-03-31"}
    forecast = replace(
        sample_forecast(), as_of="2025-05-22", headlines=({**row, "low": 2.0, "high": 13.0},), ensemble={}
    )
    found = headline(forecast, "median(pause)")
    assert found is not None
    s = sentences_for(forecast, sample_case(), language)
    said = plain(s.headline(found)).replace("\xa0", " ")
    assert told in said
    assert ("sampling ±0.25 months" if language == "en" else "Stichprobe ±0,25 Monate") in said
    assert plain(change(s, -1.4, found.unit)).replace("\xa0", " ") == (
        "−1.4 months" if language == "en" else "−1,4 Monate"
    )


def test_moves_that_are_hardly_likely_are_not_named_as_what_to_watch() -> None:
    forecast = sample_forecast()
    rare = replace(forecast.signposts[0], p=0.049)
    watch = answer(replace(forecast, signposts=(rare, *forecast.signposts[1:])))[4]
    assert "accepts the paper" not in watch
    assert "rise most, by 5 points to 58%, on seeing Aria: “offers a gesture”" in watch


def test_the_next_decision_at_a_step_is_said_as_one() -> None:
    forecast = sample_forecast()
    assert forecast.near_event is not None
    near = answer(replace(forecast, near_event=replace(forecast.near_event, outcome="answer_a")))[0]
    assert near.startswith("Next decision (Aria, “answer”): “refuses” 61%")


def test_several_crowds_are_said_as_a_span() -> None:
    forecast = sample_forecast()
    more = {**forecast.yardsticks[1], "value": 0.28}
    pause = answer(replace(forecast, yardsticks=(*forecast.yardsticks, more)))[1]
    assert "2 crowd forecasts 28% to 40% by 31 Dec 2031" in pause


UNTIL = {"12 months": "within 12 months", "30 days": "within 30 days", "2031-12-31": "by 31 Dec 2031"}


@pytest.mark.parametrize(("by", "said"), UNTIL.items())
def test_a_published_number_may_hold_for_a_duration(by: str, said: str) -> None:
    forecast = sample_forecast()
    row = {**forecast.yardsticks[1], "by": by}
    changed = replace(forecast, yardsticks=(row,))
    assert said in answer(changed)[1]
    assert said in render(changed, sample_case()).replace("\xa0", " ")


def test_fighting_again_stands_beside_its_base_rate() -> None:
    forecast = sample_forecast()
    row = {**forecast.yardsticks[0], "outcome": "again", "by": "12 months"}
    after = answer(replace(forecast, yardsticks=(row,)))[2]
    assert (
        "41% [sampling ±0.4]; beside it, as a yardstick: base rate 22% (12% to 36%) within 12 months, where this model "
        "gives 34%, “wars of this age, n = 41”;" in after
    )


def test_a_yardstick_on_another_event_is_said_where_the_pause_has_none() -> None:
    forecast = sample_forecast()
    row = {**forecast.yardsticks[0], "outcome": "settled"}
    pause = answer(replace(forecast, yardsticks=(row,)))[1]
    assert "for this event, only for another: “settled”: base rate 22% (12% to 36%) by 31 Dec 2031" in pause
    assert "where this model gives 34%" in pause
    again = {**forecast.yardsticks[0], "outcome": "again"}
    assert answer(replace(forecast, yardsticks=(again,)))[1].endswith("no crowd forecast to hold beside it.")


def test_the_note_says_which_errors_were_computed() -> None:
    forecast = sample_forecast()
    s = sentences_for(forecast, sample_case(), "en")
    assert "which is not an interval" in plain(s.note())
    bare = replace(forecast, headlines=tuple({**row, "low": None, "high": None} for row in forecast.headlines))
    assert "were not computed in this run" in plain(sentences_for(bare, sample_case(), "en").note())
    posts = (replace(forecast.signposts[0], p_error=0.031), *forecast.signposts[1:])
    said = plain(sentences_for(replace(forecast, signposts=posts), sample_case(), "en").note())
    assert "sampling error of at most 3.1 points" in said
    coarse = replace(forecast, settings={"preview": True})
    assert "Preview grid" in plain(sentences_for(coarse, sample_case(), "en").note())
    assert "Preview grid" not in said


def test_what_was_not_solved_is_said_before_what_moves_the_numbers() -> None:
    forecast = sample_forecast()
    unsolved = {**forecast.certificate, "converged": False, "failed": ["x"] * 3, "n_points": 2000}
    s = sentences_for(replace(forecast, certificate=unsolved), sample_case(), "en")
    assert "3 of 2,000 combinations" in plain(s.trust_intro())
    assert "not solved" not in plain(sentences_for(forecast, sample_case(), "en").trust_intro())


def test_the_summary_tells_the_trust_of_what_it_tells() -> None:
    forecast = sample_forecast()
    other = replace(forecast.trust[0], headline="P(settled by 2032-12-31)")
    s = sentences_for(replace(forecast, trust=(*forecast.trust, other)), sample_case(), "en")
    assert len(s.trust()) == len(s.trust(brief=True)) == 2
    assert plain(s.trust(brief=True)[-1]) == "1 further number in the report moves that far as well."
