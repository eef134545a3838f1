"""The tutorials, and the how-to pages that show commands, run as written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.runner import blocks, commands, edited, file_named, normal

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [
    *sorted((DOCS / "tutorial").glob("*.md")),
    *(page for page in sorted((DOCS / "how-to").glob("*.md")) if "```console" in page.read_text(encoding="utf-8")),
]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_runs_as_written(page: Path, tmp_path: Path) -> None:
    n_commands = 0
    restore: dict[Path, str] = {}
    for info, body in blocks(page):
        if name := file_named(info):
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            before = target.read_text(encoding="utf-8") if target.exists() else ""
            if info.split()[-1] == "once":
                restore[target] = before
            target.write_text(edited(before, body) if info.startswith("edit") else body, encoding="utf-8")
        elif info.startswith("console"):
            for command in commands(info, body):
                n_commands += 1
                run(command.words, command.shown, command.exit_code, tmp_path)
            for target, text in restore.items():
                target.write_text(text, encoding="utf-8")
            restore.clear()
    assert n_commands >= 3


def run(words: tuple[str, ...], shown: tuple[str, ...], exit_code: int, folder: Path) -> None:
    assert words[0] == "ceasefire", words
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "CEASEFIRE_CACHE": str(folder / ".cache")}
    done = subprocess.run(
        [sys.executable, "-m", "ceasefire", *words[1:]], cwd=folder, capture_output=True, text=True, env=environment
    )
    output = normal(done.stdout + done.stderr)
    assert done.returncode == exit_code, f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in output
    for line in shown:
        assert normal(line) in output, f"{' '.join(words)}: the page shows {line!r}, the program printed\n{done.stdout}"
