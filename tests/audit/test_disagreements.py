"""Sources, and arguments, that give different numbers for one fact."""

from __future__ import annotations

from ceasefire.audit import find_disagreements
from ceasefire.case import read_case
from tests.case.papers_case import FILES, write_papers


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


def test_two_arguments_part_at_a_fact(tmp_path):
    folder = write_papers(tmp_path, {"quantities.csv": {",326,,sq km,Ministry": ",326,,sq mi,Ministry"}})
    other = FILES["arguments/essay.yaml"].replace("is: 4", "is: 6").replace("A. Writer", "B. Reader")
    for i in range(1, 6):
        other = other.replace(f"  C{i}:", f"  D{i}:")
    other = other.replace("cut: {without: contact.call}", "cut: {without: contact.honour}")
    (folder / "arguments" / "other.yaml").write_text(other, encoding="utf-8")
    (one,) = find_disagreements(read_case(folder))
    assert [(s.source, s.says, s.where) for s in one.statements] == [
        ("A. Writer", "4", "essay, C1"),
        ("B. Reader", "6", "other, D1"),
    ]
