"""Cases compiled and solved, against numbers on paper and against themselves said otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case
from ceasefire.solve import solve
from tests.game.builder import actor, dimension, make_case, move, outcome, parameter, status, step
from tests.game.war_case import war_case

PHASE = status("phase", "war", "peace")


def test_one_choice_on_paper():
    case = make_case(
        actors=[actor("one", 0.9, 0.9, 1.0)],
        statuses=[PHASE],
        steps=[
            step(
                "talk",
                "one",
                move("wait"),
                move("stop", payoffs={"one": -1}, effects={"phase": "peace"}),
                when="phase == war",
            ),
            step(
                "month",
                None,
                move(
                    chance=[outcome("back", "where(phase == peace, 0.25, 0)", {"phase": "war"}), outcome("stay")],
                    flow={"one": {"by": "phase", "war": 0, "peace": 24}},
                ),
            ),
        ],
        terminal={"one": {"by": "phase", "war": 1, "otherwise": 3}},
        periods=1,
    )
    wait, stop = 0.9 * 1, -1 + 2 + 0.9 * (0.25 * 1 + 0.75 * 3)
    chance = 9**stop / (9**stop + 9**wait)
    solution = solve(compile_case(case))
    assert solution.values[0, 0] == pytest.approx(chance * stop + (1 - chance) * wait, abs=1e-12)


def test_an_actor_decides_with_its_own_view_and_lives_with_it():
    case = make_case(
        actors=[actor("one", 0.5, 0.9, 1.0), actor("two", 0.5)],
        statuses=[PHASE],
        parameters={"effect": parameter("effect", 0.25, {"one": "effect_one"}), "effect_one": 0.75},
        steps=[
            step(
                "call",
                "one",
                move("no"),
                move("yes", chance=[outcome("works", "effect", {"phase": "peace"}), outcome("fails")]),
            ),
            step("month", None, move(payoffs=dict.fromkeys(("one", "two"), "where(phase == peace, 1, 0)"))),
        ],
        periods=1,
    )
    peace = 1 + 0.5 * 1 / (1 - 0.5)
    yes = 9 ** (0.75 * peace) / (1 + 9 ** (0.75 * peace))
    solution = solve(compile_case(case))
    assert solution.values[:, 0] == pytest.approx([yes * 0.75 * peace, yes * 0.25 * peace], abs=1e-12)


@pytest.mark.slow
def test_order_of_actors_and_a_split_move_change_nothing():
    case = war_case(types=[dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": "rest"})])
    values = solve(compile_case(case), intervals=4).values
    other = solve(compile_case(replace(case, actors=case.actors[::-1])), intervals=4).values
    assert other[::-1] == pytest.approx(values, abs=1e-9)
    refuse, accept = case.steps[1].moves
    half = parameter("half", 0.5)
    named = {**case.parameters, "half": half}
    weight = move(weight="half").weight
    twice = (replace(refuse, weight=weight), replace(refuse, name="again", weight=weight), accept)
    split = replace(case, parameters=named, steps=(case.steps[0], replace(case.steps[1], moves=twice), case.steps[2]))
    assert solve(compile_case(split), intervals=4).values == pytest.approx(values, abs=1e-9)


@pytest.mark.slow
def test_finer_stocks_and_halves_still_solve():
    case = war_case()
    for variant in (Variant(halve_stock="strain"), Variant(halve_period=True), Variant(precision_factor=0)):
        assert np.isfinite(solve(compile_case(case, variant)).values).all()
