"""The hash chain: each row carries the hash of the row before it, so that no row can be changed, moved or dropped unseen.

``hash = SHA-256(canonical JSON of [number, kind, content, previous hash])``. Number and place are part of the hash.
What the chain alone cannot show is an end that was cut off, or a whole file that was written anew: for the first the
file keeps its own count and last hash (the *head*), a small file beside it keeps them once more; for the second only a
head noted elsewhere helps (an export, a mail, a repository).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ceasefire.errors import Fault
from ceasefire.ledger.faults import fault, refuse
from ceasefire.ledger.record import KINDS

START = "0" * 64
"""The hash before the first row."""

MOST_COMPARED = 60
"""Changed rows that are compared with each other to find out which of them changed places."""


@dataclass(frozen=True)
class Row:
    """One row of the file; ``content`` is the record as JSON, byte for byte as it was hashed."""

    number: int
    kind: str
    content: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Head:
    """How many rows there are, and the hash of the last."""

    count: int = 0
    hash: str = START


def canonical(content: object) -> str:
    """Return plain values as JSON in the one form that is hashed: sorted keys, no spaces, no NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(number: int, kind: str, content: str, previous: str) -> str:
    """Return the hash of a row."""
    return hashlib.sha256(canonical([number, kind, content, previous]).encode()).hexdigest()


def next_row(head: Head, kind: str, content: object) -> Row:
    """Return the row that follows a head.

    Raises
    ------
    InputError
        Where a text holds something that UTF-8 cannot say.
    """
    number, text = head.count + 1, canonical(content)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        found = text[max(error.start - 20, 0) : error.start]
        raise refuse("L107", "a text holds bytes that are not UTF-8", found=f"after: {found}") from None
    return Row(number, kind, text, head.hash, hash_of(number, kind, text, head.hash))


def head_of(rows: Sequence[Row]) -> Head:
    """Return the head of rows."""
    return Head(rows[-1].number, rows[-1].hash) if rows else Head()


def find_breaks(rows: Sequence[Row], head: Head, file: str) -> list[Fault]:
    """Return every place at which the chain is broken, the first one first.

    Parameters
    ----------
    head : Head
        What the file itself says about its end.
    """
    changed = [row for row in rows if hash_of(row.number, row.kind, row.content, row.previous) != row.hash]
    swaps = dict(_swaps(changed[:MOST_COMPARED]))
    is_changed = {row.number for row in changed}
    found, before = [], Head()
    for i, row in enumerate(rows):
        found += _missing(before.count + 1, row.number, file)
        follows = rows[i + 1].previous if i + 1 < len(rows) else head.hash if head.count == row.number else ""
        if row.number in swaps:
            found.append(_moved(row.number, swaps[row.number], file))
        elif row.number in is_changed:
            found.append(_changed(row, before.hash, follows, file))
        elif row.number == before.count + 1 and row.previous != before.hash and before.count not in is_changed:
            found.append(_rewritten(row.number, file))
        before = Head(row.number, row.hash)
    return found + _end(before, head, file, bool(is_changed))


def _missing(first: int, number: int, file: str) -> list[Fault]:
    if number <= first:
        return []
    which = f"row {first} is missing" if number == first + 1 else f"rows {first} to {number - 1} are missing"
    return [fault("L201", which, file=file, hint="an earlier export or copy still has them: ledger verify --against")]


def _swaps(changed: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield (row, the row whose content it holds)."""
    for one in changed:
        for other in changed:
            if one is not other and (
                hash_of(other.number, one.kind, one.content, other.previous) == other.hash
                or hash_of(other.number, one.kind, one.content, one.previous) == one.hash
            ):
                yield one.number, other.number
                break


def _moved(number: int, origin: int, file: str) -> Fault:
    return fault("L203", f"row {number} holds what was written as row {origin}", file=file, hint=_HINT)


_HINT = "nothing here can be trusted from this row on; compare with an export: ledger verify --against FILE"


def _changed(row: Row, before: str, follows: str, file: str) -> Fault:
    """Say what of a row differs, as far as the rest of the chain knows it."""
    said = "its content was changed"
    if hash_of(row.number, row.kind, row.content, row.previous) == follows:
        said = "its hash was changed; its content is the one that was registered"
    elif row.previous != before and hash_of(row.number, row.kind, row.content, before) == row.hash:
        said = "the hash of the row before it, which it carries, was changed; its content was not"
    elif any(hash_of(row.number, kind, row.content, row.previous) == row.hash for kind in KINDS):
        said = "its kind was changed; its content was not"
    found = f"{row.kind}: {row.content[:200]}"
    return fault("L202", f"row {row.number}: {said}", file=file, found=found, hint=_HINT)


def _rewritten(number: int, file: str) -> Fault:
    message = (
        f"row {number} does not follow from row {number - 1}: row {number - 1} was written anew after row {number}"
    )
    return fault("L204", message, file=file, hint=_HINT)


def _end(last: Head, head: Head, file: str, is_changed: bool) -> list[Fault]:
    if last.count < head.count:
        rows = f"row {head.count}" if head.count == last.count + 1 else f"rows {last.count + 1} to {head.count}"
        return [fault("L205", f"the end is missing: {rows} of {head.count}", file=file, hint=_HINT)]
    if last.count > head.count:
        message = f"rows {head.count + 1} to {last.count} were added past the program"
        return [fault("L204", message, file=file, hint=_HINT)]
    if last.hash != head.hash and not is_changed:
        message = f"row {last.count}, the last, was written anew: the file's head names another hash"
        return [fault("L204", message, file=file, hint=_HINT)]
    return []
