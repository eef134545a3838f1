import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from ceasefire.case.priors import make_prior
from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from tests.game.builder import (
    HERE,
    actor,
    dimension,
    formula,
    joint,
    make_case,
    move,
    parameter,
    status,
    step,
    stock,
)

PHASE = status("phase", "war", "peace")


def code_of(raised):
    return [fault.code for fault in raised.value.faults]


def test_precision_is_derived_and_scaled():
    case = make_case(actors=[actor("one", better="consistency", by=0.2)], parameters={"consistency": 0.9})
    assert Environment(case).precision[0] == pytest.approx(np.log(9) / 0.2)
    assert Environment(case, Variant(precision_factor=2)).precision[0] == pytest.approx(2 * np.log(9) / 0.2)
    assert Environment(case, Variant(precision_factor=0)).precision[0] == 0
    assert Environment(case, Variant(settings={"consistency": 0.8})).precision[0] == pytest.approx(np.log(4) / 0.2)


@pytest.mark.parametrize(("length", "months"), [("month", 1), ("year", 12), ("week", 12 * 7 / 365.25)])
def test_the_discount_factor_is_per_month_whatever_the_period(length, months):
    case = make_case(actors=[actor("one", discount=0.98)], length=length)
    assert Environment(case).discount_factor[0] == pytest.approx(0.98**months)
    halved = Environment(case, Variant(halve_period=True))
    assert halved.discount_factor[0] ** 2 == pytest.approx(0.98**months)
    assert 2 * halved.years == pytest.approx(Environment(case).years)


def test_numbers_are_medians_unless_set():
    uncertain = parameter("drain", 1.0)
    uncertain = replace(uncertain, prior=make_prior("lognormal", {"median": 2.0, "p90": 4.0}))
    late = replace(parameter("late", 7.0), hindsight=True, without_hindsight=3.0)
    case = make_case(parameters={"drain": uncertain, "late": late}, rivals={"p1": 1})
    env = Environment(case)
    assert (env.number("drain"), env.number("late"), env.number("p1")) == (pytest.approx(2), 7, 1)
    env = Environment(case, Variant(settings={"drain": 5.0, "p1": 0}, without_hindsight=True))
    assert (env.number("drain"), env.number("late"), env.number("p1")) == (5, 3, 0)


def test_a_view_has_its_own_value_and_others_the_nominal_one():
    case = make_case(
        actors=[actor("one"), actor("two")],
        parameters={"effect": parameter("effect", 0.4, {"two": "effect_two"}), "effect_two": 0.9},
        types=[dimension("one", "will", {"low": "effect", "high": 1}, {"low": 0.5, "high": "rest"})],
    )
    env = Environment(case)
    assert env.view_of_actor.tolist() == [0, 1]
    assert [env.view(name).numbers["effect"] for name in (None, "one", "two")] == [0.4, 0.4, 0.9]
    assert env.view("two").type_values["one.will"].tolist() == [0.9, 1]


def test_types_are_the_product_of_dimensions_row_major():
    case = make_case(
        types=[
            dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.25, "high": "rest"}),
            dimension("one", "wind", {"short": 6, "long": 24}, {"long": 0.4, "short": "rest"}),
        ]
    )
    space = Environment(case).types[0]
    assert space.label_names == ("low/short", "low/long", "high/short", "high/long")
    assert space.prior == pytest.approx([0.15, 0.1, 0.45, 0.3])
    values = Environment(case).profile_values(Environment(case).views[0])
    assert values["one.wind"].tolist() == [6, 24, 6, 24]
    weights = {("low", "short"): 0.5, ("high", "long"): "rest"}
    correlated = Environment(replace(case, joint_priors=(joint("one", weights),))).types[0]
    assert correlated.prior.tolist() == [0.5, 0, 0, 0.5]
    given = Environment(case, Variant(type_prior={"one": {"low/long": 1.0}})).types[0]
    assert given.prior.tolist() == [0, 1, 0, 0]


def test_profiles_run_over_all_actors_in_their_order():
    case = make_case(
        actors=[actor("one"), actor("two"), actor("three")],
        types=[
            dimension("three", "wind", {"short": 6, "long": 24}, {"short": 0.5, "long": "rest"}),
            dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": "rest"}),
        ],
    )
    env = Environment(case)
    assert env.n_profiles == 4
    values = env.profile_values(env.views[0])
    assert values["one.will"].tolist() == [0, 0, 1, 1]
    assert values["three.wind"].tolist() == [6, 24, 6, 24]


def test_a_bare_name_is_ones_own():
    prior = {"low": 0.5, "high": "rest"}
    case = make_case(
        actors=[actor("one"), actor("two")],
        types=[
            dimension("one", "will", {"low": 0, "high": 1}, prior),
            dimension("two", "will", {"low": 2, "high": 3}, prior),
        ],
    )
    env = Environment(case)
    assert env.own_names("one") == {"will": "one.will"}
    assert env.own_names("two") == {"will": "two.will"}
    assert env.own_names(None) == {}


def test_dates_of_periods_and_of_halves():
    case = make_case(periods=6)
    env = Environment(case)
    assert env.date_of(2) == dt.date(2020, 3, 1).toordinal()
    halved = Environment(case, Variant(halve_period=True), first_period=2)
    assert halved.n_periods == 8
    assert [halved.date_of(t) for t in range(3)] == [
        dt.date(2020, m, d).toordinal() for m, d in ((3, 1), (3, 16), (4, 1))
    ]
    days = [dt.date(2020, 3, 1) + dt.timedelta(days=d) for d in range(90)]
    for day in days:
        period = halved.period_of(day)
        assert halved.date_of(period) <= day.toordinal() < halved.date_of(period + 1)


def test_the_horizon_can_be_lengthened():
    assert Environment(make_case(periods=10), Variant(horizon_factor=1.25)).n_periods == 13


def test_conditions_read_state_date_and_parameters():
    case = make_case(
        statuses=[PHASE],
        stocks=[stock("strain", 0, 8, 0, 9)],
        parameters={"limit": 2.0},
        steps=[
            step("talk", "one", move("go_on"), move("stop", effects={"phase": "peace"}), when="phase == war"),
            step("month", None, move(drift={"strain": "where(phase == war, 1, 0)"})),
        ],
    )
    game, env = compile_case(case), Environment(case)
    holds = env.condition(formula("phase == war and strain > limit"), game, 0)
    assert {game.state_names[s] for s in np.flatnonzero(holds)} == {f"war|strain={n}" for n in range(3, 9)}
    assert not env.condition(formula("date >= 2020-03-01"), game, 1).any()
    assert env.condition(formula("date >= 2020-03-01"), game, 2).all()
    assert env.condition(formula("phase == war"), game, 0).shape == (game.n_states,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actors": [actor("one", better=1)]}, "C514"),
        ({"actors": [actor("one", better=0.4)]}, "C514"),
        ({"actors": [actor("one", discount=1.2)]}, "C514"),
        ({"types": [dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": 0.6})]}, "C515"),
        ({"types": [dimension("one", "will", {"low": 0, "high": 1}, {"low": 1.5, "high": "rest"})]}, "C515"),
    ],
)
def test_numbers_that_make_no_sense_are_faults(change, code):
    case = make_case(statuses=[PHASE], steps=[step("talk", "one", move("wait"))], **change)
    with pytest.raises(InputError) as raised:
        compile_case(case)
    assert code_of(raised) == [code]


@pytest.mark.parametrize(
    "variant",
    [
        Variant(settings={"nothing": 1}),
        Variant(without=frozenset({"talk.nothing"})),
        Variant(freeze_belief=frozenset({"nobody"})),
        Variant(halve_stock="nothing"),
        Variant(type_prior={"nobody": {"low": 1}}),
        Variant(type_prior={"one": {"middle": 1}}),
    ],
)
def test_a_variant_that_names_what_is_not_there_is_a_fault(variant):
    types = [dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": "rest"})]
    case = make_case(statuses=[PHASE], steps=[step("talk", "one", move("wait"))], types=types)
    with pytest.raises(InputError) as raised:
        compile_case(case, variant)
    assert code_of(raised) == ["C516"]


def test_places_of_faults_are_those_of_the_formula():
    case = make_case(actors=[actor("one", better=1)], statuses=[PHASE], steps=[step("talk", "one", move("wait"))])
    with pytest.raises(InputError) as raised:
        compile_case(case)
    assert raised.value.faults[0].place == HERE
