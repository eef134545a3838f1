"""Compiling ahead: a second process only where something is left to compile; its game compiles what it is for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ceasefire.solve import ahead


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
