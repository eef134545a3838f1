"""Weights against conjugate normal models, and what must hold for any likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ceasefire.errors import NumericalError
from ceasefire.explore.weighing.estimates import quantile_estimate, weighted_mean
from ceasefire.explore.weighing.proposals import Proposal
from ceasefire.explore.weighing.weights import (
    HEAVY_TAIL,
    IMPOSSIBLE,
    WITHHELD,
    effective_size,
    k_limit,
    log_base_weight,
    smooth_tail,
    temper,
    weigh,
)
from tests.explore.normal_model import NormalModel, first_coordinates, run_rounds

Z90 = 1.2815515655446004

MODELS = {
    "one parameter": (first_coordinates(1, [2.0], 0.5), 128),
    "five parameters": (first_coordinates(5, [1.5, -1.5, 1.0], 0.5), 256),
    "fifty parameters": (first_coordinates(50, [1.0, -1.0, 1.0, 1.0, 1.0], 1.0), 256),
    "a sum of twenty": (NormalModel(np.full((1, 20), 20**-0.5), np.array([2.5]), 0.5), 256),
}


@pytest.mark.parametrize("name", MODELS)
def test_posterior_is_recovered_within_its_stated_errors(name: str) -> None:
    """Sixteen seeds: the standardised errors of mean, quantile and evidence must be of the size of one."""
    model, size = MODELS[name]
    mean, covariance = model.posterior()
    sd, scores, evidence = np.sqrt(covariance[0, 0]), [], []
    for seed in range(16):
        rounds = run_rounds(model, [size] * 4, seed)
        found = weigh(rounds.log_likelihood, rounds.log_base)
        own = rounds.z[:, 0]
        estimates = [weighted_mean(own, found.weight, rounds.round_index)]
        estimates += [quantile_estimate(own, found.weight, q, rounds.round_index) for q in (0.1, 0.5, 0.9)]
        truth = mean[0] + sd * np.array([0.0, -Z90, 0.0, Z90])
        scores.append([(e.value - t) / e.error for e, t in zip(estimates, truth, strict=True)])
        evidence.append(found.log_evidence - model.log_evidence())
        assert found.effective_size > 50
        assert found.k_hat < found.k_limit
        assert found.codes == ()
    size_of = np.sqrt(np.mean(np.square(scores), axis=0))
    assert np.all(size_of < 1.6), "the chance of 16 honest errors to look this large is below 1 in 1,000"
    assert np.abs(np.mean(evidence)) < 0.15


@pytest.mark.parametrize("name", list(MODELS)[1:])
def test_rounds_gain_on_the_prior(name: str) -> None:
    model, size = MODELS[name]
    rounds = run_rounds(model, [size] * 4)
    from_prior = model.log_likelihood(Proposal.prior(model.loads.shape[1]).draws(4 * size, 1, 0))
    assert weigh(rounds.log_likelihood, rounds.log_base).effective_size > 2 * weigh(from_prior).effective_size
    exponents = rounds.rounds.exponents
    assert list(exponents) == sorted(exponents)
    assert exponents[-1] > 1.5 * exponents[0]


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_every_exponent_has_its_own_posterior(exponent: float) -> None:
    model = first_coordinates(5, [1.5, -1.0], 0.7)
    rounds = run_rounds(model, [512] * 4)
    found = weigh(rounds.log_likelihood, rounds.log_base, exponent)
    mean, covariance = model.posterior(exponent)
    for j in range(5):
        estimate = weighted_mean(rounds.z[:, j], found.weight, rounds.round_index)
        assert abs(estimate.value - mean[j]) < 4 * estimate.error
        square = weighted_mean(rounds.z[:, j] ** 2, found.weight, rounds.round_index)
        assert abs(square.value - covariance[j, j] - mean[j] ** 2) < 4 * square.error


def test_temper_meets_half_the_draws() -> None:
    log_likelihood = -0.5 * (Proposal.prior(1).draws(512, 1, 0)[:, 0] * 30) ** 2
    exponent = temper(log_likelihood)
    assert 0 < exponent < 1
    assert effective_size(exponent * log_likelihood) == pytest.approx(256, abs=0.01)
    assert effective_size(temper(log_likelihood, n_round=128) * log_likelihood) == pytest.approx(64, abs=0.01)
    assert temper(log_likelihood / 1e6) == 1.0


def test_temper_counts_only_draws_that_the_record_leaves() -> None:
    own = -0.5 * (Proposal.prior(1).draws(256, 1, 0)[:, 0] * 30) ** 2
    with_dead = np.concatenate([own, np.full(768, -np.inf)])
    assert temper(with_dead) == pytest.approx(temper(own), rel=1e-9)
    assert temper(with_dead, n_round=1024) == pytest.approx(temper(own), rel=1e-9)


def test_temper_never_goes_back_and_takes_the_best_where_half_is_out_of_reach() -> None:
    rng = np.random.default_rng(4)
    log_likelihood, base = rng.normal(size=200) * 3, rng.normal(size=200) * 3
    sizes = [effective_size(base + e * log_likelihood) for e in np.linspace(0, 1, 201)]
    assert max(sizes) < 100
    assert effective_size(base + temper(log_likelihood, base) * log_likelihood) > 0.99 * max(sizes)
    assert temper(log_likelihood, base, start=0.7) >= 0.7


def test_balance_heuristic_by_hand() -> None:
    z = np.array([[0.0], [1.0], [2.0]])
    fitted = Proposal(np.array([1.0]), np.array([0.5]))
    mixture = (np.exp(Proposal.prior(1).log_density(z)) + 2 * np.exp(fitted.log_density(z))) / 3
    by_hand = Proposal.prior(1).log_density(z) - np.log(mixture)
    np.testing.assert_allclose(log_base_weight(z, [Proposal.prior(1), fitted], [1, 2]), by_hand)
    np.testing.assert_array_equal(log_base_weight(z, [Proposal.prior(1)], [3]), 0.0)


def test_a_constant_likelihood_teaches_nothing() -> None:
    found = weigh(np.full(64, -40.0))
    np.testing.assert_allclose(found.weight, 1 / 64)
    assert found.effective_size == pytest.approx(64)
    assert found.k_hat == -1.0
    assert found.log_evidence == pytest.approx(-40.0)
    assert found.spread == pytest.approx((-40, -40, -40))
    assert found.codes == ()


def test_codes_say_what_is_wrong() -> None:
    rng = np.random.default_rng(5)
    found = weigh(np.concatenate([rng.standard_cauchy(200) * 3, [-np.inf]]))
    assert set(found.codes) == {WITHHELD, HEAVY_TAIL, IMPOSSIBLE}
    assert found.intervals_withheld
    assert found.n_impossible == 1
    assert found.weight[-1] == 0


def test_impossible_draws_count_in_the_prior() -> None:
    log_likelihood = np.where(np.arange(100) < 50, 0.0, -np.inf)
    assert weigh(log_likelihood, exponent=0.0).effective_size == pytest.approx(100)
    half = weigh(log_likelihood, exponent=0.5)
    assert half.effective_size == pytest.approx(50)
    assert half.log_evidence == pytest.approx(np.log(0.5))


@pytest.mark.parametrize("bad", [np.full(10, -np.inf), np.array([0.0, np.nan]), np.array([0.0, np.inf])])
def test_no_possible_draw_and_no_number_are_named(bad: np.ndarray) -> None:
    expected = r"all 10 draws" if bad.size == 10 else r"draw 1 "
    for ask in (weigh, temper):
        with pytest.raises(NumericalError, match=expected):
            ask(bad)


@pytest.mark.parametrize(("n", "limit"), [(10, 0.0), (100, 0.5), (256, 0.5848), (10000, 0.7)])
def test_limit_of_k_hat(n: int, limit: float) -> None:
    assert k_limit(n) == pytest.approx(limit, abs=1e-4)


@pytest.mark.parametrize("shape", [0.1, 0.4, 0.9])
def test_k_hat_finds_the_shape_of_a_pareto_tail(shape: float) -> None:
    """A Pareto tail of known shape; the estimate is drawn towards 0.5 like ten more points of the tail would."""
    n, found = 4000, []
    for seed in range(20):
        found.append(smooth_tail(np.random.default_rng(seed).exponential(size=n) * shape)[1])
    tail = 3 * np.sqrt(n)
    expected = (tail * shape + 5) / (tail + 10)
    assert np.mean(found) == pytest.approx(expected, abs=3 * (1 + shape) / np.sqrt(tail * 20))


def test_smoothing_keeps_the_order_and_never_raises_the_largest() -> None:
    log_weight = np.random.default_rng(6).normal(size=300) * 1.5
    log_weight[17] = -np.inf
    smoothed, _ = smooth_tail(log_weight)
    assert smoothed[17] == -np.inf
    np.testing.assert_array_equal(np.argsort(smoothed), np.argsort(log_weight))
    alive = np.isfinite(log_weight)
    shift = smoothed[alive] - log_weight[alive]
    body = np.median(shift)
    assert np.sum(np.abs(shift - body) < 1e-9) == 299 - int(3 * np.sqrt(299)), "the rest moves by one constant"
    assert shift[np.argmax(log_weight[alive])] <= body


def test_too_few_draws_for_a_tail() -> None:
    log_weight = np.random.default_rng(7).normal(size=20)
    smoothed, k_hat = smooth_tail(log_weight)
    np.testing.assert_array_equal(smoothed, log_weight)
    assert k_hat == np.inf
    assert HEAVY_TAIL in weigh(log_weight).codes


def test_ties_among_the_largest_weights_are_no_fault() -> None:
    """Few distinct likelihoods (a small case): the tail cannot be fitted, or it is flat; nothing warns."""
    few = np.repeat([-1.0, -2.0, -3.0], 40)
    assert weigh(few).k_hat == -1.0
    one_above = np.concatenate([[5.0], np.zeros(119)])
    assert weigh(one_above).k_hat == np.inf
    assert weigh(one_above).effective_size == pytest.approx((np.e**5 + 119) ** 2 / (np.e**10 + 119))


def test_error_of_a_mean_by_hand() -> None:
    values, weight = np.array([0.0, 1.0, 4.0]), np.array([0.5, 0.25, 0.25])
    found = weighted_mean(values, weight)
    assert found.value == 1.25
    assert found.error == pytest.approx(np.sqrt(0.625**2 + 0.0625**2 + 0.6875**2))
    by_round = weighted_mean(values, weight, np.array([0, 1, 1]))
    assert by_round.error == pytest.approx(np.sqrt(0.625**2 + 0.75**2))


finite = st.floats(-800, 50)
likelihoods = hnp.arrays(np.float64, st.integers(1, 80), elements=finite | st.just(-np.inf))


@given(likelihoods, st.sampled_from([0.5, 1.0]), st.randoms(use_true_random=False))
def test_what_holds_for_any_likelihood(log_likelihood: np.ndarray, exponent: float, random: object) -> None:
    if not np.isfinite(log_likelihood).any():
        with pytest.raises(NumericalError):
            weigh(log_likelihood)
        return
    found = weigh(log_likelihood, exponent=exponent)
    assert found.weight.sum() == pytest.approx(1)
    assert np.all(found.weight >= 0)
    assert np.all(found.weight[~np.isfinite(log_likelihood)] == 0)
    assert 1 - 1e-9 <= found.effective_size <= np.isfinite(log_likelihood).sum() + 1e-6
    assert 0 <= temper(log_likelihood) <= 1
    order = np.random.default_rng(1).permutation(log_likelihood.size)
    shuffled = weigh(log_likelihood[order], exponent=exponent)
    np.testing.assert_allclose(np.sort(shuffled.weight), np.sort(found.weight), rtol=1e-9, atol=1e-300)
    assert shuffled.k_hat == pytest.approx(found.k_hat)
    assert shuffled.log_evidence == pytest.approx(found.log_evidence)
    moved = weigh(log_likelihood + 100.0, exponent=exponent)
    np.testing.assert_allclose(moved.weight, found.weight, rtol=1e-6, atol=1e-300)
