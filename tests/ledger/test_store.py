"""The file: two programs at once, a disk that is full, a file that may only be read, heads and exports."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ceasefire.errors import InputError
from ceasefire.ledger import file as module
from ceasefire.ledger.book import Draft, book_of
from ceasefire.ledger.chain import next_row
from ceasefire.ledger.export import as_plain
from ceasefire.ledger.heads import head_file
from ceasefire.ledger.resolve import Answer, resolve
from ceasefire.ledger.store import open_ledger
from ceasefire.ledger.verify import verify
from tests.ledger.builder import NOW, entry, question, write
from tests.ledger.test_tampering import content, faults_of, forget_the_end, tamper

ADDS = """
import sys
from pathlib import Path
from ceasefire.ledger.book import Draft, book_of
from ceasefire.ledger.resolve import Answer, resolve
from ceasefire.ledger.store import open_ledger
from tests.ledger.builder import entry, question
for i in range(int(sys.argv[3])):
    with open_ledger(Path(sys.argv[1]), create=True) as store, store.writing():
        draft = Draft(book_of(store.rows))
        asked = draft.question(question(f"{sys.argv[2]}-{i}"))
        draft.entry(entry(0.5, question=asked.id))
        store.append(draft.items)
"""
READS = """
import sys, time
from pathlib import Path
from ceasefire.ledger.resolve import Answer, resolve
from ceasefire.ledger.store import open_ledger
end, seen = time.monotonic() + 60, 0
while seen < int(sys.argv[2]) and time.monotonic() < end:
    if Path(sys.argv[1]).exists():
        with open_ledger(Path(sys.argv[1])) as store:
            assert store.head.count >= seen
            seen = store.head.count
"""
ROOT = Path(__file__).resolve().parents[2]


def test_programs_that_add_and_read_at_once_do_not_break_the_chain(tmp_path: Path) -> None:
    path, n, programs = tmp_path / "ledger.db", 12, 3
    commands = [[sys.executable, "-c", ADDS, str(path), str(k), str(n)] for k in range(programs)]
    commands += [[sys.executable, "-c", READS, str(path), str(2 * n * programs)]] * 2
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for command in commands]
    for one in running:
        _, errors = one.communicate(timeout=300)
        assert one.returncode == 0, errors
    with open_ledger(path) as store:
        book = book_of(store.rows)
    assert len(book.questions) == len(book.entries) == n * programs
    assert {one.key for one in book.questions.values()} == {f"{k}-{i}" for k in range(programs) for i in range(n)}
    assert json.loads(head_file(path).read_text())["count"] <= 2 * n * programs
    assert {one.name for one in tmp_path.iterdir()} == {"ledger.db", "ledger.db.head"}


def add_much(path: Path) -> None:
    with open_ledger(path) as store, store.writing():
        draft = Draft(book_of(store.rows))
        for i in range(400):
            asked = draft.question(question(f"much-{i}"))
            draft.entry(entry(0.5, question=asked.id))
        store.append(draft.items)


def codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        add_much(path)
    return [fault.code for fault in caught.value.faults]


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "ledger.db")
    real = module.open_file

    def small(place: Path) -> sqlite3.Connection:
        connection = real(place)
        connection.execute("PRAGMA max_page_count = 12")
        return connection

    monkeypatch.setattr(module, "open_file", small)
    assert codes(path) == ["L105"]
    with open_ledger(path) as store:
        assert len(store.rows) == 8


def test_a_file_that_grows_beyond_its_limit_loses_nothing(tmp_path: Path) -> None:
    """The system itself refuses to let the file grow, as a full disk does."""
    path = write(tmp_path / "ledger.db")
    script = (
        "import resource, signal, sys; from pathlib import Path; from tests.ledger.test_store import add_much\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "from ceasefire.cli.app import run_safely; sys.exit(run_safely(lambda: add_much(Path(sys.argv[1]))))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "L105" in done.stderr
    assert "Traceback" not in done.stderr
    with open_ledger(path) as store:
        assert len(store.rows) == 8


def test_a_ledger_that_may_only_be_read_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "ledger.db")
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    with open_ledger(path) as store:
        assert len(store.rows) == 8
    assert codes(path) == ["L105"]


def add_and_stop(path: Path) -> None:
    with open_ledger(path) as store, store.writing():
        draft = Draft(book_of(store.rows))
        draft.question(question("never"))
        store.append(draft.items)
        raise KeyboardInterrupt


def test_a_stop_in_the_middle_leaves_what_was_there(tmp_path: Path) -> None:
    path = write(tmp_path / "ledger.db")
    with pytest.raises(KeyboardInterrupt):
        add_and_stop(path)
    with open_ledger(path) as store:
        assert len(store.rows) == 8


def test_a_held_ledger_is_said_to_be_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "ledger.db")
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert codes(path) == ["L106"]
    holder.close()


def test_no_ledger_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="L101"), open_ledger(tmp_path / "none.db"):
        pass
    with pytest.raises(InputError, match="L101"), open_ledger(tmp_path / "no" / "none.db", create=True):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    assert [fault.code for fault in faults_of(tmp_path / "folder.db")] == ["L102"]


def test_a_text_that_is_not_utf8_is_refused_and_nothing_is_added(tmp_path: Path) -> None:
    path = write(tmp_path / "ledger.db")
    with pytest.raises(InputError, match="L107"):
        resolve(path, "Q1", Answer("no", source="a\udc80paper"), now=NOW)
    with open_ledger(path) as store:
        assert len(store.rows) == 8


def test_a_row_that_is_whole_and_no_record_is_named(tmp_path: Path) -> None:
    """Somebody else's program could add a row with the right hash."""
    path = write(tmp_path / "ledger.db")
    with open_ledger(path) as store, store.writing():
        row = next_row(store.head, "entry", {"p": "much"})
        store._connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", tuple(vars(row).values()))
        store._connection.execute("UPDATE head SET count = ?, hash = ?", (row.number, row.hash))
    with open_ledger(path) as store, pytest.raises(InputError, match="row 9 is whole, but not a record"):
        book_of(store.rows)


def test_a_newer_ledger_is_not_touched(tmp_path: Path) -> None:
    path = write(tmp_path / "ledger.db")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    assert [fault.code for fault in faults_of(path)] == ["L104"]


def export(path: Path) -> Path:
    with open_ledger(path) as store:
        text = json.dumps(as_plain(store.rows))
    target = path.with_suffix(".json")
    target.write_text(text, encoding="utf-8")
    return target


def differences(path: Path, kept: Path) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        verify(path, export=kept)
    return [(fault.code, fault.message) for fault in caught.value.faults]


def test_an_untouched_ledger_holds_its_export_and_passed_through_its_head(tmp_path: Path) -> None:
    path = write(tmp_path / "ledger.db")
    kept = export(path)
    with open_ledger(path) as store:
        head = store.head
    with open_ledger(path) as store, store.writing():
        draft = Draft(book_of(store.rows))
        draft.question(question("later"))
        store.append(draft.items)
    found = verify(path, noted=head.hash[:16], export=kept)
    assert found.export == head
    assert (found.head.count, found.head_beside, found.head_elsewhere) == (9, True, True)


def test_an_export_tells_which_field_was_changed(tmp_path: Path) -> None:
    path = write(tmp_path / "ledger.db")
    kept = export(path)
    changed = content(path, 2).replace('"p":0.2', '"p":0.9')
    tamper(path, ("UPDATE entries SET content = ? WHERE number = 2", (changed,)))
    assert differences(path, kept) == [
        ("L202", "row 2: its content was changed"),
        ("L208", "row 2 differs from the export: p was 0.2, is 0.9"),
    ]


def test_a_ledger_written_anew_with_its_head_is_found_by_an_export_or_a_noted_head(tmp_path: Path) -> None:
    """The one forgery that the file itself cannot show."""
    path = write(tmp_path / "ledger.db")
    kept = export(path)
    with open_ledger(path) as store:
        noted = store.head.hash
    path.unlink()
    head_file(path).unlink()
    write(path, 5)
    assert verify(path).head.count == 10
    assert {code for code, _ in differences(path, kept)} == {"L208"}
    with pytest.raises(InputError, match="L207"):
        verify(path, noted=noted)


def test_an_end_cut_off_with_both_heads_is_found_by_an_export(tmp_path: Path) -> None:
    path = write(tmp_path / "ledger.db")
    kept = export(path)
    forget_the_end(path, 6)
    os.unlink(head_file(path))
    assert not verify(path).head_beside
    assert differences(path, kept) == [
        ("L208", "row 7 of the export is missing: Q4"),
        ("L208", "row 8 of the export is missing: F4"),
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "no", '{"format": "ceasefire-ledger-export/1", "head": {}, "entries": [{"p": 1}]}']
)
def test_what_is_no_export_is_said(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "ledger.db")
    (tmp_path / "export.json").write_text(text)
    assert [code for code, _ in differences(path, tmp_path / "export.json")] == ["L505"]
