"""``forecast``: one run of the nominal case and everything that can be read off it; plans beside it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.forecast import accounts, curves
from ceasefire.forecast.evaluate import assume, evaluate, sized
from ceasefire.forecast.headlines import headlines, keep_headlines, of_run, simple_headlines
from ceasefire.forecast.measures import Measured, measure
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.names import check_query, leaves
from ceasefire.forecast.next_moves import near_event, signposts
from ceasefire.forecast.pipeline import Run, needs_steps, run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import FULL, Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import finite

HIDDEN_NOTE = "perceptions are hidden: there are two beliefs about each hidden factor, and no map"


def forecast(
    case: Case, settings: Settings = FULL, progress: Progress | None = None, *, variant: Variant | None = None
) -> Forecast:
    """Solve and simulate a case at nominal values and return the first forecast, without trust rows, map and claims.

    Parameters
    ----------
    case : Case
        A case without steps gives a forecast without numbers.
    settings : Settings
    progress : callable, optional
        ``progress(stage, done, of)``.
    variant : Variant, optional
        Switches of the record or settings under which the whole forecast stands.

    Raises
    ------
    InputError
        Where a headline names what the case does not have or the case does not compile.
    NumericalError
        Where a step cannot be solved.
    """
    if not case.steps:
        return without_steps(case, settings)
    run, rows, seconds = _headlines(case, settings, progress, variant)
    began = time.perf_counter()
    found = _read_off(run, rows)
    seconds["read"] += time.perf_counter() - began
    return replace(found, seconds=seconds)


def first_forecast(case: Case, settings: Settings, progress: Progress | None = None) -> Forecast:
    """Return the headlines alone, without the certificate and all else that takes longer to read off.

    Raises
    ------
    InputError, NumericalError
        As ``forecast``.
    """
    run, rows, seconds = _headlines(case, settings, progress, None)
    there = without_steps(case, settings)
    return replace(there, as_of=run.as_of.isoformat(), headlines=rows, seconds=seconds, settings=settings.as_dict())


def _headlines(
    case: Case, settings: Settings, progress: Progress | None, variant: Variant | None
) -> tuple[Run, tuple[dict[str, Any], ...], dict[str, float]]:
    for query in case.report.headlines:
        check_query(case, query)
    base = Scenario(variant or Variant())
    run = run_variant(case, settings=settings, scenario=base, progress=progress)
    fixed = sized(case, settings, lambda: run) if variant is None else settings.with_paths(run.paths.n_paths)
    began = time.perf_counter()
    rows = tuple(headline_row(run, query, fixed, base) for query in case.report.headlines)
    keep_headlines(case, base, fixed, of_run(run))
    return run, rows, {**run.seconds, "read": time.perf_counter() - began}


def _read_off(run: Run, rows: tuple[dict[str, Any], ...]) -> Forecast:
    return replace(
        without_steps(run.case, run.settings),
        as_of=run.as_of.isoformat(),
        dates=tuple(run.end_of(t).isoformat() for t in range(run.as_of_period, run.n_periods)),
        outcomes=curves.outcomes(run),
        end_states=curves.end_states(run),
        beliefs=curves.beliefs(run),
        stocks=curves.stocks(run),
        side=curves.side(run),
        headlines=rows,
        near_event=near_event(run),
        signposts=signposts(run),
        yardsticks=accounts.yardsticks(run),
        certificate=accounts.certificate(run),
        evidence=accounts.evidence(run),
        seconds=dict(run.seconds),
        notes=notes(run),
        settings=run.settings.as_dict(),
    )


def without_steps(case: Case, settings: Settings = FULL) -> Forecast:
    """Return the forecast of a case that stops early: its parameters and nothing that needs a game."""
    return Forecast(
        case=case.name,
        title=dict(case.title.by_language),
        case_hash=case.case_hash,
        status=case.status,
        as_of=case.calendar.as_of.isoformat() if case.calendar.as_of else "",
        seed=settings.seed,
        versions=accounts.versions(),
        dates=(),
        outcomes={},
        outcome_titles=curves.outcome_titles(case),
        end_states=(),
        beliefs={},
        stocks={},
        side={},
        headlines=(),
        near_event=None,
        signposts=(),
        factor_map=None,
        plans={},
        trust=(),
        tornado=(),
        claims=(),
        argument_map=(),
        partings=(),
        parameters=accounts.parameters(case),
        yardsticks=(),
        certificate={},
        evidence={},
        seconds={},
        notes=("the case has no steps, so nothing is forecast",),
        settings=settings.as_dict(),
    )


def headline_row(run: Run, query: q.Query, fixed: Settings, base: Scenario) -> dict[str, Any]:
    """Return one headline as a row; conditions that need another run are computed."""
    found = _headline(run, query, fixed, base)
    row: dict[str, Any] = {
        "query": query.text,
        "value": finite(found.number.value),
        "low": None,
        "high": None,
        "what": curves.NO_RANGE_YET,
        "error": finite(found.number.error),
        "unit": found.unit,
    }
    if found.text:
        row["text"] = found.text
    if isinstance(query, q.Probability):
        row["outcome"] = query.outcome
        row |= {"by": query.by.isoformat()} if query.by else {}
        row |= {"within": query.within_days} if query.within_days else {}
        row |= {"of": query.of} if query.of else {}
    elif isinstance(query, q.Median):
        row["outcome"] = query.outcome
    return row


def _headline(run: Run, query: q.Query, fixed: Settings, base: Scenario) -> Measured:
    if isinstance(query, q.Difference):
        left, right = (_headline(run, side, fixed, base) for side in (query.left, query.right))
        return Measured(left.number.minus(right.number), left.unit)
    if isinstance(query, q.Comparison):
        return _headline(run, query.left, fixed, base)
    if query in simple_headlines(run.case):
        return measure(run, query)
    assert not isinstance(query, q.Share), query
    return evaluate(run.case, query, fixed, base)


def plans(
    case: Case, settings: Settings, progress: Progress | None = None, base: Scenario | None = None
) -> dict[str, Any]:
    """Return the headlines under each plan, with paired differences from no plan.

    ``settings`` has the number of paths of the first forecast, so that paths are paired.
    """
    needs_steps(case)
    start = base or Scenario()
    nominal = headlines(case, start, settings, progress)
    found: dict[str, Any] = {}
    for done, plan in enumerate(case.plans.values()):
        if progress:
            progress("plans", done, len(case.plans))
        course = Scenario(start.variant, plan.name)
        under = headlines(case, course, settings, progress)
        _measure_checks(case, course, settings, start)
        rows = [_plan_row(text, nominal.numbers[text], under.numbers[text]) for text in nominal.numbers]
        found[plan.name] = {"title": dict(plan.title.by_language), "known": plan.known, "headlines": rows}
    return found


def _measure_checks(case: Case, course: Scenario, settings: Settings, start: Scenario) -> None:
    """Keep what the checks of claims ask of a course while its run is still in memory."""
    checks = (claim.check for argument in case.arguments for claim in argument.claims if claim.check is not None)
    for leaf in (leaf for check in checks for leaf in leaves(check)):
        if isinstance(leaf, q.Leaf) and assume(start, leaf.conditions) == course:
            with suppress(InputError):
                check_query(case, leaf)
                evaluate(case, leaf, settings, start)


def _plan_row(text: str, nominal: Measured, under: Measured) -> dict[str, Any]:
    change = under.number.minus(nominal.number)
    row = {
        "query": text,
        "value": finite(under.number.value),
        "error": finite(under.number.error),
        "change": finite(change.value),
        "change_error": finite(change.error),
    }
    return row | ({"text": under.text} if under.text else {})


def notes(run: Run) -> tuple[str, ...]:
    """Return what a reader must know beside the numbers."""
    found = []
    if run.other is not None:
        found.append(HIDDEN_NOTE)
    if not (run.solution.converged and (run.other is None or run.other.solution.converged)):
        found.append("some steps did not converge; the certificate lists them")
    found += [
        f"{share:.0%} of the variance of {name} comes from its nodes, not from declared noise"
        for name, share in run.game.numerical_spread.items()
        if share > 0.1
    ]
    return tuple(found)
