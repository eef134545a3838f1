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
from ceasefire.explore.sensitivity.shares import ShareFound, compared, share
from ceasefire.forecast.answer import ask
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


def test_a_comparison_says_in_how_much_of_the_weight_it_holds(case: Case) -> None:
    found = ask_draws(case, "P(end_of_war by 2021-12-31) > 0.4", TINY, 6, workers=1)
    ensemble = draw_ensemble(case, TINY, 6, workers=1)
    leaf = q.parse_query("P(end_of_war by 2021-12-31)", case.words)
    assert isinstance(leaf, q.Probability)
    holds = np.array([number.value > 0.4 for number in ensemble.numbers(leaf).values()])
    assert found.parts["share"] == pytest.approx(float(ensemble.weight() @ holds))
    assert (found.op, found.threshold, found.holds) == (">", 0.4, None)
    assert found.note.endswith(f"of the weight of 6 draws: {found.parts['verdict']}")


def test_a_plan_is_asked_of_the_draws_that_the_budget_gives_it(case: Case) -> None:
    found = ask_draws(case, "P(end_of_war by 2021-12-31 | plan = press_always)", TINY, 6, workers=1)
    assert 1 <= found.parts["n"] <= 4


def test_a_whole_belief_has_no_interval(case: Case) -> None:
    with pytest.raises(InputError) as caught:
        ask_draws(case, "belief(north.resolve at 2020-04-15)", TINY, 6, workers=1)
    assert [fault.code for fault in caught.value.faults] == ["X109"]


def indices(q2: float = 0.9) -> Indices:
    """Shares whose resamples move together: each alone is uncertain, their difference hardly."""
    first = np.array([0.7, 0.5])
    samples = first + np.linspace(-0.2, 0.2, 101)[:, None] * np.array([1.0, 0.9])
    ends = np.percentile(samples, [5, 95], axis=0).T
    names = ("wear", "north.resolve")
    return Indices(names, first, first, ends, ends, 0.02, q2, 64, "polynomial", first_samples=samples)


def parsed(text: str) -> q.Comparison:
    check = q.parse_query(text, {})
    assert isinstance(check, q.Comparison)
    return check


def test_a_share_is_that_of_one_parameter_alone() -> None:
    found = share(indices(), q.Share("wear"))
    assert (found.value, found.low, found.high) == pytest.approx((0.7, 0.52, 0.88))
    assert share(indices(), q.Share("fixed_one")) == ShareFound(0.0, 0.0, 0.0)
    assert share(indices(0.0), q.Share("wear")).value is None


def test_types_that_the_shares_do_not_tell_apart_have_none() -> None:
    assert share(indices(), q.Share("north.stamina")).value is None
    assert compared(indices(), parsed("share(north.stamina) > share(wear)")).verdict == "undecided by sampling"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share(wear) > 0.5", "holds"),
        ("share(wear) > 0.7", "undecided by sampling"),
        ("share(wear) < 0.5", "does not hold"),
        ("share(wear) > share(north.resolve)", "holds"),
        ("share(wear) < share(north.resolve)", "does not hold"),
        ("share(wear) - share(north.resolve) > 0.1", "holds"),
        ("share(wear) - share(north.resolve) > 0.2", "undecided by sampling"),
        ("share(fixed_one) < share(wear)", "holds"),
    ],
)
def test_a_check_of_shares_waits_for_the_interval_of_its_margin(text: str, said: str) -> None:
    assert compared(indices(), parsed(text)).verdict == said


def test_two_shares_are_compared_in_the_same_resamples() -> None:
    held = compared(indices(), parsed("share(wear) > share(north.resolve)"))
    assert (held.left.value, held.threshold) == pytest.approx((0.7, 0.5))
    assert (held.gap.value, held.gap.low, held.gap.high) == pytest.approx((0.2, 0.182, 0.218))


def test_a_share_is_not_held_against_a_probability(case: Case) -> None:
    with pytest.raises(InputError) as caught:
        ask_draws(case, "share(wear) > P(end_of_war by 2021-12-31)", TINY, 6, workers=1)
    assert [fault.code for fault in caught.value.faults] == ["X109"]
    assert ask(case, "share(wear) - share(push) > P(end_of_war by 2021-12-31)", TINY).needs_ensemble
