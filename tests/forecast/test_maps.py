"""``map --expected``: each cell is the case whose actors know what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.cli import main
from ceasefire.explore.maps.maps import GREY_BELOW, PATHS_PER_CELL, as_text, factor_map
from ceasefire.forecast.measures import measure
from ceasefire.forecast.model import FactorMap
from ceasefire.forecast.pipeline import forget, run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings

COARSE = Settings(intervals=2, n_paths=512, tolerance=1e-7, target=0.0, preview=True)
HEADLINE = "P(end_of_war by 2021-12-31)"
SIZE = 3


@pytest.fixture(scope="module")
def solved() -> list[Any]:
    return []


@pytest.fixture(scope="module")
def found(case: Case, solved: list[Any]) -> FactorMap:
    import ceasefire.solve as solving

    original = solving.solve

    def counted(game: Any, **more: Any) -> Any:
        solved.append(game)
        return original(game, **more)

    forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "solve", counted)
        result = factor_map(case, COARSE, query=HEADLINE, size=SIZE, expected=True)
    assert result is not None
    return result


def test_the_game_is_solved_again_for_every_cell(found: FactorMap, solved: list[Any]) -> None:
    assert len(found.cells) == SIZE
    assert len(solved) == SIZE + 1, "once more to say where the case's own types sit"
    assert found.headline == HEADLINE
    assert [cell.x for cell in found.cells] == sorted({cell.x for cell in found.cells})
    assert {row["name"] for row in found.types} == {"low", "high"}


def test_each_cell_is_the_case_with_its_types_moved_there(case: Case, found: FactorMap) -> None:
    query = q.parse_query(HEADLINE)
    for cell in found.cells:
        there = Scenario().setting("w_low", cell.x).setting("w_high", cell.x)
        run = run_variant(case, settings=COARSE.with_paths(PATHS_PER_CELL), scenario=there)
        assert cell.p == pytest.approx(measure(run, query).number.value, abs=1e-6)
        assert cell.log_likelihood == pytest.approx(run.paths.log_likelihood, abs=1e-6)


def test_what_is_expected_is_not_what_is_misread(case: Case, found: FactorMap) -> None:
    shadows = factor_map(case, COARSE, query=HEADLINE, size=SIZE)
    assert shadows is not None
    assert [cell.x for cell in shadows.cells] == [cell.x for cell in found.cells]
    assert [row["x"] for row in shadows.types] == [row["x"] for row in found.types]
    assert max(abs(one.p - other.p) for one, other in zip(shadows.cells, found.cells, strict=True)) > 1e-3


def test_cells_in_which_the_record_is_unlikely_are_grey(found: FactorMap) -> None:
    best = max(cell.log_likelihood for cell in found.cells)
    for cell in found.cells:
        assert cell.grey == (cell.log_likelihood <= best + np.log(GREY_BELOW))
    assert not all(cell.grey for cell in found.cells)
    assert as_text(found).splitlines()[0] == HEADLINE


def test_the_command_prints_the_moved_cells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["map", str(folder), "--query", HEADLINE, "--size", str(SIZE), "--expected", "--quiet"]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--json"])
    assert ended.value.code == 0
    printed = json.loads(capsys.readouterr().out)
    assert len(printed["cells"]) == SIZE
    assert all(0.0 <= cell["p"] <= 1.0 for cell in printed["cells"])
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == HEADLINE
    assert f"{printed['cells'][0]['p']:.2f}" in lines[3]
