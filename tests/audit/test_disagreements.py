"""Sources that give different numbers for one fact."""

from __future__ import annotations

from ceasefire.audit.disagreements import find_disagreements
from ceasefire.case import read_case
from tests.case.papers_case import write_papers


def test_two_rows_for_one_quantity_and_period(tmp_path):
    (one,) = find_disagreements(read_case(write_papers(tmp_path)))
    assert one.about == "territory, 2025-01"
    assert [(s.source, s.says, s.where) for s in one.statements] == [
        ("AFP", "low 326, 431 sq km", "quantities.csv#1"),
        ("Ministry", "326 sq km", "quantities.csv#2"),
    ]


def test_the_same_number_is_no_disagreement(tmp_path):
    same = {"quantities.csv": {"326,431,,sq km,AFP": ",326.0,,sq km,AFP"}}
    assert find_disagreements(read_case(write_papers(tmp_path, same))) == ()


def test_another_unit_is_another_quantity(tmp_path):
    other = {"quantities.csv": {",326,,sq km,Ministry": ",326,,sq mi,Ministry"}}
    assert find_disagreements(read_case(write_papers(tmp_path, other))) == ()
