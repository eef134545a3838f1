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

from ceasefire.solve.kernels_belief import Cut, interpolate, locate_point, posterior
from ceasefire.solve.kernels_float import helper, inlined
from ceasefire.solve.kernels_linear import copy, eliminate, invert

Array = Any
MOST = 60
"""Newton iterations after which a point is given up."""
CIRCLES, SMALLEST_CIRCLE, LARGEST_CIRCLE = 40, 1e-4, 8.0
"""Circles around a point from which Newton starts, and the radius of the first and the last, in log probabilities."""
GOLDEN = 0.6180339887498949


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


@helper
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


@helper
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


@helper
def direction(feasible: Array, room: Room, dz: Array) -> float:
    """Write ``-J^-1 residual`` into `dz` (a, k), 0 where not feasible; return the sign of det J (0.0: singular)."""
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
        for k in range(n_types):
            dz[a, k] = 0.0
            if feasible[a]:
                total = inverse[a, k, n_types]
                for j in range(n_types):
                    total += inverse[a, k, j] * right[j, 0]
                dz[a, k] = -total
    return sign


@helper
def newton(z: Array, choice: Choice, precision: float, cut: Cut, tolerance: float, room: Room) -> tuple[float, int]:
    """Solve the equation from `z` (a, k), in place, with a line search on the largest residual.

    Returns
    -------
    residual : float
        At the `z` returned, the best one seen.
    iterations : int
    """
    copy(z, room.trial)
    worst, length, count = math.inf, 1.0, 0
    while True:
        new = equation(room.trial, choice, precision, cut, room)
        if new <= (1.0 - 1e-4 * length) * worst or new <= tolerance:
            copy(room.trial, z)
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


@inlined
def newton_around(
    z: Array, choice: Choice, precision: float, cut: Cut, tolerance: float, room: Room
) -> tuple[float, int]:  # fmt: skip
    """Solve the equation from points around `z` (a, k) in widening circles, in place.

    Where the slopes of the move values differ on the sides of a node, Newton's method goes to and fro between them; from a
    point well on one side it does not. Uses ``room.before`` and ``room.guess``.

    Returns
    -------
    residual : float
        At the `z` returned, the first solution or else the best point seen.
    iterations : int
    """
    copy(z, room.before)
    best, count = equation(z, choice, precision, cut, room), 0
    for circle in range(CIRCLES):
        radius = SMALLEST_CIRCLE * (LARGEST_CIRCLE / SMALLEST_CIRCLE) ** (circle / (CIRCLES - 1.0))
        for a in range(z.shape[0]):
            for k in range(z.shape[1]):
                turn = ((circle * z.shape[0] + a) * z.shape[1] + k + 1) * GOLDEN
                room.guess[a, k] = room.before[a, k] + radius * (2.0 * (turn - math.floor(turn)) - 1.0)
        worst, n_steps = newton(room.guess, choice, precision, cut, tolerance, room)
        count += n_steps
        if worst < best:
            copy(room.guess, z)
            best = worst
        if best <= tolerance:
            break
    return best, count
