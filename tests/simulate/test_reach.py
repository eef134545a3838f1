"""Reach of a state against all histories, whether its probability is tallied or its visits are counted."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.errors import UsageError
from ceasefire.simulate.reach import is_absorbing, reach
from tests.simulate.tiny import LinearSolution, histories, tiny_game

GAME = tiny_game(3)
SOLUTION = LinearSolution(GAME)


@pytest.mark.parametrize(("state", "index", "absorbing"), [("peace", 2, True), ("talks", 1, False)])
def test_against_all_histories(state: str, index: int, absorbing: bool) -> None:
    assert is_absorbing(GAME, index) == absorbing
    found = reach(GAME, SOLUTION, state, target=2e-3)
    assert found.error <= 2e-3
    for kind in range(2):
        leaves = histories(GAME, SOLUTION, kind)
        exact = [sum(x.probability for x in leaves if x.states[t] == index) for t in range(3)]
        np.testing.assert_allclose(found.by_type[kind], exact, atol=5 * found.error)
    np.testing.assert_allclose(found.average, GAME.prior[1] @ found.by_type, atol=1e-12)
    everything = [x for k in range(2) for x in histories(GAME, SOLUTION, k)]
    weight = np.array([GAME.prior[1][x.kind] * x.probability * (x.states[2] != index) for x in everything])
    belief = np.array([x.beliefs[2] for x in everything])
    mean = weight @ belief / weight.sum()
    np.testing.assert_allclose(found.belief_mean["challenger"][2], mean, atol=0.01)
    sd = np.sqrt(weight @ (belief - mean) ** 2 / weight.sum())
    np.testing.assert_allclose(found.belief_sd["challenger"][2], sd, atol=0.01)


def test_the_tally_is_much_sharper_than_counting() -> None:
    tallied = reach(GAME, SOLUTION, "peace", target=0.0, max_rounds=1)
    assert tallied.error < 0.6 * np.sqrt(0.25 / 10_000)
    assert tallied.as_dict()["error"] == tallied.error


def test_an_unknown_state_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="no state"):
        reach(GAME, SOLUTION, "nowhere")
