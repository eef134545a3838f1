"""Calibration and discrimination: identities, published numbers, properties."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.ledger.calibration import Forecasted, bins, decompose, discriminate, wilson

forecasts = st.lists(
    st.builds(Forecasted, st.floats(0, 1), st.integers(0, 1), st.floats(0.01, 3)), min_size=1, max_size=40
)
pairs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.integers(0, 1)), min_size=2, max_size=25
)


@settings(deadline=None)
@given(forecasts)
def test_the_parts_add_up_to_the_brier_score(given_: list[Forecasted]) -> None:
    mean = math.fsum(f.weight * (f.p - f.outcome) ** 2 for f in given_) / math.fsum(f.weight for f in given_)
    parts = decompose(given_)
    assert parts.brier == pytest.approx(mean, abs=1e-12)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.05, 0.25, 0.65, 0.95]), st.integers(0, 1)), min_size=1, max_size=60))
def test_nothing_is_left_within_groups_that_say_one_number(given_: list[tuple[float, int]]) -> None:
    """Murphy's (1973) case: then his three parts are the whole score."""
    assert decompose([Forecasted(p, o) for p, o in given_]).within_bins == pytest.approx(0, abs=1e-12)


def test_every_forecast_falls_into_one_group() -> None:
    found = bins([Forecasted(p, 0) for p in (0.0, 0.0999, 0.1, 0.95, 1.0)])
    assert [(round(one.low, 1), one.n) for one in found] == [(0.0, 2), (0.1, 1), (0.9, 2)]


def test_wilson_is_that_of_the_textbook() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    for r, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(r / n, n) == pytest.approx((low, high), abs=5e-5)


@settings(deadline=None)
@given(pairs)
def test_the_area_is_the_share_of_pairs_in_the_right_order(given_: list[tuple[float, int]]) -> None:
    found = discriminate(given_)
    yes, no = ([p for p, o in given_ if o == kind] for kind in (1, 0))
    if not yes or not no:
        assert found is None
        return
    share = sum((a > b) + (a == b) / 2 for a, b in itertools.product(yes, no)) / (len(yes) * len(no))
    assert found is not None
    assert found.area == pytest.approx(share, abs=1e-12)
    assert 0 <= found.low <= found.area <= found.high <= 1


def test_the_interval_has_a_width_where_the_order_is_perfect() -> None:
    found = discriminate([(0.9, 1)] * 3 + [(0.1, 0)] * 3)
    assert found is not None
    assert found.area == found.high == 1
    assert 0.2 < found.low < 0.9


def test_the_bounds_are_two_standard_errors_away() -> None:
    """At each bound the area lies 1.96 of the standard errors that Hanley and McNeil give for the bound."""
    found = discriminate([(p / 20, int(p > 8) if p % 3 else int(p < 5)) for p in range(20)])
    assert found is not None
    n = (found.n_yes + found.n_no) / 2
    for bound in (found.low, found.high):
        q1, q2 = bound / (2 - bound), 2 * bound**2 / (1 + bound)
        spread = bound * (1 - bound) + (n - 2) * (bound * (1 - bound)) * (
            (1 - bound) / (2 - bound) + bound / (1 + bound)
        )
        hanley = bound * (1 - bound) + (n - 2) * (q1 - bound**2) + (n - 2) * (q2 - bound**2)
        assert spread == pytest.approx(hanley, rel=1e-9)
        error = math.sqrt(spread / (found.n_yes * found.n_no))
        assert abs(found.area - bound) == pytest.approx(1.959963984540054 * error, rel=1e-6)
