"""Closed forms of the literature, approached with rising precision and finer offers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.game import theory
from ceasefire.game.explicit import game_from_json
from ceasefire.solve import Solution, solve

LIBRARY = Path(theory.__file__).parents[1] / "case" / "library" / "games"
ROUNDING = 1e-6


def solved(document: dict[str, Any], intervals: int = 1) -> Solution:
    solution = solve(game_from_json(document), intervals=intervals)
    assert solution.converged
    assert solution.certificate.regret < 1e-8
    return solution


def first_demand(solution: Solution) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares that may be demanded at the start and their probabilities."""
    (decision,) = solution.along("")
    return np.array([float(move) for move in decision["moves"]]), np.array(decision["probabilities"][0])


def acceptance(solution: Solution) -> np.ndarray:
    """Return the probability that each first demand is accepted, by type of the responder, (offer, k)."""
    moves = solution.along("")[0]["moves"]
    return np.array([np.array(solution.along(move)[1]["probabilities"])[:, 0] for move in moves])


def accepted_share(document: dict[str, Any]) -> float:
    """Return A's mean share among the offers that are accepted."""
    solution = solved(document)
    shares, demand = first_demand(solution)
    weight = demand * acceptance(solution)[:, 0]
    return float(weight @ shares / weight.sum())


def assert_shrinking(errors: list[float]) -> None:
    assert all(later < earlier for earlier, later in pairwise(errors)), errors


# The bargaining range [p - cA, p + cB] = [.50, .75]


def test_only_offers_within_the_range_beat_war_for_both() -> None:
    yes = {}
    for proposer in ("A", "B"):
        solution = solved(theory.bargaining_range(proposer=proposer, precision=1000.0))
        shares, _ = first_demand(solution)
        yes["B" if proposer == "A" else "A"] = acceptance(solution)[:, 0]
    both = (yes["A"] > 0.5 + ROUNDING) & (yes["B"] > 0.5 + ROUNDING)
    np.testing.assert_array_equal(both, (shares > 0.50 + ROUNDING) & (shares < 0.75 - ROUNDING))
    for actor, end in (("A", 0.50), ("B", 0.75)):
        assert yes[actor][np.argmin(np.abs(shares - end))] == pytest.approx(0.5, abs=ROUNDING)


@pytest.mark.parametrize(("proposer", "end"), [("A", 0.75), ("B", 0.50)])
def test_the_proposer_gets_its_end_of_the_range(proposer: str, end: float) -> None:
    errors = [
        abs(accepted_share(theory.bargaining_range(proposer=proposer, precision=precision)) - end)
        for precision in (10.0, 30.0, 100.0, 1000.0)
    ]
    assert_shrinking(errors)
    assert errors[-1] <= 0.025 + ROUNDING
    finer = abs(accepted_share(theory.bargaining_range(proposer=proposer, step=0.01, precision=3000.0)) - end)
    assert finer <= 0.01 + ROUNDING


# One offer to a side whose cost is uniform on [0, k]


def war_and_distance(solution: Solution, share: float) -> tuple[float, float]:
    """Return the probability of war and the mean distance of the demand from `share`; cost drawn by nature."""
    shares, demand = first_demand(solution)
    answers = solution.strategy(0, 2)
    assert answers is not None
    fight = answers[:, 0, 0, 1].astype(float).reshape(len(shares), -1).mean(axis=1)
    return float(demand @ fight), float(demand @ np.abs(shares - share))


@pytest.mark.parametrize(
    ("win", "cost_a", "highest_cost", "share", "war"),
    [(0.5, 0.1, 0.6, 0.75, 0.416667), (0.6, 0.05, 0.5, 0.825, 0.45)],
)
def test_a_demand_to_an_unknown_cost(win: float, cost_a: float, highest_cost: float, share: float, war: float) -> None:
    found = [
        war_and_distance(solved(theory.take_it_or_leave_it(win, cost_a, highest_cost, precision=precision)), share)
        for precision in (30.0, 300.0, 3000.0, 30000.0)
    ]
    assert_shrinking([distance for _, distance in found])
    assert found[-1][1] <= 0.025 + ROUNDING
    assert found[-1][0] == pytest.approx(war, abs=0.025 / highest_cost)
    assert abs(found[-1][0] - war) < abs(found[0][0] - war)


# Two private types: the demand jumps at q = .625


def two_types_found(resolute: float, precision: float, step: float = 0.025) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the shares, the probabilities of demanding them and the probability of war."""
    document = theory.two_types(resolute=resolute, precision=precision, step=step, lowest=0.5, highest=0.85)
    solution = solved(document, intervals=4)
    shares, demand = first_demand(solution)
    prior = np.array([resolute, 1.0 - resolute])
    return shares, demand, float(demand @ (1.0 - acceptance(solution)) @ prior)


@pytest.mark.parametrize(("resolute", "share", "war"), [(0.55, 0.8, 0.55), (0.70, 0.55, 0.0)])
def test_the_demand_on_either_side_of_the_jump(resolute: float, share: float, war: float) -> None:
    distances, war_errors = [], []
    for precision in (30.0, 100.0, 300.0, 2000.0):
        shares, demand, found = two_types_found(resolute, precision)
        distances.append(float(demand @ np.abs(shares - share)))
        war_errors.append(abs(found - war))
    assert_shrinking(distances)
    assert distances[-1] <= 0.025 + ROUNDING
    assert war_errors[-1] < min(1e-3, war_errors[0])


@pytest.mark.parametrize(("resolute", "share", "war"), [(0.61, 0.8, 0.61), (0.65, 0.55, 0.0)])
def test_finer_offers_close_in_on_the_jump(resolute: float, share: float, war: float) -> None:
    shares, demand, found = two_types_found(resolute, 4000.0, step=0.005)
    assert float(demand @ np.abs(shares - share)) <= 0.005 + 1e-3
    assert found == pytest.approx(war, abs=0.005)


# A shift of power


def war_before_the_shift(win_after: float, precision: float, step: float = 0.01) -> float:
    """Return the probability of war in the first period."""
    solution = solved(theory.commitment_problem(win_after=win_after, precision=precision, step=step))
    decision = solution.along("")[0]
    attack = decision["probabilities"][0][-1]
    demand = np.array(decision["probabilities"][0][:-1])
    accept = [solution.along(move)[1]["probabilities"][0][0] for move in decision["moves"][:-1]]
    assert decision["moves"][-1] == "attack"
    return float(attack + demand @ (1.0 - np.array(accept)))


@pytest.mark.parametrize(("win_after", "war"), [(0.5, 1.0), (0.6, 0.0)])
def test_a_large_shift_brings_war_and_a_small_one_does_not(win_after: float, war: float) -> None:
    errors = [abs(war_before_the_shift(win_after, precision) - war) for precision in (10.0, 30.0, 300.0)]
    assert_shrinking(errors)
    assert errors[-1] < 1e-3


@pytest.mark.parametrize(("win_after", "war"), [(0.556, 1.0), (0.571, 0.0)])
def test_finer_demands_close_in_on_the_critical_shift(win_after: float, war: float) -> None:
    """The critical chance of .561111; a finer grid of demands leaves the second period's demand closer to the limit."""
    assert war_before_the_shift(win_after, 2000.0, step=0.005) == pytest.approx(war, abs=1e-3)


# The files


@pytest.mark.parametrize("name", sorted(theory.library_games()))
def test_the_shipped_file_is_what_the_generator_gives(name: str) -> None:
    path = LIBRARY / f"{name}.json"
    assert path.read_text(encoding="utf-8") == theory.as_text(theory.library_games()[name])
    assert game_from_json(path).n_states > 5


def test_every_shipped_game_has_a_generator() -> None:
    assert {path.stem for path in LIBRARY.glob("*.json")} == set(theory.library_games())
