"""Maps over any two parameters, on a decision whose contour is a straight line: P = 1/2 where gain = cost."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.cli import main
from ceasefire.errors import InputError
from ceasefire.explore.maps.planes import Plane, contour_of, crossed_by_column, crossed_by_row, plane
from ceasefire.forecast.pipeline import run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import PREVIEW, Settings
from ceasefire.report.exploring import plane_text
from tests.case.small_case import write_small_case
from tests.explore.decision_case import p_agreed

FINE = PREVIEW.with_paths(50_000)
COARSE = Settings(intervals=2, n_paths=512, tolerance=1e-7, target=0.0, preview=True)


@pytest.fixture(scope="module")
def found(decision: Case) -> Plane:
    return plane(decision, FINE, "gain", "cost", size=5)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_small_case(tmp_path_factory.mktemp("cases") / "small"))


def test_a_plane_is_crossed_along_a_straight_line_exactly() -> None:
    x, y = np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 3.0, 4.0])
    pieces = list(contour_of(x, y, 0.1 + 0.2 * x[:, None] + 0.1 * y[None, :], 0.45))
    ends = np.array(pieces).reshape(-1, 2)
    np.testing.assert_allclose(0.1 + 0.2 * ends[:, 0] + 0.1 * ends[:, 1], 0.45, atol=1e-12)
    assert ends[:, 0].min() == pytest.approx(0.0)
    assert ends[:, 0].max() == pytest.approx(1.75)
    assert list(contour_of(x, y, np.full((3, 4), 0.2), 0.45)) == []


def test_a_hole_in_the_numbers_leaves_a_hole_in_the_contour() -> None:
    x = np.arange(4.0)
    p = np.repeat(x[:, None] / 3, 4, axis=1)
    whole = list(contour_of(x, x, p, 0.5))
    p[1, 1] = np.nan
    assert 0 < len(list(contour_of(x, x, p, 0.5))) < len(whole)


def test_cells_are_the_numbers_by_hand(found: Plane) -> None:
    assert len(found.cells) == 25
    for cell in found.cells:
        assert cell.p == pytest.approx(p_agreed(gain=cell.x, cost=cell.y), abs=0.012)
    assert (found.x_unit, found.y_unit) == ("years", "years")


def test_the_contour_is_the_line_on_which_gain_is_cost(found: Plane) -> None:
    """Interpolation across cells of a logistic surface moves the line by a fraction of a cell."""
    ends = np.array(found.contour).reshape(-1, 2)
    assert len(ends) > 4
    spacing = np.ptp([cell.x for cell in found.cells]) / 4
    assert np.abs(ends[:, 0] - ends[:, 1]).max() < 0.35 * spacing
    for y, xs in crossed_by_row(found).items():
        assert len(xs) <= 1
        assert all(abs(x - y) < 0.35 * spacing for x in xs)


def test_a_level_crossed_from_row_to_row_only_is_not_said_to_be_crossed_nowhere(small: Case) -> None:
    """Both rows lie on one side of the level each; the contour runs between them."""
    base = plane(small, COARSE, "wear", "push", size=2)
    p = {cell: 0.2 if cell.y == base.cells[0].y else 0.7 for cell in base.cells}
    cells = tuple(replace(cell, p=p[cell]) for cell in base.cells)
    level = replace(base, level=0.5, cells=cells)
    assert crossed_by_row(level) == {}
    low, high = sorted({cell.y for cell in cells})
    assert list(crossed_by_column(level).values()) == [[pytest.approx(low + 0.6 * (high - low))]] * 2
    assert "(column " in plane_text(level, small)
    assert "(Spalte " in plane_text(level, small, "de")
    above = replace(level, cells=tuple(replace(cell, p=0.9) for cell in cells))
    assert "50% is crossed nowhere" in plane_text(above, small).replace("\n", " ")


def test_the_medians_and_the_authors_are_marked(found: Plane, small: Case) -> None:
    assert [(m.kind, m.x, m.y) for m in found.markers] == [("nominal", 0.05, 0.1)]
    argument = replace(small.arguments[0], assumes={"wear": 1.3})
    marked = plane(replace(small, arguments=(argument,), case_hash=""), COARSE, "wear", "push", size=2)
    kinds = {m.kind: (m.x, m.y) for m in marked.markers}
    assert kinds["nominal"] == pytest.approx((1.0, 1.0))
    assert kinds["author"] == pytest.approx((1.3, 1.0))


def test_the_record_is_put_where_it_is_likeliest_and_unlikely_cells_are_grey(small: Case, tmp_path: Path) -> None:
    folder = write_small_case(tmp_path / "recorded")
    record = folder / "record.yaml"
    source = "source: {source: essay, excerpt: they refuse}"
    pushes = [f"id: push_{m}, date: 2020-0{m}-10, step: pressure, move: press, grade: b, {source}" for m in (1, 2, 3)]
    record.write_text("format: ceasefire-record/1\nitems:\n" + "".join(f"  - {{{item}}}\n" for item in pushes))
    marked = plane(read_case(folder), COARSE, "push", "consistency", size=3)
    best = max(marked.cells, key=lambda cell: cell.log_likelihood)
    assert [(m.x, m.y) for m in marked.markers if m.kind == "record"] == [(best.x, best.y)]
    for cell in marked.cells:
        assert cell.grey == (cell.log_likelihood <= best.log_likelihood + np.log(1 / 20))


def test_each_cell_is_the_case_with_both_parameters_set(small: Case) -> None:
    from ceasefire.case import query as q
    from ceasefire.forecast.measures import measure

    text = "P(truce_in_effect by 2020-12-31 | plan = press_always)"
    found = plane(small, COARSE, "wear", "push", query=text, size=2)
    assert [cell.x for cell in found.cells] == sorted(cell.x for cell in found.cells)
    ratio = small.parameters["wear"].prior.quantile([0.05, 0.95])
    assert (found.cells[0].x, found.cells[-1].x) == pytest.approx(tuple(ratio))
    cell = found.cells[1]
    there = replace(Scenario(plan="press_always").setting("wear", cell.x).setting("push", cell.y))
    run = run_variant(small, settings=COARSE, scenario=there)
    assert cell.p == pytest.approx(
        measure(run, q.parse_query("P(truce_in_effect by 2020-12-31)")).number.value, abs=1e-9
    )


def test_a_hidden_factor_is_moved_where_it_is_expected(small: Case) -> None:
    from ceasefire.case import query as q
    from ceasefire.forecast.measures import measure

    with pytest.raises(InputError, match="--expected"):
        plane(small, COARSE, "north.resolve", "push", size=2)
    found = plane(small, COARSE, "north.resolve", "push", size=2, expected=True)
    cell = found.cells[-1]
    there = Scenario().setting("w_low", cell.x).setting("w_high", cell.x).setting("push", cell.y)
    run = run_variant(small, settings=COARSE, scenario=there)
    asked = q.parse_query(found.headline)
    assert cell.p == pytest.approx(measure(run, asked).number.value, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [("gain", "gain", "two different axes"), ("gain", "unheard", "no parameter"), ("sharp", "gain", "single value")],
)
def test_axes_that_cannot_be_are_faults(decision: Case, x: str, y: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        plane(decision, FINE, x, y, size=2)


def test_the_command_prints_the_map_and_writes_its_files(
    decision_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["map", str(decision_folder), "--x", "gain", "--y", "cost", "--size", "5", "--paths", "50000", "--quiet"]

    def printed(*more: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*command, *more])
        assert ended.value.code == 0
        return capsys.readouterr().out

    english, german = printed("--output", str(tmp_path / "out")), printed("--language", "de")
    assert "Across: gain of agreeing (gain), years." in english
    assert "50% is crossed" in english
    assert "The medians of the case: 0.05 across, 0.1 upwards." in english
    assert "Nach rechts: Gewinn (gain), Jahre." in german
    assert "0,05 nach rechts" in german
    rows = list(csv.DictReader((tmp_path / "out" / "map.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 25
    assert float(rows[0]["p"]) == pytest.approx(p_agreed(float(rows[0]["gain"]), float(rows[0]["cost"])), abs=0.012)
    picture = (tmp_path / "out" / "map.svg").read_text(encoding="utf-8")
    assert picture.lstrip().startswith("<?xml")
    assert "gain of agreeing" in picture
    assert (tmp_path / "out" / "map.png").read_bytes().startswith(b"\x89PNG")
    whole = json.loads(printed("--json"))
    assert len(whole["cells"]) == 25
    assert whole["markers"][0]["kind"] == "nominal"
    assert whole["contour"]


def test_pictures_of_the_same_map_are_the_same_bytes(found: Plane, decision: Case, tmp_path: Path) -> None:
    from ceasefire.report.plane_files import write_files

    first, second = write_files(found, decision, tmp_path / "a"), write_files(found, decision, tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_text_says_where_nothing_is_crossed(found: Plane, decision: Case) -> None:
    low = replace(found, level=0.999)
    assert "crossed nowhere" in plane_text(low, decision)


def test_half_a_pair_of_axes_is_wrong_usage(decision_folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["map", str(decision_folder), "--x", "gain"])
    assert ended.value.code == 2
