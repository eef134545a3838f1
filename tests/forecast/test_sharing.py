"""How jobs are handed out, with a scheduler of paper: sizes of chunks, deaths of workers, a connection that breaks."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from distributed import KilledWorker

from ceasefire.case.model import Case
from ceasefire.errors import WorkersError
from ceasefire.forecast import store
from ceasefire.forecast.helper import Done
from ceasefire.forecast.sharing import share_out
from ceasefire.forecast.work import Failure
from tests.forecast.counted import Counted


@dataclass
class PaperFuture:
    jobs: list[Counted]
    outcome: Done | Exception | None
    status: str = "finished"

    def add_done_callback(self, said: Callable[[Any], None]) -> None:
        said(self)

    def result(self) -> Done:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert self.outcome is not None
        return self.outcome

    def release(self) -> None:
        pass


@dataclass
class PaperClient:
    """Answers at once; `outcome` says what becomes of a chunk."""

    outcome: Callable[[list[Counted]], Done | Exception | None]
    workers: int = 2
    status: str = "running"
    cluster: None = None
    chunks: list[list[int]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    plugins: set[str] = field(default_factory=set)

    def scheduler_info(self, n_workers: int) -> dict[str, str]:
        return {"address": "tcp://paper:1"}

    def register_plugin(self, plugin: Any, name: str) -> None:
        self.plugins.add(name)

    def unregister_worker_plugin(self, name: str) -> None:
        self.plugins.remove(name)

    def nthreads(self) -> dict[str, int]:
        return {str(number): 1 for number in range(self.workers)}

    def submit(self, _: Any, asked_by: str, case_key: str, pickled: bytes, *, key: str) -> PaperFuture:
        jobs = pickle.loads(pickled)
        self.chunks.append([job.number for job in jobs])
        self.keys.append(key)
        outcome = self.outcome(jobs)
        return PaperFuture(jobs, outcome, "cancelled" if outcome is None else "finished")


def jobs(case: Case, folder: Path, n: int) -> dict[str, Counted]:
    found = [Counted(str(folder), number) for number in range(n)]
    return {job.key(case): job for job in found}


def taking(seconds: float) -> Callable[[list[Counted]], Done]:
    return lambda jobs: Done(tuple(job.number for job in jobs), (seconds,) * len(jobs))


def deadly(job: str) -> KilledWorker:
    return KilledWorker(job, None, 1)  # type: ignore[arg-type]


def test_a_chunk_takes_half_a_second_and_the_last_ones_are_shared(
    case: Case, empty_cache: Path, tmp_path: Path
) -> None:
    client = PaperClient(taking(0.1))
    todo = jobs(case, tmp_path, 40)
    found = dict(share_out(client, case, todo))  # type: ignore[arg-type]
    assert found == {key: job.number for key, job in todo.items()}
    sizes = [len(chunk) for chunk in client.chunks]
    assert sizes[:2] == [1, 1], "nothing is known of the first ones"
    assert sizes[2] == 5, "half a second"
    assert sizes[-1] == 1, "towards the end all workers have something to do"
    assert sum(sizes) == 40
    assert max(sizes) == 5
    assert client.plugins == set(), "nothing is left behind"


def test_what_takes_long_goes_alone(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    client = PaperClient(taking(3.0))
    dict(share_out(client, case, jobs(case, tmp_path, 6), 0.01))  # type: ignore[arg-type]
    assert [len(chunk) for chunk in client.chunks] == [2, 1, 1, 1, 1]


def test_results_are_kept_here_too(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    todo = jobs(case, tmp_path, 3)
    dict(share_out(PaperClient(taking(1.0)), case, todo))  # type: ignore[arg-type]
    assert [job.kept(case) for job in todo.values()] == [0, 1, 2]


def test_the_key_of_a_chunk_is_what_it_depends_on(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    first, second, other = PaperClient(taking(1.0)), PaperClient(taking(1.0)), PaperClient(taking(1.0))
    dict(share_out(first, case, jobs(case, tmp_path, 2)))  # type: ignore[arg-type]
    dict(share_out(second, case, jobs(case, tmp_path / "elsewhere", 2)))  # type: ignore[arg-type]
    dict(share_out(other, case, jobs(case, tmp_path, 3)))  # type: ignore[arg-type]
    assert first.keys == second.keys
    assert other.keys[:2] == first.keys
    assert len(set(other.keys)) == 3


def test_only_the_job_of_which_workers_die_alone_fails(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    """Number 3 kills; a bystander of its deaths, number 0, is tried again and found."""
    tried: list[list[int]] = []

    def outcome(part: list[Counted]) -> Done | Exception:
        numbers = [job.number for job in part]
        tried.append(numbers)
        if 3 in numbers or (numbers == [0] and tried.count([0]) == 1):
            return deadly("x")
        return taking(0.1)(part)

    client = PaperClient(outcome)
    todo = jobs(case, tmp_path, 8)
    found = {todo[key].number: result for key, result in share_out(client, case, todo)}  # type: ignore[arg-type]
    failure = found.pop(3)
    assert isinstance(failure, Failure)
    assert failure.is_deadly
    assert "2 workers in a row died" in failure.reason
    assert found == {number: number for number in range(8) if number != 3}
    assert [chunk for chunk in client.chunks if 3 in chunk][-1] == [3], "alone"
    assert client.chunks.count([0]) == 2
    assert len(client.keys) == len(set(client.keys)), "a second trial is another task"


def test_a_lost_connection_is_said_and_what_came_before_is_there(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    client = PaperClient(lambda part: None if part[0].number == 1 else taking(1.0)(part), workers=1)
    todo = jobs(case, tmp_path, 3)
    found = []
    with pytest.raises(WorkersError, match=r"tcp://paper:1 does not answer any more\nhint: what was finished is kept"):
        found.extend(share_out(client, case, todo))  # type: ignore[arg-type]
    assert [job.kept(case) for job in todo.values()] == [0, None, None]


def test_a_refusal_of_the_network_is_said_too(
    case: Case, empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = PaperClient(taking(1.0))
    monkeypatch.setattr(client, "nthreads", lambda: (_ for _ in ()).throw(OSError("Connection reset")))
    with pytest.raises(WorkersError, match="does not answer any more"):
        dict(share_out(client, case, jobs(case, tmp_path, 3)))  # type: ignore[arg-type]


def test_trouble_of_a_worker_is_trouble_here(
    case: Case, empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_trouble", [])
    full = "results could not be kept in /elsewhere: No space left on device; this run goes on"
    client = PaperClient(lambda part: Done(tuple(job.number for job in part), (1.0,) * len(part), (full,)))
    dict(share_out(client, case, jobs(case, tmp_path, 2)))  # type: ignore[arg-type]
    assert store.trouble() == (full,)


def test_a_fault_of_the_program_itself_is_not_hidden(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    client = PaperClient(lambda _: ZeroDivisionError("a mistake"))
    with pytest.raises(ZeroDivisionError):
        dict(share_out(client, case, jobs(case, tmp_path, 2)))  # type: ignore[arg-type]
