"""Small results on disk: whole or not at all, and never a reason to stop."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from ceasefire.errors import UsageError
from ceasefire.forecast import store
from ceasefire.forecast.outputs import Outputs


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CEASEFIRE_CACHE", str(folder))
    monkeypatch.setattr(store, "_trouble", [])
    monkeypatch.setattr(store, "_unwritten", {})
    return folder


def test_what_was_kept_is_found_again_and_nothing_else() -> None:
    store.keep("numbers", "k", {"x": 1.5, "y": [None, float("inf")]})
    assert store.load("numbers", "k") == {"x": 1.5, "y": [None, float("inf")]}
    assert store.load("numbers", "other") is None
    assert store.load("headlines", "k") is None


def test_rubbish_in_the_cache_is_as_good_as_nothing(cache: Path) -> None:
    store.keep("numbers", "k", {"x": 1})
    (cache / "numbers" / "k.json").write_bytes(b"\xff\x00{")
    assert store.load("numbers", "k") is None


def test_keys_tell_parts_apart_but_not_their_order() -> None:
    assert store.key_of(a=1, b={"x": 1, "y": 2}) == store.key_of(b={"y": 2, "x": 1}, a=1)
    assert store.key_of(a=1) != store.key_of(a=2)
    assert store.key_of(a=frozenset("xy")) == store.key_of(a=frozenset("yx"))


def test_numbers_outlive_a_change_of_what_is_built_from_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "ceasefire"
    for stage in (*store.NUMBERS, *store.AROUND):
        (root / stage).parent.mkdir(parents=True, exist_ok=True)
        if not stage.endswith(".py"):
            (root / stage).mkdir()
        path = root / stage if stage.endswith(".py") else root / stage / "module.py"
        path.write_text("x = 1")
    monkeypatch.setattr(store, "__file__", str(root / "forecast" / "store.py"))

    def hashes() -> tuple[str, str]:
        store.program_hash.cache_clear()
        return store.program_hash(), store.program_hash(store.AROUND)

    try:
        numbers, around = hashes()
        (root / "audit" / "module.py").write_text("x = 2")
        assert hashes()[0] == numbers
        assert hashes()[1] != around
        around = hashes()[1]
        (root / "run.py").write_text("x = 2")
        assert hashes()[1] != around
        (root / "solve" / "module.py").write_text("x = 2")
        assert hashes()[0] != numbers
    finally:
        store.program_hash.cache_clear()


def test_a_full_disk_stops_nothing_loses_nothing_and_is_said(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store.os, "fsync", full)
    store.keep("numbers", "k", {"x": 1})
    store.keep("numbers", "k2", {"x": 1})
    assert not [path for path in cache.rglob("*") if path.is_file()]
    assert store.load("numbers", "k") == {"x": 1}, "this run need not compute it again"
    assert store.load("numbers", "k3") is None
    assert len(store.trouble()) == 1
    assert "No space left on device" in store.trouble()[0]
    assert caplog.messages == list(store.trouble()), "once"


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.json"
    store.write_text(target, "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        store.write_text(target, "new")
    assert caught.value.filename == str(target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.glob("*report*")] == ["report.json"]
    assert not list(tmp_path.glob(".report*"))


def test_an_interrupt_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.json"
    store.write_text(target, "old")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store.os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        store.write_text(target, "new")
    assert target.read_text() == "old"
    assert not list(tmp_path.glob(".report*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_the_device_that_is_always_full() -> None:
    with pytest.raises(OSError, match="No space left"):
        store.write_text(Path("/dev/full"), "x")


def test_results_are_never_written_over_a_foreign_file(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "out")
    outputs.write("forecast.json", "1")
    outputs.write("forecast.json", "2")
    (tmp_path / "out" / "report.html").write_text("mine")
    with pytest.raises(UsageError, match="not written by ceasefire"):
        outputs.write("report.html", "x")
    (tmp_path / "out" / "forecast.json").write_text("edited by hand")
    with pytest.raises(UsageError, match="changed since"):
        outputs.check("forecast.json")
    assert (tmp_path / "out" / "report.html").read_text() == "mine"
    assert set(json.loads((tmp_path / "out" / ".ceasefire.json").read_text())) == {"forecast.json"}


def test_a_stop_between_list_and_file_locks_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = Outputs(tmp_path / "out")
    outputs.write("forecast.json", "first")
    original = store.write_bytes
    for stop_at in (".ceasefire.json", "forecast.json"):

        def stopped(target: Path, content: bytes, stop_at: str = stop_at) -> None:
            if target.name == stop_at:
                raise KeyboardInterrupt
            original(target, content)

        monkeypatch.setattr("ceasefire.forecast.outputs.write_bytes", stopped)
        with pytest.raises(KeyboardInterrupt):
            outputs.write("forecast.json", "second")
        assert (tmp_path / "out" / "forecast.json").read_text() == "first"
        outputs.check("forecast.json")
    monkeypatch.setattr("ceasefire.forecast.outputs.write_bytes", original)
    outputs.write("forecast.json", "third")
    outputs.check("forecast.json")
    assert (tmp_path / "out" / "forecast.json").read_text() == "third"


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="not a folder"):
        Outputs(tmp_path / "out")
