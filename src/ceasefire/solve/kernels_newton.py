r"""Compiled loops of one informed choice: unknowns ``z[a, k] = log sigma(a | k)``, Newton's method.

With ``b'(a) = softmax(log b + z[a])`` and ``y[a, k] = log weight + precision Q_k(a, b'(a))`` the equation is

    z[a, k] = y[a, k] - c[k],    c[k] = log sum_a exp y[a, k].

``Q_k(a, .)`` is piecewise linear on the belief grid. Given ``c`` the moves do not meet, so that Newton's system splits
into one (k, k) block per move and one (k, k) system for ``c``: with ``B_a = dy_a/dz_a``, ``M_a = (I - B_a)^-1`` and
residual ``r``,

    [sum_a diag(sigma_a) M_a] dc = sum_a sigma_a (r_a - M_a r_a),    dz_a = -M_a (r_a + dc).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = Any
MOST = 60
"""Newton iterations after which a point is given up."""


class Cut(NamedTuple):
    """A belief grid as the kernels read it; see ``BeliefGrid``."""

    intervals: int
    order: Array
    rank: Array
    nodes: Array


class Choice(NamedTuple):
    """One informed choice: move values (a, n, k) on the grid, log belief (k,), log weights (a,), feasible (a,)."""

    table: Array
    log_belief: Array
    log_weight: Array
    feasible: Array
    precision: float


class Room(NamedTuple):
    """Room to work in, by leading axes: moves and types (a, k), blocks (a, k, k), and small ones."""

    y: Array
    sigma: Array
    residual: Array
    gain: Array
    dz: Array
    trial: Array
    tangent: Array
    before: Array
    guess: Array
    block: Array
    inverse: Array
    square: Array
    right: Array
    belief: Array
    fraction: Array
    gradient: Array
    base: Array
    way: Array


@njit(cache=True, nogil=True)
def make_room(n_moves: int, n_types: int) -> Room:
    """Return room for choices of so many moves and types."""
    shape, cube = (n_moves, n_types), (n_moves, n_types, n_types)
    return Room(
        np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape),
        np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(cube),
        np.zeros((n_moves, n_types, n_types + 1)), np.zeros((n_types, n_types)), np.zeros((n_types, 1)),
        np.zeros(n_types), np.zeros(n_types), np.zeros((n_types, n_types)), np.zeros(n_types, dtype=np.int64),
        np.zeros(n_types, dtype=np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def locate_point(belief: Array, cut: Cut, fraction: Array, base: Array, way: Array) -> int:
    """Find the simplex of the grid around `belief` (k,).

    Writes, per coordinate j < k - 1, the fractional part, the whole part, and the order in which the coordinates are
    walked from vertex to vertex, largest fraction first; returns the index of the first vertex.
    """
    intervals, order, rank = cut.intervals, cut.order, cut.rank
    total = 0.0
    node = 0
    for j in range(belief.shape[0] - 2, -1, -1):
        total += belief[order[j + 1]]
        height = min(max(total * intervals, 0.0), float(intervals))
        whole = min(int(height), intervals - 1)
        base[j] = whole
        fraction[j] = height - whole
        node += rank[j, whole]
    for j in range(belief.shape[0] - 1):
        at = j
        here = fraction[j]
        while at > 0 and fraction[way[at - 1]] < here:
            way[at] = way[at - 1]
            at -= 1
        way[at] = j
    return node


@njit(cache=True, nogil=True)
def interpolate(
    table: Array, intervals: int, order: Array, rank: Array, node: int, fraction: Array, base: Array, way: Array,
    gradient: Array, value: Array,
) -> None:  # fmt: skip
    """Write the value (k,) of a piecewise linear `table` (n, k) at a point found by `locate_point`, and its gradient.

    ``gradient[l, k]`` is the change of ``value[k]`` per unit of the belief in type ``l``, up to one constant per ``k``.
    """
    n_types = value.shape[0]
    for k in range(n_types):
        value[k] = table[node, k]
        gradient[order[0], k] = 0.0
    for step in range(n_types - 1):
        j = way[step]
        nxt = node + rank[j, base[j] + 1] - rank[j, base[j]]
        share, kind = fraction[j], order[j + 1]
        for k in range(n_types):
            rise = table[nxt, k] - table[node, k]
            value[k] += share * rise
            gradient[kind, k] = rise * intervals
        node = nxt
    for j in range(1, n_types):
        lower, kind = order[j - 1], order[j]
        for k in range(n_types):
            gradient[kind, k] += gradient[lower, k]


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def equation(z: Array, choice: Choice, precision: float, cut: Cut, room: Room) -> float:
    """Evaluate the equation at `z` (a, k) and return the largest residual.

    Writes into `room`: ``sigma = softmax(y)``, ``residual = z - (y - c)``, ``block[a] = B_a`` and the move values ``gain``.
    """
    n_moves, n_types = z.shape
    feasible, log_weight, log_belief, table = choice.feasible, choice.log_weight, choice.log_belief, choice.table
    y, sigma, residual, block, gain = room.y, room.sigma, room.residual, room.block, room.gain
    belief, gradient, fraction, base, way = room.belief, room.gradient, room.fraction, room.base, room.way
    order, rank = cut.order, cut.rank
    for a in range(n_moves):
        if not feasible[a]:
            continue
        posterior(log_belief, z[a], belief)
        node = locate_point(belief, cut, fraction, base, way)
        interpolate(table[a], cut.intervals, order, rank, node, fraction, base, way, gradient, gain[a])
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


@njit(cache=True, nogil=True)
def eliminate(matrix: Array, right: Array) -> float:
    """Solve `matrix` x = `right` (n, m) in place by Gauss with pivoting; return the determinant's sign (0.0: singular)."""
    n, m = right.shape
    sign = 1.0
    for c in range(n):
        pivot = c
        for r in range(c + 1, n):
            if abs(matrix[r, c]) > abs(matrix[pivot, c]):
                pivot = r
        if matrix[pivot, c] == 0.0 or not math.isfinite(matrix[pivot, c]):
            return 0.0
        if pivot != c:
            sign = -sign
            for j in range(c, n):
                matrix[c, j], matrix[pivot, j] = matrix[pivot, j], matrix[c, j]
            for j in range(m):
                right[c, j], right[pivot, j] = right[pivot, j], right[c, j]
        if matrix[c, c] < 0.0:
            sign = -sign
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
    return sign


@njit(cache=True, nogil=True)
def invert(matrix: Array) -> float:
    """Turn ``[A | r]`` (n, n + 1) into ``[A^-1 | A^-1 r]`` in place without pivoting; return the determinant's sign.

    Returns 0.0, the matrix spoilt, where a pivot is small.
    """
    n = matrix.shape[0]
    sign = 1.0
    for c in range(n):
        pivot = matrix[c, c]
        if not abs(pivot) > 1e-3:
            return 0.0
        if pivot < 0.0:
            sign = -sign
        scale = 1.0 / pivot
        matrix[c, c] = 1.0
        for j in range(n + 1):
            matrix[c, j] *= scale
        for r in range(n):
            if r != c:
                factor = matrix[r, c]
                matrix[r, c] = 0.0
                for j in range(n + 1):
                    matrix[r, j] -= factor * matrix[c, j]
    return sign


@njit(cache=True, nogil=True)
def direction(feasible: Array, room: Room, dz: Array) -> float:
    """Write ``-J^-1 residual`` into `dz` (a, k); return the sign of det J (0.0: singular)."""
    n_moves, n_types = dz.shape
    inverse, square, right = room.inverse, room.square, room.right
    block, sigma, residual = room.block, room.sigma, room.residual
    sign = 1.0
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                for j in range(n_types):
                    inverse[a, k, j] = -block[a, k, j]
                inverse[a, k, k] += 1.0
                inverse[a, k, n_types] = residual[a, k]
            found = invert(inverse[a])
            if found == 0.0:
                for k in range(n_types):
                    for j in range(n_types):
                        square[k, j] = (1.0 if k == j else 0.0) - block[a, k, j]
                        inverse[a, k, j] = 1.0 if k == j else 0.0
                    inverse[a, k, n_types] = residual[a, k]
                found = eliminate(square, inverse[a])
            sign *= found
    square[:] = 0.0
    right[:] = 0.0
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                right[k, 0] += sigma[a, k] * (residual[a, k] - inverse[a, k, n_types])
                for j in range(n_types):
                    square[k, j] += sigma[a, k] * inverse[a, k, j]
    sign *= eliminate(square, right)
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                total = inverse[a, k, n_types]
                for j in range(n_types):
                    total += inverse[a, k, j] * right[j, 0]
                dz[a, k] = -total
    return sign


@njit(cache=True, nogil=True)
def newton(z: Array, choice: Choice, precision: float, cut: Cut, tolerance: float, room: Room) -> tuple[float, int]:
    """Solve the equation from `z` (a, k), in place, with a line search on the largest residual.

    Returns
    -------
    residual : float
        At the `z` returned, the best one seen.
    iterations : int
    """
    room.trial[:] = z
    worst, length, count = math.inf, 1.0, 0
    while True:
        new = equation(room.trial, choice, precision, cut, room)
        if new <= (1.0 - 1e-4 * length) * worst or new <= tolerance:
            z[:] = room.trial
            worst = new
            if worst <= tolerance or count >= MOST:
                return worst, count
            if direction(choice.feasible, room, room.dz) == 0.0:
                return worst, count
            length = 1.0
            count += 1
        else:
            length *= 0.5
            if not length > 1e-3:
                return worst, count
        for a in range(z.shape[0]):
            for k in range(z.shape[1]):
                room.trial[a, k] = z[a, k] + length * room.dz[a, k]
