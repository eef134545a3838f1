"""Draws of the parameters: processor seconds of one, and how far two workers are faster than one.

    python benchmarks/bench_draws.py [CASE DRAWS]...

Every number is computed anew in an empty folder. Beside the seconds by the clock stands what 256 draws of the case as it is
would take at this speed; `ratio` is the clock of one worker over that of two, which other work on the machine spoils.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time

from ceasefire.case import read_case
from ceasefire.case.library import path
from ceasefire.explore.ensemble.ensemble import draw_ensemble
from ceasefire.forecast.pipeline import forget
from ceasefire.forecast.settings import PREVIEW

CASES = (("cod-war-1975", 16), ("alaska-2025", 4))
USUAL = 256


def spent() -> float:
    """Return the processor seconds of this process and of workers that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def measured(name: str, draws: int, workers: int) -> tuple[float, float]:
    """Return the seconds by the clock and of the processor that some draws take."""
    case = read_case(path(name))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CEASEFIRE_CACHE"] = folder
        forget()
        clock, processor = time.perf_counter(), spent()
        draw_ensemble(case, PREVIEW, draws, workers=workers)
        return time.perf_counter() - clock, spent() - processor


def main() -> None:
    """Print one line per case."""
    words = sys.argv[1:]
    cases = list(zip(words[::2], map(int, words[1::2]), strict=True)) or CASES
    print("case            draws   1 worker s  cpu s/draw   2 workers s  cpu s/draw  ratio  256 draws min")
    for name, draws in cases:
        measured(name, 2, 1)  # compiles the loops
        (one, one_cpu), (two, two_cpu) = (measured(name, draws, workers) for workers in (1, 2))
        usual = two / draws * USUAL / 60
        print(
            f"{name:<14}{draws:7d}{one:13.1f}{one_cpu / draws:12.2f}{two:14.1f}{two_cpu / draws:12.2f}"
            f"{one / two:7.2f}{usual:15.1f}"
        )


if __name__ == "__main__":
    main()
