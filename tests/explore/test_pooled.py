"""Numbers over draws, against what can be computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ceasefire.explore.ensemble.pooled import Correction, difference, pool, pool_median, pool_values
from ceasefire.simulate.estimates import Sampled
from ceasefire.simulate.model import N_BATCHES


def numbers(values: list[float], spread: float = 0.0) -> list[Sampled]:
    rng = np.random.default_rng(1)
    return [Sampled(x, x + spread * rng.standard_normal(N_BATCHES)) for x in values]


def test_mean_interval_and_sampling_error_are_those_of_the_weights() -> None:
    found = pool(numbers([0.1, 0.2, 0.6]), np.array([0.5, 0.3, 0.2]))
    assert found.value == pytest.approx(0.5 * 0.1 + 0.3 * 0.2 + 0.2 * 0.6)
    by_hand = math.sqrt(sum((w * (x - found.value)) ** 2 for w, x in ((0.5, 0.1), (0.3, 0.2), (0.2, 0.6))))
    assert found.sampling == pytest.approx(by_hand)
    assert (found.low, found.high) == (0.1, 0.6)
    assert found.monte_carlo == 0
    assert found.n == 3


def test_the_monte_carlo_error_of_common_random_numbers_does_not_shrink_with_draws() -> None:
    shared = np.random.default_rng(2).standard_normal(N_BATCHES) * 0.01
    draws = [Sampled(0.3, 0.3 + shared) for _ in range(50)]
    assert pool(draws, np.full(50, 0.02)).monte_carlo == pytest.approx(draws[0].error)


def test_a_draw_without_a_value_is_left_out_and_counted() -> None:
    found = pool(numbers([0.2, float("nan"), 0.4]), np.full(3, 1 / 3))
    assert found.value == pytest.approx(0.3)
    assert found.n == 2


def test_nothing_is_known_of_no_draws() -> None:
    assert math.isnan(pool_values([float("nan")], np.ones(1)).value)


def test_a_correction_moves_the_interval_and_stays_a_probability() -> None:
    found = pool(numbers([0.02, 0.5]), np.array([0.5, 0.5]), correction=Correction(-0.1, 0.03))
    assert found.value == pytest.approx(0.16)
    assert found.low == 0
    assert found.high == pytest.approx(0.4)
    assert found.grid == 0.03


def test_one_draw_says_nothing_of_its_error() -> None:
    found = pool_values([0.3], np.array([1.0]))
    assert found.value == 0.3
    assert math.isnan(found.sampling)
    assert found.as_dict()["sampling"] is None


def test_medians_may_lie_beyond_the_horizon() -> None:
    found = pool_median([3.0, math.inf, 5.0], np.array([0.3, 0.4, 0.3]))
    assert found.value == 5
    assert found.high == math.inf


def test_differences_are_paired_by_draw() -> None:
    left, right = numbers([0.5, 0.6, 0.7]), numbers([0.4, 0.6])
    paired = difference(dict(enumerate(left)), dict(enumerate(right)))
    assert {d: x.value for d, x in paired.items()} == pytest.approx({0: 0.1, 1: 0.0})


def test_a_grid_error_that_nobody_computed_is_not_zero() -> None:
    found = pool(numbers([0.2, 0.4]), np.array([0.5, 0.5]))
    assert math.isnan(found.grid)
    assert found.as_dict()["grid"] is None
