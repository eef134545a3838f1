"""The query language: every form, every fault, and arbitrary text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.case.query import (
    AsOf,
    Belief,
    Comparison,
    Difference,
    Expectation,
    FreezeBelief,
    Median,
    MoveAt,
    PlanIs,
    Probability,
    Setting,
    Share,
    TypeIs,
    TypeSet,
    Values,
    Without,
    parse_comparison,
    parse_duration,
    parse_query,
)
from ceasefire.case.query_tokens import MAX_LENGTH
from ceasefire.errors import InputError, Place

WORDS = {"quick": "12 months", "unlikely": "< 0.2", "likely": "> 80%"}
DAY = dt.date(2025, 12, 31)


def same(text: str, expected):
    query = parse_query(text, WORDS)
    assert query.text == " ".join(text.split())
    assert query == expected, query


def P(outcome, text=None, **keys):
    return Probability(outcome, text=text or f"P({outcome})", **keys)


def test_probabilities():
    same("P(truce by 2025-12-31)", P("truce", "P(truce by 2025-12-31)", by=DAY))
    same("P(truce within quick)", P("truce", "P(truce within quick)", within_days=365.25))
    text = "P(again within 24 months of truce)"
    same(text, P("again", text, within_days=730.5, of="truce"))
    same("P(again within 2 weeks)", P("again", "P(again within 2 weeks)", within_days=14))
    same("P(truce)", P("truce"))


def test_moves():
    text = "P(moscow.accept_paper at 2025-12-31)"
    same(text, MoveAt("moscow", "accept_paper", DAY, text=text))
    text = "P(moscow.accept | plan = alone)"
    same(text, MoveAt("moscow", "accept", None, (PlanIs("alone"),), text))


def test_what_is_taken_away():
    text = "P(truce | without = contact.call, without = offer.table, freeze_belief = russia)"
    same(text, P("truce", text, conditions=(Without("contact.call"), Without("offer.table"), FreezeBelief("russia"))))
    with pytest.raises(InputError, match="Q110"):
        parse_query("P(truce | without = contact.call, without = contact.call)", WORDS)


def test_all_conditions():
    text = (
        "P(truce | plan = alone, russia.priority = aims_first and russia.endurance := 0.4, x = -3; as_of = 2025-12-31)"
    )
    conditions = (
        PlanIs("alone"),
        TypeIs("russia", "priority", "aims_first"),
        TypeSet("russia", "endurance", 0.4),
        Setting("x", -3.0),
        AsOf(DAY),
    )
    same(text, P("truce", text, conditions=conditions))


def test_other_forms():
    same("median(truce)", Median("truce", text="median(truce)"))
    same("E(strain at 2025-12-31)", Expectation("strain", DAY, text="E(strain at 2025-12-31)"))
    same("belief(russia.priority at as_of)", Belief("russia", "priority", text="belief(russia.priority at as_of)"))
    text = "belief(russia.priority = aims_first at 2025-12-31)"
    same(text, Belief("russia", "priority", "aims_first", DAY, text=text))
    same("share(drain)", Share("drain", "share(drain)"))
    same("values", Values(text="values"))
    same("values | plan = alone", Values((PlanIs("alone"),), "values | plan = alone"))


def test_differences_group_from_the_left():
    left = Difference(P("a"), P("b"), "P(a) - P(b)")
    same("P(a) - P(b) - P(c)", Difference(left, P("c"), "P(a) - P(b) - P(c)"))


def test_comparisons():
    same("P(a) is unlikely", Comparison(P("a"), "<", 0.2, "P(a) is unlikely"))
    same("P(a) is not unlikely", Comparison(P("a"), ">=", 0.2, "P(a) is not unlikely"))
    same("P(a) is likely", Comparison(P("a"), ">", 0.8, "P(a) is likely"))
    same("P(a) >= 10%", Comparison(P("a"), ">=", 0.1, "P(a) >= 10%"))
    same("0.3 < P(a)", Comparison(P("a"), ">", 0.3, "0.3 < P(a)"))
    same("P(a) < P(b)", Comparison(P("a"), "<", P("b"), "P(a) < P(b)"))
    text = "median(a) < 2025-12-31"
    same(text, Comparison(Median("a", text="median(a)"), "<", DAY, text))


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("", "Q101", 0),
        ("P(" * (MAX_LENGTH // 2 + 1), "Q101", 0),
        ("P(a) § 3", "Q102", 5),
        ("P(a", "Q103", 3),
        ("P(a))", "Q103", 4),
        ("truce", "Q103", 0),
        ("0.4", "Q103", 0),
        ("P(a) + P(b)", "Q103", 5),
        ("belief(russia)", "Q103", 7),
        ("P(a by 2025)", "Q103", 7),
        ("P(a | plan)", "Q103", 10),
        ("P(a) < 1e999", "Q103", 7),
        ("(" * 30 + "P(a)", "Q103", 20),
        ("P(a by 2025-02-30)", "Q104", 7),
        ("P(a within 3 moons)", "Q105", 11),
        ("P(a within 0 days)", "Q105", 11),
        ("P(a within soon)", "Q106", 11),
        ("P(a) is probable", "Q106", 8),
        ("P(a) is quick", "Q107", 8),
        ("P(a within unlikely)", "Q107", 11),
        ("P(a) = 3", "Q108", 5),
        ("1 < 2", "Q108", 2),
        ("median(a) < 3", "Q108", 10),
        ("P(a) < 2025-12-31", "Q108", 5),
        ("belief(a.b) > 0.5", "Q108", 12),
        ("values > 0.5", "Q108", 7),
        ("(P(a) < 0.2) - P(b)", "Q108", 0),
        ("P(a | plan = x, plan = y)", "Q110", 16),
    ],
)
def test_faults_name_the_column(text, code, offset):
    with pytest.raises(InputError) as caught:
        parse_query(text, WORDS, Place("case.yaml", 3, 5, f"    {text}"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.place.column) == (code, 5 + offset)


def test_suggestions():
    with pytest.raises(InputError) as caught:
        parse_query("P(a) is unlikly", WORDS)
    assert "unlikely" in caught.value.faults[0].hint


@pytest.mark.parametrize(
    ("text", "days"), [("30 days", 30), ("1 day", 1), ("2 weeks", 14), ("12 months", 365.25), ("1.5 years", 547.875)]
)
def test_durations(text, days):
    assert parse_duration(text) == pytest.approx(days, rel=1e-12)


@pytest.mark.parametrize("text", ["", "soon", "-3 days", "0 days", "3", "3 moons", "9" * 400 + " days"])
def test_durations_that_are_none(text):
    with pytest.raises(InputError, match="Q105"):
        parse_duration(text)


def test_comparisons_of_words():
    assert parse_comparison("< 0.2") == ("<", 0.2)
    assert parse_comparison(">=80%") == (">=", 0.8)
    with pytest.raises(InputError, match="Q107"):
        parse_comparison("about 0.2")


PIECES = st.sampled_from(
    [
        *[
            "P",
            "(",
            ")",
            "truce",
            "by",
            "within",
            "quick",
            "of",
            "|",
            "plan",
            "=",
            ":=",
            "2025-12-31",
            "2025-99-99",
            "-",
            "is",
            "median",
            "E",
            "at",
            "belief",
            "a.b",
            "share",
        ],
        *["values", "<", ">=", "0.4", "9e99", ",", "not", "as_of", "unlikely", "12", "months", "1e999", "%", "é", "'"],
        *("  ", "\n"),
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_gives_a_query_or_faults(text):
    try:
        query = parse_query(text, WORDS)
        codes = {"Q1"} if parse_query(query.text, WORDS) == query else set()
    except InputError as error:
        codes = {fault.code[:2] for fault in error.faults}
    assert codes == {"Q1"}
