"""The mechanism of a case: actors and what they want and hide, the state, steps and moves, outcomes, plans.

Names are still names (strings); formulas are parsed (``case.formula.Formula``) but not evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ceasefire.case.evidence import SourceRef, Text
from ceasefire.case.formula import Formula
from ceasefire.case.priors import Prior
from ceasefire.errors import Place


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
