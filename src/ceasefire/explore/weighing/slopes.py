"""How likely the record is along each parameter: one line per event, drawn towards zero as far as its noise asks.

Given all before it, event k of the record has the log probability y_ik in draw i. The line y_k = a_k + b_k . z has as many
slopes as there are parameters and hardly more draws, so the slopes get the prior N(0, t_k s_k^2 I), s_k^2 the variance around
the line, and t_k is the ratio at which the draws are likeliest (type-II maximum likelihood: MacKay 1992); t_k = 0 says that
the event tells nothing of the parameters. With the singular values d and left vectors U of the centred z,

    -2 log p(y | t) = n log s^2 + sum log(1 + t d^2),     s^2 = [ sum (U'y)^2 / (1 + t d^2) + |y - U U'y|^2 ] / n,
    b = V [ t d / (1 + t d^2) ] U'y.

A line counts if twice its gain in log likelihood is more than noise gains (half a chi-square with one degree, since t >= 0:
Self and Liang 1987), by the step-up rule over all events. Lines by event and not one of the sum: most events depend on few
parameters and clearly, and the noise of one event does not then hide the line of another.

References
----------
MacKay (1992), Neural Computation 4, 415-447. Self and Liang (1987), Journal of the American Statistical Association 82,
605-610.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.proposals import step_up

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RATIOS = np.geomspace(1e-6, 10.0, 57)
"""Values of t that are tried: 1e-6 moves nothing, at 10 a hundred draws give the line of least squares."""
FALSE_LINES = 0.05
_FLAT = 1e-12
"""Variance of an event's log probability below which it is the same in all draws."""


def slopes(z: Floats, by_event: Floats, weight: Floats) -> Floats:
    """Return the slopes of the record's log likelihood, (j,): the sum of those of its events.

    Parameters
    ----------
    z : (d, j)
        Normal scores.
    by_event : (d, e)
        Log probability of every event given those before it.
    weight : (d,)
        Sums to one; draws without weight need no finite log probability.
    """
    used = weight > 0
    z, own, w = z[used], by_event[used], weight[used]
    varies = (w @ own**2 - (w @ own) ** 2) > _FLAT
    if not varies.any() or len(z) < 3:
        return np.zeros(z.shape[1])
    n = 1.0 / float(np.sum(w**2))
    root = np.sqrt(w * n)[:, None]
    y = (own - w @ own)[:, varies] * root
    left, d, right = np.linalg.svd((z - w @ z) * root, full_matrices=False)
    along = left.T @ y
    beside = np.maximum(np.sum(y**2, axis=0) - np.sum(along**2, axis=0), _FLAT)
    ratio, gain = _likeliest(along, beside, d, n)
    ratio = np.where(_counts(gain), ratio, 0.0)
    shrunk = ratio * d[:, None] / (1 + ratio * d[:, None] ** 2)
    return np.asarray(right.T @ np.sum(shrunk * along, axis=1), dtype=np.float64)


def _likeliest(along: Floats, beside: Floats, d: Floats, n: float) -> tuple[Floats, Floats]:
    """Return the likeliest ratio of each event, (e,), and twice the log likelihood that it gains on ratio zero."""
    stretch = 1 + RATIOS[:, None] * d**2
    variance = (np.einsum("ke,tk->te", along**2, 1 / stretch) + beside) / n
    nothing = (np.sum(along**2, axis=0) + beside) / n
    gain = n * (np.log(nothing) - np.log(variance)) - np.sum(np.log(stretch), axis=1)[:, None]
    best = np.argmax(gain, axis=0)
    return RATIOS[best], np.asarray(np.max(gain, axis=0))


def _counts(gain: Floats) -> Bools:
    """Return the events whose line is more than noise, (e,)."""
    from scipy.special import chdtrc

    return step_up(0.5 * chdtrc(1, np.maximum(gain, 0.0)), FALSE_LINES)
