"""What each misperception costs whom, held against numbers by hand."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.errors import UsageError
from ceasefire.explore.choice.perceive import Course, Perceived, perceive
from ceasefire.forecast.as_json import plain
from ceasefire.forecast.settings import Settings
from ceasefire.report.perceiving import perceived_text
from tests.case.small_case import write_small_case
from tests.forecast.two_views import PRIOR, believed, payoffs, push, stand, two_views

FINE = Settings(intervals=40, n_paths=12_800, tolerance=1e-9, target=0.0)
SEEN_COST, SEEN_PRICE = 0.05, 0.12
SOUTH = {"cost as cost_seen": "south", "price as price_seen": "south"}


def assert_paid(found: Perceived, by_hand: dict[Course, np.ndarray]) -> None:
    """Hold payoffs and their changes from no misperception against numbers by hand."""
    actors = ("north", "south")
    rows = {row.name: row.cells for row in found.rows if row.kind == "payoff"}
    assert tuple(rows) == actors
    for i, actor in enumerate(actors):
        assert tuple(cell.course for cell in rows[actor]) == tuple(by_hand)
        for cell, (course, expected) in zip(rows[actor], by_hand.items(), strict=True):
            assert cell.value == pytest.approx(expected[i], abs=4.5 * (cell.error or 0) + 2e-4), course
            change = expected[i] - by_hand[Course("none")][i]
            assert cell.change == pytest.approx(change, abs=4.5 * (cell.change_error or 0) + 2e-4), course


def test_what_a_misperception_of_the_informed_costs(tmp_path: Path) -> None:
    case = two_views(tmp_path / "case", {"cost as cost_seen": "north"})
    found = perceive(case, FINE)
    assert_paid(
        found,
        {
            Course("none"): payoffs(),
            Course("hidden"): payoffs(north=SEEN_COST),
            Course("open"): payoffs(north=SEEN_COST, expected=SEEN_COST),
        },
    )
    [row] = [row for row in found.rows if row.kind == "probability"]
    yielded = 0.0
    for chance, reading in ((push(SEEN_COST), push()), (1 - push(SEEN_COST), 1 - push())):
        yielded += float(PRIOR @ chance) * (1 - stand(believed(reading)))
    assert row.cells[1].value == pytest.approx(yielded, abs=4.5 * (row.cells[1].error or 0) + 1e-3)


def test_several_misperceptions_are_also_played_alone(tmp_path: Path) -> None:
    case = two_views(tmp_path / "case", SOUTH)
    found = perceive(case, FINE)
    assert_paid(
        found,
        {
            Course("none"): payoffs(),
            Course("hidden"): payoffs(expected=SEEN_COST, price=SEEN_PRICE),
            Course("open"): payoffs(price=SEEN_PRICE),
            Course("hidden", "cost"): payoffs(expected=SEEN_COST),
            Course("hidden", "price"): payoffs(price=SEEN_PRICE),
        },
    )
    assert [(one.parameter, one.value, one.seen, one.by) for one in found.misperceptions] == [
        ("cost", 0.15, SEEN_COST, ("south",)),
        ("price", 0.16, SEEN_PRICE, ("south",)),
    ]
    again = perceive(case, FINE)
    assert again == found


def test_the_text_says_it_in_both_languages(tmp_path: Path) -> None:
    case = two_views(tmp_path / "case", SOUTH)
    found = perceive(case, Settings(intervals=4, n_paths=640, tolerance=1e-7, target=0.0))
    english, german = (perceived_text(found, case, language) for language in ("en", "de"))
    assert "South: cost of a push (cost) seen as 0.05 instead of 0.15 years" in english
    assert "hidden, price alone" in english
    assert "verdeckt, nur price" in german
    assert max(map(len, (english + german).splitlines())) <= 80
    assert len(found.beliefs) == 4
    assert found.beliefs[2].in_case != found.beliefs[2].in_other
    read = json.loads(json.dumps(plain(asdict(found))))
    assert read["rows"][0]["cells"][1]["course"] == {"perceptions": "hidden", "only": ""}


def test_a_case_without_misperceptions_is_wrong_usage(tmp_path: Path) -> None:
    case = read_case(write_small_case(tmp_path / "small"))
    with pytest.raises(UsageError, match="perceived_by"):
        perceive(case, FINE)
