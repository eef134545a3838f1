"""Compiled loops over paths: choice and nature's draw, each with Bayes' rule.

Every function has a plain NumPy twin in ``tests/simulate/twins.py``. Paths with ``row < 0`` are left alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

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
    sigma, p_move, likelihood = np.empty(n_moves), np.empty(n_moves), np.empty(belief.shape[1])
    for n in range(row.shape[0]):
        r = row[n]
        if r < 0:
            continue
        switch[n] |= _own_choice(own_strategy, r, own[n], vertex[n], vertex_weight[n], sigma, p_move)
        best = -np.inf
        n_feasible = 0
        for a in range(n_moves):
            if feasible[r, a]:
                n_feasible += 1
                if sigma[a] > 0.0:
                    best = max(best, math.log(sigma[a]) - log_weight[r, a])
        chosen = forced[r]
        if chosen < 0:
            total = 0.0
            for a in range(n_moves):
                p_move[a] = 0.0
                if feasible[r, a] and allowed[r, a] > 0.0:
                    p = sigma[a]
                    if no_slips and p > 0.0 and best - (math.log(p) - log_weight[r, a]) > 1.0:
                        p = 0.0
                    if miscoded >= 0.0:
                        p = allowed[r, a] * ((1.0 - miscoded) * p + miscoded / n_feasible)
                    p_move[a] = p
                    total += p
            if miscoded >= 0.0:
                weight[n] *= total
            level = uniform[n] * total
            for a in range(n_moves):
                if p_move[a] > 0.0:
                    chosen = a
                    level -= p_move[a]
                    if level < 0.0:
                        break
            if chosen < 0:
                continue
            slip[n] = sigma[chosen] <= 0.0 or best - (math.log(sigma[chosen]) - log_weight[r, chosen]) > 1.0
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
            level = uniform[n]
            for e in range(first, last):
                p = probability[kind[n], e]
                if p > 0.0:
                    found = e
                    level -= p
                    if level < 0.0:
                        break
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
        level = uniform[n]
        for e in range(start[lottery[n]], start[lottery[n] + 1]):
            p = probability[kind[n], e]
            if p > 0.0:
                drawn[n] = successor[e]
                level -= p
                if level < 0.0:
                    break


def rows_of(states: NDArray[np.int32], n_states: int) -> NDArray[np.int32]:
    """Return the row of each state in a table, (s,); -1 where the table does not apply."""
    rows = np.full(n_states, -1, dtype=np.int32)
    rows[states] = np.arange(states.size, dtype=np.int32)
    return rows
