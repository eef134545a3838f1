"""Over draws of the assumptions every probability has an interval, or says why it has none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from markupsafe import Markup

from ceasefire.forecast.model import Forecast
from ceasefire.report import languages, render, summary
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain
from tests.report.sample import sample_case, sample_forecast
from tests.report.sample_drawn import drawn_forecast, withheld_forecast
from tests.report.test_language import Prose, english_in
from tests.report.test_symmetry import swap, swap_text

PERCENT = re.compile(r"\d+(?:[.,]\d+)? ?%")
SAID_WHY = ("without interval", "ohne Intervall", "intervals withheld", "Intervalle zurückgehalten")
PUBLISHED = re.compile(r"(?:base rate|crowd forecast|Basisrate|Prognose vieler) (?:[\d., %]|\(|\)|to|bis)+")
LEAST = re.compile(r"at least 5%|mindestens 5 %")


def sentences(forecast: Forecast, language: str = "en") -> list[str]:
    return [plain(one).replace("\xa0", " ") for one in sentences_for(forecast, sample_case(), language).answer()]


def without_interval(sentence: str) -> list[str]:
    """Return the numbers in per cent that neither have brackets behind them nor stand where it is said why not."""
    text = LEAST.sub("", PUBLISHED.sub("", sentence))
    left = re.sub(r"\d+(?:[.,]\d+)? ?% \[(?!intervals|Intervalle)[^\]]*\]|\d+(?:[.,]\d+)? ?%(?= \[)", "", text)
    excused = min((left.find(words) for words in SAID_WHY if words in left), default=len(left))
    return PERCENT.findall(left[:excused])


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("forecast", [drawn_forecast, withheld_forecast])
def test_every_probability_of_the_answer_has_an_interval_or_says_why_not(forecast, language: str) -> None:  # type: ignore[no-untyped-def]
    found = sentences(forecast(), language)
    assert len(PERCENT.findall(" ".join(found))) > 15
    assert [hit for one in found for hit in without_interval(one)] == []


def test_the_walk_finds_a_number_without_interval() -> None:
    assert without_interval("It ends with 61% [50% to 70%], else 30%.") == ["30%"]
    assert without_interval(sentences(sample_forecast())[2]) != []


def test_the_number_over_draws_is_the_answer_not_the_one_at_nominal_values() -> None:
    pause = sentences(drawn_forecast())[1]
    assert "with probability 34% [23% to 42%]" in pause
    assert "not an interval" not in pause
    assert "38%" not in pause


def test_what_the_interval_contains_is_said_once() -> None:
    text = " ".join(summary(drawn_forecast(), sample_case()).split())
    assert text.count("In brackets stands the 80% interval") == 1
    assert "neither sampling error nor errors of the mechanism" in text
    assert "256 draws of the assumptions" in text
    assert "as much as 142 draws of equal weight" in text
    assert "1 draw could not be computed" in text


def test_without_draws_it_is_said_why_there_is_no_interval() -> None:
    assert "no assumptions were drawn in this run" in " ".join(summary(sample_forecast(), sample_case()).split())


@pytest.mark.parametrize(("language", "why"), [("en", "[intervals withheld]"), ("de", "[Intervalle zurückgehalten]")])
def test_withheld_intervals_are_said_beside_the_number_and_on_page_one(language: str, why: str) -> None:
    assert why in sentences(withheld_forecast(), language)[1]
    text = " ".join(summary(withheld_forecast(), sample_case(), language).split())
    assert {"en": "Intervals are withheld", "de": "Intervalle sind zurückgehalten"}[language] in text
    assert "In brackets stands the 80% interval" not in text


def test_a_headline_that_no_draw_was_asked_says_so() -> None:
    found = drawn_forecast()
    bare = {key: x for key, x in found.headlines[0].items() if key != "n"}
    pause = sentences(replace(found, headlines=(bare, *found.headlines[1:])))[1]
    assert "34% [no interval: at the middle of each assumption, not asked of the draws]" in pause


WARNED = {"explains the past worse": "own_surprise", "k-hat, which measures this, is 0.82": "codes"}


@pytest.mark.parametrize(("words", "key"), WARNED.items())
def test_page_one_warns(words: str, key: str) -> None:
    bad, good = withheld_forecast(), drawn_forecast()
    only = replace(good, ensemble={**good.ensemble, key: bad.ensemble[key], "k_hat": 0.82})
    page = render(only, sample_case())
    assert words in plain(Markup(page.split('id="factors"')[0]))
    assert words in " ".join(summary(only, sample_case()).split())
    assert words not in " ".join(summary(good, sample_case()).split())


def test_the_section_says_what_the_record_did_to_the_assumptions() -> None:
    page = render(drawn_forecast(), sample_case()).replace("\xa0", " ")
    part = plain(Markup(page.split('<section id="weighing">')[1].split("</section>")[0]))
    for words in (
        "effective size", "k-hat", "log likelihood of the record is", "says nothing about 1 other assumption",
        "1 surprise to the model", "2 times as likely [1.4 to 2.9]", "0.6% [0.3% to 1.1%]", "53% (±1)",
        "It counts by half", "nothing recorded at “answer”", "no worse than counting does", "the record says nothing",
        "170",
    ):  # fmt: skip
        assert words in part, words
    assert "differences at the middle of each assumption" in page
    assert "the standard error of the correction that the finer grid makes over the draws" in part
    assert "Where fewer than 256 draws are counted, the others have no such number" in part
    assert "the table of the record gives the same at the middle of each assumption, so the two differ" in part


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("forecast", [drawn_forecast, withheld_forecast])
def test_k_hat_leads_to_what_it_means(forecast: Callable[[], Forecast], language: str) -> None:
    page = render(forecast(), sample_case(), language=language)
    assert page.count('<a class="term" href="#term-tail">') >= 1
    assert '<dt id="term-tail">' in page


def test_withheld_intervals_are_shown_nowhere() -> None:
    page = plain(Markup(render(withheld_forecast(), sample_case()).split('id="record"')[0])).replace("\xa0", " ")
    assert "2 times as likely" in page
    assert "−18 points [interval withheld]" in page
    assert "−22 points [intervals withheld]" in page
    assert page.count("in brackets the 80% interval") == 2  # on page one and in a table, with the record counted less
    assert "(80% interval)" not in page


COUNTED_LESS = {
    ("en", "0.5"): (
        "If the record counts by half, as is fair where its events repeat one another and are not separate facts, the "
        "answers are (in brackets the 80% interval over the draws of the assumptions): “pause” by 31 December 2031: 36% "
        "[25% to 44%]; “pause” within 12 months: 55% [38% to 69%]; “fighting again” within 24 months of “pause”: 43% "
        "[30% to 54%]."
    ),
    ("de", "0.5"): (
        "Zählt die Chronik halb, wie es angemessen ist, wo ihre Ereignisse einander wiederholen und keine getrennten "
        "Tatsachen sind, so lauten die Antworten (in Klammern das 80-%-Intervall über die Ziehungen der Annahmen): "
        "„Waffenruhe“ bis 31. Dezember 2031: 36 % [25 % bis 44 %]; „Waffenruhe“ binnen 12 Monaten: 55 % [38 % bis 69 %]; "
        "„neue Kämpfe“ binnen 24 Monaten nach „Waffenruhe“: 43 % [30 % bis 54 %]."
    ),
    ("en", "0"): (
        "If the record does not count at all, and the assumptions stand as they were before it, the answers are (in "
        "brackets the 80% interval over the draws of the assumptions): “pause” by 31 December 2031: 38% [27% to 48%]; "
    ),
    ("de", "0"): (
        "Zählt die Chronik gar nicht, stehen die Annahmen also wie vor ihr, so lauten die Antworten (in Klammern das "
        "80-%-Intervall über die Ziehungen der Annahmen): „Waffenruhe“ bis 31. Dezember 2031: 38 % [27 % bis 48 %]; "
    ),
}  # fmt: skip
SAID = (
    "If the record counts by half",
    "Zählt die Chronik halb",
    "If the record does not count",
    "Zählt die Chronik gar",
)


def withheld_at(*exponents: str) -> Forecast:
    """Return the sample without intervals where the record counts whole, nor at these exponents."""
    found = withheld_forecast()
    none = {"low": None, "high": None, "effective_size": 20.0, "withheld": True}
    return replace(
        found,
        headlines=tuple(
            {**row, "by_exponent": row["by_exponent"] | {e: row["by_exponent"][e] | none for e in exponents}}
            for row in found.headlines
        ),
    )


def page_one(forecast: Forecast, language: str) -> str:
    page = render(forecast, sample_case(), language=language)
    return " ".join(plain(Markup(page.split('<section id="factors"')[0])).replace("\xa0", " ").split())


@pytest.mark.parametrize(("language", "exponent"), COUNTED_LESS)
def test_without_intervals_the_answers_stand_with_the_record_counted_less(language: str, exponent: str) -> None:
    forecast = withheld_at() if exponent == "0.5" else withheld_at("0.5")
    expected = COUNTED_LESS[language, exponent]
    for text in (page_one(forecast, language), " ".join(summary(forecast, sample_case(), language).split())):
        assert text.count(expected) == 1
        assert sum(text.count(one) for one in SAID) == 1


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("forecast", [drawn_forecast, lambda: withheld_at("0.5", "0")])
def test_with_intervals_or_none_at_all_nothing_is_said_of_a_record_counted_less(
    forecast: Callable[[], Forecast], language: str
) -> None:
    assert not any(one in page_one(forecast(), language) for one in SAID)


def test_a_case_without_a_pause_gives_all_its_answers_with_the_record_counted_less() -> None:
    case = sample_case()
    bare = replace(case, report=replace(case.report, pause=None, again=None))
    told = " ".join(summary(withheld_forecast(), bare).split()).partition("If the record counts by half")[2]
    assert told.partition("Preview")[0].count("[") >= len(withheld_forecast().headlines)


def exponents(forecast: Forecast) -> list[list[str]]:
    """Return the caption and the rows of the table of exponents."""
    page = render(forecast, sample_case()).replace("\xa0", " ")
    table = page.partition("If the record counted by half, or not at all")[2].partition("</table>")[0]
    rows = [re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL) for row in table.split("<tr>")[1:]]
    caption = plain(Markup(table.partition("<caption>")[2].partition("</caption>")[0]))
    return [[caption], *([" ".join(plain(Markup(cell)).split()) for cell in row] for row in rows)]


def test_the_table_of_exponents_gives_each_answer_with_its_interval() -> None:
    caption, _, first, *_, last = exponents(drawn_forecast())
    assert caption == ["Averages over the draws; in brackets the 80% interval."]
    assert first[1:] == ["34% [23% to 42%]", "36% [25% to 44%]", "38% [27% to 48%]"]
    assert last == ["Effective size", "142", "171", "240"]


def test_the_table_of_exponents_says_where_intervals_are_withheld() -> None:
    caption, _, first, *_, last = exponents(withheld_forecast())
    assert caption[0].endswith("the 80% interval. Intervals withheld where the effective size is below 50.")
    assert first[1:3] == ["34%", "36% [25% to 44%]"]
    assert last[1:3] == ["31", "171"]
    assert exponents(withheld_at("0.5", "0"))[0] == ["Intervals withheld where the effective size is below 50."]


@pytest.mark.parametrize("key", sorted(drawn_forecast().ensemble))
def test_whatever_is_missing_of_the_ensemble_is_left_out(key: str) -> None:
    found = drawn_forecast()
    less = {name: x for name, x in found.ensemble.items() if name != key}
    assert "None" not in Prose(render(replace(found, ensemble=less), sample_case())).found


def test_claims_say_share_interval_and_the_verdict_without_draws() -> None:
    page = render(drawn_forecast(), sample_case())
    assert "it holds in 94% (±1.1 points) of the weight of 256 draws" in page
    assert "at the middle of each assumption: holds at nominal values" in page
    assert "−18 points" in page


def test_a_claim_says_which_assumption_separates_the_draws() -> None:
    page = plain(render(drawn_forecast(), sample_case())).replace("\xa0", " ")
    assert "is above 0.42: in 71% of the weight there, in 12% elsewhere" in page


def test_plans_give_the_paired_change_with_its_interval() -> None:
    page = render(drawn_forecast(), sample_case())
    assert "Each plan was played in 32 draws" in page
    assert re.search(r'0\.1\) <span class="unsure">\[\W*26\sto\s\W*16\]</span>', page)


@pytest.mark.parametrize("forecast", [drawn_forecast, withheld_forecast])
def test_german_is_german(forecast) -> None:  # type: ignore[no-untyped-def]
    page = render(forecast(), sample_case(), language="de")
    assert [hit for piece in Prose(page).found for hit in english_in(piece)] == []
    assert list(english_in(summary(forecast(), sample_case(), "de"))) == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("forecast", [drawn_forecast, withheld_forecast])
def test_the_summary_fits_80_columns(forecast, language: str) -> None:  # type: ignore[no-untyped-def]
    assert max(len(line) for line in summary(forecast(), sample_case(), language).splitlines()) <= 80


def test_swapping_two_actors_changes_only_their_names() -> None:
    before = render(drawn_forecast(), sample_case())
    assert render(swap(drawn_forecast()), swap(sample_case())) == swap_text(before)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "In 2 draws some choices were not solved"), ("de", "In 2 Ziehungen")]
)
def test_draws_with_unsolved_choices_are_counted(language: str, words: str) -> None:
    drawn = drawn_forecast()
    forecast = replace(drawn, ensemble={**drawn.ensemble, "unsolved": [3, 7]})
    assert words in plain(Markup(render(forecast, sample_case(), language=language)))
    assert words not in plain(Markup(render(drawn, sample_case(), language=language)))
