"""Weighted means with their batches: by hand, and the pairing of differences."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.simulate.estimates import Sampled, begun_by, label_shares, mean, quantile, weighted_quantile
from ceasefire.simulate.model import N_BATCHES, PathSet, Spells


def paths_of(weight: np.ndarray) -> PathSet:
    n = weight.size
    none = np.zeros((1, n), dtype=np.int32)
    return PathSet(
        n_periods=1,
        seed=1,
        weight=weight / weight.sum(),
        batch=np.arange(n, dtype=np.int32) % N_BATCHES,
        profile=none[0],
        start_state=none[0],
        state=none,
        hit={},
        belief={},
        belief_at_as_of={},
        slip=none.astype(np.uint16),
        move={},
        side={},
    )


def test_the_mean_and_its_error_are_those_of_independent_draws() -> None:
    rng = np.random.default_rng(3)
    n = 64 * N_BATCHES
    x = (rng.random(n) < 0.3).astype(float)
    found = mean(paths_of(np.ones(n)), x)
    assert found.value == pytest.approx(x.mean(), abs=1e-12)
    # the jackknife error of 32 batches has a relative standard error of about 1 / sqrt(2 * 31) = 0.13
    assert found.error == pytest.approx(np.sqrt(0.21 / n), rel=0.5)


def test_weights_and_masks() -> None:
    weight = np.tile([1.0, 3.0], N_BATCHES)
    x = np.tile([1.0, 0.0], N_BATCHES)
    paths = paths_of(weight)
    assert mean(paths, x).value == pytest.approx(0.25)
    assert mean(paths, x, x > 0).value == pytest.approx(1.0)
    assert np.isnan(mean(paths, x, x > 1).value)


def test_undecided_spells_and_those_beyond_the_horizon_have_not_begun() -> None:
    paths = paths_of(np.array([1.0, 2.0, 3.0, 4.0]))
    start = np.array([0, 0, 1, 0], dtype=np.int32)
    spells = Spells(start, start, np.array([False, True, False, False]))
    assert begun_by(paths, spells, 0).value == pytest.approx(0.5)
    assert begun_by(paths, spells, 7).value == pytest.approx(0.5)
    assert begun_by(paths, spells, 0, np.array([True, True, False, False])).value == pytest.approx(1 / 3)


def test_labels_share_the_weight() -> None:
    paths = paths_of(np.array([1.0, 3.0]))
    np.testing.assert_allclose(label_shares(paths, np.array([2]), 3, 0), [0, 0, 1])


def test_a_paired_difference_has_a_smaller_error_than_its_parts() -> None:
    rng = np.random.default_rng(4)
    n = 50 * N_BATCHES
    u = rng.random(n)
    paths = paths_of(np.ones(n))
    left, right = mean(paths, u < 0.5), mean(paths, u < 0.52)
    change = right.minus(left)
    assert change.value == pytest.approx(right.value - left.value)
    assert 0 < change.error < 0.5 * left.error


def test_quantiles_of_weighted_numbers() -> None:
    assert weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]), 0.5) == 2
    assert weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([4.0, 1.0, 1.0]), 0.5) == 3
    assert np.isnan(weighted_quantile(np.array([1.0]), np.array([0.0]), 0.5))
    without_weight = np.array([0.0, 1.0, 2.0, 9.0]), np.array([0.0, 0.5, 0.5, 0.0])
    assert [weighted_quantile(*without_weight, level) for level in (0.0, 0.5, 0.51, 1.0)] == [1, 1, 2, 2]
    x = np.where(np.arange(10 * N_BATCHES) % 10 < 4, 1.0, np.inf)
    assert np.isinf(quantile(paths_of(np.ones(x.size)), x, 0.5).value)
    assert quantile(paths_of(np.ones(x.size)), x, 0.3).value == 1


def test_what_is_kept_comes_back() -> None:
    found = Sampled(0.25, np.linspace(0, 1, N_BATCHES))
    again = Sampled.from_dict(found.as_dict())
    assert again.value == found.value
    np.testing.assert_array_equal(again.replicates, found.replicates)
    assert Sampled.exact(0.5).error == 0
