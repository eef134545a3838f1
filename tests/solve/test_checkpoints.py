"""What a solve keeps on its way, what a stop leaves behind, and what the next start makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.forecast import solutions
from ceasefire.forecast.pipeline import forget, run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.game.compile import compile_case
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import memory as solve_memory
from ceasefire.solve import solve
from ceasefire.solve.stationary import SETTLED
from tests.case.small_case import write_small_case
from tests.solve.random_games import random_game

PERIODS = 12
FAST = Settings(intervals=2, n_paths=64, tolerance=1e-7, target=0.0, preview=True)


@pytest.fixture
def sparse(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a solution with room for the values of three periods, beside one with all."""
    game = game_from_json(random_game(41, types=(1, 2), periods=PERIODS))
    dense = solve(game, intervals=4)
    one = dense.start_values(0).nbytes
    monkeypatch.setattr(solve_memory, "CHECKPOINT_BYTES", 3 * one)
    return solve(game, intervals=4), dense


def test_values_are_kept_at_even_distances_within_their_room(sparse: Any) -> None:
    few, dense = sparse
    assert sorted(dense.checkpoints) == list(range(PERIODS + 1))
    assert sorted(few.checkpoints) == [0, 4, 8, PERIODS]
    one = few.start_values(0).nbytes
    assert solve_memory.n_checkpoints(PERIODS, one) == len(few.checkpoints)


def test_values_between_checkpoints_are_found_again(sparse: Any) -> None:
    few, dense = sparse
    for period in (0, 7, 5, 6, 11, 1, 2, 3, 9, 10, 5):
        np.testing.assert_allclose(few.start_values(period), dense.start_values(period), atol=1e-7)
        np.testing.assert_allclose(few.values_after(period, 0), dense.values_after(period, 0), atol=1e-7)
        assert len(few.checkpoints) <= 5, "no more than one period beside the checkpoints"
    for period in (0, 4, 8):
        np.testing.assert_array_equal(few.checkpoints[period], dense.checkpoints[period])


def test_asking_does_not_change_what_is_kept(sparse: Any) -> None:
    few, _ = sparse
    kept = {t: v.copy() for t, v in few.checkpoints.items()}
    few.values_after(6, 1)
    few.start_values(2)
    for period, values in kept.items():
        np.testing.assert_array_equal(few.checkpoints[period], values)


def test_a_solve_from_a_later_period_is_the_end_of_the_whole() -> None:
    game = game_from_json(random_game(42, types=(1, 2), periods=5))
    whole, end = solve(game, intervals=4), solve(game, intervals=4, first_period=2)
    assert {period for period, _, _ in end.strategies} == {2, 3, 4}
    np.testing.assert_array_equal(end.start_values(2), whole.start_values(2))
    for key, sigma in end.strategies.items():
        np.testing.assert_array_equal(sigma, whole.strategies[key])


def test_a_solve_goes_on_from_the_values_of_another() -> None:
    long = game_from_json(random_game(43, types=(1, 2), periods=5))
    short = game_from_json(random_game(43, types=(1, 2), periods=2))
    whole = solve(long, intervals=4)
    rest = solve(short, intervals=4, terminal=whole.start_values(2 + 1))
    np.testing.assert_allclose(rest.start_values(0), whole.start_values(1), atol=1e-8)
    given = whole.start_values(3).copy()
    np.testing.assert_array_equal(rest.start_values(2), given)


def test_a_stopped_solve_leaves_nothing_and_the_next_is_whole() -> None:
    game = game_from_json(random_game(44, types=(1, 2), periods=5))
    wanted = solve(game, intervals=4)

    def stop(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(game, intervals=4, progress=stop)
    seen: list[tuple[int, int]] = []
    again = solve(game, intervals=4, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(n, 5) for n in range(1, 6)]
    np.testing.assert_array_equal(again.values, wanted.values)


def test_the_stationary_end_of_a_variant_is_that_of_its_game_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = {"terminal: {north: 0, south: 0}": "terminal: {north: stationary, south: stationary}"}
    case = read_case(write_small_case(tmp_path / "small", ends))
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "cache"))
    forget()
    run_variant(case, settings=FAST)
    scenario = Scenario().setting("wear", 1.4)
    after = run_variant(case, settings=FAST, scenario=scenario).solution.end
    alone = solve(compile_case(case, scenario.variant), intervals=2, tolerance=FAST.tolerance, audit=False).end
    assert alone is not None
    np.testing.assert_array_equal(after.values, alone.values)
    assert after.change == alone.change < SETTLED


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_small_case(tmp_path_factory.mktemp("stop") / "small"))


@pytest.fixture
def solves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many periods each solve from here on was asked for."""
    import ceasefire.solve as solving

    seen: list[int] = []
    original = solving.solve

    def counted(game: Any, **more: Any) -> Any:
        seen.append(game.n_periods - more["first_period"])
        return original(game, **more)

    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(solving, "solve", counted)
    forget()
    return seen


def stop_at(stage: str, done: int) -> Any:
    def progress(at: str, n: int, of: int) -> None:
        if (at, n) == (stage, done):
            raise KeyboardInterrupt

    return progress


def test_a_stop_in_the_solve_keeps_no_half_solution(case: Case, solves: list[int]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_variant(case, settings=FAST, progress=stop_at("solve", 5))
    assert not solutions._solutions
    found = run_variant(case, settings=FAST)
    assert solves == [24, 24]
    assert sorted({period for period, _, _ in found.solution.strategies}) == list(range(24))


def test_a_stop_after_the_solve_keeps_the_solution(case: Case, solves: list[int]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_variant(case, settings=FAST, progress=stop_at("simulate", 0))
    run_variant(case, settings=FAST)
    assert solves == [24]


def test_a_stop_in_a_variant_keeps_the_nominal_solution(case: Case, solves: list[int]) -> None:
    nominal = run_variant(case, settings=FAST)
    with pytest.raises(KeyboardInterrupt):
        run_variant(case, settings=FAST, scenario=Scenario().setting("wear", 1.4), progress=stop_at("solve", 2))
    assert run_variant(case, settings=FAST) is nominal
    run_variant(case, settings=FAST, scenario=Scenario().setting("wear", 1.4))
    run_variant(case, settings=FAST, scenario=Scenario().setting("wear", 1.4))
    assert solves == [24, 24, 24]
