"""Small games with private types beside the stated times of Gambit's logit tracing, at equal accuracy.

Stated for Gambit 16.7 on this family of games: 0.55 s at two periods and two types, 14 s at three, four not finished in a
minute. Ours: the coarsest belief grid on which every move probability along the histories of the exact answer is within
1e-4, then seconds of the solve alone, loops compiled, one thread, best of several. Longer games have no exact answer;
they are held against a grid four times finer.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.game.arrays import Game
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import Solution, solve

GAMES = Path(__file__).resolve().parents[2] / "shared" / "games"
WITH_ANSWER = (
    "crisis_02_types2_periods2_precision1",
    "crisis_03_types2_periods2_precision4",
    "crisis_08_types2_periods3_precision1",
    "crisis_09_types2_periods3_precision4",
)
STATED = {2: 0.55, 3: 14.0}
"""Gambit's seconds by number of periods."""
WANTED = 1e-4
GRIDS = (5, 10, 20, 40, 60, 80, 120, 160)
LONGER = (4, 8, 16)
REPEATS = 7


def crisis(n_periods: int, precision: float) -> Game:
    """Return the three-period game of the family, drawn out: each month of war adds strain, pressure adds twice as much."""
    lever: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    for t in range(n_periods):
        for d in range(t, 2 * t + 1):
            here = f"t{t}d{d}"
            lever[here] = {
                move: {"to": {f"{here}/{move}": 1.0}, "payoffs": {"mediator": -0.23 if move == "pressure" else 0.0}}
                for move in ("nothing", "pressure", "offer")
            }
            for move in ("nothing", "pressure", "offer"):
                answer[f"{here}/{move}"] = _answer(n_periods, t, d, move)
    states = ["done", *lever, *answer, *(f"t{n_periods}d{d}" for d in range(n_periods, 2 * n_periods + 1))]
    end = {
        f"t{n_periods}d{d}": {"mediator": -1.08, "aggressor": [-1.27 - 1.06 * (d - n_periods), 0.85]}
        for d in range(n_periods, 2 * n_periods + 1)
    }
    return game_from_json({
        "format": "ceasefire-game/1", "title": f"crisis of {n_periods} periods",
        "actors": [{"name": name, "precision": precision, "discount_factor": 1.0} for name in ("mediator", "aggressor")],
        "types": {"aggressor": {"labels": ["type0", "type1"], "prior": [0.5833, 0.4167]}},
        "states": states, "initial": "t0d0", "periods": n_periods,
        "steps": [
            {"name": "lever", "actor": "mediator", "moves": ["nothing", "pressure", "offer"], "table": lever},
            {"name": "answer", "actor": "aggressor", "moves": ["accept", "continue"], "table": answer},
        ],
        "terminal": {"done": {}, **end},
    })  # fmt: skip


def _answer(n_periods: int, t: int, d: int, move: str) -> dict[str, Any]:
    left, pressed, offered = n_periods - t, move == "pressure", move == "offer"
    peace = {"mediator": 0.62 * left - 0.52 * offered, "aggressor": 0.23 * left + 0.26 * pressed + 1.09 * offered}
    high = 0.15 - 0.8 * pressed
    low = high - 1.3 - (1.06 if d >= 2 else 0.0)
    on = {"to": {f"t{t + 1}d{d + 1 + pressed}": 1.0}, "payoffs": {"mediator": -1.29, "aggressor": [low, high]}}
    return {"accept": {"to": {"done": 1.0}, "payoffs": peace}, "continue": on}


def probabilities(solution: Solution, history: str) -> list[np.ndarray]:
    """Return the move probabilities at every decision of a history."""
    return [np.array(decision["probabilities"]) for decision in solution.along(history)]


def answers_of(expected: Mapping[str, Any]) -> dict[str, list[np.ndarray]]:
    """Return the exact move probabilities, by history."""
    return {
        one["history"]: [np.array(decision["probabilities"]) for decision in one["decisions"]]
        for one in expected["histories"]
    }


def error(solution: Solution, answers: Mapping[str, list[np.ndarray]]) -> float:
    """Return the largest error of any move probability."""
    return max(
        float(np.abs(found - wanted).max())
        for history, decisions in answers.items()
        for found, wanted in zip(probabilities(solution, history), decisions, strict=True)
    )


def best_of(job: Callable[[], object]) -> float:
    """Return the least seconds that a job took."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        job()
        taken.append(time.perf_counter() - began)
    return min(taken)


def show(title: str, n_periods: int, game: Game, answers: Mapping[str, list[np.ndarray]]) -> None:
    """Print the row of one game."""
    for intervals in GRIDS:
        off = error(solve(game, intervals=intervals), answers)
        if off <= WANTED:
            break
    seconds = best_of(lambda: solve(game, intervals=intervals))
    stated = STATED.get(n_periods)
    told = f"{stated:8.2f} {stated / seconds:8.0f}" if stated else f"{'> 60':>8} {f'> {60 / seconds:.0f}':>8}"
    print(f"{title:<40} {n_periods:7d} {intervals:9d} {off:8.1e} {1e3 * seconds:9.2f} {told}")


def main() -> None:
    """Print the table."""
    os.environ["CEASEFIRE_THREADS"] = "1"
    print(f"{'game':<40} periods intervals    error   ours ms Gambit s    ratio")
    for name in WITH_ANSWER if GAMES.is_dir() else ():
        game = game_from_json(GAMES / f"{name}.game.json")
        expected = json.loads((GAMES / f"{name}.expected.json").read_text())
        show(name, game.n_periods, game, answers_of(expected))
    for precision in (1.0, 4.0):
        for n_periods in LONGER:
            game = crisis(n_periods, precision)
            fine, history = solve(game, intervals=4 * GRIDS[-1]), ";".join(["nothing,continue"] * n_periods)
            show(f"drawn out, precision {precision:g}", n_periods, game, {history: probabilities(fine, history)})


if __name__ == "__main__":
    main()
