"""Games and their exact answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.game.arrays import Game
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import Solution


def load_pair(shared: Path, name: str) -> tuple[Game, dict[str, Any]]:
    folder = shared / "games"
    return game_from_json(folder / f"{name}.game.json"), json.loads((folder / f"{name}.expected.json").read_text())


def largest_error(solution: Solution, expected: dict[str, Any]) -> float:
    """Return the largest error of any move probability along the histories of an expected answer."""
    worst = 0.0
    for entry in expected["histories"]:
        decisions = solution.along(entry["history"])
        assert len(decisions) == len(entry["decisions"])
        for found, wanted in zip(decisions, entry["decisions"], strict=True):
            assert (found["period"], found["step"], found["state"]) == (
                wanted["period"],
                wanted["step"],
                wanted["state"],
            )
            worst = max(worst, float(np.abs(np.array(found["probabilities"]) - wanted["probabilities"]).max()))
    return worst


def value_error(solution: Solution, expected: dict[str, Any]) -> float:
    wanted = np.array([expected["values"][name] for name in solution.game.actor_names])
    return float(np.abs(solution.values - wanted).max())
