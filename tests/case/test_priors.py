"""Priors: quantiles against closed forms and SciPy, arguments that no distribution has."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from ceasefire.case.priors import ARGUMENTS, make_prior, quantile
from ceasefire.errors import InputError

U = np.array([0.01, 0.1, 0.3, 0.5, 0.9, 0.99])


@pytest.mark.parametrize(
    ("family", "arguments", "expected"),
    [
        ("normal", {"mean": 3, "sd": 2}, stats.norm(3, 2)),
        ("normal", {"median": 3, "p90": 3 + 2 * stats.norm.ppf(0.9)}, stats.norm(3, 2)),
        ("lognormal", {"median": 2, "p90": 2 * math.exp(0.5 * stats.norm.ppf(0.9))}, stats.lognorm(0.5, scale=2)),
        ("beta", {"a": 2, "b": 3}, stats.beta(2, 3)),
        ("beta", {"mean": 0.4, "sd": stats.beta(2, 3).std()}, stats.beta(2, 3)),
        ("beta", {"mean": 0.4, "p90": stats.beta(2, 3).ppf(0.9)}, stats.beta(2, 3)),
        ("beta", {"mean": 0.05, "p90": stats.beta(2, 38).ppf(0.9)}, stats.beta(2, 38)),
        ("uniform", {"low": -1, "high": 3}, stats.uniform(-1, 4)),
        ("triangular", {"low": 0, "mode": 1, "high": 4}, stats.triang(0.25, 0, 4)),
        ("triangular", {"low": 0, "mode": 0, "high": 4}, stats.triang(0, 0, 4)),
    ],
)
def test_quantiles_against_scipy(family, arguments, expected):
    np.testing.assert_allclose(make_prior(family, arguments).quantile(U), expected.ppf(U), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("bounds", [{}, {"low": 0}, {"high": 20}, {"low": 0, "high": 20}])
def test_stated_quantiles_are_met_within_the_bounds(bounds):
    prior = make_prior("quantiles", {"p10": 1, "p50": 2, "p90": 9, **bounds})
    np.testing.assert_allclose(prior.quantile([0.1, 0.5, 0.9]), [1, 2, 9], rtol=1e-12)
    many = prior.quantile(np.linspace(1e-6, 1 - 1e-6, 1001))
    assert (np.diff(many) > 0).all()
    low, high = prior.support()
    assert low <= many[0] < many[-1] <= high
    assert (low, high) == (bounds.get("low", -math.inf), bounds.get("high", math.inf))


def test_discrete_in_any_writing_order():
    prior = make_prior("discrete", {"values": [3, 1, 2], "weights": [0.3, 0.5, 0.2]})
    np.testing.assert_array_equal(prior.quantile([0.1, 0.5, 0.50001, 0.7, 0.71, 0.99]), [1, 1, 2, 2, 3, 3])
    assert prior.median() == 1
    assert prior.support() == (1, 3)


def test_a_fixed_value_has_no_spread():
    prior = make_prior("fixed", {"value": 7})
    assert prior.median() == 7
    np.testing.assert_array_equal(prior.quantile(U), np.full(U.size, 7.0))
    assert prior.support() == (7, 7)


@pytest.mark.parametrize(
    ("family", "arguments"),
    [("lognormal", {"median": [1.0, 2.0], "p90": [2.0, 5.0]}), ("beta", {"mean": [0.3, 0.5], "p90": [0.6, 0.7]})],
)
def test_arguments_as_arrays_equal_one_at_a_time(family, arguments):
    together = quantile(family, {name: np.array(x) for name, x in arguments.items()}, np.array([0.2, 0.8]))
    single = [
        make_prior(family, {name: x[i] for name, x in arguments.items()}).quantile(u) for i, u in enumerate((0.2, 0.8))
    ]
    np.testing.assert_allclose(together, single, rtol=1e-12)


@pytest.mark.parametrize(
    ("family", "arguments", "code"),
    [
        ("gamma", {"a": 1}, "F151"),
        ("lognormall", {"median": 1, "p90": 2}, "F151"),
        ("normal", {"mu": 1}, "F152"),
        ("normal", {"mean": 1}, "F152"),
        ("beta", {"mean": 0.5, "p90": 0.6, "sd": 1}, "F152"),
        ("normal", {"mean": 1, "p90": 1}, "F153"),
        ("normal", {"mean": 1, "sd": 0}, "F153"),
        ("lognormal", {"median": 2, "p90": 1}, "F153"),
        ("lognormal", {"median": -2, "p90": 1}, "F153"),
        ("beta", {"mean": 0.5, "p90": 0.4}, "F153"),
        ("beta", {"mean": 0.5, "p90": 1.2}, "F153"),
        ("beta", {"mean": 0.5, "sd": 0.6}, "F153"),
        ("beta", {"mean": 0.001, "p90": 0.9}, "F153"),
        ("beta", {"a": 0, "b": 1}, "F153"),
        ("uniform", {"low": 2, "high": 2}, "F153"),
        ("triangular", {"low": 1, "mode": 1, "high": 1}, "F153"),
        ("triangular", {"low": 0, "mode": 3, "high": 2}, "F153"),
        ("discrete", {"values": [1, 2], "weights": [0.5, 0.6]}, "F153"),
        ("discrete", {"values": [1, 1], "weights": [0.5, 0.5]}, "F153"),
        ("discrete", {"values": [1, 2], "weights": [1.5, -0.5]}, "F153"),
        ("discrete", {"values": [1, 2], "weights": [1]}, "F153"),
        ("quantiles", {"p10": 3, "p50": 2, "p90": 5}, "F153"),
        ("quantiles", {"p10": 1, "p50": 2, "p90": 5, "low": 1}, "F153"),
        ("fixed", {"value": math.nan}, "F153"),
        ("uniform", {"low": [0, 1], "high": 2}, "F153"),
    ],
)
def test_unsolvable_arguments_are_faults(family, arguments, code):
    with pytest.raises(InputError) as caught:
        make_prior(family, arguments)
    assert caught.value.faults[0].code == code


def test_every_family_is_described():
    assert set(ARGUMENTS) == {
        *("fixed", "normal", "lognormal", "beta", "uniform", "triangular", "discrete", "quantiles")
    }
