"""A ledger as a SQLite file: its tables and triggers, how it is made and opened, what is said when the system refuses."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ceasefire.errors import InputError
from ceasefire.ledger.chain import Head
from ceasefire.ledger.faults import refuse

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


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that is a ledger.

    Raises
    ------
    InputError
    """
    if not path.exists():
        raise refuse("L101", "there is no ledger here", file=str(path), hint="ceasefire ledger add CASE begins one")
    if not path.is_file():
        raise _no_ledger(path)
    with in_words(path):
        connection = open_file(path)
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


def open_file(path: Path) -> sqlite3.Connection:
    """Open for writing; where folder or file may only be read, open for reading."""
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    waits = path.with_name(path.name + "-wal").exists()  # rows that a stopped program left for the next one to take in
    mode = "rw" if writable else "ro" if waits else "ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )
    if writable:
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def make(path: Path) -> None:
    """Make an empty ledger beside its place and link it there: two programs at once make one."""
    if not path.parent.is_dir():
        raise refuse("L101", "there is no such folder", file=str(path.parent), hint="make it first")
    with in_words(path):
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
def in_words(path: Path) -> Iterator[None]:
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
