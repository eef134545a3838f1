"""The head beside a ledger: a small file that keeps number of rows and last hash once more."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from ceasefire.errors import Fault
from ceasefire.ledger.chain import Head, Row, head_of
from ceasefire.ledger.faults import fault


def head_file(path: Path) -> Path:
    """Return the small file beside a ledger that keeps its head once more."""
    return path.with_name(path.name + ".head")


def read_head_file(path: Path) -> Head | None:
    """Return the head kept beside a ledger; None where there is none that can be read."""
    try:
        kept = json.loads(head_file(path).read_text(encoding="utf-8"))
        return Head(int(kept["count"]), str(kept["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def passes_through(rows: Iterable[Row], head: Head) -> bool:
    """Return whether a ledger once had this head: it only grew since."""
    return head == Head() or any(row.number == head.count and row.hash == head.hash for row in rows)


def held_against_head(path: Path, rows: Sequence[Row], kept: Head | None) -> list[Fault]:
    """Return the fault of a ledger that does not go on from the head kept beside it."""
    if kept is None or passes_through(rows, kept):
        return []
    last = head_of(rows)
    if last.count < kept.count:
        message = f"the end is missing: {head_file(path).name} knows {kept.count} rows, the ledger has {last.count}"
        return [fault("L205", message, file=str(path), hint="was an older copy put back? the newer one has the rest")]
    message = f"row {kept.count} is not the one that {head_file(path).name} knows: the ledger was written anew"
    return [fault("L207", message, file=str(path), hint="compare with an export: ledger verify --against FILE")]


def write_head(path: Path, head: Head) -> None:
    """Keep the head beside the file; where the system refuses, the old one stays, which lags behind and does no harm."""
    kept = read_head_file(path)
    if kept is not None and kept.count >= head.count:
        return
    text = json.dumps({"format": "ceasefire-ledger-head/1", "count": head.count, "hash": head.hash})
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.chmod(name, 0o644)
        os.replace(name, head_file(path))
    except OSError:
        return
