"""Nanoseconds of an informed step per state x node x type x move x iteration; one thread against two; warm iterations."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from ceasefire.game.arrays import Game
from ceasefire.solve import Solution, solve
from ceasefire.solve.informed import InformedStep
from random_game import random_game

INTERVALS = 4
STATES, TYPES, MOVES, PERIODS = 60, 4, 4, 4


SPENT = [0.0, 0.0]


def timed(job: Callable[..., Any]) -> Callable[..., Any]:
    """Return the job, its seconds added to those spent."""

    def run_timed(*arguments: Any, **settings: Any) -> Any:
        began, used = time.perf_counter(), time.process_time()
        result = job(*arguments, **settings)
        SPENT[0] += time.perf_counter() - began
        SPENT[1] += time.process_time() - used
        return result

    return run_timed


def run(game: Game, threads: int, audit: bool) -> tuple[float, float, Solution]:
    """Return seconds of informed steps, by the clock and of the processor, and the solution with so many threads."""
    os.environ["CEASEFIRE_THREADS"] = str(threads)
    SPENT[:] = 0.0, 0.0
    solution = solve(game, intervals=INTERVALS, audit=audit)
    return SPENT[0], SPENT[1], solution


def game(periods: int, precision: float) -> Game:
    """Return the game of this benchmark."""
    return random_game(STATES, periods, n_types=TYPES, n_moves=MOVES, precision=precision)


def main() -> None:
    """Print the table."""
    for name in ("solve", "finish"):
        setattr(InformedStep, name, timed(getattr(InformedStep, name)))
    run(random_game(20, 2, n_types=TYPES, n_moves=MOVES), 1, True)
    print(
        f"{STATES} states, {TYPES} types, {MOVES} moves, {INTERVALS} intervals, {PERIODS} periods, the last one cold;"
    )
    print("ns: informed steps / (iterations in all x types x moves); audit: warm starts held against the continuation")
    print("seconds by the clock, of the processor in brackets; ns from the processor's; 1/2 from the clock's")
    print(
        "precision  audit  points  1 thread s       ns    2 threads s      ns    1/2   cold it.  warm it.  continued  failed"
    )
    for precision in (2.0, 10.0):
        for audit in (False, True):
            long = game(PERIODS, precision)
            cold = run(game(1, precision), 2, audit)[2].tally
            runs = [(run(long, 1, audit), run(long, 2, audit)) for _ in range(2)]
            one, cpu_one = (min(r[0][k] for r in runs) for k in (0, 1))
            two, cpu_two = (min(r[1][k] for r in runs) for k in (0, 1))
            tally = runs[0][0][2].tally
            ns = 1e9 / (tally.iterations * TYPES * MOVES)
            warm = (tally.iterations - cold.iterations) / (tally.points - cold.points)
            print(
                f"{precision:<10g} {'yes' if audit else 'no':5s} {tally.points:7d} {one:6.2f} ({cpu_one:6.2f}) "
                f"{cpu_one * ns:7.1f} {two:6.2f} ({cpu_two:6.2f}) {cpu_two * ns:7.1f} {one / two:6.2f} "
                f"{cold.iterations / cold.points:8.1f} {warm:9.1f} {tally.continued / tally.points:9.1%} "
                f"{len(tally.failed):7d}"
            )


if __name__ == "__main__":
    main()
