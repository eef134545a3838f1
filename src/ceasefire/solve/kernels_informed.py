"""Compiled loops over the rows and belief nodes of an informed step.

A *task* is one row at one node of the others' beliefs. Its table ``Q`` (a, n, k) says what each move is worth to each own
type wherever on the mover's own grid the belief moves; then every point of the task is one small fixed point.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, prange

from ceasefire.solve.kernels_newton import locate_point, newton, posterior, sort_fractions
from ceasefire.solve.kernels_path import by_weights, follow, gap

Array = Any

SAME_BRANCH = 1e-5
"""Largest difference of a probability between two solutions that are one."""
NEVER = 1 << 30
SUSPICIOUS = 0.25
"""A jump of a probability that asks for the continuation."""


@njit(cache=True, parallel=True)
def value_tables(
    values: Array,
    tables: Array,
    rows: Array,
    others: Array,
    stride: int,
    n_regular: int,
    weight: Array,
    start: Array,
    successor: Array,
    probability: Array,
    view: int,
    payoff: Array,
    feasible: Array,
    own_type: Array,
    mover: int,
) -> None:
    """Write the mover's expected value of each move, own node and own type into `tables` (task, a, n, k).

    Parameters
    ----------
    rows : (tasks,), row of each task
    others : (tasks,), product node of each task at the mover's own node 0
    weight : (product nodes, p), probability of the others' types
    """
    n_moves, n_profiles = feasible.shape[1], values.shape[2]
    shared = payoff.shape[2] == 1
    for task in prange(rows.shape[0]):
        row = rows[task]
        tables[task] = 0.0
        for a in range(n_moves):
            if not feasible[row, a]:
                continue
            cell = row * n_moves + a
            for own in range(n_regular):
                node = others[task] + own * stride
                for p in range(n_profiles):
                    total = payoff[row, a, 0 if shared else p, mover]
                    for e in range(start[cell], start[cell + 1]):
                        total += probability[view, 0, e] * values[successor[e], node, p, mover]
                    tables[task, a, own, own_type[p]] += weight[node, p] * total


@njit(cache=True)
def is_contraction(
    table: Array, feasible: Array, precision: float, intervals: int, order: Array, rank: Array, nodes: Array
) -> bool:
    """Say whether the fixed point is unique at every belief because the map contracts.

    The map z -> logsoftmax(y(b'(z))) changes by at most precision times the spread of the gradient of Q over the simplex,
    in the largest norm; the spread is bounded by the largest rise along each edge of the grid.
    """
    n_types = table.shape[2]
    length = n_types - 1
    rise = np.zeros(length)
    y = np.zeros(length + 1, dtype=np.int64)
    for own in range(table.shape[1]):
        total = 0.0
        for j in range(length - 1, -1, -1):
            total += nodes[own, order[j + 1]]
            y[j] = int(total * intervals + 0.5)
        for j in range(length):
            if y[j] < (intervals if j == 0 else y[j - 1]):
                nxt = own + rank[j, y[j] + 1] - rank[j, y[j]]
                for a in range(table.shape[0]):
                    if feasible[a]:
                        for k in range(n_types):
                            rise[j] = max(rise[j], abs(table[a, nxt, k] - table[a, own, k]))
    return precision * intervals * rise.sum() < 0.999


@njit(cache=True)
def from_start(
    z: Array,
    given: bool,
    unique: bool,
    table: Array,
    beliefs: Array,
    weight: Array,
    can: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    tolerance: float,
    residual: Array,
    count: Array,
    status: Array,
    room: Array,
    work: Array,
    whole: Array,
    inverse: Array,
    block: Array,
    right: Array,
) -> None:
    """Solve the points (n, a, k) of one task by Newton from `z` if given, from the weights if any start will do."""
    for n in range(z.shape[0]):
        status[n] = -1
        count[n] = 0
        residual[n] = math.inf
        if given or unique:
            if not given:
                by_weights(weight, can, z[n])
            residual[n], count[n], _ = newton(
                z[n],
                table,
                beliefs[n],
                weight,
                can,
                precision,
                intervals,
                order,
                rank,
                tolerance,
                40,
                room,
                work,
                whole,
                inverse,
                block,
                right,
            )
            if residual[n] <= tolerance:
                status[n] = 0


@njit(cache=True)
def needs_path(n: int, z: Array, start: Array, can: Array, neighbour: Array, every: int, shift: int) -> bool:
    """Say whether point `n` is in the fixed sample or jumps, from its start or from a neighbour."""
    if (n + shift) % every == 0 or gap(z[n], start[n], can) > SUSPICIOUS:
        return True
    for m in range(neighbour.shape[1]):
        if neighbour[n, m] >= 0 and gap(z[n], z[neighbour[n, m]], can) > SUSPICIOUS:
            return True
    return False


@njit(cache=True)
def by_path(
    z: Array,
    start: Array,
    table: Array,
    beliefs: Array,
    weight: Array,
    can: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    neighbour: Array,
    tolerance: float,
    every: int,
    shift: int,
    everywhere: bool,
    residual: Array,
    count: Array,
    status: Array,
    room: Array,
    work: Array,
    whole: Array,
    inverse: Array,
    block: Array,
    right: Array,
) -> bool:
    """Hold points of one task against the continuation; return whether it overruled one."""
    other = np.zeros(z.shape[1:])
    overruled = False
    for n in range(z.shape[0]):
        if status[n] > 0 or status[n] == -2:
            continue
        if status[n] == 0 and not everywhere and not needs_path(n, z, start, can, neighbour, every, shift):
            continue
        worst, n_steps = follow(
            other,
            table,
            beliefs[n],
            weight,
            can,
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
        count[n] += n_steps
        if worst <= tolerance:
            replaced = status[n] == 0 and gap(other, z[n], can) > SAME_BRANCH
            overruled = overruled or replaced
            status[n] = 2 if replaced else 1
            z[n] = other
            residual[n] = worst
        elif status[n] == 0:
            status[n] = 3
        else:
            status[n] = -2
            if worst - 1.0 < residual[n]:
                z[n] = other
                residual[n] = worst - 1.0
    return overruled


@njit(cache=True)
def solve_task(
    z: Array,
    warm: bool,
    table: Array,
    beliefs: Array,
    can: Array,
    weight: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    nodes: Array,
    neighbour: Array,
    tolerance: float,
    every: int,
    shift: int,
    residual: Array,
    count: Array,
    status: Array,
) -> None:
    """Solve the points (n, a, k) of one task; see `solve_tasks`."""
    n_moves, n_types = z.shape[1], z.shape[2]
    room, work = np.zeros((9, n_moves, n_types)), np.zeros((2 + 2 * n_types, n_types))
    whole, right = np.zeros((2, n_types), dtype=np.int64), np.zeros((n_types, 1))
    inverse, block = np.zeros((n_moves, n_types, n_types + 1)), np.zeros((n_moves, n_types, n_types))
    unique = is_contraction(table, can, precision, intervals, order, rank, nodes)
    given = warm and not math.isnan(z[0, 0, 0])
    start = z.copy()
    from_start(
        z,
        given,
        unique,
        table,
        beliefs,
        weight,
        can,
        precision,
        intervals,
        order,
        rank,
        tolerance,
        residual,
        count,
        status,
        room,
        work,
        whole,
        inverse,
        block,
        right,
    )
    if unique:
        every = NEVER
        start[:] = z
    everywhere = False
    for _ in range(2):
        overruled = False
        if not unique or status.min() < 0:
            overruled = by_path(
                z,
                start,
                table,
                beliefs,
                weight,
                can,
                precision,
                intervals,
                order,
                rank,
                neighbour,
                tolerance,
                every,
                shift,
                everywhere,
                residual,
                count,
                status,
                room,
                work,
                whole,
                inverse,
                block,
                right,
            )
        if not overruled:
            break
        everywhere = True


@njit(cache=True, parallel=True)
def solve_tasks(
    z: Array,
    warm: bool,
    tables: Array,
    task_row: Array,
    log_belief: Array,
    feasible: Array,
    log_weight: Array,
    precision: float,
    intervals: int,
    order: Array,
    rank: Array,
    nodes: Array,
    neighbour: Array,
    tolerance: float,
    every: int,
    residual: Array,
    count: Array,
    status: Array,
) -> None:
    """Solve every point of every task.

    Parameters
    ----------
    z : (task, n, a, k)
        Start where `warm` (a task whose first entry is NaN has none); receives the solution.
    log_belief : (task or 1, n, k)
    nodes : (regular, k), beliefs of the grid
    neighbour : (n, m), int
        Points of a task next to each point, -1 for none.
    every : int
        One point in so many is held against the continuation.
    residual, count, status : (task, n)
        Status: 0 converged from a start, 1 by the continuation, 2 warm start overruled by it, 3 converged from a start
        where the continuation failed, -2 failed.
    """
    one = log_belief.shape[0] == 1
    for j in prange(tables.shape[0]):
        task = np.int64(j)
        row = task_row[task]
        beliefs = log_belief[0] if one else log_belief[task]
        solve_task(
            z[task],
            warm,
            tables[task],
            beliefs,
            feasible[row],
            log_weight[row],
            precision,
            intervals,
            order,
            rank,
            nodes,
            neighbour,
            tolerance,
            every,
            task * 7,
            residual[task],
            count[task],
            status[task],
        )


@njit(cache=True, parallel=True)
def informed_values(
    values: Array,
    out: Array,
    sigma: Array,
    z: Array,
    task_row: Array,
    others: Array,
    stride: int,
    log_belief: Array,
    start: Array,
    successor: Array,
    probability: Array,
    view: Array,
    payoff: Array,
    feasible: Array,
    own_type: Array,
    intervals: int,
    order: Array,
    rank: Array,
) -> None:
    """Write the values (r, n, p, i) and strategies (r, n, k, a) of solved tasks; beliefs go where Bayes' rule puts them."""
    n_points, n_moves, n_types = z.shape[1], z.shape[2], z.shape[3]
    n_profiles, n_actors = out.shape[2], out.shape[3]
    shared, one_view = payoff.shape[2] == 1, probability.shape[0] == 1
    for task in prange(z.shape[0]):
        row = task_row[task]
        belief, fraction = np.empty(n_types), np.empty(n_types)
        way, base = np.empty(n_types, dtype=np.int64), np.empty(n_types, dtype=np.int64)
        block, share = np.empty((n_profiles, n_actors)), np.empty(n_types)
        for n in range(n_points):
            node = others[task] + n * stride
            out[row, node] = 0.0
            for k in range(n_types):
                total = 0.0
                for a in range(n_moves):
                    if feasible[row, a]:
                        total += math.exp(z[task, n, a, k])
                share[k] = 1.0 / total
                for a in range(n_moves):
                    sigma[row, node, k, a] = math.exp(z[task, n, a, k]) / total if feasible[row, a] else 0.0
            for a in range(n_moves):
                if not feasible[row, a]:
                    continue
                for p in range(n_profiles):
                    for i in range(n_actors):
                        block[p, i] = payoff[row, a, 0 if shared else p, i]
                posterior(log_belief[n], z[task, n, a], belief)
                vertex = locate_point(belief, intervals, order, rank, fraction[: n_types - 1], base)
                sort_fractions(fraction[: n_types - 1], way)
                before = 1.0
                for step in range(n_types):
                    after = fraction[way[step]] if step < n_types - 1 else 0.0
                    here = before - after
                    before = after
                    if here > 0.0:
                        at = others[task] + vertex * stride
                        for e in range(start[row * n_moves + a], start[row * n_moves + a + 1]):
                            source = values[successor[e], at]
                            if one_view:
                                chance = here * probability[0, 0, e]
                                for p in range(n_profiles):
                                    for i in range(n_actors):
                                        block[p, i] += chance * source[p, i]
                            else:
                                for p in range(n_profiles):
                                    for i in range(n_actors):
                                        block[p, i] += here * probability[view[i], 0, e] * source[p, i]
                    if step < n_types - 1:
                        j = way[step]
                        vertex += rank[j, base[j] + 1] - rank[j, base[j]]
                for p in range(n_profiles):
                    chosen = math.exp(z[task, n, a, own_type[p]]) * share[own_type[p]]
                    for i in range(n_actors):
                        out[row, node, p, i] += chosen * block[p, i]
