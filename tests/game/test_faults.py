"""Every fault of compiling, each with its code, a place and the state where it shows."""

from dataclasses import replace

import pytest

from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.game.compile import compile_case
from ceasefire.game.compile_faults import CODES
from tests.game.builder import (
    HERE,
    actor,
    dimension,
    make_case,
    move,
    outcome,
    parameter,
    status,
    step,
    stock,
    world,
)

PHASE = status("phase", "war", "peace")
STRAIN = stock("strain", 0, 16, 4, 9, "fault")
CALM = stock("strain", 0, 16, 4, 9)
SMALL = stock("strain", 0, 4, 0, 5)
WILL = dimension("one", "will", {"low": 0.25, "high": 0.5}, {"low": 0.5, "high": "rest"})
CARE = dimension("two", "care", {"little": 0.25, "much": 0.5}, {"little": 0.5, "much": "rest"})
PAIR = (actor("one"), actor("two"))


def month(**parts):
    return step("month", None, move(**parts))


def chance(probability, **more):
    return [outcome("ends", probability, {"phase": "peace"}, **more), outcome("goes_on")]


def case(*steps, **more):
    return make_case(**({"statuses": [PHASE], "steps": steps} | more))


DECIDES = step("talk", "one", move("wait"), move("stop", effects={"phase": "peace"}))

FAULTS = [
    ("C501", "war", case(month(chance=chance("where(phase == war, 1.5, 0)")))),
    ("C501", "war", case(month(chance=chance("where(phase == war, -1, 0)")))),
    ("C502", "war", case(month(chance=[outcome("a", 0.4), outcome("b", 0.4)]))),
    ("C502", "war", case(month(chance=[outcome("a", 0.75), outcome("b", 0.75), outcome("c")]))),
    ("C503", "strain=16", case(month(drift={"strain": 2}), stocks=[STRAIN])),
    ("C503", "strain=", case(month(noise={"strain": 1}), stocks=[STRAIN])),
    ("C504", "strain", case(month(drift={"strain": 1}, effects={"strain": 0}), stocks=[STRAIN])),
    ("C505", "strain=0", case(month(drift={"strain": 0.5}), stocks=[SMALL])),
    ("C506", "peace", case(DECIDES, step("fight", "one", move("go", when="phase == war")))),
    ("C507", "war", case(month(chance=chance("where(will > 0.3, 0.5, 0)")), types=[WILL])),
    ("C508", "one and two", case(month(chance=chance("one.will * two.care")), types=[WILL, CARE], actors=PAIR)),
    ("C509", "will", case(month(effects={"strain": "strain + 16 * will"}), types=[WILL], stocks=[STRAIN])),
    ("C509", "will", case(step("talk", "one", move("wait", chance=chance("will"))), types=[WILL])),
    ("C510", "odds", case(
        month(chance=chance("odds * will")), types=[WILL],
        parameters={"odds": parameter("odds", 0.5, {"one": "odds_one"}), "odds_one": 0.75},
    )),
    ("C511", "war", replace(case(DECIDES), terminal={})),
    ("C512", "war", case(month(flow={"one": 1}), actors=[actor("one", discount=1)])),
    ("C517", "strain", case(month(), stocks=[stock("strain", 0, 16, 17, 9)])),
    ("C518", "strain", case(
        month(drift={"strain": 2}), step("next", None, move(chance=chance("strain / 16"))), stocks=[CALM],
    )),
    ("C519", "war", case(month(noise={"strain": -1}), stocks=[STRAIN])),
    ("C520", "war", case(step("talk", "one", move("wait", weight=0), move("stop")))),
    ("C521", "war", case(month(effects={"phase": 2}))),
    ("C522", "phase", case(month(effects={"phase": "war"}, chance=chance(0.5)))),
    ("C523", "strain", case(month(), stocks=[stock("strain", 0, 16, 4, (0.0, 4.0, 3.0, 16.0))])),
    ("C523", "strain", case(month(), stocks=[stock("strain", 0, 16, 4, (0.0, 4.0))])),
    ("C524", "truth", case(month(), worlds=[world("truth", [], "normal", mean=0, sd=-1)])),
    ("C525", "made", case()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "says", "broken"), FAULTS, ids=[f"{code}-{i}" for i, (code, _, _) in enumerate(FAULTS)]
)
def test_each_fault_has_its_code_and_names_where(code, says, broken):
    with pytest.raises(InputError) as raised:
        compile_case(broken)
    fault = raised.value.faults[0]
    assert fault.code == code
    assert says in fault.message
    assert fault.place == HERE or code in {"C511", "C525"}


def test_every_code_is_met_somewhere_in_these_tests():
    elsewhere = {"C513", "C514", "C515", "C516"}  # test_memory.py, test_environment.py
    assert {code for code, _, _ in FAULTS} | elsewhere == set(CODES)


def test_a_fault_counts_the_states_and_shows_the_first():
    broken = case(month(chance=chance("strain / 4")), stocks=[stock("strain", 0, 16, 4, 9)], periods=1)
    broken = replace(broken, steps=(step("push", "one", move("push", effects={"strain": "strain + 2"})), *broken.steps))
    with pytest.raises(InputError) as raised:
        compile_case(broken)
    assert raised.value.faults[0].message == "the probability of month.ends is 1.5, in 1 state: war|strain=6"


def test_what_cannot_be_reached_is_no_fault():
    quiet = case(month(chance=chance("where(strain > 10, 2, 0.5)")), stocks=[STRAIN])
    assert compile_case(quiet).state_names == ("war|strain=4", "peace|strain=4")


def test_a_cut_that_leaves_nothing_to_do_passes_the_state_on():
    some = case(DECIDES, step("fight", "one", move("go", when="phase == war"), move("rest", when="phase == peace")))
    game = compile_case(some, Variant(without=frozenset({"fight.rest"})))
    assert [game.state_names[s] for s in game.steps[1].tables[0].states] == ["war"]


def test_a_third_step_of_nature_in_a_row_reads_nothing_that_the_first_changes():
    reads = step("last", None, move(flow={"one": "strain"}))
    middle = step("weather", None, move(payoffs={"one": 1}))
    with pytest.raises(InputError) as raised:
        compile_case(case(month(drift={"strain": 2}), middle, reads, stocks=[CALM]))
    assert "step month of nature changes" in raised.value.faults[0].message
    between = step("talk", "one", move("wait"))
    assert compile_case(case(month(drift={"strain": 2}), middle, between, reads, stocks=[CALM])).n_states == 7


def test_two_steps_of_nature_in_a_row_are_fine_where_the_second_reads_nothing_new():
    fine = case(
        month(chance=chance(0.5)),
        step("weather", None, move(drift={"strain": 1})),
        stocks=[stock("strain", 0, 16, 4, 9)],
    )
    assert compile_case(fine).n_states > 2


def test_faults_of_several_steps_are_said_at_once():
    both = case(
        month(effects={"strain": "16 * will"}),
        step("next", None, move(effects={"strain": "8 * will"})),
        types=[WILL],
        stocks=[STRAIN],
    )
    with pytest.raises(InputError) as raised:
        compile_case(both)
    assert [fault.code for fault in raised.value.faults] == ["C509", "C509"]
