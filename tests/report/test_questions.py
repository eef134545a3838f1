"""Ten questions, answered from the results by one code for every case."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ceasefire.report import languages, render
from ceasefire.report.page import sentences_for
from ceasefire.report.questions import questions
from ceasefire.report.speech import plain
from ceasefire.report.stronger import rows
from tests.report.sample import bare_case, bare_forecast, factor_map, sample_case, sample_forecast

NAMES = ("end", "decides", "stronger", "pause", "plans", "holds", "assumed", "changes", "sure", "check")


def answers(language: str = "en", **changes: object) -> dict[str, str]:
    s = sentences_for(replace(sample_forecast(), **changes), sample_case(), language)  # type: ignore[arg-type]
    return {one.name: plain(one.answer).replace("\xa0", " ") for one in questions(s)}


@pytest.mark.parametrize("language", languages())
def test_all_ten_are_answered_in_order(language: str) -> None:
    assert tuple(answers(language)) == NAMES


@pytest.mark.parametrize("language", languages())
def test_every_question_leads_to_a_section(language: str) -> None:
    page = render(sample_forecast(), sample_case(), language=language)
    block = page[page.index('<dl class="questions">') : page.index("</dl>", page.index('<dl class="questions">'))]
    links = re.findall(r'<dt><a href="#([a-z-]+)">', block)
    assert len(links) == 10
    assert all(f'<section id="{link}">' in page for link in links)


def test_what_was_not_computed_is_left_out() -> None:
    assert "stronger" not in answers(factor_map=None)
    assert "end" not in answers(end_states=())
    assert "plans" not in answers(plans={})
    assert "changes" not in answers(signposts=())
    assert "holds" not in answers(claims=())
    assert set(answers(headlines=())) == set(NAMES) - {"pause", "sure", "check"}


def test_a_case_without_a_game_asks_only_of_its_argument() -> None:
    found = questions(sentences_for(bare_forecast(), bare_case(), "en"))
    assert [one.name for one in found] == ["decides", "holds"]


def test_the_numbers_come_from_the_results() -> None:
    found = answers()
    assert (
        found["end"]
        == "At the end of the time covered, Dec 2033: “pause” 44%, “settled” 30%, “war” 20%, “exhausted” 6%."
    )
    assert "“worth of the strait” moves most: “pause” by 31 December 2031 goes from 42% to 20%" in found["decides"]
    assert (
        "“the mediator offers nothing” −22 points [sampling ±0.1]; “a paper every month” +13 points" in found["plans"]
    )
    assert "I. Envoy: 3 conclusions: 1 holds (C6)" in found["holds"]
    assert "Aria, “accepts the paper” +40 points (Jul 2031)" in found["changes"]
    assert "1 of the 4 numbers" in found["assumed"]
    assert "ceasefire ask strait 'P(pause by 2031-12-31)'" in found["check"]


def test_plans_are_told_by_both_dates_where_both_are_there() -> None:
    forecast = sample_forecast()
    plans = {
        name: {
            **plan,
            "headlines": [
                *plan["headlines"],
                {**plan["headlines"][0], "query": "P(pause within 12 months)", "change": 0.05},
            ],
        }
        for name, plan in forecast.plans.items()
    }
    said = answers(plans=plans)["plans"]
    assert said.startswith("“pause” by 31 December 2031, then “pause” within 12 months, as against no plan:")
    assert "“the mediator offers nothing” −22 points [sampling ±0.1], then +5 points [sampling ±0.1]" in said


def test_the_hidden_factor_is_read_in_the_rows_of_the_types() -> None:
    found = rows(factor_map())
    assert [len(row.types) for row in found] == [2, 2]
    assert [row.y for row in found] == pytest.approx([0.2, 0.7])
    for row in found:
        assert {cell.y for cell in row.cells} <= {row.y}
        assert [cell.x for cell in row.cells] == sorted(cell.x for cell in row.cells)
        assert not any(cell.grey for cell in row.cells)


def test_a_row_that_the_record_hardly_allows_is_said_to_be_left_out() -> None:
    given = factor_map()
    cells = tuple(replace(one, grey=one.grey or abs(one.y - 0.7) < 0.01) for one in given.cells)
    said = answers(factor_map=replace(given, cells=cells))["stronger"]
    assert "where “Aria: weight on its war aims” is 0.2 (types A, C)" in said
    assert "Nothing is said of types B, D" in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", r"\d+% at \d+ months.*, \d+% at \d+ months, where “"),
        ("de", r"\d+ % \(\d+ Monate\).*, \d+ % \(\d+ Monate\), wo „"),
    ],
)
def test_both_ends_of_the_hidden_factor_are_said_in_good_grammar(language: str, words: str) -> None:
    assert re.search(words, answers(language)["stronger"])
    assert "bei 1" not in answers(language)["stronger"]


def test_what_lies_beyond_both_ends_is_said() -> None:
    given = factor_map()
    cells = tuple(replace(one, p=0.9 if one.x == 30 else 0.5) for one in given.cells)
    assert (
        "50% at 18 months, up to 90% in between, 50% at" in answers(factor_map=replace(given, cells=cells))["stronger"]
    )


def test_what_decides_can_be_understood_without_looking_names_up() -> None:
    said = answers()["decides"]
    assert "1 premise turns a conclusion: C2 “" in said
    assert "turns 1 conclusion, C6 “A paper brings a pause”" in said
    assert "Beyond their error, most margins move without C2 “" in said
    assert "(those of 2 of 3 conclusions)" in said


def test_how_sure_says_from_what_to_what() -> None:
    said = answers()["sure"]
    assert "What moves it most in the calculation: 34% at the middle of each assumption; 13% if nobody regarded" in said
    assert "points" not in said


def test_without_a_map_of_the_argument_the_number_that_moves_most_is_told() -> None:
    said = answers(argument_map=())["decides"]
    assert "A number moves most without C2 “" in said
    assert "“pause” by 31 December 2031, −21 points." in said


def test_the_question_names_actor_and_factor() -> None:
    s = sentences_for(sample_forecast(), sample_case(), "en")
    asked = {one.name: plain(one.asks) for one in questions(s)}
    assert asked["stronger"] == "What if Aria is stronger than we think (endurance)?"
