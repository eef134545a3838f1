"""Other equilibria of a case: found where there are some, told apart, kept, and said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.case.query import parse_query
from ceasefire.errors import UsageError
from ceasefire.forecast import batch
from ceasefire.forecast.equilibria import FromStart, StartJob, equilibria, told_apart
from ceasefire.forecast.headlines import headlines, simple_headlines
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.report import summary
from ceasefire.run import Parts, run_case
from tests.forecast.crisis_case import write_crisis
from tests.forecast.test_commands import call

FAST = Settings(intervals=40, n_paths=4096, tolerance=1e-7, target=0.0, preview=True)
GIVEN = "P(a_gets_it by 2020-01-31)"
KNOWN = {"in all": (0.6567, 0.2444, 0.0205), "if war costs less": (0.0127,)}
"""P(A challenges) P(B gives in) in the equilibria of ``tests/solve/test_starts.py``, which scans for them."""


@pytest.fixture(scope="module")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_crisis(tmp_path_factory.mktemp("crisis") / "crisis"))


@pytest.mark.parametrize(("condition", "name"), [("", "in all"), (" | war_b = -1", "if war costs less")])
def test_all_equilibria_of_a_case_are_found(crisis: Case, condition: str, name: str) -> None:
    query = parse_query(f"{GIVEN[:-1]}{condition})", crisis.words)
    found = equilibria(crisis, [query], FAST, 12, workers=1)
    assert not found.not_converged
    assert sorted(start for one in found.found for start in one.starts) == list(range(13))
    numbers = sorted((one.numbers[query.text] for one in found.found), reverse=True)
    assert numbers == pytest.approx(KNOWN[name], abs=0.02)  # 4,096 histories
    assert found.spread[query.text] == (min(numbers), max(numbers))


def test_number_one_is_what_everything_else_follows(crisis: Case) -> None:
    queries = simple_headlines(crisis)
    found = equilibria(crisis, queries, FAST, 6, workers=1)
    followed = headlines(crisis, Scenario(), FAST).numbers
    for query in queries:
        assert found.found[0].numbers[query.text] == followed[query.text].number.value


def test_a_second_search_computes_nothing(crisis: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = [parse_query(GIVEN, crisis.words)]
    first = equilibria(crisis, queries, FAST, 3, workers=1)
    monkeypatch.setattr(StartJob, "compute", lambda *_: pytest.fail("computed again"))
    assert equilibria(crisis, queries, FAST, 3, workers=1) == first


def test_a_start_with_too_many_open_points_is_listed_and_not_counted() -> None:
    def led(x: float, unsolved: float = 0.0, move: float = 0.5) -> FromStart:
        return FromStart(unsolved, (x,), (move, 1.0 - move), {"q": x})

    found = told_apart({
        0: led(1.0), 1: led(1.0004), 2: led(2.0), 3: led(3.0, unsolved=0.5), 4: led(2.0), 5: led(1.0, move=0.7),
        6: batch.Failure("no"),
    })  # fmt: skip
    assert [one.starts for one in found.found] == [(0, 1), (2, 4), (5,)]
    assert found.not_converged == (3, 6)
    assert found.spread == {"q": (1.0, 2.0)}
    assert found.n_starts == 6


def test_what_has_no_number_is_refused(crisis: Case) -> None:
    for query, starts in (("values", 3), ("belief(a.back_down at 2020-01-31)", 3), (GIVEN, 0)):
        with pytest.raises(UsageError, match="--starts"):
            equilibria(crisis, [parse_query(query, crisis.words)], FAST, starts)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_run_says_what_was_found(crisis: Case, language: str) -> None:
    parts = Parts(plans=False, factor_map=False, trust=False, ranges=False, starts=12)
    found = run_case(crisis, FAST, parts=parts, workers=1)
    assert len(found.equilibria["found"]) == 3
    text = " ".join(summary(found, crisis, language).split())
    assert ("3 different equilibria" if language == "en" else "3 verschiedene Gleichgewichte") in text
    low, high = found.equilibria["spread"][GIVEN]
    assert f"{100 * low:.0f}"[:1] in text
    assert high - low > 0.5
    assert (" to 6" if language == "en" else " bis 6") in text


def test_ask_says_what_was_found(tmp_path: Path, crisis: Case, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(write_crisis(tmp_path / "crisis"))
    assert call("ask", folder, GIVEN, "--starts", "6", "--preview", "--quiet", "--workers", "1", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert len(shown["equilibria"]["found"]) == 3
    assert call("ask", folder, GIVEN, "--starts", "6", "--preview", "--quiet", "--workers", "1") == 0
    assert "3 distinct equilibria from 6 other starts" in capsys.readouterr().out
