"""The record as constraints on paths: which moves remain at each step, what must hold when a period ends.

Nothing dated after ``as_of`` is read. In the period of ``as_of`` a step is observed if an item dated on or before it
is coded to it or to a later step; the steps after the last observed one are open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.evidence import RecordItem
from ceasefire.case.mechanism import Step
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.game.arrays import Game

Bools = NDArray[np.bool_]

CODES = {
    "S401": "Several items code different moves of one step in one period, and the step has no order.",
    "S402": "The record cannot happen in the game: no path passes it.",
}


@dataclass(frozen=True)
class Observed:
    """What the record says of one step in one period.

    Parameters
    ----------
    name : str
        Of the item, or ``step@period-start`` for a default that nothing contradicts.
    allowed : (a,), bool
        Moves that remain.
    by_default : bool
        Nothing is listed: a path on which the step does not occur agrees.
    """

    name: str
    allowed: Bools
    by_default: bool


@dataclass(frozen=True)
class RecordRules:
    """The record of a case up to ``as_of``, ready for paths.

    Parameters
    ----------
    as_of_period : int
        The period of ``as_of`` (-1 if that lies before the start: then nothing is observed).
    first_open : int
        First step of that period that is not observed.
    steps : by (period, step index)
    state_items : by period
        Conditions and stock values, looked at when the period ends; in the period of ``as_of`` after the last
        observed step.
    miscoded : float
        Chance that a coded move is not the one that was made.
    """

    as_of_period: int
    first_open: int
    steps: dict[tuple[int, int], Observed] = field(default_factory=dict)
    state_items: dict[int, list[RecordItem]] = field(default_factory=dict)
    miscoded: float = 0.0

    def is_open(self, period: int, step: int) -> bool:
        """Return whether a step lies after everything observed (there plans bind and slips are counted)."""
        return (period, step) >= (self.as_of_period, self.first_open)


def as_of_date(case: Case, variant: Variant) -> dt.date | None:
    """Return the day up to which the record is read."""
    return dt.date.fromisoformat(variant.as_of) if variant.as_of else case.calendar.as_of


def is_on(item: RecordItem, variant: Variant) -> bool:
    """Return whether an item is switched on under a variant."""
    if not item.active or item.name in variant.without_items:
        return False
    return not (item.hindsight and variant.without_hindsight) and not (item.unsourced and variant.without_unsourced)


def record_rules(case: Case, game: Game, variant: Variant, environment: Any, *, use: bool = True) -> RecordRules:
    """Return what the record says of every step up to ``as_of``.

    Parameters
    ----------
    environment : Environment
        For the date of each period and the chance of miscoding.
    use : bool
        False: only ``as_of`` counts (where plans bind); no item is read.

    Raises
    ------
    InputError
        S401 if items of one step and period contradict each other.
    """
    as_of = as_of_date(case, variant)
    if as_of is None:
        return RecordRules(0, 0)
    last = min(environment.period_of(as_of), game.n_periods - 1)
    items = [item for item in case.record.items if item.date <= as_of and environment.period_of(item.date) >= 0]
    placed: dict[tuple[int, int], list[RecordItem]] = {}
    for item in items:
        if item.step is not None:
            placed.setdefault((environment.period_of(item.date), game.step_index(item.step)), []).append(item)
    first_open = 1 + max((j for t, j in placed if t == last), default=-1)
    if last < 0:
        return RecordRules(0, 0)
    if not use:
        return RecordRules(last, first_open)
    steps: dict[tuple[int, int], Observed] = {}
    for t in range(last + 1):
        for j, step in enumerate(case.steps[: first_open if t == last else None]):
            seen = _observed(step, game, placed.get((t, j), []), variant, f"{step.name}@{case.calendar.start_of(t)}")
            if seen is not None:
                steps[t, j] = seen
    states: dict[int, list[RecordItem]] = {}
    for item in items:
        if (item.condition is not None or item.stock is not None) and is_on(item, variant):
            states.setdefault(environment.period_of(item.date), []).append(item)
    miscoded = 0.0 if case.record.miscoded is None else float(environment.scalar(case.record.miscoded))
    return RecordRules(last, first_open, steps, states, miscoded)


def _observed(step: Step, game: Game, items: list[RecordItem], variant: Variant, name: str) -> Observed | None:
    """Return what one step's items say, or None where the step is silent.

    It is also silent where the variant has none of the moves that were made: the question is then what would have
    happened without them, and a record of them says nothing.
    """
    if step.actor is None or any(not is_on(item, variant) for item in items):
        return None
    moves = game.steps[game.step_index(step.name)].move_names
    if not items:
        if step.record != "complete" or step.default is None:
            return None
        return _unless_gone(Observed(name, _mask(moves, _left(step, [step.default], variant)), True))
    item = _strongest(step, items)
    return _unless_gone(Observed(item.name, _mask(moves, _left(step, item.moves, variant)), False))


def _left(step: Step, moves: Iterable[str], variant: Variant) -> list[str]:
    """Return the moves that the variant did not take away; the game keeps their names, but nobody can make them."""
    return [move for move in moves if f"{step.name}.{move}" not in variant.without]


def _unless_gone(seen: Observed) -> Observed | None:
    return seen if seen.allowed.any() else None


def _strongest(step: Step, items: list[RecordItem]) -> RecordItem:
    """Return the item that codes the strongest event of a step in a period; the others are what also happened."""
    if len({item.moves for item in items}) == 1:
        return items[0]
    if any(move not in step.order for item in items for move in item.moves):
        names = ", ".join(item.name for item in items)
        message = f'several items code different moves of the step "{step.name}" in one period: {names}'
        hint = "give the step an `order` from weak to strong, or list the weaker events under `also`"
        raise InputError([Fault("S401", message, items[-1].place, hint=hint)])
    return max(items, key=lambda item: max(step.order.index(move) for move in item.moves))


def _mask(names: tuple[str, ...], moves: Iterable[str]) -> Bools:
    """Return which of the moves `names` are among `moves`."""
    chosen = set(moves)
    return np.array([name in chosen for name in names], dtype=bool)


def item_weight(item: RecordItem, environment: Any, game: Game, period: int) -> NDArray[np.float64]:
    """Return the likelihood of a state or stock item in each state, (s,).

    A condition gives 0 or 1, a stock's value with error exp(-((x - value) / error)**2 / 2).
    """
    if item.condition is not None:
        return np.asarray(environment.condition(item.condition, game, period), dtype=np.float64)
    assert item.stock is not None
    assert item.value is not None
    assert item.error is not None
    distance = (np.asarray(game.state_columns[item.stock], dtype=np.float64) - item.value) / item.error
    return np.asarray(np.exp(-0.5 * distance**2), dtype=np.float64)
