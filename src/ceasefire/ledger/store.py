"""The file of a ledger: SQLite, append-only. Rows are added in one transaction and never changed afterwards.

Triggers abort every UPDATE and DELETE, tables are STRICT, rows form a hash chain (``ledger.chain``), and every opening
checks the whole chain. Triggers only stop accidents: whoever opens the file with another program can drop them. That is
what the chain is for. Each write updates the head inside the file in the same transaction, and then ``FILE.head`` beside
it; a stop between the two leaves a head that lags behind, which is harmless, as the chain passes through it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ceasefire.errors import Fault, InputError
from ceasefire.ledger.chain import Head, Row, find_breaks, head_of, next_row
from ceasefire.ledger.faults import fault, refuse
from ceasefire.ledger.record import Item, kind_of, to_plain

DEFAULT = "ceasefire-ledger.db"
APPLICATION = 0x43464C31
"""SQLite's application id of a ledger: ``CFL1``."""
VERSION = 1
WAIT_SECONDS = 30.0

TABLES = """
CREATE TABLE entries (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, content TEXT NOT NULL,
                      previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE head (only INTEGER PRIMARY KEY CHECK (only = 1), count INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
"""
TRIGGERS = {
    "entries_update": "CREATE TRIGGER entries_update BEFORE UPDATE ON entries "
    "BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END",
    "entries_delete": "CREATE TRIGGER entries_delete BEFORE DELETE ON entries "
    "BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END",
    "entries_order": "CREATE TRIGGER entries_order BEFORE INSERT ON entries "
    "WHEN NEW.number IS NOT (SELECT count + 1 FROM head) OR NEW.previous IS NOT (SELECT hash FROM head) "
    "BEGIN SELECT RAISE(ABORT, 'a row must follow from the last'); END",
    "head_forward": "CREATE TRIGGER head_forward BEFORE UPDATE ON head WHEN NEW.count <= OLD.count "
    "BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END",
    "head_delete": "CREATE TRIGGER head_delete BEFORE DELETE ON head "
    "BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END",
}


class Store:
    """An open ledger file.

    Attributes
    ----------
    path : Path
    rows : tuple of Row
        As they were when the file was opened or last written; checked.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection
        self.rows: tuple[Row, ...] = ()

    @property
    def head(self) -> Head:
        """Return how many rows there are and the hash of the last."""
        return head_of(self.rows)

    def read(self) -> None:
        """Read and check all rows.

        Raises
        ------
        InputError
            Where the chain is broken; names every break, the first one first.
        """
        self.rows, faults = examine(self._connection, self.path)
        if faults:
            raise InputError(faults)

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """Hold the file alone; what is appended inside is written whole or not at all.

        The rows are read again once the file is held, so that what is appended follows from what another program wrote.
        """
        with _in_words(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self.read()
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        _write_head(self.path, self.head)

    def append(self, items: Iterable[Item]) -> None:
        """Add records; only inside `writing`."""
        head, added = self.head, []
        for item in items:
            row = next_row(head, kind_of(item), to_plain(item))
            added.append(row)
            head = Head(row.number, row.hash)
            self._connection.execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                (row.number, row.kind, row.content, row.previous, row.hash),
            )
            self._connection.execute("UPDATE head SET count = ?, hash = ?", (head.count, head.hash))
        self.rows = (*self.rows, *added)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


@contextmanager
def open_ledger(path: Path, *, create: bool = False) -> Iterator[Store]:
    """Open a ledger and check it.

    Parameters
    ----------
    create : bool
        Make a new one where there is no file; a file that is there is never overwritten.

    Raises
    ------
    InputError
        Where there is none, where the file is no ledger, or where the ledger is broken.
    """
    if create and not path.exists():
        _create(path)
    connection = connect(path)
    try:
        store = Store(path, connection)
        with _in_words(path):
            store.read()
        yield store
    finally:
        connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that is a ledger.

    Raises
    ------
    InputError
    """
    if not path.exists():
        raise refuse("L101", "there is no ledger here", file=str(path), hint="ceasefire ledger add CASE begins one")
    with _in_words(path):
        connection = _connection(path)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except BaseException:
            connection.close()
            raise
    if application != APPLICATION:
        connection.close()
        raise _no_ledger(path)
    if version > VERSION:
        connection.close()
        raise refuse("L104", f"the ledger has version {version}, this program knows {VERSION}", file=str(path))
    return connection


def _connection(path: Path) -> sqlite3.Connection:
    """Open for writing; where folder or file may only be read, open for reading."""
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    mode = "rw" if writable else "ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )
    if writable:
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def examine(connection: sqlite3.Connection, path: Path) -> tuple[tuple[Row, ...], list[Fault]]:
    """Return all rows and everything that is wrong with them, with the file or with what stands beside it."""
    name, rows = str(path), []
    faults = [
        fault("L206", f"the trigger {trigger} was taken away or changed", file=name, hint="see what else was changed")
        for trigger in _lost_triggers(connection)
    ]
    try:
        for found in connection.execute("SELECT number, kind, content, previous, hash FROM entries ORDER BY number"):
            rows.append(Row(*found))
        stored = connection.execute("SELECT count, hash FROM head").fetchone()
    except sqlite3.DatabaseError as error:
        hint = "restore a copy; what can still be read: sqlite3 FILE .recover"
        message = f"the file is damaged: row {len(rows) + 1} cannot be read"
        return tuple(rows), [*faults, fault("L103", message, file=name, found=str(error), hint=hint)]
    head = Head(*stored) if stored else Head()
    faults += find_breaks(rows, head, name)
    return tuple(rows), faults or _beside(path, rows)


def _lost_triggers(connection: sqlite3.Connection) -> list[str]:
    there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall())
    return [name for name, text in TRIGGERS.items() if there.get(name) != text]


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


def _beside(path: Path, rows: list[Row]) -> list[Fault]:
    kept = read_head_file(path)
    if kept is None or passes_through(rows, kept):
        return []
    last = head_of(rows)
    if last.count < kept.count:
        message = f"the end is missing: {head_file(path).name} knows {kept.count} rows, the ledger has {last.count}"
        return [fault("L205", message, file=str(path), hint="was an older copy put back? the newer one has the rest")]
    message = f"row {kept.count} is not the one that {head_file(path).name} knows: the ledger was written anew"
    return [fault("L207", message, file=str(path), hint="compare with an export: ledger verify --against FILE")]


def _write_head(path: Path, head: Head) -> None:
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


def _create(path: Path) -> None:
    """Make an empty ledger beside its place and link it there: two programs at once make one."""
    if not path.parent.is_dir():
        raise refuse("L101", "there is no such folder", file=str(path.parent), hint="make it first")
    with _in_words(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
        os.close(handle)
        new = Path(name)
        try:
            _fill(new)
            os.chmod(new, 0o644)
            _place(new, path)
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                Path(name + suffix).unlink(missing_ok=True)


def _place(new: Path, path: Path) -> None:
    """Give a finished file its name unless another program was first; some file systems know no links."""
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError:
        if not path.exists():
            os.rename(new, path)


def _fill(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.executescript(TABLES)
        connection.execute("INSERT INTO head VALUES (1, 0, ?)", (Head().hash,))
        for text in TRIGGERS.values():
            connection.execute(text)
    finally:
        connection.close()


def _no_ledger(path: Path) -> InputError:
    hint = "give another place with --file; a file that is there is never overwritten"
    return refuse("L102", "this file is not a ledger", file=str(path), hint=hint)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into a fault; whatever was begun has been taken back."""
    try:
        yield
    except sqlite3.Error as error:
        raise _said(path, str(error)) from error


def _said(path: Path, text: str) -> InputError:
    name = str(path)
    if "not a database" in text or "unsupported file format" in text:
        return _no_ledger(path)
    if "locked" in text or "busy" in text:
        return refuse("L106", "another program holds the ledger; nothing was added", file=name, hint="try again")
    if "full" in text or "I/O" in text or "too big" in text:
        return refuse("L105", "the disk is full; nothing was added, what was there stands", file=name, found=text)
    if "readonly" in text or "unable to open" in text:
        return refuse("L105", "the ledger may only be read; nothing was added", file=name, found=text)
    hint = "restore a copy; what can still be read: sqlite3 FILE .recover"
    return refuse("L103", "the file is damaged", file=name, found=text, hint=hint)
