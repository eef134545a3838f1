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
    total = 0.0
    node = 0
    for j in range(belief.shape[0] - 2, -1, -1):
        total += belief[cut.order[j + 1]]
        height = min(max(total * cut.intervals, 0.0), float(cut.intervals))
        base[j] = min(int(height), cut.intervals - 1)
        fraction[j] = height - base[j]
        node += cut.rank[j, base[j]]
    for j in range(belief.shape[0] - 1):
        at = j
        while at > 0 and fraction[way[at - 1]] < fraction[j]:
            way[at] = way[at - 1]
            at -= 1
        way[at] = j
    return node


@njit(cache=True, nogil=True)
def interpolate(table: Array, cut: Cut, room: Room, value: Array) -> None:
    """Write the value (k,) of a piecewise linear `table` (n, k) at ``room.belief`` and ``room.gradient`` (l, k).

    ``gradient[l, k]`` is the change of ``value[k]`` per unit of the belief in type ``l``, up to one constant per ``k``.
    """
    n_types = value.shape[0]
    node = locate_point(room.belief, cut, room.fraction, room.base, room.way)
    for k in range(n_types):
        value[k] = table[node, k]
        room.gradient[cut.order[0], k] = 0.0
    for step in range(n_types - 1):
        j = room.way[step]
        nxt = node + cut.rank[j, room.base[j] + 1] - cut.rank[j, room.base[j]]
        for k in range(n_types):
            rise = table[nxt, k] - table[node, k]
            value[k] += room.fraction[j] * rise
            room.gradient[cut.order[j + 1], k] = rise * cut.intervals
        node = nxt
    for j in range(1, n_types):
        for k in range(n_types):
            room.gradient[cut.order[j], k] += room.gradient[cut.order[j - 1], k]


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
    for a in range(n_moves):
        if not choice.feasible[a]:
            continue
        posterior(choice.log_belief, z[a], room.belief)
        interpolate(choice.table[a], cut, room, room.gain[a])
        for k in range(n_types):
            room.y[a, k] = choice.log_weight[a] + precision * room.gain[a, k]
            mean = 0.0
            for j in range(n_types):
                mean += room.gradient[j, k] * room.belief[j]
            for j in range(n_types):
                room.block[a, k, j] = precision * room.belief[j] * (room.gradient[j, k] - mean)
    worst = 0.0
    for k in range(n_types):
        top = -math.inf
        for a in range(n_moves):
            if choice.feasible[a]:
                top = max(top, room.y[a, k])
        total = 0.0
        for a in range(n_moves):
            if choice.feasible[a]:
                room.sigma[a, k] = math.exp(room.y[a, k] - top)
                total += room.sigma[a, k]
        c = top + math.log(total)
        for a in range(n_moves):
            if choice.feasible[a]:
                room.sigma[a, k] /= total
                room.residual[a, k] = z[a, k] - (room.y[a, k] - c)
                worst = max(worst, abs(room.residual[a, k]))
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
def direction(feasible: Array, room: Room, dz: Array) -> float:
    """Write ``-J^-1 residual`` into `dz` (a, k); return the sign of det J (0.0: singular)."""
    n_moves, n_types = dz.shape
    inverse, square, right = room.inverse, room.square, room.right
    sign = 1.0
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                for j in range(n_types):
                    unit = 1.0 if k == j else 0.0
                    square[k, j] = unit - room.block[a, k, j]
                    inverse[a, k, j] = unit
                inverse[a, k, n_types] = room.residual[a, k]
            sign *= eliminate(square, inverse[a])
    square[:] = 0.0
    right[:] = 0.0
    for a in range(n_moves):
        if feasible[a]:
            for k in range(n_types):
                right[k, 0] += room.sigma[a, k] * (room.residual[a, k] - inverse[a, k, n_types])
                for j in range(n_types):
                    square[k, j] += room.sigma[a, k] * inverse[a, k, j]
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
