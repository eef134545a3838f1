"""Compiled loops over paths: choice and nature's draw, each with Bayes' rule.

Every function has a plain NumPy twin in ``tests/simulate/twins.py``. Paths with ``row < 0`` are left alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

SWITCH = 0.25
"""A jump of a move's probability between neighbouring nodes above which a place counts as a switch."""


@njit(cache=True, nogil=True, inline="always")
def _own_choice(strategy: Any, r: int, own: int, vertex: Any, weight: Any, sigma: Any, low: Any) -> bool:
    """Interpolate the mover's own move probabilities into `sigma` (a,); return whether they jump between the nodes."""
    n_moves = strategy.shape[3]
    for a in range(n_moves):
        sigma[a] = 0.0
        low[a] = 1.0
    jump = 0.0
    for c in range(vertex.shape[0]):
        if weight[c] > 0.0:
            for a in range(n_moves):
                p = strategy[r, vertex[c], own, a]
                sigma[a] += weight[c] * p
                low[a] = min(low[a], p)
    for c in range(vertex.shape[0]):
        if weight[c] > 0.0:
            for a in range(n_moves):
                jump = max(jump, strategy[r, vertex[c], own, a] - low[a])
    total = 0.0
    for a in range(n_moves):
        total += sigma[a]
    for a in range(n_moves):
        sigma[a] /= total
    return jump > SWITCH


@njit(cache=True, nogil=True, inline="always")
def _learn(strategy: Any, r: int, chosen: int, vertex: Any, weight: Any, belief: Any, likelihood: Any) -> None:
    """Replace `belief` (k,) by the posterior after the move `chosen`."""
    n_types = belief.shape[0]
    total = 0.0
    for k in range(n_types):
        likelihood[k] = 0.0
    for c in range(vertex.shape[0]):
        if weight[c] > 0.0:
            for k in range(n_types):
                likelihood[k] += weight[c] * strategy[r, vertex[c], k, chosen]
    for k in range(n_types):
        total += belief[k] * likelihood[k]
    if total > 0.0:
        for k in range(n_types):
            belief[k] *= likelihood[k] / total


@njit(cache=True, nogil=True, inline="always")
def _scores(sigma: Any, r: int, feasible: Any, log_weight: Any, score: Any) -> tuple[int, float]:
    """Fill in precision times value of each move, up to a constant; return how many are feasible, and the best score.

    A score is the log probability less the log weight, minus infinity where the probability is zero.
    """
    n_feasible = 0
    best = -np.inf
    for a in range(sigma.shape[0]):
        score[a] = -np.inf
        if feasible[r, a]:
            n_feasible += 1
            if sigma[a] > 0.0:
                score[a] = math.log(sigma[a]) - log_weight[r, a]
                best = max(best, score[a])
    return n_feasible, best


@njit(cache=True, nogil=True, inline="always")
def _is_slip(score: float, best: float) -> bool:
    """Return whether a move is worse than the best by more than 1/precision; a score of minus infinity always is."""
    return not best - score <= 1.0


@njit(cache=True, nogil=True, inline="always")
def _pass(
    sigma: Any,
    score: Any,
    best: float,
    r: int,
    feasible: Any,
    allowed: Any,
    n_feasible: int,
    miscoded: float,
    no_slips: bool,
    passing: Any,
) -> float:
    """Fill in how much of each move's probability passes what the record leaves, (a,); return the sum."""
    total = 0.0
    for a in range(sigma.shape[0]):
        passing[a] = 0.0
        if feasible[r, a] and allowed[r, a] > 0.0:
            p = 0.0 if no_slips and _is_slip(score[a], best) else sigma[a]
            if miscoded >= 0.0:
                p = allowed[r, a] * ((1.0 - miscoded) * p + miscoded / n_feasible)
            passing[a] = p
            total += p
    return total


@njit(cache=True, nogil=True, inline="always")
def _draw(probability: Any, first: int, last: int, level: float) -> int:
    """Return the entry in [first, last) at which the running sum passes `level`; -1 where all are zero."""
    found = -1
    for e in range(first, last):
        if probability[e] > 0.0:
            found = e
            level -= probability[e]
            if level < 0.0:
                break
    return found


@njit(cache=True, nogil=True)
def choose(
    row: Any,
    strategy: Any,
    own_strategy: Any,
    own: Any,
    vertex: Any,
    vertex_weight: Any,
    uniform: Any,
    feasible: Any,
    log_weight: Any,
    forced: Any,
    allowed: Any,
    miscoded: float,
    no_slips: bool,
    teach: int,
    weight: Any,
    belief: Any,
    move: Any,
    slip: Any,
    switch: Any,
) -> None:
    """Let the mover choose on every path; update belief and weight.

    Parameters
    ----------
    row : (n,), int32
        Row of each path; negative: nobody chooses there.
    strategy : (r, v, k, a), float32
        Move probabilities at the nodes of the product belief grid, with which everybody learns.
    own_strategy : (r, v, q, a), float32; own : (n,), int32
        With which the path's mover chooses: the same array and its type, or that of shadow types.
    vertex, vertex_weight : (n, c), int32 and float64
        Nodes around the path's belief and their weights.
    uniform : (n,)
    feasible : (r, a), bool; log_weight : (r, a)
    forced : (r,), int8
        Planned move, -1 for none.
    allowed : (r, a)
        Share of each move's probability that passes: 1 or 0 by what the record leaves, all 1 where it is silent.
    miscoded : float
        Chance that the coded move is not the one made; negative where nothing is observed, weights stand.
    no_slips : bool
        Whether moves worse than the best by more than 1/precision have probability zero.
    teach : int
        0: moves teach nothing; 1: free moves do; 2: planned moves are read as free ones (an unknown plan).
    weight : (n,)
        Multiplied by the probability of what was observed.
    belief : (n, k)
        About the mover; replaced by the posterior.
    move : (n,), int8; slip, switch : (n,), bool
        Filled in.
    """
    n_moves = own_strategy.shape[3]
    sigma, score, passing = np.empty(n_moves), np.empty(n_moves), np.empty(n_moves)
    likelihood = np.empty(belief.shape[1])
    for n in range(row.shape[0]):
        r = row[n]
        if r < 0:
            continue
        switch[n] |= _own_choice(own_strategy, r, own[n], vertex[n], vertex_weight[n], sigma, passing)
        chosen = forced[r]
        if chosen < 0:
            n_feasible, best = _scores(sigma, r, feasible, log_weight, score)
            total = _pass(sigma, score, best, r, feasible, allowed, n_feasible, miscoded, no_slips, passing)
            if miscoded >= 0.0:
                weight[n] *= total
            chosen = _draw(passing, 0, n_moves, uniform[n] * total)
            if chosen < 0:
                continue
            slip[n] = _is_slip(score[chosen], best)
        move[n] = chosen
        if teach == 2 or (teach == 1 and forced[r] < 0):
            _learn(strategy, r, chosen, vertex[n], vertex_weight[n], belief[n], likelihood)


@njit(cache=True, nogil=True)
def succeed(
    row: Any,
    move: Any,
    n_moves: int,
    start: Any,
    successor: Any,
    probability: Any,
    drawn: Any,
    kind: Any,
    uniform: Any,
    state: Any,
    belief: Any,
    learn: bool,
    public: Any,
) -> None:
    """Draw each path's next state; update the belief about the actor on whose types nature depends.

    Parameters
    ----------
    row, move : (n,)
        Row of the table and move made; paths with either negative keep their state.
    start, successor : as in ``StepTable``
    probability : (k, nnz)
        With which paths are drawn; row `kind` is used (shadow types draw with their own).
    drawn : (n,), int32
        Successors already drawn (by a chance of the world), else -1.
    kind : (n,), int32
        Row of `probability` for each path.
    uniform : (n,)
    state : (n,), int32
        Replaced.
    belief : (n, k)
        Replaced by the posterior where `learn`.
    public : (k, nnz)
        With which beliefs learn.
    """
    for n in range(row.shape[0]):
        r = row[n]
        if r < 0 or move[n] < 0:
            continue
        first, last = start[r * n_moves + move[n]], start[r * n_moves + move[n] + 1]
        found = -1
        if drawn[n] >= 0:
            for e in range(first, last):
                if successor[e] == drawn[n]:
                    found = e
                    break
            state[n] = drawn[n]
        else:
            found = _draw(probability[kind[n]], first, last, uniform[n])
            state[n] = successor[found]
        if learn and found >= 0:
            total = 0.0
            for k in range(public.shape[0]):
                total += belief[n, k] * public[k, found]
            if total > 0.0:
                for k in range(public.shape[0]):
                    belief[n, k] = belief[n, k] * public[k, found] / total


@njit(cache=True, nogil=True)
def draw_lottery(
    lottery: Any, start: Any, successor: Any, probability: Any, kind: Any, uniform: Any, drawn: Any
) -> None:
    """Draw a successor from the lottery (``start``, ``successor``, ``probability``) that each path has been dealt."""
    for n in range(lottery.shape[0]):
        if lottery[n] < 0:
            continue
        found = _draw(probability[kind[n]], start[lottery[n]], start[lottery[n] + 1], uniform[n])
        if found >= 0:
            drawn[n] = successor[found]


@njit(cache=True, nogil=True)
def pay(row: Any, move: Any, own: Any, payoff: Any, discount: Any, total: Any) -> None:
    """Add what a move pays to every actor, discounted.

    Parameters
    ----------
    own : (n,), int
        Column of `payoff` for each path.
    payoff : (r, a, k, i)
    discount : (i,)
    total : (n, i)
        Added to.
    """
    for n in range(row.shape[0]):
        if row[n] >= 0 and move[n] >= 0:
            for i in range(total.shape[1]):
                total[n, i] += payoff[row[n], move[n], own[n], i] * discount[i]
