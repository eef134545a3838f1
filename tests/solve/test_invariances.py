"""What must not change an answer, and the two limits of precision."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ceasefire.game.explicit import game_from_json
from ceasefire.solve import Solution, solve
from tests.solve.push import pushed_payoffs
from tests.solve.random_games import random_game

TYPES = [(1, 2), (2, 2), (1, 4)]


def solved(document: Any, intervals: int = 6, **settings: Any) -> Solution:
    return solve(game_from_json(document), intervals=intervals, **settings)


def reordered(document: dict[str, Any], seed: int) -> tuple[dict[str, Any], list[int]]:
    """Return the game with states, moves and types in another order; the types' order too."""
    rng = np.random.default_rng(seed)
    other = copy.deepcopy(document)
    other["states"] = list(rng.permutation(document["states"]))
    (name, entry), *_ = document["types"].items()
    order = [int(k) for k in rng.permutation(len(entry["labels"]))]
    other["types"][name] = {"labels": [entry["labels"][k] for k in order], "prior": [entry["prior"][k] for k in order]}

    def turn(payoffs: dict[str, Any]) -> None:
        for actor, value in payoffs.items():
            if isinstance(value, dict) and value["over"] == [name]:
                payoffs[actor] = {"over": [name], "values": [value["values"][k] for k in order]}
            elif actor == name and isinstance(value, list):
                payoffs[actor] = [value[k] for k in order]

    for step in other["steps"]:
        if step["actor"] is not None:
            step["moves"] = step["moves"][::-1]
        for row in step["table"].values():
            for cell in row.values():
                turn(cell["payoffs"])
    for row in other["terminal"].values():
        turn(row)
    return other, order


@pytest.mark.parametrize("types", TYPES)
def test_order_of_states_moves_and_types_changes_nothing(types: tuple[int, ...]) -> None:
    document = random_game(3, types=types)
    other, order = reordered(document, 1)
    first, second = solved(document), solved(other)
    name = next(iter(document["types"]))
    actor = first.game.actor_names.index(name)
    shape = (first.game.n_actors, *first.game.n_types)
    expected = first.values.reshape(shape).take(order, axis=actor + 1).reshape(first.values.shape)
    np.testing.assert_allclose(second.values, expected, atol=1e-9)


def test_order_of_actors_changes_nothing() -> None:
    document = random_game(5, types=(2, 2))
    other = copy.deepcopy(document)
    other["actors"] = other["actors"][::-1]
    first, second = solved(document), solved(other)
    turned = second.values.reshape(2, 2, 2).transpose(0, 2, 1)[::-1].reshape(2, 4)
    np.testing.assert_allclose(turned, first.values, atol=1e-9)


def test_names_change_nothing() -> None:
    document = random_game(4, types=(1, 3))
    text = json.dumps(document).replace("actor0", "zoe").replace("actor1", "adam").replace("step of", "turn of")
    for state in document["states"]:
        text = text.replace(f'"{state}"', f'"z{9 - int(state[1:])}"')
    other = json.loads(text)
    np.testing.assert_array_equal(solved(document).values, solved(other).values)


@pytest.mark.parametrize("types", TYPES)
def test_precision_zero_follows_the_weights(types: tuple[int, ...]) -> None:
    game = game_from_json(random_game(6, types=types, precision=0.0))
    step = game.steps[0]
    weight = np.log(np.linspace(1.0, 2.0, step.tables[0].n_moves))
    tables = tuple(replace(t, log_weight=np.broadcast_to(weight, t.feasible.shape).copy()) for t in step.tables)
    game = replace(game, steps=(replace(step, tables=tables), *game.steps[1:]))
    solution = solve(game, intervals=4)
    sigma, feasible = solution.strategy(0, 0), tables[0].feasible
    assert sigma is not None
    expected = np.where(feasible, np.exp(weight), 0.0)
    expected = (expected / expected.sum(axis=1, keepdims=True))[:, None, None, :]
    np.testing.assert_allclose(sigma, np.broadcast_to(expected, sigma.shape), atol=1e-7)
    assert solution.certificate.regret < 1e-12


@pytest.mark.parametrize("types", TYPES)
def test_two_labels_for_a_move_with_half_the_weight_change_nothing(types: tuple[int, ...]) -> None:
    game = game_from_json(random_game(7, types=types))
    split = replace(game, steps=tuple(_split_first_move(step) for step in game.steps))
    first, second = solve(game, intervals=5), solve(split, intervals=5)
    np.testing.assert_allclose(second.values, first.values, atol=1e-8)


def _split_first_move(step: Any) -> Any:
    if step.actor < 0:
        return step
    tables = []
    for t in step.tables:
        n, a = t.feasible.shape
        lengths = (t.start[1:] - t.start[:-1]).reshape(n, a)
        columns = [0, *range(a)]
        entries = [np.arange(t.start[r * a + c], t.start[r * a + c + 1]) for r in range(n) for c in columns]
        order = np.concatenate(entries)
        weight = t.log_weight[:, columns].copy()
        weight[:, :2] -= np.log(2.0)
        tables.append(
            replace(
                t, feasible=t.feasible[:, columns].copy(), log_weight=weight, payoff=t.payoff[:, columns].copy(),
                start=np.concatenate([[0], np.cumsum(lengths[:, columns].ravel())]),
                successor=t.successor[order].copy(), probability=t.probability[:, :, order].copy(),
            )
        )  # fmt: skip
    return replace(step, move_names=("twin", *step.move_names), tables=tuple(tables))


@pytest.mark.parametrize("types", TYPES)
@pytest.mark.parametrize("precision", [1.0, 8.0])
def test_the_push_over_the_grid_gives_the_values(types: tuple[int, ...], precision: float) -> None:
    solution = solved(random_game(8, types=types, precision=precision), 4, tolerance=1e-12)
    single = max(float(np.abs(v).max()) for v in [solution.values])
    for profile in range(solution.game.n_profiles):
        found = pushed_payoffs(solution, profile)
        # strategies are kept in float32: the push of what is kept meets the values to that; the certificate's own sweep
        np.testing.assert_allclose(found, solution.values[:, profile], atol=3e-7 * max(single, 1.0))


@pytest.mark.parametrize("types", TYPES)
def test_the_push_is_the_adjoint_of_following_the_strategies(types: tuple[int, ...]) -> None:
    from ceasefire.solve.certificate import follow_strategies

    solution = solved(random_game(9, types=types, precision=5.0), 4)
    followed = follow_strategies(solution).values
    index, weight = solution.layout.corners([solution.game.prior[i][None] for i in solution.game.informed])
    start = np.einsum("c,cpi->ip", weight[0], followed[solution.game.initial_states[0], index[0]])
    for profile in range(solution.game.n_profiles):
        np.testing.assert_allclose(pushed_payoffs(solution, profile), start[:, profile], atol=1e-10)


@pytest.mark.parametrize("types", TYPES)
def test_sharp_precision_does_not_overflow(types: tuple[int, ...]) -> None:
    solution = solved(random_game(10, types=types, precision=1e4), 4)
    assert np.isfinite(solution.values).all()
    for sigma in solution.strategies.values():
        np.testing.assert_allclose(sigma.sum(axis=-1), 1.0, atol=1e-6)
    assert solution.certificate.converged == (not solution.tally.failed)


def test_types_of_probability_zero_and_types_that_are_alike() -> None:
    document = random_game(11, types=(1, 2))
    document["types"]["actor1"]["prior"] = [1.0, 0.0]
    certain = solved(document)
    assert np.isfinite(certain.values).all()
    assert certain.certificate.regret < 1e-10
    same = random_game(11, types=(1, 2))
    for part in [c["payoffs"] for s in same["steps"] for row in s["table"].values() for c in row.values()] + list(
        same["terminal"].values()
    ):
        for name, value in part.items():
            if isinstance(value, list):
                part[name] = [value[0]] * 2
            elif isinstance(value, dict):
                part[name] = {"over": value["over"], "values": [value["values"][0]] * 2}
    alike = solved(same)
    np.testing.assert_allclose(alike.values[:, 0], alike.values[:, 1], atol=1e-12)
    np.testing.assert_allclose(alike.values[:, 0], certain.values[:, 0], atol=1e-9)
