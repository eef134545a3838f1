"""What a solve needs is known before anything large is allocated, and close to what it takes."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.case.variant import Variant
from ceasefire.cli import main
from ceasefire.errors import InputError
from ceasefire.forecast import solutions
from ceasefire.forecast.settings import Settings
from ceasefire.game import compile as compiling
from ceasefire.game.arrays import Game
from ceasefire.game.beliefs import intervals_of
from ceasefire.game.compile import compile_case, make_plan
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import Solution, solve
from ceasefire.solve import memory as solve_memory
from ceasefire.solve.memory import check_game, check_plan, need_of, size_of_game, size_of_plan
from tests.case.small_case import write_small_case
from tests.game.builder import dimension, roaming_case
from tests.solve.random_games import random_game

WILL = [dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": "rest"})]
TINY = 0.003
"""GB of memory with which nothing but the smallest game is solved."""


def used(game: Game, intervals: int) -> tuple[int, Solution]:
    """Return the peak of solving and of looking at everything afterwards, bytes."""
    tracemalloc.start()
    try:
        solution = solve(game, intervals=intervals, audit=False)
        for period in range(min(3, game.n_periods)):
            solution.values_after(period, 0)
        assert solution.certificate is not None
        return tracemalloc.get_traced_memory()[1], solution
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("types", "intervals", "states", "periods"), [((1, 4), 8, 60, 40), ((2, 2), 24, 60, 5), ((1, 2), 200, 60, 30)]
)
def test_the_estimate_is_close_to_the_measured_peak(
    types: tuple[int, ...], intervals: int, states: int, periods: int
) -> None:
    game = game_from_json(random_game(3, types=types, states=states, periods=periods))
    solve(game_from_json(random_game(3, types=types)), intervals=2)  # compiles the loops
    gc.collect()
    peak, _ = used(game, intervals)
    assert need_of(size_of_game(game, intervals_of(game, intervals))).memory == pytest.approx(peak, rel=0.3)


MEASURE = """
import re
from ceasefire.case import read_case
from ceasefire.case.variant import Variant
from ceasefire.forecast.settings import PREVIEW
from ceasefire.game.compile import compile_case
from ceasefire.solve import solve
from ceasefire.solve.memory import check_game
def peak():
    # not ru_maxrss, which a process inherits from the one that starts it
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
case = read_case("cod-war-1975")
solve(compile_case(case, Variant(horizon_factor=0.02)), intervals=2, audit=False).certificate  # compiles the loops
game = compile_case(case)
intervals = PREVIEW.intervals_of([game.n_types[i] for i in game.informed])
before = peak()
assert solve(game, intervals=intervals, tolerance=PREVIEW.tolerance, audit=False).certificate
print(check_game(game, intervals).memory, peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_cod_war_takes_what_is_said() -> None:
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run([sys.executable, "-c", MEASURE], cwd=root, capture_output=True, text=True, check=True)
    estimate, measured = (int(word) for word in found.stdout.split())
    assert estimate == pytest.approx(measured, rel=0.3)


def test_a_plan_and_its_game_have_one_size() -> None:
    case = roaming_case(types=WILL)
    for variant in (Variant(), Variant(freeze_belief=frozenset({"one"})), Variant(halve_period=True)):
        of_game = size_of_game(game := compile_case(case, variant), intervals_of(game, 41))
        of_plan = size_of_plan(make_plan(case, variant), [41])
        for name in ("n_states", "n_periods", "n_types", "nodes", "own_nodes", "learned", "is_halved", "tables"):
            assert getattr(of_plan, name) == getattr(of_game, name), name
        assert of_plan.table_bytes > of_game.table_bytes


def test_strategies_count_in_float32_in_every_period() -> None:
    short, long = (check_plan(make_plan(roaming_case(types=WILL, periods=n)), [40]) for n in (4, 8))
    assert short.text.startswith("162 states of 162 combinations, 4 periods, 2 type profiles, 41 beliefs: 0.0")
    strategies = 4 * 81 * 2 * 2 * 41
    values = 8 * 162 * 41 * 2
    assert long.memory - short.memory == 4 * (strategies + values)


def test_the_number_of_nodes_is_that_of_the_grid() -> None:
    for seed, types in enumerate([(2, 3), (1, 4), (1, 2)]):
        game = game_from_json(random_game(seed, types=types))
        for intervals in (1, 4, 7):
            size = size_of_game(game, intervals_of(game, intervals))
            assert size.nodes == solve(game, intervals=intervals).layout.n_nodes


def test_strategies_beyond_a_quarter_of_the_memory_are_said_to_lie_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(roaming_case(types=WILL, periods=40))
    whole = check_plan(plan, [40])
    monkeypatch.setattr(solve_memory, "available_bytes", lambda: 4_000_000)
    least = need_of(size_of_plan(plan, [40]))
    assert whole.disk == 0
    assert least.disk == 40 * 4 * 81 * 2 * 2 * 41 - 1_000_000
    assert least.memory == whole.memory - least.disk
    assert least.text.endswith("on disk")


def refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make sure that a function is not reached."""

    def reached(*_: Any, **__: Any) -> None:
        raise AssertionError(f"{name} was reached")

    monkeypatch.setattr(name, reached)


def test_too_much_memory_is_refused_with_the_number_and_what_to_reduce(monkeypatch: pytest.MonkeyPatch) -> None:
    case = roaming_case(20, types=WILL)
    check = solutions.memory_check(Settings(intervals=10**6))
    monkeypatch.setenv("CEASEFIRE_MEMORY_GB", "2")
    refused(monkeypatch, "ceasefire.game.compile.make_table")
    with pytest.raises(InputError) as raised:
        compile_case(case, check=check)
    fault = raised.value.faults[0]
    assert fault.code == "C513"
    assert fault.message.startswith("this needs ")
    assert "GB" in fault.message
    assert "800 states" in fault.found
    assert "1,000,001 beliefs" in fault.found
    assert fault.expected == "at most 1.20 GB on this machine"
    assert fault.hint == "fewer nodes of stock_0 (20 now), or fewer belief intervals"


def test_the_solver_itself_refuses_before_the_belief_grid_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    game = game_from_json(random_game(1, types=(1, 3)))
    refused(monkeypatch, "ceasefire.solve.layout.belief_grids")
    for intervals in (10**5, 10**60, 10**400):
        with pytest.raises(InputError) as raised:
            solve(game, intervals=intervals)
        assert raised.value.faults[0].code == "C513"
    assert "more than a million GB" in raised.value.faults[0].message


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_absurd_intervals_are_a_fault_of_the_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "game.json"
    path.write_text(json.dumps(random_game(1, types=(1, 3))))
    code, out, err = call(capsys, "game", "solve", str(path), "--intervals", "10000000")
    assert (code, out) == (1, "")
    assert "C513  this needs more than a million GB of memory" in err
    assert "fewer belief intervals (10,000,000 now)" in err
    code, _, err = call(capsys, "game", "solve", str(path), "--intervals", "4")
    assert code == 0
    assert err.startswith("4 states, 2 periods, 3 type profiles, 16 beliefs: 0.0")


@pytest.mark.parametrize(
    "arguments", [["run"], ["ask", "P(end_of_war by 2021-12-31)"], ["map"], ["check"], ["play", "--history", "*"]]
)
def test_a_case_too_large_for_memory_ends_with_a_fault(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CEASEFIRE_MEMORY_GB", str(TINY))
    monkeypatch.chdir(tmp_path)
    refused(monkeypatch, "ceasefire.game.compile.make_table")
    folder = write_small_case(tmp_path / "small")
    code, out, err = call(capsys, arguments[0], str(folder), *arguments[1:])
    assert code == 1
    assert "C513  this needs " in out + err
    assert "on this machine" in out + err
    assert "Traceback" not in err


def test_what_is_needed_is_said_before_arrays_are_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[str] = []
    original = compiling.make_table

    def made(*rest: Any) -> Any:
        order.append(" ".join(record.getMessage() for record in caplog.records))
        return original(*rest)

    monkeypatch.setattr(compiling, "make_table", made)
    solutions.forget()
    with caplog.at_level("INFO", "ceasefire"):
        compile_case(roaming_case(types=WILL), check=solutions.memory_check(Settings(intervals=40)))
        compile_case(roaming_case(types=WILL), check=solutions.memory_check(Settings(intervals=20)))
    assert order[0].startswith("162 states of 162 combinations, 4 periods, 2 type profiles, 41 beliefs: ")
    assert len(caplog.records) == 1, "a smaller solve is not said again"


def test_as_many_solutions_are_kept_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    solutions.forget()
    assert solutions.fitting(3) == 3
    compile_case(roaming_case(types=WILL), check=solutions.memory_check(Settings(intervals=40)))
    need = check_plan(make_plan(roaming_case(types=WILL)), [40]).memory
    for limit, n in ((10 * need, 3), (2.5 * need, 2), (need, 1), (0, 1)):
        monkeypatch.setattr(solutions, "limit_bytes", lambda limit=limit: int(limit))
        assert solutions.fitting(3) == n
    solutions.forget()


def test_the_game_of_a_check_is_never_larger_than_its_plan_says() -> None:
    case = roaming_case(types=WILL)
    assert check_game(compile_case(case), [40]).memory <= check_plan(make_plan(case), [40]).memory
    assert np.isfinite(check_plan(make_plan(case), [40]).memory)
