"""Each number says on which basis it stands: over the draws, or at the middle of each assumption."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markupsafe import Markup

from ceasefire.report import languages, render
from ceasefire.report.argument import reading_view
from ceasefire.report.page import sentences_for
from ceasefire.report.planned import same
from ceasefire.report.speech import plain
from ceasefire.report.titles import linked
from tests.report.sample import sample_case, sample_forecast
from tests.report.sample_drawn import drawn_forecast


def section(name: str, *, drawn: bool = True, language: str = "en") -> str:
    """Return the text of one section of the page."""
    page = render((drawn_forecast if drawn else sample_forecast)(), sample_case(), language=language)
    return plain(Markup(page.split(f'<section id="{name}">')[1].split("</section>")[0])).replace("\xa0", " ")


def undecided(*, drawn: bool) -> tuple[str, str]:
    """Return the closed row of an undecided conclusion, and what the legend says of it."""
    found = (drawn_forecast if drawn else sample_forecast)()
    claims = tuple(replace(one, verdict="undecided by sampling") if one.id == "C3" else one for one in found.claims)
    page = render(replace(found, claims=claims), sample_case())
    row = page[page.index('id="claim-C3"') :]
    view = reading_view(sentences_for(replace(found, claims=claims), sample_case(), "en"))
    assert view is not None
    meaning = next(plain(body) for _, word, body in view.legend if "undecided" in word)
    return plain(Markup(row[: row.index("</summary>")])), meaning


def test_undecided_over_draws_is_a_matter_of_the_draws() -> None:
    row, meaning = undecided(drawn=True)
    assert "holds in 31% (±3 points) of the weight of 256 draws" in row.replace("\xa0", " ")
    assert "the share of the weight in which it holds is nearer than two errors to a bound" in meaning
    assert "simulated histories" not in meaning


def test_undecided_without_draws_is_a_matter_of_the_histories() -> None:
    row, meaning = undecided(drawn=False)
    assert "of the weight" not in row
    assert "more simulated histories would decide it" in meaning


def test_a_premise_that_carries_does_so_at_the_middle() -> None:
    claims = section("claims")
    assert "1 carries: at the middle of each assumption a conclusion no longer holds without it" in claims
    assert "Over the draws that conclusion may be open or undecided." in claims
    assert "at the middle of each assumption; over the draws C6: follows" in claims
    assert "That is so at the middle of each assumption; over the draws: C6 follows." in claims
    assert "over the draws" not in section("claims", drawn=False).split("What the results mean")[0]


@pytest.mark.parametrize(
    ("language", "figure", "table"),
    [
        (
            "en",
            "on average over the draws of the assumptions",
            "the middle of each assumption is one setting among them",
        ),
        ("de", "im Mittel der Ziehungen der Annahmen", "die Mitte jeder Annahme ist eine Einstellung unter ihnen"),
    ],
)
def test_beliefs_say_that_figure_and_table_stand_on_different_bases(language: str, figure: str, table: str) -> None:
    text = section("beliefs", language=language)
    assert figure in text
    assert table in text
    assert table not in section("beliefs", drawn=False, language=language)


def test_the_record_says_that_its_likelihoods_are_not_those_over_the_draws() -> None:
    words = "The table “What each event says” gives the likelihood of each event over the draws"
    assert words in section("record")
    assert words not in section("record", drawn=False)


def test_the_two_errors_of_the_grid_are_told_apart() -> None:
    assert "“Error of the grid” in the table on the draws is something else" in section("trust")
    assert "Shown is the standard error of this correction." in section("glossary")


@pytest.mark.parametrize(("language", "words"), [("en", "nothing caps them"), ("de", "nichts deckelt sie")])
def test_side_stocks_are_said_to_be_counted_apart(language: str, words: str) -> None:
    assert words in section("side", language=language)


def test_the_certificate_says_of_what_and_in_which_unit() -> None:
    text = section("trust")
    assert "Largest distance from the equation, among the combinations that were solved" in text
    assert "rule of choice, years of best-minus-worst" in text


@pytest.mark.parametrize("language", languages())
def test_plans_that_give_the_same_numbers_are_named(language: str) -> None:
    found = sample_forecast()
    (one, first), (other, second) = found.plans.items()
    assert same(sentences_for(found, sample_case(), language)) == []
    equal = {one: first, other: {**second, "headlines": first["headlines"]}}
    said = [plain(text) for text in same(sentences_for(replace(found, plans=equal), sample_case(), language))]
    titles = [plan["title"][language] for plan in (first, second)]
    assert len(said) == 1
    assert all(title in said[0] for title in titles)
    assert plain(render(replace(found, plans=equal), sample_case(), language=language)).count(said[0]) == 1


def test_a_host_may_go_on_in_the_next_line_at_its_dots_alone() -> None:
    assert ">randforecastinginitiative<wbr>.org</a>" in linked("S94 https://www.randforecastinginitiative.org/rfi")
    page = render(sample_forecast(), sample_case())
    assert not re.search(r"\.table a\[href[^{]*\{[^}]*anywhere", page)


def test_a_bracket_is_no_larger_than_its_number() -> None:
    page = render(drawn_forecast(), sample_case())
    assert re.search(r"td \.unsure[^{]*\{ font-size: \.9em; \}", page)
