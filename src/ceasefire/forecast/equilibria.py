"""Other equilibria of a case: its game solved from other starts on the preview grid, and what becomes of its numbers.

Starts are those of ``ceasefire.solve.starts``. Two of them count as one equilibrium where no value at the start differs by
``VALUES_APART`` and no move in any month from ``as_of`` on, by type, is made with a probability that differs by
``MOVES_APART``; both are simulated with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.errors import UsageError
from ceasefire.forecast.answer import number_of
from ceasefire.forecast.batch import Failure, Workers, compute
from ceasefire.forecast.evaluate import assume
from ceasefire.forecast.names import check_query, leaves
from ceasefire.forecast.pipeline import Run, needs_steps, run_variant
from ceasefire.forecast.scenario import Scenario, run_key
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.store import keep, key_of, load
from ceasefire.number_text import number_text

VALUES_APART = 0.001
"""Years of best-minus-worst."""
MOVES_APART = 0.01
MOST_UNSOLVED = 0.001
"""Share of points without a solution above which a start counts as not converged."""


@dataclass(frozen=True)
class FromStart:
    """What one start led to.

    Parameters
    ----------
    unsolved : share of informed points that did not converge
    values : at the start, by actor and type profile
    moves : how often each move is made, by step, month, type profile
    numbers : by query text
    """

    unsolved: float
    values: tuple[float, ...]
    moves: tuple[float, ...]
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class StartJob:
    """The numbers of some queries from one start; 0 is the continuation from precision 0."""

    start: int
    queries: tuple[q.Query, ...]
    settings: Settings

    def key(self, case: Case) -> str:
        """Return the key under which it is kept."""
        run = run_key(case, Scenario(start=self.start), self.settings)
        return key_of(start=run, queries=[query.text for query in self.queries])

    def kept(self, case: Case) -> FromStart | None:
        """Return what is on disk, or None."""
        there = load("starts", self.key(case))
        if there is None:
            return None
        return FromStart(there["unsolved"], tuple(there["values"]), tuple(there["moves"]), there["numbers"])

    def compute(self, case: Case) -> FromStart:
        """Return what the start leads to, and keep it."""
        scenario = Scenario(start=self.start)
        numbers = {query.text: number_of(case, query, self.settings, scenario) for query in self.queries}
        played: dict[str, Scenario] = {}
        for leaf in (leaf for query in self.queries for leaf in leaves(query)):
            assert not isinstance(leaf, q.Share)
            one = replace(assume(scenario, leaf.conditions), shadow=())
            played[run_key(case, one, self.settings)] = one
        unsolved, values, moves = 0.0, [], []
        for key in sorted(played):
            run = run_variant(case, settings=self.settings, scenario=played[key])
            tally = run.solution.tally
            unsolved = max(unsolved, len(tally.failed) / max(tally.points, 1))
            values.append(run.solution.values.ravel())
            moves.append(made(run))
        found = FromStart(unsolved, _flat(values), _flat(moves), numbers)
        self.keep(case, found)
        return found

    def keep(self, case: Case, found: FromStart) -> None:
        """Write to disk what the start led to."""
        keep("starts", self.key(case), asdict(found))


@dataclass(frozen=True)
class Equilibrium:
    """One equilibrium: its number (1: the principal one), the starts that led to it, its numbers by query text."""

    number: int
    starts: tuple[int, ...]
    numbers: Mapping[str, float]
    unsolved: float


@dataclass(frozen=True)
class Equilibria:
    """The distinct equilibria of a case that were found from `n_starts` other starts, on the preview grid.

    Parameters
    ----------
    not_converged : starts that are not counted
    spread : by query text, the lowest and the highest number among the equilibria
    """

    n_starts: int
    found: tuple[Equilibrium, ...]
    not_converged: tuple[int, ...] = ()
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return asdict(self)


def equilibria(
    case: Case,
    queries: Sequence[q.Query],
    settings: Settings,
    n_starts: int,
    *,
    progress: Progress | None = None,
    workers: Workers = None,
) -> Equilibria:
    """Return the equilibria that are found from other starts and what each makes of some queries.

    Parameters
    ----------
    queries : Query
        Each with one number.
    settings : Settings
        Everything here runs on their preview grid.
    n_starts : int, >= 1

    Raises
    ------
    UsageError
        Where a query has more than one number, or there is no start.
    InputError, NumericalError
        Where the principal equilibrium cannot be had.
    """
    if n_starts < 1:
        raise UsageError(f"--starts must be at least 1, not {n_starts}")
    needs_steps(case)
    for query in queries:
        check_query(case, query)
        if not one_number(query):
            raise UsageError(f'--starts needs a query with one number, which "{query.text}" has not')
    coarse, asked = settings.coarse(), tuple(queries)
    jobs = [StartJob(number, asked, coarse) for number in range(n_starts + 1)]
    if jobs[0].kept(case) is None:
        jobs[0].compute(case)
    results: dict[int, FromStart | Failure] = {}
    for place, result in compute(case, jobs, workers):
        results[place] = result
        if progress is not None:
            progress("starts", len(results), len(jobs))
    return told_apart({start: results[start] for start in sorted(results)})


def one_number(query: q.Query) -> bool:
    """Say whether a query has one number."""
    return all(
        not isinstance(leaf, q.Share | q.Values) and not (isinstance(leaf, q.Belief) and leaf.label is None)
        for leaf in leaves(query)
    )


def told_apart(results: Mapping[int, FromStart | Failure]) -> Equilibria:
    """Return the distinct equilibria among what starts led to; the first is the principal one."""
    found: list[tuple[FromStart, list[int]]] = []
    failed: list[int] = []
    for start, result in results.items():
        if isinstance(result, Failure) or (start and result.unsolved > MOST_UNSOLVED):
            failed.append(start)
            continue
        for known, starts in found:
            if same(known, result):
                starts.append(start)
                break
        else:
            found.append((result, [start]))
    rows = [Equilibrium(i, tuple(starts), one.numbers, one.unsolved) for i, (one, starts) in enumerate(found, start=1)]
    texts = rows[0].numbers if rows else {}
    spread = {text: _spread([row.numbers[text] for row in rows]) for text in texts}
    return Equilibria(len(results) - 1, tuple(rows), tuple(failed), spread)


def same(one: FromStart, other: FromStart) -> bool:
    """Say whether two starts led to one equilibrium."""
    values = np.abs(np.subtract(one.values, other.values)).max(initial=0.0)
    moves = np.abs(np.subtract(one.moves, other.moves)).max(initial=0.0)
    return bool(values < VALUES_APART and moves < MOVES_APART)


def made(run: Run) -> NDArray[np.float64]:
    """Return how often each move is made from ``as_of`` on, by step, month and type profile; all of a step sum to one."""
    paths, parts = run.paths, []
    for step in sorted(paths.move):
        n_moves = len(run.game.steps[step].move_names)
        for taken in paths.move[step][run.as_of_period :]:
            cell = paths.profile.astype(np.int64) * (n_moves + 1) + taken + 1
            parts.append(np.bincount(cell, paths.weight, run.game.n_profiles * (n_moves + 1)))
    return np.concatenate(parts) if parts else np.zeros(0)


def _flat(parts: Sequence[NDArray[np.float64]]) -> tuple[float, ...]:
    return tuple(float(x) for part in parts for x in part)


def _spread(numbers: Sequence[float]) -> tuple[float, float]:
    known = [x for x in numbers if np.isfinite(x)]
    return (min(known), max(known)) if known else (float("nan"), float("nan"))


def as_text(found: Equilibria, text: str) -> list[str]:
    """Return what the other starts say about one query, a line each."""
    many = "one equilibrium" if len(found.found) == 1 else f"{len(found.found)} distinct equilibria"
    lines = [f"{many} from {found.n_starts} other starts, on the preview grid"]
    if len(found.found) > 1:
        low, high = found.spread[text]
        lines.append(f"  from {number_text(low)} to {number_text(high)}, not an interval")
        for one in found.found:
            starts = [str(start) for start in one.starts if start]
            name = "the named one" if one.number == 1 else f"number {one.number}"
            lines.append(
                f"  {name}: {number_text(one.numbers[text])}" + (f" (starts {', '.join(starts)})" if starts else "")
            )
    if found.not_converged:
        lines.append(f"  not converged, not counted: starts {', '.join(map(str, found.not_converged))}")
    return lines
