"""The headline numbers of one scenario, small enough to be kept for every variant of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.forecast.measures import Measured, begun_by, indicator, measure
from ceasefire.forecast.next_moves import near_labels
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario, run_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.store import keep, key_of, load
from ceasefire.simulate.estimates import Sampled, mean


@dataclass(frozen=True)
class Headlines:
    """What is kept of a scenario.

    Parameters
    ----------
    numbers : by query text
    curves : by outcome, (t,)
        Probability that the outcome has begun by the end of each period of the case's calendar.
    error_share : by query text
        Share of the probability that passes through slips, 0 to 1; only probabilities.
    near : by ending of the near event
    log_likelihood : float
        Of the record.
    """

    numbers: Mapping[str, Measured]
    curves: Mapping[str, tuple[float, ...]]
    error_share: Mapping[str, Sampled]
    near: Mapping[str, Sampled]
    log_likelihood: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, to be kept."""
        return {
            "numbers": {text: number.as_dict() for text, number in self.numbers.items()},
            "curves": {name: list(curve) for name, curve in self.curves.items()},
            "error_share": {text: number.as_dict() for text, number in self.error_share.items()},
            "near": {label: number.as_dict() for label, number in self.near.items()},
            "log_likelihood": self.log_likelihood,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Headlines:
        """Return what `as_dict` gave."""
        return cls(
            {text: Measured.from_dict(number) for text, number in kept["numbers"].items()},
            {name: tuple(curve) for name, curve in kept["curves"].items()},
            {text: Sampled.from_dict(number) for text, number in kept["error_share"].items()},
            {label: Sampled.from_dict(number) for label, number in kept["near"].items()},
            float(kept["log_likelihood"]),
        )


def simple_headlines(case: Case) -> tuple[q.Query, ...]:
    """Return the headlines that are single numbers without conditions of their own, so that every variant has them."""
    return tuple(
        query
        for query in case.report.headlines
        if isinstance(query, q.Probability | q.Median | q.Expectation | q.Belief)
        and not (isinstance(query, q.Belief) and query.label is None)
        and all(isinstance(c, q.TypeIs) for c in query.conditions)
    )


def headlines_key(case: Case, scenario: Scenario, settings: Settings) -> str:
    """Return the key under which the headlines of a scenario are kept."""
    texts = sorted(query.text for query in case.report.headlines)
    return key_of(run=run_key(case, scenario, settings), headlines=texts, near=case.report.near_event)


def kept_headlines(case: Case, scenario: Scenario, settings: Settings) -> Headlines | None:
    """Return the headlines of a scenario if they are on disk."""
    kept = load("headlines", headlines_key(case, scenario, settings))
    return None if kept is None else Headlines.from_dict(kept)


def headlines(case: Case, scenario: Scenario, settings: Settings, progress: Progress | None = None) -> Headlines:
    """Return the headlines of a scenario, from disk or computed and kept."""
    found = kept_headlines(case, scenario, settings)
    if found is None:
        found = of_run(run_variant(case, settings=settings, scenario=scenario, progress=progress))
        keep_headlines(case, scenario, settings, found)
    return found


def keep_headlines(case: Case, scenario: Scenario, settings: Settings, found: Headlines) -> None:
    """Write the headlines of a scenario to disk."""
    keep("headlines", headlines_key(case, scenario, settings), found.as_dict())


def of_run(run: Run) -> Headlines:
    """Return the headlines of a run that is there."""
    queries = simple_headlines(run.case)
    numbers = {query.text: measure(run, query) for query in queries}
    curves = {o.name: tuple(begun_by(run, o.name, t).value for t in run.case_periods()) for o in run.case.outcomes}
    shares = {query.text: error_share(run, query) for query in queries if isinstance(query, q.Probability)}
    return Headlines(numbers, curves, shares, near_labels(run), run.paths.log_likelihood)


def largest_error(run: Run) -> float:
    """Return the largest Monte Carlo error of the probabilities among the headlines and of each outcome at the end."""
    found = [begun_by(run, outcome.name, run.n_periods - 1).error for outcome in run.case.outcomes]
    found += [measure(run, one).number.error for one in simple_headlines(run.case) if isinstance(one, q.Probability)]
    return max((error for error in found if np.isfinite(error)), default=0.0)


def error_share(run: Run, query: q.Probability) -> Sampled:
    """Return the share of a probability that passes through slips between ``as_of`` and the start of the outcome.

    A slip counts where it changed a status that the condition of the outcome reads.
    """
    outcome = next(o for o in run.case.outcomes if o.name == query.outcome)
    read = sum(1 << i for i, status in enumerate(run.case.statuses) if status.name in outcome.reach.names)
    from_period = run.as_of_period
    slipped = (run.paths.slip[from_period:] & np.uint16(read)) != 0
    first = np.where(slipped.any(axis=0), slipped.argmax(axis=0) + from_period, run.n_periods)
    passes = first <= run.start(query.outcome)
    seen, among = indicator(run, query)
    return mean(run.paths, passes, seen if among is None else seen & among)


def near_change(name: str, there: Headlines, nominal: Headlines) -> float:
    """Return by how much one ending of the near event is likelier; an ending that no path meets has probability 0."""
    return sum(sign * one.near[name].value for sign, one in ((1, there), (-1, nominal)) if name in one.near)
