"""What seeing a move would change, over draws: by hand for two draws, and whole for the small case."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ceasefire.explore.ensemble.if_seen import if_seen
from ceasefire.explore.ensemble.pooled import pool_values
from ceasefire.forecast.model import Signpost

NOMINAL = Signpost("2030-01-31", "talks", "one", "yes", 0.3, {"one": {"soft": 0.5, "hard": 0.5}}, 0.4, 0.1)
SHARES = (0.75, 0.25)


def draw(p: float, pause: float | None, change: float | None, soft: float, p_open: float | None = None) -> Any:
    seen = {"p": p, "p_open": p if p_open is None else p_open, "pause_if_seen": pause, "pause_change": change,
            "belief_if_seen": {"one": {"soft": soft, "hard": 1 - soft}}}  # fmt: skip
    return SimpleNamespace(next_moves={"talks.yes": seen})


def ensemble_of(*members: Any, weight: tuple[float, ...] = SHARES, withheld: bool = False) -> Any:
    def read(number: Any) -> Any:
        return pool_values([number(one) for one in members], np.array(weight))

    return SimpleNamespace(members=members, weight=lambda: np.array(weight), read=read, withheld=withheld)


def test_draws_that_make_the_move_likely_count_more_once_it_is_seen() -> None:
    found = if_seen(NOMINAL, ensemble_of(draw(0.2, 0.5, 0.1, 0.8), draw(0.6, 0.9, 0.3, 0.2)))
    assert found.p == pytest.approx(0.75 * 0.2 + 0.25 * 0.6)
    assert found.pause_if_seen == pytest.approx((0.15 * 0.5 + 0.15 * 0.9) / 0.3)
    assert found.pause_change == pytest.approx(0.7 - (0.75 * 0.4 + 0.25 * 0.6))
    assert found.belief_if_seen == {"one": {"soft": pytest.approx(0.5), "hard": pytest.approx(0.5)}}


def test_its_error_is_that_of_two_means_over_the_same_draws() -> None:
    found = if_seen(NOMINAL, ensemble_of(draw(0.2, 0.5, 0.1, 0.8), draw(0.6, 0.9, 0.3, 0.2)))
    first = 0.5 * (0.5 - 0.7) - 0.75 * (0.4 - 0.45)
    second = 0.5 * (0.9 - 0.7) - 0.25 * (0.6 - 0.45)
    assert found.change_error == pytest.approx(np.hypot(first, second))


def test_where_the_pause_has_begun_the_move_says_nothing_of_it() -> None:
    """In the second draw the move is only seen once the pause has begun."""
    found = if_seen(NOMINAL, ensemble_of(draw(0.2, 0.5, 0.1, 0.8), draw(0.6, None, None, 0.2, p_open=0.0)))
    assert found.pause_if_seen == pytest.approx(0.5)
    assert found.p_open == pytest.approx(0.15)


def test_a_move_that_no_draw_shows_has_no_pause() -> None:
    found = if_seen(NOMINAL, ensemble_of(draw(0.01, None, None, 0.8), draw(0.01, None, None, 0.8)))
    assert (found.pause_if_seen, found.pause_change, found.change_error) == (None, None, None)


def test_a_draw_without_the_move_counts_as_none() -> None:
    found = if_seen(NOMINAL, ensemble_of(draw(0.2, 0.5, 0.1, 0.8), SimpleNamespace(next_moves={})))
    assert found.p == pytest.approx(0.15)
    assert found.pause_if_seen == pytest.approx(0.5)


def test_the_interval_is_withheld_where_too_few_draws_count_once_the_move_is_seen() -> None:
    many = [draw(0.2, 0.4 + 0.001 * i, 0.0, 0.5) for i in range(100)]
    even = tuple([0.01] * 100)
    found = if_seen(NOMINAL, ensemble_of(*many, weight=even))
    assert (found.pause_low, found.pause_high) == (pytest.approx(0.409), pytest.approx(0.489))
    assert if_seen(NOMINAL, ensemble_of(*many, weight=even, withheld=True)).pause_low is None
    few = [*many[:40], *[draw(0.0001, 0.5, 0.0, 0.5) for _ in range(60)]]
    assert if_seen(NOMINAL, ensemble_of(*few, weight=even)).pause_low is None


def test_a_number_without_pause_in_the_case_keeps_what_it_has() -> None:
    bare = replace(NOMINAL, pause_if_seen=None, pause_change=None, belief_if_seen={})
    found = if_seen(bare, ensemble_of(draw(0.2, None, None, 0.8), draw(0.6, None, None, 0.2)))
    assert (found.p, found.belief_if_seen) == (pytest.approx(0.3), {})
