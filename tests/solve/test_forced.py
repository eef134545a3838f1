"""Planned moves inside the sweep: they are made, teach nothing, and give the values of a game without the other moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ceasefire.game.arrays import Game
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import solve
from tests.solve.random_games import random_game

TYPES = [(1, 1), (1, 2), (2, 2)]
STEP, ROW, MOVE, PERIOD = 1, 0, 1, 1


def planned(period: int, step: int) -> NDArray[np.int8] | None:
    """Return one planned move: in the second period, at the second actor's step, in its first row."""
    if (period, step) != (PERIOD, STEP):
        return None
    moves = np.full(3, -1, dtype=np.int8)
    moves[ROW] = MOVE
    return moves


def without_the_others(game: Game) -> Game:
    """Return the game in which nothing but the planned move can be made there."""
    step = game.steps[STEP]
    feasible = step.tables[0].feasible.copy()
    feasible[ROW] = np.arange(feasible.shape[1]) == MOVE
    narrow = replace(step.tables[0], feasible=feasible)
    of_period = np.zeros(game.n_periods, dtype=np.int32)
    of_period[PERIOD] = 1
    narrowed = replace(step, tables=(step.tables[0], narrow), table_of_period=of_period)
    return replace(game, steps=(*game.steps[:STEP], narrowed, *game.steps[STEP + 1 :]))


def both(types: tuple[int, ...], **more: Any) -> tuple[Any, Any]:
    game = game_from_json(random_game(21, types=types, periods=3))
    return solve(game, intervals=4, forced=planned, **more), solve(without_the_others(game), intervals=4, **more)


@pytest.mark.parametrize("types", TYPES)
def test_values_are_those_of_the_game_without_the_other_moves(types: tuple[int, ...]) -> None:
    plan, narrow = both(types)
    for period in range(4):
        np.testing.assert_allclose(plan.start_values(period), narrow.start_values(period), atol=1e-9)
    np.testing.assert_allclose(plan.values_after(0, 0), narrow.values_after(0, 0), atol=1e-8)
    free = solve(plan.game, intervals=4)
    assert np.abs(plan.start_values(0) - free.start_values(0)).max() > 1e-3, "the plan changes something"


@pytest.mark.parametrize("types", TYPES)
def test_the_planned_move_is_made_by_every_type_and_the_rest_is_free(types: tuple[int, ...]) -> None:
    plan, _ = both(types)
    sigma = plan.strategy(PERIOD, STEP)
    np.testing.assert_array_equal(sigma[ROW], np.broadcast_to(np.arange(3) == MOVE, sigma[ROW].shape))
    assert (sigma[1:].max(axis=-1) < 1.0).all()
    assert (plan.strategy(0, STEP)[ROW].max(axis=-1) < 1.0).all()


@pytest.mark.parametrize("exact", [False, True])
def test_off_the_grid_the_planned_move_is_made_too(exact: bool) -> None:
    plan, narrow = both((1, 2))
    beliefs = [np.array([[0.33, 0.67], [0.33, 0.67]])]
    rows = np.array([ROW, ROW + 1])
    found = plan.strategies_at(PERIOD, STEP, rows, beliefs, exact=exact)
    np.testing.assert_array_equal(found[0], np.broadcast_to(np.arange(3) == MOVE, found[0].shape))
    wanted = narrow.strategies_at(PERIOD, STEP, rows, beliefs, exact=exact)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_a_planned_move_teaches_nothing() -> None:
    # values after the step at the belief itself, whatever the move would have said about the type
    plan, _ = both((1, 2))
    table = plan.game.steps[STEP].tables[0]
    before = plan.values_after(PERIOD, STEP - 1)[table.states[ROW]]
    after = plan.values_after(PERIOD, STEP)
    cell = ROW * table.n_moves + MOVE
    span = slice(table.start[cell], table.start[cell + 1])
    seen = np.einsum("e,enpi->npi", table.probability[0, 0, span], after[table.successor[span]])
    np.testing.assert_allclose(before, table.payoff[ROW, MOVE] + seen, atol=1e-9)


def test_the_certificate_holds_a_plan_against_the_plan() -> None:
    plan, _ = both((2, 2))
    assert plan.certificate.converged
    assert plan.certificate.regret < 1e-6


def test_no_planned_move_is_no_plan() -> None:
    game = game_from_json(random_game(22, types=(1, 2), periods=2))
    free = solve(game, intervals=4)
    nothing = solve(game, intervals=4, forced=lambda period, step: np.full(3, -1, dtype=np.int8))
    np.testing.assert_array_equal(nothing.start_values(0), free.start_values(0))
    for key, sigma in free.strategies.items():
        np.testing.assert_array_equal(nothing.strategies[key], sigma)
