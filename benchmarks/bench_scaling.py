"""Processor time and peak memory of a solve against periods, states and belief intervals, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from typing import Any

from ceasefire.solve import solve
from random_game import random_game

SIZES = [
    (50, 3, 4), (50, 6, 4), (50, 12, 4),
    (100, 3, 4), (200, 3, 4),
    (50, 3, 6), (50, 3, 8),
]  # fmt: skip
"""(states, periods, intervals)"""


def measure(size: tuple[int, int, int]) -> tuple[int, float, float, float, int]:
    """Return the nodes, seconds, MB at the peak above those before, megabytes of the strategies and iterations."""
    states, periods, intervals = size
    os.environ["CEASEFIRE_THREADS"] = "1"
    solve(random_game(10, 2), intervals=2)
    game = random_game(states, periods)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    solution = solve(game, intervals=intervals)
    seconds = time.process_time() - began
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    kept: Any = sum(s.nbytes for s in solution.strategies.values()) / 1e6
    return solution.layout.n_nodes, seconds, peak, kept, solution.tally.iterations


def main() -> None:
    """Print the table."""
    print(
        "generated game: 4 types, 4 moves, one informed and one uninformed step a period; us: per state, period, node"
    )
    print("states  periods  intervals  nodes  cpu s    us     peak MB above start  strategies MB  iterations")
    context = multiprocessing.get_context("spawn")
    for size in SIZES:
        with context.Pool(1) as pool:
            nodes, seconds, peak, kept, iterations = pool.apply(measure, (size,))
        each = 1e6 * seconds / (size[0] * size[1] * nodes)
        print(
            f"{size[0]:<7d} {size[1]:7d} {size[2]:10d} {nodes:6d} {seconds:8.2f} {each:6.1f} {peak:19.1f} "
            f"{kept:14.2f} {iterations:11d}",
            flush=True,
        )


if __name__ == "__main__":
    main()
