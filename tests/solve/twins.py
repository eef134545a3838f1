"""Plain NumPy twins of the compiled kernels: slow, short, written from the definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.beliefs import BeliefGrid, bayes, safe_log
from ceasefire.solve.layout import Layout

Floats = NDArray[np.float64]


def softmax(logits: Floats, axis: int) -> Floats:
    e = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def regular(grid: BeliefGrid) -> BeliefGrid:
    """Return the grid without the prior's own node, as posteriors use it."""
    from dataclasses import replace

    return replace(grid, nodes=grid.nodes[: grid.n_regular])


def worth(table: Any, values: Floats, row: int, move: int) -> Floats:
    """Return W (n, p, i) of a move where no belief moves, each actor in its own view."""
    cell = row * table.n_moves + move
    entries = slice(table.start[cell], table.start[cell + 1])
    chance = table.probability[table.view_of_actor, 0, entries]
    return np.asarray(table.payoff[row, move] + np.einsum("ie,enpi->npi", chance, values[table.successor[entries]]))


def plain_step(layout: Layout, table: Any, actor: int, values: Floats, forced: Any) -> tuple[Floats, Floats]:
    """Return values (r, n, p, i) and strategies (r, n, k, a) of a step at which beliefs stay."""
    game = layout.game
    own, weight = layout.own_type(actor), layout.weight(actor)
    out = np.zeros((table.n_rows, *values.shape[1:]))
    sigma = np.zeros((table.n_rows, layout.n_nodes, game.n_types[actor], table.n_moves))
    for r in range(table.n_rows):
        can = table.feasible[r] if forced[r] < 0 else np.arange(table.n_moves) == forced[r]
        w = np.stack(
            [worth(table, values, r, a) if can[a] else np.zeros(values.shape[1:]) for a in range(table.n_moves)]
        )
        q = np.stack([(weight * w[..., actor] * (own == k)).sum(-1) for k in range(game.n_types[actor])])
        logits = np.where(can[:, None], table.log_weight[r][:, None] + game.precision[actor] * q, -np.inf)
        sigma[r] = softmax(logits, 1).transpose(2, 0, 1)
        out[r] = np.einsum("npa,anpi->npi", sigma[r][:, own], w)
    return out, sigma


def interpolated(layout: Layout, values: Floats, actor: int, own_belief: Floats, node: int) -> Floats:
    """Return `values` (..., n, p, i) at a node, the belief about `actor` replaced."""
    index, weight = regular(layout.grid(actor)).locate(own_belief[None])
    base = node - layout.own_node[layout.position(actor)][node] * layout.stride(actor)
    at = base + index[0].astype(np.int64) * layout.stride(actor)
    return np.asarray(np.tensordot(weight[0], values[:, at], axes=(0, 1)))


def nature_step(layout: Layout, table: Any, values: Floats) -> Floats:
    """Return values (r, n, p, i) before a step of nature from which all learn about ``table.type_actor``."""
    game, actor = layout.game, table.type_actor
    by_type = table.probability.shape[1] > 1
    learns = by_type and layout.learns_from(actor)
    own = layout.own_type(actor if by_type else -1)
    out = np.zeros((table.n_rows, *values.shape[1:]))
    for r in range(table.n_rows):
        out[r] = table.payoff[r, 0]
        for e in range(table.start[r], table.start[r + 1]):
            chance = table.probability[table.view_of_actor][:, own, e].T
            for n in range(layout.n_nodes):
                seen = values[table.successor[e], n]
                likelihood = table.probability[0, :, e]
                if learns and np.ptp(likelihood / likelihood.max()) > 1e-12:
                    belief = layout.grid(actor).nodes[layout.own_node[layout.position(actor)][n]]
                    index, weight = layout.grid(actor).locate(bayes(safe_log(belief), safe_log(likelihood))[None])
                    base = n - layout.own_node[layout.position(actor)][n] * layout.stride(actor)
                    seen = np.tensordot(
                        weight[0], values[table.successor[e], base + index[0] * layout.stride(actor)], axes=(0, 0)
                    )
                out[r, n] += chance * seen
    assert game.n_actors == out.shape[-1]
    return out


def informed_residual(
    layout: Layout, table: Any, actor: int, values: Floats, sigma: Floats
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return values (r, n, p, i) under informed `sigma` (r, n, k, a) and sigma's distance from the logit reply (r, n)."""
    game, position = layout.game, layout.position(actor)
    own, weight, grid = layout.own_type(actor), layout.weight(actor), layout.grid(actor)
    out, distance = np.zeros((table.n_rows, *values.shape[1:])), np.zeros((table.n_rows, layout.n_nodes))
    for r in range(table.n_rows):
        for n in range(layout.n_nodes):
            belief = grid.nodes[layout.own_node[position][n]]
            logits = np.full((game.n_types[actor], table.n_moves), -np.inf)
            w = np.zeros((table.n_moves, *values.shape[2:]))
            for a in np.flatnonzero(table.feasible[r]):
                moved = interpolated(layout, values, actor, bayes(safe_log(belief), safe_log(sigma[r, n, :, a])), n)
                w[a] = worth(table, moved[:, None], r, a)[0]
                q = np.array([(weight[n] * w[a, :, actor])[own == k].sum() for k in range(game.n_types[actor])])
                logits[:, a] = table.log_weight[r, a] + game.precision[actor] * q
            distance[r, n] = np.abs(softmax(logits, 1) - sigma[r, n]).max()
            out[r, n] = np.einsum("pa,api->pi", sigma[r, n][own], w)
    return out, distance
