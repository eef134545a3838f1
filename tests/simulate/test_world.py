"""Draws of the world, turn patterns, frozen beliefs, and paths that continue others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ceasefire.game.arrays import Game, WorldChance
from ceasefire.simulate import simulate
from ceasefire.simulate.estimates import mean
from tests.simulate.tiny import LinearSolution, TinyEnvironment, tiny_case, tiny_game

GAME = tiny_game(2)
SOLUTION = LinearSolution(GAME)


def with_world(game: Game) -> Game:
    """Nature moves to talks with the probability that the world's parameter ``thaw`` gives, drawn given the type."""
    table = game.steps[2].tables[0]
    place = {int(s): e for e, s in enumerate(table.successor)}
    order = [place[1], place[0]]

    def outcome_probability(row: Any, move: Any, profile: Any, world: Any) -> Any:
        return np.stack([world["thaw"], 1 - world["thaw"]], axis=1)

    world = WorldChance(
        2, outcome_probability, np.array([0, 1, 2]), table.successor[order].astype(np.int32), np.ones((1, 2))
    )

    def draw(profile: Any, uniform: Any) -> Any:
        return {"thaw": np.where(profile == 0, 0.2, 0.6) + 0.2 * uniform[:, 0]}

    step = replace(game.steps[2], tables=(replace(table, world=world),))
    return replace(game, steps=(*game.steps[:2], step), draw_world=draw, n_world=1)


def test_the_world_draws_and_beliefs_follow_the_public_probability() -> None:
    game = with_world(GAME)
    paths = simulate(None, game, SOLUTION, n_paths=40_000, seed=1, until=0)
    lever, answer = paths.move[0][0], paths.move[1][0]
    fought = (answer == 0) & (lever == 0)
    for kind, expected in enumerate((0.3, 0.7)):
        found = mean(paths, paths.state[0] == 1, fought & (paths.profile == kind))
        assert abs(found.value - expected) < 4.5 * found.error
        assert abs(np.corrcoef(paths.world["thaw"], paths.state[0] == 1)[0, 1]) > 0.1
    sigma = SOLUTION.at(0, 1, 0, game.prior[1])[:, 0]
    for state, chance in ((1, np.array([0.25, 0.05])), (0, np.array([0.75, 0.95]))):
        expected_belief = game.prior[1] * sigma * chance
        held = paths.belief[1][0][fought & (paths.state[0] == state)]
        np.testing.assert_allclose(held, np.tile(expected_belief / expected_belief.sum(), (len(held), 1)), atol=1e-6)


def test_world_draws_are_stratified_within_types() -> None:
    paths = simulate(None, with_world(GAME), SOLUTION, n_paths=3200, until=0)
    for kind, low in enumerate((0.2, 0.6)):
        thaw = paths.world["thaw"][paths.profile == kind]
        assert abs(thaw.mean() - (low + 0.1)) < 1e-3


def test_frozen_beliefs_stay() -> None:
    game = replace(GAME, freeze_belief=frozenset({1}))
    paths = simulate(None, game, SOLUTION, n_paths=3200)
    np.testing.assert_allclose(paths.belief[1], np.broadcast_to(game.prior[1], paths.belief[1].shape), rtol=1e-6)


def test_who_sits_out_makes_no_move() -> None:
    game = replace(GAME, turn_patterns=((0.25, frozenset()), (0.5, frozenset({1})), (0.25, frozenset({0, 1}))))
    paths = simulate(None, game, SOLUTION, n_paths=40_000, exact_pairs=0)
    lever, answer = paths.move[0][0] >= 0, paths.move[1][0] >= 0
    assert abs(lever.mean() - 0.75) < 0.015
    assert abs(answer.mean() - 0.25) < 0.015
    assert not (answer & ~lever).any()
    again = simulate(None, game, SOLUTION, n_paths=40_000, exact_pairs=0)
    np.testing.assert_array_equal(paths.state, again.state)


def test_paths_go_on_where_others_ended() -> None:
    """Two periods in one go and in two, the states of the second game in another order."""
    case = tiny_case()
    environment = TinyEnvironment(case)
    whole = simulate(case, GAME, SOLUTION, n_paths=60_000, environment=environment)
    first = simulate(case, GAME, SOLUTION, n_paths=60_000, environment=environment, until=0)

    class Later:
        grids = SOLUTION.grids

        def strategy(self, period: int, step: int, pattern: int = 0) -> Any:
            return SOLUTION.strategy(period + 1, step)

    then = simulate(
        case, replace(GAME, n_periods=1), Later(), start=first, environment=environment, n_paths=60_000, exact_pairs=0
    )
    np.testing.assert_array_equal(then.start_state, first.state[-1])
    for kind in range(2):
        for state in range(3):
            a = mean(whole, whole.state[1] == state, whole.profile == kind)
            b = mean(then, then.state[0] == state, then.profile == kind)
            assert abs(a.value - b.value) < 4.5 * np.hypot(a.error, b.error) + 1e-9
            c = mean(whole, whole.belief[1][1][:, 0], whole.state[1] == state)
            d = mean(then, then.belief[1][0][:, 0], then.state[0] == state)
            assert abs(c.value - d.value) < 4.5 * np.hypot(c.error, d.error) + 1e-6
