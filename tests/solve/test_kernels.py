"""Every compiled loop against its plain twin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ceasefire.game.arrays import StepTable
from ceasefire.game.beliefs import safe_log, simplex_grid
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import kernels
from ceasefire.solve.informed import InformedStep, cut
from ceasefire.solve.kernels_float import exp_of, log_of
from ceasefire.solve.layout import Layout, edges_of
from ceasefire.solve.sweep import Sweep
from tests.solve import compiled, twins
from tests.solve.random_games import random_game

SHAPES = [(1, 2), (2, 2), (1, 4), (3, 1)]


def layout_of(types: tuple[int, ...], seed: int = 1, intervals: int = 4, **settings: Any) -> Layout:
    return Layout.of(game_from_json(random_game(seed, types=types, **settings)), intervals)


def random_values(layout: Layout, seed: int = 2) -> Any:
    return np.random.default_rng(seed).normal(size=layout.empty().shape)


def two_views(table: StepTable, n_actors: int) -> StepTable:
    """Return the table with a second view, that of the last actor, which sees other probabilities."""
    other = table.probability.copy()
    for cell in range(len(table.start) - 1):
        entries = slice(table.start[cell], table.start[cell + 1])
        other[..., entries] = other[..., entries][..., ::-1]
    view = np.zeros(n_actors, dtype=np.int32)
    view[-1] = 1
    return replace(table, probability=np.concatenate([table.probability, other]), view_of_actor=view)


@pytest.mark.parametrize("types", SHAPES)
@pytest.mark.parametrize("views", [1, 2])
@pytest.mark.parametrize("planned", [False, True])
def test_steps_at_which_beliefs_stay(types: tuple[int, ...], views: int, planned: bool) -> None:
    layout = layout_of(types)
    game = replace(layout.game, freeze_belief=frozenset(layout.game.informed))
    layout = Layout(game, layout.grids)
    values = random_values(layout)
    for actor in range(game.n_actors):
        table = game.steps[actor].tables[0]
        table = two_views(table, game.n_actors) if views == 2 else table
        forced = np.full(table.n_rows, -1, dtype=np.int8)
        forced[0] = 1 if planned else -1
        out, sigma = (
            np.zeros((table.n_rows, *values.shape[1:])),
            np.zeros((table.n_rows, layout.n_nodes, game.n_types[actor], table.n_moves), dtype=np.float32),
        )
        nodes = np.flatnonzero(np.arange(layout.n_nodes) % 3 != 1) if planned else layout.all_nodes
        kernels.plain_step(
            0, table.n_rows, values, out, sigma, np.arange(table.n_rows), nodes, forced, False, table.start,
            table.successor, table.probability, table.view_of_actor, table.payoff, table.feasible, table.log_weight,
            layout.weight(actor), layout.own_type(actor), float(game.precision[actor]), actor,
        )  # fmt: skip
        expected, strategy = twins.plain_step(layout, table, actor, values, forced)
        np.testing.assert_allclose(out[:, nodes], expected[:, nodes], atol=1e-12)
        np.testing.assert_allclose(sigma[:, nodes], strategy[:, nodes], atol=1e-6)
        left = np.setdiff1d(layout.all_nodes, nodes)
        assert not out[:, left].any()
        assert not sigma[:, left].any()


@pytest.mark.parametrize("types", [(1, 2), (2, 2), (1, 4)])
@pytest.mark.parametrize("views", [1, 2])
def test_informed_steps(types: tuple[int, ...], views: int) -> None:
    layout = layout_of(types, precision=5.0)
    game, actor = layout.game, len(types) - 1
    table = game.steps[actor].tables[0]
    table = two_views(table, game.n_actors) if views == 2 else table
    game = replace(
        game, steps=tuple(replace(s, tables=(table,)) if j == actor else s for j, s in enumerate(game.steps))
    )
    layout = Layout(game, layout.grids)
    values = 0.1 * random_values(layout)
    before = values.copy()
    sigma = Sweep(layout, 1e-11).step(values, 0, actor, 0, None)
    assert sigma is not None
    expected, distance = twins.informed_residual(layout, table, actor, before, sigma.astype(np.float64))
    assert distance.max() < 1e-5
    several = table.feasible.sum(axis=1) > 1
    np.testing.assert_allclose(values[table.states[several]], expected[several], atol=1e-5)


@pytest.mark.parametrize("types", [(1, 2), (2, 2), (1, 4)])
@pytest.mark.parametrize("views", [1, 2])
def test_nature_that_teaches(types: tuple[int, ...], views: int) -> None:
    layout = layout_of(types)
    game, actor = layout.game, len(types) - 1
    table = game.steps[-1].tables[0]
    rng = np.random.default_rng(0)
    p = rng.uniform(0.2, 0.8, size=game.n_types[actor])
    table = replace(table, probability=np.stack([p, 1 - p], axis=1)[None], type_actor=actor)
    table = two_views(table, game.n_actors) if views == 2 else table
    game = replace(game, steps=(*game.steps[:-1], replace(game.steps[-1], tables=(table,))))
    layout = Layout(game, layout.grids)
    values = random_values(layout)
    expected = twins.nature_step(layout, table, values)
    Sweep(layout).step(values, 0, len(game.steps) - 1, 0, None)
    np.testing.assert_allclose(values[table.states], expected, atol=1e-12)


@pytest.mark.parametrize("n_types", [2, 3, 4, 6])
def test_the_simplex_around_a_belief(n_types: int) -> None:
    from ceasefire.game.beliefs import simplex_grid

    rng = np.random.default_rng(n_types)
    order = rng.permutation(n_types)
    grid = simplex_grid(n_types, 5, rng.dirichlet(np.ones(n_types)), order)
    beliefs = np.vstack([rng.dirichlet(np.full(n_types, 0.4), size=200), grid.nodes[:-1], np.eye(n_types)])
    index, weight = grid.locate(beliefs)
    assert weight.min() >= 0.0
    np.testing.assert_allclose(np.einsum("mc,mck->mk", weight, grid.nodes[index]), beliefs, atol=1e-12)
    table = rng.normal(size=(grid.n_regular, n_types))
    value, gradient = np.zeros(n_types), np.zeros((n_types, n_types))
    fraction, base, way = np.zeros(n_types), np.zeros(n_types, dtype=np.int64), np.zeros(n_types, dtype=np.int64)
    for belief, at, share in zip(beliefs[:200], index, weight, strict=False):
        node = compiled.locate_point(belief, cut(grid), fraction, base, way)
        compiled.interpolate(
            table, grid.intervals, grid.order, grid.rank, node, fraction, base, way, gradient, value
        )  # fmt: skip
        np.testing.assert_allclose(value, share @ table[at], atol=1e-12)
        step = 1e-7 * (rng.dirichlet(np.ones(n_types)) - 1.0 / n_types)
        if (belief + step).min() > 0.0:
            at2, share2 = grid.locate((belief + step)[None])
            if set(at2[0]) == set(at):
                np.testing.assert_allclose(
                    (share2[0] @ table[at2[0]] - value) / 1e-7, step @ gradient / 1e-7, atol=1e-6
                )


def test_exponentials_and_logarithms_are_right_to_the_last_place() -> None:
    rng = np.random.default_rng(0)
    for x in np.concatenate([[0.0, -1e-300, -700.0], -rng.exponential(20.0, 300), -rng.exponential(1e-6, 50)]):
        assert abs(exp_of(x) - np.exp(x)) <= 3e-16 * np.exp(x)
    assert [exp_of(x) for x in (-1e3, -np.inf, np.nan)] == [0.0, 0.0, 0.0]
    for x in np.concatenate([[1.0], 1.0 + rng.exponential(5.0, 300), 1.0 + rng.exponential(1e-6, 50)]):
        assert abs(log_of(x) - np.log(x)) <= 3e-16 * np.log(x)


def test_newton_solves_what_damped_iteration_solves() -> None:
    layout = layout_of((1, 3), seed=4, intervals=6, precision=1.0)
    table = layout.game.steps[1].tables[0]
    step = InformedStep.of(layout, table, 1)
    rows = np.array([0])
    tables = step.tables(random_values(layout) * 0.2, rows, step.others)
    belief = np.array([0.2, 0.5, 0.3])
    found, residual = step.at_points(tables, rows, belief[None], 1e-12)
    sigma = np.full((3, table.n_moves), 1.0) * table.feasible[0]
    sigma /= sigma.sum(axis=1, keepdims=True)
    for _ in range(2000):
        logits = np.full(sigma.shape, -np.inf)
        for a in np.flatnonzero(table.feasible[0]):
            b = np.exp(safe_log(belief)) * sigma[:, a]
            index, weight = twins.regular(step.grid).locate((b / b.sum())[None])
            logits[:, a] = step.precision * (weight[0] @ tables[0, a][index[0]])
        sigma = 0.5 * sigma + 0.5 * twins.softmax(logits, 1)
    np.testing.assert_allclose(found[0], sigma, atol=1e-9)
    assert residual[0] < 1e-12


@pytest.mark.parametrize("n_types", [2, 3, 4])
@pytest.mark.parametrize("precision", [0.5, 6.0])
def test_points_side_by_side_are_solved_as_one_by_one(n_types: int, precision: float) -> None:
    rng = np.random.default_rng(5)
    grid = simplex_grid(n_types, 3, np.full(n_types, 1.0 / n_types))
    n_tasks, n_moves = 40, 3
    tables = rng.normal(size=(n_tasks, n_moves, grid.n_regular, n_types))
    feasible = rng.random((n_tasks, n_moves)) < 0.8
    feasible[:, 0] = True
    log_weight = rng.normal(size=(n_tasks, n_moves))
    log_belief = safe_log(grid.nodes)[None]
    start = 0.1 * rng.normal(size=(n_tasks, grid.n_nodes, n_moves, n_types))
    wanted = np.ones(n_tasks, dtype=bool)
    wanted[3] = False
    rows, z = np.arange(n_tasks), start.copy()
    residual, count = np.full(z.shape[:2], 1e300), np.zeros(z.shape[:2], dtype=np.int64)
    edges = edges_of(cut(grid), log_belief)
    inside = np.flatnonzero(edges.n_types > 2)
    assert len(inside) < grid.n_nodes
    kernels.newton_on_edges(
        0, n_tasks, wanted, z, tables, rows, edges, feasible, log_weight, precision, 1e-11, residual, count
    )
    assert (len(inside) == 0) == (n_types == 2)
    if len(inside):
        kernels.newton_in_lanes(
            0, n_tasks, wanted, inside, z, tables, rows, log_belief, feasible, log_weight, precision, cut(grid), 1e-11,
            residual, count,
        )  # fmt: skip
    np.testing.assert_array_equal(z[3], start[3])
    assert (residual[3] == 1e300).all()
    room, n_solved, n_alone = compiled.make_room(n_moves, n_types), 0, 0
    for task in np.flatnonzero(wanted):
        for n in range(grid.n_nodes):
            choice = kernels.Choice(tables[task], log_belief[0, n], log_weight[task], feasible[task], precision)
            alone = start[task, n].copy()
            worst, steps = compiled.newton(alone, choice, precision, cut(grid), 1e-11, room)
            n_alone += worst <= 1e-11
            if residual[task, n] > 1e-11:
                continue
            n_solved += 1
            again = z[task, n].copy()
            assert compiled.equation(again, choice, precision, cut(grid), room) < 1e-10
            if worst <= 1e-11 and steps == count[task, n]:
                np.testing.assert_allclose(z[task, n][feasible[task]], alone[feasible[task]], atol=1e-9)
    assert n_alone > 0.2 * n_tasks * grid.n_nodes
    assert n_solved >= 0.95 * n_alone


@pytest.mark.parametrize("types", [(1, 2), (2, 2), (1, 4)])
def test_jumps_between_neighbours_and_nodes_between_others(types: tuple[int, ...]) -> None:
    layout = layout_of(types, intervals=3)
    actor = layout.game.informed[-1]
    step = InformedStep.of(layout, layout.game.steps[actor].tables[0], actor)
    rng = np.random.default_rng(5)
    rows = np.arange(0, step.table.n_rows, 2)
    sigma = rng.random((step.table.n_rows, layout.n_nodes, step.grid.n_types, step.table.n_moves)).astype(np.float32)
    near = [
        (a, b) for a, others in enumerate(step.neighbour[:, ::2][:, : step.grid.n_types - 1]) for b in others if b >= 0
    ]
    near = [(a, b) for a, b in near if a < step.grid.n_regular]
    jumps = sum(
        bool(np.abs(sigma[r, o + a * step.stride] - sigma[r, o + b * step.stride]).max() > 0.9)
        for r in rows for o in step.others for a, b in near
    )  # fmt: skip
    assert step.count_switches(sigma, rows, 0.9) == jumps
    assert 0 < jumps < len(rows) * len(step.others) * len(near)
    values = rng.random((step.table.n_rows, layout.n_nodes, layout.game.n_profiles, layout.game.n_actors))
    before, chosen = values.copy(), sigma.copy()
    assert step.is_prior[-1]
    step.interpolate(values, sigma, rows)
    regular = replace(step.grid, nodes=step.grid.nodes[:-1])
    index, weight = regular.locate(step.grid.nodes[-1:])
    for o in step.others:
        to = o + (step.grid.n_nodes - 1) * step.stride
        at = o + index[0].astype(int) * step.stride
        np.testing.assert_allclose(
            values[rows, to], np.einsum("c,rcpi->rpi", weight[0], before[rows][:, at]), atol=1e-12
        )
        np.testing.assert_allclose(sigma[rows, to], np.einsum("c,rcka->rka", weight[0], chosen[rows][:, at]), atol=1e-6)
    others = np.setdiff1d(np.arange(step.table.n_rows), rows)
    np.testing.assert_array_equal(values[others], before[others])
