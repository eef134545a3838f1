"""One conclusion on a line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ceasefire.case.query import parse_query
from ceasefire.forecast.model import ClaimResult
from ceasefire.report.argument.measures import measure_of
from ceasefire.report.argument.strip import LEFT, RIGHT, draw_strip
from ceasefire.report.page import sentences_for
from tests.report.sample import sample_case, sample_forecast

RESULT = ClaimResult("C", "conclusion", "holds", {}, value=0.75, threshold=0.25, margin=0.5, error=0.01, flips_at=0.75)


def strip(check: str, result: ClaimResult = RESULT) -> str:
    parsed: Any = parse_query(check, {})
    s = sentences_for(sample_forecast(), sample_case(), "en")
    return str(draw_strip(measure_of(s, parsed), parsed, result))


def side(svg: str) -> tuple[float, float]:
    found = re.search(r'<rect x="([\d.]+)" y="40" width="([\d.]+)" height="18" class="holds-side"', svg)
    assert found is not None
    return float(found[1]), float(found[1]) + float(found[2])


def test_the_side_on_which_it_holds_follows_the_comparison() -> None:
    at = LEFT + 0.25 * (RIGHT - LEFT)
    assert side(strip("P(pause by 2031-12-31) > 0.25")) == pytest.approx((at, RIGHT))
    assert side(strip("P(pause by 2031-12-31) < 0.25")) == pytest.approx((LEFT, at))


def test_value_and_threshold_stand_in_their_places() -> None:
    svg = strip("P(pause by 2031-12-31) > 0.25")
    assert f'<circle cx="{LEFT + 0.75 * (RIGHT - LEFT):.0f}' in svg
    assert f'<line x1="{LEFT + 0.25 * (RIGHT - LEFT):.0f}" y1="36"' in svg
    assert "value 75%" in svg
    assert "threshold 25%" in svg


def test_the_band_is_two_standard_errors_and_the_grid() -> None:
    svg = strip("P(pause by 2031-12-31) > 0.25", replace(RESULT, numerical_error=0.03))
    ends = re.search(r'<line x1="([\d.]+)" y1="49" x2="([\d.]+)" y2="49" class="error"', svg)
    assert ends is not None
    assert (float(ends[2]) - float(ends[1])) / (RIGHT - LEFT) == pytest.approx(2 * (0.03 + 2 * 0.01), abs=0.002)


def test_the_band_of_a_quantity_stays_inside_the_axis() -> None:
    result = replace(RESULT, value=11.0, threshold=12.0, error=0.5, numerical_error=9.0, flips_at=11.0)
    ends = re.search(
        r'<line x1="([\d.]+)" y1="49" x2="([\d.]+)" y2="49" class="error"',
        strip("E(strain at 2031-12-31) < 12", result),
    )
    assert ends is not None
    assert LEFT < float(ends[1]) < float(ends[2]) < RIGHT


def test_the_sentence_says_which_side_holds() -> None:
    assert "the test holds below the threshold 25%" in strip("P(pause by 2031-12-31) < 0.25")
    assert "the test holds above the threshold 25%" in strip("P(pause by 2031-12-31) >= 0.25")


def test_a_quantity_has_its_unit_and_its_own_axis() -> None:
    result = replace(RESULT, value=11.0, threshold=12.0, error=0.2, flips_at=11.0)
    svg = strip("E(strain at 2031-12-31) < 12", result)
    assert "value 11 months" in svg
    assert side(svg)[0] == LEFT


@pytest.mark.parametrize("missing", ["value", "threshold"])
def test_without_a_number_nothing_is_drawn(missing: str) -> None:
    assert strip("P(pause by 2031-12-31) > 0.25", replace(RESULT, **{missing: None})) == ""


@pytest.mark.parametrize(
    ("check", "title"),
    [
        ("P(pause by 2031-12-31) > 0.25", "Probability, %"),
        ("P(pause by 2031-12-31) - P(pause by 2031-12-31 | plan = no_paper) > 0.25", "The number, points"),
        ("E(strain at 2031-12-31) < 0.25", "The number, months"),
    ],
)
def test_the_axis_has_its_unit(check: str, title: str) -> None:
    assert re.findall(r'class="axis-title"[^>]*>([^<]*)<', strip(check)) == [title]
