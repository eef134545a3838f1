"""A solve of the states that can come up gives there what a solve of all states gives."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from ceasefire.game.part import Part
from ceasefire.simulate.plans import forced_moves, states_under
from ceasefire.solve import solve
from ceasefire.solve.part import PartSolution, solve_part
from ceasefire.solve.solution import Solution
from tests.case.small_case import write_small_case

PLAN = "hold_always"
EDITS = {
    "effects: {phase: settled}, title: {en: gives way": "effects: {}, title: {en: gives way",
    "plans:\n": "plans:\n  hold_always: {steps: {pause: [{hold: phase == truce}, {otherwise: equilibrium}]}, known: true,"
    " title: {en: a truce that holds, de: gehaltene Waffenruhe}}\n",
}
"""Under the plan nothing is ever settled, so that a third of the states cannot come up."""
SETTINGS = {"intervals": 3, "tolerance": 1e-9}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Solution, PartSolution]:
    case = read_case(write_small_case(tmp_path_factory.mktemp("part") / "small", EDITS))
    variant = Variant()
    environment, game = Environment(case, variant), compile_case(case, variant)
    forced = forced_moves(case, game, case.plans[PLAN], variant=variant, environment=environment)
    possible = states_under(case, game, forced, variant=variant, environment=environment)
    assert possible is not None
    first = case.calendar.as_of_period
    whole = solve(game, forced=forced, first_period=first, possible=possible, audit=False, **SETTINGS)  # type: ignore[arg-type]
    return whole, solve_part(game, possible, forced, first, **SETTINGS)


def test_strategies_are_those_of_the_whole_game(both: tuple[Solution, PartSolution]) -> None:
    whole, part = both
    assert 0 < part.part.states.size < whole.game.n_states
    for (period, index, pattern), sigma in whole.strategies.items():
        table = whole.game.steps[index].table_at(period)
        assert table is not None
        there = whole.possible(period, index)[table.states]
        found = part.strategy(period, index, pattern)
        if found is None:
            assert not (there & table.has_choice).any()
            continue
        assert found.shape == sigma.shape
        assert np.abs(found[there] - sigma[there]).max(initial=0.0) < 1e-6


def test_elsewhere_strategies_are_even(both: tuple[Solution, PartSolution]) -> None:
    game = both[0].game
    part = Part.of(game, game.state_columns["strain"] < 30)
    found = PartSolution(part, solve(part.game, audit=False, **SETTINGS))  # type: ignore[arg-type]
    index = game.step_index("pause")
    table, sigma = game.steps[index].table_at(0), found.strategy(0, index)
    assert table is not None
    assert sigma is not None
    inside = part.rows(game.steps[index], 0)
    outside = np.setdiff1d(np.arange(table.n_rows), inside)
    assert outside.size > 0
    np.testing.assert_allclose(sigma[outside], 1 / 3, atol=1e-7)
    np.testing.assert_array_equal(sigma[inside], found.solution.strategy(0, index))


def test_points_off_the_grid_are_found_by_rows_of_the_whole_game(both: tuple[Solution, PartSolution]) -> None:
    whole, part = both
    period, index, pattern = max(whole.strategies)
    step = whole.game.steps[index]
    table = step.table_at(period)
    assert table is not None
    rows = np.flatnonzero(whole.possible(period, index)[table.states])[:2]
    beliefs = [np.tile(prior, (rows.size, 1)) for i, prior in enumerate(whole.game.prior) if i in whole.game.informed]
    left, right = (
        one.strategies_at(period, index, rows, beliefs, exact=True, pattern=pattern) for one in (whole, part)
    )
    np.testing.assert_allclose(left, right, atol=1e-6)


def test_a_part_with_all_states_is_the_game(both: tuple[Solution, PartSolution]) -> None:
    game = both[0].game
    part = Part.of(game, np.ones(game.n_states, dtype=np.bool_)).game
    assert part.n_states == game.n_states
    for step, own in zip(game.steps, part.steps, strict=True):
        for table, mine in zip(step.tables, own.tables, strict=True):
            for name in ("states", "feasible", "start", "successor", "probability", "payoff", "log_weight"):
                np.testing.assert_array_equal(getattr(table, name), getattr(mine, name))


def test_what_starts_outside_of_a_part_starts_at_its_first_state(both: tuple[Solution, PartSolution]) -> None:
    game = both[0].game
    kept = np.ones(game.n_states, dtype=np.bool_)
    kept[game.initial_states] = False
    part = Part.of(game, kept).game
    assert part.initial_states.tolist() == [0]
    assert part.initial_probability.tolist() == [1.0]
