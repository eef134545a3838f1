"""Compiled loops of the selection rule: the end of the continuation in precision from 0, continuation values fixed.

The path of solutions of the equation at precision ``s * precision``, s from 0 to 1, starts at the choice by weights. It is
followed in ``s`` while it rises (predictor along the tangent, corrector by Newton) and by pseudo arc length where it
turns. The tangent is oriented by the sign of the determinant of the bordered system, which stays right where the path
crosses from one simplex of the belief grid into the next. Its first arrival at s = 1 is the solution selected.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from ceasefire.solve.kernels_newton import direction, eliminate, equation, newton

Array = Any
SMALLEST = 1e-9
"""Step in s below which the path is followed by arc length."""
NEAR = 0.1
"""Largest change of a probability between predictor and corrector."""


@njit(cache=True)
def gap(z: Array, other: Array, feasible: Array) -> float:
    """Return the largest difference of a move probability."""
    worst = 0.0
    for a in range(z.shape[0]):
        if feasible[a]:
            for k in range(z.shape[1]):
                worst = max(worst, abs(math.exp(min(z[a, k], 1.0)) - math.exp(min(other[a, k], 1.0))))
    return worst


@njit(cache=True)
def by_weights(log_weight: Array, feasible: Array, z: Array) -> None:
    """Write the choice at precision 0 into `z` (a, k)."""
    top = -math.inf
    for a in range(z.shape[0]):
        if feasible[a]:
            top = max(top, log_weight[a])
    total = 0.0
    for a in range(z.shape[0]):
        if feasible[a]:
            total += math.exp(log_weight[a] - top)
    for a in range(z.shape[0]):
        z[a] = log_weight[a] - top - math.log(total) if feasible[a] else 0.0


@njit(cache=True)
def slope_in_precision(sigma: Array, gain: Array, feasible: Array, precision: float, out: Array) -> None:
    """Write dH/ds = -precision (Q - sum sigma Q) into `out` (a, k)."""
    for k in range(sigma.shape[1]):
        mean = 0.0
        for a in range(sigma.shape[0]):
            if feasible[a]:
                mean += sigma[a, k] * gain[a, k]
        for a in range(sigma.shape[0]):
            out[a, k] = -precision * (gain[a, k] - mean) if feasible[a] else 0.0


@njit(cache=True)
def follow(
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
    room: Array,
    work: Array,
    whole: Array,
    inverse: Array,
    block: Array,
    right: Array,
) -> tuple[float, int]:
    """Follow the path to s = 1; `z` (a, k) receives its end.

    Returns
    -------
    residual : float
    iterations : int
    """
    n_types = z.shape[1]
    y, sigma, residual, gain, dz = room[0], room[1], room[2], room[3], room[4]
    tangent, before, guess = room[6], room[7], room[8]
    square = work[2 + n_types :]
    by_weights(log_weight, feasible, z)
    s, step, count = 0.0, -1.0, 0
    while s < 1.0:
        equation(
            z,
            table,
            log_belief,
            log_weight,
            feasible,
            s * precision,
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
        slope_in_precision(sigma, gain, feasible, precision, residual)
        sign = direction(block, sigma, residual, feasible, tangent, inverse, square, right)
        if step < 0.0:
            step = min(1.0, 2.0 / (np.abs(tangent).max() + 1e-300))
        before[:] = z
        moved = sign > 0.0
        while moved:
            step = min(step, 1.0 - s)
            for a in range(z.shape[0]):
                for k in range(n_types):
                    guess[a, k] = before[a, k] + step * tangent[a, k]
            z[:] = guess
            target = 1.0 if s + step >= 1.0 - 1e-14 else s + step
            new, n, sign = newton(
                z,
                table,
                log_belief,
                log_weight,
                feasible,
                target * precision,
                intervals,
                order,
                rank,
                tolerance,
                8,
                room,
                work,
                whole,
                inverse,
                block,
                right,
            )
            count += n
            change = gap(z, guess, feasible)
            if new <= tolerance and change < NEAR:
                equation(
                    z,
                    table,
                    log_belief,
                    log_weight,
                    feasible,
                    target * precision,
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
                sign = direction(block, sigma, residual, feasible, dz, inverse, square, right)
                if sign > 0.0:
                    s = target
                    if n <= 3 and change < 0.03:
                        step *= 2.5
                    break
            step *= 0.4
            moved = step > SMALLEST
        if not moved:
            z[:] = before
            new, n = arc(
                z,
                s,
                table,
                log_belief,
                log_weight,
                feasible,
                precision,
                intervals,
                order,
                rank,
                tolerance,
                room,
                work,
                whole,
                inverse,
                block,
                right,
            )
            return new, count + n
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
    return worst, count


@njit(cache=True)
def bordered(
    x: Array,
    border: Array,
    shape: tuple[int, int],
    table: Array,
    log_belief: Array,
    log_weight: Array,
    feasible: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    room: Array,
    work: Array,
    whole: Array,
    block: Array,
    matrix: Array,
    value: Array,
) -> float:
    """Fill the bordered Jacobian at x = (z, s) and the residual; return the largest residual.

    Infeasible moves have the equation ``z = 0``. The last row of `matrix` is `border`.
    """
    n_moves, n_types = shape
    y, sigma, residual, gain, slope = room[0], room[1], room[2], room[3], room[5]
    n = n_moves * n_types
    z = x[:n].reshape(n_moves, n_types)
    worst = equation(
        z,
        table,
        log_belief,
        log_weight,
        feasible,
        x[n] * precision,
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
    slope_in_precision(sigma, gain, feasible, precision, slope)
    matrix[:] = 0.0
    for a in range(n_moves):
        for k in range(n_types):
            row = a * n_types + k
            matrix[row, row] = 1.0
            value[row] = residual[a, k] if feasible[a] else 0.0
            if not feasible[a]:
                continue
            matrix[row, n] = slope[a, k]
            for j in range(n_types):
                matrix[row, a * n_types + j] -= block[a, k, j]
            for other in range(n_moves):
                if feasible[other]:
                    for j in range(n_types):
                        matrix[row, other * n_types + j] += sigma[other, k] * block[other, k, j]
    matrix[n] = border
    return worst


@njit(cache=True)
def tangent_at(matrix: Array, border: Array, tangent: Array) -> bool:
    """Write the unit tangent of the path, oriented by the determinant; False where the system is singular."""
    n = border.shape[0] - 1
    right = np.zeros((n + 1, 1))
    right[n, 0] = 1.0
    determinant = eliminate(matrix, right)
    if determinant == 0.0 or not math.isfinite(determinant):
        return False
    length = 0.0
    for j in range(n + 1):
        length += right[j, 0] * right[j, 0]
    length = math.sqrt(length) * (1.0 if determinant > 0.0 else -1.0)
    for j in range(n + 1):
        tangent[j] = right[j, 0] / length
    return True


@njit(cache=True)
def arc(
    z: Array,
    s: float,
    table: Array,
    log_belief: Array,
    log_weight: Array,
    feasible: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    tolerance: float,
    room: Array,
    work: Array,
    whole: Array,
    inverse: Array,
    block: Array,
    right: Array,
) -> tuple[float, int]:
    """Follow the path from (z, s) by pseudo arc length until s reaches 1; `z` receives its end.

    s is measured in units of ``1 / precision range`` along the arc by scaling with the slope at the start.
    """
    n_moves, n_types = z.shape
    shape = (n_moves, n_types)
    n = n_moves * n_types
    matrix, value = np.empty((n + 1, n + 1)), np.zeros(n + 1)
    x, trial, correction = np.empty(n + 1), np.empty(n + 1), np.empty((n + 1, 1))
    tangent, border = np.zeros(n + 1), np.zeros(n + 1)
    x[:n], x[n] = z.copy().ravel(), s
    border[n] = 1.0
    step, count = 1e-3, 0
    for j in range(n):
        border[j] = 1e-3 * (j % 7 - 3.0)
    for _ in range(4000):
        bordered(
            x,
            border,
            shape,
            table,
            log_belief,
            log_weight,
            feasible,
            precision,
            intervals,
            order,
            rank,
            room,
            work,
            whole,
            block,
            matrix,
            value,
        )
        if not tangent_at(matrix, border, tangent):
            break
        border[:] = tangent
        accepted = False
        while step > 1e-11 and not accepted:
            trial[:] = x + step * tangent
            guess = trial.copy()
            for n_steps in range(8):
                worst = bordered(
                    trial,
                    border,
                    shape,
                    table,
                    log_belief,
                    log_weight,
                    feasible,
                    precision,
                    intervals,
                    order,
                    rank,
                    room,
                    work,
                    whole,
                    block,
                    matrix,
                    value,
                )
                count += 1
                value[n] = np.dot(border, trial - guess)
                if max(worst, abs(value[n])) <= tolerance:
                    accepted = gap(trial[:n].reshape(shape), guess[:n].reshape(shape), feasible) < NEAR
                    break
                correction[:, 0] = value
                if eliminate(matrix, correction) == 0.0:
                    break
                trial -= correction[:, 0]
                if not math.isfinite(trial[n]):
                    break
            step *= (1.6 if n_steps <= 3 else 1.0) if accepted else 0.4
        if not accepted or trial[n] < 0.0:
            break
        if trial[n] >= 1.0:
            share = (1.0 - x[n]) / (trial[n] - x[n])
            z[:] = (x[:n] + share * (trial[:n] - x[:n])).reshape(shape)
            start = z.copy()
            worst, extra, _ = newton(
                z,
                table,
                log_belief,
                log_weight,
                feasible,
                precision,
                intervals,
                order,
                rank,
                tolerance,
                30,
                room,
                work,
                whole,
                inverse,
                block,
                right,
            )
            if worst <= tolerance and gap(z, start, feasible) < 2.0 * NEAR:
                return worst, count + extra
            step *= 0.1
            if step < 1e-11:
                break
            continue
        x[:] = trial
    z[:] = x[:n].reshape(shape)
    worst, extra, _ = newton(
        z,
        table,
        log_belief,
        log_weight,
        feasible,
        precision,
        intervals,
        order,
        rank,
        tolerance,
        100,
        room,
        work,
        whole,
        inverse,
        block,
        right,
    )
    return worst + 1.0, count + extra
