"""From a forecast that ``ceasefire run`` wrote to questions and entries.

Headlines that ask for the probability of an outcome, or for its date, can be resolved by what happens. The others
(beliefs, means, differences, numbers under conditions) cannot, or not by a date, and are named as left out. A deadline is
the last day of the period that contains the date asked for, because that is what the forecast counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ceasefire.case import query as q
from ceasefire.case.query_names import find_query_faults
from ceasefire.errors import Fault, InputError
from ceasefire.ledger.record import Entry, Question

if TYPE_CHECKING:
    from ceasefire.case.mechanism import Outcome
    from ceasefire.case.model import Case

Words = Callable[[Question, "q.Probability | q.Median"], Mapping[str, str]]
"""Gives the text of a question by language."""

ROUNDING = 1e-3
"""By how much a sampled curve may fall between two dates; it is then held level."""

Asked = q.Probability | q.Median
YARDSTICK_ROLES = {"base rate": "base rate", "crowd": "crowd", "market": "market"}


@dataclass(frozen=True)
class Found:
    """What a forecast holds for a ledger.

    Parameters
    ----------
    pairs : (question, entry) pairs
        Without numbers; the first forecast of each question is the model's, published ones follow.
    left_out : (query, reason) pairs
        Reasons are names: ``condition``, ``not_an_event``, ``no_number``.
    """

    pairs: tuple[tuple[Question, Entry], ...]
    left_out: tuple[tuple[str, str], ...]


def questions_of(
    forecast: Mapping[str, Any], case: Case, queries: Sequence[q.Query], words: Words, now: dt.datetime, source: str
) -> Found:
    """Return the questions that queries ask, with the numbers that the forecast gives.

    Parameters
    ----------
    forecast : mapping
        The fields of ``run --json``.
    queries : sequence
        Headlines, or ``P(outcome by DATE)`` and ``median(outcome)`` that the forecast's curves answer.
    words : callable
        Says a question.
    source : str
        Where the forecast stands.
    """
    pairs: list[tuple[Question, Entry]] = []
    left_out: list[tuple[str, str]] = []
    for query in queries:
        reason = _reason(query)
        entry = None if reason else _entry(forecast, case, query, now, source)
        if entry is None:
            left_out.append((query.text, reason or "no_number"))
            continue
        question = _question(case, query, words)  # type: ignore[arg-type]  # _reason leaves only what is asked
        pairs += [(question, entry), *_yardsticks(forecast, case, question, now)]
    return Found(tuple(pairs), tuple(left_out))


def _reason(query: q.Query) -> str:
    """Return why a query cannot be resolved; empty where it can."""
    if not isinstance(query, Asked):
        return "not_an_event"
    return "condition" if query.conditions else ""


def _question(case: Case, query: Asked, words: Words) -> Question:
    outcome = next(one for one in case.outcomes if one.name == query.outcome)
    bare = Question(
        "",
        {},
        "date" if isinstance(query, q.Median) else "binary",
        deadline_of(case, query),
        case=case.name,
        query=query.text,
        of=query.of or "" if isinstance(query, q.Probability) else "",
        within_days=query.within_days if isinstance(query, q.Probability) and query.of else None,
        **_definition(outcome),
    )
    text = words(bare, query)
    return Question(**{**vars(bare), "text": text})


def _definition(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome.name,
        "status": outcome.status,
        "reach": outcome.reach.text,
        "lasting_days": outcome.lasting_days,
        "ends": outcome.ends.text if outcome.ends else "",
        "after": outcome.after or "",
    }


def deadline_of(case: Case, query: Asked) -> dt.date | None:
    """Return the last day that counts; None where it depends on another outcome."""
    if isinstance(query, q.Median):
        return case.calendar.end
    if query.of and query.by is None:
        return None
    start = case.calendar.as_of or case.calendar.start
    day = query.by or case.calendar.end
    if query.within_days is not None and not query.of:
        day = start + dt.timedelta(days=round(query.within_days))
    return end_of_period(case, day)


def end_of_period(case: Case, day: dt.date) -> dt.date:
    """Return the last day of the period that contains a day; never after the horizon."""
    calendar = case.calendar
    return min(calendar.end_of(calendar.period_of(day)), calendar.end)


def _entry(forecast: Mapping[str, Any], case: Case, query: q.Query, now: dt.datetime, source: str) -> Entry | None:
    row = _row(forecast, case, query)
    if row is None:
        return None
    return Entry(
        "",
        "",
        "ceasefire",
        "model",
        str(forecast["status"]),
        dt.date.fromisoformat(forecast["as_of"]),
        now,
        case_hash=str(forecast["case_hash"]),
        versions=dict(forecast.get("versions") or {}),
        seed=forecast.get("seed"),
        settings=dict(forecast.get("settings") or {}),
        source=source,
        **row,
    )


def _row(forecast: Mapping[str, Any], case: Case, query: q.Query) -> dict[str, Any] | None:
    """Return the numbers of an entry: a curve for a date, a probability and its range else; None where there is none."""
    if isinstance(query, q.Median):
        curve = curve_of(forecast, case, query.outcome)
        return {"curve": curve} if curve else None
    for row in forecast.get("headlines") or ():
        if row["query"] == query.text and row.get("value") is not None:
            return _numbers(row["value"], row, row.get("error"))
    if isinstance(query, q.Probability) and query.of is None:
        deadline = deadline_of(case, query)
        for row in (forecast.get("outcomes") or {}).get(query.outcome, ()):
            if end_of_period(case, dt.date.fromisoformat(row["date"])) == deadline:
                return _numbers(row["p"], row, row.get("monte_carlo"))
    return None


def _numbers(p: float, row: Mapping[str, Any], error: float | None) -> dict[str, Any]:
    return {"p": p, "low": row.get("low"), "high": row.get("high"), "what": row.get("what") or "", "error": error}


def curve_of(forecast: Mapping[str, Any], case: Case, outcome: str) -> tuple[tuple[dt.date, float], ...]:
    """Return the probability that an outcome has begun by the end of each date that the forecast shows."""
    found: dict[dt.date, float] = {}
    top = 0.0
    for row in (forecast.get("outcomes") or {}).get(outcome, ()):
        p = float(row["p"])
        if not 0 <= p <= 1 or p < top - ROUNDING:
            raise ValueError(f"{outcome}: {p} is no probability that it has happened by {row['date']}")
        top = max(top, p)
        found[end_of_period(case, dt.date.fromisoformat(row["date"]))] = top
    return tuple(sorted(found.items()))


def _yardsticks(
    forecast: Mapping[str, Any], case: Case, question: Question, now: dt.datetime
) -> list[tuple[Question, Entry]]:
    """Return the published numbers of the case that stand on the same question."""
    found = []
    for row in forecast.get("yardsticks") or ():
        day = _day(row.get("by"))
        role = YARDSTICK_ROLES.get(row.get("kind") or "")
        same = question.kind == "binary" and not question.of and row["outcome"] == question.outcome
        if same and day and role and end_of_period(case, day) == question.deadline:
            found.append((question, _published(row, role, forecast["as_of"], now)))
    return found


def _published(row: Mapping[str, Any], role: str, as_of: str, now: dt.datetime) -> Entry:
    title = row.get("title") or {}
    name = title.get("en") or next(iter(title.values()), "") or str(row.get("source"))
    day = dt.date.fromisoformat(as_of)
    p, low, high = float(row["value"]), row.get("low"), row.get("high")
    return Entry("", "", name, role, "published", day, now, p, low=low, high=high, source=str(row.get("source") or ""))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def parse_all(texts: Sequence[str], case: Case) -> tuple[q.Query, ...]:
    """Return queries as records.

    Raises
    ------
    InputError
        With the faults of all of them.
    """
    faults: list[Fault] = []
    found = []
    for text in texts:
        try:
            query = q.parse_query(text, case.words)
            faults += find_query_faults(query, case)
            found.append(query)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(found)
