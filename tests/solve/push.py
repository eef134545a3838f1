"""The deterministic push of the true profile over the solve grid: the adjoint of the sweep, plainly written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.beliefs import bayes, safe_log
from ceasefire.solve import Solution

Floats = NDArray[np.float64]


def pushed_payoffs(solution: Solution, profile: int) -> Floats:
    """Return each actor's expected discounted payoff given the true type profile, (i,)."""
    game, layout = solution.game, solution.layout
    types = game.type_of_profile[profile]
    index, weight = layout.corners([game.prior[i][None] for i in game.informed])
    mass = np.zeros((game.n_states, layout.n_nodes))
    for state, chance in zip(game.initial_states, game.initial_probability, strict=True):
        np.add.at(mass[state], index[0], chance * weight[0])
    total, discount = np.zeros(game.n_actors), np.ones(game.n_actors)
    for period in range(game.n_periods):
        for j in range(len(game.steps)):
            mass, paid = _step(solution, period, j, mass, types, profile)
            total += discount * paid
        discount = discount * game.discount_factor
    end = solution.start_values(game.n_periods)[:, :, profile]
    return np.asarray(total + discount * np.einsum("sn,sni->i", mass, end))


def _step(
    solution: Solution, period: int, j: int, mass: Floats, types: NDArray[np.int32], profile: int
) -> tuple[Floats, Floats]:
    game, layout = solution.game, solution.layout
    step = game.steps[j]
    table = step.table_at(period)
    paid = np.zeros(game.n_actors)
    if table is None:
        return mass, paid
    after = mass.copy()
    after[table.states] = 0.0
    for row, state in enumerate(table.states):
        for node in np.flatnonzero(mass[state] > 0.0):
            beliefs = [g.nodes[own[node]] for g, own in zip(layout.grids, layout.own_node, strict=True)]
            sigma = _sigma(solution, period, j, row, node)
            own = types[step.actor] if step.actor >= 0 else 0
            for a in np.flatnonzero(table.feasible[row]):
                amount = mass[state, node] * sigma[own, a]
                paid += amount * table.payoff[row, a, profile % table.payoff.shape[2]]
                cell = row * table.n_moves + a
                for e in range(table.start[cell], table.start[cell + 1]):
                    moved = list(beliefs)
                    if layout.learns_from(step.actor) and table.feasible[row].sum() > 1:
                        position = layout.position(step.actor)
                        moved[position] = bayes(safe_log(beliefs[position]), safe_log(sigma[:, a]))
                        index, weight = _corners_of_regular(solution, moved, position)
                    else:
                        index, weight = np.array([node]), np.ones(1)
                    np.add.at(after[table.successor[e]], index, amount * table.probability[0, 0, e] * weight)
    return after, paid


def _corners_of_regular(solution: Solution, beliefs: list[Floats], position: int) -> tuple[NDArray[np.int64], Floats]:
    """Return nodes around a belief, the mover's own among those of the regular grid only (as the sweep does)."""
    from dataclasses import replace

    layout = solution.layout
    own = layout.grids[position]
    regular = replace(own, nodes=own.nodes[: own.n_regular])
    index, weight = regular.locate(beliefs[position][None])
    node = np.zeros(1, dtype=np.int64)
    for q, (grid, actor) in enumerate(zip(layout.grids, layout.game.informed, strict=True)):
        if q != position:
            at, share = grid.locate(beliefs[q][None])
            corner = int(share[0].argmax())
            assert abs(share[0, corner] - 1.0) < 1e-12
            node = node + int(at[0, corner]) * layout.stride(actor)
    return node + index[0].astype(np.int64) * layout.stride(layout.game.informed[position]), weight[0]


def _sigma(solution: Solution, period: int, j: int, row: int, node: int) -> Floats:
    step = solution.game.steps[j]
    strategy = solution.strategy(period, j)
    if step.actor < 0 or strategy is None:
        table = step.table_at(period)
        assert table is not None
        n_types = solution.game.n_types[step.actor] if step.actor >= 0 else 1
        return np.repeat(table.feasible[row].astype(float)[None], n_types, axis=0)
    sigma = strategy[row, node].astype(np.float64)
    return np.asarray(sigma / sigma.sum(axis=1, keepdims=True))
