"""``explain`` and ``play``: terms add up, beliefs follow Bayes' rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from ceasefire.case.model import Case
from ceasefire.errors import InputError
from ceasefire.forecast.explain import TERMS, check_point, explain, in_sentences
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.play import along, as_text
from tests.forecast.conftest import QUICK


@pytest.fixture(scope="module")
def run(case: Case) -> Run:
    return run_variant(case, settings=QUICK)


def test_terms_add_up_and_order_the_moves(run: Run) -> None:
    found = explain(run, dt.date(2020, 6, 15), "talks")
    precision = run.game.precision[run.game.actor_names.index("north")]
    for moves in found.by_type.values():
        assert sum(move.probability for move in moves) == pytest.approx(1, abs=1e-6)
        for move in moves:
            assert sum(move.terms[t] for t in TERMS) == pytest.approx(move.value)
        # logit choice: the log odds are the difference in value times the precision
        best, other = moves
        odds = np.log(best.probability / other.probability)
        assert odds == pytest.approx(precision * (best.value - other.value), abs=0.05)


def test_the_explanation_in_sentences(run: Run) -> None:
    found = explain(run, dt.date(2020, 6, 15), "talks")
    english, german = in_sentences(run, found, "en"), in_sentences(run, found, "de")
    assert len(english) == len(german) == 5
    assert "North (low) chooses" in " ".join(english)
    assert "Norden (low) wählt" in " ".join(german)
    assert "phase = truce" in " ".join(english)


def test_a_step_without_a_choice_is_refused(run: Run) -> None:
    for step in ("month", "nothing"):
        with pytest.raises(InputError, match="no step"):
            explain(run, dt.date(2020, 6, 15), step)
    j = run.game.step_index("pause")
    still = replace(run.paths, move={**run.paths.move, j: np.full_like(run.paths.move[j], -1)})
    with pytest.raises(InputError, match="nobody chooses"):
        explain(replace(run, paths=still), dt.date(2020, 6, 15), "pause")


@pytest.mark.parametrize(("day", "step"), [("2020-06-15", "talk"), ("2029-01-01", "talks"), ("1999-12-31", "talks")])
def test_a_point_is_refused_before_anything_is_solved(case: Case, day: str, step: str) -> None:
    with pytest.raises(InputError, match=r"no step|outside the calendar"):
        check_point(case, dt.date.fromisoformat(day), step)
    check_point(case, case.calendar.end, "talks")


def test_a_history_is_walked_with_bayes_rule(run: Run) -> None:
    forks = along(run, "wait,refuse")
    (first, one), (second, two) = forks[:2]
    assert (first.step, one, second.step, two) == ("pressure", "wait", "talks", "refuse")
    assert sum(first.options.values()) == pytest.approx(1, abs=1e-6)
    prior, refused = first.beliefs["north"], second.by_type["refuse"]
    after = forks[2][0].beliefs["north"]
    total = sum(prior[k] * refused[k] for k in prior)
    for kind in prior:
        assert after[kind] == pytest.approx(prior[kind] * refused[kind] / total, abs=1e-6)
    assert forks[-1][1] is None


def test_the_likeliest_course_can_be_followed(run: Run) -> None:
    forks = along(run, ",".join("*" * 8))
    taken = [name for _, name in forks].count("*")
    assert 2 <= taken <= 8
    for fork, _ in forks:
        assert sum(fork.options.values()) == pytest.approx(1, abs=1e-6)
    assert "belief about north" in as_text(forks[0][0])


def test_a_move_that_is_not_possible_is_refused(run: Run) -> None:
    with pytest.raises(InputError, match="not possible") as caught:
        along(run, "pres")
    assert "press" in caught.value.faults[0].hint
