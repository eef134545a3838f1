"""What a step of a case reads and does, found once from its formulas: types, views, calendar."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.formula import Formula
from ceasefire.case.formula_evaluate import NotFiniteError, evaluate_tree
from ceasefire.case.mechanism import Move, Step
from ceasefire.game.compile_faults import refuse
from ceasefire.game.environment import Environment, View
from ceasefire.game.space import StateSpace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """States at which formulas are evaluated, in one period.

    Parameters
    ----------
    codes : (r,) int
        Codes of states in `space`.
    """

    environment: Environment
    space: StateSpace
    codes: Ints
    period: int

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.codes)

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Label codes and stock values, (r,) each."""
        return self.space.columns(self.codes)

    def some(self, chosen: NDArray[np.bool_]) -> Rows:
        """Return the states at which `chosen` (r,) holds."""
        return self if chosen.all() else Rows(self.environment, self.space, self.codes[chosen], self.period)

    def names(self, view: View, actor: str | None = None, types: dict[str, Floats] | None = None) -> dict[str, Any]:
        """Return what names stand for: columns (r,), or (r, 1) beside the `types` (k,) by ``actor.dimension``."""
        env = self.environment
        names: dict[str, Any] = {**view.numbers, **env.labels, "date": env.date_of(self.period)}
        if types is None:
            return names | self.columns
        bare = {short: types[full] for short, full in env.own_names(actor).items() if full in types}
        return names | {name: column[:, None] for name, column in self.columns.items()} | types | bare

    def evaluate(self, formula: Formula, names: dict[str, Any]) -> NDArray[Any]:
        """Return a formula over the rows, (r,)."""
        return np.broadcast_to(np.asarray(formula.evaluate(names)), (self.size,))

    def holds(self, formula: Formula | None) -> NDArray[np.bool_]:
        """Return at which rows a condition holds; everywhere where there is none."""
        if formula is None:
            return np.ones(self.size, dtype=bool)
        return self.evaluate(formula, self.names(self.environment.views[0])).astype(bool)


class StepRules:
    """One step of a case with what its formulas read.

    Attributes
    ----------
    type_actor : int
        Actor on whose types the probabilities of a step of nature depend; -1: nobody's.
    views : tuple of int
        Views in which the transition is evaluated; the first is the nominal one.
    view_of_actor : (i,) int
        Index into `views` for each actor.
    typed_payoffs : bool
    """

    def __init__(self, step: Step, environment: Environment) -> None:
        self.step, self.environment = step, environment
        self._dimensions = {f"{d.actor}.{d.name}" for d in environment.case.types}
        self._check_types()
        self._check_drift()
        self._choose_views()
        self.typed_payoffs = any(self.type_names(f, actor) for actor, f in self._payoff_formulas())

    @property
    def is_nature(self) -> bool:
        """Whether the step is nature's."""
        return self.step.actor is None

    @cached_property
    def move_names(self) -> tuple[str, ...]:
        """Names of the moves, in the order of the columns."""
        return tuple(move.name for move in self.step.moves)

    def type_names(self, formula: Formula, actor: str | None) -> set[str]:
        """Return the ``actor.dimension`` names that a formula reads when `actor` evaluates it."""
        bare = self.environment.own_names(actor)
        return {bare.get(name, name) for name in formula.names} & self._dimensions

    def signature(self, period: int) -> tuple[float, ...]:
        """Return the values of everything in the step's formulas that the calendar decides; equal: same table."""
        date = {"date": self.environment.date_of(period)}
        return tuple(_value(tree, {**view.numbers, **date}) for tree in self._dated for view in self.environment.views)

    # ---------------------------------------------------------------- formulas
    def chance_formulas(self) -> Iterator[Formula]:
        """Yield the probabilities of chance outcomes as the actors know them."""
        for move in self.step.moves:
            yield from (o.probability for o in move.chance if o.probability is not None)

    def _change_formulas(self) -> Iterator[Formula]:
        for move in self.step.moves:
            for part in (move.effects, move.drift, move.noise, *(o.effects for o in move.chance)):
                yield from part.values()

    def _payoff_formulas(self) -> Iterator[tuple[str, Formula]]:
        for move in self.step.moves:
            yield from move.payoffs.items()
            yield from move.flow.items()

    def _conditions(self) -> Iterator[Formula]:
        for condition in (self.step.when, *(part for move in self.step.moves for part in (move.when, move.weight))):
            if condition is not None:
                yield condition

    @cached_property
    def _dated(self) -> list[Any]:
        known = {*self.environment.views[0].numbers, "date"}
        everything = (
            *self.chance_formulas(),
            *self._change_formulas(),
            *self._conditions(),
            *(formula for _, formula in self._payoff_formulas()),
        )
        return [tree for formula in everything if "date" in formula.names for tree in _dated_parts(formula.tree, known)]

    # ---------------------------------------------------------------- what may depend on types, and views
    def _check_types(self) -> None:
        step = self.step
        for formula in (*self._change_formulas(), *self._conditions()):
            if self.type_names(formula, step.actor):
                hint = "let the probability of a chance in a step of nature depend on the type"
                raise refuse("C509", f"{formula.text!r} of step {step.name} reads a type", formula.place, hint=hint)
        found: dict[str, Formula] = {}
        for formula in self.chance_formulas():
            for name in self.type_names(formula, step.actor):
                found[name.split(".")[0]] = formula
                self._check_perceived(formula)
        if found and not self.is_nature:
            formula = next(iter(found.values()))
            hint = "only a step of nature may depend on types, and only its chance"
            raise refuse("C509", f"{formula.text!r} of step {step.name} reads a type", formula.place, hint=hint)
        if len(found) > 1:
            raise refuse(
                "C508",
                f"step {step.name} depends on the types of {' and '.join(sorted(found))}",
                list(found.values())[-1].place,
                hint="put what depends on each actor into a step of its own",
            )
        self.type_actor = self.environment.actor_index[next(iter(found))] if found else -1

    def _check_perceived(self, formula: Formula) -> None:
        case = self.environment.case
        seen = sorted(n for n in formula.names if n in case.parameters and case.parameters[n].perceived_by)
        if seen:
            raise refuse(
                "C510",
                f"{', '.join(seen)} is perceived differently and stands in a probability that depends on types",
                formula.place,
                hint="nobody could say what is learnt from the outcome; use another parameter",
            )

    def _check_drift(self) -> None:
        for move in self.step.moves:
            jumps = set(move.effects).union(*(o.effects for o in move.chance))
            both = sorted(jumps & (set(move.drift) | set(move.noise)))
            if both:
                formula = {**move.noise, **move.drift}[both[0]]
                raise refuse(
                    "C504",
                    f"{both[0]} has both effects and drift or noise in step {self.step.name}",
                    formula.place,
                    hint="put one of them into another step",
                )
            for outcome in move.chance:
                twice = sorted(set(move.effects) & set(outcome.effects))
                if twice:
                    raise refuse(
                        "C522",
                        f"{twice[0]} is changed by outcome {outcome.name} and by its step {self.step.name} as well",
                        outcome.effects[twice[0]].place,
                    )

    def _choose_views(self) -> None:
        env = self.environment
        read = {name for formula in (*self.chance_formulas(), *self._change_formulas()) for name in formula.names}
        nominal = env.views[0].numbers
        differs = [any(view.numbers[n] != nominal[n] for n in read & set(nominal)) for view in env.views]
        self.views = (0, *(v for v, d in enumerate(differs) if d))
        place = {v: j for j, v in enumerate(self.views)}
        self.view_of_actor = np.array([place.get(int(v), 0) for v in env.view_of_actor], dtype=np.int32)


def _value(tree: tuple[Any, ...], names: dict[str, Any]) -> float:
    """Return the value of a part of a formula; infinite where it has none, which matters only if it is chosen."""
    try:
        return float(evaluate_tree(tree, names))
    except NotFiniteError:
        return math.inf


def _dated_parts(tree: tuple[Any, ...], known: set[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the largest parts of a tree that read the date and otherwise only numbers."""
    names = {node[1] for node in _nodes(tree) if node[0] == "name"}
    if "date" not in names:
        return
    if names <= known:
        yield tree
        return
    for part in _children(tree):
        yield from _dated_parts(part, known)


def _children(tree: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
    for part in tree:
        if isinstance(part, tuple) and part:
            if isinstance(part[0], str) and part[0] in _KINDS:
                yield part
            elif isinstance(part[0], tuple):
                yield from part


_KINDS = {"number", "date", "bool", "name", "compare", "call", "and", "or", "not", "negative", "+", "-", "*", "/", "**"}


def _nodes(tree: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield tree
    for part in _children(tree):
        yield from _nodes(part)


def check_runs(steps: tuple[Step, ...], variables: Iterable[str]) -> None:
    """Refuse steps of nature in a row of which one reads what one before it changes (C518).

    Flow, drift, chance and noise read the state after the last step of an actor, which would be gone by then.
    """
    changed: dict[str, str] = {}
    for step in steps:
        if step.actor is not None:
            changed = {}
            continue
        for formula in (f for move in step.moves for f in _rates(move) if f.names & set(changed)):
            name = min(formula.names & set(changed))
            raise refuse(
                "C518",
                f"{formula.text!r} of step {step.name} reads {name}, which step {changed[name]} of nature changes "
                f"before it",
                formula.place,
                hint="make the two steps one, or put a step of an actor between them",
            )
        changed |= {name: step.name for move in step.moves for name in _changed(move) if name in set(variables)}


def _changed(move: Move) -> set[str]:
    return {*move.effects, *move.drift, *move.noise}.union(*(o.effects for o in move.chance))


def _rates(move: Move) -> Iterator[Formula]:
    yield from (f for o in move.chance for f in (o.probability, o.in_world) if f is not None)
    for part in (move.drift, move.noise, move.flow):
        yield from part.values()
