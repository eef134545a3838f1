"""What each event of the record says: of the types, of the draws, and against the model.

For draw d, true type profile p and item e of the record, taken in the order in which paths meet them,

    l[d, e, p] = log P(e | items before e, d, p)

comes from the simulation. With the prior pi[d, p] of the profiles, weights W[d] of the draws and
r[d, e, p] proportional to pi[d, p] exp(sum of l over items before e), the profiles' weights just before e:

- probability of an event in a draw      P(e | d) = sum_p r[d, e, p] exp(l[d, e, p]); the product over e is the likelihood;
- likelihood ratio of a label k          P(e | k, d) / P(e | not k, d), each averaged with r over the profiles that have it;
- share of the log likelihood            sum_d W log P(e | d) / sum_d W sum_e log P(e | d);
- surprise to the model                  P(e | d) < 1 % in most of the weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.estimates import weighted_mean
from ceasefire.explore.weighing.weights import Weights
from ceasefire.simulate.estimates import weighted_quantile

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SURPRISING = 0.01
MOST = 0.5
LOW, HIGH = 0.1, 0.9
"""Ends of the intervals."""


@dataclass(frozen=True)
class RecordByDraw:
    """The log likelihood of every item in every draw under every true type profile.

    Parameters
    ----------
    items : (e,), str
        In the order in which paths meet them.
    log_likelihood : (d, e, p)
        Given all items before; minus infinity where the item cannot happen.
    prior : (d, p)
        Of the profiles; rows sum to one.
    """

    items: tuple[str, ...]
    log_likelihood: Floats
    prior: Floats

    def __post_init__(self) -> None:
        d, e, p = self.log_likelihood.shape
        assert e == len(self.items)
        assert self.prior.shape == (d, p)

    @classmethod
    def of(cls, draws: Sequence[Mapping[str, Floats]], prior: Floats) -> RecordByDraw:
        """Return the record from ``PathSet.item_log_likelihood`` of each draw.

        An item that some draws do not have (a move that a rival mechanism takes away) says nothing there. A draw in which
        the record cannot happen is an empty mapping; it must have weight zero.
        """
        longest = max((tuple(draw) for draw in draws), key=len)
        items = tuple(dict.fromkeys((*longest, *(name for draw in draws for name in draw))))
        silent = np.zeros(prior.shape[1])
        rows = [[draw.get(name, silent) for name in items] for draw in draws]
        return cls(items, np.array(rows, dtype=np.float64).reshape(len(draws), len(items), prior.shape[1]), prior)

    @cached_property
    def before(self) -> Floats:
        """Log weight of each profile just before each item, and after the last, (d, e + 1, p); not normalised."""
        with np.errstate(divide="ignore"):
            first = np.log(self.prior)[:, None, :]
        return np.concatenate([first, first + np.cumsum(self.log_likelihood, axis=1)], axis=1)

    @cached_property
    def item_log_probability(self) -> Floats:
        """Return log P(e | items before, d), (d, e); zero for what follows an item that cannot happen."""
        total = _log_sum(self.before)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(np.isfinite(total[:, :-1]), np.diff(total, axis=1), 0.0))

    @property
    def total(self) -> Floats:
        """Return the log likelihood of the record, (d,)."""
        return np.asarray(_log_sum(self.before[:, -1]))

    def posterior(self) -> Floats:
        """Return the probability of each profile given the record, (d, p); the prior where the record cannot happen."""
        return _normalised(self.before[:, -1], self.prior)

    def tempered(self, exponent: float) -> RecordByDraw:
        """Return the record with every likelihood, of draw and profile together, raised to a power; 0: it says nothing."""
        powered = exponent * self.log_likelihood if exponent else np.zeros_like(self.log_likelihood)
        return RecordByDraw(self.items, powered, self.prior)

    def without(self, item: int) -> RecordByDraw:
        """Return the record with one item silent."""
        kept = self.log_likelihood.copy()
        kept[:, item] = 0.0
        return RecordByDraw(self.items, kept, self.prior)


def _log_sum(log_weight: Floats) -> Floats:
    return np.asarray(np.logaddexp.reduce(log_weight, axis=-1))


def _normalised(log_weight: Floats, otherwise: Floats) -> Floats:
    top = np.max(log_weight, axis=-1, keepdims=True)
    alive = np.isfinite(top)
    weight = np.exp(np.where(alive, log_weight - np.where(alive, top, 0.0), 0.0))
    return np.where(alive, weight / np.sum(weight, axis=-1, keepdims=True), otherwise)


@dataclass(frozen=True)
class EventEvidence:
    """What one item says.

    Parameters
    ----------
    item : str
    probability : float
        Weighted median of its probability in a draw, given all before.
    low, high : float
        Weighted 10 % and 90 % quantiles of that.
    share : float
        Of the log likelihood of the whole record.
    surprised : float
        Share of the weight in which the probability is below 1 %.
    ratio, ratio_low, ratio_high : by label
        Likelihood ratio of each type label against the others: weighted median, 10 % and 90 %. Empty without types.
    """

    item: str
    probability: float
    low: float
    high: float
    share: float
    surprised: float
    ratio: Mapping[str, float]
    ratio_low: Mapping[str, float]
    ratio_high: Mapping[str, float]

    @property
    def is_surprise(self) -> bool:
        """Whether the event is a surprise to the model: improbable in most of the weight."""
        return self.surprised > MOST


def events(record: RecordByDraw, weights: Weights, labels: Mapping[str, Bools]) -> tuple[EventEvidence, ...]:
    """Return what every item of the record says, in its order.

    Parameters
    ----------
    weights : Weights
        Of the draws; where its intervals are withheld those found here must be too.
    labels : by name such as ``russia.priority = aims_first``, (p,)
        Which profiles have a label. A label that all profiles have, or none, gets no ratio.
    """
    w, own = weights.weight, record.item_log_probability
    mean = np.array([weighted_mean(column, w).value for column in own.T])
    total = float(np.sum(mean))
    ratios = {name: log_ratio(record, has) for name, has in labels.items() if has.any() and not has.all()}
    found = []
    for e, item in enumerate(record.items):
        low, middle, high = _spread(np.exp(own[:, e]), w)
        spread = {name: _spread(ratio[:, e], w) for name, ratio in ratios.items()}
        found.append(
            EventEvidence(
                item=item,
                probability=middle,
                low=low,
                high=high,
                share=float(mean[e]) / total if total else 0.0,
                surprised=float(np.sum(w[own[:, e] < np.log(SURPRISING)])),
                ratio={name: float(np.exp(three[1])) for name, three in spread.items()},
                ratio_low={name: float(np.exp(three[0])) for name, three in spread.items()},
                ratio_high={name: float(np.exp(three[2])) for name, three in spread.items()},
            )
        )
    return tuple(found)


def _spread(values: Floats, weight: Floats) -> tuple[float, float, float]:
    low, middle, high = (weighted_quantile(values, weight, q) for q in (LOW, 0.5, HIGH))
    return low, middle, high


LARGEST_LOG_RATIO = 50.0
"""Ratios beyond exp(50) either way count as that: an event that one type cannot cause."""


def log_ratio(record: RecordByDraw, has: Bools) -> Floats:
    """Return log of P(e | profiles that have a label) / P(e | the others), given all before, (d, e).

    Zero where one side has no weight left, or neither can cause the event.
    """
    before, after = record.before[:, :-1], record.before[:, 1:]
    with np.errstate(invalid="ignore"):
        inside = _log_sum(after[..., has]) - _log_sum(before[..., has])
        outside = _log_sum(after[..., ~has]) - _log_sum(before[..., ~has])
        ratio = np.clip(inside - outside, -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO)
    return np.where(np.isnan(ratio), 0.0, ratio)
