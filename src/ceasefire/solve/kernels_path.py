"""Compiled loops of the selection rule: the end of the continuation in precision from 0, continuation values fixed.

The path of solutions of the equation at precision ``s * precision``, s from 0 to 1, starts at the choice by weights. It
is followed in ``s`` while it rises (predictor along the tangent, corrector by Newton) and by pseudo arc length where it
turns. The tangent is oriented by the sign of the determinant of the bordered system, which stays right where the path
crosses from one simplex of the belief grid into the next. Its first arrival at s = 1 is the solution selected.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ceasefire.solve.kernels_belief import Cut
from ceasefire.solve.kernels_float import helper, inlined
from ceasefire.solve.kernels_linear import copy, eliminate
from ceasefire.solve.kernels_newton import Choice, Room, direction, equation, newton

Array = Any
NEAR = 0.15
"""Largest change of a probability between predictor and corrector."""


class Pace(NamedTuple):
    """How closely a path is followed.

    ``rough``: residual at which a point on the way counts as on the path; the end is solved to the tolerance asked for.
    ``smallest``: step in s below which the path is followed by arc length. ``shrink``: factor on a step by arc length
    that failed.

    Where moves are worth nearly the same at a node of the grid, the path turns several times close to it, over distances
    as small as the differences in worth: a larger residual does not see the turns and loses the path. Elsewhere the
    close pace gets stuck at corners that the loose one passes by.
    """

    rough: float
    smallest: float
    shrink: float


LOOSE, CLOSE = Pace(1e-4, 1e-9, 0.4), Pace(1e-8, 1e-4, 0.15)
FAILED = 1e300


@helper
def gap(z: Array, other: Array, feasible: Array) -> float:
    """Return the largest difference of a move probability."""
    worst = 0.0
    for a in range(z.shape[0]):
        if feasible[a]:
            for k in range(z.shape[1]):
                worst = max(worst, abs(math.exp(min(z[a, k], 1.0)) - math.exp(min(other[a, k], 1.0))))
    return worst


@helper
def by_weights(choice: Choice, z: Array) -> None:
    """Write the choice at precision 0 into `z` (a, k)."""
    top = -math.inf
    for a in range(z.shape[0]):
        if choice.feasible[a]:
            top = max(top, choice.log_weight[a])
    total = 0.0
    for a in range(z.shape[0]):
        if choice.feasible[a]:
            total += math.exp(choice.log_weight[a] - top)
    for a in range(z.shape[0]):
        z[a] = choice.log_weight[a] - top - math.log(total) if choice.feasible[a] else 0.0


@helper
def slope_in_precision(choice: Choice, room: Room, out: Array) -> None:
    """Write dH/ds = -precision (Q - sum sigma Q) into `out` (a, k)."""
    for k in range(out.shape[1]):
        mean = 0.0
        for a in range(out.shape[0]):
            if choice.feasible[a]:
                mean += room.sigma[a, k] * room.gain[a, k]
        for a in range(out.shape[0]):
            out[a, k] = -choice.precision * (room.gain[a, k] - mean) if choice.feasible[a] else 0.0


@helper
def follow(z: Array, choice: Choice, cut: Cut, tolerance: float, most: int, room: Room) -> tuple[float, int]:
    """Follow the path to s = 1, loosely, and where it is lost once more closely.

    Parameters
    ----------
    z : (a, k)
        Receives the end of the path, 0 where not feasible.
    most : int
        Path steps after which either try is given up: corrections by Newton, and predictions that need none.

    Returns
    -------
    residual : float
        Above the tolerance where the path could not be followed; `z` is then where it was left.
    steps : int
        Path steps of both tries, each at most a Newton search more than `most`.
    """
    residual, steps = FAILED, 0
    for pace in (LOOSE, CLOSE):
        residual, more = follow_at(pace, z, choice, cut, tolerance, most, room)
        steps += more
        if residual <= tolerance:
            break
    return residual, steps


@inlined
def follow_at(
    pace: Pace, z: Array, choice: Choice, cut: Cut, tolerance: float, most: int, room: Room
) -> tuple[float, int]:  # fmt: skip
    """Follow the path at one pace; see `follow`."""
    by_weights(choice, z)
    s, before_s, step, count, corrections, change = 0.0, 0.0, -1.0, 0, 0, 0.0
    copy(z, room.before)
    while True:
        worst = equation(z, choice, s * choice.precision, cut, room)
        slope_in_precision(choice, room, room.residual)
        accepted = direction(choice.feasible, room, room.guess) > 0.0
        if accepted:
            copy(room.guess, room.tangent)
            copy(z, room.before)
            if s >= 1.0:
                return worst, count
            if step < 0.0:
                steepest = 1e-300
                for a in range(z.shape[0]):
                    for k in range(z.shape[1]):
                        steepest = max(steepest, abs(room.tangent[a, k]))
                step = min(1.0, 2.0 / steepest)
            elif corrections <= 3 and change < 0.3 * NEAR:
                step *= 2.5
            before_s = s
        elif step < 0.0:
            return FAILED, count
        while True:  # a step along the last good tangent that Newton brings back to the path
            step *= 1.0 if accepted else 0.4
            if (not accepted and step < pace.smallest) or 2 * count > most:
                copy(room.before, z)
                worst, corrections = arc(pace, z, before_s, choice, cut, tolerance, most - count, room)
                return worst, count + corrections
            step = min(step, 1.0 - before_s)
            s = 1.0 if before_s + step >= 1.0 - 1e-14 else before_s + step
            for a in range(z.shape[0]):
                for k in range(z.shape[1]):
                    room.guess[a, k] = room.before[a, k] + step * room.tangent[a, k]
            copy(room.guess, z)
            goal = tolerance if s >= 1.0 else pace.rough
            worst, corrections = newton(z, choice, s * choice.precision, cut, goal, room)
            count += max(corrections, 1)
            change = gap(z, room.guess, choice.feasible)
            if worst <= goal and change < NEAR:
                break
            accepted = False


@helper
def put(x: Array, z: Array) -> None:
    """Write the move part of x = (z, s) into `z` (a, k)."""
    for a in range(z.shape[0]):
        for k in range(z.shape[1]):
            z[a, k] = x[a * z.shape[1] + k]


@inlined
def bordered(x: Array, border: Array, choice: Choice, cut: Cut, room: Room, matrix: Array, value: Array) -> float:
    """Fill the bordered Jacobian at x = (z, s) and the residual; return the largest residual.

    Infeasible moves have the equation ``z = 0``. The last row of `matrix` is `border`.
    """
    n_moves, n_types = room.y.shape
    n = n_moves * n_types
    put(x, room.trial)
    worst = equation(room.trial, choice, x[n] * choice.precision, cut, room)
    slope_in_precision(choice, room, room.dz)
    matrix[:] = 0.0
    for a in range(n_moves):
        for k in range(n_types):
            row = a * n_types + k
            matrix[row, row] = 1.0
            value[row] = room.residual[a, k] if choice.feasible[a] else 0.0
            if not choice.feasible[a]:
                continue
            matrix[row, n] = room.dz[a, k]
            for other in range(n_moves):
                if choice.feasible[other]:
                    for j in range(n_types):
                        own = room.block[a, k, j] if other == a else 0.0
                        matrix[row, other * n_types + j] += room.sigma[other, k] * room.block[other, k, j] - own
    for j in range(n + 1):
        matrix[n, j] = border[j]
    return worst


@inlined
def arc(
    pace: Pace, z: Array, s: float, choice: Choice, cut: Cut, tolerance: float, most: int, room: Room
) -> tuple[float, int]:  # fmt: skip
    """Follow the path from (z, s) by pseudo arc length until s reaches 1, `most` steps far; `z` receives its end."""
    n = z.size
    matrix, value, right = np.empty((n + 1, n + 1)), np.zeros(n + 1), np.empty((n + 1, 1))
    x, trial, guess = np.empty(n + 1), np.empty(n + 1), np.empty(n + 1)
    border, kept = np.zeros(n + 1), np.zeros(n + 1)
    for a in range(z.shape[0]):
        for k in range(z.shape[1]):
            x[a * z.shape[1] + k] = z[a, k]
    x[n], border[n] = s, 1.0
    step, corrections, count = 0.02, -1, 0
    for j in range(n + 1):
        trial[j] = guess[j] = x[j]
    target = False
    for count in range(most):
        worst = bordered(trial, border, choice, cut, room, matrix, value)
        value[n] = 0.0
        for j in range(n + 1):
            value[n] += 0.0 if target else border[j] * (trial[j] - guess[j])
        near = math.isfinite(worst) and max(worst, abs(value[n])) <= (tolerance if target else pace.rough)
        if near and corrections >= 0:
            put(guess, room.guess)
            near = gap(room.trial, room.guess, choice.feasible) < NEAR
        if not near and corrections < 8 and math.isfinite(worst) and corrections >= 0:
            for j in range(n + 1):
                right[j, 0] = value[j]
            if eliminate(matrix, right) != 0.0:
                for j in range(n + 1):
                    trial[j] -= right[j, 0]
                corrections += 1
                continue
        if near and target:
            put(trial, z)
            return worst, count
        if near and trial[n] >= 1.0:  # the path has passed s = 1: solve there, between the last two points
            share = (1.0 - x[n]) / (trial[n] - x[n])
            for j in range(n + 1):
                trial[j] = guess[j] = x[j] + share * (trial[j] - x[j]) if j < n else 1.0
                border[j] = 0.0 if j < n else 1.0
            target, corrections = True, 0
            continue
        if near:
            for j in range(n + 1):
                x[j] = trial[j]
                right[j, 0] = 0.0 if j < n else 1.0
            sign = eliminate(matrix, right)
            if sign == 0.0 or x[n] < 0.0:
                break
            length = 0.0
            for j in range(n + 1):
                length += right[j, 0] * right[j, 0]
            for j in range(n + 1):
                border[j] = kept[j] = right[j, 0] * sign / math.sqrt(length)
            step *= 2.0 if corrections <= 2 else (1.3 if corrections <= 4 else 0.7)
        else:
            if corrections < 0:
                break
            step *= pace.shrink
            if step < 1e-11:
                break
            for j in range(n + 1):
                border[j] = kept[j]
            target = False
        for j in range(n + 1):
            trial[j] = guess[j] = x[j] + step * border[j]
        corrections = 0
    put(x, z)
    return FAILED, count
