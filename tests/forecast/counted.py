"""Jobs that say in a folder when they begin and end, so that a test counts computations wherever they are done."""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast import store

LENGTH = 4_000
"""Of what is kept, which a small file cannot hold."""


@dataclass(frozen=True)
class Counted:
    """A job with a number for a result.

    Parameters
    ----------
    folder : str
        Where it says what it does: ``begun`` and ``ended`` hold one file for each time.
    kind : str
        ``plain``; ``waits`` until ``go`` is in the folder; ``dies`` each time, ``dies_once`` the first time, of a kill of
        its process; ``large`` fits only where nothing else is computed; ``full`` finds the disk full from then on.
    """

    folder: str
    number: int
    kind: str = "plain"

    def key(self, case: Case) -> str:
        return store.key_of(number=self.number, kind=self.kind)

    def kept(self, case: Case) -> int | None:
        found = store.load("counted", self.key(case))
        return None if found is None else int(found["number"])

    def keep(self, case: Case, found: int) -> None:
        store.keep("counted", self.key(case), {"number": found, "text": "x" * LENGTH})

    def compute(self, case: Case) -> int:
        self._say("begun")
        while self.kind == "waits" and not (Path(self.folder) / "go").exists():
            time.sleep(0.01)
        if self.kind == "dies" or (self.kind == "dies_once" and self.times("begun") == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind == "large" and "CEASEFIRE_MEMORY_GB" in os.environ:
            raise InputError([Fault("C513", "this needs 9.00 GB of memory")])
        if self.kind == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        self._say("ended")
        self.keep(case, self.number)
        return self.number

    def _say(self, what: str) -> None:
        folder = Path(self.folder) / what
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.number}-{os.getpid()}-{uuid4().hex}").touch()

    def times(self, what: str) -> int:
        """Return how often this job has begun or ended."""
        return len(list((Path(self.folder) / what).glob(f"{self.number}-*")))

    def processes(self) -> set[int]:
        """Return the processes in which it has begun."""
        return {int(path.name.split("-")[1]) for path in (Path(self.folder) / "begun").glob(f"{self.number}-*")}
