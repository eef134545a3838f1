"""What the record teaches about each parameter and each type: prior and posterior side by side.

A parameter is compared in its normal scores z, in which the prior is N(0, 1). Where the record says nothing about it, the
weighted mean of z is N(0, 1/n) and n times its weighted variance chi-square with n - 1 degrees, n the effective size.
A parameter counts as *learned* where one of the two statistics is kept by the step-up rule of Benjamini and Hochberg at
5 % over all parameters: of what is said to be learned, one in twenty is expected to be chance. Beside it stands the
smallest shift of the mean, in prior standard deviations, that one parameter alone would have to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.estimates import weighted_mean
from ceasefire.explore.weighing.proposals import FALSE_SIGNALS, quantile_of, signals
from ceasefire.explore.weighing.weights import Weights
from ceasefire.simulate.estimates import weighted_quantile

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVELS = (0.1, 0.5, 0.9)


class Quantiles(Protocol):
    """What has quantiles: a ``Prior``."""

    def quantile(self, u: Floats) -> Floats:
        """Return the quantiles at `u`."""
        ...


@dataclass(frozen=True)
class Learned:
    """One parameter before and after the record.

    Parameters
    ----------
    name : str
    prior, posterior : (3,), float
        10 %, 50 % and 90 % quantiles, in the parameter's unit.
    shift : float
        Posterior mean of the normal score: how far the record moves it, in prior standard deviations.
    spread : float
        Posterior standard deviation of the normal score; 1 is the prior's.
    is_learned : bool
        Whether shift or spread differ from the prior's beyond sampling.
    """

    name: str
    prior: tuple[float, ...]
    posterior: tuple[float, ...]
    shift: float
    spread: float
    is_learned: bool


def parameters(names: Sequence[str], priors: Sequence[Quantiles], z: Floats, weights: Weights) -> tuple[Learned, ...]:
    """Return every parameter before and after the record.

    Parameters
    ----------
    names, priors : (j,)
    z : (d, j)
        Normal scores of the draws.
    weights : Weights
    """
    w = weights.weight
    differs = np.logical_or(*signals(z, w))
    mean, square = w @ z, w @ z**2
    found = []
    for j, (name, prior) in enumerate(zip(names, priors, strict=True)):
        after = quantile_of(np.array([weighted_quantile(z[:, j], w, q) for q in LEVELS]))
        found.append(
            Learned(
                name=name,
                prior=tuple(float(x) for x in prior.quantile(np.array(LEVELS))),
                posterior=tuple(float(x) for x in prior.quantile(after)),
                shift=float(mean[j]),
                spread=float(np.sqrt(max(square[j] - mean[j] ** 2, 0.0))),
                is_learned=bool(differs[j]),
            )
        )
    return tuple(found)


def detectable_shift(n_parameters: int, effective_size: float) -> float:
    """Return the smallest shift that counts where only one parameter shows any, in prior standard deviations."""
    from scipy.special import ndtri

    return float(-ndtri(FALSE_SIGNALS / (4 * n_parameters)) / np.sqrt(effective_size))


@dataclass(frozen=True)
class LearnedLabel:
    """One type label before and after the record.

    Parameters
    ----------
    name : str
    prior, posterior : probability
    error : float
        Standard error of the change from one to the other, from the draws.
    is_learned : bool
        Whether they differ by more than two standard errors.
    """

    name: str
    prior: float
    posterior: float
    error: float
    is_learned: bool


def types(
    prior: Floats, posterior: Floats, labels: Mapping[str, Bools], weights: Weights, before: Weights
) -> tuple[LearnedLabel, ...]:
    """Return every type label before and after the record.

    Parameters
    ----------
    prior, posterior : (d, p)
        Of the profiles in each draw, without the record and given it.
    labels : by name, (p,)
        Which profiles have a label.
    weights, before : Weights
        Of the draws at the record's exponent and at exponent zero.
    """
    found = []
    for name, has in labels.items():
        old = float(before.weight @ prior[:, has].sum(axis=1))
        chance = posterior[:, has].sum(axis=1)
        new = weighted_mean(chance, weights.weight)
        change = weights.weight * (chance - new.value) - before.weight * (prior[:, has].sum(axis=1) - old)
        error = float(np.sqrt(np.sum(change**2)))
        found.append(LearnedLabel(name, old, new.value, error, bool(abs(new.value - old) > 2 * error + 1e-12)))
    return tuple(found)
