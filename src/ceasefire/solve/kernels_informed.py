"""Compiled loops over the rows and belief nodes of an informed step.

A *task* is one row at one node of the others' beliefs. Its table ``Q`` (a, n, k) says what each move is worth to each own
type wherever on the mover's own grid the belief moves; then every point of the task is one small fixed point.

Kernels do the tasks from ``first`` to ``last``; they hold no lock, so that threads can share a step.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ceasefire.solve.kernels_belief import Cut
from ceasefire.solve.kernels_float import helper, inlined, kernel
from ceasefire.solve.kernels_linear import copy
from ceasefire.solve.kernels_newton import Choice, Room, make_room, newton, newton_around
from ceasefire.solve.kernels_path import FAILED, by_weights, follow, gap

Array = Any

SAME_BRANCH = 1e-5
"""Largest difference of a probability between two solutions that are one."""
NEVER = 1 << 30
"""As `every`: no sample and no look at jumps, a warm start that converges is taken."""
OLD_JUMPS = 16
"""One in so many points beside a jump that is not new is held against the continuation."""
SUSPICIOUS = 0.25
"""A jump of a probability that asks for the continuation."""


@helper
def is_contraction(table: Array, feasible: Array, precision: float, cut: Cut) -> bool:
    """Say whether the fixed point is unique at every belief because the map contracts.

    The map z -> logsoftmax(y(b'(z))) changes by at most precision times the spread of the gradient of Q over the simplex,
    in the largest norm; the spread is bounded by the largest rise along each edge of the grid.
    """
    length = table.shape[2] - 1
    y = np.zeros(length + 1, dtype=np.int64)
    rise = np.zeros(length)
    for own in range(table.shape[1]):
        total = 0.0
        for j in range(length - 1, -1, -1):
            total += cut.nodes[own, cut.order[j + 1]]
            y[j] = int(total * cut.intervals + 0.5)
        for j in range(length):
            if y[j] < (cut.intervals if j == 0 else y[j - 1]):
                nxt = own + cut.rank[j, y[j] + 1] - cut.rank[j, y[j]]
                for a in range(table.shape[0]):
                    if feasible[a]:
                        for k in range(length + 1):
                            rise[j] = max(rise[j], abs(table[a, nxt, k] - table[a, own, k]))
    total = 0.0
    for j in range(length):
        total += rise[j]
    return precision * cut.intervals * total < 0.999


@helper
def needs_path(n: int, sigma: Array, start: Array, neighbour: Array, every: int, shift: int) -> bool:
    """Say whether point `n` is in the fixed sample or jumps, from its start or from a neighbour.

    A jump between neighbours that the start had too, half as large at least, was looked at when it came up; such points
    are looked at again in turns.
    """
    if every >= NEVER:
        return False
    if (n + shift) % every == 0:
        return True
    in_turn = (n + shift) % OLD_JUMPS == 0
    for a in range(sigma.shape[1]):
        for k in range(sigma.shape[2]):
            if abs(sigma[n, a, k] - start[n, a, k]) > SUSPICIOUS:
                return True
            for m in range(neighbour.shape[1]):
                other = neighbour[n, m]
                jumps = other >= 0 and abs(sigma[n, a, k] - sigma[other, a, k]) > SUSPICIOUS
                if jumps and (in_turn or abs(start[n, a, k] - start[other, a, k]) < 0.5 * SUSPICIOUS):
                    return True
    return False


@inlined
def by_continuation(
    z: Array, start: Array, unique: bool, table: Array, beliefs: Array, can: Array, weight: Array, precision: float,
    cut: Cut, neighbour: Array, tolerance: float, most: int, every: int, shift: int, residual: Array, count: Array,
    status: Array, room: Room,
) -> None:  # fmt: skip
    """Solve by the continuation those points (n, a, k) of one task that have no solution yet or must be held against it.

    `start` are the probabilities from which the solutions so far came; see `continue_tasks`. Nothing that `room` holds
    from a point before enters.
    """
    sigma = np.empty(z.shape if every < NEVER else start.shape)
    for n in range(sigma.shape[0]):
        for a in range(z.shape[1]):
            for k in range(z.shape[2]):
                sigma[n, a, k] = math.exp(0.0 if z[n, a, k] > 0.0 else z[n, a, k])
    other = np.zeros(z.shape[1:])
    marked = np.zeros(z.shape[0], dtype=np.bool_)
    for n in range(z.shape[0]):
        if tolerance < residual[n] < FAILED:
            residual[n], more = newton(
                z[n], Choice(table, beliefs[n], weight, can, precision), precision, cut, tolerance, room
            )
            count[n] += more
            status[n] = 0 if residual[n] <= tolerance else -1
    for n in range(z.shape[0]):
        marked[n] = status[n] == -1 or (not unique and needs_path(n, sigma, start, neighbour, every, shift))
    again = True
    while again:
        again = False
        for n in range(z.shape[0]):
            if not marked[n] or (status[n] != 0 and status[n] != -1):
                continue
            choice = Choice(table, beliefs[n], weight, can, precision)
            worst, n_steps = follow(other, choice, cut, tolerance, most, room)
            count[n] += n_steps
            if worst > tolerance:
                if residual[n] >= FAILED:
                    copy(other, z[n])
                if not residual[n] <= tolerance:
                    residual[n], n_steps = newton_around(z[n], choice, precision, cut, tolerance, room)
                    count[n] += n_steps
                status[n] = 3 if residual[n] <= tolerance else -2
                continue
            replaced = status[n] == 0 and gap(other, z[n], can) > SAME_BRANCH
            status[n] = 2 if replaced else 1
            copy(other, z[n])
            residual[n] = worst
            if replaced:
                for m in range(neighbour.shape[1]):
                    near = neighbour[n, m]
                    if near >= 0 and status[near] == 0 and not marked[near]:
                        marked[near] = True
                        again = True


@kernel
def start_tasks(
    first: int, last: int, z: Array, warm: bool, tables: Array, task_row: Array, log_belief: Array, feasible: Array,
    log_weight: Array, precision: float, cut: Cut, every: int, residual: Array, unique: Array, wanted: Array,
) -> None:  # fmt: skip
    """Say of every task whether its fixed points are `unique` and whether `z` holds a start (`wanted`)."""
    for task in range(first, last):
        row = task_row[task]
        given = warm and not math.isnan(z[task, 0, 0, 0])
        if every < NEVER or not given:
            unique[task] = is_contraction(tables[task], feasible[row], precision, cut)
        wanted[task] = given or unique[task]
        residual[task] = FAILED
        if unique[task] and not given:
            for n in range(z.shape[1]):
                beliefs = log_belief[task % len(log_belief)]
                by_weights(Choice(tables[task], beliefs[n], log_weight[row], feasible[row], precision), z[task, n])


@kernel
def continue_tasks(
    first: int, last: int, z: Array, start: Array, tables: Array, task_row: Array, log_belief: Array, feasible: Array,
    log_weight: Array, precision: float, cut: Cut, neighbour: Array, tolerance: float, most: int, every: int, turn: int,
    residual: Array, count: Array, status: Array, unique: Array,
) -> None:  # fmt: skip
    """Bring to their end, by the continuation, the points that Newton did not solve and those that it must confirm.

    Parameters
    ----------
    start : (task, n, a, k) or empty
        Probabilities from which the solutions so far came; empty where no start is doubted (`every` is ``NEVER``).
    neighbour : (n, m), int
        Points of a task next to each point, -1 for none.
    most : int
        Path steps after which a continuation is given up.
    every : int
        One point in so many is held against the continuation.
    turn : int
        Which points these are; another number, other points.
    residual, count, status : (task, n)
        Status: 0 converged from a start, 1 by the continuation, 2 warm start overruled by it, 3 converged from a start
        or near one where the continuation failed, -2 failed.
    """
    room = make_room(z.shape[2], z.shape[3])
    none = np.zeros((0, 0, 0))
    for task in range(first, last):
        row, done = task_row[task], True
        for n in range(z.shape[1]):
            status[task, n] = 0 if residual[task, n] <= tolerance else -1
            done = done and status[task, n] == 0
        if not done or every < NEVER:
            by_continuation(
                z[task], start[task] if every < NEVER else none, unique[task], tables[task],
                log_belief[task % len(log_belief)], feasible[row], log_weight[row], precision, cut, neighbour, tolerance,
                most, every, task * 7 + turn, residual[task], count[task], status[task], room,
            )  # fmt: skip
