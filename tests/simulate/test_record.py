"""What the record leaves, and weights against all histories of a tiny game."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ceasefire.case.evidence import Record, RecordItem
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.simulate import simulate
from ceasefire.simulate.estimates import mean, readers_posterior
from ceasefire.simulate.record import RecordRules, record_rules
from tests.simulate.tiny import LinearSolution, Test, TinyEnvironment, histories, tiny_case, tiny_game

GAME = tiny_game(3)
SOLUTION = LinearSolution(GAME)


def item(name: str, date: str, step: str | None = None, *moves: str, **more: Any) -> RecordItem:
    return RecordItem(name, dt.date.fromisoformat(date), step, moves, **more)


def rules_of(case: Case, variant: Variant = Variant(), **more: Any) -> RecordRules:  # noqa: B008
    return record_rules(case, GAME, variant, TinyEnvironment(case), **more)


ANSWER = item("answers", "2020-02-10", "answer", "offer")
PRESS = item("presses", "2020-01-10", "lever", "press")


def test_complete_steps_default_and_partial_steps_are_silent() -> None:
    rules = rules_of(tiny_case((ANSWER,), "2020-02-15"))
    assert {key: (o.name, o.by_default, o.allowed.tolist()) for key, o in rules.steps.items()} == {
        (0, 0): ("lever@2020-01-01", True, [True, False]),
        (1, 0): ("lever@2020-02-01", True, [True, False]),
        (1, 1): ("answers", False, [False, True, False]),
    }
    assert (rules.as_of_period, rules.first_open) == (1, 2)


@pytest.mark.parametrize(
    ("as_of", "period", "first_open", "observed"),
    [
        ("2020-01-05", 0, 0, set()),
        ("2020-01-10", 0, 1, {(0, 0)}),
        ("2020-01-31", 0, 1, {(0, 0)}),
        ("2020-02-09", 1, 0, {(0, 0)}),
        ("2020-02-10", 1, 2, {(0, 0), (1, 0), (1, 1)}),
        ("2020-03-01", 2, 0, {(0, 0), (1, 0), (1, 1)}),
    ],
)
def test_as_of_cuts_the_record(as_of: str, period: int, first_open: int, observed: set[tuple[int, int]]) -> None:
    case = tiny_case((PRESS, ANSWER), "2020-12-31")
    rules = rules_of(case, Variant(as_of=as_of))
    assert (rules.as_of_period, rules.first_open, set(rules.steps)) == (period, first_open, observed)
    assert rules_of(case, Variant(as_of=as_of), use=False).steps == {}


@pytest.mark.parametrize(
    ("changed", "variant"),
    [
        ({}, Variant(without_items=frozenset({"presses"}))),
        ({"active": False}, Variant()),
        ({"hindsight": True}, Variant(without_hindsight=True)),
        ({"unsourced": True}, Variant(without_unsourced=True)),
    ],
)
def test_a_switched_off_item_makes_its_step_silent(changed: dict[str, Any], variant: Variant) -> None:
    rules = rules_of(tiny_case((replace(PRESS, **changed), ANSWER), "2020-02-15"), variant)
    assert (0, 0) not in rules.steps
    assert rules.steps[1, 0].by_default


def test_a_move_that_a_variant_took_away_leaves_its_step_silent() -> None:
    """A cut asks what would have happened without the move; that it was made says nothing of it."""
    case = tiny_case((PRESS, ANSWER), "2020-02-15")
    assert (0, 0) in rules_of(case).steps
    rules = rules_of(case, Variant(without=frozenset({"lever.press"})))
    assert (0, 0) not in rules.steps
    assert (1, 0) in rules.steps


def test_the_strongest_of_several_events_is_coded() -> None:
    waits = item("waits", "2020-01-20", "lever", "wait")
    assert rules_of(tiny_case((waits, PRESS, ANSWER), "2020-02-15")).steps[0, 0].name == "presses"
    fights = item("fights", "2020-02-11", "answer", "fight")
    with pytest.raises(InputError, match="S401"):
        rules_of(tiny_case((ANSWER, fights), "2020-02-15"))


def agrees(leaf: Any, t: int, j: int, moves: set[int], by_default: bool = False) -> bool:
    return leaf.moves.get((t, j), -1) in moves or (by_default and (t, j) not in leaf.moves)


RECORDS: list[tuple[str, tuple[RecordItem, ...], str, Any]] = [
    ("press then offer", (PRESS, ANSWER), "2020-02-15",
     lambda x: agrees(x, 0, 0, {1}) and agrees(x, 1, 0, {0}, True) and agrees(x, 1, 1, {1})),
    ("one of two", (item("x", "2020-01-03", "answer", "fight", "yield"),), "2020-01-04",
     lambda x: agrees(x, 0, 0, {0}, True) and agrees(x, 0, 1, {0, 2})),
    ("a state", (PRESS, item("war", "2020-01-31", condition=Test((0,)))), "2020-02-01",
     lambda x: agrees(x, 0, 0, {1}) and x.states[0] == 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "items", "as_of", "condition"), RECORDS)
@pytest.mark.parametrize("exact_pairs", [0, 1000])
def test_weights_against_all_histories(
    name: str, items: tuple[RecordItem, ...], as_of: str, condition: Any, exact_pairs: int
) -> None:
    case = tiny_case(items, as_of)
    solution = LinearSolution(GAME)
    paths = simulate(
        case, GAME, solution, n_paths=60_000, seed=4, environment=TinyEnvironment(case), exact_pairs=exact_pairs
    )
    likelihood, peace = np.zeros(2), np.zeros(2)
    for kind in range(2):
        for leaf in histories(GAME, solution, kind):
            if condition(leaf):
                likelihood[kind] += leaf.probability
                peace[kind] += leaf.probability * (leaf.state == 2)
    total = GAME.prior[1] @ likelihood
    assert paths.log_likelihood_by_profile is not None
    np.testing.assert_allclose(np.exp(paths.log_likelihood_by_profile), likelihood, rtol=0.03)
    assert abs(np.exp(paths.log_likelihood) - total) < 0.02 * total
    items_by_profile = sum(paths.item_log_likelihood.values())
    np.testing.assert_allclose(items_by_profile, paths.log_likelihood_by_profile, atol=1e-9)
    posterior = readers_posterior(paths, GAME, 1)
    for kind in range(2):
        found = mean(paths, GAME.type_of_profile[paths.profile, 1] == kind)
        assert posterior[kind] == pytest.approx(found.value, abs=1e-12)
        assert abs(found.value - GAME.prior[1][kind] * likelihood[kind] / total) < 4.5 * found.error + 1e-7
    found = mean(paths, paths.state[-1] == 2)
    assert abs(found.value - GAME.prior[1] @ peace / total) < 4.5 * found.error
    assert paths.solved_again == (1.0 if exact_pairs else 0.0)
    assert bool(solution.asked) == bool(exact_pairs)


def test_miscoded_events_leave_room_for_the_others() -> None:
    case = tiny_case((PRESS,), "2020-01-20", miscoded=Test(()))
    plain = simulate(case, GAME, SOLUTION, n_paths=6400, environment=TinyEnvironment(case, 0.0), until=0)
    wrong = simulate(case, GAME, SOLUTION, n_paths=6400, environment=TinyEnvironment(case, 0.2), until=0)
    assert np.isclose(np.exp(wrong.log_likelihood), 0.8 * np.exp(plain.log_likelihood) + 0.2 / 2)
    assert (wrong.move[0][0] == 1).all()


def test_a_stock_value_weighs_by_its_error() -> None:
    game = replace(GAME, state_columns={**GAME.state_columns, "strain": np.array([0.0, 2.0, 5.0])})
    seen = RecordItem("strain", dt.date(2020, 1, 31), stock="strain", value=1.0, error=1.0)
    case = tiny_case((seen,), "2020-02-01")
    paths = simulate(case, game, SOLUTION, n_paths=60_000, seed=1, environment=TinyEnvironment(case))
    case_without = tiny_case((), "2020-02-01")
    prior = simulate(case_without, game, SOLUTION, n_paths=60_000, seed=1, environment=TinyEnvironment(case_without))
    weight = np.exp(-0.5 * np.array([1.0, 1.0, 16.0]))
    share = np.array([mean(prior, prior.state[0] == s).value for s in range(3)])
    expected = share * weight / (share @ weight)
    for s in range(3):
        assert abs(mean(paths, paths.state[0] == s).value - expected[s]) < 0.01


def test_a_record_that_no_path_meets_is_a_fault() -> None:
    peace = item("peace", "2020-01-31", condition=Test(()))
    case = tiny_case((peace,), "2020-02-01")
    with pytest.raises(InputError, match="S402"):
        simulate(case, GAME, SOLUTION, n_paths=640, environment=TinyEnvironment(case))


def test_what_is_dated_later_is_no_input() -> None:
    early = tiny_case((PRESS,), "2020-01-31")
    late = tiny_case((PRESS, ANSWER), "2020-01-31")
    a, b = (simulate(c, GAME, SOLUTION, n_paths=640, environment=TinyEnvironment(c)) for c in (early, late))
    np.testing.assert_array_equal(a.state, b.state)
    np.testing.assert_array_equal(a.weight, b.weight)


def test_beliefs_at_as_of_are_those_after_the_last_observed_step() -> None:
    case = tiny_case((item("offer", "2020-01-10", "answer", "offer"),), "2020-01-15")
    paths = simulate(case, GAME, SOLUTION, n_paths=6400, environment=TinyEnvironment(case))
    sigma = SOLUTION.at(0, 1, 0, GAME.prior[1])[:, 1]
    talks = SOLUTION.at(0, 1, 1, GAME.prior[1])[:, 1]
    options = [GAME.prior[1] * s / (GAME.prior[1] @ s) for s in (sigma, talks)]
    at = paths.belief_at_as_of[1][paths.weight > 0]
    assert np.minimum(*(np.abs(at - o).max(1) for o in options)).max() < 1e-6


def test_no_record_is_an_empty_one() -> None:
    case = tiny_case((PRESS,), "2020-01-31")
    environment = TinyEnvironment(case)
    paths = simulate(case, GAME, SOLUTION, n_paths=640, environment=environment, record=False)
    empty = replace(case, record=Record())
    np.testing.assert_array_equal(
        paths.state, simulate(empty, GAME, SOLUTION, n_paths=640, environment=environment, record=False).state
    )
    assert paths.log_likelihood == 0.0
