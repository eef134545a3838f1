"""Every command and every option of the program stands on the commands page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/commands.md").read_text(encoding="utf-8")


def help_of(*words: str) -> str:
    command = [sys.executable, "-m", "ceasefire", *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"COLUMNS": "200"}).stdout


def names(text: str) -> list[str]:
    return re.findall(r"^│ ([a-z]+)  ", text, flags=re.M)


@pytest.mark.slow
def test_every_command_and_option_is_described() -> None:
    commands = names(help_of())
    assert len(commands) >= 9
    for command in commands:
        assert f"`ceasefire {command}" in PAGE, f"{command} is not on the page"
        if command != "game":
            for option in re.findall(r"(--[a-z-]+)", help_of(command)):
                positional = f"{option[2:].upper()} {option}" in help_of(command)
                known = option in ("--help", "--json") or positional or option.startswith("--no-")
                assert known or option in PAGE, f"{command} {option} is not on the page"
