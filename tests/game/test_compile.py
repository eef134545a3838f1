import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from ceasefire.case.read import read_case
from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from ceasefire.game.explicit import game_from_json
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

PHASE = status("phase", "war", "truce", "peace")


def war_case(**more):
    """Two actors, a truce that must be agreed in one step, strain that rises, exhaustion by chance."""
    settings = {
        "actors": [actor("one", 0.9), actor("two", 0.8)],
        "statuses": [PHASE, status("paper", "no_paper", "by_one")],
        "stocks": [stock("strain", 0, 16, 4, 9)],
        "parameters": {"rise": 3.0, "cost": 0.25, "war_pay": -2.0, "peace_pay": 1.0},
        "steps": [
            step(
                "offer",
                "one",
                move("silent"),
                move("propose", effects={"paper": "by_one"}, payoffs={"one": "-cost"}),
                when="phase == war",
            ),
            step(
                "answer",
                "two",
                move("refuse", effects={"paper": "no_paper"}),
                move("accept", when="paper == by_one", effects={"phase": "truce", "paper": "no_paper"}),
                when="phase == war",
            ),
            step(
                "month",
                None,
                move(
                    drift={"strain": {"by": "phase", "war": "rise", "otherwise": 0}},
                    chance=[
                        outcome("tires", "where(phase == war, strain / 32, 0)", {"phase": "peace"}),
                        outcome("goes_on"),
                    ],
                    flow={"one": {"by": "phase", "war": "war_pay", "truce": 0, "peace": "peace_pay"}},
                ),
            ),
        ],
        "terminal": {"one": -1, "two": {"by": "phase", "war": -3, "otherwise": 2}},
    }
    return make_case(**(settings | more))


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


def test_equal_to_the_same_game_written_out():
    case = make_case(
        actors=[actor("one", 0.9), actor("two", 0.9)],
        statuses=[status("phase", "a", "b")],
        types=[dimension("one", "will", {"low": 0.1, "high": 0.7}, {"low": 0.4, "high": "rest"})],
        steps=[
            step(
                "lever",
                "one",
                move("wait", payoffs={"one": "will", "two": "one.will / 10"}),
                move("press", effects={"phase": "b"}),
                when="phase == a",
            ),
            step(
                "month",
                None,
                move(chance=[outcome("back", 0.3, {"phase": "a"}), outcome("stay")], payoffs={"two": 12}),
                when="phase == b",
            ),
        ],
        terminal={
            "one": {"by": "phase", "a": -1, "otherwise": 0},
            "two": {"by": "phase", "a": 0, "otherwise": "one.will"},
        },
        periods=3,
    )
    precision = float(np.log(9) / 0.1)
    written = game_from_json(
        {
            "format": "ceasefire-game/1",
            "title": "Made",
            "actors": [{"name": n, "precision": precision, "discount_factor": 0.9} for n in ("one", "two")],
            "types": {"one": {"labels": ["low", "high"], "prior": [0.4, 0.6]}},
            "states": ["a", "b"],
            "initial": "a",
            "periods": 3,
            "steps": [
                {
                    "name": "lever",
                    "actor": "one",
                    "moves": ["wait", "press"],
                    "table": {
                        "a": {
                            "wait": {
                                "to": {"a": 1.0},
                                "payoffs": {"one": [0.1, 0.7], "two": {"over": ["one"], "values": [0.01, 0.07]}},
                            },
                            "press": {"to": {"b": 1.0}, "payoffs": {}},
                        }
                    },
                },
                {
                    "name": "month",
                    "actor": None,
                    "table": {"b": {"": {"to": {"a": 0.3, "b": 0.7}, "payoffs": {"two": 12}}}},
                },
            ],
            "terminal": {"a": {"one": -1}, "b": {"two": {"over": ["one"], "values": [0.1, 0.7]}}},
        }
    )
    game = compile_case(case)
    for field in ("state_names", "type_labels", "n_periods", "actor_names"):
        assert getattr(game, field) == getattr(written, field)
    for field in ("precision", "discount_factor", "initial_states", "stationary"):
        assert np.asarray(getattr(game, field)) == pytest.approx(np.asarray(getattr(written, field)))
    assert np.broadcast_to(written.terminal, game.terminal.shape) == pytest.approx(game.terminal)
    for mine, theirs in zip(game.steps, written.steps, strict=True):
        assert (mine.name, mine.actor, mine.table_of_period.tolist()) == (
            theirs.name,
            theirs.actor,
            theirs.table_of_period.tolist(),
        )
        for t, w in zip(mine.tables, theirs.tables, strict=True):
            for field in ("states", "feasible", "start", "successor", "probability"):
                assert getattr(t, field).tolist() == getattr(w, field).tolist(), field
            both = np.broadcast_arrays(t.payoff, w.payoff)
            assert both[0] == pytest.approx(both[1])


def same_game(one, other, actors, states):
    """Hold two games to be one, given the order of actors and states of the second in the first."""
    assert other.terminal[np.ix_(states, range(other.terminal.shape[1]), actors)] == pytest.approx(one.terminal)
    back = np.argsort(states)
    for mine, theirs in zip(one.steps, other.steps, strict=True):
        for t, w in zip(mine.tables, theirs.tables, strict=True):
            place = [list(w.states).index(states[s]) for s in t.states]
            assert t.payoff == pytest.approx(w.payoff[place][..., actors])
            assert (t.feasible == w.feasible[place]).all()
            for row, other_row in enumerate(place):
                for a in range(t.n_moves):

                    def lottery(table, r, index, a=a):
                        span = slice(table.start[r * table.n_moves + a], table.start[r * table.n_moves + a + 1])
                        pairs = zip(index(table.successor[span]), table.probability[0, 0, span], strict=True)
                        return sorted((int(s), float(p)) for s, p in pairs)

                    first = lottery(t, row, lambda s: s)
                    second = lottery(w, other_row, lambda s: back[s])
                    assert [s for s, _ in first] == [s for s, _ in second]
                    assert [p for _, p in first] == pytest.approx([p for _, p in second])


def test_renaming_changes_nothing(tmp_path):
    one = compile_case(read_case(write_small_case(tmp_path / "a")))
    words = {"strain": "burden", "war": "fighting", "north": "upper", "resolve: {values": "grit: {values"}
    folder = write_small_case(tmp_path / "b", argument=False)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    for old, new in words.items():
        text = text.replace(old, new)
    text = text.replace('"resolve - ', '"grit - ').replace("1 - resolve", "1 - grit").replace(".resolve]", ".grit]")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    (folder / "record.yaml").write_text("format: ceasefire-record/1\nitems: []\n", encoding="utf-8")
    other = compile_case(read_case(folder))
    assert other.actor_names == ("upper", "south")
    same_game(one, other, [0, 1], np.arange(one.n_states))


def test_reordering_actors_and_labels_changes_the_order_only():
    case = war_case()
    one = compile_case(case)
    phase = replace(case.statuses[0], labels=("peace", "war", "truce"))
    other = compile_case(replace(case, actors=case.actors[::-1], statuses=(case.statuses[1], phase)))
    names = ["|".join(name.split("|")[i] for i in (1, 0, 2)) for name in one.state_names]
    states = np.array([other.state_names.index(name) for name in names])
    assert other.actor_names == ("two", "one")
    same_game(one, other, [1, 0], states)


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
