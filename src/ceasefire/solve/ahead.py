"""Compiling ahead: where the loops have not been compiled yet, a second process compiles those needed later.

The first solve on a machine begins by compiling the continuation, which takes longest. Meanwhile the second process solves
small games at which Newton's method needs no continuation; both share what they compiled through the disk.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ceasefire.game.arrays import Game

NEARLY_ZERO = 1e-6
"""Factor on the precisions: every fixed point is then a contraction, so that no continuation is asked for."""


def compile_ahead() -> subprocess.Popen[bytes] | None:
    """Start the second process if there is something to compile and a core for it; it ends with this one."""
    if (os.cpu_count() or 1) < 2 or is_compiled():
        return None
    silent = subprocess.DEVNULL
    command = [sys.executable, "-m", "ceasefire.solve.ahead"]
    try:
        process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
    except OSError:
        return None
    atexit.register(process.terminate)
    return process


def is_compiled() -> bool:
    """Say whether the loop that takes longest here lies compiled on disk."""
    from ceasefire.solve import kernels

    loop: Any = kernels.newton_in_lanes
    folder = Path(loop.stats.cache_path or "")
    return any(folder.glob("*newton_in_lanes-*.nbi"))


def compile_longest(game: Game) -> None:
    """Compile the continuation for a game that is to be solved, if any of its actors has types to reveal.

    It takes longest: the second process has what is needed before and after it ready meanwhile, and nothing is compiled in
    both.
    """
    from ceasefire.solve import kernels
    from ceasefire.solve.informed import InformedStep
    from ceasefire.solve.layout import Layout

    loop: Any = kernels.continue_tasks
    if loop.signatures:
        return
    layout = Layout.of(game, 1)
    for step in game.steps:
        if layout.learns_from(step.actor) and step.tables:
            InformedStep.of(layout, step.tables[0], step.actor).compile_continuation()
            return


def main() -> None:
    """Solve two small games and certify the last: first one with two types, for what most cases need is ready earlier so."""
    from ceasefire.solve import solve

    for n_types in (2, 3):
        solution = solve(small_game(n_types), intervals=2, audit=False)
        assert solution.tally.continued == 0
    assert solution.certificate.converged


def small_game(n_types: int) -> Game:
    """Return a game with so many types at which Newton's method needs no continuation."""
    from ceasefire.game.arrays import Game
    from ceasefire.game.theory import two_types

    types = {"B": {"labels": ["low", "middle", "high"][:n_types], "prior": [1.0 / n_types] * n_types}}
    game = Game.from_json({**two_types(costs_b=(0.05, 0.2, 0.3)[:n_types]), "types": types})
    return replace(game, precision=game.precision * NEARLY_ZERO)


if __name__ == "__main__":
    main()
