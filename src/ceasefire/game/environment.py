"""The numbers of a case: what every name in a formula stands for, under a variant and in an actor's view.

A parameter stands for the median of its prior unless the variant sets it, a rival for its nominal setting. In the view
of an actor a parameter with ``perceived_by`` stands for what that actor takes it to be. A type dimension stands for
the value of its label, by profile or by type.

Halving the period (a choice whose effect on the forecast is measured) halves what nature does per period: flow, drift,
the variance of noise and the logarithm of the discount factor. A hazard p becomes 1 - (1 - p)^(1/2), so that surviving
two halves has the probability of surviving one whole. Lumps, and a flow that hangs on an actor's move, are not scaled,
because an actor's steps come up in half of the halves only.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.formula import Formula
from ceasefire.case.model import Case
from ceasefire.case.perceptions import other_view, perceptions_of
from ceasefire.case.variant import Variant
from ceasefire.game.arrays import Game
from ceasefire.game.compile_faults import refuse
from ceasefire.game.types import TypeSpace, type_spaces

Floats = NDArray[np.float64]
NOMINAL = Variant()


@dataclass(frozen=True)
class View:
    """One perception: the value of every parameter, rival and type label in it.

    Parameters
    ----------
    numbers : by name
        Parameters and rivals.
    type_values : by ``actor.dimension``, (labels,)
    """

    numbers: Mapping[str, float]
    type_values: Mapping[str, Floats]


class Environment:
    """All numbers of a case under a variant.

    Parameters
    ----------
    case : Case
    variant : Variant
    first_period : int
        With a halved period: the period at whose start the halved game begins. Else it only says before which period
        nothing happens.

    Attributes
    ----------
    views : tuple of View
        View 0 is nominal; where perceptions are shared, that which all then have. Where they are not open, the other
        of the two stands beside it for what it can lead to: games of both views have the same states.
    view_of_actor : (i,) int
        Index of the view with which each actor evaluates.
    n_periods, years, months
        Number of periods of the game and length of one, after the variant.

    Raises
    ------
    InputError
        C514, C515, C516, and F110 or F111 where a formula cannot be evaluated.
    """

    def __init__(self, case: Case, variant: Variant = NOMINAL, first_period: int = 0) -> None:
        self.case, self.variant = case, variant
        self.halved = variant.halve_period
        self.first_period = first_period
        self._check_variant()
        whole = math.ceil(round(case.calendar.n_periods * variant.horizon_factor, 9))
        share = 0.5 if self.halved else 1.0
        self.n_periods = 2 * (whole - first_period) if self.halved else whole
        self.years, self.months = case.calendar.years * share, case.calendar.months * share
        self.actor_index = {actor.name: i for i, actor in enumerate(case.actors)}
        self.labels = {label: code for status in case.statuses for code, label in enumerate(status.labels)}
        self._make_views()

    # ---------------------------------------------------------------- numbers
    def number(self, name: str) -> float:
        """Return the nominal value of a parameter or rival."""
        return self.views[0].numbers[name]

    def view(self, actor: str | None) -> View:
        """Return the view of an actor; None: the nominal one."""
        return self.views[0 if actor is None else int(self.view_of_actor[self.actor_index[actor]])]

    def scalar(self, formula: Formula, view: View | None = None) -> float:
        """Return the value of a formula that reads parameters and rivals only."""
        return float(formula.evaluate((view or self.views[0]).numbers))

    @cached_property
    def precision(self) -> Floats:
        """Precision of each actor, per year of best-minus-worst, (i,)."""
        return np.array([self._precision(i) for i in range(len(self.case.actors))])

    @cached_property
    def discount_factor(self) -> Floats:
        """Discount factor of each actor per period of the game, (i,)."""
        return np.array([self._discount(i) for i in range(len(self.case.actors))])

    @cached_property
    def types(self) -> tuple[TypeSpace, ...]:
        """Types of each actor, in actor order."""
        return type_spaces(self.case, self.variant, self.scalar)

    @cached_property
    def n_profiles(self) -> int:
        """Number of type profiles."""
        return int(np.prod([space.n_types for space in self.types]))

    def profile_values(self, view: View) -> dict[str, Floats]:
        """Return the value of every ``actor.dimension`` in each type profile, (p,)."""
        index = np.unravel_index(np.arange(self.n_profiles), [space.n_types for space in self.types])
        return {
            name: values[index[i]]
            for i, space in enumerate(self.types)
            for name, values in space.values_by_type(view.type_values).items()
        }

    def own_names(self, actor: str | None) -> dict[str, str]:
        """Return what a bare dimension name means to an actor: its own, else that of the one actor who has it."""
        bare: dict[str, list[str]] = {}
        for dimension in self.case.types:
            bare.setdefault(dimension.name, []).append(dimension.actor)
        return {
            name: f"{actor if actor in owners else owners[0]}.{name}"
            for name, owners in bare.items()
            if actor in owners or len(owners) == 1
        }

    # ---------------------------------------------------------------- calendar and conditions
    def date_of(self, period: int) -> int:
        """Return the ordinal of the first day of a period of the game."""
        calendar = self.case.calendar
        if not self.halved:
            return calendar.start_of(period).toordinal()
        start = calendar.start_of(self.first_period + period // 2)
        if period % 2 == 0:
            return start.toordinal()
        return start.toordinal() + (calendar.start_of(self.first_period + period // 2 + 1) - start).days // 2

    def period_of(self, date: dt.date) -> int:
        """Return the period of the game that contains a date; negative before its start."""
        if not self.halved:
            return self.case.calendar.period_of(date)
        guess = 2 * (self.case.calendar.period_of(date) - self.first_period)
        return guess + int(date.toordinal() >= self.date_of(guess + 1))

    def evaluate(self, formula: Formula, game: Game, period: int, actor: str | None = None) -> Any:
        """Return a formula over all states of a game at the start of a period, in an actor's view.

        Returns
        -------
        (s,), (s, p) where it reads type values, or a number where it reads no state.
        """
        names: dict[str, Any] = {**self.views[0].numbers, **self.labels}
        if actor is not None:
            names |= self.view(actor).numbers
        wide = any("." in name or name in self.own_names(actor) for name in formula.names)
        names |= {k: v[:, None] if wide else v for k, v in game.state_columns.items()}
        if wide:
            values = self.profile_values(self.view(actor))
            names |= values | {bare: values[full] for bare, full in self.own_names(actor).items()}
        return formula.evaluate(names | {"date": self.date_of(period)})

    def condition(self, formula: Formula, game: Game, period: int) -> NDArray[np.bool_]:
        """Return at which states of a game a condition holds in a period, (s,)."""
        return np.broadcast_to(np.asarray(self.evaluate(formula, game, period), dtype=bool), (game.n_states,))

    # ---------------------------------------------------------------- making
    def _make_views(self) -> None:
        nominal = {name: self._value(name) for name in self.case.parameters}
        nominal |= {name: float(self.variant.settings.get(name, r.nominal)) for name, r in self.case.rivals.items()}
        self.views: list[View] = [self._view(nominal)]
        mode = perceptions_of(self.case, self.variant)
        if mode != "open":
            seen = {name: nominal[other] for name, other in other_view(self.case).items()}
            self.views += [self._view(nominal | seen)] if seen else []
            self.views = self.views[::-1] if mode == "shared" else self.views
            self.view_of_actor = np.zeros(len(self.case.actors), dtype=np.int32)
            return
        of_actor = []
        for actor in self.case.actors:
            seen = {
                name: nominal[p.perceived_by[actor.name]]
                for name, p in self.case.parameters.items()
                if actor.name in p.perceived_by
            }
            of_actor.append(len(self.views) if seen else 0)
            if seen:
                self.views.append(self._view(nominal | seen))
        self.view_of_actor = np.array(of_actor, dtype=np.int32)

    def _view(self, numbers: Mapping[str, float]) -> View:
        values = {
            f"{d.actor}.{d.name}": np.array([float(v.evaluate(numbers)) for v in d.values]) for d in self.case.types
        }
        return View(numbers, values)

    def _value(self, name: str) -> float:
        parameter = self.case.parameters[name]
        if name in self.variant.settings:
            return float(self.variant.settings[name])
        if self.variant.without_hindsight and parameter.hindsight and parameter.without_hindsight is not None:
            return float(parameter.without_hindsight)
        return parameter.prior.median()

    def _precision(self, i: int) -> float:
        actor = self.case.actors[i]
        share = self.scalar(actor.takes_better, self.view(actor.name))
        if not 0.5 <= share < 1 or actor.when_better_by <= 0:
            hint = "0.5: takes no notice of values; 0.9: takes the better of two moves nine times in ten"
            raise refuse(
                "C514",
                f"precision of {actor.name} needs takes_better from 0.5 to below 1 and when_better_by above 0",
                actor.takes_better.place,
                found=f"{share:g}",
                hint=hint,
            )
        return math.log(share / (1 - share)) / actor.when_better_by * self.variant.precision_factor

    def _discount(self, i: int) -> float:
        actor = self.case.actors[i]
        factor = self.scalar(actor.discount_factor, self.view(actor.name))
        if not 0 < factor <= 1:
            raise refuse(
                "C514",
                f"the discount factor of {actor.name} per month must lie above 0 and at most at 1",
                actor.discount_factor.place,
                found=f"{factor:g}",
            )
        return float(factor**self.months)

    def _check_variant(self) -> None:
        case, variant = self.case, self.variant
        known = {*case.parameters, *case.rivals}
        wrong = [name for name in variant.settings if name not in known]
        moves = {f"{step.name}.{move.name}" for step in case.steps for move in step.moves}
        wrong += [name for name in variant.without if name not in moves]
        actors = {actor.name for actor in case.actors}
        wrong += [name for name in (*variant.freeze_belief, *variant.type_prior) if name not in actors]
        wrong += [variant.halve_stock] * (variant.halve_stock not in {"", *(s.name for s in case.stocks)})
        if wrong:
            raise refuse("C516", f"the variant names what the case does not have: {', '.join(sorted(wrong))}")
