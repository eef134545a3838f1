"""Weights of draws by the likelihood of the record, and what can be said of numbers computed with them.

Draw i has normal scores z_i, comes from one of the proposals q_r of which n_r draws were taken (n = sum n_r), and has the
log likelihood l_i of the record (minus infinity where the record cannot happen). At likelihood exponent e its weight is

    w_i proportional to  p(z_i) exp(e l_i) / sum_r (n_r / n) q_r(z_i),          p the prior,

the *balance heuristic* (Veach and Guibas 1995; deterministic mixture of Owen and Zhou 2000): all rounds count, and a draw
that some proposal made likely cannot get a large weight because another made it unlikely. Exponent 1 is the posterior, 0
the prior, 1/2 a record whose codings repeat each other. Proposals follow the path of exponents (tempering: Neal 2001; Del
Moral, Doucet and Jasra 2006), chosen so that the effective size 1 / sum w^2 stays at half the draws of a round.

The largest weights are replaced by the quantiles of a generalised Pareto distribution fitted to them (PSIS, Vehtari,
Simpson, Gelman, Yao and Gabry 2024): the order stays, none exceeds what was the largest, and the error of averages falls
wherever weights have a tail; its shape k-hat says whether the averages can be trusted, up to min(0.7, 1 - 1/log10 n).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import NumericalError
from ceasefire.explore.weighing.proposals import Proposal
from ceasefire.simulate.estimates import weighted_quantile

Floats = NDArray[np.float64]

TEMPER_SHARE = 0.5
LEAST_EFFECTIVE = 50
"""Below this effective size no interval is printed."""
FEWEST_FOR_TAIL = 25
"""With fewer draws the tail has under five and no shape can be fitted."""

WITHHELD = "intervals_withheld"
HEAVY_TAIL = "k_hat_above_limit"
IMPOSSIBLE = "impossible_draws"


@dataclass(frozen=True)
class Weights:
    """Weights of the draws at one likelihood exponent.

    Parameters
    ----------
    weight : (d,)
        Sums to one; Pareto-smoothed.
    exponent : float
        Of the likelihood: 1 posterior, 0 prior.
    effective_size : float
        1 / sum of squared weights.
    k_hat, k_limit : float
        Shape of the tail of the weights and the bound up to which averages are reliable. -1 where the largest weights
        are equal (no tail), infinite where there are too few draws to tell.
    log_evidence : float
        Log of the prior mean of the likelihood to the exponent.
    spread : (3,), float
        Log likelihood at the 10 %, 50 % and 90 % of prior draws in which the record can happen.
    n_impossible : int
        Draws in which the record cannot happen.
    """

    weight: Floats
    exponent: float
    effective_size: float
    k_hat: float
    k_limit: float
    log_evidence: float
    spread: tuple[float, float, float]
    n_impossible: int

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return int(self.weight.size)

    @property
    def intervals_withheld(self) -> bool:
        """Whether the effective size is too small for any interval."""
        return self.effective_size < LEAST_EFFECTIVE

    @property
    def codes(self) -> tuple[str, ...]:
        """What must be said beside every number made with these weights."""
        said = {
            WITHHELD: self.intervals_withheld,
            HEAVY_TAIL: not self.k_hat <= self.k_limit,
            IMPOSSIBLE: self.n_impossible > 0,
        }
        return tuple(code for code, holds in said.items() if holds)


def log_base_weight(z: Floats, proposals: Sequence[Proposal], sizes: Sequence[int]) -> Floats:
    """Return log prior - log of the mixture of all proposals at each draw, (d,).

    Parameters
    ----------
    z : (d, j)
        Normal scores of the draws of all rounds, in any order.
    proposals, sizes : by round
        What each round drew from, and how many draws it gave.
    """
    assert sum(sizes) == len(z)
    total = np.full(len(z), -np.inf)
    for proposal, size in zip(proposals, sizes, strict=True):
        if size:
            total = np.logaddexp(total, np.log(size / len(z)) + proposal.log_ratio(z))
    return -total


def effective_size(log_weight: Floats) -> float:
    """Return 1 / sum of squared normalised weights; 0 where all are zero."""
    top = np.max(log_weight, initial=-np.inf)
    if not np.isfinite(top):
        return 0.0
    w = np.exp(log_weight - top)
    return float(np.sum(w) ** 2 / np.sum(w**2))


def temper(
    log_likelihood: Floats, log_base: Floats | None = None, start: float = 0.0, n_round: int | None = None
) -> float:
    """Return the largest likelihood exponent in [start, 1] that leaves an effective size of half the draws of a round.

    The size is that of all draws so far. (Half of *all* draws would hold the exponents back: the first round, from the
    prior, is lost to a sharp posterior for ever. With four rounds of 256 draws in a model of 50 parameters the last
    exponent was then 0.3, against 1, and a third of the effective size was left.) Draws in which the record cannot happen
    do not count as draws: any exponent above zero loses them. Where no exponent leaves so much the one with the largest
    effective size is taken.

    Parameters
    ----------
    log_likelihood : (d,)
    log_base : (d,), optional
        Log weights that the draws have at exponent zero.
    start : float
        The exponent of the round before.
    n_round : int, optional
        Draws of the last round; all of them if not given.

    Raises
    ------
    NumericalError
        If the record can happen in no draw.
    """
    alive = _possible(log_likelihood)
    own = log_likelihood[alive]
    base = np.zeros(own.size) if log_base is None else log_base[alive]
    wanted = TEMPER_SHARE * (own.size / alive.size) * (n_round or alive.size)

    def excess(exponent: float) -> float:
        return effective_size(base + exponent * own) - wanted

    grid = np.linspace(start, 1.0, 65)
    size = np.array([excess(e) for e in grid])
    reached = np.flatnonzero(size >= 0)
    if not reached.size:
        return float(grid[int(np.argmax(size))])
    if reached[-1] == grid.size - 1:
        return 1.0
    low, high = float(grid[reached[-1]]), float(grid[reached[-1] + 1])
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) >= 0 else (low, middle)
    return low


def weigh(log_likelihood: Floats, log_base: Floats | None = None, exponent: float = 1.0) -> Weights:
    """Return the weights of all draws at a likelihood exponent.

    At exponent zero the record says nothing: draws in which it cannot happen count as in the prior.

    Parameters
    ----------
    log_likelihood : (d,)
    log_base : (d,), optional
        From ``log_base_weight``; zeros for draws from the prior.

    Raises
    ------
    NumericalError
        If the record can happen in no draw, or a log likelihood is no number.
    """
    alive = _possible(log_likelihood)
    base = np.zeros(alive.size) if log_base is None else np.asarray(log_base, dtype=np.float64)
    log_weight = base + (exponent * log_likelihood if exponent else 0.0)
    smoothed, k_hat = smooth_tail(log_weight)
    weight = np.exp(smoothed - np.max(smoothed))
    weight /= np.sum(weight)
    counted = int(np.sum(np.isfinite(log_weight)))
    prior = np.exp(base[alive] - np.max(base[alive]))
    low, middle, high = (weighted_quantile(log_likelihood[alive], prior / np.sum(prior), q) for q in (0.1, 0.5, 0.9))
    return Weights(
        weight=weight,
        exponent=float(exponent),
        effective_size=float(1 / np.sum(weight**2)),
        k_hat=k_hat,
        k_limit=k_limit(counted),
        log_evidence=_log_sum(log_weight) - _log_sum(base),
        spread=(low, middle, high),
        n_impossible=int(alive.size - np.sum(alive)),
    )


def _log_sum(log_weight: Floats) -> float:
    return float(np.logaddexp.reduce(log_weight))


def _possible(log_likelihood: Floats) -> NDArray[np.bool_]:
    """Return the draws in which the record can happen, (d,)."""
    wrong = np.isnan(log_likelihood) | (log_likelihood == np.inf)
    if wrong.any():
        raise NumericalError(f"the log likelihood of draw {int(np.argmax(wrong))} is no finite number")
    alive = np.isfinite(log_likelihood)
    if not alive.any():
        raise NumericalError(
            f"the record has probability zero in all {alive.size} draws: give `miscoded` a chance, widen the priors, "
            "or see which item no path passes"
        )
    return alive


def k_limit(n: int) -> float:
    """Return the bound on k-hat for n draws, min(0.7, 1 - 1/log10 n); minus infinity for one draw."""
    return min(0.7, 1 - 1 / math.log10(n)) if n > 1 else -math.inf


def smooth_tail(log_weight: Floats) -> tuple[Floats, float]:
    """Return Pareto-smoothed log weights, same shape, and the shape k-hat of their tail.

    Zero weights stay zero and do not count. -1 where the largest weights are equal, infinite where no tail can be fitted;
    the weights then stay as they are.
    """
    alive = np.flatnonzero(np.isfinite(log_weight))
    own = log_weight[alive]
    n_tail = int(3 * np.sqrt(own.size)) if own.size > 225 else own.size // 5
    ranked = np.sort(own)[::-1][: n_tail + 1]
    if ranked[0] - ranked[-1] < 1e-9:
        return log_weight, -1.0
    if own.size < FEWEST_FOR_TAIL:
        return log_weight, np.inf
    from arviz_stats.base.array import array_stats

    array: Any = array_stats  # untyped

    with np.errstate(all="ignore"):
        smoothed, k_hat = array.psislw(-own)
    if not (np.isfinite(k_hat) and np.all(np.isfinite(smoothed))):
        return log_weight, np.inf
    out = np.full(log_weight.shape, -np.inf)
    out[alive] = smoothed
    return out, float(k_hat)
