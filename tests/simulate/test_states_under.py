"""A known plan is solved only where it can lead: the same strategies there, and the same paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ceasefire.case.read import read_case
from ceasefire.case.variant import Variant
from ceasefire.forecast.solutions import states_key
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from ceasefire.simulate import PlannedPlay, forced_moves, simulate
from ceasefire.simulate.plans import states_under
from ceasefire.solve import solve

pytestmark = pytest.mark.slow
CASE = read_case("cod-war-1975")
FIRST = CASE.calendar.as_of_period
SILENT = Variant(without_items=frozenset(item.name for item in CASE.record.items))


@pytest.fixture(scope="module")
def nominal() -> Any:
    game = compile_case(CASE)
    return game, Environment(CASE, Variant()), solve(game, intervals=2, tolerance=1e-7, audit=False)


@pytest.mark.parametrize(("name", "variant"), [("hold_line", Variant()), ("early_withdrawal", SILENT)])
def test_a_known_plan_is_solved_only_where_it_can_lead(nominal: Any, name: str, variant: Variant) -> None:
    game, environment, free = nominal
    forced = forced_moves(CASE, game, CASE.plans[name], variant=variant, environment=environment)
    possible = states_under(CASE, game, forced, variant=variant, environment=environment)
    assert possible is not None
    end = free.start_values(game.n_periods)  # found alone, the two ends differ by the rounding of a linear solve
    how: dict[str, Any] = {"intervals": 2, "tolerance": 1e-7, "audit": False, "forced": forced, "first_period": FIRST}
    how["terminal"] = end
    everywhere, there = solve(game, **how), solve(game, **how, possible=possible)
    assert there.tally.points < everywhere.tally.points
    for (period, index, pattern), sigma in everywhere.strategies.items():
        table = game.steps[index].table_at(period)
        rows = possible(period, index)[table.states]
        found = there.strategies[period, index, pattern]
        np.testing.assert_allclose(found[rows], sigma[rows], atol=1e-6)
        assert (found[~rows].max(axis=-1) <= 1 / table.feasible[~rows].sum(axis=1)[:, None, None] + 1e-6).all()
    paths = [
        simulate(
            CASE, game, free, variant=variant, environment=environment, n_paths=3200,
            plan=PlannedPlay(forced, solution, True),
        )
        for solution in (everywhere, there)
    ]  # fmt: skip
    is_alive = paths[0].weight > 0
    np.testing.assert_allclose(paths[0].weight, paths[1].weight, rtol=1e-6)
    np.testing.assert_array_equal(paths[0].state[:, is_alive], paths[1].state[:, is_alive])
    for actor, belief in paths[0].belief.items():
        np.testing.assert_allclose(belief[:, is_alive], paths[1].belief[actor][:, is_alive], atol=1e-6)


def test_the_end_after_the_horizon_is_the_same_where_a_plan_can_lead(nominal: Any) -> None:
    game, environment, _ = nominal
    forced = forced_moves(CASE, game, CASE.plans["hold_line"], variant=Variant(), environment=environment)
    possible = states_under(CASE, game, forced, variant=Variant(), environment=environment)
    assert possible is not None
    how: dict[str, Any] = {"intervals": 2, "audit": False, "forced": forced, "first_period": game.n_periods - 1}
    everywhere, there = (solve(game, **how, **more).end for more in ({}, {"possible": possible}))
    last = game.n_periods - 1
    rows = possible(last, 0)
    np.testing.assert_allclose(there.values[rows], everywhere.values[rows], atol=1e-3)
    assert np.abs(there.values[~rows] - everywhere.values[~rows]).max(initial=0.0) > 1e-2, "nothing is left out"


def test_what_is_solved_depends_on_the_record(nominal: Any) -> None:
    game, environment, _ = nominal
    keys = set()
    for variant in (Variant(), SILENT):
        forced = forced_moves(CASE, game, CASE.plans["hold_line"], variant=variant, environment=environment)
        possible = states_under(CASE, game, forced, variant=variant, environment=environment)
        assert possible is not None
        keys.add(states_key(game, possible, FIRST))
    assert len(keys) == 2
