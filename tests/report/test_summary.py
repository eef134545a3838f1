"""The summary for a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceasefire.report import first_lines, languages, render, summary
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain
from tests.report.sample import bare_case, bare_forecast, sample_case, sample_forecast
from tests.report.sample_case import PAUSE_YEAR


@pytest.mark.parametrize("language", languages())
def test_it_fits_80_columns_and_has_no_markup(language: str) -> None:
    for forecast, case in ((sample_forecast(), sample_case()), (bare_forecast(), bare_case())):
        text = summary(forecast, case, language)
        assert max(len(line) for line in text.splitlines()) <= 80
        assert "<" not in text
        assert "&" not in text
        assert text.endswith("\n")


@pytest.mark.parametrize("language", languages())
def test_it_has_the_sentences_of_the_page(language: str) -> None:
    flat = " ".join(summary(sample_forecast(), sample_case(), language).split())
    for sentence in sentences_for(sample_forecast(), sample_case(), language).answer():
        assert " ".join(plain(sentence).split()) in flat


def test_the_first_line_says_that_it_is_a_reconstruction() -> None:
    assert summary(sample_forecast(), sample_case()).startswith("Reconstruction:")
    assert summary(sample_forecast(), sample_case(), "de").startswith("Rekonstruktion:")


@pytest.mark.parametrize("language", languages())
def test_the_first_forecast_says_every_headline_in_the_language(language: str) -> None:
    text = first_lines(sample_forecast(), sample_case(), language)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert text.count("\n- ") == len(sample_forecast().headlines)
    assert text.startswith({"en": "Reconstruction:", "de": "Rekonstruktion:"}[language])
    assert {"en": "34% [", "de": "34 % ["}[language] in text
    assert "P(" not in text


def test_the_first_forecast_gives_an_error_in_the_unit_of_its_number() -> None:
    row = {"query": "median(pause)", "value": 14.0, "unit": "months", "error": 0.25, "text": "2032-08-31"}
    text = first_lines(replace(sample_forecast(), headlines=(row,)), sample_case())
    assert "31 August 2032 [sampling ±0.25 months]" in text


def test_without_headlines_there_is_no_first_forecast() -> None:
    assert first_lines(bare_forecast(), bare_case()) == ""


@pytest.mark.parametrize(
    ("value", "paths", "expected"),
    [
        (0.0, 64_000, "< 0.1% [in none of 64,000 histories]"),
        (0.0, 1_000, "< 0.3% [in none of 1,000 histories]"),
        (1.0, 1_000, "> 99.7% [in all 1,000 histories]"),
    ],
)
def test_what_no_history_or_every_history_shows_is_a_bound(value: float, paths: int, expected: str) -> None:
    row = {**sample_forecast().headlines[0], "value": value, "error": 0.0, "low": None, "high": None}
    forecast = replace(sample_forecast(), headlines=(row,), certificate={"paths": paths}, trust=())
    assert expected in " ".join(first_lines(forecast, sample_case()).split())


@pytest.mark.parametrize(("language", "words"), [("en", "1 equilibrium was found"), ("de", "1 Gleichgewicht")])
def test_other_equilibria_are_said_only_where_somebody_looked(language: str, words: str) -> None:
    one = {"number": 1, "starts": [0, 1], "numbers": {PAUSE_YEAR: 0.5}, "unsolved": 0.0}
    looked = {"n_starts": 3, "found": [one], "not_converged": [2, 3], "spread": {PAUSE_YEAR: [0.5, 0.5]}}
    forecast = sample_forecast()
    assert words not in " ".join(summary(forecast, sample_case(), language).split())
    found = " ".join(summary(replace(forecast, equilibria=looked), sample_case(), language).split())
    assert words in found
    other = {**one, "number": 2, "numbers": {PAUSE_YEAR: 0.25}}
    two = {**looked, "found": [one, other], "spread": {PAUSE_YEAR: [0.25, 0.5]}}
    page = render(replace(forecast, equilibria=two), sample_case(), language=language)
    for text in (page, summary(replace(forecast, equilibria=two), sample_case(), language)):
        assert "25" in text
    assert ("Followed here" if language == "en" else "Hier verfolgt") in page
