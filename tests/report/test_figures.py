"""Figures show the numbers they are given."""

from __future__ import annotations

import re
from colorsys import rgb_to_hls
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from markupsafe import Markup

from ceasefire.forecast.model import Forecast, Tornado
from ceasefire.report.figures import (
    draw_beliefs,
    draw_end_states,
    draw_factor_map,
    draw_outcomes,
    draw_side,
    draw_stocks,
    draw_tornado,
)
from ceasefire.report.figures.factor_map import nearest
from ceasefire.report.page import asset, sentences_for
from ceasefire.report.sentences import Sentences
from ceasefire.report.speech import Speech
from ceasefire.report.svg import Box, axis_title, cividis, date_ticks, ink_on, nice_ticks, ordinal
from tests.report.sample import sample_case, sample_forecast
from tests.report.sample_case import TYPES

LETTERS = {("aria", name): letter for name, letter in zip(TYPES, "ABCD", strict=True)}


def prose(**changes: Any) -> Sentences:
    forecast: Forecast = replace(sample_forecast(), **changes)
    return sentences_for(forecast, sample_case(), "en")


def texts(drawing: str, kind: str | None = None) -> list[str]:
    mark = "" if kind is None else f'[^>]*class="{kind}"'
    return re.findall(rf"<text{mark}[^>]*>([^<]*)</text>", drawing)


def test_the_map_has_a_number_in_each_cell_and_greys_what_the_record_rules_out() -> None:
    s = prose()
    given = s.forecast.factor_map
    figure = draw_factor_map(s)
    assert figure is not None
    assert given is not None
    for drawing in (figure.panels[0].narrow, figure.panels[0].wide):
        assert drawing.count('class="unlikely"') == sum(cell.grey for cell in given.cells)
        numbers = [x for x in texts(str(drawing)) if x.isdigit()]
        for cell in given.cells:
            assert f"{100 * cell.p:.0f}" in numbers


def test_the_map_marks_each_type_in_the_nearest_cell() -> None:
    given = sample_forecast().factor_map
    assert given is not None
    assert nearest(given, LETTERS) == {
        (12, 0.2): "A",
        (12, 0.7000000000000001): "B",
        (48, 0.2): "C",
        (48, 0.7000000000000001): "D",
    }


def test_two_types_in_one_cell_share_its_mark() -> None:
    given = sample_forecast().factor_map
    assert given is not None
    together = replace(given, types=tuple({**one, "x": 12, "y": 0.2} for one in given.types[:2]))
    assert nearest(together, LETTERS) == {(12, 0.2): "AB"}


def test_the_map_says_what_it_shows() -> None:
    figure = draw_factor_map(prose())
    assert figure is not None
    alt = re.search(r'aria-label="([^"]*)"', str(figure.panels[0].narrow))
    assert alt is not None
    assert "Across: Aria: endurance (months)" in alt[1]
    assert "cells are greyed" in alt[1]


def test_areas_of_the_end_states_fill_the_picture() -> None:
    figure = draw_end_states(prose())
    assert figure is not None
    areas = re.findall(r'<path d="M([^"]*)Z" class="area"', str(figure.panels[0].wide))
    assert len(areas) == 4
    tops = [float(point.split(",")[1]) for point in areas[-1].split(" ")[:30]]
    assert tops == pytest.approx([30.0] * 30, abs=0.11)
    assert len(figure.key) == 4
    assert figure.tables[0].rows[0][1:] == ("100%", "0%", "0%", "0%")


def test_outcomes_have_a_panel_each_and_bands_only_where_there_are_ranges() -> None:
    figure = draw_outcomes(prose())
    assert figure is not None
    assert [panel.narrow.count('class="band') for panel in figure.panels] == [1, 0, 0]
    assert [panel.narrow.count('class="point"') for panel in figure.panels] == [2, 0, 0]


def test_beliefs_show_held_and_reader_apart() -> None:
    (figure,) = draw_beliefs(prose())
    assert len(figure.panels) == 4
    assert all(panel.narrow.count('class="curve') == 2 for panel in figure.panels)
    assert [table.caption for table in figure.tables] == [
        "held by the other actors (average)",
        "a reader who weighs the record",
    ]


def test_stocks_show_the_series_they_were_set_from_with_their_unit() -> None:
    figure = draw_stocks(prose())
    assert figure is not None
    assert figure.panels[0].narrow.count("<circle") == 3
    assert "Months" in texts(str(figure.panels[0].narrow))
    assert len(figure.tables) == 2


def test_both_axes_have_a_title() -> None:
    s = prose()
    for figure in (draw_outcomes(s), draw_stocks(s), draw_end_states(s), *draw_beliefs(s)):
        assert figure is not None
        for panel in figure.panels:
            up, across = texts(str(panel.narrow), "axis-title")
            assert across in ("Year", "Month")
            assert "%" in up or up == "Months"


@pytest.mark.parametrize(
    ("unit", "title"),
    [("months", "Months"), ("tausend km²", "Tausend km²"), ("km²", "km²"), ("men", "Men"), ("US-Dollar", "US-Dollar")],
)
def test_a_unit_is_the_title_of_its_axis(unit: str, title: str) -> None:
    assert axis_title(Markup(unit)) == title


def test_the_tornado_has_the_widest_bar_first_and_says_what_it_does() -> None:
    (bars,) = draw_tornado(prose())
    assert "“worth of the strait” (years) goes from 0.2 to 0.9, the number goes from 42% to 20%" in bars.rows[0][0]
    assert "falls" in bars.rows[0][1]
    assert "rises" in bars.rows[1][1]
    assert "not an interval" in bars.table.caption


def test_a_long_tornado_keeps_every_row_in_the_table() -> None:
    many = tuple(Tornado("q", f"p{i}", 0, 1, 0.1, 0.1 + i / 100) for i in range(30))
    (bars,) = draw_tornado(prose(tornado=many))
    assert len(bars.rows) == 12
    assert len(bars.table.rows) == 30


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 37.0), (-3.0, 14.0), (0.0, 0.00042), (0.0, 1e7)])
def test_ticks_are_round_and_inside(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    steps = {round((b - a) / (high - low), 9) for a, b in pairwise(ticks)}
    assert len(steps) == 1


@pytest.mark.parametrize("end", ["2031-03-31", "2033-12-31", "2061-12-31"])
def test_date_ticks_fit_in_the_room(end: str) -> None:
    ticks = date_ticks(ordinal("2031-01-01"), ordinal(end), Speech("de"), 300)
    assert ticks
    assert sum(0.6 * 12 * len(label) for _, label in ticks) < 300


def test_an_axis_of_one_value_does_not_divide_by_zero() -> None:
    box = Box(0, 0, 10, 10, 5, 5, 3, 3)
    assert box.x(5) == 0
    assert box.y(3) == 10


def test_text_on_cividis_has_enough_contrast() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for i in range(101):
        colour = cividis(i / 100)
        low, high = sorted((light(colour), light(ink_on(colour))))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_a_map_over_one_factor_has_one_axis() -> None:
    given = sample_forecast().factor_map
    assert given is not None
    row = tuple(replace(cell, y=0.0) for cell in given.cells if cell.y == given.cells[0].y)
    one = replace(given, y_name="", y_unit="", cells=row, types=tuple({**kind, "y": 0.0} for kind in given.types))
    figure = draw_factor_map(prose(factor_map=one))
    assert figure is not None
    assert texts(str(figure.panels[0].wide), "axis-title") == ["Aria: endurance (months)"]
    assert "over a factor" in figure.caption
    assert "Upwards" not in figure.panels[0].wide
    assert len(figure.tables[1].columns) == 3


def test_the_key_names_the_date_of_the_forecast_only_where_it_is_drawn() -> None:
    s = prose()
    for figure in (draw_stocks(s), draw_side(s), *draw_beliefs(s)):
        assert figure is not None
        drawn = any('class="today"' in panel.narrow for panel in figure.panels)
        assert drawn == any("date of the forecast" in entry.text for entry in figure.key)
        assert drawn == (figure.name == "stocks")


def test_every_series_keeps_its_hue_in_light_dark_and_print() -> None:
    schemes = [
        [rgb_to_hls(*(x / 255 for x in bytes.fromhex(code))) for code in re.findall(r"--s\d: #(\w{6})", line)]
        for line in asset("style.css").splitlines()
        if "--s1:" in line
    ]
    assert [len(colours) for colours in schemes] == [8, 8, 8]
    for colours in schemes:
        hues = [round(360 * hue) for hue, _, _ in colours[:7]]
        assert hues == pytest.approx([round(360 * hue) for hue, _, _ in schemes[0][:7]], abs=6)
        assert colours[0][1] < colours[2][1] - 0.1, "the two blues are told apart by how light they are"
