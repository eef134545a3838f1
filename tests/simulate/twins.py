"""Plain twins of the compiled loops: slow, one path at a time, no shortcuts."""

from __future__ import annotations

from typing import Any

import numpy as np


def choose(
    row: Any, strategy: Any, own_strategy: Any, own: Any, vertex: Any, vertex_weight: Any, uniform: Any, feasible: Any,
    log_weight: Any, forced: Any, allowed: Any, miscoded: float, no_slips: bool, teach: int, weight: Any, belief: Any,
    move: Any, slip: Any, switch: Any,
) -> None:  # fmt: skip
    """See ``kernels.choose``."""
    for n in np.flatnonzero(row >= 0):
        r = row[n]
        around = own_strategy[r, vertex[n], own[n]].astype(float)
        sigma = vertex_weight[n] @ around
        sigma = sigma / sigma.sum()
        used = around[vertex_weight[n] > 0]
        switch[n] |= bool((used.max(0) - used.min(0)).max() > 0.25)
        with np.errstate(divide="ignore"):
            score = np.where(feasible[r], np.log(sigma) - log_weight[r], -np.inf)
        bad = score.max() - score > 1.0
        chosen = int(forced[r])
        if chosen < 0:
            p = np.where(feasible[r] & (allowed[r] > 0), sigma, 0.0)
            if no_slips:
                p = np.where(bad, 0.0, p)
            if miscoded >= 0:
                p = np.where(feasible[r], allowed[r] * ((1 - miscoded) * p + miscoded / feasible[r].sum()), 0.0)
                weight[n] *= p.sum()
            if not p.sum() > 0:
                continue
            chosen = min(int(np.searchsorted(np.cumsum(p), uniform[n] * p.sum(), side="right")), p.size - 1)
            slip[n] = bad[chosen]
        move[n] = chosen
        if teach == 2 or (teach == 1 and forced[r] < 0):
            likelihood = vertex_weight[n] @ strategy[r, vertex[n], :, chosen].astype(float)
            posterior = belief[n] * likelihood
            if posterior.sum() > 0:
                belief[n] = posterior / posterior.sum()


def succeed(
    row: Any, move: Any, n_moves: int, start: Any, successor: Any, probability: Any, drawn: Any, kind: Any,
    uniform: Any, state: Any, belief: Any, learn: bool, public: Any,
) -> None:  # fmt: skip
    """See ``kernels.succeed``."""
    for n in np.flatnonzero((row >= 0) & (np.asarray(move) >= 0)):
        entries = np.arange(start[row[n] * n_moves + move[n]], start[row[n] * n_moves + move[n] + 1])
        if drawn[n] >= 0:
            found = entries[successor[entries] == drawn[n]]
            state[n] = drawn[n]
        else:
            at = int(np.searchsorted(np.cumsum(probability[kind[n], entries]), uniform[n], side="right"))
            found = entries[[min(at, entries.size - 1)]]
            state[n] = successor[found[0]]
        if learn and found.size:
            posterior = belief[n] * public[:, found[0]]
            if posterior.sum() > 0:
                belief[n] = posterior / posterior.sum()


def pay(row: Any, move: Any, own: Any, payoff: Any, discount: Any, total: Any) -> None:
    """See ``kernels.pay``."""
    for n in np.flatnonzero((row >= 0) & (np.asarray(move) >= 0)):
        total[n] += payoff[row[n], move[n], own[n]] * discount


def uniforms(key: int, path: Any) -> Any:
    """See ``kernels.fill_uniforms``."""
    with np.errstate(over="ignore"):
        x = (path.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
        for _ in range(2):
            x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            x = (x ^ (x >> np.uint64(31))) + np.uint64(key)
    return (x >> np.uint64(11)).astype(np.float64) * 2.0**-53
