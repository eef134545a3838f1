"""What can be computed in any place and any order: the protocol that jobs follow, and what stands for one that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ceasefire.case.model import Case
from ceasefire.errors import CeasefireError, InputError

Workers = int | str | None
"""Processes of this machine, None: chosen; or the address of a dask scheduler whose workers compute."""
Found = TypeVar("Found")
FoundHere = TypeVar("FoundHere", covariant=True)


class Work(Protocol[FoundHere]):
    """What can be computed for a case, here or in a worker, and is kept on disk.

    A job is pickled to reach a worker and its result to come back. The result may depend on the case and the job only.
    """

    def key(self, case: Case) -> str:
        """Return the hash of everything that the result depends on."""

    def kept(self, case: Case) -> FoundHere | None:
        """Return what is on disk, or None."""

    def keep(self, case: Case, found: Any) -> None:
        """Write to disk what `compute` found in a worker, whose disk may be another one."""

    def compute(self, case: Case) -> FoundHere:
        """Return what is computed, and keep it."""


@dataclass(frozen=True)
class Failure:
    """Why a job could not be computed.

    Parameters
    ----------
    reason : str
    is_memory : bool
        Whether there was too little of it; alone, the job may have enough.
    is_deadly : bool
        Whether processes died of it; it must not be tried in this one.
    """

    reason: str
    is_memory: bool = False
    is_deadly: bool = False


def attempt(case: Case, job: Work[Found]) -> Found | Failure:
    """Compute a job; what the case or the numbers refuse is a result too."""
    try:
        return job.compute(case)
    except (CeasefireError, NotImplementedError) as error:
        return Failure(_reason(error), isinstance(error, InputError) and error.faults[0].code == "C513")
    except MemoryError:
        return Failure("the memory was full", is_memory=True)


def _reason(error: Exception) -> str:
    if isinstance(error, InputError):
        return error.faults[0].message
    return str(error).splitlines()[0] if str(error) else type(error).__name__
