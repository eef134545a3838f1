"""Keep what the commands of the page print, after ``ceasefire run alaska-2025 --draws 256`` has kept the draws.

::

    python docs/how-to/alaska-over-draws/keep.py [compare value sensitivity size]

Each file begins with the command, the date and the hash of the case; the page shows lines of them, and a test compares.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from ceasefire.case import read_case
from ceasefire.explore.ensemble.budget import DRAWS
from ceasefire.explore.ensemble.ensemble import draw_ensemble
from ceasefire.forecast.settings import FULL

HERE = Path(__file__).parent
COMMANDS = {
    "compare": ("compare", "alaska-2025", "--query", "P(truce_in_effect by 2025-12-31)", "--quiet"),
    "value": ("value", "alaska-2025", "--quiet"),
    "sensitivity": (
        *("sensitivity", "alaska-2025", "--parameter", "consistency", "--parameter", "drain"),
        *("--parameter", "retake", "--quiet"),
    ),
}


def keep(name: str) -> None:
    """Run a command and write what it printed."""
    words = COMMANDS[name]
    done = subprocess.run(
        [sys.executable, "-m", "ceasefire", *words],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1"},
    )
    quoted = " ".join(f"'{word}'" if " " in word else word for word in words)
    head = f"$ ceasefire {quoted}\n{dt.date.today().isoformat()}, case {read_case('alaska-2025').case_hash}\n\n"
    (HERE / f"{name}.txt").write_text(head + done.stdout, encoding="utf-8")


def keep_size() -> None:
    """Write as how many draws of equal weight the draws count, with the record counted whole and by half."""
    case = read_case("alaska-2025")
    weights = draw_ensemble(case, FULL, DRAWS).weights
    whole, half = weights[1.0].effective_size, weights[0.5].effective_size
    text = f"case {case.case_hash}\n\n{DRAWS} draws count as {whole:.1f} of equal weight; by half, {half:.1f}\n"
    (HERE / "size.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or (*COMMANDS, "size"):
        keep_size() if wanted == "size" else keep(wanted)
