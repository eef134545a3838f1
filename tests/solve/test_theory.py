"""Closed forms of the literature, approached with rising precision."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from ceasefire.game import theory
from ceasefire.game.explicit import game_from_json
from ceasefire.simulate.reach import reach
from ceasefire.solve import Solution, solve


def solved(document: Any, intervals: int = 10) -> Solution:
    solution = solve(game_from_json(document), intervals=intervals)
    assert solution.converged
    return solution


def decision(solution: Solution, history: str) -> dict[str, float]:
    last = solution.along(history)[-1]
    return dict(zip(last["moves"], last["probabilities"][0], strict=True))


def test_the_bargaining_range_is_what_both_accept() -> None:
    """Fearon 1995: A's share in [p - cA, p + cB] = [.50, .75]."""
    wrong = []
    for precision in (20.0, 80.0, 1200.0):
        document = theory.bargaining_range(precision)
        solution = solved(document)
        both = {}
        for state in document["states"][1:19]:
            a = decision(solution, state)["accept"]
            b = decision(solution, f"{state},accept")["accept"]
            both[float(state)] = a * b
        inside = np.array([0.5 < x < 0.75 for x in both])
        wrong.append(np.abs(np.array(list(both.values())) - inside).max())
    assert wrong[0] > wrong[1] > wrong[2]
    assert wrong[2] < 1e-3
    agreed = [x for x, p in both.items() if p > 0.5]
    assert (min(agreed), max(agreed)) == (0.5125, 0.7375)


@pytest.mark.parametrize(
    ("p", "cost_a", "top", "demand", "war"), [(0.5, 0.1, 0.6, 0.75, 0.416667), (0.6, 0.05, 0.5, 0.825, 0.45)]
)
def test_take_it_or_leave_it(p: float, cost_a: float, top: float, demand: float, war: float) -> None:
    """The demand and the probability of war of C2."""
    errors = []
    for precision in (30.0, 300.0, 3000.0):
        solution = solved(theory.take_it_or_leave_it(precision, p=p, cost_a=cost_a, top=top))
        choice = decision(solution, "")
        mean = sum(float(x) * q for x, q in choice.items())
        chance = reach(solution, "war").average[-1]
        errors.append(max(abs(mean - demand), abs(chance - war)))
    assert errors[0] > errors[1] > errors[2]
    step = 1.0 / 40
    assert abs(mean - demand) < step
    assert abs(chance - war) < step / top


@pytest.mark.parametrize(("precision", "tolerance"), [(200.0, 0.06), (2000.0, 0.025), (20000.0, 0.015)])
def test_two_types_and_the_risk_of_war(precision: float, tolerance: float) -> None:
    """A risks war if and only if Pr(resolute) < (cH - cL) / (cH + cA) = .625."""
    low, high = 0.3, 0.95
    for _ in range(12):
        q = 0.5 * (low + high)
        choice = decision(solved(theory.two_types(precision, resolute=q)), "")
        risky = sum(p for x, p in choice.items() if float(x) > 0.675)
        low, high = (q, high) if risky > 0.5 else (low, q)
    assert abs(0.5 * (low + high) - 0.625) < tolerance


def test_the_demands_of_the_two_regimes() -> None:
    """Below the threshold A demands p + cH, above it p + cL, to one step of the grid."""
    for resolute, demand in ((0.4, 0.8), (0.85, 0.55)):
        choice = decision(solved(theory.two_types(5000.0, resolute=resolute)), "")
        assert abs(float(max(choice, key=lambda x: choice[x])) - demand) < 0.0051


@pytest.mark.parametrize(("later", "war"), [(0.6, 0.0), (0.575, 0.0), (0.55, 1.0), (0.5, 1.0)])
def test_a_shift_of_power(later: float, war: float) -> None:
    """Powell 2006: .7 -> .6 peace, .7 -> .5 war, critical .561111."""
    errors = []
    for precision in (1.0, 5.0, 60.0):
        choice = decision(solved(theory.commitment(precision, later=later)), "")
        errors.append(abs(choice["fight"] - war))
    assert errors[-1] < 0.02
    assert errors[0] > errors[-1]


def test_shipped_documents_are_what_is_written_here() -> None:
    folder = files("ceasefire.case.library") / "games"
    for name, make in theory.SHIPPED.items():
        assert json.loads((folder / f"{name}.json").read_text()) == make()
