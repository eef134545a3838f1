"""The numbers of many scenarios: from disk where they are kept, else computed, in worker processes where that pays."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from typing import Protocol, TypeVar

from ceasefire.case.model import Case
from ceasefire.case.query import Leaf
from ceasefire.errors import CeasefireError, InputError
from ceasefire.forecast.evaluate import evaluate, kept_number
from ceasefire.forecast.headlines import Headlines, headlines, kept_headlines
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import fitting
from ceasefire.game.memory import available_bytes
from ceasefire.solve.threads import n_threads

WORTH_WORKERS = 30.0
"""Seconds of expected work from which worker processes are started."""
MANY = 8
"""Jobs per worker from which every worker keeps to one thread; with fewer, the last ones would leave cores idle."""
_case: list[Case] = []
Found = TypeVar("Found")
FoundHere = TypeVar("FoundHere", covariant=True)


class Work(Protocol[FoundHere]):
    """What can be computed for a case, here or in a worker, and is kept on disk."""

    def kept(self, case: Case) -> FoundHere | None:
        """Return what is on disk, or None."""

    def compute(self, case: Case) -> FoundHere:
        """Return what is computed, and keep it."""


@dataclass(frozen=True)
class Job:
    """The headlines of a scenario."""

    scenario: Scenario
    settings: Settings

    def kept(self, case: Case) -> Headlines | None:
        """Return the headlines if they are on disk."""
        return kept_headlines(case, self.scenario, self.settings)

    def compute(self, case: Case) -> Headlines:
        """Return the headlines."""
        return headlines(case, self.scenario, self.settings)


@dataclass(frozen=True)
class Questions:
    """Queries, each under a scenario, that are best asked in one place since they share solutions."""

    asked: tuple[tuple[Leaf, Scenario], ...]
    settings: Settings

    def kept(self, case: Case) -> int | None:
        """Return how many there are if the answers to all are on disk."""
        found = all(kept_number(case, leaf, self.settings, scenario) is not None for leaf, scenario in self.asked)
        return len(self.asked) if found else None

    def compute(self, case: Case) -> int:
        """Answer them all; return how many there are."""
        for leaf, scenario in self.asked:
            evaluate(case, leaf, self.settings, scenario)
        return len(self.asked)


@dataclass(frozen=True)
class Failure:
    """Why the headlines of a job could not be computed; `is_memory` where there was too little of it."""

    reason: str
    is_memory: bool = False


def compute(
    case: Case, jobs: Sequence[Work[Found]], workers: int | None = None
) -> Iterator[tuple[int, Found | Failure]]:  # fmt: skip
    """Yield the place of each job among `jobs` and what it gave, kept ones first, as they are done.

    Parameters
    ----------
    workers : int, optional
        Processes; None: as many as there are cores, where memory allows and the work is worth it.
    """
    missing = []
    for place, job in enumerate(jobs):
        kept = job.kept(case)
        if kept is None:
            missing.append(place)
        else:
            yield place, kept
    began, done = time.perf_counter(), 0
    possible = (os.cpu_count() or 1) if workers is None else workers
    for place in missing:
        spent = (time.perf_counter() - began) / max(done, 1)
        if done == 1:
            possible = fitting(possible + 1) - 1
        if possible > 1 and done and spent * (len(missing) - done) > WORTH_WORKERS:
            break
        yield place, _one(case, jobs[place])
        done += 1
    if done < len(missing):
        yield from _in_workers(case, {place: jobs[place] for place in missing[done:]}, possible)


def _one(case: Case, job: Work[Found]) -> Found | Failure:
    try:
        return job.compute(case)
    except (CeasefireError, NotImplementedError) as error:
        return Failure(_reason(error), isinstance(error, InputError) and error.faults[0].code == "C513")


def _reason(error: Exception) -> str:
    if isinstance(error, InputError):
        return error.faults[0].message
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _in_workers(case: Case, jobs: dict[int, Work[Found]], workers: int) -> Iterator[tuple[int, Found | Failure]]:
    """Yield what workers compute, each with its share of the memory; what needs more is computed here afterwards."""
    alone: list[int] = []
    share = available_bytes() / (workers + 1)
    threads = 1 if len(jobs) >= MANY * workers else n_threads()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (case, share, threads))
    try:
        with _interrupt_held():
            waiting = {pool.submit(_in_worker, job): place for place, job in jobs.items()}
        for future in as_completed(waiting):
            place, result = waiting[future], future.result()
            if isinstance(result, Failure) and result.is_memory:
                alone.append(place)
            else:
                yield place, result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    for place in alone:
        yield place, _one(case, jobs[place])


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers start, so that it ends none of them half started; they inherit the mask.

    The mask keeps it from the workers and from this thread. Another thread may still take it, and Python would raise it
    here: hence the handler.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its own start would take the mask away again
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if held:
        signal.raise_signal(signal.SIGINT)


def _start_worker(case: Case, memory: float, threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ["CEASEFIRE_MEMORY_GB"] = f"{memory / 1e9:.3f}"
    os.environ["CEASEFIRE_THREADS"] = str(threads)
    _case[:] = [case]


def _end_with_parent() -> None:
    """End this worker once the process that started it is gone, however it ended: a kill closes no queue."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _in_worker(job: Work[Found]) -> Found | Failure:
    return _one(_case[0], job)
