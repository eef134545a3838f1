"""What a forecast holds for a ledger: deadlines, definitions, curves, published numbers beside it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.ledger.add import add_forecast
from ceasefire.ledger.book import book_of
from ceasefire.ledger.from_forecast import Found, deadline_of, parse_all, questions_of
from ceasefire.ledger.record import Question, from_plain, kind_of, to_plain
from ceasefire.ledger.store import open_ledger
from ceasefire.report.ledger.words import question_texts
from tests.ledger.builder import NOW
from tests.ledger.test_commands import small


@pytest.fixture
def case(tmp_path: Path) -> Case:
    small(tmp_path)
    return read_case(tmp_path / "small")


def forecast_of(case: Case, **more: Any) -> dict[str, Any]:
    place = case.folder.parent / "ceasefire-out" / "small" / "forecast.json"
    return dict(json.loads(place.read_text(encoding="utf-8"))) | more


def found(case: Case, *queries: str, **more: Any) -> Found:
    return questions_of(forecast_of(case, **more), case, parse_all(queries, case), question_texts(case), NOW, "here")


@pytest.mark.parametrize(
    ("query", "deadline"),
    [
        ("P(truce_in_effect by 2020-12-31)", "2020-12-31"),
        ("P(truce_in_effect by 2020-12-05)", "2020-12-31"),
        ("P(truce_in_effect within 6 months)", "2020-10-31"),
        ("P(truce_in_effect)", "2021-12-31"),
        ("median(truce_in_effect)", "2021-12-31"),
        ("P(fighting_again within 6 months of truce_in_effect)", None),
        ("P(fighting_again by 2021-06-10 of truce_in_effect)", "2021-06-30"),
    ],
)
def test_a_deadline_is_the_end_of_the_period_that_counts(case: Case, query: str, deadline: str | None) -> None:
    (parsed,) = parse_all([query], case)
    expected = dt.date.fromisoformat(deadline) if deadline else None
    assert deadline_of(case, parsed) == expected  # type: ignore[arg-type]


def test_a_date_that_the_forecast_has_is_read_off_its_curve(case: Case) -> None:
    (pair,) = found(case, "P(truce_in_effect by 2020-06-12)").pairs
    assert (pair[0].deadline, pair[1].p, pair[1].error) == (dt.date(2020, 6, 30), 0.3, 0.001)
    assert found(case, "P(truce_in_effect by 2020-07-12)").left_out == (
        ("P(truce_in_effect by 2020-07-12)", "no_number"),
    )


def test_a_curve_never_falls_and_ends_at_the_horizon(case: Case) -> None:
    rows = [{"date": day, "p": p} for day, p in (("2020-04-30", 0.2), ("2020-06-30", 0.19999), ("2021-12-31", 0.5))]
    ((question, entry),) = found(case, "median(truce_in_effect)", outcomes={"truce_in_effect": rows}).pairs
    assert [p for _, p in entry.curve] == [0.2, 0.2, 0.5]
    assert entry.curve[-1][0] == question.deadline == case.calendar.end


def test_the_question_says_what_counts_in_both_languages(case: Case) -> None:
    ((question, _),) = found(case, "P(truce_in_effect by 2020-12-31)").pairs
    english, german = question.text["en"], question.text["de"]
    for part in ("a truce", "31 December 2020", "in effect", "phase == truce", "30 days", "phase == war"):
        assert part in english, part
    for part in ("eine Waffenruhe", "31. Dezember 2020", "in Kraft", "30 Tagen", "phase == war"):
        assert part in german, part


def test_what_must_come_after_and_when_it_is_void(case: Case) -> None:
    query = "P(fighting_again within 6 months of truce_in_effect)"
    rows = [{"query": query, "value": 0.3}]
    ((question, _),) = found(case, query, headlines=rows).pairs
    assert (question.of, question.after, question.deadline) == ("truce_in_effect", "truce_in_effect", None)
    assert "Void if “a truce” never begins" in question.say("en")
    assert "it must come after “a truce”" in question.say("en")


def test_published_numbers_on_the_same_question_stand_beside_it(case: Case) -> None:
    same = {"outcome": "truce_in_effect", "by": "2020-12-15", "value": 0.4, "kind": "crowd", "source": "t.csv#1"}
    others = [
        same | {"by": "2021-06-30"},
        same | {"outcome": "end_of_war"},
        same | {"kind": "expert"},
        same | {"by": "12 months"},
    ]
    pairs = found(
        case, "P(truce_in_effect by 2020-12-31)", yardsticks=[same | {"title": {"en": "Many"}}, *others]
    ).pairs
    assert [(one.role, one.forecast_class, one.forecaster, one.p) for _, one in pairs] == [
        ("model", "back-test", "ceasefire", 0.6),
        ("crowd", "published", "Many", 0.4),
    ]


def test_a_changed_definition_is_another_question_and_a_new_forecast_of_the_same_is_not(
    case: Case, tmp_path: Path
) -> None:
    ledger, words = tmp_path / "ledger.db", question_texts(case)
    queries = parse_all(["P(truce_in_effect by 2020-12-31)"], case)
    for value, as_of in ((0.6, "2020-04-15"), (0.7, "2020-05-15")):
        rows = [{"query": queries[0].text, "value": value}]
        add_forecast(ledger, forecast_of(case, headlines=rows, as_of=as_of), case, words, queries=queries, now=NOW)
    text = (case.folder / "case.yaml").read_text(encoding="utf-8")
    (case.folder / "case.yaml").write_text(text.replace("30 days", "60 days"), encoding="utf-8")
    other = read_case(case.folder)
    rows = [{"query": queries[0].text, "value": 0.5}]
    add_forecast(ledger, forecast_of(case, headlines=rows), other, question_texts(other), queries=queries, now=NOW)
    with open_ledger(ledger) as store:
        book = book_of(store.rows)
    assert [entry.question for entry in book.entries] == ["Q1", "Q1", "Q2"]
    assert [one.lasting_days for one in book.questions.values()] == [30, 60]


def test_records_survive_their_text(case: Case) -> None:
    for question, entry in found(case, "P(truce_in_effect by 2020-12-31)", "median(truce_in_effect)").pairs:
        for item in (question, entry):
            again = from_plain(kind_of(item), json.loads(json.dumps(to_plain(item))))
            assert again == item
    assert isinstance(question, Question)
