"""The case: what a person wrote, read, checked and frozen.

Every record here is made by ``case.read`` and never changed. Names are still names (strings); they become indices
in ``game.compile`` only. Formulas are parsed (``case.formula.Formula``) but not evaluated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ceasefire.case.formula import Formula
from ceasefire.case.priors import Prior
from ceasefire.case.query import Query
from ceasefire.errors import Place

Status = Literal["live", "back-test", "reconstruction"]


@dataclass(frozen=True)
class Text:
    """A text in one or several languages, by language code (``en``, ``de``, ``uk``)."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return the text in `language`, else in English, else in whichever language there is."""
        found = self.by_language.get(language) or self.by_language.get("en")
        return found if found is not None else next(iter(self.by_language.values()), "")

    def has(self, language: str) -> bool:
        """Return whether the text exists in `language`."""
        return language in self.by_language

    def __bool__(self) -> bool:
        return bool(self.by_language)


@dataclass(frozen=True)
class SourceRef:
    """Where a number or event comes from: a row of a table in the case folder, or an excerpt of a source.

    ``row`` is ``"quantities.csv#17"`` (rows count from 1 after the header); ``source`` is a key of
    ``sources.yaml``; ``excerpt`` has at most 25 words and contains the number.
    """

    row: str = ""
    source: str = ""
    excerpt: str = ""


@dataclass(frozen=True)
class Source:
    """One entry of ``sources.yaml``."""

    name: str
    title: Text
    address: str = ""
    date: str = ""
    grade: str = ""
    licence: str = ""
    language: str = ""
    words: int | None = None


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
class Actor:
    """Who decides. Precision is ``logit(takes_better) / when_better_by`` per year of best-minus-worst."""

    name: str
    title: Text
    worst: Text
    best: Text
    discount_factor: Formula
    takes_better: Formula
    when_better_by: float
    place: Place = Place()


@dataclass(frozen=True)
class Parameter:
    """A named number: a prior (the analyst's) or a fixed value, with its source or ``assumed``."""

    name: str
    prior: Prior
    unit: str = ""
    title: Text = Text()
    source: SourceRef | None = None
    assumed: Text = Text()
    perceived_by: Mapping[str, str] = field(default_factory=dict)
    hindsight: bool = False
    without_hindsight: float | None = None
    place: Place = Place()


@dataclass(frozen=True)
class Rival:
    """A switch between rival mechanisms: a name with value 0 or 1 in formulas, and its nominal setting."""

    name: str
    title: Text
    nominal: int = 0
    place: Place = Place()


@dataclass(frozen=True)
class TypeDimension:
    """One named dimension of an actor's private type. ``prior[label]`` is None where it says ``rest``."""

    actor: str
    name: str
    labels: tuple[str, ...]
    values: tuple[Formula, ...]
    prior: tuple[Formula | None, ...]
    unit: str = ""
    title: Text = Text()
    label_titles: tuple[Text, ...] = ()
    place: Place = Place()


@dataclass(frozen=True)
class JointPrior:
    """A joint prior over the product of an actor's dimensions: label tuple to formula (None: rest)."""

    actor: str
    weights: Mapping[tuple[str, ...], Formula | None]
    place: Place = Place()


@dataclass(frozen=True)
class WorldParameter:
    """What is really so. Its prior's arguments are formulas over parameters and the path's type values."""

    name: str
    given: tuple[str, ...]
    family: str
    arguments: Mapping[str, Formula]
    unit: str = ""
    title: Text = Text()
    assumed: Text = Text()
    source: SourceRef | None = None
    place: Place = Place()


@dataclass(frozen=True)
class StatusVariable:
    """A labelled part of the state."""

    name: str
    labels: tuple[str, ...]
    initial: str
    title: Text = Text()
    label_titles: tuple[Text, ...] = ()
    place: Place = Place()


@dataclass(frozen=True)
class Stock:
    """A measured part of the state. ``nodes``: explicit nodes, their number, or None (chosen)."""

    name: str
    unit: str
    low: float
    high: float
    initial: Formula
    nodes: tuple[float, ...] | int | None = None
    at_bounds: Literal["stay", "fault"] = "fault"
    title: Text = Text()
    series: str = ""
    place: Place = Place()


@dataclass(frozen=True)
class ChanceOutcome:
    """One outcome of a lottery. ``probability`` is None for ``rest``; ``in_world`` None where not given."""

    name: str
    probability: Formula | None
    in_world: Formula | None = None
    effects: Mapping[str, Formula] = field(default_factory=dict)
    title: Text = Text()
    place: Place = Place()


@dataclass(frozen=True)
class Move:
    """One move of an actor, or (name ``""``) what nature does in its step.

    ``effects`` map a stock to its new value (a formula) or a status to a formula that gives a label.
    ``payoffs`` are lumps and ``flow`` a rate per year, by actor.
    """

    name: str
    title: Text = Text()
    when: Formula | None = None
    weight: Formula | None = None
    effects: Mapping[str, Formula] = field(default_factory=dict)
    chance: tuple[ChanceOutcome, ...] = ()
    drift: Mapping[str, Formula] = field(default_factory=dict)
    noise: Mapping[str, Formula] = field(default_factory=dict)
    payoffs: Mapping[str, Formula] = field(default_factory=dict)
    flow: Mapping[str, Formula] = field(default_factory=dict)
    place: Place = Place()


@dataclass(frozen=True)
class Step:
    """One actor's or nature's turn inside a period. ``actor`` is None for nature, which has one move."""

    name: str
    actor: str | None
    moves: tuple[Move, ...]
    title: Text = Text()
    when: Formula | None = None
    record: Literal["complete", "partial"] = "partial"
    default: str | None = None
    order: tuple[str, ...] = ()
    place: Place = Place()


@dataclass(frozen=True)
class SideStock:
    """A sum over a path that no formula reads: a flow per year, with low, central and high parameter sets."""

    name: str
    flow: Formula
    unit: str = ""
    initial: float = 0.0
    title: Text = Text()
    low: Formula | None = None
    high: Formula | None = None
    place: Place = Place()


@dataclass(frozen=True)
class Outcome:
    """An event on a path. ``lasting_days`` 0: none; ``ends`` ends the spell; ``after`` names another outcome."""

    name: str
    reach: Formula
    status: Literal["in_effect", "announced"] = "in_effect"
    lasting_days: float = 0.0
    ends: Formula | None = None
    after: str | None = None
    any_time: bool = False
    title: Text = Text()
    place: Place = Place()


@dataclass(frozen=True)
class PlanRule:
    """``move`` is a move of the step, or ``otherwise: equilibrium`` with ``move == "equilibrium"``."""

    move: str
    when: Formula | None


@dataclass(frozen=True)
class Plan:
    """Ordered rules by step; ``known`` to the other actors or not."""

    name: str
    steps: Mapping[str, tuple[PlanRule, ...]]
    known: bool = True
    title: Text = Text()
    place: Place = Place()


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
class RecordItem:
    """One dated observation.

    Exactly one of three kinds: ``step`` with ``moves`` (one or several possible; ``also`` are weaker events of the
    same step and period), ``condition`` (a formula over the state that held), or ``stock``, ``value`` and ``error``.
    An item with none of them is an event that only facts refer to; ``assumed`` says why an item without source counts.
    """

    name: str
    date: dt.date
    step: str | None = None
    moves: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    condition: Formula | None = None
    stock: str | None = None
    value: float | None = None
    error: float | None = None
    title: Text = Text()
    source: SourceRef | None = None
    grade: str = ""
    unsourced: bool = False
    hindsight: bool = False
    active: bool = True
    place: Place = Place()
    assumed: Text = Text()


@dataclass(frozen=True)
class Record:
    """The dated observations of a case, sorted by date, and the chance that one of them is miscoded."""

    items: tuple[RecordItem, ...] = ()
    miscoded: Formula | None = None
    series: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Anchor:
    """The place of a passage: code points of the NFC text with runs of white space as one, and its SHA-256."""

    start: int
    stop: int
    sha256: str


@dataclass(frozen=True)
class Claim:
    """One claim of an argument. ``check`` belongs to conclusions, ``cut`` and ``realised_by`` to premises."""

    name: str
    role: Literal["fact", "premise", "conclusion", "not_modelled"]
    says: Text
    quote: str = ""
    at: Anchor | None = None
    check: Query | None = None
    realised_by: str = ""
    cut: Mapping[str, object] = field(default_factory=dict)
    cut_shared_because: str = ""
    fact: Mapping[str, object] = field(default_factory=dict)
    reason: Text = Text()
    tier: str = ""
    place: Place = Place()


@dataclass(frozen=True)
class Argument:
    """One author's claims about a case."""

    name: str
    author: str
    source: str
    title: Text
    claims: tuple[Claim, ...]
    place: Place = Place()


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
