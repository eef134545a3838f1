"""Plans side by side over the draws: what each does to the headlines, to the side stocks and to every actor's payoff.

A plan and no plan are played in the same draws on the same random numbers, so changes are paired. *Regret* of a plan in a
draw, for a stated objective: what the best of all plans (none included) reaches there less what this one reaches. It is the
objective that ranks, not the program; every regret is given for wanting more of a number and for wanting less of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.mechanism import Plan
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text, under
from ceasefire.errors import UsageError
from ceasefire.explore.ensemble.budget import Budget
from ceasefire.explore.ensemble.courses import Course, courses, name_of, plan_queries
from ceasefire.explore.ensemble.ensemble import Ensemble, add_courses
from ceasefire.explore.ensemble.members import Member
from ceasefire.explore.ensemble.plans import effect_of
from ceasefire.explore.ensemble.pooled import Pooled, pool
from ceasefire.explore.ensemble.runs import budgeted
from ceasefire.forecast.batch import Workers
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.names import check_query
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import Sampled, finite, weighted_quantile

Floats = NDArray[np.float64]
Number = Callable[[Member], Sampled]
NONE = ""
"""The course without a plan."""
UNKNOWN = " (unknown)"
YEAR = dt.timedelta(days=365.25)


@dataclass(frozen=True)
class Measure:
    """A number that plans are compared by.

    Parameters
    ----------
    kind : str
        ``probability``, ``side`` (a side stock, summed from the start of the calendar to `date`) or ``payoff`` (of an
        actor, from ``as_of`` on, discounted to then, in years of its best-minus-worst).
    name : str
        Query, side stock or actor.
    unit, date : str
    """

    kind: str
    name: str
    unit: str = ""
    date: str = ""


@dataclass(frozen=True)
class Cell:
    """A measure under a plan, and its paired change from no plan; None where there is none.

    ``error`` and ``change_error`` are one standard error each, of drawing parameters and paths together.
    """

    plan: str
    value: float | None
    low: float | None
    high: float | None
    error: float | None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    change_error: float | None = None


@dataclass(frozen=True)
class Regret:
    """What is lost with a plan against the best plan of each draw: mean and 90 % quantile over the draws.

    The quantile is None where too few draws count.
    """

    plan: str
    mean: float
    p90: float | None


@dataclass(frozen=True)
class Compared:
    """One measure under every plan, in the order of the case, no plan first."""

    measure: Measure
    cells: tuple[Cell, ...]
    regret_if_more: tuple[Regret, ...]
    regret_if_less: tuple[Regret, ...]


@dataclass(frozen=True)
class Option:
    """A plan as it is played: ``steps`` are its rules as they are written, by step; ``draws`` how many played it."""

    name: str
    known: bool
    steps: Mapping[str, tuple[str, ...]]
    draws: int


@dataclass(frozen=True)
class Comparison:
    """Plans side by side, in the order of the case."""

    case: str
    draws: int
    plans: tuple[Option, ...]
    rows: tuple[Compared, ...]
    withheld: bool


def compare(
    case: Case,
    settings: Settings,
    budget: Budget,
    *,
    queries: Sequence[str] = (),
    plans: Sequence[str] = (),
    combine: Sequence[str] = (),
    unknown: Sequence[str] = (),
    progress: Progress | None = None,
    workers: Workers = None,
) -> Comparison:
    """Return the plans of a case side by side over the draws.

    Parameters
    ----------
    queries : sequence of str
        Probabilities that plans are compared by; the headlines where none is said.
    plans : names
        Only these; all of the case where none is named.
    combine : ``a+b``
        Plans whose rules are joined, step by step.
    unknown : names
        Plans that are also played without the others knowing of them.

    Raises
    ------
    InputError
        Where a query cannot be read or names what the case does not have.
    UsageError
        Where a query is no probability, a plan does not exist, or two that are joined rule the same step.
    """
    others = [_probability(case, text) for text in queries]
    wider = with_plans(case, combine, unknown)
    wanted = [_plan(case, name).name for name in plans] or list(case.plans)
    wanted += [name for name in wider.plans if name not in case.plans]
    if not wanted:
        raise UsageError(f'the case "{case.name}" has no plans to compare')
    base = replace(budget, plans=0, checks=0, cuts=0)
    ensemble = replace(budgeted(case, settings, base, progress, workers, others), case=wider)
    names = {course_of(name) for name in wanted}
    every = (*plan_queries(wider), *(under(one, (q.PlanIs(plan),)) for plan in wider.plans for one in others))
    asked = [leaf for course in courses(every) if course.name in names for leaf in _under(course)]
    ensemble = add_courses(ensemble, asked, budget.plans, progress, workers, "plans over draws")
    return comparison(ensemble, wanted, others)


def _probability(case: Case, text: str) -> q.Probability:
    found = q.parse_query(text, case.words)
    check_query(case, found)
    if not isinstance(found, q.Probability) or not all(isinstance(one, q.TypeIs) for one in found.conditions):
        raise UsageError(f'--query takes a probability, at most given hidden types, not "{text}"')
    return found


def _under(course: Course) -> list[q.Leaf]:
    return [under(leaf, course.conditions) for leaf in course.asked]


def course_of(plan: str) -> str:
    """Return the name of the course in which a plan is played."""
    return name_of((q.PlanIs(plan),)) if plan else NONE


def with_plans(case: Case, combine: Iterable[str] = (), unknown: Iterable[str] = ()) -> Case:
    """Return the case with joined plans, and with plans that the others do not know of, after its own."""
    found = dict(case.plans)
    for names in combine:
        joined = join(case, [name.strip() for name in names.split("+")])
        found[joined.name] = joined
    for name in unknown:
        plan = found.get(name) or _plan(case, name)
        found[name + UNKNOWN] = replace(plan, name=name + UNKNOWN, known=False)
    return replace(case, plans=found)


def join(case: Case, names: Sequence[str]) -> Plan:
    """Return several plans as one, in the order of the case; it is known where all of them are."""
    order = list(case.plans)
    parts = sorted((_plan(case, name) for name in dict.fromkeys(names)), key=lambda plan: order.index(plan.name))
    if len(parts) < 2:
        raise UsageError(f'--combine joins two plans or more, such as a+b, not "{"+".join(names)}"')
    ruled: dict[str, str] = {}
    for plan in parts:
        for step in plan.steps:
            if step in ruled:
                raise UsageError(f'"{ruled[step]}" and "{plan.name}" both rule the step "{step}"')
            ruled[step] = plan.name
    rules = {step: rules for plan in parts for step, rules in plan.steps.items()}
    return Plan("+".join(plan.name for plan in parts), rules, all(plan.known for plan in parts))


def _plan(case: Case, name: str) -> Plan:
    if name not in case.plans:
        raise UsageError(f'the case has no plan "{name}"; it has: {", ".join(case.plans) or "none"}')
    return case.plans[name]


def comparison(ensemble: Ensemble, plans: Sequence[str], queries: Sequence[q.Probability] = ()) -> Comparison:
    """Return plans side by side, from an ensemble in which they were played, by `queries` or else the headlines."""
    case = ensemble.case
    options = tuple(_option(case.plans[name], ensemble) for name in plans)
    rows = tuple(_compared(ensemble, measure, plans) for measure in measures(case, queries))
    return Comparison(case.name, ensemble.n_draws, options, rows, ensemble.withheld)


def _option(plan: Plan, ensemble: Ensemble) -> Option:
    rules = {
        step: tuple(rule.move if rule.when is None else f"{rule.move}: {rule.when.text}" for rule in rules)
        for step, rules in plan.steps.items()
    }
    return Option(plan.name, plan.known, rules, len(ensemble.others.get(course_of(plan.name), {})))


def measures(case: Case, queries: Sequence[q.Probability] = ()) -> tuple[Measure, ...]:
    """Return what plans are compared by: `queries`, or else the headlines that are probabilities; side stocks; payoffs."""
    probabilities = queries or [one for one in simple_headlines(case) if isinstance(one, q.Probability)]
    found = [Measure("probability", query_text(one)) for one in probabilities]
    calendar = case.calendar
    since = calendar.as_of or calendar.start
    for date in dict.fromkeys(min(day, calendar.end) for day in (since + YEAR, calendar.end)):
        found += [Measure("side", side.name, side.unit, date.isoformat()) for side in case.side]
    return (*found, *(Measure("payoff", actor.name, "years") for actor in case.actors))


def number_of(case: Case, measure: Measure) -> Number:
    """Return how a measure is read from a member; NaN where the member has none."""
    nothing = Sampled.exact(float("nan"))
    if measure.kind == "probability":
        return lambda member: member.numbers.get(measure.name, nothing)
    if measure.kind == "payoff":
        return lambda member: member.payoff.get(measure.name, nothing)
    period = min(max(case.calendar.period_of(dt.date.fromisoformat(measure.date)), 0), case.calendar.n_periods - 1)
    return lambda member: Sampled.exact(member.side[measure.name][period]) if measure.name in member.side else nothing


def _compared(ensemble: Ensemble, measure: Measure, plans: Sequence[str]) -> Compared:
    number = number_of(ensemble.case, measure)
    probability = measure.kind == "probability"
    without = {d: number(m) for d, m in enumerate(ensemble.members) if m is not None}
    base = pool(list(without.values()), ensemble.weights_of(list(without)), probability=probability)
    if probability:
        shift = ensemble.correction(lambda member: number(member).value)
        base = pool(list(without.values()), ensemble.weights_of(list(without)), correction=shift)
    cells = [Cell(NONE, *_parts(ensemble.withhold(base)))]
    for plan in plans:
        there = {d: number(m) for d, m in ensemble.others.get(course_of(plan), {}).items()}
        found = effect_of(ensemble, course_of(plan), there, without, base, probability=probability)
        cells.append(Cell(plan, *((None,) * 4)) if found is None else Cell(plan, *_parts(found[0]), *_parts(found[1])))
    more, less = (regrets(ensemble, number, plans, sign) for sign in (1.0, -1.0))
    return Compared(measure, tuple(cells), more, less)


def _parts(x: Pooled) -> tuple[float | None, float | None, float | None, float | None]:
    error = float(np.sqrt(x.sampling**2 + np.nan_to_num(x.monte_carlo) ** 2 + np.nan_to_num(x.grid) ** 2))
    return finite(x.value), finite(x.low), finite(x.high), finite(error)


def regrets(ensemble: Ensemble, number: Number, plans: Sequence[str], sign: float = 1.0) -> tuple[Regret, ...]:
    """Return the regret of every plan, no plan first, over the draws in which all were played.

    Parameters
    ----------
    sign : float
        1 where more of the number is wanted, -1 where less.
    """
    some = [ensemble.others.get(course_of(plan), {}) for plan in plans]
    draws = [d for d, m in enumerate(ensemble.members) if m is not None and all(d in one for one in some)]
    if not draws or not plans:
        return ()
    weight = ensemble.weights_of(draws, course_of(plans[0]))
    none = {d: m for d, m in enumerate(ensemble.members) if m is not None}
    x = np.array([[sign * number(one[d]).value for one in (none, *some)] for d in draws])
    keep = np.isfinite(x).all(axis=1) & (weight > 0)
    if not keep.any():
        return ()
    loss, share = x[keep].max(axis=1, keepdims=True) - x[keep], weight[keep] / weight[keep].sum()
    names = (NONE, *plans)
    return tuple(
        Regret(name, float(share @ loss[:, j]), ensemble.end(weighted_quantile(loss[:, j], share, 0.9)))
        for j, name in enumerate(names)
    )
