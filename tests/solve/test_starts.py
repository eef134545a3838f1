"""Other equilibria: all are found where they are known, none where there is one, and they are told apart."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import log_ndtr
from scipy.stats import norm

from ceasefire.game import theory
from ceasefire.game.arrays import Game
from ceasefire.game.explicit import game_from_json
from ceasefire.simulate.reach import reach
from ceasefire.solve import solve
from ceasefire.solve.equilibria import Equilibria, equilibria
from ceasefire.solve.layout import Layout
from ceasefire.solve.likeness import Push, moves_apart
from ceasefire.solve.starts import KINDS, Start
from tests.simulate.tiny import tiny_game

# A crisis with two types of the challenger, all equilibria by scanning the one unknown


def logistic(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


def crises(war_b: float) -> list[tuple[float, Any]]:
    """Return every equilibrium of the shipped crisis: P(B resists) and P(A challenges) by type."""
    precision, prior, war, back = 3.0, np.array([0.5, 0.5]), -1.5, np.array([-2.5, -0.5])
    fights = logistic(precision * (war - back))
    resisted = fights * war + (1.0 - fights) * back

    def challenges(resist: float) -> Any:
        return logistic(precision * ((1.0 - resist) + resist * resisted))

    def excess(resist: float) -> float:
        weight = prior * challenges(resist)
        fought = float(weight @ fights / weight.sum())
        return float(logistic(precision * (fought * war_b + (1.0 - fought)))) - resist

    scan = np.linspace(0.0, 1.0, 4001)
    gap = np.array([excess(r) for r in scan])
    roots = [brentq(excess, scan[i], scan[i + 1], xtol=1e-14) for i in np.flatnonzero(gap[:-1] * gap[1:] < 0.0)]
    return [(r, challenges(r)) for r in roots]


def found_crises(found: Equilibria) -> list[tuple[float, Any]]:
    """Return P(B resists) and P(A challenges) by type of what was found, ascending."""
    rows = []
    for one in found.found:
        challenge, answer, *_ = one.solution.along("challenge")
        rows.append((answer["probabilities"][0][1], np.array(challenge["probabilities"])[:, 1]))
    return sorted(rows, key=lambda row: row[0])


@pytest.mark.parametrize(("war_b", "number"), [(-2.0, 3), (-1.0, 1)])
def test_all_equilibria_of_the_crisis_are_found(war_b: float, number: int) -> None:
    exact = crises(war_b)
    assert len(exact) == number
    found = equilibria(game_from_json(theory.crisis_signals(war_b=war_b)), 12, intervals=400)
    assert not found.failed
    assert len(found.found) == number
    for (resist, challenge), (known, known_challenge) in zip(found_crises(found), exact, strict=True):
        assert resist == pytest.approx(known, abs=1e-4)
        np.testing.assert_allclose(challenge, known_challenge, atol=1e-4)
    for one in found.found:
        assert one.solution.certificate.converged
        assert one.solution.certificate.regret < 1e-9


def test_the_principal_equilibrium_is_number_one_and_every_start_is_counted_once() -> None:
    game = game_from_json(theory.crisis_signals())
    found = equilibria(game, 12, intervals=40)
    assert [one.number for one in found.found] == [1, 2, 3]
    np.testing.assert_array_equal(found.found[0].solution.values, solve(game, intervals=40).values)
    assert sorted(start for one in found.found for start in one.starts) == list(range(13))
    assert found.found[0].solution.branch == "stagewise-principal"
    assert found.found[1].solution.branch == f"start {found.found[1].starts[0]}"


def test_a_decision_solved_again_stays_on_its_branch() -> None:
    """At a belief between two nodes, and at the prior, where all three have their own."""
    for one in equilibria(game_from_json(theory.crisis_signals()), 12, intervals=40).found:
        near = one.solution.strategies_at(0, 0, [0], [np.array([[0.5, 0.5]])], exact=False)
        again = one.solution.strategies_at(0, 0, [0], [np.array([[0.5, 0.5]])], exact=True)
        np.testing.assert_allclose(again, near, atol=1e-6)
        near = one.solution.strategies_at(0, 0, [0], [np.array([[0.487, 0.513]])], exact=False)
        again = one.solution.strategies_at(0, 0, [0], [np.array([[0.487, 0.513]])], exact=True)
        assert np.abs(again - near).max() < 0.05  # the others are further than 0.1 away


def test_moves_apart_counted_by_hand() -> None:
    """B answers a belief in one way; only A's challenge differs from equilibrium to equilibrium."""
    found = equilibria(game_from_json(theory.crisis_signals()), 12, intervals=400)
    (_, low), (_, high) = crises(-2.0)[0], crises(-2.0)[2]
    by_resist = sorted(found.found, key=lambda one: one.solution.along("challenge")[1]["probabilities"][0][1])
    by_hand = 0.5 * np.abs(low - high).sum()
    assert moves_apart(by_resist[0].solution, by_resist[2].solution) == pytest.approx(by_hand, abs=1e-3)
    assert moves_apart(by_resist[0].solution, by_resist[0].solution) == 0.0


def test_play_is_followed_where_it_goes() -> None:
    """Against paths with exact beliefs, where nature says something about types, too."""
    game = tiny_game(periods=3)
    solution = solve(game, intervals=40)
    push = Push(solution, solution)
    assert push.run() == 0.0
    assert push.mass.sum() == pytest.approx(1.0, abs=1e-6)
    for state, name in enumerate(game.state_names):
        assert push.mass[state].sum() == pytest.approx(reach(solution, name).average[-1], abs=3e-3)


# The published crisis: normal private payoffs

V_A, W_A, BACK, V_B = 1.0, -1.9, -1.2, 1.0
PUBLISHED = {
    -2.9: [
        (0.99479866, 0.25107511, 0.30969614),
        (0.37988454, 0.59470947, 0.24156531),
        (0.20544719, 0.81333133, 0.20875828),
    ],
    -2.5: [(0.15467624, 0.94734473, 0.19533453)],
}


def resists(fights: float, war_b: float) -> float:
    """Return P(B resists) given the probability that a challenger fights."""
    return float(norm.cdf((fights * war_b + (1.0 - fights) * V_B) / fights)) if fights > 0.0 else 1.0


def least(resist: float) -> float:
    """Return what standing firm must be worth to A for a challenge to pay."""
    return -(1.0 - resist) * V_A / max(resist, 1e-300)


FIGHTER = float(norm.cdf((W_A - BACK) / np.sqrt(2.0)))


def challenges(c: float) -> tuple[float, float]:
    """Return P(A challenges) of those that would fight and of those that would back down."""
    low = min(c, 6.0)
    held = quad(lambda x: norm.pdf(x - W_A) * norm.cdf(x - BACK), low - 12.0, low, epsabs=1e-13, limit=200)[0]
    nobody = float(np.exp(log_ndtr(c - W_A) + log_ndtr(c - BACK)))
    return 1.0 - held / FIGHTER, 1.0 - (nobody - held) / (1.0 - FIGHTER)


def published_game(war_b: float, intervals: int) -> tuple[Game, Any]:
    """Return the crisis as one informed choice, and what it is worth at each belief.

    Whether A would rather fight than back down does not depend on B: it is A's type, fighter or not. Given the type, A
    challenges with the probability that standing firm is worth enough. A payoff of the logit of that probability, at
    precision 1, gives just this choice: B's answer to the belief is folded into it.
    """
    document = {
        "format": "ceasefire-game/1",
        "title": "Published crisis",
        "actors": [{"name": name, "precision": 1.0, "discount_factor": 1.0} for name in ("A", "B")],
        "types": {"A": {"labels": ["fighter", "other"], "prior": [FIGHTER, 1.0 - FIGHTER]}},
        "states": ["start", "challenged", "status quo"],
        "initial": "start",
        "periods": 1,
        "steps": [
            {
                "name": "challenge",
                "actor": "A",
                "moves": ["hold", "challenge"],
                "table": {"start": {"hold": {"to": {"status quo": 1.0}}, "challenge": {"to": {"challenged": 1.0}}}},
            }
        ],
    }
    game = game_from_json(json.dumps(document))
    nodes = Layout.of(game, intervals).grids[0].nodes[:, 0]
    payoff = np.zeros((game.n_states, len(nodes), game.n_profiles, game.n_actors))
    for node, fighter in enumerate(nodes):
        p = np.clip(challenges(least(resists(fighter, war_b))), 1e-12, 1.0 - 1e-12)
        payoff[game.state_names.index("challenged"), node, :, 0] = np.log(p) - np.log1p(-p)
    return game, payoff


@pytest.mark.parametrize("war_b", [-2.9, -2.5])
def test_the_published_equilibria_are_found(war_b: float) -> None:
    """Lewis and Schultz's crisis as Crisman-Cox and Gibilisco estimate it: three equilibria, or one.

    The published digits solve the equations to about 5e-5.
    """
    intervals = 800
    game, payoff = published_game(war_b, intervals)
    found = equilibria(game, 18, intervals=intervals, terminal=payoff)
    assert not found.failed
    rows = []
    for one in found.found:
        choice = np.array(one.solution.along("")[0]["probabilities"])[:, 1]
        mass = np.array([FIGHTER, 1.0 - FIGHTER]) * choice
        fights = float(mass[0] / mass.sum())
        rows.append((float(mass.sum()), resists(fights, war_b), fights))
    expected = PUBLISHED[war_b]
    assert len(rows) == len(expected)
    np.testing.assert_allclose(sorted(rows), sorted(expected), atol=1e-4)


# The starts themselves


def test_a_start_is_the_same_wherever_it_is_made() -> None:
    table = tiny_game().steps[1].tables[0]
    for number in range(1, 2 * len(KINDS) + 1):
        first, again = (Start(number, seed=3).strategy(table, 2, 1) for _ in range(2))
        np.testing.assert_array_equal(first, again)
        np.testing.assert_allclose(first.sum(axis=2), 1.0)
        assert (first[np.broadcast_to(~table.feasible[:, None, :], first.shape)] == 0.0).all()


def test_pooling_starts_come_to_every_move() -> None:
    table = game_from_json(theory.crisis_signals()).steps[0].tables[0]
    pooling = [Start(1 + len(KINDS) * turn).strategy(table, 2, 0) for turn in range(2)]
    assert all((start.argmax(axis=2) == start.argmax(axis=2)[0, 0]).all() for start in pooling)
    assert {int(start.argmax(axis=2)[0, 0]) for start in pooling} == {0, 1}
    separating = Start(2).strategy(table, 2, 0)
    assert separating[0, 0].argmax() != separating[0, 1].argmax()


@pytest.mark.parametrize("name", ["crisis_03_types2_periods2_precision4", "two_sided_01_types2x2_periods2"])
def test_a_game_with_one_equilibrium_has_one(shared: Any, name: str) -> None:
    found = equilibria(game_from_json(shared / "games" / f"{name}.game.json"), 8, intervals=10)
    assert len(found.found) == 1
    assert not found.failed


@pytest.mark.parametrize("name", sorted(set(theory.library_games()) - {"crisis-signals"}))
def test_the_other_shipped_games_have_one(name: str) -> None:
    found = equilibria(game_from_json(theory.library_games()[name]), 3, intervals=4)
    assert [one.starts for one in found.found] == [(0, 1, 2, 3)]
