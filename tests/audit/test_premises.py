"""Premises that are cut: verdicts, arrows, the largest change, and cuts that leave the game as it is."""

from __future__ import annotations

import pytest

from ceasefire.audit import audit_case
from ceasefire.audit.premises import changes_game
from ceasefire.audit.watched import foremost, watched
from ceasefire.case import query as q
from ceasefire.case import read_case
from ceasefire.forecast.settings import FULL
from tests.audit.argued import argued, conclusion, premise
from tests.audit.told import Told

CHECK = "P(end_of_war by 2020-12-31) > 0.5"
CUT = "without = pressure.press"
NOTHING = {"otherwise": 0.3}


def claims(cut: str = "without: [pressure.press]", check: str = CHECK) -> dict[str, str]:
    return {"C1": premise(cut), "C2": conclusion(check)}


def audit(folder, numbers, **more):
    case = argued(folder, claims(**more))
    return audit_case(case, FULL, asker=Told(case, numbers))


@pytest.mark.parametrize(
    ("after", "verdict", "turns"),
    [
        (0.4, "carries", ("C2",)),
        (0.7, "idle", ()),  # what a check asks is not watched by itself
        ((0.4, 0.11), "idle", ()),  # the paired change of 0.2 lies within two standard errors
        (float("nan"), "idle", ()),
    ],
)
def test_what_turns_is_carried(tmp_path, after, verdict, turns):
    check = "P(end_of_war by 2020-12-31)"
    found = audit(tmp_path, NOTHING | {check: 0.6, f"{check[:-1]} | {CUT})": after})
    one, other = found.claims
    (arrow,) = found.argument_map
    assert (arrow.argument, arrow.premise, arrow.conclusion) == ("one", "C1", "C2")
    assert (one.turns, other.turns) == (turns, tuple("C1" for _ in turns))
    assert arrow.turns == bool(turns)
    assert arrow.before == pytest.approx(0.1)
    assert one.verdict == verdict


def test_a_premise_that_stands_against_its_own_conclusion_does_not_carry_it(tmp_path):
    check = "P(end_of_war by 2020-12-31)"
    one, other = audit(tmp_path, NOTHING | {check: 0.4, f"{check[:-1]} | {CUT})": 0.6}).claims
    assert (one.verdict, one.notes, one.turns) == ("idle", ("against",), ("C2",))
    assert (other.holds, other.turns) == (False, ("C1",))


def test_a_median_that_comes_within_reach_without_the_premise(tmp_path):
    def number(text, settings, slips):
        return 0.3 if "median" not in text else 3.0 if CUT in text else float("inf")

    found = audit(tmp_path, number, check="median(end_of_war) < 2021-06-30")
    assert found.claims[0].notes == ("against",)
    assert found.argument_map[0].before is None


def test_the_largest_change_is_one_that_is_beyond_its_error(tmp_path):
    watched = "P(end_of_war by 2021-12-31)"
    noisy = "P(fighting_again by 2021-12-31)"
    numbers = NOTHING | {f"{watched[:-1]} | {CUT})": 0.2, f"{noisy[:-1]} | {CUT})": (0.9, 0.4)}
    one = audit(tmp_path, numbers).claims[0]
    assert (one.verdict, one.changed) == ("moves", f"{watched[:-1]} | {CUT})")
    assert (one.changed_from, one.largest_change) == (0.3, pytest.approx(-0.1))
    assert one.change_error == pytest.approx(0.0)


def test_nothing_beyond_the_error_is_idle(tmp_path):
    one = audit(tmp_path, lambda text, *_: (0.4, 0.06) if CUT in text else 0.3).claims[0]
    assert (one.verdict, one.largest_change, one.change_error) == ("idle", pytest.approx(0.1), pytest.approx(0.06))


@pytest.mark.parametrize(
    ("outcome", "changed", "notes"),
    [
        (0.3, "P(talks.offer at 2020-06-01 | without = pressure.press)", ("next_move",)),
        (0.4, "P(end_of_war by 2021-12-31 | without = pressure.press)", ()),
    ],
)
def test_what_an_actor_does_next_is_watched_behind_the_outcomes(tmp_path, outcome, changed, notes):
    """The larger change is that of a move; it is named only where no outcome moves."""
    case = argued(tmp_path, claims())
    move = next(one for one in watched(case) if isinstance(one, q.MoveAt) and one.step == "talks")
    end = "P(end_of_war by 2021-12-31"
    asker = Told(case, NOTHING | {f"{move.text[:-1]} | {CUT})": 0.9, f"{end} | {CUT})": outcome})
    one = audit_case(case, asker=asker).claims[0]
    assert one.verdict == "moves"
    assert (one.changed.split(" |")[0] == end) == (outcome != 0.3)
    assert one.notes == notes


def test_foremost_are_outcomes_headlines_and_the_near_event(tmp_path):
    case = argued(tmp_path, claims(), edits={"near_event: truce_in_effect": "near_event: pressure"})
    first, every = foremost(case), watched(case)
    assert every[: len(first)] == first
    assert {one.step for one in first if isinstance(one, q.MoveAt)} == {"pressure"}
    others = {step.name for step in case.steps if step.actor is not None and len(step.moves) > 1}
    assert {one.step for one in every if isinstance(one, q.MoveAt)} == others > {"pressure"}
    assert all(one.text for one in every)


@pytest.mark.parametrize(("change", "verdict"), [(-0.03, "idle"), (-0.05, "moves")])
def test_the_error_of_a_change_is_what_the_change_owes_to_the_grid(tmp_path, change, verdict):
    """On half the intervals both numbers are 0.2 larger, which cancels, and the change is smaller by 0.04."""

    def number(text, settings, slips):
        rough = settings.divide > 1
        return 0.71 + 0.2 * rough + (change + 0.04 * rough) * (CUT in text)

    one = audit(tmp_path, number).claims[0]
    assert (one.changed_from, one.largest_change) == (pytest.approx(0.71), pytest.approx(change))
    assert one.numerical_error == pytest.approx(0.04)
    assert one.verdict == verdict


def test_a_turn_within_the_error_of_the_grid_is_none(tmp_path):
    def number(text, settings, slips):
        return 0.49 if CUT in text else 0.51 if settings.preview else 0.53

    (arrow,) = audit(tmp_path, number).argument_map
    assert (arrow.before, arrow.after) == (pytest.approx(0.01), pytest.approx(-0.01))
    assert not arrow.turns
    assert arrow.error == pytest.approx(0.04)  # 0.02 is left on the finer grid, and twice that on the coarser


@pytest.mark.parametrize(
    ("cut", "condition", "noted"),
    [
        ("set: {push: 0.1}", "push = 0.2", True),
        ("set: {push: 0.1, wear: 1.2}", "push = 0.2", True),
        ("without: [pressure.press]", "without = pressure.press", True),
        ("set: {push: 0.1}", "wear = 1.2", False),
        ("without: [pressure.press]", "push = 0.2", False),
    ],
)
def test_a_check_that_sets_what_a_cut_would_set_is_noted_on_both(tmp_path, cut, condition, noted):
    case = argued(tmp_path, claims(cut, f"P(end_of_war by 2020-12-31 | {condition}) > 0.5"))
    one, other = audit_case(case, asker=Told(case, NOTHING), every=True).claims
    assert ("set_by_check" in one.notes, "set_by_check" in other.notes) == (noted, noted)


def test_the_moves_of_a_step_that_is_cut_are_not_watched(tmp_path):
    edits = {"near_event: truce_in_effect": "near_event: pressure"}
    case = argued(tmp_path, claims(), edits=edits)
    asker = Told(case, lambda text, *_: 0.9 if CUT in text and "pressure.wait" in text else 0.3)
    assert audit_case(case, asker=asker).claims[0].verdict == "idle"
    assert not any("P(pressure." in one.query.text for one in asker.asked if CUT in one.query.text)
    other = argued(tmp_path / "other", claims("set: {push: 0.1}"), edits=edits)
    asker = Told(other, lambda text, *_: 0.9 if "push = 0.1" in text and "pressure.wait" in text else 0.3)
    assert audit_case(other, asker=asker).claims[0].changed.startswith("P(pressure.wait at 2020-")


@pytest.mark.parametrize(("moves", "silent"), [("move: press", True), ("moves: [press, wait]", False)])
def test_a_cut_of_moves_that_the_record_knows_is_noted(tmp_path, moves, silent):
    folder = argued(tmp_path, claims()).folder
    record = (folder / "record.yaml").read_text(encoding="utf-8")
    known = record.replace(
        "move: press, unsourced: true", f'{moves}, source: {{source: essay, excerpt: "they pushed"}}'
    )
    (folder / "record.yaml").write_text(known, encoding="utf-8")
    case = read_case(folder)
    one = audit_case(case, asker=Told(case, NOTHING)).claims[0]
    assert (one.notes, one.detail) == ((("silent_record",), "first_push") if silent else ((), ""))


def test_an_item_without_a_source_is_silent_anyway(tmp_path):
    assert audit(tmp_path, NOTHING).claims[0].notes == ()


def test_a_check_in_another_game_is_cut_on_request(tmp_path):
    case = argued(tmp_path, claims(check="P(end_of_war by 2020-12-31 | mild = 1) > 0.5"))
    seldom = audit_case(case, asker=Told(case, NOTHING))
    assert seldom.argument_map == ()
    assert seldom.claims[1].notes == ("not_cut",)
    always = audit_case(case, asker=Told(case, NOTHING), every=True)
    assert [(one.premise, one.conclusion) for one in always.argument_map] == [("C1", "C2")]
    assert always.claims[1].notes == ()


@pytest.mark.parametrize(
    ("cut", "changes"),
    [
        ((q.Without("pressure.press"),), True),
        ((q.FreezeBelief("north"),), True),
        ((q.Setting("push", 0.5),), True),
        ((q.Setting("push", 1.0),), False),  # its median
        ((q.Setting("mild", 0.0),), False),
        ((q.Setting("mild", 1.0),), True),
        ((q.Setting("p_high", 0.5),), True),
    ],
)
def test_whether_a_cut_changes_the_game(tmp_path, cut, changes):
    assert changes_game(argued(tmp_path, {}), (), cut) == changes


@pytest.mark.parametrize(("push", "changes"), [(1.0, False), (1.5, True)])
def test_what_is_really_so_is_no_change_by_itself(tmp_path, push, changes):
    """A chance in the world is a function in the game, another one each time it is compiled."""
    believed = 'probability: "where(phase == war, logistic((strain - limit) / softness), 0)"'
    edits = {believed: f'{believed}, in_world: "where(phase == war, logistic((strain - limit) / wear), 0)"'}
    assert changes_game(argued(tmp_path, {}, edits=edits), (), (q.Setting("push", push),)) == changes
