"""Facts against the record: counts, dates, table values, parameters, orders, and items read by a person."""

from __future__ import annotations

import pytest

from ceasefire.audit.facts import ABSENT, CONFIRMED, CONTRADICTED, PARTLY, hold_against_record
from ceasefire.case import read_case
from tests.case.papers_case import write_papers
from tests.case.small_case import write_small_case

FACT = "{date: summit, is: 2025-08-15}"


def finding(folder, fact: str):
    case = read_case(write_papers(folder, {"arguments/essay.yaml": {FACT: fact}}))
    return hold_against_record(case.arguments[0].claims[1], case)


@pytest.mark.parametrize(
    ("fact", "verdict", "value"),
    [
        ("{count: contact.call, until: 2025-08-14, is: 4}", CONFIRMED, 4),
        ("{count: contact.call, until: 2025-08-14, is: 5}", CONTRADICTED, 4),
        ("{count: contact.call, is: 4}", PARTLY, 4),  # the summit may have been a call
        ("{count: contact.call, is: 5}", PARTLY, 4),
        ("{count: contact.call, is: 6}", CONTRADICTED, 4),
        ("{count: contact.call, is: '>= 4'}", CONFIRMED, 4),
        ("{count: contact.call, is: '> 4'}", PARTLY, 4),
        ("{count: contact.call, is: '< 3'}", CONTRADICTED, 4),
        ("{count: contact.call, since: 2025-03-01, until: 2025-08-14, is: 3}", CONFIRMED, 3),
        ("{count: contact.honour, is: 1}", PARTLY, 0),
        ("{count: contact, is: 5}", CONFIRMED, 5),
        ("{count: envoy.visit, is: 0}", PARTLY, 0),
        ("{count: envoy.visit, until: 2025-03-01, is: 1}", ABSENT, None),
    ],
)
def test_counts(tmp_path, fact, verdict, value):
    found = finding(tmp_path, fact)
    assert (found.verdict, found.value) == (verdict, value)


def test_a_count_names_its_events(tmp_path):
    found = finding(tmp_path, "{count: contact.call, until: 2025-04-01, is: 2}")
    assert found.detail == "2: call_1 (2025-02-12), call_2 (2025-03-18)"
    assert found.said == 2


@pytest.mark.parametrize(
    ("fact", "verdict"),
    [
        ("{date: summit, is: 2025-08-15}", CONFIRMED),
        ("{date: summit, is: 2025-08}", CONFIRMED),
        ("{date: summit, is: 2025-08-14}", CONTRADICTED),
        ("{date: annexation, is: 2014-03}", PARTLY),  # no source
        ("{date: annexation, is: 2014-04}", ABSENT),
    ],
)
def test_dates(tmp_path, fact, verdict):
    assert finding(tmp_path, fact).verdict == verdict


@pytest.mark.parametrize(
    ("fact", "verdict", "value"),
    [
        ("{value: quantities.csv#4, is: 19}", CONFIRMED, 19),
        ("{value: quantities.csv#4, is: 0.19}", CONFIRMED, 0.19),
        ("{value: quantities.csv#4, is: 20}", PARTLY, 19),
        ("{value: quantities.csv#4, is: 21}", CONTRADICTED, 19),
        ("{value: quantities.csv#4, is: '> 17'}", CONFIRMED, 19),
        ("{value: quantities.csv#4, is: '> 18.5'}", PARTLY, 19),
        ("{value: quantities.csv#4, is: '< 18'}", CONTRADICTED, 19),
        ("{value: quantities.csv#4, column: low, is: 18}", CONFIRMED, 18),
        ("{value: quantities.csv#3, is: 1080}", CONFIRMED, 1080),
        ("{value: oil.csv#2, is: 66}", CONFIRMED, 66),
    ],
)
def test_values_of_tables(tmp_path, fact, verdict, value):
    found = finding(tmp_path, fact)
    assert (found.verdict, found.value) == (verdict, value)


@pytest.mark.parametrize(
    ("fact", "verdict"),
    [
        ("{order: [call_1, call_2, summit]}", CONFIRMED),
        ("{order: [call_2, call_1]}", CONTRADICTED),
        ("{order: [annexation, call_1]}", PARTLY),
        ("{items: [call_1, call_2]}", CONFIRMED),
        ("{items: [call_1, annexation]}", PARTLY),
        ("{items: [call_1], shows: contradicted, because: x}", CONTRADICTED),
        ("{items: [call_1], shows: partly}", PARTLY),
    ],
)
def test_orders_and_items(tmp_path, fact, verdict):
    assert finding(tmp_path, fact).verdict == verdict


def test_a_fact_that_asks_nothing_is_not_in_the_record(tmp_path):
    case = read_case(write_papers(tmp_path, {"arguments/essay.yaml": {f", fact: {FACT}": ""}}))
    assert hold_against_record(case.arguments[0].claims[1], case).verdict == ABSENT


@pytest.mark.parametrize(
    ("source", "said", "verdict"),
    [
        ('source: {source: essay, excerpt: "it took 24 months"}', "24", CONFIRMED),
        ('source: {source: essay, excerpt: "it took 24 months"}', "27", PARTLY),  # within the 80 % range
        ('source: {source: essay, excerpt: "it took 24 months"}', "40", CONTRADICTED),
        ('source: {source: essay, excerpt: "it took 24 months"}', "'> 20'", CONFIRMED),
        ("assumed: no series", "24", ABSENT),
    ],
)
def test_parameters(tmp_path, source, said, verdict):
    assumed = "unit: months, assumed: {en: no series, de: keine Reihe}}\n  softness"
    folder = write_small_case(tmp_path / "small", {assumed: f"unit: months, {source}}}\n  softness"})
    path = folder / "arguments" / "writer.yaml"
    text = path.read_text(encoding="utf-8")
    fact = f"  C3: {{role: fact, quote: x, says: x, fact: {{parameter: limit, is: {said}}}}}\n"
    path.write_text(text + fact, encoding="utf-8")
    case = read_case(folder)
    assert hold_against_record(case.arguments[0].claims[-1], case).verdict == verdict


def test_a_complete_step_knows_of_nothing(tmp_path):
    folder = write_small_case(tmp_path / "small")
    path = folder / "arguments" / "writer.yaml"
    fact = "  C3: {role: fact, quote: x, says: x, fact: {count: pressure.press, until: 2020-01-31, is: 0}}\n"
    path.write_text(path.read_text(encoding="utf-8") + fact, encoding="utf-8")
    case = read_case(folder)
    assert hold_against_record(case.arguments[0].claims[-1], case).verdict == CONFIRMED
