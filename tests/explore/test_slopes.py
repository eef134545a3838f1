"""Lines of events along the parameters: right where there are lines, nothing where there is noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ceasefire.explore.weighing.slopes import RATIOS, slopes
from tests.explore.normal_model import NormalModel, run_rounds


def even(n: int) -> np.ndarray:
    return np.full(n, 1 / n)


def test_lines_without_noise_are_found_and_added_up() -> None:
    z = np.random.default_rng(1).normal(size=(80, 4))
    lines = np.array([[1.0, 0.0, -0.5, 0.0], [0.5, 0.0, 0.0, 2.0]])
    np.testing.assert_allclose(slopes(z, z @ lines.T - 3.0, even(80)), lines.sum(axis=0), atol=0.01)


def test_the_ratio_is_that_of_the_likelihood_written_out() -> None:
    """One event, two parameters: the normal density of all draws with the slopes integrated out, by matrices."""
    rng = np.random.default_rng(2)
    z = rng.normal(size=(30, 2))
    y = 0.4 * z[:, 0] + rng.normal(size=30)
    centred, own = z - z.mean(axis=0), y - y.mean()

    def log_density(ratio: float) -> float:
        covariance = np.eye(30) + ratio * centred @ centred.T
        variance = own @ np.linalg.solve(covariance, own) / 30
        return float(-15 * np.log(variance) - 0.5 * np.linalg.slogdet(covariance)[1])

    best = max(RATIOS, key=log_density)
    by_hand = np.linalg.solve(centred.T @ centred + np.eye(2) / best, centred.T @ own)
    np.testing.assert_allclose(slopes(z, y[:, None], even(30)), by_hand, rtol=1e-9)


def test_noise_has_no_line() -> None:
    """At 5 % over all events of a fit: of 100 fits about five have a line."""
    rng = np.random.default_rng(3)
    found = [np.any(slopes(rng.normal(size=(128, 60)), rng.normal(size=(128, 5)), even(128))) for _ in range(100)]
    assert sum(found) <= stats.binom.ppf(0.999, 100, 0.05)


def test_many_parameters_are_hardly_followed_into_noise() -> None:
    """A hundred slopes of which one is there, from 128 draws: nearer to the truth than zero, where least squares is not."""
    rng, truth = np.random.default_rng(4), np.zeros(100)
    truth[0] = 1.0
    off, plain = [], []
    for _ in range(20):
        z = rng.normal(size=(128, 100))
        y = (z @ truth + 0.5 * rng.normal(size=128))[:, None]
        off.append(np.sum((slopes(z, y, even(128)) - truth) ** 2))
        plain.append(np.sum((np.linalg.lstsq(z - z.mean(axis=0), y[:, 0], rcond=None)[0] - truth) ** 2))
    assert np.mean(off) < 0.7
    assert np.mean(plain) > 0.8


def test_weights_are_draws_that_count_more_often() -> None:
    rng = np.random.default_rng(5)
    z, noise = rng.normal(size=(60, 3)), 0.1 * rng.normal(size=(60, 1))
    y = z[:, :1] + noise
    far = np.vstack([z, 50 + z]), np.vstack([y, np.full((60, 1), -np.inf)])
    np.testing.assert_allclose(slopes(*far, np.repeat([1 / 60, 0.0], 60)), slopes(z, y, even(60)), rtol=1e-9)


def test_events_alike_in_all_draws_and_too_few_draws_say_nothing() -> None:
    z = np.random.default_rng(6).normal(size=(40, 3))
    np.testing.assert_array_equal(slopes(z, np.full((40, 2), -1.5), even(40)), 0.0)
    np.testing.assert_array_equal(slopes(z, np.empty((40, 0)), even(40)), 0.0)
    np.testing.assert_array_equal(slopes(z[:2], z[:2, :1], even(2)), 0.0)


@pytest.mark.parametrize("n_events", [20, 40])
def test_many_weak_events_gain_draws(n_events: int) -> None:
    """A hundred parameters, none of which stands out: draws along the lines count more than draws from the prior."""
    rng = np.random.default_rng(7)
    loads = rng.normal(size=(n_events, 100)) * 0.3 / np.sqrt(n_events)
    model = NormalModel(loads, loads @ rng.normal(size=100) + rng.normal(size=n_events), 1.0)
    in_rounds, alone = [], []
    for seed in range(8):
        drawn = run_rounds(model, [128, 64, 64], seed)
        w = np.exp(drawn.log_likelihood + drawn.log_base)
        in_rounds.append(w.sum() ** 2 / np.sum(w**2))
        w = np.exp(model.log_likelihood(np.random.default_rng(seed).normal(size=(256, 100))))
        alone.append(w.sum() ** 2 / np.sum(w**2))
    assert np.mean(in_rounds) > 1.3 * np.mean(alone)
