"""Draws of the parameters in rounds: half from the prior, a quarter each from two proposals fitted to what was drawn before.

How the likelihood of a draw is computed is handed in, so that the ensemble of a forecast and the calibration of the whole
chain draw by the same rule (see `proposals` and `weights`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.proposals import Proposal, fit
from ceasefire.explore.weighing.slopes import slopes
from ceasefire.explore.weighing.weights import log_base_weight, temper, weigh

Floats = NDArray[np.float64]
ONE_ROUND = 64
"""With fewer draws than this there is nothing to fit a proposal to."""
LINES_AT = 0.25
"""Share of the tempered exponent at which draws count for the lines of events."""


@dataclass(frozen=True)
class Rounds:
    """Where the draws are.

    Parameters
    ----------
    z : (d, j)
        Normal scores of the prior quantiles.
    proposals, sizes : by round
        What each round drew from, and how many draws it gave.
    exponents : by round but the first
        Likelihood exponent at which its proposal was fitted.
    """

    z: Floats
    proposals: tuple[Proposal, ...]
    sizes: tuple[int, ...]
    exponents: tuple[float, ...] = ()

    @classmethod
    def none(cls, n_parameters: int) -> Rounds:
        """Return no round yet."""
        return cls(np.empty((0, n_parameters)), (), ())

    @cached_property
    def log_base(self) -> Floats:
        """Log of prior over the mixture of all proposals, (d,)."""
        return log_base_weight(self.z, self.proposals, self.sizes)

    def joined(self, z: Floats, proposal: Proposal, exponent: float) -> Rounds:
        """Return these rounds and one more."""
        return replace(
            self,
            z=np.vstack([self.z, z]),
            proposals=(*self.proposals, proposal),
            sizes=(*self.sizes, len(z)),
            exponents=(*self.exponents, exponent) if self.sizes else (),
        )


def rounds_of(draws: int) -> tuple[int, ...]:
    """Return how many draws each round gets: half from the prior, the rest in two further rounds."""
    if draws < ONE_ROUND:
        return (draws,)
    return (draws - 2 * (draws // 4), draws // 4, draws // 4)


def in_rounds(
    n_parameters: int, sizes: Sequence[int], seed: int, likelihood: Callable[[Floats], tuple[Floats, Floats]]
) -> Rounds:
    """Draw round by round, each from a proposal fitted to all rounds before.

    Parameters
    ----------
    sizes : by round
    likelihood : callable
        Gets the normal scores of the next draws, (n, j); returns for all draws so far the log likelihood of the record,
        (d,), minus infinity where it cannot happen or could not be computed, and the log probability of each of its events
        given those before, (d, e).

    Raises
    ------
    NumericalError
        If the record can happen in no draw of the rounds before a fit.
    """
    found, proposal, exponent = Rounds.none(n_parameters), Proposal.prior(n_parameters), 0.0
    log_likelihood, by_event = np.empty(0), np.empty((0, 0))
    for number, size in enumerate(sizes):
        if number:
            exponent = temper(log_likelihood, found.log_base, exponent, found.sizes[-1])
            proposal = _fitted(found, log_likelihood, by_event, exponent)
        z = proposal.draws(size, seed, number)
        log_likelihood, by_event = likelihood(z)
        found = found.joined(z, proposal, exponent)
    return found


def _fitted(found: Rounds, log_likelihood: Floats, by_event: Floats, exponent: float) -> Proposal:
    """Return the proposal of the next round.

    Lines need many draws, means those near the tempered posterior: hence the lines are fitted at a quarter of its exponent e.
    Being drawn towards zero they may be followed farther than the means, to the square root of e. (With rounds of 128, 64
    and 64 draws of normal models the effective size was 107 to 115 this way, 99 with lines followed to e, 72 without
    lines, for 50 parameters of which five are seen; 55, 52, 46 for one sum of twenty parameters; 15, 10, 6 for thirty sums
    of a hundred.)
    """
    wide = weigh(log_likelihood, found.log_base, LINES_AT * exponent).weight
    along = math.sqrt(exponent) * slopes(found.z, by_event, wide)
    return fit(found.z, weigh(log_likelihood, found.log_base, exponent).weight, along)
