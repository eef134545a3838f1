"""``ask`` over draws, and shares of the variance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import query as q
from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.errors import InputError
from ceasefire.explore.ensemble.asked import ask_draws
from ceasefire.explore.ensemble.ensemble import draw_ensemble
from ceasefire.explore.sensitivity.indices import Indices
from ceasefire.explore.sensitivity.shares import ShareFound, share, verdict_of_share
from ceasefire.forecast.settings import Settings
from tests.case.small_case import write_small_case

TINY = Settings(intervals=2, n_paths=256, tolerance=1e-7, target=0.0, preview=True)


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(tmp_path_factory.mktemp("asked")))
        yield tmp_path_factory.getbasetemp()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_small_case(tmp_path_factory.mktemp("asked") / "small"))


def test_a_query_is_answered_by_the_mean_of_the_draws(case: Case) -> None:
    found = ask_draws(case, "P(end_of_war by 2021-12-31)", TINY, 6, workers=1)
    ensemble = draw_ensemble(case, TINY, 6, workers=1)
    leaf = q.parse_query("P(end_of_war by 2021-12-31)", case.words)
    assert isinstance(leaf, q.Probability)
    x = np.array([number.value for number in ensemble.numbers(leaf).values()])
    assert found.value == pytest.approx(float(ensemble.weight() @ x))
    assert found.parts["n"] == 6
    assert found.low is None
    assert "withheld" in found.what


def test_a_plan_is_asked_of_the_draws_that_the_budget_gives_it(case: Case) -> None:
    found = ask_draws(case, "P(end_of_war by 2021-12-31 | plan = press_always)", TINY, 6, workers=1)
    assert 1 <= found.parts["n"] <= 4


def test_a_whole_belief_has_no_interval(case: Case) -> None:
    with pytest.raises(InputError) as caught:
        ask_draws(case, "belief(north.resolve at 2020-04-15)", TINY, 6, workers=1)
    assert [fault.code for fault in caught.value.faults] == ["X109"]


def indices(q2: float) -> Indices:
    one, ends = np.array([0.7, 0.1]), np.array([[0.6, 0.8], [0.0, 0.2]])
    return Indices(("wear", "north.resolve"), one, one, ends, ends, 0.02, q2, 64, "polynomial")


def test_a_share_is_that_of_one_parameter_alone() -> None:
    assert share(indices(0.9), "wear") == ShareFound(0.7, 0.6, 0.8)
    assert share(indices(0.9), "fixed_one") == ShareFound(0.0, 0.0, 0.0)
    assert share(indices(0.0), "wear").value is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share(wear) > 0.5", "holds"),
        ("share(wear) > 0.7", "undecided by sampling"),
        ("share(wear) < 0.5", "does not hold"),
    ],
)
def test_a_check_of_a_share_waits_for_its_interval(text: str, said: str) -> None:
    check = q.parse_query(text, {})
    assert isinstance(check, q.Comparison)
    assert verdict_of_share(check, share(indices(0.9), "wear")) == said
