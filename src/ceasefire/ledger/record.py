"""What a ledger holds: questions, forecasts of them, and what came of them. Frozen records; each is one row of the file.

A *question* says what is asked so that a stranger could resolve it. An *entry* is one forecast of it: by the model, or
published by a crowd, a market, a person. A *resolution* is appended, never changed: a later one names the one that it
replaces.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

CLASSES = ("live", "back-test", "reconstruction", "published")
"""How a forecast came about. ``published``: somebody else's, with the date that they gave. Never in one table."""

ROLES = ("model", "crowd", "market", "base rate", "person")
"""Who forecasts. All but ``model`` are baselines where they stand beside a model."""

ANSWERS = ("yes", "no", "void")

NOT_THE_FORECAST = ("id", "registered", "versions")
"""Fields in which one forecast may differ from itself when it is registered again."""

Kind = Literal["binary", "date"]


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    id : str
        ``Q1``, ``Q2``, ... in the order in which the questions entered the ledger.
    text : by language
        The question in words.
    kind : str
        ``binary``: does it happen by the deadline. ``date``: on which day it happens, up to the deadline or later.
    deadline : date or None
        Last day that counts. None where it depends on when another outcome happens (`of`).
    case, query, outcome : str
        Where the question comes from; empty for a question that was imported.
    status, reach, lasting_days, ends, after
        The outcome as the case defines it: in effect or announced, the condition, how long, what ends it, after what.
    of, within_days
        The other outcome from whose start the days are counted.
    source, key : str
        Name of an imported question set, and the question's key in it.
    """

    id: str
    text: Mapping[str, str]
    kind: Kind
    deadline: dt.date | None
    case: str = ""
    query: str = ""
    outcome: str = ""
    status: str = ""
    reach: str = ""
    lasting_days: float = 0.0
    ends: str = ""
    after: str = ""
    of: str = ""
    within_days: float | None = None
    source: str = ""
    key: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what makes two questions the same one: key and set, else everything but number and wording."""
        if self.key:
            return self.source, self.key
        return tuple(getattr(self, f.name) for f in fields(self) if f.name not in ("id", "text", "query"))

    def say(self, language: str) -> str:
        """Return the question in a language, else in English, else in any."""
        return self.text.get(language) or self.text.get("en") or next(iter(self.text.values()), self.id)


@dataclass(frozen=True)
class Entry:
    """One forecast of one question.

    Parameters
    ----------
    forecast_class : str
        One of `CLASSES`.
    as_of : date
        The day from whose knowledge the forecast was made.
    registered : datetime, UTC
        When it entered the ledger.
    p : float or None
        Probability of yes; None for a question about a date.
    curve : (date, probability) pairs
        Of a question about a date: the probability that it has happened by the end of each date. What is left after
        the last one is "later or never".
    low, high, what
        The range around `p`, and what kind of range it is, in words.
    error : float or None
        Monte Carlo error of `p`.
    """

    id: str
    question: str
    forecaster: str
    role: str
    forecast_class: str
    as_of: dt.date
    registered: dt.datetime
    p: float | None = None
    curve: tuple[tuple[dt.date, float], ...] = ()
    low: float | None = None
    high: float | None = None
    what: str = ""
    error: float | None = None
    case_hash: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    @property
    def is_possible(self) -> bool:
        """Return whether class and role exist and every probability lies between 0 and 1."""
        given = [self.p] if self.p is not None else [p for _, p in self.curve]
        known = self.forecast_class in CLASSES and self.role in ROLES
        return known and bool(given) and all(0 <= p <= 1 for p in given)

    @property
    def stands_from(self) -> dt.date:
        """Return the day from which the forecast counts; a live one never before it was registered."""
        return max(self.as_of, self.registered.date()) if self.forecast_class == "live" else self.as_of

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what makes two forecasts the same one."""
        return tuple(_hashable(getattr(self, f.name)) for f in fields(self) if f.name not in NOT_THE_FORECAST)


@dataclass(frozen=True)
class Resolution:
    """What came of a question.

    Parameters
    ----------
    answer : str
        One of `ANSWERS`. ``void``: the question cannot be answered; it is counted apart and never scored.
    date : date or None
        The day on which it happened, or on which its time was over; None for void, and for no at the deadline.
    replaces : str
        The resolution that this one corrects; empty for the first.
    """

    id: str
    question: str
    answer: str
    date: dt.date | None
    source: str
    registered: dt.datetime
    replaces: str = ""


Item = Question | Entry | Resolution
_KINDS: Mapping[str, type[Item]] = {"question": Question, "entry": Entry, "resolution": Resolution}
KINDS = tuple(_KINDS)


def kind_of(item: Item) -> str:
    """Return the name of a record's kind, as it stands in the file."""
    return type(item).__name__.lower()


def to_plain(item: Item) -> dict[str, Any]:
    """Return a record as plain values, dates as text; `from_plain` makes the record again."""
    return {_written(name): _text(value) for name, value in asdict(item).items()}


def from_plain(kind: str, plain: Mapping[str, Any]) -> Item:
    """Return the record that `to_plain` gave."""
    values: dict[str, Any] = {("forecast_class" if name == "class" else name): x for name, x in plain.items()}
    for name in ("deadline", "as_of", "date"):
        if values.get(name):
            values[name] = dt.date.fromisoformat(values[name])
    if "registered" in values:
        values["registered"] = dt.datetime.fromisoformat(values["registered"])
    if "curve" in values:
        values["curve"] = tuple((dt.date.fromisoformat(day), float(p)) for day, p in values["curve"])
    return _KINDS[kind](**values)


def _written(name: str) -> str:
    return "class" if name == "forecast_class" else name


def _text(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_text(part) for part in value]
    return value


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(sorted((name, _hashable(part)) for name, part in value.items()))
    return tuple(_hashable(part) for part in value) if isinstance(value, list | tuple) else value
