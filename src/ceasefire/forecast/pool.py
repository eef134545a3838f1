"""Where workers come from: processes of this program, or a dask scheduler that somebody else has started.

Processes talk to each other over the loopback interface, encrypted with a key that only they have; nobody else can use
them. They write only to a temporary folder and to the folder of kept results, and end with this process, however it ends:
a kill closes a pipe at which each of them listens.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Any

import dask.config
from distributed import Client, LocalCluster, Security
from distributed.comm.core import connect

from ceasefire.errors import WorkersError
from ceasefire.forecast.helper import other_program, program, silence

ANSWER = 5.0
"""Seconds in which a scheduler answers."""
LEAVE = 5.0
"""Seconds for taking leave of workers and of a scheduler; Ctrl-C may have to wait for so long."""
KEEPS_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 34), "MALLOC_MMAP_THRESHOLD_": str(1 << 34)}
"""Keeps what one solve of a worker has freed for its next one: asking the system anew took a tenth of a solve. Else the
environment of a worker is that of this process."""
OURS: dict[str, object] = {
    "distributed.scheduler.allowed-failures": 1,  # the second death with a chunk in hand ends it
    "distributed.scheduler.worker-ttl": None,  # compiling may keep a worker from answering for minutes
    "distributed.scheduler.http.routes": [],
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.preload": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.preload": [],
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.worker.profile.enabled": False,
    "distributed.worker.lifetime.duration": None,
    "distributed.nanny.preload": [],
    "distributed.nanny.pre-spawn-environ": KEEPS_MEMORY,
    "distributed.client.preload": [],
    "distributed.diagnostics.nvml": False,
}
"""What is fixed for processes of ours, whatever the user's own configuration of dask says."""


class NotStarted(Exception):
    """Worker processes could not be started."""


@contextmanager
def processes(n: int, *, memory: float, threads: int) -> Iterator[Client]:
    """Start worker processes; they are ended when the context is left, whatever they are doing.

    Parameters
    ----------
    n : int
    memory : bytes
        What each of them may use.
    threads : int
        Threads that share a solve in each of them.

    Raises
    ------
    NotStarted
    """
    cluster = client = None
    environment = {"CEASEFIRE_MEMORY_GB": f"{memory / 1e9:.3f}", "CEASEFIRE_THREADS": threads}
    silence()
    with _scratch() as scratch, dask.config.set({**OURS, "temporary-directory": scratch}):
        try:
            with interrupt_held(), warnings.catch_warnings(action="ignore"):
                try:
                    cluster = LocalCluster(
                        n_workers=n, threads_per_worker=1, processes=True, memory_limit=0, env=environment,
                        host="127.0.0.1", dashboard_address="127.0.0.1:0", security=Security.temporary(),
                    )  # fmt: skip
                    client = Client(cluster, set_as_default=False)
                except (OSError, RuntimeError, TimeoutError) as error:
                    raise NotStarted(f"worker processes could not be started: {error}") from error
            yield client
        finally:
            with interrupt_held():
                _end(cluster, client)


@contextmanager
def _scratch() -> Iterator[str]:
    try:
        folder = tempfile.mkdtemp(prefix="ceasefire-")
    except OSError as error:
        raise NotStarted(f"worker processes could not be started: {error.strerror or error}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end(cluster: LocalCluster | None, client: Client | None) -> None:
    """Kill the processes first: what they write is whole or not there, so there is nothing to wait for."""
    with suppress(OSError, TimeoutError):
        if cluster is not None:
            cluster.sync(_kill, cluster, callback_timeout=LEAVE)
        if client is not None:
            client.close(timeout=LEAVE)
        if cluster is not None:
            cluster.close(timeout=LEAVE)


async def _kill(cluster: LocalCluster) -> None:
    for nanny in cluster.workers.values():
        nanny.close_gracefully()  # else it would start the next
        if nanny.pid:
            with suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)


@contextmanager
def cluster(address: str) -> Iterator[Client]:
    """Connect to a dask scheduler whose workers have this program.

    Raises
    ------
    WorkersError
        Where it does not answer, has no workers, or they have another program.
    """
    client = _connected(address)
    try:
        _check_programs(client, address)
        yield client
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=LEAVE)


def _connected(address: str) -> Client:
    silence()
    with warnings.catch_warnings(action="ignore"):
        try:
            asyncio.run(asyncio.wait_for(_greet(address), ANSWER))
            return Client(address, timeout=ANSWER, set_as_default=False)
        except Exception as error:  # whatever is there, it is no scheduler
            raise _no_answer(address) from error


def _no_answer(address: str) -> WorkersError:
    return WorkersError(
        f"no dask scheduler answers at {address}",
        hint="`dask scheduler` prints the address to give; without --cluster the work is done on this machine",
    )


async def _greet(address: str) -> None:
    """Ask a scheduler who it is; a client would wait for ever where something listens and says nothing."""
    comm = await connect(address, timeout=ANSWER, **Security().get_connection_args("client"))
    try:
        await comm.write({"op": "identity", "reply": True, "n_workers": 0})
        told = await comm.read()
    finally:
        comm.abort()
    if not isinstance(told, dict) or told.get("type") != "Scheduler":
        raise OSError("something else answers")


def _check_programs(client: Client, address: str) -> None:
    try:
        told: dict[str, Any] = client.run(program, on_error="return")
    except OSError as error:
        raise _no_answer(address) from error
    if not told:
        raise WorkersError(
            f"the scheduler at {address} has no workers", hint=f"start some with `dask worker {address} --nthreads 1`"
        )
    others = [worker for worker, answer in told.items() if answer != program()]
    if others:
        raise other_program(others)


def check_cluster(address: str) -> str:
    """Return the address of a scheduler that answers and whose workers can be used; raises as `cluster`."""
    with cluster(address):
        return address


@contextmanager
def interrupt_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers start and end; what starts here inherits the mask and never reacts to it.

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
