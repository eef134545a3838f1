"""Two stages: who is chosen, and that the corrected mean is right, better than either stage alone, and knows its error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.explore.weighing.estimates import weighted_mean
from ceasefire.explore.weighing.proposals import Proposal
from ceasefire.explore.weighing.stages import chances, choose, corrected_mean
from ceasefire.explore.weighing.weights import weigh


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60).filter(lambda w: sum(w) > 0.1), st.integers(1, 70))
def test_chances(weight: list[float], n: int) -> None:
    found = chances(np.array(weight), n)
    assert np.all((found > 0) & (found <= 1))
    assert found.sum() == pytest.approx(min(n, len(weight)))
    chosen = choose(np.array(weight), n, 1)
    assert len(set(chosen.index.tolist())) == chosen.index.size
    assert abs(chosen.index.size - min(n, len(weight))) <= 1
    np.testing.assert_allclose(np.exp(chosen.log_chance), found[chosen.index])


def test_draws_come_in_with_their_chances() -> None:
    weight = np.random.default_rng(1).dirichlet(np.full(40, 0.3))
    times = np.zeros(40)
    for seed in range(2000):
        times[choose(weight, 10, seed).index] += 1
    expected = chances(weight, 10)
    error = np.sqrt(expected * (1 - expected) / 2000)
    assert np.all(np.abs(times / 2000 - expected) <= 4 * error + 1e-9)
    assert np.all(times[expected == 1] == 2000)


def one_run(seed: int) -> tuple[float, float, float, float]:
    """Return corrected mean and error, preview mean, and mean of the full solves alone, for the value exp(z_0 / 2)."""
    z = Proposal.prior(3).draws(256, seed, 0)
    fine = -0.5 * ((z[:, 0] - 1.0) / 0.8) ** 2
    coarse = fine + 0.25 * z[:, 0] + 0.1 * np.sin(9 * z[:, 1])
    before = weigh(coarse)
    chosen = choose(before.weight, 48, seed)
    at = chosen.index
    after = weigh(fine[at], -chosen.log_chance)
    value = np.exp(z[:, 0] / 2)
    preview = value + 0.1 * z[:, 0] ** 2
    found = corrected_mean(preview, before.weight, chosen, value[at], after.weight)
    plain = weighted_mean(preview, before.weight).value
    return found.value, found.error, plain, weighted_mean(value[at], after.weight).value


def test_the_corrected_mean_is_right_and_better_than_either_stage() -> None:
    """z_0 given the record is normal with mean 1 / 1.64 and variance 0.64 / 1.64."""
    truth = np.exp(0.5 / 1.64 + 0.125 * 0.64 / 1.64)
    value, error, preview, alone = np.array([one_run(seed) for seed in range(60)]).T
    scores = (value - truth) / error
    assert abs(value.mean() - truth) < 4 * value.std() / np.sqrt(60) + 0.003, "smoothing of tails is not quite unbiased"
    assert np.sqrt(np.mean(scores**2)) < 1.3
    assert np.mean((value - truth) ** 2) < 0.5 * np.mean((alone - truth) ** 2)
    assert np.mean((value - truth) ** 2) < 0.2 * np.mean((preview - truth) ** 2)


def test_solving_all_in_full_needs_no_preview() -> None:
    rng = np.random.default_rng(2)
    weight, values = rng.dirichlet(np.ones(20)), rng.normal(size=20)
    chosen = choose(weight, 20, 1)
    full_weight = rng.dirichlet(np.ones(20))
    found = corrected_mean(rng.normal(size=20), weight, chosen, values, full_weight)
    assert found.value == pytest.approx(full_weight @ values)
