"""Jobs are handed to the workers of a dask scheduler in chunks of half a second or more, one per worker at a time.

A chunk's key in dask is the hash of what it depends on. A worker that dies costs what it was computing: dask hands that to
another one. When a chunk was there each time that several died, its jobs are tried once more, one by one with nothing
beside them; only a job during which workers die then counts as failed.
"""

from __future__ import annotations

import logging
import pickle
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, inf
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import Client, Future, KilledWorker

from ceasefire.case.model import Case
from ceasefire.errors import WorkersError
from ceasefire.forecast import store
from ceasefire.forecast.helper import Done, Helper, compute_chunk, program
from ceasefire.forecast.scenario import case_key
from ceasefire.forecast.work import Failure, Found, Work

CHUNK = 0.5
"""Seconds that a chunk takes at least, where there is so much to do."""
LOOK = 1.0
"""Seconds between two looks at the number of workers and the connection."""
log = logging.getLogger(__name__)


def share_out(
    client: Client, case: Case, jobs: Mapping[str, Work[Found]], seconds: float = inf
) -> Iterator[tuple[str, Found | Failure]]:
    """Yield the key of each job and what workers found, as they are done; it is on this disk then.

    Parameters
    ----------
    jobs : by key
    seconds : float
        What one took so far; later those that come back tell.

    Raises
    ------
    WorkersError
        Where the connection is lost, or a worker has another program.
    """
    sharing = _Sharing(client, case, jobs, seconds)
    try:
        yield from sharing.results()
    except OSError as error:
        raise sharing.lost() from error
    finally:
        sharing.stop()


class _Sharing:
    def __init__(self, client: Client, case: Case, jobs: Mapping[str, Work[Any]], seconds: float) -> None:
        self.client, self.case = client, case
        self.address = client.scheduler_info(n_workers=0)["address"]
        self.waiting = deque(jobs.items())
        self.doubtful: deque[tuple[str, Work[Any]]] = deque()
        self.flying: dict[str, _Chunk] = {}
        self.landed: SimpleQueue[str] = SimpleQueue()
        self.seconds: dict[type, float] = {type(job): seconds for job in jobs.values()}
        self.program, self.name = program(), f"ceasefire-{uuid4().hex}"
        self.n_workers, self.looked = 0, -inf

    def results(self) -> Iterator[tuple[str, Any]]:
        is_ours = self.client.cluster is not None
        self.client.register_plugin(Helper(case_key(self.case), self.case, is_ours=is_ours), name=self.name)
        while self.waiting or self.flying or self.doubtful:
            if time.monotonic() > self.looked + LOOK:
                self._look()
            self._send()
            try:
                landed = self.landed.get(timeout=LOOK)
            except Empty:
                continue
            yield from self._unpacked(self.flying.pop(landed))

    def stop(self) -> None:
        """Leave nothing of this on a scheduler that goes on; what is in flight ends with the client."""
        if self.client.status == "running":
            with suppress(OSError, TimeoutError):
                self.client.unregister_worker_plugin(self.name)

    def lost(self) -> WorkersError:
        return WorkersError(
            f"the scheduler at {self.address} does not answer any more",
            hint="what was finished is kept; run the same command again to go on when it is back, or without it",
        )

    def _look(self) -> None:
        """See how many workers there are; they may come and go."""
        if self.client.status != "running":
            raise self.lost()
        before, self.n_workers = self.n_workers, len(self.client.nthreads())
        self.looked = time.monotonic()
        if before and not self.n_workers:
            log.info("no worker is left; waiting for the next")

    def _send(self) -> None:
        while self.waiting and len(self.flying) < max(1, self.n_workers):
            self._submit(self._next_jobs())
        if self.doubtful and not self.flying:
            self._submit([self.doubtful.popleft()], is_alone=True)

    def _next_jobs(self) -> list[tuple[str, Work[Any]]]:
        """Return jobs of one kind for half a second, fewer towards the end, so that all workers end together."""
        kind = type(self.waiting[0][1])
        fair = ceil(len(self.waiting) / (2 * max(1, self.n_workers)))
        size = max(1, min(fair, ceil(CHUNK / max(self.seconds[kind], CHUNK / 1000))))
        jobs = [self.waiting.popleft()]
        while self.waiting and len(jobs) < size and type(self.waiting[0][1]) is kind:
            jobs.append(self.waiting.popleft())
        return jobs

    def _submit(self, jobs: Sequence[tuple[str, Work[Any]]], *, is_alone: bool = False) -> None:
        depends_on = store.key_of(jobs=[key for key, _ in jobs], by=self.program, is_alone=is_alone)
        pickled = pickle.dumps([job for _, job in jobs])
        key = f"ceasefire-{depends_on}"
        future = self.client.submit(compute_chunk, self.program, case_key(self.case), pickled, key=key)
        self.flying[key] = _Chunk(jobs, future, is_alone)
        future.add_done_callback(lambda _: self.landed.put(key))

    def _unpacked(self, chunk: _Chunk) -> Iterator[tuple[str, Any]]:
        """Yield what a chunk brought, and keep what this disk does not have."""
        if chunk.future.status == "cancelled":
            raise self.lost()
        try:
            done: Done = chunk.future.result()
        except KilledWorker as error:
            yield from self._killed(chunk, error)
            return
        finally:
            chunk.future.release()
        store.take_over(done.trouble)
        for (key, job), result, seconds in zip(chunk.jobs, done.results, done.seconds, strict=True):
            self.seconds[type(job)] = seconds
            if not isinstance(result, Failure) and job.kept(self.case) is None:
                job.keep(self.case, result)
            yield key, result

    def _killed(self, chunk: _Chunk, error: KilledWorker) -> Iterator[tuple[str, Failure]]:
        if not chunk.is_alone:
            self.doubtful.extend(chunk.jobs)
            return
        times = error.allowed_failures + 1
        reason = f"{times} workers in a row died while computing it, as when memory runs out"
        yield chunk.jobs[0][0], Failure(reason, is_deadly=True)


@dataclass(frozen=True)
class _Chunk:
    jobs: Sequence[tuple[str, Work[Any]]]
    future: Future[Done]
    is_alone: bool
