"""What separates draws where a conclusion holds from draws where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.explore.ensemble.separating import separations

NAMES = tuple(f"p{j}" for j in range(40))


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return np.random.default_rng(5).normal(size=(128, 40))


def test_the_parameter_that_decides_is_named_with_its_threshold(values: np.ndarray) -> None:
    holds = values[:, 7] < 0.3
    (first, *_) = separations(NAMES, values, holds, np.full(128, 1 / 128))
    assert (first.name, first.above, first.order) == ("p7", False, 1.0)
    assert first.at == pytest.approx(0.3, abs=0.1)
    assert (first.holding_beyond, first.holding_before) == (1, 0)


def test_chance_is_not_named(values: np.ndarray) -> None:
    rng = np.random.default_rng(6)
    named = [separations(NAMES, values, rng.random(128) < 0.5, np.full(128, 1 / 128)) for _ in range(40)]
    assert sum(bool(one) for one in named) <= 6


def test_weights_count(values: np.ndarray) -> None:
    holds = values[:, 3] > 0
    weight = np.where(values[:, 3] > -0.5, 1.0, 0.0)
    found = separations(NAMES, values, holds, weight / weight.sum())
    assert found[0].name == "p3"
    assert found[0].holding_before == 0


def test_too_few_on_one_side_say_nothing(values: np.ndarray) -> None:
    holds = np.zeros(128, dtype=bool)
    holds[:3] = True
    assert separations(NAMES, values, holds, np.full(128, 1 / 128)) == ()


def test_ties_count_half() -> None:
    x = np.array([[0.0], [0.0], [1.0], [1.0]] * 8)
    holds = np.array([False, True, False, True] * 8)
    assert separations(("p",), x, holds, np.full(32, 1 / 32)) == ()
