"""The summary for a terminal."""

from __future__ import annotations

import pytest

from ceasefire.report import languages, summary
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain
from tests.report.sample import bare_case, bare_forecast, sample_case, sample_forecast


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
