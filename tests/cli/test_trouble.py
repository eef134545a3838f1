"""A full disk and Ctrl-C: a sentence and an exit code, no traceback, and never half a file."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.case.small_case import write_small_case
from tests.solve.random_games import random_game

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and devices of Linux")

QUICK = ["--preview", "--paths", "256"]
MOST_BYTES = 12_000
"""Larger than any kept number, smaller than a report, forecast or schema."""


def interruptible() -> None:
    """Let Ctrl-C through, which a shell keeps from what it runs in the background, these tests included."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Program:
    """The program in a folder of its own, run as a person runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        write_small_case(folder / "small")
        (folder / "game.json").write_text(json.dumps(random_game(1, types=(1, 3), periods=3)))
        self.environment = {**os.environ, "CEASEFIRE_CACHE": str(folder / "cache")}

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ceasefire", *arguments],
            cwd=self.folder,
            env=self.environment,
            text=True,
            stderr=subprocess.PIPE,
            **{"stdout": subprocess.PIPE, "preexec_fn": interruptible, **more},
        )

    def run(self, *arguments: str, **more: Any) -> tuple[int, str, str]:
        with self.start(*arguments, **more) as process:
            out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def files(self) -> dict[Path, bytes]:
        """Return everything that stands in the folder, the kept numbers apart."""
        return {
            path: path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and "cache" not in path.relative_to(self.folder).parts
        }

    def kept(self) -> list[Path]:
        return sorted(path for path in (self.folder / "cache").rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("trouble"))


@pytest.fixture
def fresh(tmp_path: Path) -> Program:
    return Program(tmp_path)


def limited(most: int) -> Callable[[], None]:
    """Return what limits the size of the files that a process writes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def explained(code: int, err: str, *words: str) -> bool:
    return (
        code == 1 and "Traceback" not in err and "Exception ignored" not in err and all(word in err for word in words)
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "arguments",
    [
        ["schema"],
        ["cases", "--json"],
        ["check", "small"],
        ["game", "solve", "game.json", "--intervals", "2"],
        pytest.param(["ask", "small", "P(end_of_war)", *QUICK], marks=pytest.mark.slow),
        pytest.param(["audit", "small", "--json"], marks=pytest.mark.slow),
    ],
)
def test_output_to_a_full_device_is_an_error(program: Program, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        code, _, err = program.run(*arguments, stdout=full)
    assert explained(code, err, "No space left on device"), err


def test_a_new_case_on_a_full_disk_leaves_nothing(fresh: Program) -> None:
    before = fresh.files()
    code, _, err = fresh.run("new", "mine", preexec_fn=limited(MOST_BYTES))
    assert explained(code, err, "File too large"), err
    assert fresh.files() == before
    assert not (fresh.folder / "mine").exists()
    assert fresh.run("new", "mine")[0] == 0


@pytest.mark.slow
def test_a_run_on_a_full_disk_leaves_the_old_report(fresh: Program) -> None:
    run = ["run", "small", "--quick", *QUICK]
    assert fresh.run(*run)[0] == 0
    before = fresh.files()
    code, out, err = fresh.run(*run, "--seed", "2", preexec_fn=limited(MOST_BYTES))
    assert explained(code, err, "File too large", "report.html"), err
    assert "First forecast" in out
    after = fresh.files()
    listed = fresh.folder / "ceasefire-out" / "small" / ".ceasefire.json"
    assert {path: text for path, text in after.items() if path != listed} == {
        path: text for path, text in before.items() if path != listed
    }
    assert fresh.run(*run, "--seed", "2")[0] == 0, "the same command goes on when there is room again"
    assert set(fresh.files()) == set(before)
    assert fresh.files() != before


@pytest.mark.slow
def test_a_command_goes_on_where_nothing_can_be_kept(fresh: Program) -> None:
    ask = ["ask", "small", "P(end_of_war)", "--json", *QUICK]
    wanted = fresh.run(*ask)[1]
    assert fresh.kept()
    shutil.rmtree(fresh.folder / "cache")
    code, found, err = fresh.run(*ask, preexec_fn=limited(0))
    assert code == 0, err
    assert fresh.kept() == []
    assert json.loads(found) == json.loads(wanted)


def stopped(process: subprocess.Popen[str], stream: str) -> tuple[int, str]:
    """Send Ctrl-C at the first line on a stream; return the exit code and what was said."""
    said = getattr(process, stream).readline()
    assert said
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    return process.returncode, err


MESSAGE = "stopped; what was finished is kept, run the same command again to go on"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "small"],
        ["ask", "small", "P(end_of_war)"],
        ["map", "small"],
        ["audit", "small", "--full"],
        ["explain", "small", "--date", "2020-06-15", "--step", "talks"],
        ["play", "small", "--history", "wait"],
        ["game", "solve", "game.json", "--intervals", "150"],
    ],
)
def test_a_stop_during_the_solve_is_no_accident(program: Program, arguments: list[str]) -> None:
    before = program.files()
    with program.start(*arguments) as process:
        code, err = stopped(process, "stderr")  # the first line says what the solve needs
    assert code == 130
    assert MESSAGE in err
    assert "Traceback" not in err
    assert program.files() == before


@pytest.mark.slow
def test_a_stopped_run_keeps_what_was_finished(fresh: Program) -> None:
    run = ["run", "small", *QUICK, "--leave-out", "ranges", "--draws", "0", "--workers", "1"]
    before = fresh.files()
    with fresh.start(*run) as process:
        code, err = stopped(process, "stdout")  # the first forecast
    assert code == 130
    assert MESSAGE in err
    assert fresh.files() == before, "no report without the run"
    kept = fresh.kept()
    assert kept
    assert not [path for path in kept if path.suffix != ".json"], "no draft is left"
    assert fresh.run(*run)[0] == 0
    assert set(kept) < set(fresh.kept())
    assert (fresh.folder / "ceasefire-out" / "small" / "report.html").is_file()


WITH_WORKERS = """
import sys
from ceasefire.forecast import batch
batch.WORTH_WORKERS = -1.0
if __name__ == "__main__":
    from ceasefire.cli import main
    main(sys.argv[1:])
"""


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started, in any of its threads."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            found += [int(word) for word in (thread / "children").read_text().split()]
    return found


def ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stop_ends_the_workers_too(fresh: Program, number: signal.Signals) -> None:
    script = fresh.folder / "with_workers.py"
    script.write_text(WITH_WORKERS)
    left_out = [word for part in ("plans", "map", "trust") for word in ("--leave-out", part)]
    run = ["run", "small", *QUICK, *left_out, "--draws", "0", "--workers", "2"]
    before = fresh.files()
    command = [sys.executable, str(script), *run]
    with subprocess.Popen(
        command, cwd=fresh.folder, env=fresh.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, preexec_fn=interruptible,
    ) as process:  # fmt: skip
        while len(workers := children_of(process.pid)) < 3:  # two workers, and a tracker of Python's own
            assert process.poll() is None, "the ranges were done before a worker was seen"
            time.sleep(0.02)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.kill()  # the workers are not told
        _, err = process.communicate(timeout=300)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert MESSAGE in err
        assert "Traceback" not in err
    for _ in range(600):  # the tracker of Python's own ends a moment after its parent
        if all(ended(pid) for pid in workers):
            break
        time.sleep(0.1)
    assert all(ended(pid) for pid in workers)
    assert fresh.files() == before
    assert not [path for path in fresh.kept() if path.suffix != ".json"]
