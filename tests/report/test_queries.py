"""Queries in words."""

from __future__ import annotations

import pytest

from ceasefire.case.query import parse_query
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain
from tests.report.sample import sample_case, sample_forecast

SAID = {
    "P(pause by 2031-12-31)": "“pause” by 31 December 2031",
    "P(pause)": "“pause” by 31 December 2033",
    "P(pause within 12 months)": "“pause” within 12 months",
    "P(pause within 10 days)": "“pause” within 10 days",
    "P(again within 24 months of pause)": "“fighting again” within 24 months of “pause”",
    "P(pause by 2031-12-31 | plan = no_paper)": (
        "“pause” by 31 December 2031, under the plan “the mediator offers nothing”"
    ),
    "P(pause | aria.priority = aims_first, grip = 0.4)": (
        "“pause” by 31 December 2033, if Aria: weight on its war aims is “aims first”, "
        "with “worth of the strait” set to 0.4"
    ),
    "P(pause | aria.priority := 0.4)": "“pause” by 31 December 2033, with “Aria: weight on its war aims” set to 0.4",
    "P(pause | as_of = 2031-05-01)": "“pause” by 31 December 2033, from what was known on 1 May 2031",
    "median(pause)": "Middle date (median) of “pause”",
    "E(strain at 2031-12-31)": "strain on Aria on 31 December 2031, on average",
    "belief(aria.priority = aims_first at 2031-07-15)": (
        "Belief of the others on 15 July 2031 in “aims first” (Aria: weight on its war aims)"
    ),
    "P(pause) < 0.2": "“pause” by 31 December 2033: below 20%",
    "P(pause) - P(end) > 0.1": "“pause” by 31 December 2033, less “a settlement” by 31 December 2033: above +10 points",
    "P(pause) >= P(end)": "“pause” by 31 December 2033: at least “a settlement” by 31 December 2033",
    "E(strain at 2031-12-31) <= 20": "strain on Aria on 31 December 2031, on average: at most 20",
    "share(grip)": "share of “worth of the strait” in the variance of the first headline",
    "share(aria.priority) > share(grip)": (
        "share of “Aria: weight on its war aims” in the variance of the first headline: above "
        "share of “worth of the strait” in the variance of the first headline"
    ),
    "share(grip) - share(aria.priority) > 0.1": (
        "share of “worth of the strait” in the variance of the first headline, less "
        "share of “Aria: weight on its war aims” in the variance of the first headline: above +10 points"
    ),
}


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_a_query_is_said_in_words(text: str, said: str) -> None:
    s = sentences_for(sample_forecast(), sample_case(), "en")
    assert plain(s.queries.say(parse_query(text, {}))).replace("\xa0", " ") == said


def test_a_headline_is_said_in_words_and_anything_else_as_written() -> None:
    s = sentences_for(sample_forecast(), sample_case(), "de")
    assert plain(s.query("P(pause within 12 months)")) == "„Waffenruhe“ binnen 12 Monaten"
    assert plain(s.query("P(pause within 6 months)")) == "„Waffenruhe“ binnen 6 Monaten"
    assert plain(s.query("no query at all")) == "no query at all"
