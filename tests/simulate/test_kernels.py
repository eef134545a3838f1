"""Compiled loops against their plain twins on random input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceasefire.game.beliefs import simplex_grid
from ceasefire.simulate import kernels, kernels_path
from ceasefire.simulate.random import key_of
from tests.simulate import twins

R, V, K, A, N = 5, 6, 3, 4, 400


def _choice(seed: int, n_own: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    feasible = rng.random((R, A)) < 0.7
    feasible[:, 0] = True
    sigma = rng.dirichlet(np.full(A, 0.6), (R, V, K)) * feasible[:, None, None, :]
    own_sigma = rng.dirichlet(np.full(A, 0.6), (R, V, n_own)) * feasible[:, None, None, :]
    weight = rng.dirichlet(np.ones(2), N)
    weight[::5] = [1.0, 0.0]
    return {
        "row": rng.integers(-1, R, N).astype(np.int32),
        "strategy": (sigma / sigma.sum(-1, keepdims=True)).astype(np.float32),
        "own_strategy": (own_sigma / own_sigma.sum(-1, keepdims=True)).astype(np.float32),
        "own": rng.integers(0, n_own, N).astype(np.int32),
        "vertex": rng.integers(0, V, (N, 2)).astype(np.int32),
        "vertex_weight": weight,
        "uniform": rng.random(N),
        "feasible": feasible,
        "log_weight": rng.normal(size=(R, A)) * 0.3,
        "forced": np.full(R, -1, dtype=np.int8),
        "allowed": np.ones((R, A)),
        "miscoded": -1.0,
        "no_slips": False,
        "teach": 1,
        "weight": np.ones(N),
        "belief": rng.dirichlet(np.ones(K), N),
        "move": np.full(N, -1, dtype=np.int8),
        "slip": np.zeros(N, dtype=bool),
        "switch": np.zeros(N, dtype=bool),
    }


VARIATIONS: list[dict[str, Any]] = [
    {},
    {"no_slips": True},
    {"allowed": np.tile([1.0, 0.0, 0.0, 1.0], (R, 1)), "miscoded": 0.0},
    {"allowed": np.tile([0.0, 1.0, 0.0, 0.0], (R, 1)), "miscoded": 0.1},
    {"allowed": np.linspace(0.0, 1.0, R * A).reshape(R, A), "miscoded": 0.0},
    {"forced": np.array([0, -1, 0, -1, 0], dtype=np.int8)},
    {"forced": np.array([0, -1, 0, -1, 0], dtype=np.int8), "teach": 2},
    {"teach": 0},
]


@pytest.mark.parametrize("change", VARIATIONS)
@pytest.mark.parametrize("n_own", [K, 7])
def test_choose(change: dict[str, Any], n_own: int) -> None:
    compiled, plain = _choice(3, n_own) | change, _choice(3, n_own) | change
    kernels.choose(*compiled.values())
    twins.choose(**plain)
    for name in ("weight", "belief", "move", "slip", "switch"):
        np.testing.assert_allclose(compiled[name], plain[name], rtol=1e-6, atol=1e-12, err_msg=name)
    assert (compiled["move"] >= 0).any()


@pytest.mark.parametrize("learn", [True, False])
def test_succeed(learn: bool) -> None:
    rng = np.random.default_rng(4)
    start = np.arange(0, (R * A + 1) * 3, 3, dtype=np.int64)
    public = rng.dirichlet(np.ones(3), (K, R * A)).reshape(K, -1)
    row = rng.integers(-1, R, N).astype(np.int32)
    move = rng.integers(-1, A, N).astype(np.int8)
    successor = np.tile(np.array([2, 5, 7], dtype=np.int32), R * A)
    drawn = np.where(rng.random(N) < 0.3, 5, -1).astype(np.int32)
    kind = rng.integers(0, K, N).astype(np.int32)
    state, belief = np.zeros(N, dtype=np.int32), rng.dirichlet(np.ones(K), N)
    twin_state, twin_belief, uniform = state.copy(), belief.copy(), rng.random(N)
    given = (row, move, A, start, successor, public, drawn, kind, uniform)
    kernels.succeed(*given, state, belief, learn, public)
    twins.succeed(*given, twin_state, twin_belief, learn, public)
    np.testing.assert_array_equal(state, twin_state)
    np.testing.assert_allclose(belief, twin_belief, rtol=1e-12)
    assert set(state) == {0, 2, 5, 7}


def test_pay() -> None:
    rng = np.random.default_rng(5)
    row, move = rng.integers(-1, R, N).astype(np.int32), rng.integers(-1, A, N).astype(np.int8)
    own, payoff = rng.integers(0, K, N).astype(np.int32), rng.normal(size=(R, A, K, 3))
    total = rng.normal(size=(N, 3))
    twin, before, discount = total.copy(), total.copy(), np.array([0.9, 0.5, 1.0])
    kernels.pay(row, move, own, payoff, discount, total)
    twins.pay(row, move, own, payoff, discount, twin)
    np.testing.assert_allclose(total, twin, rtol=1e-14)
    left_alone = (row < 0) | (move < 0)
    np.testing.assert_array_equal(total[left_alone], before[left_alone])
    assert (total[~left_alone] != before[~left_alone]).all()


@pytest.mark.parametrize(("n_types", "intervals"), [(2, 20), (3, 7), (4, 5), (6, 3), (3, 0), (2, 1)])
def test_locate(n_types: int, intervals: int) -> None:
    rng = np.random.default_rng(n_types)
    prior = rng.dirichlet(np.ones(n_types))
    order = rng.permutation(n_types)
    grid = simplex_grid(n_types, intervals, prior, order)
    beliefs = np.vstack([rng.dirichlet(np.full(n_types, 0.5), 300), grid.nodes, np.eye(n_types), prior])
    index, weight = np.empty(beliefs.shape, dtype=np.int32), np.empty(beliefs.shape)
    extra = grid.nodes[grid.n_regular :] if intervals else grid.nodes
    kernels_path.locate(beliefs, intervals, grid.order, grid.rank, np.ascontiguousarray(extra), index, weight)
    twin_index, twin_weight = grid.locate(beliefs)
    for found, found_weight in ((index, weight), (twin_index, twin_weight)):
        dense = np.zeros((len(beliefs), grid.n_nodes))
        np.add.at(dense, (np.arange(len(beliefs))[:, None], found), found_weight)
        np.testing.assert_allclose(dense.sum(1), 1.0, atol=1e-12)
        if found is index:
            kept = dense
    np.testing.assert_allclose(kept, dense, atol=1e-9)
    if intervals:
        np.testing.assert_allclose(kept @ grid.nodes, beliefs, atol=1e-12)


def test_uniforms() -> None:
    path, out = np.arange(1000, dtype=np.int64), np.empty(1000)
    key = key_of(3, 2, 1, 4)
    kernels_path.fill_uniforms(np.uint64(key), path, out)
    np.testing.assert_array_equal(out, twins.uniforms(key, path))
