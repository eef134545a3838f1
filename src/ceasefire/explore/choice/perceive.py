"""What each misperception costs whom: the case played three ways on the same random numbers, at nominal values.

*None*: all see what the case says. *Hidden*: whoever sees something otherwise thinks that all see it so, and the others do
not know of it. *Open*: everybody knows how each actor sees it. Payoffs are counted at the case's own values, that is as
what really is, also those of an actor who sees it otherwise. Where several parameters are seen otherwise, each is also
played hidden alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.perceptions import other_view, perceived
from ceasefire.case.query_text import query_text
from ceasefire.case.variant import Variant
from ceasefire.errors import UsageError
from ceasefire.forecast.evaluate import sized
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.measures import measure
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.types import informed_actors, type_names
from ceasefire.simulate.estimates import Sampled, finite, mean
from ceasefire.simulate.paths import simulate

NONE: Final = "none"
HIDDEN: Final = "hidden"
OPEN: Final = "open"


@dataclass(frozen=True)
class Course:
    """One way of playing the case; `only` names the one parameter seen otherwise, empty for all."""

    perceptions: Literal["none", "hidden", "open"]
    only: str = ""


@dataclass(frozen=True)
class Paid:
    """A number under one course and its paired change from the course without misperceptions; one standard error each."""

    course: Course
    value: float | None
    error: float | None
    change: float | None
    change_error: float | None


@dataclass(frozen=True)
class Row:
    """A headline probability (`kind` is ``probability``, `name` the query) or the payoff of an actor."""

    kind: Literal["probability", "payoff"]
    name: str
    cells: tuple[Paid, ...]


@dataclass(frozen=True)
class Held:
    """Mean belief in a type, where perceptions are hidden, in the view of the case and in that of the holders."""

    actor: str
    type: str
    date: str
    in_case: float
    in_other: float


@dataclass(frozen=True)
class Misperceived:
    """A parameter that some actors see otherwise, and the two values."""

    parameter: str
    value: float
    seen: float
    by: tuple[str, ...]


@dataclass(frozen=True)
class Perceived:
    """What misperceptions do to the headlines and to every actor, in the order of the case."""

    case: str
    preview: bool
    paths: int
    misperceptions: tuple[Misperceived, ...]
    rows: tuple[Row, ...]
    beliefs: tuple[Held, ...]


def perceive(case: Case, settings: Settings, *, progress: Progress | None = None) -> Perceived:
    """Return what hidden and open misperceptions do to headlines and payoffs.

    Raises
    ------
    UsageError
        Where nobody sees anything otherwise.
    InputError
        C231 where there are more than two views.
    """
    if not perceived(case):
        raise UsageError(
            f'in the case "{case.name}" nobody sees anything otherwise (perceived_by), so nothing is compared'
        )
    seen = other_view(case)
    fixed = sized(case, settings)
    courses = [Course(NONE), Course(HIDDEN), Course(OPEN)]
    courses += [Course(HIDDEN, name) for name in seen] if len(seen) > 1 else []
    numbers: list[dict[tuple[str, str], Sampled]] = []
    held: tuple[Held, ...] = ()
    truth = run_variant(case, Variant(perceptions=NONE), fixed, progress=progress)
    for course in courses:
        run = truth if course.perceptions == NONE else _played(case, course, fixed, truth, progress)
        numbers.append(_numbers(run))
        held = held or _beliefs(run)
    rows = tuple(
        Row(
            "probability" if kind == "probability" else "payoff",
            name,
            _cells(courses, [n[kind, name] for n in numbers]),
        )
        for kind, name in numbers[0]
    )
    of = {name: tuple(actor for actor, view in perceived(case).items() if name in view) for name in seen}
    wrong = tuple(
        Misperceived(name, truth.environment.number(name), truth.environment.number(other), of[name])
        for name, other in seen.items()
    )
    return Perceived(case.name, settings.preview, truth.paths.n_paths, wrong, rows, held)


def _played(case: Case, course: Course, settings: Settings, truth: Run, progress: Progress | None) -> Run:
    if course.only:
        case = _only(case, course.only)
    run = run_variant(case, Variant(perceptions=course.perceptions), settings, progress=progress)
    return _paid_as_it_is(run, truth) if course.perceptions == OPEN else run


def _only(case: Case, name: str) -> Case:
    """Return the case in which no other parameter is seen otherwise."""
    parameters = {n: p if n == name else replace(p, perceived_by={}) for n, p in case.parameters.items()}
    return replace(case, parameters=parameters, case_hash="")


def _paid_as_it_is(run: Run, truth: Run) -> Run:
    """Return an open run whose payoffs are counted at the case's own values, not by each actor in its own view."""
    assert run.game.state_names == truth.game.state_names, "both have the states of all views"
    paths = simulate(
        run.case,
        truth.game,
        run.solution,
        variant=run.scenario.variant,
        n_paths=run.settings.n_paths,
        seed=run.settings.seed,
        environment=truth.environment,
    )
    return replace(run, game=truth.game, environment=truth.environment, paths=paths, _spells={})


def _numbers(run: Run) -> dict[tuple[str, str], Sampled]:
    """Return the headline probabilities and what every actor gets, discounted to ``as_of``."""
    queries = [one for one in simple_headlines(run.case) if isinstance(one, q.Probability)]
    found = {("probability", query_text(one)): measure(run, one).number for one in queries}
    assert run.paths.payoff is not None
    for name, payoff in zip(run.game.actor_names, run.paths.payoff.T, strict=True):
        found["payoff", name] = mean(run.paths, payoff)
    return found


def _cells(courses: list[Course], numbers: list[Sampled]) -> tuple[Paid, ...]:
    changes = [one.minus(numbers[0]) for one in numbers]
    return tuple(
        Paid(course, finite(x.value), finite(x.error), finite(change.value), finite(change.error))
        for course, x, change in zip(courses, numbers, changes, strict=True)
    )


def _beliefs(run: Run) -> tuple[Held, ...]:
    """Return the mean beliefs in both views at ``as_of`` and when the calendar ends; empty where all share one."""
    paths, found = run.paths, []
    if run.other is None:
        return ()
    last = run.case_periods()[-1]
    moments = [(run.as_of.isoformat(), paths.belief_at_as_of, paths.other_belief_at_as_of)]
    now, then = (
        {i: b[last].astype(np.float64) for i, b in held.items()} for held in (paths.belief, paths.other_belief)
    )
    moments.append((run.end_of(last).isoformat(), now, then))
    for actor in informed_actors(run.game):
        i = run.game.actor_names.index(actor)
        for date, here, there in moments:
            for k, name in enumerate(type_names(run.game, actor)):
                found.append(
                    Held(actor, name, date, float(paths.weight @ here[i][:, k]), float(paths.weight @ there[i][:, k]))
                )
    return tuple(found)
