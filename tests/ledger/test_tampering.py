"""A ledger that was changed behind the program's back is found out, and the first broken row is named."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceasefire.errors import Fault, InputError
from ceasefire.ledger.chain import Head, canonical, hash_of
from ceasefire.ledger.file import TRIGGERS
from ceasefire.ledger.heads import head_file
from ceasefire.ledger.store import open_ledger
from tests.ledger.builder import write

ROWS = 8


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return write(tmp_path / "ledger.db", ROWS // 2)


def tamper(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change a ledger as whoever knows SQLite would: triggers away, changes, triggers back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    for text, values in statements:
        connection.execute(text, values)
    for text in TRIGGERS.values():
        connection.execute(text)
    connection.close()


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(InputError) as caught, open_ledger(path):
        pass
    return list(caught.value.faults)


def content(path: Path, number: int) -> str:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT content FROM entries WHERE number = ?", (number,)).fetchone()
    connection.close()
    return str(found)


def test_an_untouched_ledger_opens(ledger: Path) -> None:
    with open_ledger(ledger) as store:
        assert store.head.count == ROWS


@pytest.mark.parametrize("statement", ["UPDATE entries SET content = '{}' WHERE number = 2", "DELETE FROM entries"])
def test_the_file_itself_refuses_changes(ledger: Path, statement: str) -> None:
    connection = sqlite3.connect(ledger)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_row_cannot_be_slipped_in(ledger: Path) -> None:
    connection = sqlite3.connect(ledger)
    with pytest.raises(sqlite3.IntegrityError, match="follow"):
        connection.execute("INSERT INTO entries VALUES (20, 'entry', '{}', 'x', 'y')")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE head SET count = 1")
    connection.close()


@pytest.mark.parametrize("number", [1, 4, ROWS])
def test_one_changed_byte_is_found(ledger: Path, number: int) -> None:
    text = content(ledger, number)
    changed = text.replace("1", "2", 1) if "1" in text else text.replace("2", "3", 1)
    assert len(changed) == len(text)
    assert changed != text
    tamper(ledger, ("UPDATE entries SET content = ? WHERE number = ?", (changed, number)))
    (fault,) = faults_of(ledger)
    assert fault.code == "L202"
    assert fault.message == f"row {number}: its content was changed"
    assert changed.startswith(fault.found.split(": ", 1)[1])


def test_white_space_counts(ledger: Path) -> None:
    tamper(ledger, ("UPDATE entries SET content = content || ' ' WHERE number = 3", ()))
    assert [fault.message for fault in faults_of(ledger)] == ["row 3: its content was changed"]


def test_a_changed_hash_is_told_from_a_changed_content(ledger: Path) -> None:
    tamper(ledger, ("UPDATE entries SET hash = ? WHERE number = 3", ("f" * 64,)))
    assert faults_of(ledger)[0].message == "row 3: its hash was changed; its content is the one that was registered"


def test_a_changed_kind_is_told(ledger: Path) -> None:
    tamper(ledger, ("UPDATE entries SET kind = 'resolution' WHERE number = 3", ()))
    assert faults_of(ledger)[0].message == "row 3: its kind was changed; its content was not"


def test_a_changed_link_is_told(ledger: Path) -> None:
    tamper(ledger, ("UPDATE entries SET previous = ? WHERE number = 3", ("f" * 64,)))
    assert "the hash of the row before it" in faults_of(ledger)[0].message


def test_a_row_with_a_new_hash_of_its_own_is_found(ledger: Path) -> None:
    """Whoever changes a row and its hash has to change every row after it."""
    connection = sqlite3.connect(ledger)
    kind, previous = connection.execute("SELECT kind, previous FROM entries WHERE number = 4").fetchone()
    connection.close()
    forged = canonical({**json.loads(content(ledger, 4)), "p": 0.99})
    values = (forged, hash_of(4, kind, forged, previous))
    tamper(ledger, ("UPDATE entries SET content = ?, hash = ? WHERE number = 4", values))
    (fault,) = faults_of(ledger)
    assert fault.code == "L204"
    assert "row 4 was written anew" in fault.message


def test_a_forged_last_row_is_found(ledger: Path) -> None:
    connection = sqlite3.connect(ledger)
    kind, previous = connection.execute("SELECT kind, previous FROM entries WHERE number = ?", (ROWS,)).fetchone()
    connection.close()
    forged = canonical({**json.loads(content(ledger, ROWS)), "p": 0.99})
    values = (forged, hash_of(ROWS, kind, forged, previous), ROWS)
    tamper(ledger, ("UPDATE entries SET content = ?, hash = ? WHERE number = ?", values))
    assert "the last, was written anew" in faults_of(ledger)[0].message


def test_a_deleted_row_is_found(ledger: Path) -> None:
    tamper(ledger, ("DELETE FROM entries WHERE number = 3", ()))
    (fault,) = faults_of(ledger)
    assert (fault.code, fault.message) == ("L201", "row 3 is missing")


def test_several_deleted_rows_are_found(ledger: Path) -> None:
    tamper(ledger, ("DELETE FROM entries WHERE number IN (2, 3, 6)", ()))
    assert [fault.message for fault in faults_of(ledger)] == ["rows 2 to 3 are missing", "row 6 is missing"]


def test_closing_the_gap_does_not_help(ledger: Path) -> None:
    close = ("UPDATE entries SET number = number - 1 WHERE number > 3", ())
    tamper(ledger, ("DELETE FROM entries WHERE number = 3", ()), close)
    assert faults_of(ledger)[0].message.startswith("row 3")


def test_contents_that_changed_places_are_found(ledger: Path) -> None:
    two, four = content(ledger, 2), content(ledger, 4)
    swap = "UPDATE entries SET content = ? WHERE number = ?"
    tamper(ledger, (swap, (four, 2)), (swap, (two, 4)))
    assert [(f.code, f.message) for f in faults_of(ledger)] == [
        ("L203", "row 2 holds what was written as row 4"),
        ("L203", "row 4 holds what was written as row 2"),
    ]


def test_rows_that_changed_places_are_found(ledger: Path) -> None:
    move = "UPDATE entries SET number = ? WHERE number = ?"
    tamper(ledger, (move, (99, 2)), (move, (2, 4)), (move, (4, 99)))
    assert [fault.message for fault in faults_of(ledger)][:2] == [
        "row 2 holds what was written as row 4",
        "row 4 holds what was written as row 2",
    ]


def test_a_deleted_end_is_found(ledger: Path) -> None:
    tamper(ledger, ("DELETE FROM entries WHERE number > 6", ()))
    (fault,) = faults_of(ledger)
    assert (fault.code, fault.message) == ("L205", "the end is missing: rows 7 to 8 of 8")


def forget_the_end(ledger: Path, keep: int) -> None:
    connection = sqlite3.connect(ledger)
    (last,) = connection.execute("SELECT hash FROM entries WHERE number = ?", (keep,)).fetchone()
    connection.close()
    head = ("UPDATE head SET count = ?, hash = ?", (keep, last))
    tamper(ledger, ("DELETE FROM entries WHERE number > ?", (keep,)), head)


def test_an_end_deleted_with_the_head_in_the_file_is_found_beside_it(ledger: Path) -> None:
    forget_the_end(ledger, 6)
    (fault,) = faults_of(ledger)
    assert fault.code == "L205"
    assert "ledger.db.head knows 8 rows, the ledger has 6" in fault.message


def test_a_ledger_written_anew_is_found_by_the_head_beside_it(ledger: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.db", ROWS)
    ledger.write_bytes(other.read_bytes())
    (fault,) = faults_of(ledger)
    assert fault.code == "L207"


def test_a_head_that_lags_behind_does_no_harm(ledger: Path) -> None:
    """A stop between the write to the file and the write beside it leaves an old head."""
    with open_ledger(ledger) as store:
        early = Head(store.rows[3].number, store.rows[3].hash)
    head_file(ledger).write_text(json.dumps({"count": early.count, "hash": early.hash}))
    with open_ledger(ledger) as store:
        assert store.head.count == ROWS


def test_lost_protection_is_named(ledger: Path) -> None:
    connection = sqlite3.connect(ledger)
    connection.execute("DROP TRIGGER entries_delete")
    connection.close()
    (fault,) = faults_of(ledger)
    assert fault.code == "L206"
    assert "entries_delete" in fault.message


@pytest.mark.parametrize("keep", [0, 100, 4096, 10_000, -5000])
def test_a_file_cut_short_is_found(tmp_path: Path, keep: int) -> None:
    path = write(tmp_path / "long.db", 60)
    whole = path.read_bytes()
    path.write_bytes(whole[:keep])
    codes = {fault.code for fault in faults_of(path)}
    assert codes <= {"L102", "L103", "L201", "L205"}
    assert path.read_bytes() == whole[:keep]


@pytest.mark.parametrize(
    "make", [lambda p: p.write_text("mine"), lambda p: sqlite3.connect(p).execute("CREATE TABLE t (x)")]
)
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "notes.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        write(path)
    assert [fault.code for fault in caught.value.faults] == ["L102"]
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("whole") / "ledger.db", ROWS // 2).read_bytes()


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_any_byte_is_found(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(whole)
    number = data.draw(st.integers(1, ROWS))
    column = data.draw(st.sampled_from(["content", "hash", "previous", "kind"]))
    connection = sqlite3.connect(path)
    (text,) = connection.execute(f"SELECT {column} FROM entries WHERE number = ?", (number,)).fetchone()
    connection.close()
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii", exclude_characters=text[place] + "\x00"))
    changed = text[:place] + letter + text[place + 1 :]
    tamper(path, (f"UPDATE entries SET {column} = ? WHERE number = ?", (changed, number)))
    first = faults_of(path)[0]
    assert first.code in ("L202", "L204")
    assert f"row {number}" in first.message
