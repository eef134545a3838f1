"""Plans, known and unknown; forecasts without slips; shadow types."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from ceasefire.case.evidence import RecordItem
from ceasefire.case.mechanism import Plan, PlanRule
from ceasefire.simulate import PlannedPlay, forced_moves, simulate
from ceasefire.simulate.estimates import mean
from ceasefire.simulate.shadow import ShadowPlay, of_shadow
from tests.simulate.tiny import LinearSolution, Test, TinyEnvironment, histories, tiny_case, tiny_game

GAME = tiny_game(2)
SOLUTION = LinearSolution(GAME)
WAR_ONLY = Test((0,))


def plan(*rules: PlanRule, step: str = "answer") -> Plan:
    return Plan("p", {step: rules})


def forced_by(case: Any, *rules: PlanRule, step: str = "answer") -> Any:
    return forced_moves(case, GAME, plan(*rules, step=step), environment=TinyEnvironment(case))


def test_rules_pass_on_in_order() -> None:
    forced = forced_by(tiny_case(), PlanRule("yield", None), PlanRule("fight", WAR_ONLY))  # type: ignore[arg-type]
    assert forced(0, 1).tolist() == [0, 2]
    assert forced(0, 0) is None
    first = forced_by(tiny_case(), PlanRule("equilibrium", WAR_ONLY), PlanRule("offer", None))  # type: ignore[arg-type]
    assert first(1, 1).tolist() == [-1, 1]


def test_a_plan_binds_after_the_last_observed_step() -> None:
    case = tiny_case((RecordItem("x", dt.date(2020, 2, 3), "answer", ("offer",)),), "2020-02-04")
    forced = forced_by(case, PlanRule("fight", None))
    assert forced(0, 1) is None
    assert forced(1, 1) is None
    open_ = forced_by(case, PlanRule("fight", None), step="month")
    assert open_(1, 2) is not None


def test_the_equilibrium_as_a_plan_changes_nothing() -> None:
    case = tiny_case()
    environment = TinyEnvironment(case)
    forced = forced_by(case, PlanRule("equilibrium", None))
    base = simulate(case, GAME, SOLUTION, n_paths=3200, environment=environment)
    same = PlannedPlay(forced, SOLUTION, True)
    planned = simulate(case, GAME, SOLUTION, n_paths=3200, environment=environment, plan=same)
    np.testing.assert_array_equal(base.state, planned.state)
    np.testing.assert_array_equal(base.belief[1], planned.belief[1])


def test_a_known_plan_teaches_nothing_and_an_unknown_one_misleads() -> None:
    case, game = tiny_case(), tiny_game(2, typed_nature=False)
    forced = forced_by(case, PlanRule("offer", None))
    environment = TinyEnvironment(case)
    known = simulate(
        case, game, SOLUTION, n_paths=3200, environment=environment, plan=PlannedPlay(forced, SOLUTION, True)
    )
    assert (known.move[1][0] == 1).all()
    np.testing.assert_allclose(known.belief[1], np.broadcast_to(game.prior[1], known.belief[1].shape), rtol=1e-6)
    unknown = simulate(
        case, game, SOLUTION, n_paths=3200, environment=environment, plan=PlannedPlay(forced, SOLUTION, False)
    )
    assert (unknown.move[1][0] == 1).all()
    after = {row: game.prior[1] * SOLUTION.at(0, 1, row, game.prior[1])[:, 1] for row in (0, 1)}
    options = np.stack([b / b.sum() for b in after.values()])
    assert np.abs(unknown.belief[1][0][:, None] - options).max(2).min(1).max() < 1e-6
    assert not unknown.slip.any()


def test_without_slips() -> None:
    case = tiny_case()
    environment = TinyEnvironment(case)
    base = simulate(case, GAME, SOLUTION, n_paths=20_000, environment=environment)
    clean = simulate(case, GAME, SOLUTION, n_paths=20_000, environment=environment, no_slips=True)
    assert base.slip.any()
    assert not clean.slip.any()
    worse = np.zeros((2, 2, 3), dtype=bool)
    for row in range(2):
        sigma = SOLUTION.at(0, 1, row, GAME.prior[1])
        with np.errstate(divide="ignore"):
            worse[row] = np.log(sigma.max(1, keepdims=True)) - np.log(sigma) > 1
    never = worse.all((0, 1))
    for a in range(3):
        assert not (never[a] and (clean.move[1][0] == a).any())


def test_slips_are_those_that_changed_a_status() -> None:
    case = tiny_case()
    paths = simulate(case, GAME, SOLUTION, n_paths=20_000, environment=TinyEnvironment(case), until=0)
    probability, slipped = 0.0, 0.0
    for kind in range(2):
        for state, p_state in _after_lever():
            sigma = SOLUTION.at(0, 1, state, GAME.prior[1])[kind]
            for a in range(3):
                if sigma[a] > 0 and np.log(sigma.max()) - np.log(sigma[a]) > 1:
                    probability += GAME.prior[1][kind] * p_state * sigma[a] * (a != state)
    lever = SOLUTION.at(0, 0, 0, GAME.prior[1])[0]
    if abs(np.log(lever[0] / lever[1])) <= 1:
        slipped = mean(paths, paths.slip[0] > 0).value
        assert abs(slipped - probability) < 5 * mean(paths, paths.slip[0] > 0).error + 1e-9
    else:
        assert mean(paths, paths.slip[0] > 0).value >= probability - 0.02


def _after_lever() -> list[tuple[int, float]]:
    press = SOLUTION.at(0, 0, 0, GAME.prior[1])[0, 1]
    return [(0, 1 - 0.3 * press), (1, 0.3 * press)]


def test_a_shadow_copy_of_a_type_gives_its_numbers() -> None:
    def strategy(period: int, step: int, pattern: int) -> Any:
        return np.ascontiguousarray(SOLUTION.strategy(period, step)[:, :, [1, 0, 1]])

    play = ShadowPlay(1, 3, strategy, lambda period, step, public: public[[1, 0, 1]])
    paths = simulate(None, GAME, SOLUTION, n_paths=90_000, seed=2, shadow=play)
    for shadow, kind in enumerate((1, 0, 1)):
        leaves = histories(GAME, SOLUTION, kind)
        for state in range(3):
            found = mean(paths, paths.state[-1] == state, of_shadow(paths, shadow))
            exact = sum(leaf.probability for leaf in leaves if leaf.state == state)
            assert abs(found.value - exact) < 4.5 * found.error + 1e-9
    same = of_shadow(paths, 0), of_shadow(paths, 2)
    np.testing.assert_array_equal(paths.state[:, same[0]], paths.state[:, same[1]])


def test_likelihood_of_the_record_for_shadow_types() -> None:
    items = (RecordItem("x", dt.date(2020, 1, 3), "answer", ("offer",)),)
    case = tiny_case(items, "2020-01-04")

    def strategy(period: int, step: int, pattern: int) -> Any:
        return np.ascontiguousarray(SOLUTION.strategy(period, step)[:, :, [1, 0]])

    play = ShadowPlay(1, 2, strategy, lambda period, step, public: public[[1, 0]])
    environment = TinyEnvironment(case)
    base = simulate(case, GAME, SOLUTION, n_paths=40_000, environment=environment)
    shadows = simulate(case, GAME, SOLUTION, n_paths=40_000, environment=environment, shadow=play)
    assert base.log_likelihood_by_profile is not None
    assert shadows.log_likelihood_by_profile is not None
    np.testing.assert_allclose(shadows.log_likelihood_by_profile, base.log_likelihood_by_profile[::-1], atol=0.02)
