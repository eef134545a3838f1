"""A dask scheduler with workers, as somebody else would have started them on other machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from distributed import Client

ROOT = Path(__file__).resolve().parents[2]


def address_in(said: Path) -> str:
    """Return the address that a scheduler has written to a file, empty as long as it has not."""
    try:
        return str(json.loads(said.read_text())["address"])
    except (OSError, ValueError):
        return ""


class Scheduler:
    """Use it as a context manager; `folder` gets its files and those of the workers, which have a disk of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Scheduler:
        said = self.folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(said))
        while not (address := address_in(said)):
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        self.address = address
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def start_worker(self, *path: Path) -> None:
        """Start a worker that finds modules in `path` first, and wait until it is there."""
        path_of_modules = os.pathsep.join(str(one) for one in (*path, ROOT, ROOT / "src"))
        self._start(
            "worker", self.address, "--nthreads", "1", "--local-directory", str(self.folder), path=path_of_modules
        )
        known = len(self.processes) - 1
        while self._n_workers() < known:
            time.sleep(0.1)

    def _n_workers(self) -> int:
        with Client(self.address, set_as_default=False) as client:
            return len(client.nthreads())

    def _start(self, *words: str, path: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:], "--no-dashboard"]
        environment = os.environ | {"PYTHONPATH": path, "CEASEFIRE_CACHE": str(self.folder / "cache")}
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stdout=silent, stderr=silent)
        self.processes.append(process)
        return process
