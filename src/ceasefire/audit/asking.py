"""Asking many queries: what is missing is computed in worker processes, then every number is read as ``ask`` reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.errors import CeasefireError
from ceasefire.forecast.answer import Compared, compare
from ceasefire.forecast.batch import Failure, Questions, Workers, compute
from ceasefire.forecast.evaluate import assume, evaluate, kept_number, number_key, sized
from ceasefire.forecast.names import leaves
from ceasefire.forecast.scenario import Scenario, game_parameters, solve_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.simulate.estimates import Sampled


@dataclass(frozen=True)
class Question:
    """A query, the grid on which it is asked, and whether slips are left out."""

    query: q.Query
    settings: Settings
    no_slips: bool = False


class Asker:
    """Asks queries about one case; numbers are kept on disk, so that a stopped audit goes on where it was."""

    def __init__(self, case: Case, progress: Progress | None = None, workers: Workers = None) -> None:
        self.case, self.progress, self.workers = case, progress, workers
        self.done = 0
        self.deadly: dict[str, str] = {}

    @cached_property
    def needed(self) -> frozenset[str]:
        """The parameters on which a game and its solution depend."""
        return game_parameters(self.case)

    def gather(self, questions: Iterable[Question]) -> None:
        """Compute what is missing; what fails is left to those who read it, but what kills a process is not tried again."""
        jobs = self._jobs(questions)
        for count, (place, result) in enumerate(compute(self.case, jobs, self.workers), start=1):
            if isinstance(result, Failure):
                if result.is_deadly:
                    self.deadly |= dict.fromkeys(jobs[place].number_keys(self.case), result.reason)
                continue
            if self.progress:
                self.progress("claims", self.done + count, self.done + len(jobs))
        self.done += len(jobs)

    def _jobs(self, questions: Iterable[Question]) -> list[Questions]:
        """Return one job for each game and grid: without a plan and under each plan asked about, whatever the record."""
        groups: dict[tuple[str, Settings], dict[str, tuple[q.Leaf, Scenario]]] = {}
        for question in dict.fromkeys(questions):
            settings = sized(self.case, question.settings)
            base = Scenario(no_slips=question.no_slips)
            for leaf in leaves(question.query):
                if isinstance(leaf, q.Share) or kept_number(self.case, leaf, settings, base) is not None:
                    continue
                apart_from_plan = replace(assume(base, leaf.conditions), plan="")
                game = solve_key(self.case, apart_from_plan, settings, self.needed)
                group = groups.setdefault((game, settings), {})
                group[f"{question.no_slips} {replace(leaf, text='')!r}"] = (leaf, base)
        return _shortest_then_longest(
            [Questions(_in_order(group.values()), settings) for (_, settings), group in groups.items()]
        )

    def games(self, question: Question) -> frozenset[str]:
        """Return what stands for the games, plans included, that have to be solved for a question."""
        found = set()
        for leaf in leaves(question.query):
            there = assume(Scenario(), getattr(leaf, "conditions", ()))
            both = there, replace(there, plan="")
            found |= {solve_key(self.case, one, question.settings, self.needed) for one in both}
        return frozenset(found)

    def compare(self, query: q.Comparison, settings: Settings, *, no_slips: bool = False) -> Compared:
        """Return both sides of a check.

        Raises
        ------
        CeasefireError
            As ``ask``, and where a worker died of it.
        """
        for leaf in leaves(query):
            self._refuse_deadly(leaf, settings, Scenario(no_slips=no_slips))
        return compare(self.case, query, settings, scenario=Scenario(no_slips=no_slips), progress=self.progress)

    def number(self, query: q.Leaf, settings: Settings) -> Sampled:
        """Return one number; raises as `compare`."""
        self._refuse_deadly(query, settings, Scenario())
        return evaluate(self.case, query, sized(self.case, settings), progress=self.progress).number

    def _refuse_deadly(self, leaf: q.Query, settings: Settings, scenario: Scenario) -> None:
        if self.deadly and isinstance(leaf, q.Leaf) and not isinstance(leaf, q.Share):
            key = number_key(self.case, leaf, sized(self.case, settings), scenario)
            if key in self.deadly:
                raise CeasefireError(self.deadly[key])


def _shortest_then_longest(jobs: list[Questions]) -> list[Questions]:
    """Return first the shortest job, which tells what workers are worth, then the longest, so that none is late."""
    by_cost = sorted(jobs, key=_cost)
    return by_cost[:1] + by_cost[:0:-1]


def _cost(job: Questions) -> tuple[float, int]:
    """Return about how long a job takes: the belief intervals of its grid and the plans under which it is solved."""
    plans = {assume(scenario, leaf.conditions).plan for leaf, scenario in job.asked}
    return job.settings.intervals or inf, len(plans)


def _in_order(asked: Iterable[tuple[q.Leaf, Scenario]]) -> tuple[tuple[q.Leaf, Scenario], ...]:
    """Return queries so that those of one run, and those under one plan, follow each other."""

    def place(one: tuple[q.Leaf, Scenario]) -> tuple[str, str, bool]:
        assumed = assume(one[1], one[0].conditions)
        return assumed.plan, assumed.variant.key(), assumed.no_slips

    return tuple(sorted(asked, key=place))
