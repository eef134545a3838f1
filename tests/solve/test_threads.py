"""The number of threads changes nothing: neither the pieces of the work nor a digit of a solution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceasefire.game.explicit import game_from_json
from ceasefire.solve import solve, threads
from tests.solve.random_games import random_game


@pytest.mark.parametrize(("n_rows", "size"), [(7, 10), (1, 10**7), (5, 10**6), (1000, 10**5), (1000, 10**7)])
def test_pieces_are_cut_by_the_work_alone(monkeypatch: pytest.MonkeyPatch, n_rows: int, size: int) -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    for number in ("1", "2", "5", "64"):
        monkeypatch.setenv("CEASEFIRE_THREADS", number)
        pieces: list[tuple[int, int]] = []
        threads.share(lambda first, last, found: found.append((first, last)), n_rows, size, pieces)
        seen[number] = sorted(pieces)
    assert all(pieces == seen["1"] for pieces in seen.values())
    rows = [row for first, last in seen["1"] for row in range(first, last)]
    assert rows == list(range(n_rows))
    assert (len(seen["1"]) > 1) == (n_rows > 1 and size >= threads.WORTH_SHARING)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_solution_is_the_same_to_the_last_digit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sharp choices: with pieces cut by the number of threads Newton's method takes another number of iterations."""
    monkeypatch.setattr(threads, "WORTH_SHARING", 1)
    game = game_from_json(random_game(seed, types=(1, 4), precision=20.0, periods=4))
    found: list[Any] = []
    for number in ("1", "2", "3"):
        monkeypatch.setenv("CEASEFIRE_THREADS", number)
        found.append(solve(game, intervals=6))
    for other in found[1:]:
        np.testing.assert_array_equal(found[0].values, other.values)
        for key, sigma in found[0].strategies.items():
            np.testing.assert_array_equal(sigma, other.strategies[key])
        assert other.tally.iterations == found[0].tally.iterations
