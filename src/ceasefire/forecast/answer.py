"""``ceasefire ask``: one query, its number, and what surrounds the number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.forecast.evaluate import evaluate, sized
from ceasefire.forecast.measures import DAYS_PER_MONTH, Measured
from ceasefire.forecast.names import check_query, leaves
from ceasefire.forecast.pipeline import needs_steps
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import FULL, Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.number_text import number_text
from ceasefire.simulate.estimates import Sampled, finite

NEEDS_ENSEMBLE = "the share of a parameter needs draws of all parameters: ask again with --draws 256"
NO_INTERVAL = "no interval: at nominal values; --draws 256 asks draws of the parameters"
PROBABILITY = ("", "probability")
"""Units of a number that is a probability, or a difference of two."""
ALWAYS = ("query", "value", "low", "high", "error")


@dataclass(frozen=True)
class Answer:
    """A number with its uncertainty.

    Parameters
    ----------
    query : str
    value : float, mapping or None
        None where there is no finite number; then `text` or `note` says why. A belief without a label gives the belief
        held in the game by label, ``values`` the expected value by actor.
    low, high : float or None
        The range that `what` describes.
    error : float or None
        Monte Carlo error (one standard error).
    text : str
        The value as words where it is a date or lies beyond the horizon.
    parts : mapping
        Further numbers: beliefs held and the reader's, values by actor.
    threshold, margin, op, holds
        Of a comparison; the margin is positive where it holds.
    """

    query: str
    value: float | Mapping[str, float] | None
    low: float | None = None
    high: float | None = None
    what: str = ""
    error: float | None = None
    unit: str = ""
    text: str = ""
    parts: Mapping[str, Any] = field(default_factory=dict)
    op: str = ""
    threshold: float | None = None
    margin: float | None = None
    holds: bool | None = None
    needs_ensemble: bool = False
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the answer for ``--json``: always query, value, low, high, error; the rest if there is any."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: x for name, x in found.items() if name in ALWAYS or not _is_empty(name, x)}


def _is_empty(name: str, value: Any) -> bool:
    return value is None or value == "" or value == {} or (value is False and name != "holds")


def ask(
    case: Case,
    query: str | q.Query,
    settings: Settings = FULL,
    *,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Answer a query.

    Parameters
    ----------
    query : str or Query
        Text in the query language, or a query already parsed.
    settings : Settings
    scenario : Scenario, optional
        An assumed course to which the conditions of the query are added.

    Raises
    ------
    InputError
        Where the query cannot be read or names what the case does not have, or the case has no steps.
    NumericalError
        Where a step cannot be solved.
    """
    parsed = q.parse_query(query, case.words) if isinstance(query, str) else query
    needs_steps(case)
    check_query(case, parsed)
    if any(isinstance(leaf, q.Share) for leaf in leaves(parsed)):
        return Answer(parsed.text, None, needs_ensemble=True, note=NEEDS_ENSEMBLE)
    course = _Course(case, sized(case, settings), settings, scenario or Scenario(), progress)
    if isinstance(parsed, q.Comparison):
        return _compared(course, parsed)
    return _single(course, parsed)


@dataclass(frozen=True)
class _Course:
    case: Case
    settings: Settings
    asked: Settings
    scenario: Scenario
    progress: Progress | None

    def number(self, query: q.Query) -> Measured:
        """Return the number of a query; a difference is paired by batches."""
        if isinstance(query, q.Difference):
            left, right = self.number(query.left), self.number(query.right)
            return Measured(left.number.minus(right.number), left.unit, unsolved=max(left.unsolved, right.unsolved))
        assert not isinstance(query, q.Comparison | q.Share), query
        return evaluate(self.case, query, self.settings, self.scenario, self.progress)


def _single(course: _Course, query: q.Query) -> Answer:
    from ceasefire.forecast.ranges import range_of

    found = course.number(query)
    value: float | Mapping[str, float] | None = finite(found.number.value)
    error = finite(found.number.error)
    if isinstance(query, q.Belief) and query.label is None:
        value, error = found.parts["held"], None
    elif isinstance(query, q.Values):
        value, error = {name: part["expected"] for name, part in found.parts.items()}, None
    low, high, what = range_of(course.case, query, course.asked, course.scenario, found.number.value)
    note = _unsolved(found) if value is not None or found.text else "no path meets the conditions"
    return Answer(query.text, value, low, high, what, error, found.unit, found.text, found.parts, note=note)


def _unsolved(found: Measured) -> str:
    failed, points = found.unsolved
    if not failed:
        return ""
    return (
        f"the game was not solved everywhere: {failed:,} of {points:,} points have no solution of the wanted accuracy"
    )


def number_of(case: Case, query: q.Query, settings: Settings, scenario: Scenario) -> float:
    """Return the one number of a query under a scenario; of a comparison, its left side."""
    course = _Course(case, sized(case, settings), settings, scenario, None)
    return float(course.number(query.left if isinstance(query, q.Comparison) else query).number.value)


@dataclass(frozen=True)
class Compared:
    """The two sides of a comparison and their distance, positive where it holds."""

    left: Measured
    right: Sampled
    gap: Sampled
    holds: bool | None


def compare(
    case: Case,
    query: q.Comparison,
    settings: Settings,
    *,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
) -> Compared:
    """Return both sides of a comparison, paired by batches; faults as in ``ask``, shares not among the sides."""
    return _sides(_Course(case, sized(case, settings), settings, scenario or Scenario(), progress), query)


def _sides(course: _Course, query: q.Comparison) -> Compared:
    left, right = course.number(query.left), _right_side(course, query.right)
    gap = left.number.minus(right) if query.op in (">", ">=") else right.minus(left.number)
    holds = None if gap.value != gap.value else (gap.value >= 0 if "=" in query.op else gap.value > 0)
    return Compared(left, right, gap, holds)


def _compared(course: _Course, query: q.Comparison) -> Answer:
    left, sides = _single(course, query.left), _sides(course, query)
    return Answer(
        query.text,
        left.value,
        left.low,
        left.high,
        left.what,
        finite(sides.gap.error) if isinstance(query.right, q.Query) else left.error,
        left.unit,
        left.text,
        left.parts,
        query.op,
        finite(sides.right.value),
        finite(sides.gap.value),
        sides.holds,
        note=left.note,
    )


def _right_side(course: _Course, right: float | dt.date | q.Query) -> Sampled:
    if isinstance(right, dt.date):
        as_of = course.case.calendar.as_of or course.case.calendar.start
        return Sampled.exact((right - as_of).days / DAYS_PER_MONTH)
    if isinstance(right, float | int):
        return Sampled.exact(float(right))
    return course.number(right).number


def as_text(found: Answer) -> str:
    """Return the answer as a person reads it, a line each."""
    lines = [f"{found.query}", f"  {_value_text(found)}"]
    if found.error is not None:
        unit = "" if found.unit in PROBABILITY else f" {found.unit}"
        lines.append(f"  Monte Carlo error {_said(found.error, found.unit, error=True)}{unit}")
    if found.low is not None and found.high is not None:
        lines.append(f"  {_said(found.low, found.unit)} to {_said(found.high, found.unit)} ({found.what})")
    elif found.what:
        lines.append(f"  {found.what}")
    if found.value is not None and found.low is None and "interval" not in found.what:
        lines.append(f"  {NO_INTERVAL}")
    if found.holds is not None and found.margin is not None:
        margin = _said(found.margin, found.unit, sign=True)
        lines.append(f"  {'holds' if found.holds else 'does not hold'}, margin {margin}")
    if "reader" in found.parts:
        lines += [f"  {kind}: {_listed(found.parts[kind])}" for kind in ("held", "reader")]
    lines += [f"  {found.note}"] if found.note else []
    return "\n".join(lines)


def _value_text(found: Answer) -> str:
    if found.text:
        return found.text
    if isinstance(found.value, Mapping):
        return _listed(found.value)
    if found.value is None:
        return "no number"
    unit = "" if found.unit in PROBABILITY else f" {found.unit}"
    return _said(found.value, found.unit) + unit


def _said(x: float, unit: str, *, sign: bool = False, error: bool = False) -> str:
    """Return a probability with three decimals (an error: four), any other number with four digits (an error: two)."""
    if unit in PROBABILITY:
        return f"{x:{'+' if sign else ''}.{4 if error else 3}f}"
    return number_text(x, digits=2 if error else 4, sign=sign)


def _listed(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in numbers.items())
