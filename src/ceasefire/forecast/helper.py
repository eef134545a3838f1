"""What a worker of ``dask.distributed`` does: it is given the case once, then keys and jobs.

A worker computes one thing at a time, with the threads that it was given, and answers with everything that it found, so
that nothing hangs on its disk. It refuses to compute with another program than the one that asks.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from ceasefire.case.model import Case
from ceasefire.errors import WorkersError
from ceasefire.forecast import store
from ceasefire.forecast.work import Failure, Work, attempt

KEPT_CASES = 8
LOUD = ("distributed", "tornado", "asyncio")
"""Loggers that would speak of the machinery to a person who has asked about a war."""
_cases: OrderedDict[str, Case] = OrderedDict()
_busy = threading.Lock()


@dataclass(frozen=True)
class Done:
    """What a worker found: results and seconds, one per job, and what went wrong while keeping them."""

    results: tuple[Any | Failure, ...]
    seconds: tuple[float, ...]
    trouble: tuple[str, ...] = ()


class Helper(WorkerPlugin):  # type: ignore[misc, unused-ignore]
    """Brings a case to every worker, those that come later included.

    Parameters
    ----------
    case_key : str
    case : Case
    is_ours : bool
        Whether the workers are processes of this program, which end with it: they are silent and leave Ctrl-C to it.
    """

    def __init__(self, case_key: str, case: Case, *, is_ours: bool) -> None:
        self.case_key, self.case, self.is_ours = case_key, case, is_ours

    def setup(self, worker: Worker) -> None:
        """Take the case; where nobody said otherwise, use the threads and the memory of the worker."""
        if self.is_ours:
            silence()
            logging.getLogger("ceasefire").addHandler(logging.NullHandler())
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.environ.setdefault("CEASEFIRE_THREADS", str(worker.state.nthreads))
        if limit := worker.memory_manager.memory_limit:
            os.environ.setdefault("CEASEFIRE_MEMORY_GB", f"{limit / 1e9:.3f}")
        _cases[self.case_key] = self.case
        while len(_cases) > KEPT_CASES:
            _cases.popitem(last=False)


def silence() -> None:
    """Keep what dask and its loop log from the terminal, of this process and for good."""
    silent = logging.CRITICAL + 1
    for name in (*LOUD, *logging.root.manager.loggerDict):
        if name.split(".")[0] in LOUD:
            logging.getLogger(name).setLevel(silent)


def program() -> str:
    """Return the hash of the program that this process would compute with."""
    return store.program_hash(store.NUMBERS + store.AROUND)


def other_program(workers: Sequence[str]) -> WorkersError:
    """Return what is said where workers would compute other numbers, or none."""
    shown = ", ".join(workers[:3]) + (f" and {len(workers) - 3} more" if len(workers) > 3 else "")
    return WorkersError(
        f"not the program that is running here: {shown}",
        hint="install the same version of ceasefire for every worker, and start the workers again",
    )


def compute_chunk(asked_by: str, case_key: str, pickled: bytes) -> Done:
    """Compute jobs one after another; what is on disk already is read.

    Parameters
    ----------
    asked_by : str
        ``program()`` of who asks.
    pickled : bytes
        A list of jobs.

    Raises
    ------
    WorkersError
        Where this worker has another program or was not given the case.
    """
    if asked_by != program():
        raise other_program([get_worker().address])
    if case_key not in _cases:
        raise WorkersError(f"the worker at {get_worker().address} was not given the case", hint="run the same again")
    jobs: list[Work[Any]] = pickle.loads(pickled)
    with _busy:
        found = [_timed(_cases[case_key], job) for job in jobs]
    return Done(tuple(result for result, _ in found), tuple(seconds for _, seconds in found), store.trouble())


def _timed(case: Case, job: Work[Any]) -> tuple[Any | Failure, float]:
    began = time.perf_counter()
    kept = job.kept(case)
    return attempt(case, job) if kept is None else kept, time.perf_counter() - began
