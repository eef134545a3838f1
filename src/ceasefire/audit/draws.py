"""Joint draws in which a check is looked at: parameters at an end of their 80 % range, rivals on or off.

The first draws are random and shared by all checks, also of different arguments, since they then share the solutions.
From them a ridge regression of a check's margin on the ends that were taken says, roughly, where each parameter pushes
that check; a *steered* draw puts every parameter at the end that pushes towards the side that is still missing. With far
more parameters than draws a single estimate says little; a hundred of them together say enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.claims import Argument
from ceasefire.case.model import Case
from ceasefire.forecast.ranges import HIGH, LOW

DRAWS = 6
"""Random draws."""
STEERED = 2
"""Steered draws for a side that is missing."""
SWITCHED = 0.3
"""Chance that a rival is switched on in a random draw."""
RIDGE = 0.1
"""Weight of the ridge, as a share of the number of parameters and rivals."""

Floats = NDArray[np.float64]
Ends = tuple[int, ...]
"""Where a draw puts each factor: 1 the high end (a rival: on), -1 the low end (off, as in the case), 0 not touched."""


@dataclass(frozen=True)
class Factors:
    """What is moved in the draws for one argument.

    Parameters
    ----------
    ranges : by name, (low, high)
        Parameters that have a range, without those that the author assumes.
    rivals : by name, (off, on)
        Off is what a rival is in the case.
    assumed : by name
        What the author assumes a rival to be, where that is said.
    """

    ranges: dict[str, tuple[float, float]]
    rivals: dict[str, tuple[float, float]]
    assumed: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, argument: Argument) -> Factors:
        """Return the factors of an argument."""
        ends = {name: [float(p.prior.quantile(u)) for u in (LOW, HIGH)] for name, p in case.parameters.items()}
        ranges = {name: (x[0], x[1]) for name, x in ends.items() if x[0] < x[1] and name not in argument.assumes}
        off = {name: float(rival.nominal) for name, rival in case.rivals.items()}
        return cls(ranges, {name: (x, 1.0 - x) for name, x in off.items()}, argument.assumes)

    def switched(self, rival: str) -> float:
        """Return the value of a rival that its author does not assume."""
        return 1.0 - self._here(rival)

    def _here(self, rival: str) -> float:
        return float(self.assumed.get(rival, self.rivals[rival][0]))

    def conditions(self, ends: Ends) -> q.Conditions:
        """Return a draw as conditions of a query; rivals that are as their author has them are not named."""
        at = dict(zip([*self.ranges, *self.rivals], ends, strict=True))
        parameters = [q.Setting(name, self.ranges[name][at[name] > 0]) for name in sorted(self.ranges) if at[name]]
        drawn = {name: self.rivals[name][at[name] > 0] for name in self.rivals if at[name]}
        return (*parameters, *(q.Setting(name, x) for name, x in drawn.items() if x != self._here(name)))

    def random(self, seed: int) -> list[Ends]:
        """Return the random draws.

        What a draw does to a factor follows from its name and the seed, so that an edit of the case leaves the others as
        they were.
        """
        return [
            tuple(
                [1 if _uniform(seed, draw, "end", name) < 0.5 else -1 for name in self.ranges]
                + [1 if _uniform(seed, draw, "switched", name) < SWITCHED else -1 for name in self.rivals]
            )
            for draw in range(DRAWS)
        ]

    def steered(self, ends: Sequence[Ends], margins: Sequence[float], side: float) -> Ends | None:
        """Return the draw that pushes margins towards `side`, 1 or -1; None where what was seen says nothing.

        Parameters
        ----------
        ends : draws looked at
        margins : the margin of the check in each
        """
        if len(ends) < 2 or float(np.ptp(margins)) == 0.0:
            return None
        seen = np.array(ends) - np.mean(ends, axis=0)
        ridge = RIDGE * seen.shape[1] * np.eye(len(seen))
        push = side * seen.T @ np.linalg.solve(seen @ seen.T + ridge, np.array(margins) - np.mean(margins))
        n = len(self.ranges)
        parameters = [int(np.sign(x)) for x in push[:n]]
        rivals = [int(np.sign(x)) for x in push[n:]]
        found = (*parameters, *rivals)
        return None if found in ends else found


def _uniform(*parts: object) -> float:
    """Return a number in [0, 1) that follows from `parts`."""
    return int.from_bytes(sha256(repr(parts).encode()).digest()[:8], "big") / 2.0**64
