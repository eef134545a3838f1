import numpy as np
import pytest

from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.game.compile import compile_case, halved_game
from tests.game.builder import (
    actor,
    dimension,
    make_case,
    move,
    outcome,
    payoff,
    status,
    step,
    stock,
    successors,
    world,
)

PHASE = status("phase", "war", "truce", "peace")
ENDURANCE = dimension("one", "endurance", {"short": 6, "long": 12}, {"short": 0.5, "long": "rest"})


def tiring_case(in_world=None, steps=(), **more):
    tires = outcome("tires", "where(phase == war, logistic((strain - endurance) / 2), 0)", {"phase": "peace"}, in_world)
    month = step(
        "month",
        None,
        move(
            drift={"strain": "where(phase == war, 1, 0)"},
            chance=[tires, outcome("goes_on")],
            flow={"one": {"by": "phase", "war": -2, "otherwise": 1}},
        ),
    )
    settings = {
        "actors": [actor("one"), actor("two")],
        "statuses": [PHASE],
        "stocks": [stock("strain", 0, 24, 4, 25)],
        "types": [ENDURANCE],
        "steps": [*steps, month],
        "periods": 12,
    }
    return make_case(**(settings | more))


def test_nature_can_depend_on_the_types_of_one_actor():
    game = compile_case(tiring_case())
    table = game.steps[0].tables[0]
    assert table.type_actor == 0
    assert table.probability.shape[:2] == (1, 2)
    for k, limit in enumerate((6, 12)):
        p = 1 / (1 + np.exp(-(8 - limit) / 2))
        expected = {"war|strain=9": 1 - p, "peace|strain=9": p}
        assert successors(game, "month", "war|strain=8", k=k) == pytest.approx(expected)


def test_a_probability_near_one_leaves_a_small_rest_and_no_fault():
    game = compile_case(tiring_case(stocks=[stock("strain", 0, 160, 4, 161)]))
    found = successors(game, "month", "war|strain=120", k=0)
    assert found["war|strain=121"] == pytest.approx(np.exp(-57), rel=1e-6)


def test_the_world_draws_with_its_own_probability():
    worlds = [world("true_endurance", ["one.endurance"], "lognormal", median="endurance * 2", p90="endurance * 4")]
    game = compile_case(tiring_case("where(phase == war, logistic((strain - true_endurance) / 2), 0)", worlds=worlds))
    table = game.steps[0].tables[0]
    assert game.n_world == 1
    row = [game.state_names[s] for s in table.states].index("war|strain=8")
    rows, zero, profile = np.array([row, row]), np.zeros(2, int), np.array([0, 1])
    p = table.world.outcome_probability(rows, zero, profile, {"true_endurance": np.array([8.0, 10.0])})
    assert p[:, 0] == pytest.approx([0.5, 1 / (1 + np.exp(1))])
    assert p.sum(axis=1) == pytest.approx(1)
    for o, state in enumerate(("peace|strain=9", "war|strain=9")):
        span = slice(*table.world.start[[row * table.world.n_outcomes + o, row * table.world.n_outcomes + o + 1]])
        assert [game.state_names[s] for s in table.world.successor[span]] == [state]
        assert table.world.probability[0, span] == pytest.approx([1])


def test_the_world_is_drawn_given_the_type_by_inverse_distribution():
    worlds = [
        world("true_endurance", ["one.endurance"], "lognormal", median="endurance * 2", p90="endurance * 4"),
        world("weather", [], "uniform", low=0, high=10),
    ]
    game = compile_case(tiring_case(worlds=worlds))
    uniform = np.array([[0.5, 0.25], [0.5, 0.5], [0.9, 0.75]])
    drawn = game.draw_world(np.array([0, 1, 1]), uniform)
    assert drawn["true_endurance"] == pytest.approx([12, 24, 48])
    assert drawn["weather"] == pytest.approx([2.5, 5, 7.5])


def test_the_world_may_not_do_what_everybody_holds_impossible():
    worlds = [world("true_endurance", ["one.endurance"], "lognormal", median="endurance * 2", p90="endurance * 4")]
    game = compile_case(tiring_case("logistic((strain - true_endurance) / 2)", worlds=worlds))
    table = game.steps[0].tables[0]
    row = [game.state_names[s] for s in table.states].index("peace|strain=9")
    with pytest.raises(InputError) as raised:
        table.world.outcome_probability(
            np.array([row]), np.zeros(1, int), np.zeros(1, int), {"true_endurance": np.array([8.0])}
        )
    assert "peace|strain=9" in str(raised.value)


def test_drift_and_noise_add_up_and_chance_is_apart():
    month = step(
        "month",
        None,
        move(
            drift={"strain": 1.5},
            noise={"strain": 2},
            chance=[outcome("ends", 0.25, {"phase": "peace"}), outcome("goes_on")],
        ),
    )
    case = make_case(statuses=[PHASE], stocks=[stock("strain", 0, 60, 30, 31)], steps=[month])
    game = compile_case(case)
    found = successors(game, "month", "war|strain=30")
    at = np.array([float(name.split("=")[1]) for name in found])
    p, peace = np.array(list(found.values())), np.array(["peace" in name for name in found])
    assert p[peace].sum() == pytest.approx(0.25)
    assert (at * p).sum() == pytest.approx(31.5)
    assert ((at - 31.5) ** 2 * p).sum() == pytest.approx(4)
    assert game.numerical_spread["strain"] == 0


def walking_case():
    return make_case(
        actors=[actor("one", 0.9), actor("two", 0.81)],
        statuses=[PHASE],
        stocks=[stock("strain", 0, 60, 30, 31)],
        steps=[
            step(
                "talk",
                "one",
                move("wait", flow={"two": 6}),
                move("stop", effects={"phase": "truce"}, payoffs={"two": 1}),
                when="phase == war",
            ),
            step(
                "month",
                None,
                move(
                    drift={"strain": 1.5},
                    noise={"strain": 2},
                    flow={"one": 3},
                    payoffs={"one": 1},
                    chance=[
                        outcome("ends", 0.2, {"phase": "peace"}),
                        outcome("breaks", 0.16, {"phase": "war"}),
                        outcome("goes_on"),
                    ],
                ),
            ),
        ],
        periods=8,
    )


def test_half_a_period_has_half_of_flow_drift_variance_and_of_the_log_of_surviving():
    whole, half = compile_case(walking_case()), compile_case(walking_case(), Variant(halve_period=True))
    assert half.n_periods == 16
    assert half.discount_factor**2 == pytest.approx(whole.discount_factor)
    assert payoff(half, "month", "war|strain=30")[0, 0] == pytest.approx(1 + 3 / 24)
    found = successors(half, "month", "truce|strain=30")
    at, p = np.array([float(name.split("=")[1]) for name in found]), np.array(list(found.values()))
    assert (at * p).sum() == pytest.approx(30.75)
    assert ((at - 30.75) ** 2 * p).sum() == pytest.approx(2)
    stays = sum(v for name, v in found.items() if name.startswith("truce"))
    assert stays**2 == pytest.approx(1 - 0.2 - 0.16)
    ends = sum(v for name, v in found.items() if name.startswith("peace"))
    breaks = sum(v for name, v in found.items() if name.startswith("war"))
    assert ends / breaks == pytest.approx(0.2 / 0.16)


def test_one_hazard_halved_survives_two_halves_as_one_whole():
    month = step("month", None, move(chance=[outcome("ends", 0.36, {"phase": "peace"}), outcome("goes_on")]))
    game = compile_case(make_case(statuses=[PHASE], steps=[month]), Variant(halve_period=True))
    assert successors(game, "month", "war") == pytest.approx({"peace": 1 - 0.8, "war": 0.8})


def test_in_half_a_period_each_actor_sits_out_by_its_own_public_coin():
    game = compile_case(walking_case(), Variant(halve_period=True))
    assert sorted((p, tuple(sorted(out))) for p, out in game.turn_patterns) == [
        (0.25, ()),
        (0.25, (0,)),
        (0.25, (0, 1)),
        (0.25, (1,)),
    ]
    assert payoff(game, "talk", "war|strain=30", "stop")[0, 1] == 1
    turns = 2 * sum(p for p, out in game.turn_patterns if 0 not in out)
    assert turns * payoff(game, "talk", "war|strain=30", "wait")[0, 1] == pytest.approx(6 / 12)


def test_a_step_that_may_not_come_up_leaves_its_states_reachable():
    case = make_case(
        statuses=[status("paper", "none", "open", "read")],
        steps=[
            step("offer", "one", move("table", effects={"paper": "open"}), when="paper == none"),
            step("answer", "one", move("read_it", effects={"paper": "read"}), when="paper == open"),
            step("late", "one", move("wait", payoffs={"one": "where(paper == open, 1, 0)"})),
            step("month", None, move(effects={"paper": "none"})),
        ],
    )

    def late(game):
        return [game.state_names[s] for s in game.steps[2].tables[0].states]

    assert late(compile_case(case)) == ["read"]
    assert late(compile_case(case, Variant(halve_period=True))) == ["none", "open", "read"]


def test_the_halved_game_starts_where_another_game_stands():
    case = walking_case()
    game = compile_case(case)
    states = [game.state_names.index(name) for name in ("truce|strain=30", "war|strain=34")]
    half = halved_game(case, game, states, np.array([0.75, 0.25]), Variant(halve_period=True), 5)
    at = {half.state_names[s]: p for s, p in zip(half.initial_states, half.initial_probability, strict=True)}
    assert at == pytest.approx({"truce|strain=30": 0.75, "war|strain=34": 0.25})
    assert half.n_periods == 2 * (8 - 5)


def test_noise_alone_needs_no_drift():
    case = make_case(
        statuses=[PHASE],
        stocks=[stock("strain", 0, 60, 30, 31)],
        steps=[step("month", None, move(noise={"strain": 3}))],
    )
    found = successors(compile_case(case), "month", "war|strain=30")
    assert sum(float(name.split("=")[1]) * p for name, p in found.items()) == pytest.approx(30)
    assert len(found) >= 3


def test_calendar_hazards_halve_too():
    month = step(
        "month",
        None,
        move(chance=[outcome("ends", "where(date < 2020-02-01, 0.36, 0.75)", {"phase": "peace"}), outcome("goes_on")]),
    )
    game = compile_case(make_case(statuses=[PHASE], steps=[month]), Variant(halve_period=True))
    assert game.steps[0].table_of_period.tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert successors(game, "month", "war", table=1)["peace"] == pytest.approx(0.5)
