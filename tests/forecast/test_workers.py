"""Jobs in worker processes, of this machine and of a cluster: what dies, what is full, what is interrupted."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ceasefire.case.model import Case
from ceasefire.errors import WorkersError
from ceasefire.forecast import batch, pool, store
from ceasefire.forecast.batch import Failure, Job, compute
from ceasefire.forecast.headlines import headlines
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import PREVIEW
from tests.case.small_case import write_small_case
from tests.forecast.counted import LENGTH, Counted
from tests.forecast.scheduler import ROOT, Scheduler

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes and limits of Linux")


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch, empty_cache: Path) -> None:
    """Start workers for everything that is left after the first job."""
    monkeypatch.setattr(batch, "WORTH_WORKERS", -1.0)
    monkeypatch.setattr(store, "_trouble", [])
    monkeypatch.setattr(store, "_unwritten", {})


def counted(folder: Path, *kinds: str) -> list[Counted]:
    return [Counted(str(folder), number, kind) for number, kind in enumerate(kinds)]


def ends(process: int) -> bool:
    """Wait until a process has ended."""
    for _ in range(600):
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_workers_that_die_lose_nothing_and_count_nothing_twice(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    jobs = counted(tmp_path / "said", "plain", "dies_once", "dies", "large", *["plain"] * 8)
    found = dict(compute(case, jobs, workers=2))
    failure = found.pop(2)
    assert isinstance(failure, Failure)
    assert failure.is_deadly
    assert found == {number: number for number in range(len(jobs)) if number != 2}
    assert [job.times("ended") for job in jobs if job.number != 2] == [1] * 11
    assert jobs[1].times("begun") == 2
    assert os.getpid() not in jobs[1].processes() | jobs[2].processes()
    assert os.getpid() in jobs[3].processes(), "alone it has all the memory"
    assert all(ends(process) for job in jobs for process in job.processes() - {os.getpid()})
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "said", "scratch"]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.slow
def test_standing_workers_serve_every_call_and_end_with_the_context(case: Case, tmp_path: Path) -> None:
    first, second, third, alone = (
        counted(tmp_path / name, *kinds)
        for name, kinds in (
            ("first", ["plain"] * 6),
            ("second", ["plain"] * 2),
            ("third", ["large", "plain"]),
            ("alone", ["plain"]),
        )
    )
    for number, job in enumerate([*first, *second, *third, *alone]):
        object.__setattr__(job, "number", number)  # each is kept under a name of its own
    with batch.standing():
        for jobs in (first, second):
            assert len(dict(compute(case, jobs, workers=2))) == len(jobs)
            with batch.standing():  # inside, the same ones
                pass
        processes = {one for job in second for one in job.processes()}
        assert os.getpid() not in processes
        assert processes <= {one for job in first for one in job.processes()}
        dict(compute(case, alone, workers=2))
        assert alone[0].processes() == {os.getpid()}, "not worth handing on"
        assert not any(isinstance(one, Failure) for _, one in compute(case, third, workers=2))
        assert os.getpid() in third[0].processes(), "alone it has all the memory"
        assert all(ends(process) for process in processes)
    assert all(ends(one) for jobs in (first, second, third) for job in jobs for one in job.processes() - {os.getpid()})


@pytest.mark.slow
def test_two_workers_find_what_one_process_finds(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = PREVIEW.with_paths(512)
    scenarios = [
        Scenario(),
        *(Scenario().setting("wear", value) for value in (0.9, 1.1)),
        Scenario(plan="press_always"),
    ]
    by_two = dict(compute(case, [Job(one, settings) for one in scenarios], workers=2))
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "other"))
    assert [by_two[place].as_dict() for place in range(len(scenarios))] == [
        headlines(case, one, settings).as_dict() for one in scenarios
    ]


@pytest.mark.slow
def test_a_full_disk_of_a_worker_is_said_here_and_loses_nothing(case: Case, tmp_path: Path) -> None:
    jobs = counted(tmp_path, "plain", "full", "plain")
    assert dict(compute(case, jobs, workers=2)) == {0: 0, 1: 1, 2: 2}
    assert len(store.trouble()) == 1
    assert "File too large" in store.trouble()[0]
    assert [job.kept(case) for job in jobs] == [0, 1, 2], "this disk has room"


SCRIPT = """
import sys
from pathlib import Path
from ceasefire.case import read_case
from ceasefire.cli.app import run_safely
from ceasefire.forecast import batch, store
from tests.forecast.counted import LENGTH, Counted
batch.WORTH_WORKERS = -1.0

def work():
    case, said = read_case(Path("small")), Path("said")
    jobs = [Counted(str(said.resolve()), number, kind) for number, kind in enumerate(sys.argv[1:])]
    for repeated in range(2):
        print(sorted(batch.compute(case, jobs, 2)), *store.trouble(), flush=True)

if __name__ == "__main__":
    sys.exit(run_safely(work))
"""


class Run:
    """A program of its own that computes jobs, twice over, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        write_small_case(folder / "small")
        (folder / "script.py").write_text(SCRIPT)

    def start(self, *kinds: str, limit: int | None = None) -> subprocess.Popen[str]:
        def prepared() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # which a shell takes from what it runs in the background
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        environment = os.environ | {"PYTHONPATH": str(ROOT), "CEASEFIRE_CACHE": str(self.folder / "cache")}
        return subprocess.Popen(
            [sys.executable, "script.py", *kinds], cwd=self.folder, env=environment, text=True, preexec_fn=prepared,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("room", [LENGTH // 2, 0], ids=["some", "none"])
def test_a_full_disk_of_all_loses_nothing_from_the_run(tmp_path: Path, room: int) -> None:
    """With no room at all there is none for what workers need; then all is computed by one process."""
    run = Run(tmp_path)
    with run.start("plain", "plain", "plain", "plain", limit=room) as process:
        out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    first, second = out.splitlines()
    assert first == second, "the second time all of it is in memory"
    assert first.startswith("[(0, 0), (1, 1), (2, 2), (3, 3)] results could not be kept in ")
    assert first.count("could not be kept") == 1
    jobs = counted(tmp_path / "said", *["plain"] * 4)
    assert [job.times("begun") for job in jobs] == [1, 1, 1, 1]
    assert (len(set.union(*(job.processes() for job in jobs))) > 1) == (room > 0)
    assert ("could not be started" in err) == (room == 0)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stop_ends_running_jobs_and_the_next_run_does_the_rest(tmp_path: Path, number: signal.Signals) -> None:
    run = Run(tmp_path)
    kinds = ["plain", "plain", "plain", "waits", "waits", "waits", "plain"]
    jobs = counted(tmp_path / "said", *kinds)
    with run.start(*kinds) as process:
        while sum(job.times("begun") for job in jobs[3:6]) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.kill()  # the workers are not told
        out, err = process.communicate(timeout=600)
    workers = set.union(*(job.processes() for job in jobs)) - {process.pid}
    assert all(ends(worker) for worker in workers)
    assert out == ""
    assert [job.times("ended") for job in jobs[3:6]] == [0, 0, 0], "nobody waited for them"
    done = [job.number for job in jobs if job.times("ended")]
    assert {0, 1} <= set(done)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert err.strip() == "stopped; what was finished is kept, run the same command again to go on"
    (tmp_path / "said" / "go").touch()
    with run.start(*kinds) as process:
        out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert out.splitlines()[0] == str([(number, number) for number in range(len(kinds))])
    assert [job.times("ended") for job in jobs] == [1] * len(jobs), "nothing was computed twice"
    assert [jobs[number].times("begun") for number in done] == [1] * len(done)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Scheduler]:
    with Scheduler(tmp_path / "elsewhere") as found:
        yield found


def in_background(work: Callable[[], object], said: Path) -> threading.Thread:
    """Work beside the test; where that fails, jobs that wait are let go, so that the test ends too."""

    def guarded() -> None:
        try:
            work()
        except BaseException:
            (said / "go").touch()
            raise

    thread = threading.Thread(target=guarded)
    thread.start()
    return thread


def wait_for(jobs: list[Counted], what: str, times: int) -> None:
    for _ in range(30_000):
        if sum(job.times(what) for job in jobs) >= times:
            return
        time.sleep(0.02)
    raise TimeoutError(f"{what} {times} times")


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_and_then_its_scheduler(case: Case, tmp_path: Path, scheduler: Scheduler) -> None:
    scheduler.start_worker()
    scheduler.start_worker()
    said = tmp_path / "said"
    jobs = counted(said, "plain", "plain", "waits", "waits", "waits", "plain")
    waiting = jobs[2:5]

    def disturb() -> None:
        wait_for(waiting, "begun", 2)
        os.kill(min(waiting[0].processes()), signal.SIGKILL)
        wait_for(waiting, "begun", 3)  # somewhere else
        scheduler.scheduler.kill()

    thread = in_background(disturb, said)
    found = {}
    with pytest.raises(WorkersError, match=r"does not answer any more\nhint: what was finished is kept"):
        found.update(compute(case, jobs, scheduler.address))
    thread.join()
    assert {0, 1} <= set(found) <= {0, 1, 5}
    assert [job.kept(case) for job in jobs[:2]] == [0, 1], "what came back is on this disk"
    assert os.getpid() not in set.union(*(job.processes() for job in jobs))
    (said / "go").touch()
    with Scheduler(tmp_path / "again") as again:
        again.start_worker()
        assert dict(compute(case, jobs, again.address)) == {number: number for number in range(len(jobs))}
    assert [jobs[number].times("begun") for number in found] == [1] * len(found), "computed once"
    assert all(job.times("ended") >= 1 for job in jobs)


def other_version(folder: Path) -> Path:
    """Write the program once more, with a line changed."""
    package = Path(pool.__file__).parents[1]
    shutil.copytree(package, folder / "ceasefire", ignore=shutil.ignore_patterns("__pycache__", "library"))
    with (folder / "ceasefire" / "solve" / "sweep.py").open("a") as text:
        text.write("# changed\n")
    return folder


def another_program(folder: Path) -> Path:
    """Write a package of the same name that has nothing to do with this one."""
    (folder / "ceasefire").mkdir(parents=True)
    (folder / "ceasefire" / "__init__.py").touch()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("other", [other_version, another_program])
def test_workers_with_another_program_are_refused(
    tmp_path: Path, scheduler: Scheduler, other: Callable[[Path], Path]
) -> None:
    with pytest.raises(WorkersError, match="has no workers\nhint: start some"):
        pool.check_cluster(scheduler.address)
    scheduler.start_worker(other(tmp_path / "other"))
    with pytest.raises(WorkersError, match=r"not the program that is running here: tcp://.*\nhint: install"):
        pool.check_cluster(scheduler.address)


@pytest.mark.slow
def test_a_worker_with_another_program_that_comes_later_is_refused(
    case: Case, tmp_path: Path, scheduler: Scheduler
) -> None:
    scheduler.start_worker()
    jobs = counted(tmp_path / "said", "plain", *["waits"] * 3)

    def worker_comes() -> None:
        wait_for(jobs, "begun", 2)
        scheduler.start_worker(other_version(tmp_path / "other"))

    thread = in_background(worker_comes, tmp_path / "said")
    with pytest.raises(WorkersError, match="hint: install the same version"):
        dict(compute(case, jobs, scheduler.address))
    thread.join()


def ceasefire(folder: Path, *words: str) -> tuple[int, str, str]:
    environment = os.environ | {"CEASEFIRE_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "ceasefire", *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("address", ["{closed}", "{silent}", "tls://{closed}", "nowhere://x:1", "localhost:http"])
def test_an_address_that_does_not_answer_is_a_sentence(tmp_path: Path, address: str) -> None:
    write_small_case(tmp_path / "small")
    with socket.socket() as closed, socket.socket() as silent:
        for one in (closed, silent):
            one.bind(("127.0.0.1", 0))
        silent.listen()
        names = {"closed": f"127.0.0.1:{closed.getsockname()[1]}", "silent": f"127.0.0.1:{silent.getsockname()[1]}"}
        where = address.format(**names)
        code, out, err = ceasefire(tmp_path, "audit", "small", "--json", "--cluster", where)
    assert code == 1
    assert err == ""
    assert json.loads(out)["error"].startswith(f"no dask scheduler answers at {where}\nhint: ")


@pytest.mark.slow
def test_workers_here_and_elsewhere_exclude_each_other(tmp_path: Path) -> None:
    write_small_case(tmp_path / "small")
    code, _, err = ceasefire(tmp_path, "run", "small", "--workers", "2", "--cluster", "127.0.0.1:1")
    assert code == 2
    assert "give one of them" in err
    assert ceasefire(tmp_path, "run", "small", "--workers", "0")[0] == 2
