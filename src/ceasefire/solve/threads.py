"""Sharing the rows of a step among threads; the compiled loops hold no lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any

PIECES_PER_THREAD = 4
WORTH_SHARING = 1 << 15
"""Numbers written below which one thread is faster."""


def n_threads() -> int:
    """Return how many threads share a step: ``CEASEFIRE_THREADS``, else the cores this process may use."""
    wanted = os.environ.get("CEASEFIRE_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=4)
def _pool(n: int, process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(n, thread_name_prefix="ceasefire")


def share(kernel: Callable[..., None], n_rows: int, size: int, *arguments: Any) -> None:
    """Run ``kernel(first, last, *arguments)`` over all rows, in pieces where `size` numbers are worth it."""
    threads = n_threads()
    if threads == 1 or size < WORTH_SHARING or n_rows < 2:
        kernel(0, n_rows, *arguments)
        return
    pieces = min(n_rows, PIECES_PER_THREAD * threads)
    bounds = [n_rows * piece // pieces for piece in range(pieces + 1)]
    jobs = [_pool(threads, os.getpid()).submit(kernel, first, last, *arguments) for first, last in pairwise(bounds)]
    for job in jobs:
        job.result()
