"""The query language of checks and of ``ceasefire ask``: text to records; nothing is looked up in a case here.

::

    P(outcome by DATE | conditions)               P(outcome within DURATION of OTHER | conditions)
    P(step.move at DATE | conditions)
    median(outcome)   E(stock at DATE)            belief(actor.type = label at DATE)
    share(parameter)  values                      left - right     left < right     left is WORD

``by``, ``within`` and ``at`` may be left out: the horizon, the date ``as_of``. A duration is ``30 days``, ``12 months``
or a word of the case; after ``is`` stands a word of the case that means a comparison, such as ``unlikely: "< 0.2"``.
Conditions, separated by commas or ``and``: ``plan = name``, ``actor.type = label``, ``actor.type := number``,
``name = number``, ``as_of = DATE``, ``without = step.move``, ``freeze_belief = actor``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

CODES = {
    "Q101": "a query is empty or too long",
    "Q102": "a query contains a character that cannot stand there",
    "Q103": "a query cannot be read at some word",
    "Q104": "a query contains a date that does not exist",
    "Q105": "a query contains a duration that cannot be read",
    "Q106": "a query uses a word that the case does not define",
    "Q107": "a word of the case is neither a duration nor a comparison",
    "Q108": "a query compares what cannot be compared",
    "Q109": "a query uses a name that the case does not have",
    "Q110": "a query names the same condition twice",
    "Q111": "a query asks about a date outside the calendar, or cuts the record after its end",
    "Q112": "a query sets a rival to something other than 0 or 1",
    "Q113": "a query sets the types of two actors at once",
}


@dataclass(frozen=True)
class PlanIs:
    """``plan = name``."""

    name: str


@dataclass(frozen=True)
class TypeIs:
    """``russia.priority = aims_first``: only paths of this type."""

    actor: str
    dimension: str
    label: str


@dataclass(frozen=True)
class TypeSet:
    """``russia.priority := 0.4``: a shadow type with this value."""

    actor: str
    dimension: str
    value: float


@dataclass(frozen=True)
class Setting:
    """``name = number``: a parameter or rival set to a value."""

    name: str
    value: float


@dataclass(frozen=True)
class AsOf:
    """``as_of = DATE``: the record is cut there."""

    date: dt.date


@dataclass(frozen=True)
class Without:
    """``without = step.move``: the move does not exist."""

    move: str


@dataclass(frozen=True)
class FreezeBelief:
    """``freeze_belief = actor``: nobody learns about its types."""

    actor: str


Condition = PlanIs | TypeIs | TypeSet | Setting | AsOf | Without | FreezeBelief
Conditions = tuple[Condition, ...]


@dataclass(frozen=True)
class Probability:
    """``P(outcome by DATE | conditions)``.

    Parameters
    ----------
    by : date or None
        None where not said; without ``within_days`` the horizon is meant.
    within_days : days or None
        Counts from ``as_of``, or from the start of the spell of `of`. A month is 365.25 / 12 days.
    of : str or None
        Another outcome.
    """

    outcome: str
    by: dt.date | None = None
    within_days: float | None = None
    of: str | None = None
    conditions: Conditions = ()
    text: str = ""


@dataclass(frozen=True)
class MoveAt:
    """``P(step.move at DATE | conditions)``: the move is taken in the period of the date; ``date`` None is ``as_of``."""

    step: str
    move: str
    date: dt.date | None = None
    conditions: Conditions = ()
    text: str = ""


@dataclass(frozen=True)
class Median:
    """``median(outcome)``: the date by which the outcome has begun with probability one half."""

    outcome: str
    conditions: Conditions = ()
    text: str = ""


@dataclass(frozen=True)
class Expectation:
    """``E(stock at DATE)``; a state stock or a side stock; ``date`` None means ``as_of``."""

    stock: str
    date: dt.date | None = None
    conditions: Conditions = ()
    text: str = ""


@dataclass(frozen=True)
class Belief:
    """``belief(actor.type = label at DATE)``; the whole vector where ``label`` is None; ``date`` None is ``as_of``."""

    actor: str
    dimension: str
    label: str | None = None
    date: dt.date | None = None
    conditions: Conditions = ()
    text: str = ""


@dataclass(frozen=True)
class Share:
    """``share(parameter)`` or ``share(actor.type)``: its share of the variance of the first headline over the draws."""

    parameter: str
    text: str = ""


@dataclass(frozen=True)
class Values:
    """``values``: the expected discounted payoffs of all actors at the start."""

    conditions: Conditions = ()
    text: str = ""


@dataclass(frozen=True)
class Difference:
    """``left - right``."""

    left: Query
    right: Query
    text: str = ""


@dataclass(frozen=True)
class Comparison:
    """``left op right`` with op one of ``< <= > >=``; a date on the right belongs to a median on the left."""

    left: Query
    op: str
    right: float | dt.date | Query
    text: str = ""


Leaf = Probability | MoveAt | Median | Expectation | Belief | Values
"""A query that is read off the simulated paths of one scenario."""
Query = Leaf | Share | Difference | Comparison


from ceasefire.case.query_parse import parse_comparison, parse_duration, parse_query  # noqa: E402

__all__ = [
    "CODES",
    "AsOf",
    "Belief",
    "Comparison",
    "Condition",
    "Conditions",
    "Difference",
    "Expectation",
    "FreezeBelief",
    "Leaf",
    "Median",
    "MoveAt",
    "PlanIs",
    "Probability",
    "Query",
    "Setting",
    "Share",
    "TypeIs",
    "TypeSet",
    "Values",
    "Without",
    "parse_comparison",
    "parse_duration",
    "parse_query",
]
