"""Check a ledger: its own chain, the head beside it, a head that was noted elsewhere, an earlier export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceasefire.errors import Fault, InputError
from ceasefire.ledger.chain import Head, Row, head_of
from ceasefire.ledger.export import FORMAT, NAMES
from ceasefire.ledger.faults import fault, refuse
from ceasefire.ledger.file import connect
from ceasefire.ledger.heads import read_head_file
from ceasefire.ledger.store import examine


@dataclass(frozen=True)
class Verified:
    """A ledger without a fault: its head, and what it was held against."""

    head: Head
    head_beside: bool
    head_elsewhere: bool
    export: Head | None


def verify(path: Path, *, noted: str = "", export: Path | None = None) -> Verified:
    """Check everything that can be checked.

    Parameters
    ----------
    noted : str
        A head (its hash, or the first twelve characters or more of it) that somebody noted elsewhere.
    export : path
        A JSON export made earlier.

    Raises
    ------
    InputError
        With every break, the first one first.
    """
    connection = connect(path)
    try:
        rows, faults = examine(connection, path)
    finally:
        connection.close()
    if noted and not _has(rows, noted):
        hint = "the ledger is another one, or was written anew since"
        faults.append(fault("L207", f"no row has the hash {noted}", file=str(path), hint=hint))
    kept = _read_export(export) if export else {}
    faults += _differences(rows, kept, str(path))
    if faults:
        raise InputError(faults)
    head = Head(**kept["head"]) if kept else None
    return Verified(head_of(rows), read_head_file(path) is not None, bool(noted), head)


SHORTEST = 12
"""Characters of a hash that tell it from any other."""


def _has(rows: Sequence[Row], noted: str) -> bool:
    return len(noted) >= SHORTEST and any(row.hash.startswith(noted.lower()) for row in rows)


def _read_export(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse("L505", "this is not an export of a ledger", file=str(path), found=str(error)) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise refuse("L505", "this is not an export of a ledger", file=str(path), hint="ledger export --format json")
    records = [record for name in NAMES.values() for record in found.get(name, ())]
    if not isinstance(found.get("head"), dict) or not all({"row", "hash", "id"} <= set(record) for record in records):
        raise refuse("L505", "this export of a ledger is not whole", file=str(path))
    return found


def _differences(rows: Sequence[Row], kept: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Yield what stood in an export and stands otherwise, or no longer, in the ledger: field by field."""
    there = {row.number: row for row in rows}
    records = [record for name in NAMES.values() for record in kept.get(name, ())]
    for record in sorted(records, key=lambda one: int(one["row"])):
        number = int(record["row"])
        row = there.get(number)
        if row is None:
            yield fault("L208", f"row {number} of the export is missing: {record['id']}", file=file)
            continue
        now = _content(row)
        before = {name: value for name, value in record.items() if name not in ("row", "hash")}
        changed = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
        said = "; ".join(f"{name} was {before.get(name)!r}, is {now.get(name)!r}" for name in changed)
        if said:
            yield fault("L208", f"row {number} differs from the export: {said}", file=file)
        elif row.hash != record["hash"]:
            yield fault("L208", f"row {number} has another hash than in the export", file=file)


def _content(row: Row) -> dict[str, Any]:
    try:
        found = json.loads(row.content)
    except ValueError:
        return {"content": row.content}
    return found if isinstance(found, dict) else {"content": found}
