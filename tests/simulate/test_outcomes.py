"""Outcome automata on paths written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.case.formula import ALWAYS
from ceasefire.case.mechanism import Outcome
from ceasefire.simulate.outcomes import find_spells, further_periods

# one letter per period end: w war, t truce, s settled. first: a truce may begin from then on
TABLE = [
    # path, before, ends on w?, lasting, first, start, end, undecided
    ("wttws", "w", False, 0, 0, 1, 3, False),
    ("wttws", "w", False, 1, 0, 1, 3, False),
    ("wttws", "w", False, 2, 0, 5, 5, False),
    ("wtwtt", "w", False, 1, 0, 3, 5, False),
    ("wtwtt", "w", False, 2, 0, 3, 5, True),
    ("wtsss", "w", False, 2, 0, 5, 5, False),
    ("wtsss", "w", True, 2, 0, 1, 5, False),
    ("wtsws", "w", True, 2, 0, 5, 5, False),
    ("ttwtt", "t", False, 0, 0, 3, 5, False),
    ("ttttt", "t", False, 0, 0, 5, 5, False),
    ("ttwww", "w", False, 0, 0, 0, 2, False),
    ("wttwt", "w", False, 0, 2, 4, 5, False),
    ("wttww", "w", False, 0, 2, 5, 5, False),
    ("wwtww", "w", False, 0, 2, 2, 3, False),
    ("wwwwt", "w", False, 0, 0, 4, 5, False),
    ("wwwwt", "w", False, 1, 0, 4, 5, True),
    ("wtwtw", "w", True, 0, 0, 1, 2, False),
]


@pytest.mark.parametrize(("path", "before", "on_war", "lasting", "first", "start", "end", "undecided"), TABLE)
def test_spells(
    path: str, before: str, on_war: bool, lasting: int, first: int, start: int, end: int, undecided: bool
) -> None:
    reach = np.array([[c == "t"] for c in path])
    ends = np.array([[c == "w"] for c in path]) if on_war else None
    found = find_spells(
        reach, ends, np.array([before == "t"]), lasting=lasting, earliest=np.array([first], dtype=np.int32)
    )
    assert (int(found.start[0]), int(found.end[0]), bool(found.undecided[0])) == (start, end, undecided)


@pytest.mark.parametrize(
    ("days", "years", "expected"),
    [(0, 1 / 12, 0), (30, 1 / 12, 1), (31, 1 / 12, 2), (365.25, 1 / 12, 12), (30, 1 / 24, 2), (365.25, 1.0, 1)],
)
def test_lasting_counts_further_period_ends(days: float, years: float, expected: int) -> None:
    assert further_periods(Outcome("x", ALWAYS, lasting_days=days), years) == expected
