"""States that can still come up when moves are ruled out: small games, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ceasefire.game.arrays import StepTable, WorldChance
from ceasefire.game.explicit import game_from_json
from ceasefire.game.possible import possible_states

GAME: dict[str, Any] = {
    "format": "ceasefire-game/1", "title": "a lane with a side road",
    "actors": [{"name": "driver", "precision": 1.0, "discount_factor": 1.0}], "types": {},
    "states": ["home", "road", "side", "end"], "initial": "home", "periods": 3,
    "steps": [
        {"name": "turn", "actor": "driver", "moves": ["on", "off"], "table": {
            "home": {"on": {"to": {"road": 1.0}, "payoffs": {}}, "off": {"to": {"side": 1.0}, "payoffs": {}}},
            "side": {"on": {"to": {"side": 1.0}, "payoffs": {}}}}},
        {"name": "month", "actor": None, "table": {"road": {"": {"to": {"road": 0.5, "end": 0.5}, "payoffs": {}}}}},
    ],
    "terminal": {},
}  # fmt: skip
GAME_ARRAYS = game_from_json(GAME)


def feasible(period: int, index: int, table: StepTable) -> Any:
    return table.feasible


def never_off(period: int, index: int, table: StepTable) -> Any:
    return table.feasible & (np.arange(table.n_moves) == 0)


def test_every_feasible_move_counts_and_a_missing_state_passes() -> None:
    before = possible_states(GAME_ARRAYS, feasible, (0, 0))
    assert before[0].tolist() == [True, True, True, True]
    assert before[1].tolist() == [False, True, True, True]


def test_a_move_that_is_ruled_out_leads_nowhere() -> None:
    before = possible_states(GAME_ARRAYS, never_off, (0, 0))
    assert before[0].tolist() == [True, True, False, True]
    assert before[1].tolist() == [False, True, False, True]


def test_only_places_from_since_on_count() -> None:
    before = possible_states(GAME_ARRAYS, feasible, (1, 0))
    assert before[0].tolist() == [False, True, True, True]
    before = possible_states(GAME_ARRAYS, feasible, (0, 1))
    assert before[0].tolist() == [False, True, True, True]


def test_a_row_without_an_allowed_move_stays() -> None:
    before = possible_states(GAME_ARRAYS, lambda t, j, table: np.zeros_like(table.feasible), (0, 0))
    assert before[1].tolist() == [True, False, False, False]


def test_where_the_world_leads_counts() -> None:
    step = GAME_ARRAYS.steps[1]
    start, successor = np.array([0, 1], dtype=np.int64), np.array([2], dtype=np.int32)
    world = WorldChance(1, lambda *_: np.ones((1, 1)), start, successor, np.ones((1, 1)))
    table = replace(step.tables[0], world=world)
    game = replace(GAME_ARRAYS, steps=(GAME_ARRAYS.steps[0], replace(step, tables=(table,))))
    assert possible_states(game, never_off, (0, 0))[0].tolist() == [True, True, True, True]
