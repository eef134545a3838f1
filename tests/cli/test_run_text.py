"""``run`` on a case with an argument: its text stands in the report and nowhere else; its claims can be left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.cli import main
from ceasefire.cli.run_command import Wanted
from tests.case.papers_case import ESSAY, write_papers


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["run", *map(str, arguments), "--quiet"])
    return int(caught.value.code or 0)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a case that stops early, and keep results in a folder of its own."""
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "essay.txt").write_text(ESSAY, encoding="utf-8")
    return write_papers(tmp_path / "case")


def holding(folder: Path, words: str) -> set[str]:
    """Return the files below a folder in which the words stand."""
    return {file.name for file in folder.rglob("*") if file.is_file() and words.encode() in file.read_bytes()}


def test_the_text_stands_in_the_report_and_nowhere_else(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beginning = " ".join(ESSAY.split()[:3])
    assert run(case, "--output", tmp_path / "out", "--text", tmp_path / "essay.txt", "--json") == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'id="text-of-essay"' in page
    assert "data-claims=" in page
    assert beginning not in capsys.readouterr().out
    assert holding(tmp_path / "cache", beginning) == set()
    assert holding(tmp_path / "out", "data-claims=") == {"report.html"}
    assert beginning not in (tmp_path / "out" / "forecast.json").read_text(encoding="utf-8")


def test_without_it_there_are_places_only(case: Path, tmp_path: Path) -> None:
    assert run(case, "--output", tmp_path / "out", "--text", tmp_path / "essay.txt") == 0
    assert run(case, "--output", tmp_path / "out") == 0
    assert 'id="text-of-essay"' not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_text_that_the_case_does_not_quote_is_refused(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "essay.txt").write_text(ESSAY.replace("Six", "Five"), encoding="utf-8")
    assert run(case, "--output", tmp_path / "out", "--text", tmp_path / "essay.txt") == 1
    assert "S203" in capsys.readouterr().err
    assert not (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "were left out of this run"), ("de", "in diesem Lauf ausgelassen")]
)
def test_claims_that_are_left_out_are_said_to_be(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    assert run(case, "--output", tmp_path / "out", "--leave-out", "claims", "--language", language) == 0
    assert said in " ".join(capsys.readouterr().out.split())
    assert said in (tmp_path / "out" / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")


def test_what_is_left_out_is_left_out_of_a_quick_run_too() -> None:
    quick = Wanted(quick=True, leave_out=("claims",)).parts()
    assert not any((quick.claims, quick.plans, quick.factor_map, quick.trust, quick.ranges, quick.draws))
    assert Wanted(quick=True).parts().claims
