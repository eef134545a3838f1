"""Nothing leaves the machine: the main commands run with sockets that fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FAILING_SOCKETS = """
import socket, sys
class Refused(socket.socket):
    def connect(self, *a): raise SystemExit("a connection was opened to %r" % (a,))
    def connect_ex(self, *a): raise SystemExit("a connection was opened to %r" % (a,))
    def sendto(self, *a): raise SystemExit("a datagram was sent")
socket.socket = Refused
def refuse(*a, **k): raise SystemExit("a name was looked up")
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refuse
from ceasefire.cli import main
main(sys.argv[1:])
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["check", "cod-war-1975", "--explain"],
        ["audit", "cod-war-1975", "--preview"],
        ["ask", "cod-war-1975", "P(agreement within 12 months)", "--preview"],
        ["run", "cod-war-1975", "--preview", "--quick", "--output", "out"],
    ],
    ids=lambda words: words[0],
)
def test_a_command_opens_no_connection(words: list[str], tmp_path: Path) -> None:
    environment = os.environ | {"CEASEFIRE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", FAILING_SOCKETS, *words], cwd=tmp_path, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guard_itself_refuses(tmp_path: Path) -> None:
    script = FAILING_SOCKETS.replace("from ceasefire.cli import main\nmain(sys.argv[1:])", "") + (
        "\nimport urllib.request\nurllib.request.urlopen('http://localhost:9')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "was opened" in done.stderr or "looked up" in done.stderr
