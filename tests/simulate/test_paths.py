"""Unconditioned paths against all histories of a tiny game."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ceasefire.game.arrays import Game
from ceasefire.simulate import simulate, spells
from ceasefire.simulate.estimates import begun_by, mean
from ceasefire.simulate.model import PathSet
from tests.simulate.tiny import LinearSolution, TinyEnvironment, histories, tiny_case, tiny_game


@pytest.fixture(scope="module")
def tiny() -> tuple[Game, LinearSolution, PathSet]:
    game = tiny_game()
    solution = LinearSolution(game)
    return game, solution, simulate(None, game, solution, n_paths=60_000, seed=3)


def test_states_by_type(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, solution, paths = tiny
    for kind in range(2):
        leaves = histories(game, solution, kind)
        for t in range(2):
            for state in range(3):
                exact = sum(leaf.probability for leaf in leaves if leaf.states[t] == state)
                found = mean(paths, paths.state[t] == state, paths.profile == kind)
                assert abs(found.value - exact) < 4.5 * found.error + 1e-9


def test_beliefs_follow_bayes_exactly(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, solution, paths = tiny
    exact: dict[tuple[object, ...], list[np.ndarray]] = {}
    for kind in range(2):
        for leaf in histories(game, solution, kind):
            exact.setdefault((*sorted(leaf.moves.items()), *leaf.states), []).append(leaf.beliefs[-1])
    for n in range(0, paths.n_paths, 997):
        moves = {(t, j): int(m[t, n]) for j, m in paths.move.items() for t in range(2) if m[t, n] >= 0}
        # states in the middle of a period are not kept: histories that differ only there share the key
        candidates = exact[(*sorted(moves.items()), *(int(s) for s in paths.state[:, n]))]
        assert min(np.abs(b - paths.belief[1][-1, n]).max() for b in candidates) < 1e-6


def test_belief_is_a_martingale(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, _, paths = tiny
    for t in range(2):
        held = mean(paths, paths.belief[1][t, :, 0])
        assert abs(held.value - game.prior[1][0]) < 4.5 * held.error


def test_weights_carry_the_prior(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, _, paths = tiny
    np.testing.assert_allclose(np.bincount(paths.profile, paths.weight), game.prior[1], atol=1e-12)
    for b in range(32):
        np.testing.assert_allclose(np.bincount(paths.profile, paths.weight * (paths.batch == b)), game.prior[1] / 32)
    assert paths.log_likelihood == 0.0


def test_errors_cover(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, solution, _ = tiny
    exact = sum(
        game.prior[1][k] * leaf.probability
        for k in range(2)
        for leaf in histories(game, solution, k)
        if leaf.state == 2
    )
    scores = []
    for seed in range(60):
        paths = simulate(None, game, solution, n_paths=1600, seed=seed)
        found = mean(paths, paths.state[-1] == 2)
        scores.append((found.value - exact) / found.error)
    assert abs(np.mean(scores)) < 4.5 / np.sqrt(60)
    assert 0.7 < np.std(scores) < 1.4


def test_more_paths_and_longer_horizons_leave_the_rest_alone(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, solution, paths = tiny
    short = simulate(None, game, solution, n_paths=60_000, seed=3, until=0)
    assert short.n_periods == 1
    np.testing.assert_array_equal(short.state[0], paths.state[0])


def test_a_skipped_step_leaves_later_numbers_paired(tiny: tuple[Game, LinearSolution, PathSet]) -> None:
    game, solution, paths = tiny
    absent = replace(game.steps[0], table_of_period=np.array([-1, -1], dtype=np.int32))
    other = simulate(None, replace(game, steps=(absent, *game.steps[1:])), solution, n_paths=60_000, seed=3)
    stayed = (paths.move[0][0] == 0) & (paths.move[1][0] == other.move[1][0])
    assert (paths.state[0] == other.state[0])[stayed].all()
    assert np.mean(paths.move[1][0] == other.move[1][0]) > 0.7


def test_outcomes_and_identities() -> None:
    game = tiny_game(4)
    solution = LinearSolution(game)
    case = tiny_case()
    environment = TinyEnvironment(case)
    paths = simulate(case, game, solution, n_paths=20_000, seed=2, environment=environment)
    peace = spells(case, game, paths, "peace", environment)
    by = [begun_by(paths, peace, t).value for t in range(4)]
    assert by == sorted(by)
    np.testing.assert_allclose(by, [mean(paths, s == 2).value for s in paths.state])
    shares = [mean(paths, paths.state[3] == s).value for s in range(3)]
    assert abs(sum(shares) - 1) < 1e-12
    total = sum(game.prior[1][k] * begun_by(paths, peace, 3, paths.profile == k).value for k in range(2))
    assert abs(total - by[3]) < 1e-12
    talks = spells(case, game, paths, "talks_begin", environment)
    assert (talks.start <= peace.start).all()
    assert (paths.hit["talks_begin"][0] | (paths.state[0] != 1)).all()
    passed_by = paths.hit["talks_begin"][0] & (paths.state[0] == 0)
    assert passed_by.any()
