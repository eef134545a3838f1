"""The wheel holds what the program needs: cases, patterns, templates, catalogs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ceasefire"


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "src/ceasefire"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    needed = {Path(name).relative_to("src").as_posix() for name in listed}
    assert {name for name in needed if name.endswith((".yaml", ".csv", ".html", ".json"))}, "no data files are tracked"
    assert needed - shipped == set()
