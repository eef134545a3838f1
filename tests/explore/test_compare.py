"""Plans side by side: on an ensemble made by hand, with answers known by hand; and on the small case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.case.query import parse_query
from ceasefire.errors import UsageError
from ceasefire.explore.choice.compare import (
    UNKNOWN,
    Measure,
    Option,
    Regret,
    compare,
    comparison,
    course_of,
    join,
    number_of,
    regrets,
    with_plans,
)
from ceasefire.explore.ensemble.budget import Budget
from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.ensemble.members import Member
from ceasefire.forecast.settings import Settings
from ceasefire.report.comparing import comparison_text
from ceasefire.simulate.estimates import Sampled
from tests.case.small_case import write_small_case

QUERIES = ("P(truce_in_effect by 2020-12-31)", "P(end_of_war by 2021-12-31)")
TWO = {
    "plans:\n": "plans:\n"
    "  wait_always: {steps: {pressure: [{wait: always}]}, known: false, title: {en: patience, de: Geduld}}\n"
    "  talk_always: {steps: {talks: [{accept: phase == war}, {otherwise: equilibrium}]}, title: {en: talks, de: Gespräche}}\n"
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_small_case(tmp_path_factory.mktemp("compare") / "small", TWO))


def member(p: float, cost: float = 0.0, payoff: float = 0.0) -> Member:
    return Member(
        {query: Sampled.exact(p) for query in QUERIES},
        side={"cost": tuple([cost] * 24)},
        payoff={"north": Sampled.exact(payoff), "south": Sampled.exact(-payoff)},
    )


def by_hand(case: Case, base: list[Member], others: dict[str, dict[int, Member]]) -> Ensemble:
    """Return an ensemble of equal weights in which every draw played every plan."""
    n = len(base)
    equal = SimpleNamespace(weight=np.full(n, 1 / n), intervals_withheld=False)
    return Ensemble(
        case,
        cast("Any", None),
        Settings(),
        Settings(),
        tuple(base),
        {},
        cast("Any", {1.0: equal}),
        np.arange(n),
        {course_of(name): rows for name, rows in others.items()},
        {course_of(name): n for name in others},
    )


@pytest.fixture
def ensemble(case: Case) -> Ensemble:
    base = [member(0.2), member(0.4, 1.0), member(0.6, 2.0), member(0.8, 3.0)]
    shift = {d: member(p, d + 0.5, 0.1) for d, p in enumerate([0.3, 0.5, 0.5, 0.7])}
    return by_hand(case, base, {"wait_always": dict(enumerate(base)), "press_always": shift})


def test_a_plan_that_changes_nothing_has_the_change_zero_and_no_width(ensemble: Ensemble) -> None:
    for row in comparison(ensemble, ["wait_always", "press_always"]).rows:
        same = row.cells[1]
        assert (same.change, same.change_low, same.change_high, same.change_error) == (0, 0, 0, 0)
        assert same.value == row.cells[0].value


def test_changes_are_paired(ensemble: Ensemble) -> None:
    rows = {(row.measure.kind, row.measure.name): row.cells for row in comparison(ensemble, ["press_always"]).rows}
    there = rows["probability", QUERIES[0]][1]
    assert there.value == pytest.approx(0.5)
    assert (there.change, there.change_low, there.change_high) == pytest.approx((0.0, -0.1, 0.1))
    assert there.change_error == pytest.approx(np.sqrt(4 * (0.1 / 4) ** 2))
    side = rows["side", "cost"][1]
    assert (side.change, side.change_low, side.change_high, side.change_error) == pytest.approx((0.5, 0.5, 0.5, 0.0))
    assert rows["payoff", "north"][1].change == pytest.approx(0.1)
    assert rows["payoff", "south"][1].change == pytest.approx(-0.1)


def test_regret_by_hand(ensemble: Ensemble) -> None:
    number = number_of(ensemble.case, Measure("probability", QUERIES[0]))
    none, plan = regrets(ensemble, number, ["press_always"])
    assert none.mean == pytest.approx(0.05)  # loses 0.1 in two draws of four
    assert plan.mean == pytest.approx(0.05)
    assert none.p90 == pytest.approx(0.1)
    payoff = number_of(ensemble.case, Measure("payoff", "south"))
    assert regrets(ensemble, payoff, ["press_always"]) == (Regret("", 0.0, 0.0), Regret("press_always", 0.1, 0.1))
    less = regrets(ensemble, payoff, ["press_always"], -1.0)
    assert [one.mean for one in less] == pytest.approx([0.1, 0.0])


def test_plans_stand_in_the_order_of_the_case_and_nothing_ranks(case: Case, ensemble: Ensemble) -> None:
    found = comparison(ensemble, ["wait_always", "press_always"])
    text = comparison_text(found, case)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert text.index("patience") < text.index("steady pressure")
    assert "not known to the others" in text
    assert "always" not in text
    assert "not the program" in text
    german = comparison_text(found, case, "de")
    assert all(len(line) <= 80 for line in german.splitlines())
    assert "den anderen nicht bekannt" in german


def test_a_plan_without_draws_has_no_number(case: Case, ensemble: Ensemble) -> None:
    found = comparison(ensemble, ["talk_always"])
    assert found.rows[0].cells[1].value is None
    assert found.rows[0].regret_if_more == ()
    assert "–" in comparison_text(found, case)


def test_withheld_intervals_are_said(case: Case, ensemble: Ensemble) -> None:
    weights = SimpleNamespace(weight=np.full(4, 0.25), intervals_withheld=True)
    found = comparison(replace(ensemble, weights=cast("Any", {1.0: weights})), ["press_always"])
    cell = found.rows[0].cells[1]
    assert (cell.low, cell.change_low) == (None, None)
    assert [one.p90 for one in found.rows[0].regret_if_more] == [None, None]
    text = comparison_text(found, case)
    assert "Intervals are withheld" in text
    assert any(line.startswith("No plan") and "±" in line for line in text.splitlines()), "a level has its error"


def test_rules_of_a_plan_are_said_in_words(case: Case, ensemble: Ensemble) -> None:
    text = comparison_text(comparison(ensemble, ["talk_always"]), case).replace("\n", " ")
    assert "phase == war" not in text
    assert "is “" in text
    rules = {"phase == war or phase == truce": " or ", "wear > 1": "wear > 1"}
    for rule, said in rules.items():
        steps = {"talks": [{"accept": rule}, {"refuse": "always"}]}
        found = replace(comparison(ensemble, []), plans=(Option("x", True, _rules(steps), 4),))
        told = " ".join(comparison_text(found, case).split())
        assert said in told
        assert "else " in told


def _rules(steps: dict[str, list[dict[str, str]]]) -> dict[str, tuple[str, ...]]:
    return {
        step: tuple(f"{move}: {when}" for one in rules for move, when in one.items()) for step, rules in steps.items()
    }


def test_other_probabilities_stand_in_place_of_the_headlines(case: Case, ensemble: Ensemble) -> None:
    asked = cast("Any", parse_query(QUERIES[1], case.words))
    found = comparison(ensemble, ["press_always"], [asked])
    assert [row.measure.name for row in found.rows if row.measure.kind == "probability"] == [QUERIES[1]]
    usual = comparison(ensemble, ["press_always"])
    assert QUERIES[0] in [row.measure.name for row in usual.rows]
    others = [row for row in usual.rows if row.measure.kind != "probability"]
    assert [row for row in found.rows if row.measure.kind != "probability"] == others


@pytest.mark.parametrize("text", ["median(truce_in_effect)", "P(truce_in_effect by 2020-12-31 | plan = press_always)"])
def test_only_probabilities_without_a_plan_are_compared(case: Case, text: str) -> None:
    with pytest.raises(UsageError, match="--query takes a probability"):
        compare(case, Settings(), Budget(2, 0, 2, 0, 0), queries=[text])


def test_joined_plans(case: Case) -> None:
    joined = join(case, ["press_always", "talk_always"])
    assert joined.name == "talk_always+press_always"  # the order of the case
    assert joined.steps == {**case.plans["talk_always"].steps, **case.plans["press_always"].steps}
    assert joined.known
    assert not join(case, ["wait_always", "talk_always"]).known
    with pytest.raises(UsageError, match='both rule the step "pressure"'):
        join(case, ["wait_always", "press_always"])
    with pytest.raises(UsageError, match="joins two plans"):
        join(case, ["press_always"])
    with pytest.raises(UsageError, match='no plan "storm"'):
        with_plans(case, unknown=["storm"])


def test_a_plan_that_the_others_do_not_know(case: Case) -> None:
    wider = with_plans(case, ["talk_always+press_always"], ["press_always", "talk_always+press_always"])
    assert list(wider.plans)[len(case.plans) :] == [
        "talk_always+press_always",
        "press_always" + UNKNOWN,
        "talk_always+press_always" + UNKNOWN,
    ]
    hidden = wider.plans["press_always" + UNKNOWN]
    assert not hidden.known
    assert hidden.steps == case.plans["press_always"].steps


@pytest.mark.slow
def test_the_small_case_is_compared(tmp_path: Path) -> None:
    equal = {
        "plans:\n": "plans:\n  as_it_is: {steps: {pressure: [{otherwise: equilibrium}]}, title: {en: same, de: gleich}}\n"
    }
    case = read_case(write_small_case(tmp_path / "small", equal, argument=False))
    tiny = Settings(intervals=2, n_paths=2048, tolerance=1e-7, target=0.0, preview=True)
    found = compare(case, tiny, Budget(3, 0, 2, 0, 0), unknown=["press_always"], workers=1)
    assert [one.name for one in found.plans] == ["as_it_is", "press_always", "press_always" + UNKNOWN]
    for row in found.rows:
        assert row.cells[1].change == 0.0
    payoff = next(row for row in found.rows if row.measure == Measure("payoff", "south", "years"))
    assert payoff.cells[2].change not in (None, 0.0)
    assert payoff.cells[3].change != payoff.cells[2].change
    text = "P(truce_in_effect by 2020-09-30)"
    other = compare(case, tiny, Budget(3, 0, 2, 0, 0), queries=[text], plans=["press_always"], workers=1)
    (row,) = (row for row in other.rows if row.measure.kind == "probability")
    assert row.measure.name == text
    assert row.cells[0].value is not None
    assert row.cells[1].change not in (None, 0.0)
    same = next(one for one in other.rows if one.measure == payoff.measure)
    assert same.cells == (payoff.cells[0], payoff.cells[2])
