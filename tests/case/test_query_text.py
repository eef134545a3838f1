"""Queries back to text: what is printed is what is asked."""

from __future__ import annotations

import datetime as dt

import pytest

from ceasefire.case import query as q
from ceasefire.case.query import parse_query
from ceasefire.case.query_text import query_text, under

WORDS = {"quick": "12 months", "unlikely": "< 0.45"}
QUERIES = [
    "P(truce by 2025-12-31)",
    "P(truce within quick) is unlikely",
    "P(again within 24 months of truce | plan = alone, russia.priority = aims_first, x = -0.000004) > 0.5",
    "P(again by 2026-01-01)",
    "P(moscow.accept at 2025-08-31 | without = contact.call, freeze_belief = russia)",
    "median(truce | as_of = 2025-06-01) < 2026-01-01",
    "E(front at 2026-08-15) - E(front at 2025-08-15 | russia.endurance := 17.3) > 0.1",
    "P(a) - P(b) - P(c) <= P(d) - (P(e) - P(f))",
    "P(a) > P(b)",
    "belief(russia.priority = aims_first at 2025-08-15) >= 0.5",
    "belief(russia.priority)",
    "share(drain)",
    "values | drain = 0.9",
]


def bare(query: object) -> str:
    """Return a query without its texts."""
    import re

    return re.sub(r"text='[^']*'", "", repr(query))


@pytest.mark.parametrize("text", QUERIES)
def test_text_and_query_are_the_same(text: str) -> None:
    query = parse_query(text, WORDS)
    assert bare(parse_query(query_text(query))) == bare(query)


@pytest.mark.parametrize("value", [1.2345678901234567e-5, 3e-17, -0.1, 1e16, 2.0, 1 / 3])
def test_a_number_is_read_back_as_it_was(value: float) -> None:
    asked = under(parse_query("P(truce)"), (q.Setting("x", value),))
    assert parse_query(asked.text).conditions == (q.Setting("x", value),)


def test_further_conditions_come_after_its_own() -> None:
    query = parse_query("P(truce | plan = alone, x = 1) - P(truce) < P(end | x = 3)", WORDS)
    more = (q.Setting("x", 2.0), q.Without("contact.call"))
    assert query_text(under(query, more)) == (
        "P(truce | plan = alone, x = 1, without = contact.call) - P(truce | x = 2, without = contact.call)"
        " < P(end | x = 3, without = contact.call)"
    )
    assert under(query, more).text == query_text(under(query, more))


def test_a_date_on_the_right_stays() -> None:
    query = under(parse_query("median(truce) < 2026-01-01"), (q.PlanIs("alone"),))
    assert isinstance(query, q.Comparison)
    assert query.right == dt.date(2026, 1, 1)
    assert query.text == "median(truce | plan = alone) < 2026-01-01"
