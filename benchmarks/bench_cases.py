"""Time to the first answer of the shipped cases, in parts: nothing compiled yet, everything compiled, results kept.

Each command is ``ceasefire run CASE --preview --quick`` with folders of its own for compiled loops and results. The first
answer is the first line of numbers; the stages are those that the run itself writes into forecast.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES = ("cod-war-1975", "alaska-2025")
STAGES = ("compile", "solve", "simulate", "read", "claims")


def run(case: str, folder: Path, results: str) -> tuple[float, float, dict[str, float]]:
    """Return the seconds to the first answer, those of the whole process, and those of its stages."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "loops"), "CEASEFIRE_CACHE": str(folder / results)}
    command = [
        sys.executable,
        "-u",
        "-m",
        "ceasefire",
        "run",
        case,
        "--preview",
        "--quick",
        "--output",
        str(folder / "out"),
    ]
    began = time.perf_counter()
    first = float("nan")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if first != first and line.startswith("- "):
                first = time.perf_counter() - began
    whole = time.perf_counter() - began
    assert process.returncode == 0
    found = json.loads((folder / "out" / "forecast.json").read_text(encoding="utf-8"))["seconds"]
    return first, whole, found


def main() -> None:
    """Print the table."""
    print("ceasefire run CASE --preview --quick, seconds by the clock; nan: no first answer before the whole one")
    print(f"{'case':14s} {'':18s} {'first':>7s} {'whole':>7s}  " + " ".join(f"{stage:>8s}" for stage in STAGES))
    for case in CASES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for what, results in (("nothing compiled", "one"), ("loops compiled", "two"), ("results kept", "two")):
                first, whole, found = run(case, folder, results)
                row = " ".join(f"{found.get(stage, 0.0):8.2f}" for stage in STAGES)
                print(f"{case:14s} {what:18s} {first:7.1f} {whole:7.1f}  {row}", flush=True)


if __name__ == "__main__":
    main()
