"""Compiling ahead: a second process only where something is left to compile; its game compiles what it is for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ceasefire.game.explicit import game_from_json
from ceasefire.solve import ahead
from ceasefire.solve.informed import InformedStep
from tests.solve.random_games import random_game


def test_nothing_is_started_where_the_loops_are_compiled_or_one_core_is_all(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a))
    monkeypatch.setattr(ahead, "is_compiled", lambda: True)
    assert ahead.compile_ahead() is None
    monkeypatch.setattr(ahead, "is_compiled", lambda: False)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert ahead.compile_ahead() is None
    assert not started


@pytest.mark.slow
def test_the_second_process_compiles_newton_and_no_continuation(tmp_path: Path) -> None:
    code = "from ceasefire.solve.ahead import is_compiled, main; assert not is_compiled(); main(); assert is_compiled()"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=600)
    there = {path.name.split("-")[0] for path in tmp_path.rglob("*.nbi")}
    assert {
        "kernels_batch.newton_in_lanes",
        "kernels_edge_batch.newton_on_edges",
        "kernels_values.informed_values",
    } <= there
    assert "kernels_informed.continue_tasks" not in there


@pytest.mark.slow
def test_the_continuation_compiled_first_is_the_one_that_a_solve_calls() -> None:
    code = """
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import ahead, kernels, solve
from tests.solve.random_games import random_game
game = game_from_json(random_game(1, types=(1, 3), precision=20.0))
ahead.compile_longest(game)
assert len(kernels.continue_tasks.signatures) == 1
assert solve(game, intervals=3).tally.continued > 0
assert len(kernels.continue_tasks.signatures) == 1
"""
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, timeout=600)


def test_a_game_without_types_needs_no_continuation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InformedStep, "compile_continuation", lambda self: pytest.fail("nobody has types"))
    ahead.compile_longest(game_from_json(random_game(1, types=(1, 1))))
