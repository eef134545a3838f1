"""A generated game for the benchmarks: an informed actor and an uninformed one move in turn, successors near."""

from __future__ import annotations

from typing import Any

import numpy as np

from ceasefire.game.arrays import Game, GameStep, StepTable


def table(rng: np.random.Generator, n_states: int, n_moves: int, n_profiles: int, successors: int) -> StepTable:
    """Return a table whose moves lead to `successors` neighbouring states, payoffs by profile."""
    cells = n_states * n_moves
    shift = rng.integers(-8, 8, cells)
    first = np.clip(np.repeat(np.arange(n_states), n_moves) + shift, 0, n_states - successors)
    chance = rng.dirichlet(np.ones(successors), cells)
    payoff = 0.1 * rng.standard_normal((n_states, n_moves, n_profiles, 2))
    return StepTable(
        np.arange(n_states, dtype=np.int32), np.ones((n_states, n_moves), dtype=np.bool_),
        np.zeros((n_states, n_moves)), payoff, np.arange(0, cells * successors + 1, successors, dtype=np.int64),
        (first[:, None] + np.arange(successors)).astype(np.int32).ravel(), chance.reshape(1, 1, -1), -1,
        np.zeros(2, dtype=np.int32),
    )  # fmt: skip


def random_game(
    n_states: int, n_periods: int, *, n_types: int = 4, n_moves: int = 4, successors: int = 4, precision: float = 5.0,
    movers: tuple[int, ...] = (0, 1), seed: int = 1,
) -> Game:  # fmt: skip
    """Return a game in which the actors `movers` (0 informed, 1 not) choose in turn in every period."""
    rng = np.random.default_rng(seed)
    always = np.zeros(n_periods, dtype=np.int32)
    names = tuple(f"move {a}" for a in range(n_moves))
    steps: list[Any] = [
        GameStep(f"step {j}", actor, names, (table(rng, n_states, n_moves, n_types, successors),), always)
        for j, actor in enumerate(movers)
    ]
    return Game(
        "generated", ("informed", "other"), np.full(2, precision), np.full(2, 0.97),
        (tuple(f"type {k}" for k in range(n_types)), ("one",)), (np.full(n_types, 1 / n_types), np.ones(1)), n_states,
        tuple(f"state {s}" for s in range(n_states)), np.zeros(1, dtype=np.int32), np.ones(1), n_periods, tuple(steps),
        rng.standard_normal((n_states, n_types, 2)), np.zeros(2, dtype=np.bool_),
    )  # fmt: skip
