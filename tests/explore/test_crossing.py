"""The search along one coordinate, on functions whose crossings are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ceasefire.explore.tipping.crossing import HIGH, LOW, SCAN, Crossing, Value, search


def found(f: Callable[[float], float], level: float, error: float = 0.0, grid: float = 0.0) -> tuple[Crossing, int]:
    """Return what a search finds and how many rounds it took."""
    asked = search(level, grid)
    wanted, rounds = next(asked), 0
    while True:
        rounds += 1
        try:
            wanted = asked.send([Value(f(u), error) for u in wanted])
        except StopIteration as end:
            return end.value, rounds


@pytest.mark.parametrize("level", [0.13, 0.4, 0.62, 0.93])
def test_a_straight_line_is_crossed_where_it_is_in_one_more_round(level: float) -> None:
    crossing, rounds = found(lambda u: u, level)
    assert crossing.at == pytest.approx(level, abs=1e-9)
    assert rounds == 2
    assert not crossing.rises_and_falls
    assert crossing.other == ()


def test_a_steep_curve_is_narrowed() -> None:
    crossing, _ = found(lambda u: float(1 / (1 + np.exp(-80 * (u - 0.77)))), 0.5)
    assert crossing.at == pytest.approx(0.77, abs=1e-3)


def test_a_hill_has_two_crossings_and_the_nearer_one_is_given() -> None:
    crossing, _ = found(lambda u: float(1 - (u - 0.4) ** 2 * 6), 0.7)
    near, far = 0.4 + np.sqrt(0.05), 0.4 - np.sqrt(0.05)
    assert crossing.at == pytest.approx(near, abs=1e-3)
    assert crossing.other == pytest.approx((far,), abs=1e-3)
    assert crossing.rises_and_falls


def test_nothing_is_crossed_where_the_level_lies_outside() -> None:
    crossing, rounds = found(lambda u: 0.3 + 0.1 * u, 0.5)
    assert crossing.at is None
    assert rounds == 1
    assert [u for u, _ in crossing.known] == list(SCAN)


def test_the_interval_is_the_errors_over_the_slope() -> None:
    """Two standard errors of 0.01 and a grid error of 0.02 on a slope of 2."""
    crossing, _ = found(lambda u: 2 * u - 0.5, 0.7, error=0.01, grid=0.02)
    assert crossing.at == pytest.approx(0.6, abs=1e-6)
    assert crossing.low == pytest.approx(0.58, abs=1e-6)
    assert crossing.high == pytest.approx(0.62, abs=1e-6)


def test_the_interval_is_open_where_the_number_stays_at_the_level() -> None:
    crossing, _ = found(lambda u: 0.505 if u > 0.5 else 0.4, 0.5, error=0.01)
    assert crossing.at is not None
    assert crossing.high is None
    assert crossing.low is not None


def test_a_jump_is_said() -> None:
    crossing, _ = found(lambda u: 0.8 if u > 0.633 else 0.2, 0.5)
    assert crossing.at == pytest.approx(0.633, abs=2e-3)
    assert crossing.jumps


def test_what_cannot_be_computed_is_passed_by() -> None:
    crossing, _ = found(lambda u: np.nan if u > 0.85 else u, 0.65)
    assert crossing.at == pytest.approx(0.65, abs=1e-6)
    nothing, _ = found(lambda u: np.nan, 0.5)
    assert nothing.at is None
    assert nothing.known == []


def test_noise_is_not_taken_for_rising_and_falling() -> None:
    wave = dict(zip(SCAN, (0.300, 0.302, 0.301, 0.303, 0.302, 0.304, 0.303), strict=True))
    assert not found(lambda u: wave[u], 0.9, error=0.003)[0].rises_and_falls
    assert found(lambda u: wave[u], 0.9, error=0.0)[0].rises_and_falls


def test_steps_are_crossed_at_the_first_value_on_the_other_side() -> None:
    asked = search(0.5, 0.0, (LOW, 0.5, 0.8, HIGH), narrow=False)
    wanted = next(asked)
    with pytest.raises(StopIteration) as end:
        asked.send([Value(p) for p in (0.1, 0.3, 0.45, 0.7)])
    assert wanted == (LOW, 0.5, 0.8, HIGH)
    assert end.value.value.at == HIGH
    assert end.value.value.jumps
