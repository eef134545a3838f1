"""The small case, compiled, solved, weighed by its record and read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ceasefire.case.read import read_case
from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from ceasefire.simulate import PlannedPlay, forced_moves, simulate, spells
from ceasefire.simulate import estimates as e
from ceasefire.solve import solve
from tests.case.small_case import write_small_case

pytestmark = pytest.mark.slow
VARIANT = Variant(without_unsourced=False)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    case = read_case(write_small_case(tmp_path_factory.mktemp("small") / "case"))
    game = compile_case(case, VARIANT)
    solution = solve(game, intervals=8)
    environment = Environment(case, VARIANT)
    paths = simulate(case, game, solution, variant=VARIANT, environment=environment, n_paths=12_800)
    return case, game, solution, environment, paths


def test_record_and_default(small: Any) -> None:
    _, game, _, _, paths = small
    assert set(paths.item_log_likelihood) == {
        "pressure@2020-01-01", "first_push", "pressure@2020-03-01", "still_war",
    }  # fmt: skip
    assert paths.notes["as_of_period"] == 3
    assert paths.notes["first_open"] == 0
    alive = paths.weight > 0
    pressure = paths.move[0][:3, alive]
    assert (pressure[1] == 1).all()
    assert np.isin(pressure[[0, 2]], (0, -1)).all()
    prior = game.prior[0]
    total = prior @ np.exp(paths.log_likelihood_by_profile)
    np.testing.assert_allclose(np.log(total), paths.log_likelihood, atol=1e-9)
    posterior = e.readers_posterior(paths, game, 0)
    expected = prior * np.exp(paths.log_likelihood_by_profile) / total
    np.testing.assert_allclose(posterior, expected, atol=1e-9)
    assert paths.solved_again == 1.0


def test_identities(small: Any) -> None:
    case, game, _, environment, paths = small
    found = {o.name: spells(case, game, paths, o.name, environment) for o in case.outcomes}
    for one in found.values():
        by = [e.begun_by(paths, one, t).value for t in range(paths.n_periods)]
        assert by == sorted(by)
        posterior = e.readers_posterior(paths, game, 0)
        given = [e.begun_by(paths, one, 20, paths.profile == k).value for k in range(2)]
        assert abs(np.dot(posterior, given) - by[20]) < 1e-12
        assert (one.start >= paths.notes["as_of_period"]).all()
    labels = case.statuses[0].labels
    for t in range(paths.n_periods):
        shares = e.label_shares(paths, game.state_columns["phase"], len(labels), t)
        seen = game.state_columns["phase"][paths.state[t]]
        assert abs(shares.sum() - 1) < 1e-12
        np.testing.assert_allclose(shares, [e.mean(paths, seen == k).value for k in range(len(labels))], atol=1e-12)
    again, truce = found["fighting_again"], found["truce_in_effect"]
    assert (again.start[again.start < paths.n_periods] > truce.start[again.start < paths.n_periods]).all()
    cost = paths.side["cost"]
    assert (np.diff(cost, axis=0) >= 0).all()


def test_a_plan_equal_to_the_equilibrium_gives_its_numbers(small: Any) -> None:
    case, game, solution, environment, paths = small
    plan = case.plans["press_always"]
    idle = replace(plan, steps={name: rules[1:] for name, rules in plan.steps.items()})
    forced = forced_moves(case, game, idle, variant=VARIANT, environment=environment)
    same = solve(game, intervals=8, forced=forced)
    planned = simulate(
        case, game, solution, variant=VARIANT, environment=environment, n_paths=12_800,
        plan=PlannedPlay(forced, same, True),
    )  # fmt: skip
    np.testing.assert_array_equal(paths.state, planned.state)


def test_a_known_plan_binds_from_as_of(small: Any) -> None:
    case, game, solution, environment, paths = small
    forced = forced_moves(case, game, case.plans["press_always"], variant=VARIANT, environment=environment)
    under = solve(game, intervals=8, forced=forced, first_period=3)
    planned = simulate(
        case, game, solution, variant=VARIANT, environment=environment, n_paths=12_800,
        plan=PlannedPlay(forced, under, True),
    )  # fmt: skip
    np.testing.assert_array_equal(planned.state[:3], paths.state[:3])
    np.testing.assert_array_equal(planned.weight, paths.weight)
    pressed = planned.move[0][3:]
    assert (pressed[pressed >= 0] == 1).all()


def test_values_and_payoffs(small: Any) -> None:
    _, game, solution, _, _ = small
    paths = simulate(None, game, solution, n_paths=25_600, seed=9)
    for i in range(game.n_actors):
        for p in range(game.n_profiles):
            found = e.mean(paths, paths.payoff[:, i], paths.profile == p)
            assert abs(found.value - solution.values[i, p]) < 4.5 * found.error + 0.02


def test_payoffs_count_from_as_of_on(small: Any) -> None:
    _, game, _, _, paths = small
    phase = game.state_columns["phase"]
    truce, settled = 1, 2
    step = {s.name: j for j, s in enumerate(game.steps)}
    factor = game.discount_factor[1]
    expected = np.zeros(paths.n_paths)
    for t in range(paths.notes["as_of_period"], paths.n_periods):
        later = factor ** (t - paths.notes["as_of_period"])
        agreed = paths.move[step["pause"]][t] == game.steps[step["pause"]].move_names.index("settle")
        end, before = phase[paths.state[t]], phase[paths.state[t - 1]]
        flow = np.where(end == truce, 0.5, np.where((end == settled) & (agreed | (before == settled)), 1.0, 0.0))
        expected += later * flow / 12
        if (t, step["pressure"]) >= (paths.notes["as_of_period"], paths.notes["first_open"]):
            expected -= later * 0.02 * (paths.move[step["pressure"]][t] == 1)
    for_ever = factor ** (paths.n_periods - paths.notes["as_of_period"]) / 12 / (1 - factor)
    expected += for_ever * (phase[paths.state[-1]] == settled)
    assert paths.payoff[:, 1].std() > 0.1
    np.testing.assert_allclose(paths.payoff[:, 1], expected, atol=1e-12)
