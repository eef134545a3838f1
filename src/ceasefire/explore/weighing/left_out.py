"""The answer at other exponents of the likelihood, and with one event after the other left out.

With l[d, e, p] the log likelihood of item e in draw d under profile p (see ``evidence``), an *exponent* multiplies every l:
at one half the record counts half, for draws and types together; at zero both keep their priors.

*Leaving an event out* takes its l away and weighs the draws again. The event has still happened: later moves are judged from
the state and the public beliefs that it left. What is dropped is what the event says of draws and types, which is what a
coding in dispute puts at risk. (A record without it, where nobody knows what happened, is another simulation:
``Variant.without_items``.) The draws were chosen for the whole record; their effective size without the event says whether
they still serve.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.estimates import Estimate, weighted_mean
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.weights import Weights, weigh

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LeftOut:
    """The answer when one event is not counted as evidence.

    Parameters
    ----------
    item : str
    weights : Weights
        Of the draws without it; says itself when too little is left of them.
    value : Estimate
        The number asked for, without the event.
    change : float
        That minus the number with it.
    """

    item: str
    weights: Weights
    value: Estimate
    change: float


def leave_one_out(
    record: RecordByDraw, values: Floats, log_base: Floats | None = None, exponent: float = 1.0
) -> tuple[LeftOut, ...]:
    """Return a number with each item in turn left out, the largest change first.

    Parameters
    ----------
    values : (d, p)
        The number in each draw under each true profile, given the record.
    log_base : (d,), optional
        Log weights of the draws at exponent zero.
    exponent : float
        Of the likelihood.
    """
    whole, _ = answer(record, values, log_base, exponent)
    found = []
    for e, item in enumerate(record.items):
        value, weights = answer(record.without(e), values, log_base, exponent)
        found.append(LeftOut(item, weights, value, value.value - whole.value))
    return tuple(sorted(found, key=lambda left: -abs(left.change)))


def answer(
    record: RecordByDraw, values: Floats, log_base: Floats | None = None, exponent: float = 1.0
) -> tuple[Estimate, Weights]:
    """Return a number given the record, and the weights of the draws behind it.

    Parameters
    ----------
    values : (d, p)
        The number in each draw under each true profile, given the course of events.
    log_base, exponent
        As for `counted`.
    """
    chance, weights = counted(record, log_base, exponent)
    in_draw = np.sum(np.where(chance > 0, values * chance, 0.0), axis=1)
    return weighted_mean(in_draw, weights.weight), weights


def counted(record: RecordByDraw, log_base: Floats | None = None, exponent: float = 1.0) -> tuple[Floats, Weights]:
    """Return the probability of each profile in each draw given the record, (d, p), and the weights of the draws.

    Parameters
    ----------
    log_base : (d,), optional
        Log weights of the draws at exponent zero.
    exponent : float
        Of the likelihood of draw and profile together; at zero both keep their priors.
    """
    powered = record.tempered(exponent)
    weights = replace(weigh(powered.total, log_base, float(exponent > 0)), exponent=exponent)
    return powered.posterior(), weights
