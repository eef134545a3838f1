import datetime as dt

import numpy as np
import pytest

from ceasefire.case.read import read_case
from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from tests.case.small_case import write_small_case
from tests.game.builder import (
    actor,
    dimension,
    make_case,
    move,
    outcome,
    parameter,
    payoff,
    status,
    step,
    stock,
    successors,
)
from tests.game.war_case import PHASE, war_case


def test_states_are_the_reachable_ones():
    game = compile_case(war_case())
    assert game.n_states == len(set(game.state_names)) < 3 * 2 * 9
    assert "war|no_paper|strain=4" in game.state_names
    assert not [name for name in game.state_names if name.startswith("truce|by_one")]
    assert not [name for name in game.state_names if name.startswith("war|no_paper|strain=2")]
    assert [game.state_names[s] for s in game.initial_states] == ["war|no_paper|strain=4"]
    assert game.initial_probability.tolist() == [1]


def test_moves_and_payoffs_by_hand():
    game = compile_case(war_case())
    assert successors(game, "offer", "war|no_paper|strain=6", "propose") == {"war|by_one|strain=6": 1}
    assert payoff(game, "offer", "war|no_paper|strain=6", "propose").tolist() == [[-0.25, 0]]
    assert payoff(game, "offer", "war|no_paper|strain=6", "silent").tolist() == [[0, 0]]
    answer = game.steps[1].tables[0]
    names = [game.state_names[s] for s in answer.states]
    assert answer.feasible[:, 0].all()
    assert answer.feasible[:, 1].tolist() == ["by_one" in name for name in names]
    assert successors(game, "answer", "war|by_one|strain=6", "accept") == {"truce|no_paper|strain=6": 1}


def test_nature_by_hand_reads_the_state_before_the_step():
    game = compile_case(war_case())
    found = successors(game, "month", "war|no_paper|strain=8")
    assert found == pytest.approx(
        {
            "war|no_paper|strain=10": 0.375,
            "war|no_paper|strain=12": 0.375,
            "peace|no_paper|strain=10": 0.125,
            "peace|no_paper|strain=12": 0.125,
        }
    )
    assert payoff(game, "month", "war|no_paper|strain=8")[0] == pytest.approx([-2 / 12, 0])
    assert successors(game, "month", "peace|no_paper|strain=10") == {"peace|no_paper|strain=10": 1}


def test_terminal_is_flow_for_ever_where_nothing_can_change_and_the_formula_elsewhere():
    game = compile_case(war_case())
    value = {name: game.terminal[s, 0] for s, name in enumerate(game.state_names)}
    assert value["peace|no_paper|strain=10"] == pytest.approx([1 / 12 / (1 - 0.9), 0])
    assert value["truce|no_paper|strain=6"] == pytest.approx([0, 0])
    assert value["war|no_paper|strain=4"] == pytest.approx([-1, -3])
    assert not game.stationary.any()
    assert compile_case(war_case(terminal={"one": "stationary"})).stationary.tolist() == [True, False]


def test_probabilities_sum_to_one_and_every_row_can_move(tmp_path):
    for case in (war_case(), read_case(write_small_case(tmp_path / "small"))):
        game = compile_case(case)
        for found in game.steps:
            for t in found.tables:
                assert t.feasible.any(axis=1).all()
                lengths = np.diff(t.start)
                assert ((lengths > 0) == t.feasible.ravel()).all()
                total = np.add.reduceat(t.probability, t.start[:-1][lengths > 0], axis=2)
                assert total == pytest.approx(1, abs=1e-12)
                assert t.successor.max() < game.n_states
                for cell in range(len(lengths)):
                    part = t.successor[t.start[cell] : t.start[cell + 1]]
                    assert len(set(part)) == len(part)


def test_the_calendar_decides_which_table_a_period_has():
    case = make_case(
        statuses=[status("phase", "a", "b")],
        steps=[
            step("early", "one", move("wait"), move("go", effects={"phase": "b"}), when="date < 2020-03-01"),
            step("month", None, move(payoffs={"one": "where(date >= 2020-03-01, 5, 1) + where(phase == a, 0, 10)"})),
        ],
        periods=6,
    )
    game = compile_case(case)
    assert game.steps[0].table_of_period.tolist() == [0, 0, -1, -1, -1, -1]
    assert game.steps[1].table_of_period.tolist() == [0, 0, 1, 1, 1, 1]
    assert [payoff(game, "month", "b", table=k)[0, 0] for k in (0, 1)] == [11, 15]


def test_a_date_in_arithmetic_gives_a_table_to_every_period():
    pay = {"one": "(date - 2020-01-01) / 365.25"}
    game = compile_case(make_case(statuses=[PHASE], steps=[step("month", None, move(payoffs=pay))], periods=3))
    assert [t.payoff[0, 0, 0, 0] * 365.25 for t in game.steps[0].tables] == pytest.approx([0, 31, 60])


@pytest.mark.parametrize(("length", "share"), [("month", 1 / 12), ("week", 7 / 365.25), ("year", 1)])
def test_flow_is_per_year_drift_and_noise_per_month(length, share):
    case = make_case(
        statuses=[PHASE],
        stocks=[stock("strain", 0, 100, 50, 401)],
        steps=[
            step("time", None, move(flow={"one": 3}, payoffs={"one": 1}, drift={"strain": 1}, noise={"strain": 0.5}))
        ],
        length=length,
    )
    game = compile_case(case)
    assert payoff(game, "time", "war|strain=50")[0, 0] == pytest.approx(1 + 3 * share)
    found = successors(game, "time", "war|strain=50")
    at, p = np.array([float(n.split("=")[1]) for n in found]), np.array(list(found.values()))
    assert (at * p).sum() == pytest.approx(50 + 12 * share)
    assert ((at - 50 - 12 * share) ** 2 * p).sum() == pytest.approx(0.25 * 12 * share)


def test_weights_and_moves_that_are_cut():
    case = make_case(
        statuses=[PHASE],
        parameters={"half": 0.5},
        steps=[step("talk", "one", move("go", weight="half"), move("wait"), move("stop", effects={"phase": "peace"}))],
    )
    game = compile_case(case)
    assert game.steps[0].tables[0].log_weight[0] == pytest.approx([np.log(0.5), 0, 0])
    cut = compile_case(case, Variant(without=frozenset({"talk.stop"})))
    assert cut.state_names == ("war",)
    assert cut.steps[0].tables[0].feasible.tolist() == [[True, True, False]]
    gone = compile_case(case, Variant(without=frozenset(f"talk.{n}" for n in ("go", "wait", "stop"))))
    assert gone.steps[0].table_of_period.tolist() == [-1] * 4


def test_an_initial_value_between_nodes_is_a_lottery_under_a_variant():
    case = war_case(
        parameters={"rise": 3.0, "cost": 0.25, "war_pay": -2.0, "peace_pay": 1.0, "strain_0": 4.0},
        stocks=[stock("strain", 0, 16, "strain_0", 9)],
    )
    game = compile_case(case, Variant(settings={"strain_0": 4.5}))
    at = {game.state_names[s]: p for s, p in zip(game.initial_states, game.initial_probability, strict=True)}
    assert at == pytest.approx({"war|no_paper|strain=4": 0.75, "war|no_paper|strain=6": 0.25})


def test_a_game_can_start_later_from_given_states():
    columns = {"phase": np.array([1, 0]), "paper": np.array([0, 0]), "strain": np.array([8.0, 9.0])}
    game = compile_case(war_case(), initial=(columns, np.array([0.5, 0.5])), first_period=2)
    at = {game.state_names[s]: p for s, p in zip(game.initial_states, game.initial_probability, strict=True)}
    assert at == pytest.approx(
        {"truce|no_paper|strain=8": 0.5, "war|no_paper|strain=8": 0.25, "war|no_paper|strain=10": 0.25}
    )
    assert game.steps[0].table_of_period.tolist() == [-1, -1, 0, 0]


def test_halving_a_stock_doubles_its_cells():
    one, other = compile_case(war_case()), compile_case(war_case(), Variant(halve_stock="strain"))
    assert np.diff(np.unique(one.state_columns["strain"])).min() == 2
    assert sorted(set(other.state_columns["strain"])) == [4, 7, 10, 13, 16]
    assert other.numerical_spread["strain"] == 0
    assert one.numerical_spread["strain"] == 1


def test_perceptions_make_views():
    case = make_case(
        actors=[actor("one"), actor("two")],
        statuses=[status("phase", "a", "b")],
        parameters={
            "effect": parameter("effect", 0.25, {"two": "effect_two"}),
            "effect_two": 0.75,
            "gain": parameter("gain", 1.0, {"one": "gain_one"}),
            "gain_one": 3.0,
        },
        steps=[
            step(
                "call",
                "one",
                move("no"),
                move("yes", chance=[outcome("works", "effect", {"phase": "b"}), outcome("fails")]),
            ),
            step("month", None, move(payoffs={"one": "gain", "two": "gain"})),
        ],
    )
    game = compile_case(case)
    call, month = game.steps[0].tables[0], game.steps[1].tables[0]
    assert call.view_of_actor.tolist() == [0, 1]
    assert month.view_of_actor.tolist() == [0, 0]
    assert successors(game, "call", "a", "yes", v=0) == {"a": 0.75, "b": 0.25}
    assert successors(game, "call", "a", "yes", v=1) == {"a": 0.25, "b": 0.75}
    assert month.payoff[0, 0, 0].tolist() == [3, 1]


def test_a_view_may_end_elsewhere():
    case = make_case(
        statuses=[PHASE],
        stocks=[stock("strain", 0, 16, 4, 9)],
        parameters={"jump": parameter("jump", 2.0, {"one": "jump_one"}), "jump_one": 4.0},
        steps=[step("push", "one", move("push", effects={"strain": "strain + jump"}))],
    )
    game = compile_case(case)
    assert successors(game, "push", "war|strain=4", "push", v=0) == {"war|strain=6": 1}
    assert successors(game, "push", "war|strain=4", "push", v=1) == {"war|strain=8": 1}


def test_freezing_beliefs_and_plain_numbers_reach_the_game():
    types = [dimension("two", "will", {"low": 0, "high": 1}, {"low": 0.25, "high": "rest"})]
    game = compile_case(war_case(types=types), Variant(freeze_belief=frozenset({"two"}), precision_factor=2))
    assert game.freeze_belief == {1}
    assert game.type_labels == (("",), ("low", "high"))
    assert game.prior[1].tolist() == [0.25, 0.75]
    assert game.precision == pytest.approx(2 * Environment(war_case()).precision)


def test_the_horizon_adds_periods_and_no_states():
    one, longer = compile_case(war_case()), compile_case(war_case(), Variant(horizon_factor=1.25))
    assert (one.n_periods, longer.n_periods) == (4, 5)
    assert one.state_names == longer.state_names


def test_one_date_is_the_first_day_of_the_period():
    pay = {"one": "where(date >= 2020-02-15, 1, 0)"}
    game = compile_case(
        make_case(statuses=[PHASE], steps=[step("month", None, move(payoffs=pay))], start=dt.date(2020, 1, 1))
    )
    assert game.steps[0].table_of_period.tolist() == [0, 0, 1, 1]
