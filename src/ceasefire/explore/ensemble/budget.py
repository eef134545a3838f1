"""The solve budget: how many draws each part of the work gets, and about how long that takes; said before the start.

The case as it is gets most draws. Plans, checks in other games and cuts of premises get fewer: the same draws, drawn again
by weight, on the same paths, so that differences are paired and need fewer. A few draws are solved on the full belief
grid as well, and correct the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ceasefire.case.model import Case
from ceasefire.explore.ensemble.courses import check_queries, courses, cut_queries, plan_queries

DRAWS = 256


@dataclass(frozen=True)
class Budget:
    """How many draws each part of the work gets.

    Parameters
    ----------
    base : int
        The case as it is, on the preview grid.
    fine : int
        Of these, solved on the full grid as well.
    plans, checks, cuts : int
        Solved again under every plan, in every other game that a check stands in, with every premise cut.
    """

    base: int
    fine: int
    plans: int
    checks: int
    cuts: int

    @classmethod
    def of(cls, draws: int, *, full: bool = False) -> Budget:
        """Return the usual budget for a number of draws; `full`: the same number for every part."""
        if full:
            return cls(draws, draws, draws, draws, draws)
        return cls(draws, *(min(draws, max(n, 4)) for n in (draws // 32, draws // 8, draws // 8, draws // 64)))

    def without(self, *parts: str) -> Budget:
        """Return the budget with nothing for some parts."""
        return replace(self, **dict.fromkeys(parts, 0))


@dataclass(frozen=True)
class Line:
    """One line of the budget: a part, its draws, solutions in all, and processor seconds where one has been timed."""

    part: str
    draws: int
    solutions: int
    seconds: float | None


PLAN = 0.4
"""What a plan takes at most on top of a draw, in draws: as on the Alaska case while plans were solved on all states."""


def solutions_per_draw(case: Case) -> dict[str, tuple[int, int]]:
    """Return how many games each part solves for a draw, and how many plans on top of them."""
    plans = courses(plan_queries(case))
    checks = courses(check_queries(case))
    cuts = [course for asked in cut_queries(case).values() for course in courses(asked)]
    found = {"base": (1, 0), "fine": (1, 0), "plans": (1 if plans else 0, len(plans))}
    for part, some in (("checks", checks), ("cuts", cuts)):
        games = len({course.game for course in some})
        found[part] = (games, sum("plan = " in course.name for course in some))
    return found


def lines(case: Case, budget: Budget, seconds: Mapping[str, float | None] | None = None) -> Iterator[Line]:
    """Yield a line for each part that has work to do.

    Parameters
    ----------
    seconds : by ``"preview"`` and ``"fine"``
        Processor seconds of one draw on either grid, where they have been measured. A plan takes `PLAN` of that.
    """
    for part, (games, plans) in solutions_per_draw(case).items():
        draws = int(getattr(budget, part))
        each = (seconds or {}).get("fine" if part == "fine" else "preview")
        if draws and games:
            time = None if each is None else draws * (games + PLAN * plans) * each
            yield Line(part, draws, draws * (games + plans), time)
