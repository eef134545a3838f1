"""A small war made by hand: an offer, an answer, a month; strain rises, war tires."""

from __future__ import annotations

from typing import Any

from ceasefire.case.model import Case
from tests.game.builder import actor, make_case, move, outcome, status, step, stock

PHASE = status("phase", "war", "truce", "peace")


def war_case(**more: Any) -> Case:
    """Two actors, a truce that must be agreed in one step, strain that rises, exhaustion by chance."""
    settings: dict[str, Any] = {
        "actors": [actor("one", 0.9), actor("two", 0.8)],
        "statuses": [PHASE, status("paper", "no_paper", "by_one")],
        "stocks": [stock("strain", 0, 16, 4, 9)],
        "parameters": {"rise": 3.0, "cost": 0.25, "war_pay": -2.0, "peace_pay": 1.0},
        "steps": [
            step(
                "offer",
                "one",
                move("silent"),
                move("propose", effects={"paper": "by_one"}, payoffs={"one": "-cost"}),
                when="phase == war",
            ),
            step(
                "answer",
                "two",
                move("refuse", effects={"paper": "no_paper"}),
                move("accept", when="paper == by_one", effects={"phase": "truce", "paper": "no_paper"}),
                when="phase == war",
            ),
            step(
                "month",
                None,
                move(
                    drift={"strain": {"by": "phase", "war": "rise", "otherwise": 0}},
                    chance=[
                        outcome("tires", "where(phase == war, strain / 32, 0)", {"phase": "peace"}),
                        outcome("goes_on"),
                    ],
                    flow={"one": {"by": "phase", "war": "war_pay", "truce": 0, "peace": "peace_pay"}},
                ),
            ),
        ],
        "terminal": {"one": -1, "two": {"by": "phase", "war": -3, "otherwise": 2}},
    }
    return make_case(**(settings | more))
