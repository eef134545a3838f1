"""A probability at many settings of parameters, paired path by path; kept on disk, computed in workers where that pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import under
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.batch import Failure, Questions, Workers, compute
from ceasefire.forecast.evaluate import evaluate
from ceasefire.forecast.headlines import kept_headlines, simple_headlines
from ceasefire.forecast.names import check_query
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.number_text import number_text
from ceasefire.simulate.estimates import Sampled

CODES = {
    "X101": "What is to be explored is not a probability.",
    "X102": "A name is no parameter of the case, no hidden factor, or nothing that can be moved.",
    "X103": "A map cannot be drawn over these two.",
}

Chance = q.Probability | q.MoveAt | q.Belief
Key = TypeVar("Key")


def chance_of(case: Case, text: str | None) -> Chance:
    """Return the probability that a text asks for; without a text the first headline that is one.

    Raises
    ------
    InputError
        X101, and the faults of queries.
    """
    if text is None:
        found: q.Query | None = next((one for one in simple_headlines(case) if isinstance(one, q.Probability)), None)
        if found is None:
            raise InputError([Fault("X101", "the case has no headline that is a probability", hint="give --query")])
    else:
        found = q.parse_query(text, case.words)
        check_query(case, found)
    if isinstance(found, q.Probability | q.MoveAt) or (isinstance(found, q.Belief) and found.label):
        return found
    raise InputError([Fault("X101", "only a probability can be explored", found=text or "", expected="P(...)")])


def set_by(query: Chance) -> frozenset[str]:
    """Return the parameters that a query sets itself, which therefore cannot be moved."""
    return frozenset(c.name for c in query.conditions if isinstance(c, q.Setting))


def spread(case: Case, name: str) -> tuple[float, float]:
    """Return the 1 % and the 99 % quantile of a parameter's prior."""
    low, high = case.parameters[name].prior.quantile([0.01, 0.99])
    return float(low), float(high)


def movable(case: Case, query: Chance, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the parameters that can be moved, in the order of the case; those named, or all.

    Raises
    ------
    InputError
        X102 for each name that is no parameter, has a single value, or is set by the query.
    """
    fixed = set_by(query)
    able = [name for name in case.parameters if name not in fixed and spread(case, name)[0] < spread(case, name)[1]]
    faults = []
    for name in names:
        if name not in case.parameters:
            faults.append(Fault("X102", f'the case has no parameter "{name}"', found=name, expected=", ".join(able)))
        elif name not in able:
            why = "is set by the query" if name in fixed else "has a single value and no range"
            faults.append(Fault("X102", f"{name} {why}", found=name, hint="give it a prior, or name another one"))
    if faults:
        raise InputError(faults)
    return tuple(name for name in able if not names or name in names)


@dataclass
class Asked:
    """A query that is asked at many settings.

    Parameters
    ----------
    settings : Settings
        The grid and the number of paths, the same for all, so that differences are paired.
    reasons : by setting in words
        Why a number could not be computed; filled while asking.
    """

    case: Case
    query: Chance
    settings: Settings
    progress: Progress | None = None
    workers: Workers = None
    stage: str = "points"
    done: int = 0
    reasons: dict[str, str] = field(default_factory=dict)

    def at(self, places: Mapping[Key, Mapping[str, float]]) -> dict[Key, Sampled | None]:
        """Return the number at each setting; None where it could not be computed."""
        found: dict[Key, Sampled | None] = {key: self._from_run(place) for key, place in places.items()}
        keys = [key for key in places if found[key] is None]
        leaves = [self._leaf(places[key]) for key in keys]
        jobs = [Questions(((leaf, Scenario()),), self.settings) for leaf in leaves]
        start = self.done + len(places) - len(keys)
        for count, (i, result) in enumerate(compute(self.case, jobs, self.workers), start=1):
            if isinstance(result, Failure):
                self.reasons[_said(places[keys[i]])] = result.reason
            else:
                found[keys[i]] = evaluate(self.case, leaves[i], self.settings).number
            if self.progress:
                self.progress(self.stage, start + count, start + len(keys))
        self.done = start + len(keys)
        return found

    def _from_run(self, place: Mapping[str, float]) -> Sampled | None:
        """Return what a run has kept of a headline, whose ranges are the same numbers."""
        same = (
            one.text for one in simple_headlines(self.case) if replace(one, text="") == replace(self.query, text="")
        )
        text = next(same, None)
        if text is None:
            return None
        scenario = Scenario()
        for name, value in place.items():
            scenario = scenario.setting(name, value)
        kept = kept_headlines(self.case, scenario, self.settings)
        return None if kept is None else kept.numbers[text].number

    def _leaf(self, place: Mapping[str, float]) -> Chance:
        return under(self.query, tuple(q.Setting(name, float(value)) for name, value in place.items()))


def _said(place: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {number_text(value, digits=6)}" for name, value in place.items())
