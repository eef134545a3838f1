"""The argument map: what each cell says, and that nothing is left out at any width."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from ceasefire.forecast.model import Arrow
from ceasefire.report.argument import entries
from ceasefire.report.argument.effects import MOVED, NOTHING, STARTS, STOPS, UNKNOWN, effect
from ceasefire.report.argument.matrix import draw_map
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain
from tests.report.sample import sample_case, sample_forecast
from tests.report.sample_many import many


def drawn(forecast, case):  # type: ignore[no-untyped-def]
    s = sentences_for(forecast, case, "en")
    argument = case.arguments[0]
    return draw_map(s, argument.name, entries(s, argument))


@pytest.mark.parametrize(
    ("before", "after", "turns", "error", "expected"),
    [
        (0.1, -0.1, True, 0.01, STOPS),
        (-0.1, 0.1, True, 0.01, STARTS),
        (0.1, 0.15, False, 0.01, MOVED),
        (0.1, 0.105, False, 0.01, NOTHING),
        (None, None, False, 0.0, UNKNOWN),
    ],
)
def test_what_a_cut_does(before: float | None, after: float | None, turns: bool, error: float, expected: str) -> None:
    assert effect(Arrow("a", "p", "c", before, after, turns, error)) == expected


@pytest.mark.parametrize("panel", ["narrow", "wide"])
def test_every_premise_and_conclusion_has_a_label_that_leads_to_it(panel: str) -> None:
    forecast, case = many()
    figure = drawn(forecast, case)
    svg = getattr(figure.panels[0], panel)
    labels = Counter(re.findall(r'<a href="#claim-(C\d+)" class="label', svg))
    roles = {claim.id: claim.role for claim in forecast.claims}
    assert set(labels) == {name for name, role in roles.items() if role in ("premise", "conclusion")}
    blocks = max(labels.values())
    assert blocks == (1 if panel == "wide" else 2)
    assert all(n == (blocks if roles[name] == "premise" else 1) for name, n in labels.items())


@pytest.mark.parametrize("panel", ["narrow", "wide"])
def test_every_cell_stands_where_its_labels_cross(panel: str) -> None:
    forecast, case = many()
    svg = getattr(drawn(forecast, case).panels[0], panel)
    cells = re.findall(r'data-p="(C\d+)" data-c="(C\d+)" transform="translate\(([\d.]+) ([\d.]+)\)"', svg)
    counted = Counter(effect(one) for one in forecast.argument_map)
    assert len(cells) == counted[STOPS] + counted[STARTS] + counted[MOVED]
    columns = dict(re.findall(r'class="label column" data-claim="(C\d+)"><rect x="([\d.]+)"', svg))
    rows: dict[str, set[float]] = {}
    for name, y in re.findall(r'class="label row" data-claim="(C\d+)"><rect x="0" y="([\d.]+)"', svg):
        rows.setdefault(name, set()).add(float(y))
    for premise, conclusion, x, y in cells:
        assert float(x) == pytest.approx(float(columns[conclusion]) + 0.5, abs=0.06)
        assert any(abs(float(y) - top - 0.5) < 0.06 for top in rows[premise])


def test_nothing_stands_outside_the_frame() -> None:
    figure = drawn(*many())
    for svg, width in ((figure.panels[0].narrow, 348), (figure.panels[0].wide, 720)):
        ends = [float(x) for x in re.findall(r'<line x1="[\d.]+" y1="[\d.]+" x2="([\d.]+)"', svg)]
        assert max(ends) <= width


def test_the_sentence_counts_what_is_drawn() -> None:
    figure = drawn(sample_forecast(), sample_case())
    said = re.search(r'aria-label="(.*?)"', figure.panels[0].wide)
    assert said is not None
    assert said[1] == (
        "Map of an argument. Of 2 premises, 2 turn a conclusion when they are taken out; of 3 conclusions, 2 turn. "
        "Of 6 pairs, 1 move without turning."
    )


def test_the_table_has_every_change_and_counts_the_rest() -> None:
    table = drawn(sample_forecast(), sample_case()).tables[0]
    rows = [[plain(cell) for cell in row] for row in table.rows]
    assert [row[:2] for row in rows] == [["C2", "C3"], ["C2", "C6"], ["C5", "C3"], ["C5", "C8"]]
    assert rows[1][2:4] == ["+12 points", "−10 points"]
    assert rows[3][2:4] == ["–", "–"]
    assert "2 further pairs do not change" in table.caption


def test_without_cuts_there_is_no_map() -> None:
    assert drawn(replace(sample_forecast(), argument_map=()), sample_case()) is None


def test_a_cell_says_both_margins() -> None:
    svg = str(drawn(sample_forecast(), sample_case()).panels[0].wide)
    assert "<title>C6 without C2: margin +12 points, then −10 points</title>" in svg


def test_the_last_block_of_a_narrow_figure_is_no_remainder() -> None:
    svg = drawn(*many()).panels[0].narrow
    tops = Counter(y for y in re.findall(r'class="label column" data-claim="C\d+"><rect x="[\d.]+" y="([\d.]+)"', svg))
    assert len(tops) == 2
    assert max(tops.values()) - min(tops.values()) <= 1


def test_conclusions_that_are_left_out_are_named_with_the_reason() -> None:
    forecast = sample_forecast()
    less = tuple(one for one in forecast.argument_map if one.conclusion != "C8")
    caption = plain(drawn(replace(forecast, argument_map=less), sample_case()).caption)
    assert "conclusions across (2)" in caption
    assert "their tests stand in another game than their author’s, for which no premise was cut: C8." in caption
    assert "Left out" not in plain(drawn(forecast, sample_case()).caption)
    none = replace(forecast, argument_map=tuple(one for one in forecast.argument_map if one.conclusion != "C3"))
    assert "the calculation gave no number with and without a premise: C3." in plain(drawn(none, sample_case()).caption)


def test_a_premise_with_an_empty_row_says_which_number_it_moves() -> None:
    forecast = sample_forecast()
    still = tuple(
        replace(one, after=one.before, turns=False) if one.premise == "C2" else one for one in forecast.argument_map
    )
    claims = tuple(replace(one, verdict="moves") if one.id == "C2" else one for one in forecast.claims)
    figure = drawn(replace(forecast, argument_map=still, claims=claims), sample_case())
    assert "a premise with an empty row moves stands in the numbers behind this figure" in figure.caption
    tables = figure.tables
    assert len(drawn(forecast, sample_case()).tables) == 1
    assert [plain(cell).replace("\xa0", " ") for cell in tables[1].rows[0]] == [
        "C2", "“pause” by 31 December 2031", "from 34% to 13%, −21 points",
    ]  # fmt: skip
