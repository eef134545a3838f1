"""The case: what a person wrote, read, checked and frozen.

A case holds a mechanism (``case.mechanism``), sources and a record (``case.evidence``), and arguments
(``case.claims``). Every record here is made by ``case.read`` and never changed. Names are still names (strings); they
become indices in ``game.compile`` only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ceasefire.case.claims import Argument
from ceasefire.case.evidence import Record, Source, Text
from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import (
    Actor,
    JointPrior,
    Outcome,
    Parameter,
    Plan,
    Rival,
    SideStock,
    StatusVariable,
    Step,
    Stock,
    TypeDimension,
    WorldParameter,
)
from ceasefire.case.query import Query

Status = Literal["live", "back-test", "reconstruction"]


@dataclass(frozen=True)
class Calendar:
    """Periods of one length. Period ``t`` starts at ``start_of(t)``; ``end`` is the last day of the horizon."""

    start: dt.date
    end: dt.date
    period: Literal["month", "week", "day", "quarter", "year"] = "month"
    as_of: dt.date | None = None
    n_periods: int = 1

    @property
    def years(self) -> float:
        """Length of a period in years."""
        return {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "quarter": 0.25, "year": 1.0}[self.period]

    @property
    def months(self) -> float:
        """Length of a period in months."""
        return 12 * self.years

    @property
    def days(self) -> float:
        """Mean length of a period in days."""
        return 365.25 * self.years

    def start_of(self, period: int) -> dt.date:
        """Return the first day of a period (``period`` may lie beyond the horizon)."""
        step = {"month": 1, "quarter": 3, "year": 12}.get(self.period)
        if step is None:
            return self.start + dt.timedelta(days=(7 if self.period == "week" else 1) * period)
        months = self.start.year * 12 + self.start.month - 1 + step * period
        return dt.date(months // 12, months % 12 + 1, 1 if self.start.day == 1 else min(self.start.day, 28))

    def end_of(self, period: int) -> dt.date:
        """Return the last day of a period (``period`` may lie beyond the horizon)."""
        return self.start_of(period + 1) - dt.timedelta(days=1)

    def period_of(self, date: dt.date) -> int:
        """Return the period that contains `date`; negative before the start, may exceed the horizon."""
        guess = int((date - self.start).days / self.days)
        while self.start_of(guess) > date:
            guess -= 1
        while self.start_of(guess + 1) <= date:
            guess += 1
        return guess

    @property
    def as_of_period(self) -> int:
        """Period that contains ``as_of``; 0 where no ``as_of`` is given."""
        return 0 if self.as_of is None else self.period_of(self.as_of)


@dataclass(frozen=True)
class Yardstick:
    """A published number that the report shows beside the forecast; never a target."""

    outcome: str
    by: str
    value: float
    source: str
    title: Text = Text()
    low: float | None = None
    high: float | None = None
    kind: str = ""


@dataclass(frozen=True)
class ReportPlan:
    """What the report shows: names of outcomes and headlines."""

    near_event: str | None = None
    factors: tuple[str, ...] = ()
    pause: str | None = None
    again: str | None = None
    headlines: tuple[Query, ...] = ()
    yardsticks: tuple[Yardstick, ...] = ()


@dataclass(frozen=True)
class Case:
    """A whole case. ``steps`` is empty for a case that stops early (argument, sources and record only)."""

    name: str
    folder: Path
    title: Text
    status: Status
    calendar: Calendar
    language: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)
    actors: tuple[Actor, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    perceptions: Literal["open", "hidden"] = "open"
    rivals: Mapping[str, Rival] = field(default_factory=dict)
    types: tuple[TypeDimension, ...] = ()
    joint_priors: tuple[JointPrior, ...] = ()
    world: Mapping[str, WorldParameter] = field(default_factory=dict)
    statuses: tuple[StatusVariable, ...] = ()
    stocks: tuple[Stock, ...] = ()
    steps: tuple[Step, ...] = ()
    terminal: Mapping[str, Formula | Literal["stationary"]] = field(default_factory=dict)
    side: tuple[SideStock, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    end_states: str = ""
    report: ReportPlan = ReportPlan()
    sources: Mapping[str, Source] = field(default_factory=dict)
    record: Record = Record()
    arguments: tuple[Argument, ...] = ()
    log: str = ""
    case_hash: str = ""
