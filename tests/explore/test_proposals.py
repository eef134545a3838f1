"""Proposals: the prior where nothing speaks against it, the signal where there is one, and even, repeatable draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ceasefire.explore.weighing.proposals import PRIOR_SHARE, Proposal, fit, quantile_of, signals, sobol, step_up


def mixture() -> Proposal:
    return Proposal(np.array([1.0, 0.0, -0.5]), np.array([0.5, 1.0, 2.0]))


def test_log_density_is_that_of_the_mixture() -> None:
    z = np.random.default_rng(1).normal(size=(50, 3))
    fitted = stats.norm.pdf(z, [1.0, 0.0, -0.5], [0.5, 1.0, 2.0]).prod(axis=1)
    by_hand = PRIOR_SHARE * stats.norm.pdf(z).prod(axis=1) + (1 - PRIOR_SHARE) * fitted
    np.testing.assert_allclose(mixture().log_density(z), np.log(by_hand))
    np.testing.assert_allclose(Proposal.prior(3).log_density(z), stats.norm.logpdf(z).sum(axis=1))


def test_prior_is_never_more_than_five_times_the_proposal() -> None:
    z = np.random.default_rng(2).normal(scale=6, size=(2000, 3))
    assert mixture().log_ratio(z).min() >= np.log(PRIOR_SHARE) - 1e-12
    assert mixture().log_ratio(z).min() < np.log(PRIOR_SHARE) + 0.01


def test_a_prior_share_of_one_is_the_prior() -> None:
    z = np.random.default_rng(3).normal(size=(10, 3))
    alone = Proposal(np.ones(3), np.full(3, 0.5), prior_share=1.0)
    np.testing.assert_array_equal(alone.log_ratio(z), 0.0)
    np.testing.assert_array_equal(alone.draws(64, 1, 0), Proposal.prior(3).draws(64, 1, 0))


def test_draws_follow_the_mixture() -> None:
    z = mixture().draws(4096, seed=5, round_=1)
    for j, (m, s) in enumerate([(1.0, 0.5), (0.0, 1.0), (-0.5, 2.0)]):
        expected = PRIOR_SHARE * stats.norm.cdf(np.sort(z[:, j])) + 0.8 * stats.norm.cdf(np.sort(z[:, j]), m, s)
        distance = np.abs(expected - (np.arange(4096) + 0.5) / 4096).max()
        assert distance < 1.36 / np.sqrt(4096), "no farther than random draws would be in 95 of 100 cases"


@pytest.mark.parametrize("n", [1, 7, 64, 100])
def test_a_draw_does_not_depend_on_how_many_are_asked_for(n: int) -> None:
    np.testing.assert_array_equal(mixture().draws(n, 3, 2), mixture().draws(256, 3, 2)[:n])
    assert mixture().draws(0, 3, 2).shape == (0, 3)


def test_rounds_and_seeds_have_points_of_their_own() -> None:
    first = sobol(64, 3, 1, 0)
    for other in (sobol(64, 3, 1, 1), sobol(64, 3, 2, 0), sobol(64, 3, 0, 1)):
        assert np.abs(first - other).max() > 0.1


def test_a_power_of_two_takes_every_interval_once() -> None:
    u = sobol(128, 100, 1, 0)
    np.testing.assert_array_equal(np.sort(np.floor(u * 128), axis=0), np.tile(np.arange(128.0)[:, None], 100))
    assert np.all((u > 0) & (u < 1))


def test_quantiles_stay_inside_the_unit_interval() -> None:
    u = quantile_of(np.array([-50.0, 0.0, 50.0]))
    assert 0 < u[0] < 1e-15
    assert u[1] == 0.5
    assert 1 - 1e-15 < u[2] < 1


def weights(rng: np.random.Generator, log_weight: np.ndarray) -> np.ndarray:
    w = np.exp(log_weight - log_weight.max())
    return w / w.sum()


@pytest.mark.parametrize(("n", "j"), [(64, 5), (128, 100), (256, 50)])
def test_without_a_signal_the_proposal_is_the_prior(n: int, j: int) -> None:
    """Both tests work at 5 %: at most one fit in ten may differ, and then hardly."""
    rng, differ, trials = np.random.default_rng(10), 0, 200
    for _ in range(trials):
        found = fit(rng.normal(size=(n, j)), weights(rng, rng.normal(size=n)), np.zeros(j))
        differ += not found.is_prior
    assert differ <= stats.binom.ppf(0.999, trials, 0.1)


def test_fitting_noise_hardly_costs_draws() -> None:
    """With 100 coordinates and an effective size of 40 the plain weighted means would keep one draw in ten."""
    rng, kept, plain = np.random.default_rng(11), [], []
    for _ in range(50):
        z, w = rng.normal(size=(100, 100)), weights(rng, rng.normal(size=100))
        found = fit(z, w, np.zeros(100))
        fresh = found.draws(256, 1, 1)
        log_weight = -found.log_ratio(fresh)
        kept.append(1 / np.sum(weights(rng, log_weight) ** 2) / 256)
        plain.append(np.exp(-np.sum((w @ z) ** 2)))
    assert np.mean(kept) > 0.97
    assert np.mean(plain) < 0.15


def test_clear_signals_are_found_and_nothing_else() -> None:
    rng = np.random.default_rng(12)
    hits, rescaled, noise = 0, 0, []
    for _ in range(50):
        z = rng.normal(size=(200, 100))
        found = fit(
            z, weights(rng, -0.5 * ((z[:, 0] - 1.5) / 0.8) ** 2 - 0.5 * ((z[:, 1] + 1.5) / 0.8) ** 2), np.zeros(100)
        )
        hits += int(found.mean[0] > 0.4) + int(found.mean[1] < -0.4)
        rescaled += int((found.sd[2:] != 1).sum())
        noise.append(np.sum(found.mean[2:] ** 2))
    assert hits >= 95
    assert rescaled <= 20, "a false one among twenty kept; four a fit would be noise"
    assert np.mean(noise) < 0.05, "the plain means would be off by about one"


def test_a_narrow_spread_is_found() -> None:
    rng = np.random.default_rng(13)
    z = rng.normal(size=(400, 20))
    found = fit(z, weights(rng, -0.5 * (z[:, 4] / 0.6) ** 2), np.zeros(20))
    truth = np.sqrt(1 / (1 + 1 / 0.6**2))
    assert found.sd[4] == pytest.approx(truth, abs=3 * truth / np.sqrt(2 * 200))
    assert (found.sd != 1).sum() <= 2


def test_one_draw_that_has_all_the_weight_is_no_signal() -> None:
    """Chi-square with hardly any degrees of freedom would call its lack of spread one."""
    rng = np.random.default_rng(15)
    z = rng.normal(size=(64, 10))
    for rest in (0.0, 1e-4, 0.3):
        w = np.full(64, rest / 63)
        w[3] = 1 - rest
        assert fit(z, w, np.full(10, 0.3)).is_prior
        assert not np.any(signals(z, w))


def test_coordinates_without_a_signal_follow_the_lines() -> None:
    rng = np.random.default_rng(14)
    z = rng.normal(size=(200, 10))
    found = fit(z, weights(rng, -0.5 * ((z[:, 0] - 2) / 0.5) ** 2), np.full(10, 0.3))
    assert found.mean[0] > 1
    np.testing.assert_array_equal(found.mean[1:], 0.3)


def test_step_up_by_hand() -> None:
    """Levels 0.05 k / 5: 0.01, 0.02, 0.03, 0.04, 0.05; the third smallest is the last below its level."""
    p = np.array([0.5, 0.029, 0.001, 0.025, 0.2])
    np.testing.assert_array_equal(step_up(p), [False, True, True, True, False])
    assert not step_up(np.array([0.3, 0.06])).any()
