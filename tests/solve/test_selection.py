"""Several equilibria: the continuation in precision decides, folds are passed, warm starts do not overrule it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceasefire.game.beliefs import safe_log, simplex_grid
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import solve
from ceasefire.solve.informed import cut, solve_tasks
from ceasefire.solve.layout import edges_of


def signal_table(push: float, n_nodes: int) -> Any:
    """Return move values (a, n, k) of a signalling step: the signal pays more the more the audience believes type 1."""
    belief = np.linspace(0.0, 1.0, n_nodes)
    table = np.zeros((2, n_nodes, 2))
    table[0, :, 0], table[0, :, 1] = -0.9 + push * belief, -0.25 + push * belief
    return table


def path(table: Any, precision: float, belief: Any, steps: int = 4000) -> Any:
    """Return sigma at the end of a continuation by many small steps of damped iteration, None if it jumped."""
    sigma = np.full((2, 2), 0.5)
    grid = np.linspace(0.0, 1.0, table.shape[1])
    for s in np.linspace(0.0, 1.0, steps + 1):
        for _ in range(400):
            posterior = belief[:, None] * sigma
            posterior = posterior[1] / posterior.sum(axis=0)
            worth = np.array([[np.interp(posterior[a], grid, table[a, :, k]) for a in range(2)] for k in range(2)])
            e = np.exp(s * precision * (worth - worth.max(axis=1, keepdims=True)))
            new = e / e.sum(axis=1, keepdims=True)
            change = np.abs(new - sigma).max()
            sigma = sigma + 0.5 * (new - sigma)
            if change < 1e-12:
                break
    return sigma


def solve_point(table: Any, precision: float, belief: Any, start: Any = None) -> tuple[Any, int, float]:
    grid = simplex_grid(2, table.shape[1] - 1, belief)
    z = np.zeros((1, 1, 2, 2)) if start is None else np.log(start).T[None, None].copy()
    residual, count, status = np.zeros((1, 1)), np.zeros((1, 1), dtype=np.int64), np.zeros((1, 1), dtype=np.int64)
    log_belief = safe_log(belief)[None, None].copy()
    solve_tasks(
        z, start is not None, table[None].copy(), np.array([0]), log_belief, edges_of(cut(grid), log_belief),
        np.ones((1, 2), dtype=bool), np.zeros((1, 2)), precision, cut(grid), np.full((1, 1), -1, dtype=np.int64), 1e-10,
        1, 0, [residual, count, status],
    )  # fmt: skip
    return np.exp(z[0, 0]).T, int(status[0, 0]), float(residual[0, 0])


@pytest.mark.parametrize("push", [0.3, 0.8, 1.2])
def test_the_end_of_the_continuation(push: float) -> None:
    belief, table = np.array([0.6, 0.4]), signal_table(push, 21)
    found, status, residual = solve_point(table, 4.0, belief)
    assert residual < 1e-10
    assert status in (0, 1)
    np.testing.assert_allclose(found, path(table, 4.0, belief), atol=1e-5)


def equilibria(table: Any, precision: float, belief: Any) -> list[Any]:
    """Return all equilibria of a two-type two-move step, by a scan over the posterior after the signal."""
    grid = np.linspace(0.0, 1.0, table.shape[1])
    scan = np.linspace(1e-9, 1.0 - 1e-9, 200001)
    # without signal nothing depends on belief: the signal's probability by type follows from the posterior after it
    odds = np.stack([precision * np.interp(scan, grid, table[0, :, k]) for k in range(2)])
    send = 1.0 / (1.0 + np.exp(-odds))
    gap = belief[1] * send[1] / (belief[0] * send[0] + belief[1] * send[1]) - scan
    roots = np.flatnonzero(np.diff(np.sign(gap)))
    return [send[:, r] for r in roots]


def test_where_there_are_three_the_first_arrival_counts_whatever_the_start() -> None:
    rng = np.random.default_rng(5)
    several = 0
    for _ in range(120):
        table = np.zeros((2, 11, 2))
        table[0] = np.cumsum(rng.normal(scale=0.15, size=(11, 2)), axis=0)
        belief = rng.dirichlet(np.ones(2))
        all_of_them = equilibria(table, 14.0, belief)
        cold, status, residual = solve_point(table, 14.0, belief)
        assert residual < 1e-10
        assert status in (0, 1)
        assert min(np.abs(cold[:, 0] - e).max() for e in all_of_them) < 1e-3
        for e in all_of_them:
            start = np.clip(np.stack([e, 1.0 - e], axis=1), 1e-12, 1.0)
            warm, _, _ = solve_point(table, 14.0, belief, start)
            np.testing.assert_allclose(warm, cold, atol=1e-6)
        several += len(all_of_them) >= 3
    assert several >= 10


def signalling_game(w_b: float) -> dict[str, Any]:
    """Return the sanctions signalling game (THEORY, E4) with agent logit in place of its normal shocks."""
    end = {"to": {"end": 1.0}}
    return {
        "format": "ceasefire-game/1", "title": "signal", "periods": 1,
        "actors": [{"name": "a", "precision": 6.0}, {"name": "b", "precision": 6.0}],
        "types": {"a": {"labels": ["weak", "strong"], "prior": [0.5, 0.5]}},
        "states": ["start", "threatened", "resisted", "end"], "initial": "start",
        "steps": [
            {"name": "threat", "actor": "a", "moves": ["stay", "threaten"],
             "table": {"start": {"stay": end, "threaten": {"to": {"threatened": 1.0}}}}},
            {"name": "answer", "actor": "b", "moves": ["concede", "resist"],
             "table": {"threatened": {"concede": {**end, "payoffs": {"a": 1.0}}, "resist": {"to": {"resisted": 1.0}}}}},
            {"name": "fight", "actor": "a", "moves": ["back_down", "stand"],
             "table": {"resisted": {"back_down": {**end, "payoffs": {"a": -1.2, "b": 1.0}},
                                    "stand": {**end, "payoffs": {"a": [-1.9, -0.7], "b": w_b}}}}},
        ],
    }  # fmt: skip


@pytest.mark.parametrize("w_b", [-2.9, -2.5, -0.5])
def test_a_signalling_game_is_solved_at_every_belief(w_b: float) -> None:
    solution = solve(game_from_json(signalling_game(w_b)), intervals=40)
    assert solution.converged
    assert solution.certificate.regret < 1e-9
    threat = solution.along("threaten,resist")
    assert threat[-1]["beliefs"]["a"][1] > 0.5
