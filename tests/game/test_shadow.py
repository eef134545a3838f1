import numpy as np
import pytest

from ceasefire.errors import InputError
from ceasefire.game.compile import compile_case
from ceasefire.game.shadow import shadow_tables
from tests.game.builder import actor, dimension, make_case, move, outcome, status, step, stock, world

PRIOR = {"low": 0.5, "high": "rest"}


def two_sided_case():
    return make_case(
        actors=[actor("one"), actor("two"), actor("three")],
        statuses=[status("phase", "war", "peace")],
        stocks=[stock("strain", 0, 16, 4, 9)],
        types=[
            dimension("two", "endurance", {"low": 6, "high": 12}, PRIOR),
            dimension("one", "care", {"low": 0.1, "high": 0.4}, PRIOR),
            dimension("two", "will", {"low": 0.25, "high": 0.5}, PRIOR),
        ],
        worlds=[world("truth", ["two.endurance"], "uniform", low="endurance", high="endurance + 1")],
        steps=[
            step(
                "talk",
                "two",
                move("wait", payoffs={"two": "will * strain - one.care", "one": "two.will"}),
                move("stop", effects={"phase": "peace"}),
                when="phase == war",
            ),
            step(
                "month",
                None,
                move(
                    drift={"strain": 2},
                    chance=[
                        outcome(
                            "tires", "logistic(strain - endurance)", {"phase": "peace"}, "logistic(strain - truth)"
                        ),
                        outcome("goes_on"),
                    ],
                    flow={"two": 3},
                ),
            ),
        ],
        terminal={"two": "where(phase == war, will, 0)"},
    )


def test_a_copy_of_a_real_type_has_its_numbers():
    case = two_sided_case()
    game = compile_case(case)
    values = {"endurance": np.array([6.0, 6.0, 12.0, 12.0]), "will": np.array([0.25, 0.5, 0.25, 0.5])}
    shadow = shadow_tables(case, game, "two", values)
    assert (shadow.actor, shadow.n_shadows) == (1, 4)
    for j, found in enumerate(game.steps):
        for t, s in zip(found.tables, shadow.tables[j], strict=True):
            real = np.broadcast_to(t.payoff[..., 1], (*t.payoff.shape[:2], game.n_profiles))
            real = real.reshape(*t.payoff.shape[:2], 2, 4)
            assert np.broadcast_to(s.payoff, real.shape) == pytest.approx(real)
            assert np.broadcast_to(s.probability, t.probability.shape) == pytest.approx(t.probability)
    assert shadow.terminal == pytest.approx(game.terminal[:, :, 1].reshape(game.n_states, 2, 4))


def test_values_between_the_types_give_values_between():
    case = two_sided_case()
    game = compile_case(case)
    shadow = shadow_tables(case, game, "two", {"endurance": [6, 9, 12], "two.will": 0.25})
    table, mine = game.steps[1].tables[0], shadow.tables[1][0]
    row = [game.state_names[s] for s in table.states].index("war|strain=8")
    span = slice(table.start[row], table.start[row + 1])
    peace = [game.state_names[s].startswith("peace") for s in table.successor[span]]
    assert mine.probability[0, :, span][:, peace][:, 0] == pytest.approx(1 / (1 + np.exp(-(8 - np.array([6, 9, 12])))))


def test_the_world_of_a_shadow_is_drawn_given_its_values():
    case = two_sided_case()
    game = compile_case(case)
    shadow = shadow_tables(case, game, "two", {"endurance": [6.0, 9.0], "will": [0.25, 0.25]})
    drawn = shadow.draw_world(np.array([0, 1, 2, 3]), np.full((4, 1), 0.5))
    assert drawn["truth"] == pytest.approx([6.5, 9.5, 6.5, 9.5])
    table = shadow.tables[1][0]
    row = [game.state_names[s] for s in game.steps[1].tables[0].states].index("war|strain=8")
    p = table.world.outcome_probability(np.array([row]), np.zeros(1, int), np.array([1]), {"truth": np.array([8.0])})
    assert p[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("values", [{"endurance": [6]}, {"endurance": [6], "will": [1], "nothing": [1]}, {}])
def test_every_dimension_needs_a_value(values):
    case = two_sided_case()
    with pytest.raises(InputError) as raised:
        shadow_tables(case, compile_case(case), "two", values)
    assert raised.value.faults[0].code == "C516"
    assert "endurance, will" in raised.value.faults[0].expected


def test_an_actor_without_types_has_no_shadow():
    case = two_sided_case()
    with pytest.raises(InputError):
        shadow_tables(case, compile_case(case), "three", {"will": [1]})
