"""The record: YAML and CSV, series, and the rules on items."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.case import find_faults
from ceasefire.case.evidence import SourceRef
from ceasefire.case.nodes import Faults
from ceasefire.case.read_record import read_record
from ceasefire.case.reference import fault_codes
from tests.case.papers_case import write_papers
from tests.case.small_case import RECORD, write_small_case


def codes(folder) -> list[str]:
    return [fault.code for fault in find_faults(folder) if fault.code.startswith(("R", "C01"))]


def test_items_of_both_forms_in_order_of_date(tmp_path):
    faults = Faults()
    record = read_record(write_papers(tmp_path), faults)
    assert list(faults) == []
    assert [item.name for item in record.items] == ["annexation", "call_1", "call_2", "call_3", "visit", "summit"]
    annexation, call_1, call_2, call_3, visit, summit = record.items
    assert annexation.date == dt.date(2014, 3, 18)
    assert annexation.unsourced
    assert annexation.step is None
    assert annexation.title.say("de") == "eine Annexion"
    assert call_1.source == SourceRef(source="agency")
    assert (call_1.step, call_1.moves) == ("contact", ("call",))
    assert call_2.source == SourceRef(source="agency", excerpt="a second call")
    assert call_3.also == ("call",)
    assert visit.title.say("en") == "a visit, long"
    assert visit.moves == ("visit", "letter")
    assert visit.source == SourceRef(source="agency", excerpt="three hours")
    assert visit.place.file == "events.csv"
    assert visit.place.line == 3
    assert summit.moves == ("call", "honour")
    assert record.series == {"oil": (("2025-01", 66.0), ("2025-02", 61.5))}


def test_no_record_is_an_empty_one(tmp_path):
    assert read_record(tmp_path, Faults()).items == ()


def test_the_papers_have_no_fault(tmp_path):
    assert [fault for fault in find_faults(write_papers(tmp_path)) if fault.severity == "fault"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("record.yaml", "2025-02-12, step: contact, move: call", "2025-02-12, step: contact", "R101"),
        ("record.yaml", "moves: [call, honour]", "moves: [call, honour], state: a == b", "R101"),
        ("record.yaml", "step: contact, moves: [call, honour]", "stock: strain, value: 3", "R101"),
        ("record.yaml", "id: call_2", "id: call_1", "R102"),
        ("events.csv", "title_de,", "titel_de,", "R103"),
        ("oil.csv", "date,value", "date,price", "R104"),
        ("oil.csv", "61.5", "about 60", "R105"),
        ("oil.csv", "2025-02", "2025-13", "R105"),
        ("record.yaml", "oil: oil.csv", "oil: ../oil.csv", "R106"),
        ("record.yaml", "events: events.csv", "events: /etc/hostname", "R106"),
        ("record.yaml", "2025-08-15", "2025-08-16", "R202"),
        ("record.yaml", "2025-03-18", "2025-02-30", "C015"),
        ("events.csv", "2025-08-06", "2025-08-61", "C015"),
        ("record.yaml", "moves: [call, honour], source: agency", "moves: [call, honour]", "R205"),
    ],
)  # fmt: skip
def test_faults_of_the_record(tmp_path, file, old, new, code):
    assert code in codes(write_papers(tmp_path, {file: {old: new}}))


def small(tmp_path, old: str, new: str):
    folder = write_small_case(tmp_path / "small")
    assert old in RECORD
    (folder / "record.yaml").write_text(RECORD.replace(old, new), encoding="utf-8")
    return [fault for fault in find_faults(folder) if fault.code.startswith("R")]


def test_the_small_record_has_no_fault(tmp_path):
    assert small(tmp_path, "items", "items") == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("step: pressure, move: press", "step: presure, move: press", "R201"),
        ("move: press", "move: prest", "R201"),
        ("move: press,", "moves: [press, wait], also: [prest],", "R201"),
        ("state: phase == war", "state: phase == warr", "R201"),
        ("state: phase == war", "stock: strian, value: 3, error: 1", "R201"),
        ("state: phase == war", "stock: strain, value: 61, error: 1", "R206"),
        ("state: phase == war", "stock: strain, value: 6, error: 0", "R206"),
        ("2020-02-10", "2019-12-31", "R203"),
        ("2020-03-31", "2020-04-16", "R202"),
        ("move: press,", "move: wait, also: [press],", "R207"),
        ("items:", "miscoded: eps\nitems:", "R208"),
        (
            "state: phase == war, unsourced: true",
            "step: pressure, move: wait, assumed: x}\n"
            "  - {id: again, date: 2020-03-01, step: pressure, move: press, assumed: x",
            "R204",
        ),
    ],
)
def test_faults_against_the_mechanism(tmp_path, old, new, code):
    found = small(tmp_path, old, new)
    assert [fault.code for fault in found] == [code]
    assert found[0].place.line > 0


def test_typos_come_with_a_suggestion(tmp_path):
    (fault,) = small(tmp_path, "step: pressure", "step: presure")
    assert "pressure" in fault.hint


def test_an_event_of_equal_rank_may_stand_beside(tmp_path):
    assert small(tmp_path, "move: press,", "move: press, also: [press, wait],") == []


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"items", b"- 1", b"[[[[", b"format: x\nitems: 3\n"])
def test_rubbish_gives_faults(tmp_path, content):
    folder = write_papers(tmp_path)
    (folder / "record.yaml").write_bytes(content)
    assert find_faults(folder)


# random tables ----------------------------------------------------------------------------------------------------
WORDS = ["id", "date", "value", "step", "moves", "title_en", "a b", "2025-03-01", "x;y", '"', ","]
CELLS = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
TABLES = st.lists(st.lists(CELLS, max_size=5).map(",".join), max_size=6).map("\n".join)


@settings(deadline=None, max_examples=40)
@given(TABLES, TABLES)
def test_any_table_gives_a_record_or_faults(events, series):
    with tempfile.TemporaryDirectory() as name:
        folder = write_papers(Path(name))
        (folder / "events.csv").write_text(events, encoding="utf-8", errors="replace")
        (folder / "oil.csv").write_text(series, encoding="utf-8", errors="replace")
        faults = Faults()
        record = read_record(folder, faults)
        assert [item.name for item in record.items if item.name.startswith("call")] == ["call_1", "call_2", "call_3"]
        assert all(fault.code in fault_codes() for fault in faults)
