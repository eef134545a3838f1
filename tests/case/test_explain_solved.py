"""What the solved game says: by hand on a made-up solution, and on the small case as it is solved."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.explain import Speaker
from ceasefire.case.explain_solved import (
    WORDS,
    BestMoves,
    _best,
    best_moves,
    explain_solved,
    rare_moves,
    sharpness,
    unreached_labels,
)
from tests.case.small_case import write_small_case

SIGMA = np.array([[[[0.9, 0.1 - 1e-6, 1e-6]], [[0.5, 0.495, 0.005]]]])  # (r 1, n 2, k 1, a 3)


def solved_by_hand() -> tuple[Any, Any]:
    """Return a game of one step with three moves, two of them ever made, and its solution."""
    table = SimpleNamespace(
        states=np.array([0]), feasible=np.ones((1, 3), dtype=bool), log_weight=np.log([[1.0, 1.0, 0.5]])
    )
    step = SimpleNamespace(name="talks", actor=0, move_names=("a", "b", "c"), table_at=lambda period: table)
    game = SimpleNamespace(steps=(step,), state_columns={"phase": np.array([0, 1])})
    solution = SimpleNamespace(
        strategies={(0, 0, 0): SIGMA}, first_period=0, strategy=lambda period, index, pattern=0: SIGMA
    )
    return game, solution


def test_rare_moves_by_hand() -> None:
    assert rare_moves(*solved_by_hand()) == [("talks", "c")]


def test_sharpness_by_hand() -> None:
    spans = [np.log(0.9) - np.log(1e-6 / 0.5), np.log(0.5) - np.log(0.005 / 0.5)]
    ((median, most),) = sharpness(*solved_by_hand()).values()
    assert median == pytest.approx(np.mean(spans))
    assert most == pytest.approx(max(spans))


def test_unreached_labels_by_hand() -> None:
    status = SimpleNamespace(name="phase", labels=("war", "truce", "settled"))
    assert unreached_labels(SimpleNamespace(statuses=(status,)), solved_by_hand()[0]) == ["settled"]  # type: ignore[arg-type]


def test_languages_say_the_same() -> None:
    assert WORDS["en"].keys() == WORDS["de"].keys()


@pytest.mark.slow
def test_the_small_case(tmp_path: Path) -> None:
    from ceasefire.game.compile import compile_case
    from ceasefire.solve import solve

    case = read_case(write_small_case(tmp_path))
    game = compile_case(case)
    solution = solve(game, intervals=4)
    moves = {(one.step, one.own_type): one for one in best_moves(case, game, solution)}
    assert moves.keys() == {("pressure", ()), ("talks", ("low",)), ("talks", ("high",))}
    lam = float(game.precision[0])
    talks = moves["talks", ("low",)]
    assert talks.gap > 0
    assert np.log(talks.p_first / talks.p_second) == pytest.approx(lam * talks.gap, abs=1e-6)
    english, german = (explain_solved(case, game, solution, language) for language in ("en", "de"))
    assert len(english) == len(german)
    assert "Every label can be reached." in english


def test_a_better_move_that_is_made_less_often_is_accounted_for(tmp_path: Path) -> None:
    speaker = Speaker(read_case(write_small_case(tmp_path)), "de")
    often, seldom = (BestMoves("talks", ("low",), "agree", "refuse", 0.036, p, 1 - p) for p in (0.9, 0.18))
    assert "Gewicht" not in _best(speaker, WORDS["de"], often)
    assert "(in 18\xa0% der Entscheidungen gegen 82\xa0%, weil" in _best(speaker, WORDS["de"], seldom)
