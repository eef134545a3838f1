"""Several equilibria of one game: solved from other starts, and told apart.

What is found are equilibria in which every informed choice follows one rule: the solution that its start leads to
(``starts``). It is no list of all: a solution that no start leads to is not found, and neither is one that takes one
branch at one belief and another at the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ceasefire.game.arrays import Game
from ceasefire.solve import solve
from ceasefire.solve.likeness import moves_apart
from ceasefire.solve.solution import Solution
from ceasefire.solve.starts import Start

SAME = 1e-3
"""Two solutions are one where values at the start differ by less, and along play fewer moves than this are expected to."""


@dataclass(frozen=True)
class Equilibrium:
    """One equilibrium that was found.

    Parameters
    ----------
    number : from 1; the principal one is number 1
    starts : starts that led to it; 0 is the continuation from precision 0
    solution : as the first of these starts gave it
    values_apart : largest difference of a value at the start from the principal one, years of best-minus-worst
    moves_apart : expected number of moves that differ from the principal one along the play of either
    """

    number: int
    starts: tuple[int, ...]
    solution: Solution
    values_apart: float = 0.0
    moves_apart: float = 0.0


@dataclass(frozen=True)
class Equilibria:
    """What solving from other starts found.

    Parameters
    ----------
    found : the principal equilibrium first
    n_starts : starts beside the continuation from precision 0
    failed : starts from which some point did not converge; not counted
    """

    found: tuple[Equilibrium, ...]
    n_starts: int
    failed: tuple[int, ...]


def equilibria(
    game: Game,
    n_starts: int,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    **settings: Any,
) -> Equilibria:
    """Solve a game from `n_starts` other starts and return the distinct equilibria, the principal one first.

    Parameters
    ----------
    progress : callable, optional
        Called with (starts done, starts in all) after every start.
    settings
        As for ``solve``.
    """
    search = Search(solve(game, **settings))
    for number in range(1, n_starts + 1):
        search.add(number, solve(game, elsewhere=Start(number, seed), **settings))
        if progress is not None:
            progress(number, n_starts)
    return search.result(n_starts)


class Search:
    """Solutions told apart one after the other as they are found; the first is the principal one."""

    def __init__(self, principal: Solution) -> None:
        self.found = [Equilibrium(1, (0,), principal)]
        self.failed: list[int] = []

    def add(self, start: int, solution: Solution) -> Equilibrium | None:
        """Count the solution that a start led to; return what it is, None where it did not converge."""
        if not solution.converged:
            self.failed.append(start)
            return None
        for place, known in enumerate(self.found):
            if max(distance(known.solution, solution)) < SAME:
                self.found[place] = replace(known, starts=(*known.starts, start))
                return self.found[place]
        apart = distance(self.found[0].solution, solution)
        self.found.append(Equilibrium(len(self.found) + 1, (start,), solution, *apart))
        return self.found[-1]

    def result(self, n_starts: int) -> Equilibria:
        """Return what was found."""
        return Equilibria(tuple(self.found), n_starts, tuple(self.failed))


def distance(first: Solution, other: Solution) -> tuple[float, float]:
    """Return how far values at the start are apart, and how many moves along the play of either."""
    return float(np.abs(first.values - other.values).max()), moves_apart(first, other)
