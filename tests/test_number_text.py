"""Numbers, probabilities and days as people write them."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from ceasefire.number_text import day_text, number_text, percent_text


@pytest.mark.parametrize(
    ("x", "english", "german"),
    [
        (60_000.0, "60,000", "60.000"),
        (61_234.5, "61,234", "61.234"),
        (1_250_000, "1,250,000", "1.250.000"),
        (999.6, "1,000", "1.000"),
        (17.25, "17.2", "17,2"),
        (0.5, "0.5", "0,5"),
        (0.035921, "0.0359", "0,0359"),
        (-3.0, "−3", "−3"),
        (0.0, "0", "0"),
        (1.23e-5, "1.2\xa0·\xa010⁻⁵", "1,2\xa0·\xa010⁻⁵"),
        (None, "–", "–"),
        (math.nan, "–", "–"),
        (math.inf, "∞", "∞"),
    ],
)
def test_digits_are_grouped_and_no_exponent_is_written(x: float | None, english: str, german: str) -> None:
    assert number_text(x, "en") == english
    assert number_text(x, "de") == german


def test_digits_that_count_and_signs() -> None:
    assert number_text(17.2548, digits=4) == "17.25"
    assert number_text(0.25, sign=True) == "+0.25"
    assert number_text(-0.25, sign=True) == "−0.25"
    assert number_text(0.0, sign=True) == "0"


def test_probabilities_have_a_decimal_near_certainty() -> None:
    assert [percent_text(p) for p in (0.0, 0.0001, 0.0312, 0.5, 0.984, 0.9999)] == [
        "0%", "<\xa00.1%", "3.1%", "50%", "98.4%", ">\xa099.9%",
    ]  # fmt: skip
    assert percent_text(0.0312, "de") == "3,1\xa0%"


def test_days_in_words() -> None:
    day = dt.date(1976, 2, 20)
    assert (day_text(day), day_text(day, "de")) == ("20 February 1976", "20. Februar 1976")
