"""One function compiles, solves and simulates any variant of a case; everything above it asks it for runs.

``run_variant`` keeps the last runs and solutions in memory. What differs only in the world, in side stocks, in the
priors of types or in the record is simulated again on a solution that is there already.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.forecast import solutions
from ceasefire.forecast.scenario import Scenario, known_plan, run_key
from ceasefire.forecast.settings import FULL, Settings
from ceasefire.forecast.solutions import Progress, fitting, memory_check, solved, timed, unless_failed
from ceasefire.forecast.views import held_view, other_game, start_of, with_plan
from ceasefire.game.arrays import Game
from ceasefire.simulate.model import PathSet, Spells
from ceasefire.simulate.plans import PlannedPlay
from ceasefire.simulate.views import HeldView

CODES = {
    "P100": "A case without steps is asked for a forecast.",
    "P101": "The near event is neither an outcome nor a step of the case.",
    "P102": "A step is asked about that the case does not have, or that does not take place then.",
    "P103": "A move or state is named in a walk that is not possible there.",
}

Ints = NDArray[np.int32]
KEPT_RUNS = 3
_runs: OrderedDict[str, Run] = OrderedDict()
_games: dict[str, tuple[Any, Game, Game | None]] = {}


@dataclass(frozen=True)
class Run:
    """A variant of a case, compiled, solved and simulated.

    Parameters
    ----------
    game : Game
        Compiled for the variant.
    solution : Solution
        Of this game, or of one that differs only in what a solution does not depend on.
    environment : Environment
        The numbers behind formulas.
    paths : PathSet
    seconds : by stage
    other : HeldView, optional
        The view of those who see the game otherwise than it is, where perceptions are hidden.
    """

    case: Case
    scenario: Scenario
    settings: Settings
    environment: Any
    game: Game
    solution: Any
    paths: PathSet
    seconds: dict[str, float]
    other: HeldView | None = None
    _spells: dict[str, Spells] = field(default_factory=dict, repr=False)

    def spells(self, outcome: str) -> Spells:
        """Return when an outcome happened on each path."""
        from ceasefire.simulate.outcomes import spells

        if outcome not in self._spells:
            self._spells[outcome] = spells(self.case, self.game, self.paths, outcome, self.environment)
        return self._spells[outcome]

    def start(self, outcome: str) -> Ints:
        """Return the period in which an outcome begins on each path, (n,); ``n_periods`` where it is not decided."""
        found = self.spells(outcome)
        return np.where(found.undecided, self.n_periods, found.start).astype(np.int32)

    @property
    def n_periods(self) -> int:
        """Periods of the game; more than the calendar has where the horizon was lengthened."""
        return self.game.n_periods

    def case_periods(self) -> range:
        """Return the periods of the case's own calendar."""
        return range(self.case.calendar.n_periods)

    @property
    def days(self) -> float:
        """Mean length of a period in days."""
        return self.case.calendar.days

    @property
    def as_of(self) -> dt.date:
        """The day up to which the record counts."""
        if self.scenario.variant.as_of:
            return dt.date.fromisoformat(self.scenario.variant.as_of)
        return self.case.calendar.as_of or self.case.calendar.start

    @property
    def as_of_period(self) -> int:
        """The period that contains ``as_of``."""
        return self.period_of(self.as_of)

    @property
    def unsolved(self) -> tuple[int, int]:
        """How many points of the game were left without a solution, and of how many."""
        solutions = [self.solution] if self.other is None else [self.solution, self.other.solution]
        tallies = [solution.tally for solution in solutions]
        return sum(len(tally.failed) for tally in tallies), sum(tally.points for tally in tallies)

    def period_of(self, date: dt.date) -> int:
        """Return the period that contains a date, within the game."""
        return min(max(self.case.calendar.period_of(date), 0), self.n_periods - 1)

    def end_of(self, period: int) -> dt.date:
        """Return the last day of a period."""
        return self.case.calendar.end_of(period)

    def at_as_of(self, date: dt.date) -> bool:
        """Return whether a date means the moment after the last observed step."""
        return self.period_of(date) == self.as_of_period and date <= self.as_of


def forget() -> None:
    """Drop every run and solution that is kept in memory."""
    _runs.clear()
    _games.clear()
    solutions.forget()


def run_variant(
    case: Case,
    variant: Variant = Variant(),  # noqa: B008
    settings: Settings = FULL,
    *,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
    until: int | None = None,
) -> Run:
    """Compile, solve and simulate a variant of a case, or return the run that is kept.

    Parameters
    ----------
    case : Case
        With steps.
    variant : Variant
        What differs from the case; ignored where a `scenario` is given.
    settings : Settings
    scenario : Scenario, optional
        A variant with a plan or without slips.
    progress : callable, optional
        ``progress(stage, done, of)``.
    until : int, optional
        Last period of the paths, for numbers that read no later one; the horizon if not given, and where the number
        of paths is yet to be found.

    Raises
    ------
    InputError
        Where the case has no steps, the plan is unknown, or the variant does not compile.
    NumericalError
        Where a step cannot be solved.
    """
    scenario = scenario or Scenario(variant)
    needs_steps(case)
    known_plan(case, scenario.plan)
    whole = run_key(case, scenario, settings)
    key = whole if until is None or settings.target else f"{whole} until {until}"
    for kept in (whole, key):
        if kept in _runs:
            _runs.move_to_end(kept)
            return _runs[kept]
    while len(_runs) >= fitting(KEPT_RUNS):
        _runs.popitem(last=False)
    last = None if key == whole else until
    _runs[key] = unless_failed(whole, lambda: _compute(case, scenario, settings, progress or _silent, last))
    return _runs[key]


def needs_steps(case: Case) -> None:
    """Raise a fault where there is no mechanism to solve."""
    if not case.steps:
        hint = "add actors, state, steps and outcomes; `ceasefire check` and `ceasefire audit` already work"
        raise InputError([Fault("P100", f'the case "{case.name}" has no steps, so nothing can be forecast', hint=hint)])


def _silent(stage: str, done: int, of: int) -> None:
    """Show nothing."""


def _compute(case: Case, scenario: Scenario, settings: Settings, progress: Progress, until: int | None) -> Run:
    from ceasefire.simulate.paths import simulate

    if scenario.variant.halve_period:
        from ceasefire.forecast.halved import halved_run

        return halved_run(case, scenario, settings, progress)
    seconds: dict[str, float] = {}
    with timed(seconds, "compile"):
        progress("compile", 0, 1)
        environment, game, theirs = _compiled(case, scenario.variant, settings)
    with timed(seconds, "solve"):
        base = replace(scenario, plan="", no_slips=False, shadow=())
        solution = solved(case, base, settings, game, progress)
        other = held_view(case, base, settings, theirs, progress)
    with timed(seconds, "plan"):
        plan = None
        if scenario.plan:
            plan, other = _planned(case, scenario, settings, game, solution, environment, progress, other)
    with timed(seconds, "simulate"):

        def simulated(n_paths: int) -> Run:
            progress("simulate", 0, 1)
            paths = simulate(
                case,
                game,
                solution,
                variant=scenario.variant,
                n_paths=n_paths,
                seed=settings.seed,
                until=until,
                plan=plan,
                no_slips=scenario.no_slips,
                environment=environment,
                other=other,
            )
            return Run(case, scenario, settings, environment, game, solution, paths, seconds, other)

        return _to_target(simulated, settings)


def _compiled(case: Case, variant: Variant, settings: Settings) -> tuple[Any, Game, Game | None]:
    """Return the environment of a variant, its game, and that of another view; the last ones are kept for plans."""
    from ceasefire.game.compile import compile_case
    from ceasefire.game.environment import Environment

    key = run_key(case, Scenario(variant), settings)
    if key not in _games:
        environment = Environment(case, variant)
        game = compile_case(case, variant, check=memory_check(settings))
        other = other_game(
            case,
            variant,
            game,
            lambda shared: compile_case(case, shared, initial=start_of(game), check=memory_check(settings)),
        )
        _games.clear()
        _games[key] = environment, game, other
    return _games[key]


def _to_target(simulated: Callable[[int], Run], settings: Settings) -> Run:
    """Return a run with enough paths for the target error of its headlines; two rounds at most."""
    run = simulated(settings.n_paths)
    if not settings.target:
        return run
    from ceasefire.forecast.headlines import largest_error

    error, n_paths = largest_error(run), run.paths.n_paths
    wanted = min(int(1.05 * n_paths * (error / settings.target) ** 2), settings.max_paths)
    return simulated(wanted) if wanted > n_paths else run


def _planned(
    case: Case,
    scenario: Scenario,
    settings: Settings,
    game: Game,
    solution: Any,
    environment: Any,
    progress: Progress,
    other: HeldView | None,
) -> tuple[PlannedPlay, HeldView | None]:
    """Return the plan ready to be played, and the other view; where it is known, play is solved under it in each."""
    from ceasefire.simulate.plans import forced_moves, states_under

    plan = case.plans[scenario.plan]
    forced = forced_moves(case, game, plan, variant=scenario.variant, environment=environment)
    if not plan.known:
        return PlannedPlay(forced, solution, False), other
    as_of = scenario.variant.as_of
    first = case.calendar.period_of(dt.date.fromisoformat(as_of)) if as_of else case.calendar.as_of_period
    possible = states_under(case, game, forced, variant=scenario.variant, environment=environment)
    under = solved(
        case, scenario, settings, game, progress, forced=forced, first_period=max(first, 0), possible=possible
    )  # fmt: skip
    other = with_plan(other, case, scenario, settings, progress, forced, max(first, 0))
    return PlannedPlay(forced, under, True), other
