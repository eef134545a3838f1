"""Division among strata, resampling, stratified numbers."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.simulate import weights
from ceasefire.simulate.model import N_BATCHES
from ceasefire.simulate.weights import Strata


def strata(prior: list[float]) -> Strata:
    index = np.arange(len(prior), dtype=np.int32)
    return Strata(np.array(prior), index[:, None], index, np.zeros_like(index))


@pytest.mark.parametrize("mass", [[1.0], [0.5, 0.5], [0.01, 0.99], [0.0, 0.3, 0.7], [1e-9] * 5 + [1.0]])
def test_every_stratum_with_mass_has_paths(mass: list[float]) -> None:
    counts = weights.counts_per_batch(np.array(mass), 40)
    assert counts.sum() == 40
    assert ((counts > 0) == (np.array(mass) > 0)).all()


def test_resampling_is_unbiased_and_stays_in_its_batch() -> None:
    rng = np.random.default_rng(0)
    n = N_BATCHES * 50
    kinds = strata([0.3, 0.7])
    stratum = weights.strata_of_slots(weights.counts_per_batch(kinds.prior, 50), n)
    weight = rng.exponential(size=n) ** 3
    weight /= weight.sum()
    assert weights.is_degenerate(kinds, stratum, weight)
    x = rng.normal(size=n)
    sums = []
    for seed in range(400):
        ancestor, new_stratum, new_weight = weights.resample(seed, 0, 0, kinds, stratum, weight)
        assert (ancestor // 50 == np.arange(n) // 50).all()
        assert (stratum[ancestor] == new_stratum).all()
        mass = np.bincount(new_stratum, new_weight)
        np.testing.assert_allclose(mass, np.bincount(stratum, weight), rtol=1e-12)
        sums.append(new_weight @ x[ancestor])
    error = np.std(sums) / np.sqrt(len(sums))
    assert abs(np.mean(sums) - weight @ x) < 4 * error
    assert not weights.is_degenerate(kinds, new_stratum, new_weight)


def test_stratified_numbers_take_every_interval_once() -> None:
    stratum = weights.strata_of_slots(np.array([10, 40], dtype=np.int32), N_BATCHES * 50)
    u = weights.stratified_uniforms(1, stratum, 2)
    first = u[:50]
    assert sorted((first[:10, 0] * 10).astype(int)) == list(range(10))
    assert sorted((first[10:, 1] * 40).astype(int)) == list(range(40))
    assert abs(np.corrcoef(u.T)[0, 1]) < 4 / np.sqrt(len(u))


def test_shadow_strata_share_their_numbers() -> None:
    stratum = weights.strata_of_slots(np.array([25, 25], dtype=np.int32), N_BATCHES * 50)
    path = weights.rank_in_group(stratum).reshape(N_BATCHES, 2, 25)
    np.testing.assert_array_equal(path[:, 0], path[:, 1])
    assert np.unique(path[:, 0]).size == N_BATCHES * 25
