"""Strategies that do not fit into memory lie on disk and give the same numbers to the last bit."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.game.compile import compile_case
from ceasefire.game.explicit import game_from_json
from ceasefire.game.shadow import shadow_tables
from ceasefire.simulate.reach import reach
from ceasefire.solve import solve, solve_shadow
from ceasefire.solve import strategies as kept
from ceasefire.solve.strategies import Strategies
from tests.game.builder import dimension, roaming_case
from tests.solve.random_games import random_game

WILL = [dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": "rest"})]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def leave_room(monkeypatch: pytest.MonkeyPatch, n_bytes: int) -> None:
    """Leave so much room in memory beside what other tests still hold."""
    gc.collect()
    held = sum(share.n_bytes for share in kept._shares)
    monkeypatch.setattr(kept, "strategy_room", lambda: held + n_bytes)


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave room for two of the strategies below."""
    leave_room(monkeypatch, 2 * strategy(0).nbytes)


def test_a_solution_on_disk_is_the_same_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    game = game_from_json(random_game(2, types=(2, 3), periods=3))
    memory = solve(game, intervals=4)
    leave_room(monkeypatch, sum(sigma.nbytes for sigma in memory.strategies.values()) // 2)
    disk = solve(game, intervals=4)
    assert memory.strategies.on_disk == 0
    assert 0 < disk.strategies.on_disk < len(disk.strategies)
    assert list(disk.strategies) == list(memory.strategies)
    for key, sigma in memory.strategies.items():
        np.testing.assert_array_equal(disk.strategies[key], sigma, strict=True)
        assert type(disk.strategies[key]) is np.ndarray
    np.testing.assert_array_equal(disk.values, memory.values)
    np.testing.assert_array_equal(disk.values_after(1, 0), memory.values_after(1, 0))
    assert disk.certificate.as_dict() == memory.certificate.as_dict()
    assert disk.along("") == memory.along("")
    assert reach(disk, "s3").as_dict() == reach(memory, "s3").as_dict()


def test_shadow_types_on_disk_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    case = roaming_case(5, types=WILL, n_stocks=1)
    game = compile_case(case)
    solution = solve(game, intervals=4)
    shadow = shadow_tables(case, game, "one", {"will": np.linspace(0, 1, 9)})
    memory = solve_shadow(solution, shadow)
    leave_room(monkeypatch, 0)
    disk = solve_shadow(solution, shadow)
    assert disk.strategies.on_disk > 0
    for key, sigma in memory.strategies.items():
        np.testing.assert_array_equal(disk.strategies[key], sigma, strict=True)


def strategy(seed: int) -> Any:
    return np.random.default_rng(seed).random((5, 7, 2, 3), dtype=np.float32)


def test_nothing_is_left_when_the_strategies_are_dropped(little_room: None, cache: Path) -> None:
    found: Strategies[int] = Strategies()
    for n in range(9):
        found[n] = strategy(n)
    file = found._file
    assert found.on_disk == 7
    assert file is not None
    assert os.fstat(file.fileno()).st_size == 7 * strategy(0).nbytes
    assert list(cache.iterdir()) == [], "the file has no name, so nobody has to remove it"
    last = found[8]
    del found
    gc.collect()
    assert file.closed
    np.testing.assert_array_equal(last, strategy(8))


def test_writing_to_what_was_read_changes_nothing_on_disk(little_room: None) -> None:
    found: Strategies[str] = Strategies()
    for name in "abc":
        found[name] = strategy(ord(name))
    found["c"][:] = 0.0
    np.testing.assert_array_equal(found["c"], strategy(ord("c")))


def test_a_strategy_of_several_patterns_is_kept_once(little_room: None) -> None:
    found: Strategies[int] = Strategies()
    one, other = strategy(1), strategy(2)
    for key, sigma in enumerate([one, one, other, other, strategy(3), one]):
        found[key] = sigma
    assert found._share.n_bytes == one.nbytes + other.nbytes
    third = strategy(3)
    for key in (6, 7, 8):
        found[key] = third
    assert found._file is not None
    assert os.fstat(found._file.fileno()).st_size == 3 * one.nbytes
    np.testing.assert_array_equal(found[8], third)


def test_solutions_share_the_room_in_memory(little_room: None) -> None:
    first: Strategies[int] = Strategies()
    second: Strategies[int] = Strategies()
    first[0], first[1], second[0] = strategy(0), strategy(1), strategy(2)
    assert (first.on_disk, second.on_disk) == (0, 1)
    del first
    gc.collect()
    second[1] = strategy(3)
    assert second.on_disk == 1


def test_a_full_disk_is_an_error_that_says_where(
    little_room: None, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        closed = False

        def seek(self, *_: int) -> int:
            return 0

        def write(self, *_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self) -> None: ...

    monkeypatch.setattr(kept.tempfile, "TemporaryFile", lambda **_: Full())
    found: Strategies[int] = Strategies()
    found[0], found[1] = strategy(0), strategy(1)
    with pytest.raises(OSError, match="No space left") as caught:
        found[2] = strategy(2)
    assert str(cache) in caught.value.filename
