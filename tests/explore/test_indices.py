"""Indices against closed forms (Ishigami, Sobol's g-function, sums and products by hand) and against SALib."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from ceasefire.explore.sensitivity.indices import Kinds, from_draws, from_pick_freeze, pick_freeze_points
from ceasefire.explore.sensitivity.surrogate import fit

Floats = NDArray[np.float64]
A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(u: Floats) -> Floats:
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(u: Floats) -> Floats:
    return np.prod((np.abs(4 * u - 2) + A) / (1 + A), axis=1)


def ishigami_indices() -> tuple[Floats, Floats]:
    """Return the closed form (Ishigami and Homma 1990), with a = 7 and b = 0.1."""
    v1, v2 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8
    v13 = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return np.array([v1, v2, 0.0]) / v, np.array([v1 + v13, v2, v13]) / v


def sobol_g_indices() -> tuple[Floats, Floats]:
    """Return the closed form (Saltelli and Sobol' 1995)."""
    part = 1 / (3 * (1 + A) ** 2)
    v = np.prod(1 + part) - 1
    return part / v, np.array([part[i] * np.prod(np.delete(1 + part, i)) for i in range(len(A))]) / v


EXACT: dict[str, tuple[Callable[[Floats], Floats], tuple[Floats, Floats]]] = {
    "ishigami": (ishigami, ishigami_indices()),
    "sobol_g": (sobol_g, sobol_g_indices()),
}


def draws(d: int, j: int, seed: int = 5) -> Floats:
    return np.clip(qmc.Sobol(j, rng=np.random.default_rng(seed)).random(d), 1e-9, 1 - 1e-9)


def names(j: int) -> list[str]:
    return [f"x{i}" for i in range(j)]


@pytest.mark.parametrize("name", EXACT)
def test_a_polynomial_fitted_to_128_draws_has_the_indices_of_the_function(name: str) -> None:
    f, (first, total) = EXACT[name]
    u = draws(128, len(first))
    found = from_draws(names(len(first)), u, f(u), resamples=20)
    assert found.q2 is not None
    assert found.q2 > 0.95
    np.testing.assert_allclose(found.first, first, atol=0.03)
    np.testing.assert_allclose(found.total, total, atol=0.03)
    assert found.readable


@pytest.mark.parametrize("name", EXACT)
def test_pick_freeze_is_near_the_closed_form_and_equals_salib_on_the_same_points(name: str) -> None:
    from SALib.analyze import sobol

    f, (first, total) = EXACT[name]
    n, j = 2048, len(first)
    points = pick_freeze_points(j, n)
    y = f(points.reshape(-1, j)).reshape(n, j + 2)
    found = from_pick_freeze(names(j), y)
    np.testing.assert_allclose(found.first, first, atol=0.03)
    np.testing.assert_allclose(found.total, total, atol=0.03)
    inside = (found.total_interval[:, 0] <= total + 1e-3) & (total - 1e-3 <= found.total_interval[:, 1])
    assert inside.mean() >= 0.6
    problem = {"num_vars": j, "names": names(j), "bounds": [[0, 1]] * j}
    salib = np.column_stack([y[:, 0], y[:, 2:], y[:, 1]]).ravel()
    theirs = sobol.analyze(problem, salib, calc_second_order=False, seed=1)
    np.testing.assert_allclose(found.first, theirs["S1"], atol=2e-3)
    np.testing.assert_allclose(found.total, theirs["ST"], atol=1e-10)


def test_a_sum_has_shares_as_its_squared_weights_and_no_interactions() -> None:
    u, b = draws(128, 3), np.array([3.0, 2.0, 0.0])
    for y in (u @ b, ndtri(u) @ b):
        found = from_draws(names(3), u, y, resamples=10)
        np.testing.assert_allclose(found.first, b**2 / (b @ b), atol=1e-6)
        np.testing.assert_allclose(found.total, b**2 / (b @ b), atol=1e-6)
        np.testing.assert_allclose(found.first_interval[:, 0], b**2 / (b @ b), atol=1e-6)


def test_types_take_their_exact_share() -> None:
    """With p = (1/4, 3/4), y = u + t and t of value 0 or 1: variances 1/12 and 3/16."""
    u = draws(64, 2)
    y = u[:, :1] + np.array([0.0, 1.0])
    found = from_draws(names(2), u, y, Kinds(("russia.priority",), np.array([0.25, 0.75])), resamples=5)
    shares = np.array([1 / 12, 0.0, 3 / 16]) / (1 / 12 + 3 / 16)
    assert found.names == ("x0", "x1", "russia.priority")
    np.testing.assert_allclose(found.first, shares, atol=1e-6)
    np.testing.assert_allclose(found.total, shares, atol=1e-6)


def test_a_type_that_only_turns_the_sign_of_a_parameter_works_through_the_interaction_alone() -> None:
    """y = t (u - 1/2) with t = -1 or 1, each 1/2: nothing of first order, all of it together."""
    u = draws(64, 1)
    y = (u - 0.5) * np.array([-1.0, 1.0])
    found = from_draws(names(1), u, y, Kinds(("type",), np.array([0.5, 0.5])), resamples=0)
    np.testing.assert_allclose(found.first, [0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(found.total, [1.0, 1.0], atol=1e-9)
    assert np.isnan(found.first_interval).all()


def test_dimensions_of_types_are_apart_where_they_are_independent_and_one_where_not() -> None:
    """y = s + 2 r, both 0 or 1 with 1/2: variances 1/4 and 1; a parameter that does nothing."""
    u = draws(32, 1)
    y = np.tile([0.0, 2.0, 1.0, 3.0], (32, 1))
    independent = Kinds(("s", "r"), np.full((2, 2), 0.25))
    found = from_draws(names(1), u, y, independent, resamples=0)
    np.testing.assert_allclose(found.first, [0.0, 0.2, 0.8], atol=1e-9)
    np.testing.assert_allclose(found.total, [0.0, 0.2, 0.8], atol=1e-9)
    together = from_draws(names(1), u, y, Kinds(("s", "r"), np.array([[0.4, 0.1], [0.1, 0.4]])), resamples=0)
    assert together.names == ("x0", "s and r")
    np.testing.assert_allclose(together.first, [0.0, 1.0], atol=1e-9)


def test_weights_look_where_the_record_is_likely() -> None:
    """y = u + v; a record that rules out u > 1/2 leaves the variances 1/48 and 1/12."""
    u = draws(4096, 2)
    weight = np.where(u[:, 0] < 0.5, 1.0, 0.0)
    found = from_draws(names(2), u, u.sum(axis=1), weight=weight, resamples=0)
    np.testing.assert_allclose(found.first, [0.2, 0.8], atol=0.01)
    even = from_draws(names(2), u, u.sum(axis=1), weight=np.ones(len(u)), resamples=0)
    np.testing.assert_allclose(even.first, [0.5, 0.5], atol=0.01)


def test_noise_gives_no_indices() -> None:
    u = draws(128, 20)
    found = from_draws(names(20), u, np.random.default_rng(2).normal(size=128), resamples=0)
    assert found.q2 is not None
    assert found.q2 < 0.3
    assert not found.readable


def test_a_number_that_does_not_move_has_nothing_to_share_out() -> None:
    found = from_draws(names(2), draws(16, 2), np.full(16, 0.3), resamples=3)
    assert not found.readable
    assert found.variance == 0
    np.testing.assert_array_equal(found.total, 0.0)


def test_what_is_said_of_draws_left_out_holds_for_new_draws() -> None:
    """A hundred parameters and 128 draws: many terms to choose from, so that a fit flatters itself."""
    b = np.exp(-np.arange(100) / 6)

    def f(u: Floats) -> Floats:
        return 1 / (1 + np.exp(0.5 - 0.8 * ndtri(u) @ b))

    u, fresh = draws(128, 100), draws(2048, 100, seed=6)
    model = fit(u, f(u))
    true_q2 = 1 - np.mean((model(fresh) - f(fresh)) ** 2) / np.var(f(fresh))
    assert abs(model.q2 - true_q2) < 0.08


@pytest.mark.slow
def test_intervals_cover_about_as_often_as_they_say() -> None:
    b = np.exp(-np.arange(20) / 4)
    share = b**2 / (b @ b)
    hits = []
    for seed in range(20):
        u = draws(128, 20, seed=seed)
        y = ndtri(u) @ b + 0.5 * np.random.default_rng(seed).normal(size=128)
        found = from_draws(names(20), u, y)
        hits.append((found.first_interval[:4, 0] <= share[:4]) & (share[:4] <= found.first_interval[:4, 1]))
    assert 0.75 <= np.mean(hits) <= 1.0
