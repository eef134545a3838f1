"""The numbers of many scenarios: from disk where they are kept, else computed, by workers where that pays."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ceasefire.case.model import Case
from ceasefire.case.query import Leaf
from ceasefire.forecast.evaluate import assume, evaluate, keep_number, kept_number, number_key
from ceasefire.forecast.headlines import Headlines, headlines, headlines_key, keep_headlines, kept_headlines
from ceasefire.forecast.measures import Measured
from ceasefire.forecast.reading import last_period
from ceasefire.forecast.scenario import Scenario, run_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import fitting
from ceasefire.forecast.store import key_of
from ceasefire.forecast.work import Failure, Found, Work, Workers, attempt
from ceasefire.game.memory import available_bytes
from ceasefire.solve.threads import n_threads

__all__ = ["Failure", "Job", "Questions", "Work", "Workers", "compute", "standing"]

WORTH_WORKERS = 30.0
"""Seconds of expected work from which worker processes are started."""
MANY = 8
"""Jobs per worker from which every worker keeps to one thread; with fewer, the last ones would leave cores idle."""
log = logging.getLogger(__name__)


@dataclass
class _Standing:
    """Worker processes that stay from one call of `compute` to the next; clients by number of processes."""

    stack: ExitStack
    clients: dict[int, Any] = field(default_factory=dict)

    def opened(self, workers: int, memory: float) -> Any:
        """Return the client of so many processes, started at first use."""
        from ceasefire.forecast import pool

        if workers not in self.clients:
            opened = pool.processes(workers, memory=memory, threads=1)
            self.clients[workers] = self.stack.enter_context(opened)
        return self.clients[workers]

    def end(self) -> None:
        """End the processes; the next call starts others."""
        self.clients.clear()
        self.stack.close()


_standing: list[_Standing] = []


@contextmanager
def standing() -> Iterator[None]:
    """Let all calls of `compute` inside share worker processes, which take seconds to start; they end with it."""
    if _standing:
        yield
        return
    with ExitStack() as stack:
        _standing.append(_Standing(stack))
        try:
            yield
        finally:
            _standing.pop()


@dataclass(frozen=True)
class Job:
    """The headlines of a scenario."""

    scenario: Scenario
    settings: Settings

    def key(self, case: Case) -> str:
        """Return the key under which the headlines are kept."""
        return headlines_key(case, self.scenario, self.settings)

    def kept(self, case: Case) -> Headlines | None:
        """Return the headlines if they are on disk."""
        return kept_headlines(case, self.scenario, self.settings)

    def keep(self, case: Case, found: Headlines) -> None:
        """Write the headlines to disk."""
        keep_headlines(case, self.scenario, self.settings, found)

    def compute(self, case: Case) -> Headlines:
        """Return the headlines."""
        return headlines(case, self.scenario, self.settings)


@dataclass(frozen=True)
class Questions:
    """Queries, each under a scenario, that are best asked in one place since they share solutions."""

    asked: tuple[tuple[Leaf, Scenario], ...]
    settings: Settings

    def key(self, case: Case) -> str:
        """Return the hash of the keys of all."""
        return key_of(numbers=self.number_keys(case))

    def number_keys(self, case: Case) -> list[str]:
        """Return the key under which the answer to each is kept."""
        return [number_key(case, leaf, self.settings, scenario) for leaf, scenario in self.asked]

    def kept(self, case: Case) -> tuple[Measured, ...] | None:
        """Return the answers if all are on disk."""
        found = [kept_number(case, leaf, self.settings, scenario) for leaf, scenario in self.asked]
        return None if any(one is None for one in found) else tuple(one for one in found if one is not None)

    def keep(self, case: Case, found: tuple[Measured, ...]) -> None:
        """Write the answers to disk."""
        for (leaf, scenario), number in zip(self.asked, found, strict=True):
            keep_number(case, leaf, self.settings, scenario, number)

    def compute(self, case: Case) -> tuple[Measured, ...]:
        """Answer them all; the paths of a run go no further than what is asked of it."""
        until = self._until(case)
        return tuple(
            evaluate(case, leaf, self.settings, scenario, until=last)
            for (leaf, scenario), last in zip(self.asked, until, strict=True)
        )

    def _until(self, case: Case) -> list[int | None]:
        """Return for each query the last period that any query asked of the same run reads; None: all are read."""
        there = [assume(scenario, leaf.conditions) for leaf, scenario in self.asked]
        runs = [run_key(case, scenario, self.settings) for scenario in there]
        last: dict[str, int | None] = {}
        for run, scenario, (leaf, _) in zip(runs, there, self.asked, strict=True):
            read, known = last_period(case, leaf, scenario), last.get(run, 0)
            last[run] = None if read is None or known is None else max(read, known)
        return [last[run] for run in runs]


def compute(case: Case, jobs: Sequence[Work[Found]], workers: Workers = None) -> Iterator[tuple[int, Found | Failure]]:
    """Yield the place of each job among `jobs` and what it gave, kept ones first, as they are done.

    Parameters
    ----------
    workers : int or str, optional
        Processes; None: as many as there are cores, where memory allows and the work is worth it. Or the address of a
        dask scheduler, whose workers then do all of it.

    Raises
    ------
    WorkersError
        Where the workers cannot be reached any more; what was finished is kept.
    """
    places: dict[str, list[int]] = {}
    missing: dict[str, Work[Found]] = {}
    for place, job in enumerate(jobs):
        kept = job.kept(case)
        if kept is None:
            key = job.key(case)
            places.setdefault(key, []).append(place)
            missing[key] = job
        else:
            yield place, kept
    for key, result in _computed(case, missing, workers):
        for place in places[key]:
            yield place, result


def _computed(
    case: Case, jobs: Mapping[str, Work[Found]], workers: Workers
) -> Iterator[tuple[str, Found | Failure]]:  # fmt: skip
    """Yield the key of each job and what it gave; computed here until workers are known to be worth it."""
    if isinstance(workers, str):
        yield from _by_workers(case, jobs, workers)
        return
    possible = (os.cpu_count() or 1) if workers is None else workers
    if len(jobs) > 1 and _standing and possible in _standing[-1].clients:
        yield from _by_workers(case, jobs, possible)
        return
    todo, done, spent = deque(jobs), 0, 0.0
    while todo:
        if done == 1:
            possible = fitting(possible + 1) - 1
        if possible > 1 and done and spent / done * len(todo) > WORTH_WORKERS:
            break
        key, began = todo.popleft(), time.perf_counter()
        result = attempt(case, jobs[key])
        done, spent = done + 1, spent + time.perf_counter() - began
        yield key, result
    if todo:
        yield from _by_workers(case, {key: jobs[key] for key in todo}, possible, spent / done)


def _by_workers(
    case: Case, jobs: Mapping[str, Work[Found]], workers: int | str, seconds: float = inf
) -> Iterator[tuple[str, Found | Failure]]:
    """Yield what workers compute; what needs the memory of all of them is computed here, when they have ended."""
    from ceasefire.forecast import pool
    from ceasefire.forecast.sharing import share_out

    opened = pool.cluster(workers) if isinstance(workers, str) else _processes(workers, len(jobs))
    here: list[str] = []
    try:
        with opened as client:
            for key, result in share_out(client, case, jobs, seconds):
                if isinstance(result, Failure) and result.is_memory:
                    here.append(key)
                else:
                    yield key, result
    except pool.NotStarted as error:
        log.warning("%s; this run goes on without them", error)
        here = list(jobs)
    if here and _standing:
        _standing[-1].end()  # one of these may need the memory of all
    for key in here:
        yield key, attempt(case, jobs[key])


@contextmanager
def _processes(workers: int, n_jobs: int) -> Iterator[Any]:
    """Give the client of worker processes: of those that stand, or of new ones for these jobs alone."""
    from ceasefire.forecast import pool

    memory = available_bytes() / (workers + 1)
    if _standing:
        yield _standing[-1].opened(workers, memory)
        return
    threads = 1 if n_jobs >= MANY * workers else n_threads()
    with pool.processes(workers, memory=memory, threads=threads) as client:
        yield client
