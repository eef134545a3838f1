"""Several equilibria: the continuation in precision decides, folds are passed, warm starts do not overrule it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceasefire.game.beliefs import safe_log, simplex_grid
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import kernels, solve
from ceasefire.solve.informed import FEW_STEPS, LEAST_STEPS, MOST_STEPS, cut, most_steps, solve_tasks
from ceasefire.solve.kernels_newton import CIRCLES, MOST
from ceasefire.solve.layout import edges_of
from tests.solve import compiled


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


# Four moves of which three are worth nearly the same at the middle of two intervals: the path turns many times close to
# it. Precision times worth (a, n) for either type, from a war of attrition whose types differ in endurance.
TURNS = [
    [[-18.043275, 0.0, 27.203112], [-18.238055, -0.19478, 27.008332], [-18.582595, -0.539289, 26.849603],
     [-12.615683, -1.738035, 58.72307]],
    [[-36.812552, 0.0, 5.555528], [-37.007332, -0.19478, 5.360748], [-37.351871, -0.539488, 5.034309],
     [-31.591935, -1.73794, 9.339577]],
]  # fmt: skip
LOST = [
    [[-14.8255, 0.0, 22.453787], [-15.02028, -0.19478, 22.259007], [-15.364819, -0.539288, 21.938955],
     [-9.150124, -1.622175, 47.2846]],
    [[-33.008568, 0.0, 4.992867], [-33.203348, -0.19478, 4.798087], [-33.547888, -0.539303, 4.45857],
     [-27.625061, -1.65827, 8.466984]],
]  # fmt: skip
WEIGHT = np.array([0.0, 0.0, 0.0, -3.751])
EVEN = np.array([0.5, 0.5])


def near_ties(worth: Any) -> Any:
    """Return move values (a, n, k) at precision 1."""
    return np.ascontiguousarray(np.array(worth).transpose(1, 2, 0))


def distance(table: Any, sigma: Any) -> float:
    """Return how far sigma (a, k) is from the logit reply to the beliefs it leads to, by the largest log probability."""
    after = EVEN * sigma / (EVEN * sigma).sum(axis=1, keepdims=True)
    y = np.array([[np.interp(after[a, 1], [0.0, 0.5, 1.0], table[a, :, k]) for k in range(2)] for a in range(4)])
    y += WEIGHT[:, None]
    reply = y - y.max(axis=0) - np.log(np.exp(y - y.max(axis=0)).sum(axis=0))
    return float(np.abs(np.log(sigma) - reply).max())


def solve_near_ties(worth: Any) -> tuple[Any, int, int]:
    """Return the solution (a, k), its status and its steps, to the tolerance of an ensemble and without a start."""
    grid, z = simplex_grid(2, 2, EVEN), np.zeros((1, 1, 4, 2))
    counters: list[Any] = [np.zeros((1, 1)), np.zeros((1, 1), dtype=np.int64), np.zeros((1, 1), dtype=np.int64)]
    log_belief = safe_log(EVEN)[None, None].copy()
    solve_tasks(
        z, False, near_ties(worth)[None], np.array([0]), log_belief, edges_of(cut(grid), log_belief),
        np.ones((1, 4), dtype=bool), WEIGHT[None].copy(), 1.0, cut(grid), np.full((1, 1), -1, dtype=np.int64), 1e-7,
        kernels.NEVER, 0, counters,
    )  # fmt: skip
    return np.exp(z[0, 0]), int(counters[2][0, 0]), int(counters[1][0, 0])


def test_turns_close_to_a_node_are_followed() -> None:
    sigma, status, steps = solve_near_ties(TURNS)
    assert status == 1
    assert steps < 2 * FEW_STEPS
    assert distance(near_ties(TURNS), sigma) < 1e-6


def test_where_the_path_is_lost_a_solution_near_it_is_looked_for_and_marked() -> None:
    sigma, status, steps = solve_near_ties(LOST)
    assert status == 3
    assert steps <= 2 * (FEW_STEPS + MOST) + CIRCLES * MOST
    assert distance(near_ties(LOST), sigma) < 1e-6


@pytest.mark.parametrize("worth", [TURNS, LOST])
@pytest.mark.parametrize("most", [10, 50, 150])
def test_a_path_ends_within_its_budget(worth: Any, most: int) -> None:
    choice = kernels.Choice(near_ties(worth), safe_log(EVEN), WEIGHT, np.ones(4, dtype=bool), 1.0)
    z = np.zeros((4, 2))
    residual, steps = compiled.follow(z, choice, cut(simplex_grid(2, 2, EVEN)), 1e-7, most, compiled.make_room(4, 2))
    assert residual > 1e-7
    assert steps <= 2 * (most + MOST)
    assert np.isfinite(z).all()


def test_what_a_step_may_spend_is_shared_by_the_points_without_solution() -> None:
    residual = np.zeros((100, 10))
    assert most_steps(residual, 1e-7, True) == FEW_STEPS
    budget = []
    for n in (1, 50, 200, 1000):
        residual[:] = 0.0
        residual.flat[:n] = 1.0
        budget.append(most_steps(residual, 1e-7, True))
        assert n * budget[-1] <= max(8 * residual.size, FEW_STEPS, n * LEAST_STEPS)
    assert budget == sorted(budget, reverse=True)
    assert budget[0] > budget[-1] == LEAST_STEPS
    assert most_steps(residual, 1e-7, False) == FEW_STEPS
    assert most_steps(residual, 1e-9, False) > FEW_STEPS


def test_points_that_do_not_converge_are_listed_with_their_residual() -> None:
    solution = solve(game_from_json(signalling_game(-2.9)), intervals=4, tolerance=0.0, audit=False)
    assert not solution.converged
    tally = solution.tally
    assert all(0.0 < residual < 1e-9 for *_, residual in tally.failed)
    assert tally.iterations <= tally.points * 4 * MOST_STEPS
