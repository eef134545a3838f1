"""The ensemble: draws of the parameters, each solved and simulated, weighed by the record.

Draws come in `rounds`; the balance heuristic uses all of them. Further courses (plans, checks in other games, cuts) get fewer
draws: the first `n` of one list, in which draws stand as often as their weight asks. A few draws are solved on the full
grid too (see `stages`).

Everything is a function of the case, the settings and the seed: not of the number of workers, nor of what was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.errors import NumericalError
from ceasefire.explore.ensemble.courses import BASE, Course, base_queries, courses, name_of, split
from ceasefire.explore.ensemble.draws import Space, scenario_of, space_of
from ceasefire.explore.ensemble.medians import pooled_median
from ceasefire.explore.ensemble.members import Draw, Member, record_of
from ceasefire.explore.ensemble.pooled import Correction, Pooled, correct, pool, pool_values
from ceasefire.explore.weighing.proposals import quantile_of
from ceasefire.explore.weighing.rounds import Rounds, in_rounds, rounds_of
from ceasefire.explore.weighing.stages import Chosen
from ceasefire.explore.weighing.stages import choose as choose_fine
from ceasefire.explore.weighing.weights import Weights, weigh
from ceasefire.forecast.batch import Failure, Workers, compute
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import Sampled, finite

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EXPONENTS = (1.0, 0.5, 0.0)
"""Likelihood exponents at which numbers are given: the record counts whole, by half, not at all."""


@dataclass(frozen=True)
class Sample:
    """Where the draws are: the parameters that are drawn, and the rounds in which they were."""

    space: Space
    rounds: Rounds

    @property
    def z(self) -> Floats:
        """Normal scores of the prior quantiles, (d, j)."""
        return self.rounds.z

    @cached_property
    def u(self) -> Floats:
        """Prior quantiles, (d, j)."""
        return quantile_of(self.z)

    @cached_property
    def values(self) -> Floats:
        """Parameter values, (d, j)."""
        return self.space.values(self.u)

    @property
    def log_base(self) -> Floats:
        """Log of prior over proposal, (d,)."""
        return self.rounds.log_base


@dataclass(frozen=True)
class Ensemble:
    """Draws with what each of them says, and their weights.

    Parameters
    ----------
    sample : Sample
    settings : Settings
        Of the draws; `fine_settings` those of the full grid.
    members : (d,)
        None where a draw could not be computed.
    failures : by draw
        Why not.
    weights : by likelihood exponent
    chosen : (m,), int
        Draws by weight, for what gets fewer draws: a draw may stand there several times.
    others : by course name, by draw
        Members under plans and in other games.
    fine : by draw
        Members on the full grid, of the draws that `fine_chosen` names.
    asked : by course name
        How many of the chosen draws it was asked of.
    """

    case: Case
    sample: Sample
    settings: Settings
    fine_settings: Settings
    members: tuple[Member | None, ...]
    failures: Mapping[int, str]
    weights: Mapping[float, Weights]
    chosen: Ints
    others: Mapping[str, Mapping[int, Member]] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    fine: Mapping[int, Member] = field(default_factory=dict)
    fine_chosen: Chosen | None = None

    @property
    def n_draws(self) -> int:
        """Draws, failed ones too."""
        return len(self.members)

    @property
    def unsolved(self) -> tuple[int, ...]:
        """Draws that were computed although some decision did not meet the tolerance."""
        return tuple(d for d, member in enumerate(self.members) if member is not None and member.unsolved)

    @property
    def withheld(self) -> bool:
        """Whether the effective size is too small for intervals."""
        return self.weights[1.0].intervals_withheld

    def weight(self, exponent: float = 1.0) -> Floats:
        """Return the weights of all draws, (d,)."""
        return self.weights[exponent].weight

    def weights_of(self, draws: Sequence[int], course: str = BASE) -> Floats:
        """Return the weights of some draws: their own in the case as it is, else how often they were chosen for a course."""
        if course == BASE:
            found = self.weight()[list(draws)]
        else:
            counts = np.bincount(self.chosen[: self.asked.get(course, 0)], minlength=self.n_draws)
            found = counts[list(draws)].astype(np.float64)
        return found / found.sum() if found.sum() > 0 else found

    def numbers(self, leaf: q.Leaf) -> dict[int, Sampled]:
        """Return what a query is worth in each draw in which it was asked."""
        conditions, bare = split(leaf)
        text, name = query_text(bare), name_of(conditions)
        members: Iterable[tuple[int, Member | None]]
        members = enumerate(self.members) if name == BASE else self.others.get(name, {}).items()
        return {d: member.numbers[text] for d, member in members if member is not None and text in member.numbers}

    def correction(self, number: Callable[[Member], float]) -> Correction | None:
        """Return what the full grid adds to a number of every draw; None where no draw was solved on it."""
        if self.fine_chosen is None or not self.fine:
            return None
        x = np.array([float("nan") if member is None else number(member) for member in self.members])
        full = np.array([number(self.fine[int(d)]) for d in self.both_grids.index])
        return correct(x, self.weight(), self.both_grids, full, self._fine_weights)

    @cached_property
    def both_grids(self) -> Chosen:
        """Return the draws that were solved on the full grid too, with the chance at which each was chosen."""
        if self.fine_chosen is None:
            return Chosen(np.zeros(0, dtype=np.int64), np.zeros(0))
        at = [place for place, d in enumerate(self.fine_chosen.index) if int(d) in self.fine]
        return Chosen(self.fine_chosen.index[at], self.fine_chosen.log_chance[at])

    @cached_property
    def fine_log_base(self) -> Floats:
        """Return the log weights, at likelihood exponent zero, of the draws that were solved on the full grid."""
        return self.sample.log_base[self.both_grids.index] - self.both_grids.log_chance

    @cached_property
    def _fine_weights(self) -> Floats:
        log_likelihood = np.array([self.fine[int(d)].log_likelihood for d in self.both_grids.index])
        return weigh(log_likelihood, self.fine_log_base).weight

    def pooled(self, leaf: q.Leaf) -> Pooled:
        """Return a query over the draws."""
        if isinstance(leaf, q.Median):
            return self.withhold(pooled_median(self, leaf))
        numbers = self.numbers(leaf)
        course = name_of(split(leaf)[0])
        weight = self.weights_of(list(numbers), course)
        text = query_text(split(leaf)[1])
        shift = self.correction(lambda member: member.numbers[text].value) if course == BASE else None
        probability = isinstance(leaf, q.Probability | q.MoveAt | q.Belief)
        return self.withhold(pool(list(numbers.values()), weight, correction=shift, probability=probability))

    def read(self, number: Callable[[Member], float], *, probability: bool = True) -> Pooled:
        """Return a number that every member of the case as it is has, corrected by the full grid where that was solved.

        Parameters
        ----------
        number : callable
            NaN where a member has none.
        probability : bool
            Whether it stays within 0 and 1.
        """
        draws = [d for d, member in enumerate(self.members) if member is not None]
        x = [number(member) for member in self.members if member is not None]
        weight = self.weights_of(draws)
        return self.withhold(pool_values(x, weight, correction=self.correction(number), probability=probability))

    def withhold(self, found: Pooled) -> Pooled:
        """Return a number over draws without its interval where too few draws count."""
        return found.without_interval() if self.withheld else found

    def end(self, x: float) -> float | None:
        """Return one end of an interval; None where there is none, or too few draws count."""
        return None if self.withheld else finite(x)


def draw_ensemble(
    case: Case,
    settings: Settings,
    draws: int,
    progress: Progress | None = None,
    workers: Workers = None,
    queries: Sequence[q.Leaf] | None = None,
) -> Ensemble:
    """Draw the parameters, compute every draw on the preview grid, and weigh them.

    Parameters
    ----------
    case : Case
        With steps.
    settings : Settings
        Of the forecast; the draws run on its preview grid.
    draws : int
        At least 2.
    queries : sequence of Leaf, optional
        What is asked of each draw; the headlines, outcomes and checks of the case where not said.

    Raises
    ------
    NumericalError
        Where no draw could be computed, or the record can happen in none.
    """
    coarse = settings.coarse()
    space = space_of(case)
    base = courses(queries if queries is not None else base_queries(case))
    members: list[Member | None] = []
    failures: dict[int, str] = {}

    def likelihood(z: Floats) -> tuple[Floats, Floats]:
        jobs = [Draw(scenario_of(space.settings(row)), base, coarse) for row in space.values(quantile_of(z))]
        first = len(members)
        members.extend([None] * len(z))
        for done, (place, result) in enumerate(compute(case, jobs, workers), start=first + 1):
            if isinstance(result, Failure):
                failures[first + place] = result.reason
            else:
                members[first + place] = result[0]
            if progress:
                progress("draws", done, draws)
        _some(members)
        return _log_likelihood(members), _by_event(members)

    sample = Sample(space, in_rounds(space.n_parameters, rounds_of(draws), settings.seed, likelihood))
    weights = _weights(sample, members)
    chosen = choose(weights[1.0].weight, draws, settings.seed)
    return Ensemble(case, sample, coarse, settings, tuple(members), dict(sorted(failures.items())), weights, chosen)


def _log_likelihood(members: Sequence[Member | None]) -> Floats:
    return np.array([-np.inf if one is None else one.log_likelihood for one in members])


def _by_event(members: Sequence[Member | None]) -> Floats:
    """Return the log probability of each event of the record given those before, (d, e); zero where a draw has none."""
    found = {d: one for d, one in enumerate(members) if one is not None and one.prior}
    by_event = record_of(list(found.values())).item_log_probability
    rows = np.zeros((len(members), by_event.shape[1]))
    rows[list(found)] = by_event
    return rows


def _weights(sample: Sample, members: Sequence[Member | None]) -> dict[float, Weights]:
    log_likelihood = _log_likelihood(members)
    log_base = np.where([one is None for one in members], -np.inf, sample.log_base)
    return {e: weigh(log_likelihood, log_base, e) for e in EXPONENTS}


def _some(members: Sequence[Member | None]) -> None:
    if not any(one is not None for one in members):
        raise NumericalError("no draw of the parameters could be computed")


def choose(weight: Floats, n: int, seed: int) -> Ints:
    """Return n draws, each about as often as its weight asks, (n,); every prefix is spread evenly too.

    Points of the van der Corput sequence, shifted by the seed, are looked up in the cumulated weights.
    """
    place = np.arange(n, dtype=np.int64)
    point, part = np.zeros(n), 0.5
    while place.any():
        point += part * (place & 1)
        place >>= 1
        part /= 2
    shift = np.random.default_rng([seed, n]).random() / max(n, 1)
    return np.minimum(np.searchsorted(np.cumsum(weight), (point + shift) % 1.0, side="right"), weight.size - 1)


def add_courses(
    ensemble: Ensemble,
    queries: Iterable[q.Leaf],
    draws: int,
    progress: Progress | None = None,
    workers: Workers = None,
    stage: str = "plans",
) -> Ensemble:
    """Return the ensemble with queries that stand in other courses, in the first `draws` chosen draws.

    Courses that share a game are computed together; what fails in a draw is missing there.
    """
    some = [course for course in courses(queries) if course.name != BASE]
    groups: dict[str, list[Course]] = {}
    for course in some:
        groups.setdefault(course.game, []).append(course)
    jobs = [(d, tuple(group)) for d in _first(ensemble, draws) for group in groups.values()]
    found: dict[str, dict[int, Member]] = {course.name: {} for course in some}
    work = [Draw(_start(ensemble, d), group, ensemble.settings) for d, group in jobs]

    def take(place: int, members: tuple[Member, ...]) -> None:
        d, group = jobs[place]
        for course, member in zip(group, members, strict=True):
            found[course.name][d] = member

    _run(ensemble.case, work, take, progress, workers, stage)
    return _with(ensemble, found, draws)


def add_fine(
    ensemble: Ensemble,
    draws: int,
    progress: Progress | None = None,
    workers: Workers = None,
    queries: Sequence[q.Leaf] | None = None,
) -> Ensemble:
    """Return the ensemble with some draws on the full grid too, which corrects the others."""
    if ensemble.settings == ensemble.fine_settings:
        return ensemble
    base = courses(queries if queries is not None else base_queries(ensemble.case))
    fine = ensemble.fine_settings.with_paths(ensemble.settings.n_paths)
    chosen = choose_fine(ensemble.weight(), draws, ensemble.settings.seed)
    these = [int(d) for d in chosen.index if ensemble.members[int(d)] is not None]
    found: dict[int, Member] = {}

    def take(place: int, members: tuple[Member, ...]) -> None:
        found[these[place]] = members[0]

    _run(ensemble.case, [Draw(_start(ensemble, d), base, fine) for d in these], take, progress, workers, "full grid")
    return replace(ensemble, fine=dict(sorted(found.items())), fine_chosen=chosen)


def _with(ensemble: Ensemble, found: Mapping[str, dict[int, Member]], draws: int) -> Ensemble:
    others = {**ensemble.others, **{name: dict(sorted(one.items())) for name, one in found.items()}}
    return replace(ensemble, others=others, asked={**ensemble.asked, **dict.fromkeys(found, draws)})


def _run(
    case: Case,
    work: Sequence[Draw],
    take: Callable[[int, tuple[Member, ...]], None],
    progress: Progress | None,
    workers: Workers,
    stage: str,
) -> None:
    for count, (place, result) in enumerate(compute(case, work, workers), start=1):
        if not isinstance(result, Failure):
            take(place, result)
        if progress:
            progress(stage, count, len(work))


def _first(ensemble: Ensemble, draws: int) -> list[int]:
    return [int(d) for d in dict.fromkeys(ensemble.chosen[:draws]) if ensemble.members[d] is not None]


def _start(ensemble: Ensemble, draw: int) -> Scenario:
    return scenario_of(ensemble.sample.space.settings(ensemble.sample.values[draw]))
