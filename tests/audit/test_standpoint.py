"""Where an argument stands: what its author assumes, and what goes before what."""

from __future__ import annotations

import pytest

from ceasefire.audit.standpoint import assumed, check_of, taken_away
from ceasefire.audit.text import cut_text
from ceasefire.case import query as q
from tests.audit.argued import argued, conclusion, premise

CHECK = "P(end_of_war by 2020-12-31 | push = 2) - P(end_of_war by 2020-12-31) > 0"


@pytest.fixture
def argument(tmp_path):
    claims = {"C1": premise("set: {mild: 0}, without: [pressure.press]"), "C2": conclusion(CHECK)}
    return argued(tmp_path, claims, "mild: 1, push: 1.5").arguments[0]


def test_what_the_author_assumes_stands_in_every_check(argument):
    assert assumed(argument) == (q.Setting("mild", 1.0), q.Setting("push", 1.5))
    assert check_of(argument.claims[1], argument).text == (
        "P(end_of_war by 2020-12-31 | push = 2, mild = 1)"
        " - P(end_of_war by 2020-12-31 | mild = 1, push = 1.5) > 0"
    )  # fmt: skip


def test_a_cut_goes_before_what_is_assumed_and_the_check_before_both(argument):
    cut = taken_away(argument.claims[0].cut)
    assert cut == (q.Setting("mild", 0.0), q.Without("pressure.press"))
    assert check_of(argument.claims[1], argument, (*cut, q.Setting("push", 3.0))).text == (
        "P(end_of_war by 2020-12-31 | push = 2, mild = 0, without = pressure.press)"
        " - P(end_of_war by 2020-12-31 | mild = 0, without = pressure.press, push = 3) > 0"
    )


def test_a_cut_as_text():
    cut = {"set": {"push": 0.5}, "without": ("pressure.press",), "freeze_belief": ("north",)}
    assert cut_text(cut) == "push = 0.5, without = pressure.press, freeze_belief = north"


def test_nothing_assumed_leaves_the_check_as_it_is_written(tmp_path):
    (argument,) = argued(tmp_path, {"C2": conclusion(CHECK)}).arguments
    assert check_of(argument.claims[0], argument) is argument.claims[0].check
