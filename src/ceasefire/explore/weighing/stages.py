"""Two stages: all draws on the preview grid, and some of them solved in full to correct what the coarse grid gets wrong.

With preview weights w of n draws, the draws solved in full are a sample without replacement in which draw i has the chance

    pi_i = min(1, c (0.8 w_i + 0.2 / n)),        c such that the chances sum to the number asked for:

those that matter, and a fifth at random among all, so that a draw that the coarse grid misjudges can still be found
(systematic sampling: Madow 1949). A draw in the sample stands for 1 / pi_i draws: its log weight at exponent zero is what
it was minus log pi_i. An average is then that of all preview draws plus the difference that the full solves make on the
sample,

    mean = sum w x + [ sum_S w' x' - sum_S (w / pi) x / sum_S (w / pi) ],

x the preview value, x' and w' value and weight in full. The bracket varies little where the grids agree, so few full solves
correct many preview draws (a difference estimator: Särndal, Swensson and Wretman 1992, chapter 6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.estimates import Estimate, weighted_mean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_RANDOM = 0.2


@dataclass(frozen=True)
class Chosen:
    """The draws that are solved in full.

    Parameters
    ----------
    index : (c,), int
        Ascending.
    log_chance : (c,)
        Log of the chance pi with which each came in; to be taken from its log weight at exponent zero.
    """

    index: Ints
    log_chance: Floats


def chances(weight: Floats, n: int) -> Floats:
    """Return the chance with which each draw is chosen, (d,); they sum to `n`, or all are one."""
    share = (1 - AT_RANDOM) * weight / np.sum(weight) + AT_RANDOM / weight.size
    if n >= weight.size:
        return np.ones_like(share)
    certain = np.zeros(weight.size, dtype=bool)
    while True:
        rest = np.sum(share[~certain])
        chance = np.where(certain, 1.0, share * (n - np.sum(certain)) / rest)
        beyond = ~certain & (chance >= 1)
        if not beyond.any():
            return np.asarray(chance, dtype=np.float64)
        certain |= beyond


def choose(weight: Floats, n: int, seed: int) -> Chosen:
    """Return which draws are solved in full.

    Parameters
    ----------
    weight : (d,)
        Of the draws on the preview grid.
    n : int
        How many to solve; all of them where there are no more.
    """
    chance = chances(weight, n)
    order = np.argsort(-weight, kind="stable")
    start = np.random.default_rng([seed, 0x57A6]).random()
    ends = np.cumsum(chance[order])
    picked = np.floor(ends - start) > np.floor(np.concatenate([[0.0], ends[:-1]]) - start)
    index = np.sort(order[picked | (chance[order] >= 1)])
    return Chosen(index.astype(np.int64), np.log(chance[index]))


def corrected_mean(
    preview: Floats, preview_weight: Floats, chosen: Chosen, full: Floats, full_weight: Floats
) -> Estimate:
    """Return the mean over all preview draws corrected by those solved in full, with its standard error.

    Parameters
    ----------
    preview, preview_weight : (d,)
        Values and weights of all draws on the preview grid.
    chosen : Chosen
    full, full_weight : (c,)
        Values and weights in full; the weights sum to one over the chosen draws.
    """
    coarse = weighted_mean(preview, preview_weight)
    same = preview_weight[chosen.index] * np.exp(-chosen.log_chance)
    same = same / np.sum(same)
    fine, again = weighted_mean(full, full_weight).value, weighted_mean(preview[chosen.index], same).value
    part = full_weight * (full - fine) - same * (preview[chosen.index] - again)
    left_open = 1 - np.exp(chosen.log_chance)
    return Estimate(coarse.value + fine - again, float(np.sqrt(coarse.error**2 + np.sum(left_open * part**2))))
