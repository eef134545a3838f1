"""Stages of the first forecast of a shipped case on the preview grid, from ``seconds`` in its forecast.json."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASE = "cod-war-1975"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "ceasefire",
            "run",
            CASE,
            "--preview",
            "--quick",
            "--quiet",
            "--output",
            folder,
        ]
        walls = []
        for _ in range(2):
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            walls.append(time.perf_counter() - began)
            if len(walls) == 1:
                found = json.loads(next(Path(folder).rglob("forecast.json")).read_text(encoding="utf-8"))["seconds"]
    print(f"ceasefire run {CASE} --preview --quick; the stages are those of the first run")
    print("stage                     seconds")
    for stage, seconds in sorted(found.items(), key=lambda pair: -pair[1]):
        print(f"{stage:25s} {seconds:7.2f}")
    print(f"{'first run, whole process':25s} {walls[0]:7.2f}")
    print(f"{'second run, whole process':25s} {walls[1]:7.2f}")


if __name__ == "__main__":
    main()
