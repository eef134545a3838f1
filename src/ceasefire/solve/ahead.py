"""Compiling ahead: where the loops have not been compiled yet, a second process compiles those needed later.

The first solve on a machine waits for the continuation to be compiled, most of a minute. Meanwhile this process solves and
certifies a small game at which Newton's method needs no continuation; both share what they compiled through the disk.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

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


def main() -> None:
    """Solve and certify the small game."""
    from ceasefire.game.arrays import Game
    from ceasefire.game.theory import two_types
    from ceasefire.solve import solve

    types = {"B": {"labels": ["low", "middle", "high"], "prior": [0.4, 0.3, 0.3]}}
    game = Game.from_json({**two_types(costs_b=(0.05, 0.2, 0.3)), "types": types})
    gentle = replace(game, precision=game.precision * NEARLY_ZERO)
    solution = solve(gentle, intervals=2, audit=False)
    assert solution.tally.continued == 0
    assert solution.certificate.converged


if __name__ == "__main__":
    main()
