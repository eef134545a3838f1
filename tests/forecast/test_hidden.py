"""Hidden perceptions: two views, each with its own public belief; what is so follows the case's own values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.audit.premises import changes_game
from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.forecast import batch
from ceasefire.forecast.batch import Job, compute
from ceasefire.forecast.headlines import headlines
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.simulate.estimates import mean
from tests.forecast.two_views import COST, PRICE, PRIOR, RESOLVE, L, believed, logistic, push, stand, two_views

FINE = Settings(intervals=40, n_paths=12_800, tolerance=1e-9, target=0.0)
WEIGHED = Variant(without_unsourced=False)
SEEN_COST, SEEN_PRICE = 0.05, 0.12
NORTH, SOUTH = {"cost as cost_seen": "north"}, {"cost as cost_seen": "south", "price as price_seen": "south"}


def run(case: Case, variant: Variant = Variant(), plan: str = "") -> Run:  # noqa: B008
    return run_variant(case, settings=FINE, scenario=Scenario(variant, plan))


def moved(found: Run, step: int, move: int, mask: Any = None) -> Any:
    return mean(found.paths, found.paths.move[step][0] == move, mask)


@pytest.mark.parametrize("mode", ["hidden", "none"])
def test_a_view_like_the_case_gives_the_plain_numbers(tmp_path: Path, mode: Any) -> None:
    edits = {
        "cost_seen: {title: {en: cost as seen, de: gesehene Kosten}, value: 0.05": "cost_seen: {title: x, value: 0.15"
    }
    plain = run(two_views(tmp_path / "plain", {}, record=True, edits=edits), WEIGHED)
    hidden = run(two_views(tmp_path / "hidden", NORTH, record=True, edits=edits), replace(WEIGHED, perceptions=mode))
    assert (hidden.other is None) == (mode == "none")
    for name in ("state", "weight", "payoff"):
        np.testing.assert_allclose(getattr(hidden.paths, name), getattr(plain.paths, name), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(hidden.paths.belief[0], plain.paths.belief[0])
    if mode == "hidden":
        np.testing.assert_allclose(hidden.paths.other_belief[0], plain.paths.belief[0], atol=1e-7)
    assert hidden.paths.log_likelihood == pytest.approx(plain.paths.log_likelihood, abs=1e-12)


def test_each_view_learns_from_the_record_by_its_own_strategy(tmp_path: Path) -> None:
    paths = run(two_views(tmp_path / "case", NORTH, record=True), WEIGHED).paths
    seen, meant = believed(push(COST)), believed(push(SEEN_COST))
    np.testing.assert_allclose(
        paths.belief_at_as_of[0][paths.weight > 0], np.tile(seen, ((paths.weight > 0).sum(), 1)), atol=1e-6
    )
    other = paths.other_belief_at_as_of[0][paths.weight > 0]
    np.testing.assert_allclose(other, np.tile(meant, (len(other), 1)), atol=1e-6)
    assert np.abs(seen - meant).max() > 0.1
    chance = PRIOR @ push(SEEN_COST) * stand(seen)  # what North really does, and South, who sees what is so, answers
    assert paths.log_likelihood == pytest.approx(np.log(chance), abs=1e-6)


def test_whoever_misperceives_chooses_in_its_own_view_at_its_own_belief(tmp_path: Path) -> None:
    found = run(two_views(tmp_path / "case", SOUTH))
    pushed = found.paths.move[0][0] == 1
    for k in range(2):
        p = moved(found, 0, 1, found.paths.profile == k)
        assert abs(p.value - push(COST)[k]) < 4.5 * p.error + 1e-6
    for mask, reading in ((pushed, push(SEEN_COST)), (~pushed, 1 - push(SEEN_COST))):
        p = moved(found, 1, 0, mask)
        assert abs(p.value - stand(believed(reading), SEEN_PRICE)) < 4.5 * p.error + 1e-3
        np.testing.assert_allclose(found.paths.weight[mask].sum(), mean(found.paths, mask).value)
    assert abs(stand(believed(push(SEEN_COST)), SEEN_PRICE) - stand(believed(push(COST)), PRICE)) > 0.1


def test_nature_teaches_each_view_what_it_takes_to_be_likely(tmp_path: Path) -> None:
    found = run(two_views(tmp_path / "case", {"w_high as w_seen": "south"}))
    sign = found.game.state_columns["sign"][found.paths.state[0]]
    for resolve, belief in (
        (RESOLVE, found.paths.belief[0][0]),
        (np.array([0.1, 0.3]), found.paths.other_belief[0][0]),
    ):
        after_push, shows = logistic(L * (resolve - COST)), logistic((resolve - COST) / 0.1)
        mask = (found.paths.move[0][0] == 1) & (sign == 1)
        expected = believed(after_push * shows)
        np.testing.assert_allclose(belief[mask], np.tile(expected, (mask.sum(), 1)), atol=1e-4)
    p = mean(found.paths, sign == 1)
    assert abs(p.value - PRIOR @ logistic((RESOLVE - COST) / 0.1)) < 4.5 * p.error


@pytest.mark.parametrize(("plan", "teaches"), [("push_known", False), ("push_unknown", True)])
def test_a_plan_teaches_in_both_views_or_in_neither(tmp_path: Path, plan: str, teaches: bool) -> None:
    case = two_views(
        tmp_path / "case", SOUTH, edits={"    nature: true\n": "    nature: true\n    when: phase == calm\n"}
    )
    paths = run(case, plan=plan).paths
    for cost, belief in ((COST, paths.belief[0][0]), (SEEN_COST, paths.other_belief[0][0])):
        expected = believed(push(cost)) if teaches else PRIOR
        np.testing.assert_allclose(belief, np.tile(expected, (paths.n_paths, 1)), atol=1e-4)


def test_halving_the_period_keeps_both_views(tmp_path: Path) -> None:
    case = two_views(tmp_path / "case", SOUTH, record=True, edits={"end: 2020-01-31": "end: 2020-02-29"})
    whole = run(case, WEIGHED)
    halved = run(case, replace(WEIGHED, halve_period=True))
    np.testing.assert_array_equal(halved.paths.other_belief[0][0], whole.paths.other_belief[0][0])
    assert halved.paths.other_belief[0].shape == whole.paths.other_belief[0].shape


@pytest.mark.slow
def test_two_workers_find_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_cache: Path
) -> None:
    monkeypatch.setattr(batch, "WORTH_WORKERS", -1.0)
    case = two_views(tmp_path / "case", SOUTH)
    settings = Settings(intervals=4, n_paths=640, tolerance=1e-7, target=0.0)
    modes: list[Any] = ["hidden", "none", "open"]
    scenarios = [Scenario(replace(WEIGHED, perceptions=mode)) for mode in modes]
    by_two = dict(compute(case, [Job(one, settings) for one in scenarios], workers=2))
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "other"))
    found = [headlines(case, one, settings).as_dict() for one in scenarios]
    assert [by_two[place].as_dict() for place in range(len(scenarios))] == found
    assert found[0]["numbers"] != found[1]["numbers"]


def test_more_than_two_views_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        two_views(tmp_path / "case", {"cost as cost_seen": "north", "price as price_seen": "south"})
    [fault] = [fault for fault in error.value.faults if fault.severity == "fault"]
    assert fault.code == "C231"
    assert fault.place.line is not None
    assert "north" in fault.message
    assert "south" in fault.message
    assert fault.found
    assert fault.expected
    assert fault.hint
    openly = {"perceptions: hidden": "perceptions: open"}
    case = two_views(tmp_path / "open", {"cost as cost_seen": "north", "price as price_seen": "south"}, edits=openly)
    with pytest.raises(InputError, match="C231"):
        run(case, Variant(perceptions="hidden"))


def test_a_cut_of_what_is_seen_otherwise_changes_a_game(tmp_path: Path) -> None:
    case = two_views(tmp_path / "case", SOUTH)
    cut = (q.Setting("price_seen", PRICE),)
    assert changes_game(case, (), cut)
    assert not changes_game(case, cut, cut)


def test_what_is_seen_otherwise_may_not_decide_what_can_be_done(tmp_path: Path) -> None:
    case = two_views(tmp_path / "case", SOUTH, edits={"moves: {stand: {": "moves: {stand: {when: cost >= cost_known, "})
    with pytest.raises(InputError, match="P105"):
        run(case)
