"""Where two arguments part: over a fact, a premise or an inference."""

from __future__ import annotations

import pytest

from ceasefire.audit.partings import find_partings
from ceasefire.case import read_case
from tests.audit.argued import argued, conclusion, premise, write_argument

ASKED = "P(end_of_war by 2020-12-31)"


def fact(says: str, until: str = "2020-03-31") -> str:
    return f"{{role: fact, quote: x, says: x, fact: {{count: pressure.press, until: {until}, is: {says}}}}}"


def partings(folder, mine: dict[str, str], theirs: dict[str, str], assumes: tuple[str, str] = ("", "")):
    case = argued(folder, mine, assumes[0])
    write_argument(case.folder, "two", theirs, assumes[1])
    return find_partings(read_case(case.folder))


def test_over_a_fact(tmp_path):
    (one,) = partings(tmp_path, {"C1": fact("1")}, {"D1": fact("2")})
    assert (one.kind, one.about) == ("fact", "count: pressure.press, until: 2020-03-31")
    assert one.sides == (
        {"argument": "one", "author": "One Writer", "claim": "C1", "says": "1"},
        {"argument": "two", "author": "Two Writer", "claim": "D1", "says": "2"},
    )


def test_the_same_fact_or_another_question_is_no_parting(tmp_path):
    assert partings(tmp_path / "same", {"C1": fact("1")}, {"D1": fact("1")}) == ()
    assert partings(tmp_path / "other", {"C1": fact("1")}, {"D1": fact("2", "2020-02-28")}) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "parts"),
    [("1", "'>= 1'", False), ("2", "'< 2'", True), ("'> 2'", "'< 4'", False), ("'> 3'", "'< 3'", True), ("1", "1", False)],
)  # fmt: skip
def test_facts_part_where_no_number_agrees_with_both(tmp_path, mine, theirs, parts):
    assert bool(partings(tmp_path, {"C1": fact(mine)}, {"D1": fact(theirs)})) == parts


def test_over_a_premise(tmp_path):
    """One assumes the rival and cuts it by switching it off, the other assumes nothing and faces it."""
    mine = {"C1": premise("set: {mild: 0}", "mild")}
    (one,) = partings(tmp_path, mine, {"D1": conclusion(f"{ASKED} > 0.5", "mild")}, ("mild: 1", ""))
    assert (one.kind, one.about) == ("premise", "mild")
    assert [(side["claim"], side["says"]) for side in one.sides] == [("C1", "1"), ("D1", "0")]


def test_a_parameter_assumed_at_its_median_is_no_parting(tmp_path):
    assert partings(tmp_path / "same", {}, {}, ("push: 1", "")) == ()
    (one,) = partings(tmp_path / "other", {}, {}, ("push: 1.5", ""))
    assert [(side["claim"], side["says"]) for side in one.sides] == [("", "1.5"), ("", "1")]


@pytest.mark.parametrize(
    ("mine", "theirs", "opposed"),
    [
        (f"{ASKED} > 0.5", f"{ASKED} < 0.5", True),
        (f"{ASKED} is likely", f"{ASKED} is unlikely", True),
        (f"{ASKED} > 0.2", f"{ASKED} < 0.8", False),
        (f"{ASKED} >= 0.5", f"{ASKED} <= 0.5", False),
        (f"{ASKED} > 0.5", f"{ASKED} > 0.8", False),
        (f"{ASKED} > 0.5", "P(end_of_war by 2021-12-31) < 0.5", False),
        (f"{ASKED} > P(truce_in_effect)", f"{ASKED} < P(truce_in_effect)", True),
        (f"{ASKED} > P(truce_in_effect)", f"{ASKED} < P(fighting_again)", False),
        ("median(end_of_war) > 2020-12-31", "median(end_of_war) < 2020-12-31", True),
        ("median(end_of_war) > 2020-12-31", "median(end_of_war) < 2020-06-30", True),
        ("median(end_of_war) > 2020-06-30", "median(end_of_war) < 2020-12-31", False),
    ],
)
def test_over_an_inference(tmp_path, mine, theirs, opposed):
    found = partings(tmp_path, {"C1": conclusion(mine)}, {"D1": conclusion(theirs)})
    assert bool(found) == opposed
    for one in found:
        assert (one.kind, one.about) == ("inference", mine.split(" is ")[0].split(" > ")[0])
        assert [side["says"] for side in one.sides] == [mine, theirs]


def test_three_arguments_part_two_by_two(tmp_path):
    case = argued(tmp_path, {"C1": fact("1")})
    write_argument(case.folder, "two", {"D1": fact("2")})
    write_argument(case.folder, "three", {"E1": fact("3")})
    assert len(find_partings(read_case(case.folder))) == 3
