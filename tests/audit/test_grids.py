"""Belief grids of an audit: what is left of the difference between two of them."""

from __future__ import annotations

import pytest

from ceasefire.audit.grids import grids
from ceasefire.case import read_case
from ceasefire.forecast.settings import FULL, PREVIEW, Settings
from tests.case.papers_case import write_papers
from tests.case.small_case import write_small_case

THREE = {
    "values: {low: w_low, high: w_high}": "values: {low: w_low, mid: push_cost, high: w_high}",
    "prior: {high: p_high, low: rest}": "prior: {high: p_high, mid: push_cost, low: rest}",
    "low: {en: low resolve,": "mid: {en: some resolve, de: etwas entschlossen}, low: {en: low resolve,",
}


@pytest.mark.parametrize(
    ("fine", "intervals", "rough", "left"),
    [
        (FULL, 40, 20, 1.0),
        (PREVIEW, 20, 10, 1.0),
        (Settings(intervals=30), 30, 20, 2.0),
        (Settings(intervals=2, preview=True), 2, 1, 1.0),
        (Settings(intervals=3, preview=True), 3, 2, 2.0),
        (Settings(intervals=20), 20, 20, 0.0),  # nothing finer than the preview grid was asked for
    ],
)
def test_what_is_left_of_the_error(tmp_path, fine, intervals, rough, left):
    found = grids(read_case(write_small_case(tmp_path)), fine)
    assert found.fine == fine
    assert found.fine.intervals_of([2]) == (intervals,)
    assert found.rough.intervals_of([2]) == (rough,)
    assert found.left == left
    assert found.rough.seed == fine.seed


def test_another_number_of_types_has_another_grid(tmp_path):
    found = grids(read_case(write_small_case(tmp_path, THREE)), FULL)
    assert (found.fine.intervals_of([3]), found.rough.intervals_of([3]), found.left) == ((12,), (6,), 1.0)


def test_without_types_there_is_no_belief_grid(tmp_path):
    assert grids(read_case(write_papers(tmp_path)), FULL).left == 0.0
    assert grids(read_case(write_papers(tmp_path)), PREVIEW).left == 0.0
