"""Shares of the weight in which a check holds, and what may be said of them."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.explore.ensemble.verdicts import verdict


def gaps(holds: int, fails: int) -> np.ndarray:
    return np.concatenate([np.full(holds, 0.2), np.full(fails, -0.2)])


@pytest.mark.parametrize(
    ("holds", "fails", "said"),
    [
        (256, 0, "follows"),
        (0, 256, "contradicted"),
        (128, 128, "open"),
        (230, 26, "undecided by sampling"),
        (8, 0, "undecided by sampling"),
        (32, 0, "follows"),
    ],
)
def test_the_verdict_waits_until_the_share_is_clear_of_the_bound(holds: int, fails: int, said: str) -> None:
    n = holds + fails
    found = verdict(gaps(holds, fails), np.full(n, 1 / n))
    assert found.verdict == said
    assert found.share == pytest.approx(holds / n)
    assert found.n == n


def test_few_draws_that_carry_the_weight_do_not_decide() -> None:
    weight = np.full(256, 0.1 / 252)
    weight[:4] = 0.9 / 4
    assert verdict(gaps(256, 0), weight).verdict == "undecided by sampling"


def test_a_margin_inside_the_grid_error_is_too_close() -> None:
    near = np.full(256, 0.01)
    weight = np.full(256, 1 / 256)
    assert verdict(near, weight, numerical=0.02).verdict == "too close"
    assert verdict(near, weight, numerical=0.005).verdict == "follows"


def test_draws_without_a_number_do_not_count() -> None:
    found = verdict(np.array([np.nan, 0.1, np.inf, -np.inf]), np.full(4, 0.25))
    assert found.n == 3
    assert found.share == pytest.approx(2 / 3)
    assert verdict(np.array([np.nan]), np.ones(1)).verdict == "not computed"
