"""The file of a ledger: SQLite, append-only. Rows are added in one transaction and never changed afterwards.

Triggers abort every UPDATE and DELETE, tables are STRICT, rows form a hash chain (``ledger.chain``), and every opening
checks the whole chain. Triggers only stop accidents: whoever opens the file with another program can drop them. That is
what the chain is for. Each write updates the head inside the file in the same transaction, and then ``FILE.head`` beside
it; a stop between the two leaves a head that lags behind, which is harmless, as the chain passes through it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ceasefire.errors import Fault, InputError
from ceasefire.ledger.chain import Head, Row, find_breaks, head_of, next_row
from ceasefire.ledger.faults import fault
from ceasefire.ledger.file import TRIGGERS, connect, in_words, make
from ceasefire.ledger.heads import held_against_head, read_head_file, write_head
from ceasefire.ledger.record import Item, kind_of, to_plain


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
        with in_words(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self.read()
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        write_head(self.path, self.head)

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
        make(path)
    connection = connect(path)
    try:
        store = Store(path, connection)
        with in_words(path):
            store.read()
        yield store
    finally:
        connection.close()


def examine(connection: sqlite3.Connection, path: Path) -> tuple[tuple[Row, ...], list[Fault]]:
    """Return all rows and everything that is wrong with them, with the file or with what stands beside it.

    The head beside the file is read first, and the file at one moment: what another program adds meanwhile is no fault.
    """
    beside = read_head_file(path)
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")
    try:
        rows, faults = _examine(connection, str(path))
    finally:
        if alone:
            connection.execute("ROLLBACK")
    return rows, faults or held_against_head(path, rows, beside)


def _examine(connection: sqlite3.Connection, name: str) -> tuple[tuple[Row, ...], list[Fault]]:
    rows: list[Row] = []
    try:
        faults = [
            fault(
                "L206", f"the trigger {trigger} was taken away or changed", file=name, hint="see what else was changed"
            )
            for trigger in _lost_triggers(connection)
        ]
        for found in connection.execute("SELECT number, kind, content, previous, hash FROM entries ORDER BY number"):
            rows.append(Row(*found))
        stored = connection.execute("SELECT count, hash FROM head").fetchone()
    except sqlite3.DatabaseError as error:
        hint = "restore a copy; what can still be read: sqlite3 FILE .recover"
        message = f"the file is damaged: row {len(rows) + 1} cannot be read"
        return tuple(rows), [fault("L103", message, file=name, found=str(error), hint=hint)]
    faults += find_breaks(rows, Head(*stored) if stored else Head(), name)
    return tuple(rows), faults


def _lost_triggers(connection: sqlite3.Connection) -> list[str]:
    there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall())
    return [name for name, text in TRIGGERS.items() if there.get(name) != text]
