"""Sharing the rows of a step among threads; the compiled loops hold no lock.

How the rows are cut depends on the work alone, never on the number of threads. The arithmetic of a row depends on the
piece that it is in: loops over lanes do several points in one instruction and the last ones singly, which differs in the
last digit, and where a fixed point is barely solved a last digit decides.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any

PIECES, MANY_PIECES = 8, 32
WORTH_SHARING = 1 << 15
"""Numbers written below which one thread is faster."""
MUCH = 1 << 21
"""Numbers written from which there are many pieces."""


def n_threads() -> int:
    """Return how many threads share a step: ``CEASEFIRE_THREADS``, else the cores this process may use."""
    wanted = os.environ.get("CEASEFIRE_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=4)
def _pool(n: int, process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n, thread_name_prefix="ceasefire")


def cuts(n_rows: int, size: int) -> list[int]:
    """Return where pieces of the rows begin, and where the last one ends."""
    if size < WORTH_SHARING or n_rows < 2:
        return [0, n_rows]
    pieces = min(n_rows, MANY_PIECES if size >= MUCH else PIECES)
    return [n_rows * piece // pieces for piece in range(pieces + 1)]


def share(kernel: Callable[..., None], n_rows: int, size: int, *arguments: Any) -> None:
    """Run ``kernel(first, last, *arguments)`` over all rows, in pieces where `size` numbers are worth it."""
    threads, bounds = n_threads(), cuts(n_rows, size)
    if threads == 1 or len(bounds) == 2:
        for first, last in pairwise(bounds):
            kernel(first, last, *arguments)
        return
    jobs = [_pool(threads, os.getpid()).submit(kernel, first, last, *arguments) for first, last in pairwise(bounds)]
    for job in jobs:
        job.result()
