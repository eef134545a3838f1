"""Halved periods: a public coin per actor decides who sits out; each pattern is a game of its own, and values are means."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from ceasefire.game.arrays import Game
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import solve
from ceasefire.solve.memory import size_of_game
from tests.solve.random_games import random_game

TYPES = [(1, 1), (1, 2), (2, 2), (1, 2, 1)]


def coins(n_actors: int) -> tuple[tuple[float, frozenset[int]], ...]:
    out = product((False, True), repeat=n_actors)
    return tuple((0.5**n_actors, frozenset(i for i, sits in enumerate(who) if sits)) for who in out)


def tossed(types: tuple[int, ...], periods: int = 2, seed: int = 31) -> Game:
    game = game_from_json(random_game(seed, types=types, periods=periods))
    return replace(game, turn_patterns=coins(game.n_actors))


def one_period(game: Game, period: int, out: frozenset[int]) -> Game:
    """Return the game of one period in which those who sit out have no step."""
    steps = tuple(
        replace(step, table_of_period=np.array([-1 if step.actor in out else step.table_of_period[period]]))
        for step in game.steps
    )
    return replace(game, n_periods=1, steps=steps, turn_patterns=((1.0, frozenset()),))


@pytest.mark.parametrize("types", TYPES)
def test_values_are_the_mean_over_the_games_of_all_patterns(types: tuple[int, ...]) -> None:
    game = tossed(types)
    solution = solve(game, intervals=3)
    after = solution.start_values(game.n_periods)
    for period in (1, 0):
        parts = [
            probability * solve(one_period(game, period, out), intervals=3, terminal=after).start_values(0)
            for probability, out in game.turn_patterns
        ]
        after = np.sum(parts, axis=0)
        np.testing.assert_allclose(solution.start_values(period), after, atol=1e-8)


@pytest.mark.parametrize("types", TYPES)
def test_each_pattern_has_the_strategies_of_its_own_game(types: tuple[int, ...]) -> None:
    game = tossed(types)
    solution = solve(game, intervals=3)
    last = solution.start_values(1)
    for q, (_, out) in enumerate(game.turn_patterns):
        alone = solve(one_period(game, 0, out), intervals=3, terminal=last)
        for j, step in enumerate(game.steps):
            sigma, wanted = solution.strategy(0, j, q), alone.strategy(0, j)
            if step.actor < 0 or step.actor in out:
                assert sigma is None
                assert wanted is None
            else:
                np.testing.assert_allclose(sigma, wanted, atol=1e-6)


def test_unequal_chances_of_sitting_out_count_as_said() -> None:
    game = replace(tossed((1, 2)), turn_patterns=((0.7, frozenset()), (0.3, frozenset({1}))))
    solution = solve(game, intervals=3)
    last = solution.start_values(1)
    parts = [
        probability * solve(one_period(game, 0, out), intervals=3, terminal=last).start_values(0)
        for probability, out in game.turn_patterns
    ]
    np.testing.assert_allclose(solution.start_values(0), sum(parts), atol=1e-8)


def test_patterns_that_agree_on_who_still_moves_share_their_work() -> None:
    game = tossed((1, 2, 1))
    solution = solve(game, intervals=3)
    size = size_of_game(game, [3])
    for table in size.tables:
        if table.actor >= 0:
            arrays = [solution.strategy(0, table.step, q) for q in range(len(game.turn_patterns))]
            found = [sigma for sigma in arrays if sigma is not None]
            assert len(found) == len(game.turn_patterns) // 2
            assert len({id(sigma) for sigma in found}) == size.searched(table)


def test_values_after_a_step_know_the_pattern() -> None:
    game = tossed((1, 2))
    solution = solve(game, intervals=3)
    last = solution.start_values(1)
    for q, (_, out) in enumerate(game.turn_patterns):
        alone = solve(one_period(game, 0, out), intervals=3, terminal=last)
        for j, step in enumerate(game.steps):
            if step.actor not in out:
                np.testing.assert_allclose(solution.values_after(0, j, q), alone.values_after(0, j), atol=1e-8)


def test_strategies_of_every_pattern_hold() -> None:
    solution = solve(tossed((1, 2)), intervals=3)
    assert solution.certificate.converged
    assert solution.certificate.regret < 1e-6


def test_one_pattern_with_nobody_out_is_the_game_itself() -> None:
    game = game_from_json(random_game(32, types=(1, 2)))
    twice = replace(game, turn_patterns=((0.5, frozenset()), (0.5, frozenset())))
    np.testing.assert_allclose(solve(twice, intervals=3).values, solve(game, intervals=3).values, atol=1e-12)
