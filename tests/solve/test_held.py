"""Where the belief about an actor may still be the prior."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import ceasefire
from ceasefire.game.arrays import Game
from ceasefire.solve.held import prior_held
from ceasefire.solve.sweep import nothing_forced


def game(**more: object) -> Game:
    """Two periods: the informed actor decides in state ``a`` only; from ``a`` it stays or goes to ``b``, from where ``a``."""
    return Game.from_json(
        {
            "format": "ceasefire-game/1",
            "title": "held",
            "actors": [
                {"name": "north", "precision": 2.0, "discount_factor": 1.0},
                {"name": "south", "precision": 2.0, "discount_factor": 1.0},
            ],
            "types": {"north": {"labels": ["w", "x", "y", "z"], "prior": [0.1, 0.2, 0.3, 0.4]}},
            "states": ["a", "b", "c"],
            "initial": "b",
            "periods": 4,
            "steps": [
                {
                    "name": "talk",
                    "actor": "north",
                    "moves": ["stay", "go"],
                    "table": {
                        "a": {
                            "stay": {"to": {"a": 1.0}, "payoffs": {"north": [0.0, 0.2, 0.5, 0.6]}},
                            "go": {"to": {"b": 1.0}, "payoffs": {"north": [0.3, 0.1, 0.6, 0.2], "south": 1.0}},
                        }
                    },
                },
                {
                    "name": "wait",
                    "actor": "south",
                    "moves": ["rest", "turn"],
                    "table": {
                        "b": {
                            "rest": {"to": {"c": 1.0}, "payoffs": {}},
                            "turn": {"to": {"a": 1.0}, "payoffs": {"south": 0.5}},
                        },
                        "c": {"rest": {"to": {"a": 1.0}, "payoffs": {}}},
                    },
                },
            ],
            "terminal": {"c": {"north": [0.1, 0.2, 0.3, 0.4]}},
            **more,
        }
    )


def test_the_prior_is_held_until_every_path_has_passed_a_choice():
    held = prior_held(game(), 0, nothing_forced)
    # b at the start; a or c after the first wait; a (from a: gone) or a (from c) after the second; nothing after the third
    assert held.tolist() == [[True, True], [True, True], [True, False], [False, False]]


def test_planned_moves_teach_nothing():
    planned = np.zeros(1, dtype=np.int8)
    held = prior_held(game(), 0, lambda period, index: planned if index == 0 else None)
    assert held.all()
    late = prior_held(game(), 0, lambda period, index: planned if index == 0 else None, 2)
    assert late.tolist() == [[True, True], [True, True], [True, True], [True, True]]


def test_a_frozen_belief_is_held_for_ever():
    assert prior_held(dataclasses.replace(game(), freeze_belief=frozenset({0})), 0, nothing_forced).all()


def test_somebody_who_may_sit_a_period_out_may_not_have_chosen():
    patterns = ((0.5, frozenset()), (0.5, frozenset({0})))
    assert prior_held(dataclasses.replace(game(), turn_patterns=patterns), 0, nothing_forced).all()


@pytest.mark.parametrize("intervals", [2, 3])
def test_corners_and_a_prior_that_is_gone_leave_everything_else_as_it_was(intervals):
    """Without the audit, corners are plain choices and the prior's own node is left out: the same values elsewhere."""
    one = game()
    whole = ceasefire.solve(one, intervals=intervals, tolerance=1e-11)
    quick = ceasefire.solve(one, intervals=intervals, tolerance=1e-11, audit=False)
    grid = whole.grids[0]
    regular = slice(0, grid.n_regular)
    for period in range(one.n_periods):
        a, b = whole.start_values(period), quick.start_values(period)
        assert np.abs(a[:, regular] - b[:, regular]).max() < 1e-9
    held = prior_held(one, 0, nothing_forced)
    assert np.abs(whole.start_values(0) - quick.start_values(0)).max() < 1e-9, (
        "the prior's node is exact where it is held"
    )
    assert not held[3].any()
    index, weight = dataclasses.replace(grid, nodes=grid.nodes[:-1]).locate(grid.nodes[-1:])
    there = quick.strategy(3, 0)
    between = (weight[0][:, None, None] * there[0, index[0]]).sum(axis=0)
    assert there[0, -1] == pytest.approx(between, abs=1e-6)
    assert quick.certificate.converged
