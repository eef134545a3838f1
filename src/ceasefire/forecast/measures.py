"""What a single query is worth on one run: indicator or quantity of each path, then its weighted mean by batches.

``by DATE`` counts the period that contains DATE; ``within D`` counts from ``as_of``; ``within D of OTHER`` looks at
the paths on which OTHER began early enough to be followed for D. A median is in months after ``as_of``, to the last
day of the period in which the outcome begins.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.forecast.pipeline import Run
from ceasefire.forecast.types import informed_actors, labels_of, paths_of, type_names, type_of_path, with_label
from ceasefire.forecast.views import needs_one_view
from ceasefire.simulate import estimates
from ceasefire.simulate.estimates import Sampled, mean, quantile

Bools = NDArray[np.bool_]
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Measured:
    """A sampled number and what else belongs to it.

    ``text`` is the value as words (a date, ``after 2031-12-31``); ``unit`` of the number; ``parts`` further numbers by
    name, such as the reader's belief. ``unsolved`` are the points of the game left without a solution, and all points.
    """

    number: Sampled
    unit: str = ""
    text: str = ""
    parts: dict[str, Any] = field(default_factory=dict)
    unsolved: tuple[int, int] = (0, 0)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, to be kept."""
        plain = {"unit": self.unit, "text": self.text, "parts": self.parts, "unsolved": list(self.unsolved)}
        return {"number": self.number.as_dict(), **plain}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Measured:
        """Return what `as_dict` gave."""
        failed, points = kept["unsolved"]
        return cls(Sampled.from_dict(kept["number"]), kept["unit"], kept["text"], kept["parts"], (failed, points))


def measure(run: Run, query: q.Query) -> Measured:
    """Return what a query without plan, settings or shadow types is worth on a run; types condition the paths."""
    return replace(_measured(run, query), unsolved=run.unsolved)


def _measured(run: Run, query: q.Query) -> Measured:
    conditions = getattr(query, "conditions", ())
    mask = paths_of(run.case, run.game, run.paths, [c for c in conditions if isinstance(c, q.TypeIs)])
    if isinstance(query, q.Probability):
        return Measured(mean(run.paths, *indicator(run, query)), "probability")
    if isinstance(query, q.MoveAt):
        return Measured(mean(run.paths, move_taken(run, query), mask), "probability")
    if isinstance(query, q.Median):
        return median(run, query.outcome, mask)
    if isinstance(query, q.Expectation):
        return expectation(run, query, mask)
    if isinstance(query, q.Belief):
        return belief(run, query, mask)
    if isinstance(query, q.Values):
        return values(run)
    raise TypeError(f"{type(query).__name__} is not a single number")


def begun_by(run: Run, outcome: str, period: int, mask: Bools | None = None) -> Sampled:
    """Return the probability that an outcome has begun by the end of a period."""
    return estimates.begun_by(run.paths, run.spells(outcome), period, mask)


def indicator(run: Run, query: q.Probability) -> tuple[Bools, Bools | None]:
    """Return on which paths the event of a query happens, and among which paths it is looked for; (n,) each."""
    kinds = [c for c in query.conditions if isinstance(c, q.TypeIs)]
    mask = paths_of(run.case, run.game, run.paths, kinds)
    if query.of:
        seen, followed = after_other(run, query)
        return seen, followed if mask is None else followed & mask
    last = run.n_periods - 1
    if query.by:
        last = run.period_of(query.by)
    if query.within_days is not None:
        last = run.period_of(run.as_of + dt.timedelta(days=round(query.within_days)))
    return run.start(query.outcome) <= min(last, run.n_periods - 1), mask


def move_taken(run: Run, query: q.MoveAt) -> Bools:
    """Return on which paths a move is taken in the period of a date, (n,); never where the step does not come up."""
    step = run.game.step_index(query.step)
    names = run.game.steps[step].move_names
    if step not in run.paths.move or query.move not in names:
        return np.zeros(run.paths.n_paths, dtype=bool)
    period = run.period_of(query.date or run.as_of)
    return np.asarray(run.paths.move[step][period] == names.index(query.move))


def after_other(run: Run, query: q.Probability) -> tuple[Bools, Bools]:
    """Return where an outcome begins within some time of another, and which paths can be followed for that time."""
    begun = run.start(str(query.of))
    window = run.n_periods if query.within_days is None else math.ceil(query.within_days / run.days - 1e-9)
    followed = begun < run.n_periods if query.within_days is None else begun + window < run.n_periods
    start = run.start(query.outcome)
    seen = (start < run.n_periods) & (start >= begun) & (start <= begun + window)
    if query.by:
        seen &= start <= run.period_of(query.by)
    return seen, followed


def median(run: Run, outcome: str, mask: Bools | None) -> Measured:
    """Return the median start of an outcome in months after ``as_of``; infinite beyond the horizon."""
    start = run.start(outcome)
    months = np.array([months_after(run, run.end_of(t)) for t in range(run.n_periods)] + [np.inf])
    number = quantile(run.paths, months[np.minimum(start, run.n_periods)], 0.5, mask)
    if np.isnan(number.value):
        return Measured(number, "months", "no path has these types")
    if np.isinf(number.value):
        return Measured(number, "months", f"after {run.end_of(run.n_periods - 1)}")
    return Measured(number, "months", run.end_of(int(np.argmax(months >= number.value))).isoformat())


def months_after(run: Run, date: dt.date) -> float:
    """Return the months from ``as_of`` to a date."""
    return (date - run.as_of).days / DAYS_PER_MONTH


def expectation(run: Run, query: q.Expectation, mask: Bools | None) -> Measured:
    """Return the mean of a stock at the end of the period that contains the date."""
    period = run.period_of(query.date or run.as_of)
    for stock in run.case.stocks:
        if stock.name == query.stock:
            return Measured(
                mean(run.paths, run.game.state_columns[stock.name][run.paths.state[period]], mask), stock.unit
            )
    unit = next(side.unit for side in run.case.side if side.name == query.stock)
    return Measured(mean(run.paths, run.paths.side[query.stock][period], mask), unit)


def held_belief(run: Run, actor: str, date: dt.date) -> NDArray[np.float64]:
    """Return the belief about an actor on each path, (n, k): after the last observed step, or at a period's end."""
    i = run.game.actor_names.index(actor)
    if run.at_as_of(date):
        return np.asarray(run.paths.belief_at_as_of[i], dtype=np.float64)
    return np.asarray(run.paths.belief[i][run.period_of(date)], dtype=np.float64)


def belief(run: Run, query: q.Belief, mask: Bools | None) -> Measured:
    """Return the belief held in the game (the number) and the reader's posterior, by label of a type dimension."""
    case, game, date = run.case, run.game, query.date or run.as_of
    held = held_belief(run, query.actor, date)
    own = type_of_path(game, run.paths, query.actor)
    labels = next(d.labels for d in case.types if (d.actor, d.name) == (query.actor, query.dimension))
    parts: dict[str, Any] = {"held": {}, "reader": {}}
    number = Sampled.exact(float("nan"))
    for label in labels:
        kept = with_label(case, game, query.actor, query.dimension, label)
        here = mean(run.paths, held @ kept, mask)
        parts["held"][label], parts["reader"][label] = here.value, mean(run.paths, kept[own], mask).value
        if label == (query.label or labels[0]):
            number = here
    return Measured(number, "probability", "", parts)


def values(run: Run) -> Measured:
    """Return the expected discounted payoffs at the start, by actor: on average and by type profile."""
    needs_one_view(run.case, run.scenario.variant, "one expected payoff at the start")
    game, solution = run.game, run.solution
    profiles = [_profile_name(run, p) for p in range(game.n_profiles)]
    by_profile = np.asarray(solution.values)
    expected = np.asarray(solution.expected_values)
    parts = {
        name: {
            "expected": float(expected[i]),
            "by_profile": dict(zip(profiles, map(float, by_profile[i]), strict=True)),
        }
        for i, name in enumerate(game.actor_names)
    }
    return Measured(Sampled.exact(float(expected[0])), "years of best minus worst", "", parts)


def _profile_name(run: Run, profile: int) -> str:
    kinds = run.game.type_of_profile[profile]
    named = [
        f"{actor}: {type_names(run.game, actor)[kinds[run.game.actor_names.index(actor)]]}"
        for actor in informed_actors(run.game)
    ]
    return ", ".join(named) or "all"


__all__ = ["Measured", "begun_by", "belief", "held_belief", "labels_of", "measure", "months_after"]
