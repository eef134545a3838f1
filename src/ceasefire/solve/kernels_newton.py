r"""Compiled loops of one informed choice: unknowns ``z[a, k] = log sigma(a | k)``, Newton's method.

With ``b'(a) = softmax(log b + z[a])`` and ``y[a, k] = log weight + precision Q_k(a, b'(a))`` the equation is

    z[a, k] = y[a, k] - c[k],    c[k] = log sum_a exp y[a, k].

``Q_k(a, .)`` is piecewise linear on the belief grid. Given ``c`` the moves do not meet, so that Newton's system splits into
one (k, k) block per move and one (k, k) system for ``c``: with ``B_a = dy_a/dz_a``, ``M_a = (I - B_a)^-1`` and residual ``r``,

    [sum_a diag(sigma_a) M_a] dc = sum_a sigma_a (r_a - M_a r_a),    dz_a = -M_a (r_a + dc).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

Array = Any


@njit(cache=True)
def locate_point(belief: Array, intervals: int, order: Array, rank: Array, y: Array, way: Array) -> int:
    """Find the simplex of the grid around `belief`.

    Writes the fractional coordinates (k - 1,) into `y` and the order in which they are walked into `way`, largest
    fraction first; returns the index of the first vertex.
    """
    length = y.shape[0]
    total = 0.0
    node = 0
    for j in range(length - 1, -1, -1):
        total += belief[order[j + 1]]
        height = min(max(total * intervals, 0.0), float(intervals))
        base = min(int(height), intervals - 1)
        y[j] = height - base
        node += rank[j, base]
        way[j] = base
    return node


@njit(cache=True)
def sort_fractions(y: Array, order: Array) -> None:
    """Write into `order` the coordinates of `y`, largest first, ties in writing order."""
    for j in range(y.shape[0]):
        at = j
        while at > 0 and y[order[at - 1]] < y[j]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = j


@njit(cache=True)
def interpolate(
    table: Array,
    belief: Array,
    intervals: int,
    order: Array,
    rank: Array,
    value: Array,
    gradient: Array,
    work: Array,
    base: Array,
    way: Array,
) -> None:
    """Write the value (k,) of a piecewise linear `table` (n, k) at `belief` and its gradient (l, k).

    ``gradient[l, k]`` is the change of ``value[k]`` per unit of the belief in type ``l``, up to one constant per ``k``.
    """
    n_types = value.shape[0]
    node = locate_point(belief, intervals, order, rank, work, base)
    sort_fractions(work, way)
    for k in range(n_types):
        value[k] = table[node, k]
    for step in range(n_types - 1):
        j = way[step]
        nxt = node + rank[j, base[j] + 1] - rank[j, base[j]]
        for k in range(n_types):
            rise = table[nxt, k] - table[node, k]
            value[k] += work[j] * rise
            gradient[order[j + 1], k] = rise * intervals
        node = nxt
    for k in range(n_types):
        gradient[order[0], k] = 0.0
        total = 0.0
        for j in range(1, n_types):
            total += gradient[order[j], k]
            gradient[order[j], k] = total


@njit(cache=True)
def posterior(log_belief: Array, z: Array, belief: Array) -> None:
    """Write softmax(log b + z) into `belief`."""
    top = -math.inf
    for k in range(z.shape[0]):
        belief[k] = log_belief[k] + z[k]
        top = max(top, belief[k])
    total = 0.0
    for k in range(z.shape[0]):
        belief[k] = math.exp(belief[k] - top)
        total += belief[k]
    for k in range(z.shape[0]):
        belief[k] /= total


@njit(cache=True)
def equation(
    z: Array,
    table: Array,
    log_belief: Array,
    log_weight: Array,
    feasible: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    y: Array,
    sigma: Array,
    residual: Array,
    block: Array,
    gain: Array,
    work: Array,
    whole: Array,
) -> float:
    """Evaluate the equation at `z` (a, k).

    Writes ``sigma = softmax(y)``, ``residual = z - (y - c)``, ``block[a] = B_a`` and ``gain = dy/dprecision`` (the move
    values), all with leading axis ``a``; returns the largest residual.
    """
    n_moves, n_types = z.shape
    belief, gradient, fractions = work[0], work[2 : 2 + n_types], work[1, : n_types - 1]
    for a in range(n_moves):
        if not feasible[a]:
            continue
        posterior(log_belief, z[a], belief)
        interpolate(table[a], belief, intervals, order, rank, gain[a], gradient, fractions, whole[0], whole[1])
        for k in range(n_types):
            y[a, k] = log_weight[a] + precision * gain[a, k]
            mean = 0.0
            for j in range(n_types):
                mean += gradient[j, k] * belief[j]
            for j in range(n_types):
                block[a, k, j] = precision * belief[j] * (gradient[j, k] - mean)
    worst = 0.0
    for k in range(n_types):
        top = -math.inf
        for a in range(n_moves):
            if feasible[a]:
                top = max(top, y[a, k])
        total = 0.0
        for a in range(n_moves):
            if feasible[a]:
                sigma[a, k] = math.exp(y[a, k] - top)
                total += sigma[a, k]
        c = top + math.log(total)
        for a in range(n_moves):
            if feasible[a]:
                sigma[a, k] /= total
                residual[a, k] = z[a, k] - (y[a, k] - c)
                worst = max(worst, abs(residual[a, k]))
    return worst


@njit(cache=True)
def eliminate(matrix: Array, right: Array) -> float:
    """Solve `matrix` x = `right` (n, m) in place by Gauss with pivoting; return the determinant (0.0: singular)."""
    n, m = right.shape
    determinant = 1.0
    for c in range(n):
        pivot = c
        for r in range(c + 1, n):
            if abs(matrix[r, c]) > abs(matrix[pivot, c]):
                pivot = r
        if matrix[pivot, c] == 0.0:
            return 0.0
        if pivot != c:
            determinant = -determinant
            for j in range(c, n):
                matrix[c, j], matrix[pivot, j] = matrix[pivot, j], matrix[c, j]
            for j in range(m):
                right[c, j], right[pivot, j] = right[pivot, j], right[c, j]
        determinant *= matrix[c, c]
        inverse = 1.0 / matrix[c, c]
        for r in range(c + 1, n):
            factor = matrix[r, c] * inverse
            if factor != 0.0:
                for j in range(c + 1, n):
                    matrix[r, j] -= factor * matrix[c, j]
                for j in range(m):
                    right[r, j] -= factor * right[c, j]
    for c in range(n - 1, -1, -1):
        inverse = 1.0 / matrix[c, c]
        for j in range(m):
            total = right[c, j]
            for r in range(c + 1, n):
                total -= matrix[c, r] * right[r, j]
            right[c, j] = total * inverse
    return determinant


@njit(cache=True)
def direction(
    block: Array, sigma: Array, residual: Array, feasible: Array, dz: Array, inverse: Array, square: Array, right: Array
) -> float:
    """Write the Newton direction into `dz` (a, k); return the sign of the determinant of the whole system (0.0: singular).

    `inverse` (a, k, k + 1), `square` (k, k) and `right` (k, 1) are room to work in.
    """
    n_moves, n_types = residual.shape
    sign = 1.0
    for a in range(n_moves):
        if not feasible[a]:
            continue
        for k in range(n_types):
            for j in range(n_types):
                unit = 1.0 if k == j else 0.0
                square[k, j] = unit - block[a, k, j]
                inverse[a, k, j] = unit
            inverse[a, k, n_types] = residual[a, k]
        sign *= np.sign(eliminate(square, inverse[a]))
    square[:] = 0.0
    right[:] = 0.0
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                right[k, 0] += sigma[a, k] * (residual[a, k] - inverse[a, k, n_types])
                for j in range(n_types):
                    square[k, j] += sigma[a, k] * inverse[a, k, j]
    sign *= np.sign(eliminate(square, right))
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                total = inverse[a, k, n_types]
                for j in range(n_types):
                    total += inverse[a, k, j] * right[j, 0]
                dz[a, k] = -total
    return sign


@njit(cache=True)
def newton(
    z: Array,
    table: Array,
    log_belief: Array,
    log_weight: Array,
    feasible: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    tolerance: float,
    most: int,
    room: Array,
    work: Array,
    whole: Array,
    inverse: Array,
    block: Array,
    right: Array,
) -> tuple[float, int, float]:
    """Solve the equation from `z` (a, k), in place, with a line search on the largest residual.

    Returns
    -------
    residual : float
        At the `z` returned, the best one seen.
    iterations : int
    sign : float
        Of the determinant at the last iterate looked at before convergence.
    """
    n_types = z.shape[1]
    y, sigma, residual, gain, dz, trial = room[0], room[1], room[2], room[3], room[4], room[5]
    square = work[2 + n_types :]
    worst = equation(
        z,
        table,
        log_belief,
        log_weight,
        feasible,
        precision,
        intervals,
        order,
        rank,
        y,
        sigma,
        residual,
        block,
        gain,
        work,
        whole,
    )
    sign = 1.0
    for iteration in range(most):
        if worst <= tolerance:
            return worst, iteration, sign
        sign = direction(block, sigma, residual, feasible, dz, inverse, square, right)
        if sign == 0.0 or not math.isfinite(sign):
            return worst, iteration, 0.0
        length = 1.0
        while True:
            for a in range(z.shape[0]):
                for k in range(n_types):
                    trial[a, k] = z[a, k] + length * dz[a, k]
            new = equation(
                trial,
                table,
                log_belief,
                log_weight,
                feasible,
                precision,
                intervals,
                order,
                rank,
                y,
                sigma,
                residual,
                block,
                gain,
                work,
                whole,
            )
            if new <= (1.0 - 1e-4 * length) * worst or new <= tolerance:
                break
            length *= 0.5
            if length < 1e-3:
                return worst, iteration + 1, sign
        z[:] = trial
        worst = new
    return worst, most, sign
