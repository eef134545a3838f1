"""Solutions of variants: the last ones are kept in memory, and solved again only where the game differs."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np

from ceasefire.case.model import Case
from ceasefire.case.perceptions import perceptions_of
from ceasefire.errors import CeasefireError, InputError
from ceasefire.forecast.scenario import Scenario, game_parameters, solve_key
from ceasefire.forecast.settings import Settings
from ceasefire.game.arrays import Game
from ceasefire.game.compile import Plan
from ceasefire.game.memory import limit_bytes
from ceasefire.simulate.plans import Forced, Possible

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, of)``."""
T = TypeVar("T")
KEPT_SOLUTIONS = 2
_solutions: OrderedDict[str, Any] = OrderedDict()
_needed = [0]
_failures: dict[str, CeasefireError] = {}
log = logging.getLogger(__name__)


def forget() -> None:
    """Drop every solution, and every failure, that is kept in memory."""
    _solutions.clear()
    _failures.clear()
    _needed[0] = 0


def unless_failed(key: str, compute: Callable[[], T]) -> T:
    """Return what `compute` gives; where it failed before in this process under this key, raise that failure again.

    Too little memory is not kept: there may be more the next time.
    """
    if key in _failures:
        raise copy(_failures[key])
    try:
        return compute()
    except CeasefireError as error:
        if not (isinstance(error, InputError) and any(fault.code == "C513" for fault in error.faults)):
            _failures[key] = copy(error)
        raise


def memory_check(settings: Settings) -> Callable[[Plan], None]:
    """Return what ``compile_case`` asks before it writes arrays: whether compiling and solving fit into memory.

    What the largest solve so far needs is said in the log, before anything is allocated.

    Raises
    ------
    InputError
        C513, when called, where they do not fit.
    """

    def check(plan: Plan) -> None:
        from ceasefire.solve.memory import check_plan

        need = check_plan(plan, settings.intervals_of([t.n_types for t in plan.environment.types if t.n_types > 1]))
        if need.memory > _needed[0]:
            _needed[0] = need.memory
            log.info("%s", need.text)

    return check


def fitting(most: int) -> int:
    """Return how many solutions, at most `most` and at least one, fit into memory beside each other."""
    return max(1, min(most, limit_bytes() // max(_needed[0], 1)))


class timed:
    """Add the seconds spent inside to a stage."""

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self.seconds, self.stage = seconds, stage

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + time.perf_counter() - self.began


def solved(
    case: Case,
    scenario: Scenario,
    settings: Settings,
    game: Game,
    progress: Progress,
    *,
    forced: Forced | None = None,
    first_period: int = 0,
    possible: Possible | None = None,
) -> Any:
    """Return the equilibrium of a game, kept or computed; under `forced` moves from `first_period` on.

    Under a plan only the states `possible` are solved. They depend on the record, and so does then what is kept.
    """
    from ceasefire.solve import solve
    from ceasefire.solve.ahead import compile_longest
    from ceasefire.solve.part import solve_part
    from ceasefire.solve.starts import Start

    key = solve_key(case, scenario, settings, game_parameters(case))
    if possible is not None:
        key += states_key(game, possible, first_period)
    if key in _solutions:
        _solutions.move_to_end(key)
        return _solutions[key]
    intervals = settings.intervals_of([game.n_types[i] for i in game.informed])
    views = 2 if scenario.variant.perceptions == "shared" or perceptions_of(case, scenario.variant) == "hidden" else 1
    while len(_solutions) >= fitting(views * KEPT_SOLUTIONS):
        _solutions.popitem(last=False)
    nominal = _with_nominal_prior(case, scenario, game)
    chosen: dict[str, Any] = {
        "intervals": intervals if intervals else 1,
        "tolerance": settings.tolerance,
        "elsewhere": Start(scenario.start) if scenario.start else None,
        "progress": lambda done, of: progress("solve", done, of),
    }
    compile_longest(nominal)
    solution = unless_failed(
        key,
        lambda: (
            solve(nominal, forced=forced, first_period=first_period, audit=False, **chosen)
            if possible is None or forced is None
            else solve_part(nominal, possible, forced, first_period, **chosen)
        ),
    )
    _solutions[key] = solution
    return solution


def states_key(game: Game, possible: Possible, first_period: int) -> str:
    """Return what stands for the states that are solved in keys."""
    places = [(t, j) for t in {first_period, game.n_periods - 1} for j in range(len(game.steps))]
    return sha256(b"".join(np.packbits(possible(t, j)).tobytes() for t, j in sorted(places))).hexdigest()


def _with_nominal_prior(case: Case, scenario: Scenario, game: Game) -> Game:
    """Return the game with the prior that it has without those settings that need no new solve.

    The prior is a node of the belief grid: the solution must not depend on which of them was asked for first.
    """
    needed = game_parameters(case)
    settings = {name: x for name, x in scenario.variant.settings.items() if name in needed}
    if len(settings) == len(scenario.variant.settings) and not scenario.variant.type_prior:
        return game
    from ceasefire.case.variant import Variant
    from ceasefire.game.environment import Environment

    same = Variant(settings=settings, perceptions=scenario.variant.perceptions)
    return replace(game, prior=tuple(space.prior for space in Environment(case, same).types))
