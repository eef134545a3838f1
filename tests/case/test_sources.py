"""Tables and excerpts: they exist, and they contain the number they are cited for."""

from __future__ import annotations

import pytest

from ceasefire.case.evidence import SourceRef
from ceasefire.case.nodes import Faults
from ceasefire.case.priors import make_prior
from ceasefire.case.sources import Tables, check_reference, cited_numbers, read_sources, split_row
from ceasefire.errors import Place
from tests.case.papers_case import write_papers


@pytest.fixture
def folder(tmp_path):
    return write_papers(tmp_path / "case")


def codes_of(folder, reference, numbers=()):
    faults = Faults()
    check_reference(
        reference, numbers, Tables(folder, faults), read_sources(folder, faults), faults, Place("case.yaml", 3)
    )
    return [fault.code for fault in faults]


def test_sources_are_read(folder):
    sources = read_sources(folder, Faults())
    assert sources["essay"].words == 200
    assert sources["agency"].address == "https://example.org"
    assert sources["essay"].title.say("en") == "An essay"


def test_a_folder_without_sources_has_none(tmp_path):
    assert read_sources(tmp_path, Faults()) == {}


@pytest.mark.parametrize(
    ("reference", "numbers", "codes"),
    [
        (SourceRef("quantities.csv#1"), (431,), []),
        (SourceRef("quantities.csv#1"), (326, 9), []),
        (SourceRef("quantities.csv#3"), (1080,), []),
        (SourceRef("quantities.csv#4"), (0.19,), []),
        (SourceRef("quantities.csv#1"), (), []),
        (SourceRef("quantities.csv#1"), (430,), ["S104"]),
        (SourceRef("quantities.csv#0"), (431,), ["S103"]),
        (SourceRef("quantities.csv#5"), (431,), ["S103"]),
        (SourceRef("quantity.csv#1"), (431,), ["S103"]),
        (SourceRef("quantities.csv"), (431,), ["S102"]),
        (SourceRef("../quantities.csv#1"), (431,), ["S102"]),
        (SourceRef("/etc/passwd#1"), (431,), ["S102"]),
        (SourceRef("", "agency", "reserves fell to 40 billion"), (40e9,), []),
        (SourceRef("", "agency", "reserves fell"), (40,), ["S104"]),
        (SourceRef("", "agency"), (40,), ["S107"]),
        (SourceRef("", "agency"), (), []),
        (SourceRef("", "agence", "it was 40"), (40,), ["S101"]),
        (SourceRef("", "agency", "40 " + "word " * 25), (40,), ["S105"]),
        (SourceRef("", "agency", "40 " + "word " * 24), (40,), []),
    ],
)
def test_references(folder, reference, numbers, codes):
    assert codes_of(folder, reference, numbers) == codes


def test_the_fault_shows_the_numbers_that_are_there(folder):
    faults = Faults()
    check_reference(SourceRef("quantities.csv#1"), (430,), Tables(folder, faults), {}, faults, Place())
    assert "431" in faults.items[0].found
    assert faults.items[0].expected == "430"


@pytest.mark.parametrize(
    "content",
    ["a,a\n1,2\n", "a,\n1,2\n", "a,b\n1\n", "a,b\n1,2,3\n", 'a,b\n1,"2\n', 'a,b\n1,"2"x\n'],
)
def test_tables_that_are_none(folder, content):
    (folder / "bad.csv").write_text(content, encoding="utf-8")
    assert "S106" in codes_of(folder, SourceRef("bad.csv#1"), (1,))


def test_binary_rubbish_is_no_table(folder):
    (folder / "bad.csv").write_bytes(bytes(range(256)))
    assert codes_of(folder, SourceRef("bad.csv#1"), (1,)) == ["C002"]


def test_empty_lines_do_not_count_as_rows(folder):
    (folder / "gaps.csv").write_text('a,b\n\n1,"x\ny"\n\n2,z\n', encoding="utf-8")
    row = Tables(folder, Faults()).row("gaps.csv", 2)
    assert row is not None
    assert row.cells == {"a": "2", "b": "z"}
    assert row.place.line == 6


def test_rows_are_split_from_files():
    assert split_row("tables/a.csv#12") == ("tables/a.csv", 12)
    assert split_row("a.csv#x") is None


@pytest.mark.parametrize(
    ("family", "arguments", "numbers"),
    [
        ("lognormal", {"median": 0.4, "p90": 0.9}, (0.4,)),
        ("beta", {"a": 1, "b": 7}, (1, 7)),
        ("uniform", {"low": 2, "high": 3}, (2, 3)),
        ("quantiles", {"p10": 1, "p50": 2, "p90": 3}, (2,)),
        ("discrete", {"values": [1, 2], "weights": [0.3, 0.7]}, (1, 2)),
    ],
)
def test_the_centre_of_a_prior_is_cited(family, arguments, numbers):
    assert cited_numbers(make_prior(family, arguments)) == numbers
