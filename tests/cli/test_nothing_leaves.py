"""Nothing leaves the machine: the main commands run, with their workers, where only the loopback interface answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.case.small_case import write_small_case
from tests.cli.test_trouble import WITH_WORKERS

GUARD = """
import os, socket
from pathlib import Path

def is_ours(family, address):
    if family == socket.AF_UNIX:
        return True
    return isinstance(address, tuple) and address[0] in {"127.0.0.1", "::1"}

def seen(what):
    Path(os.environ["SEEN"], f"{what}-{os.getpid()}").touch()

class Guarded(socket.socket):
    def _allow(self, address):
        if not is_ours(self.family, address):
            seen("refused")
            raise SystemExit(f"a connection was opened to {address!r}")
        seen("loopback")
    def connect(self, address):
        self._allow(address)
        return super().connect(address)
    def connect_ex(self, address):
        self._allow(address)
        return super().connect_ex(address)
    def bind(self, address):
        self._allow(address)
        return super().bind(address)
    def sendto(self, *given):
        self._allow(given[-1])
        return super().sendto(*given)

looked_up = socket.getaddrinfo
def numbers_only(host, *given, **more):
    if host not in {"127.0.0.1", "::1"}:
        seen("refused")
        raise SystemExit(f"a name was looked up: {host!r}")
    return looked_up(host, *given, **more)

def refuse(*given, **more):
    seen("refused")
    raise SystemExit(f"a name was looked up: {given!r}")

socket.socket = Guarded
socket.getaddrinfo = numbers_only
socket.gethostbyname = socket.gethostbyname_ex = socket.gethostbyaddr = socket.getfqdn = refuse
seen("guarded")
"""
"""Stands at the start of every Python process, those of the workers included, as ``sitecustomize``."""


def guarded(folder: Path, *command: str) -> tuple[subprocess.CompletedProcess[str], set[str], set[int]]:
    """Run a command under the guard; return also what it has seen, and the processes that it stood in."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(GUARD)
    (folder / "seen").mkdir()
    environment = os.environ | {
        "CEASEFIRE_CACHE": str(folder / "cache"), "PYTHONPATH": str(folder / "guard"), "SEEN": str(folder / "seen"),
    }  # fmt: skip
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, env=environment)
    names = [path.name.split("-") for path in (folder / "seen").iterdir()]
    return done, {what for what, _ in names}, {int(pid) for what, pid in names if what == "guarded"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["check", "cod-war-1975", "--explain"],
        ["audit", "cod-war-1975", "--workers", "1"],
        ["ask", "cod-war-1975", "P(agreement within 12 months)", "--preview"],
        ["run", "cod-war-1975", "--preview", "--quick", "--output", "out", "--workers", "1"],
    ],
    ids=lambda words: words[0],
)
def test_a_command_opens_no_connection(words: list[str], tmp_path: Path) -> None:
    done, seen, _ = guarded(tmp_path, "-m", "ceasefire", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert seen == {"guarded"}


@pytest.mark.slow
def test_workers_talk_to_each_other_only(tmp_path: Path) -> None:
    (tmp_path / "with_workers.py").write_text(WITH_WORKERS)
    write_small_case(tmp_path / "small")
    left_out = [word for part in ("plans", "claims", "map", "trust") for word in ("--leave-out", part)]
    words = ["run", "small", "--preview", "--paths", "256", "--draws", "0", *left_out, "--workers", "2"]
    done, seen, processes = guarded(tmp_path, "with_workers.py", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert seen == {"guarded", "loopback"}
    assert len(processes) >= 3, "the workers are guarded too"


@pytest.mark.parametrize("address", ["http://192.0.2.1:9", "http://localhost:9"])
def test_the_guard_itself_refuses(tmp_path: Path, address: str) -> None:
    script = f"import urllib.request\nurllib.request.urlopen({address!r})\n"
    done, seen, _ = guarded(tmp_path, "-c", script)
    assert done.returncode != 0
    assert "was opened" in done.stderr or "looked up" in done.stderr
    assert "refused" in seen
