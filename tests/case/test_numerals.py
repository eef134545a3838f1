"""Numbers in the notations of sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.case.numerals import cell_number, numbers_in, states_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,080 men", 1080),
        ("1.080 Mann", 1080),
        ("1.080 Mrd. Rubel", 1.08e9),
        ("48 240", 48240),
        ("48\u202f240 men", 48240),
        ("12'500 Franken", 12500),
        ("~35,100 (derived)", 35100),
        (">40,000", 40000),
        ("18%", 0.18),
        ("18 percent", 18),
        ("18,5 Prozent", 0.185),
        ("6.3% of GDP", 6.3),
        ("0,4", 0.4),
        ("0.40", 0.4),
        ("1.3 trn", 1.3e12),
        ("35 thousand", 35000),
        ("Six calls", 6),
        ("Sechs Telefonate", 6),
        ("zwölf", 12),
        ("by 2029-01-20", 2029),
        ("in 2029", 2029),
        ("25-50%", 50),
        ("1e-3", 0.001),
        ("fell by -18.5", 18.5),
        ("(20)", 20),
        ("it was 4.", 4),
    ],
)
def test_a_number_is_found(text, number):
    assert states_number(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("source S78", 78),
        ("https://example.org/20", 20),
        ("on 2025-01-31", 31),
        ("4.1", 41),
        ("1080", 108),
        ("1,080", 80),
        ("18", 0.18),
        ("someone", 1),
        ("", 0),
    ],
)
def test_a_number_that_is_not_stated(text, number):
    assert not states_number(text, number)


@given(st.integers(0, 10**12))
def test_every_grouping_gives_the_number(number):
    for sign in (",", ".", "'", "\u202f"):
        assert states_number(f"about {number:,} in all".replace(",", sign), number)


@given(st.text())
def test_any_text_can_be_read(text):
    assert all(isinstance(x, float) for x in numbers_in(text))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("19", 19),
        ("1,080", 1080),
        ("1,080.5", 1080.5),
        ("0,4", 0.4),
        ("1.080", 1.08),
        ("-18.5", -18.5),
        ("~35,100", 35100),
        ("1,234,567", 1234567),
        ("48 240", 48240),
        ("5 of 7", 5),
        ("", None),
        ("none", None),
    ],
)
def test_a_cell_has_one_number(cell, number):
    assert cell_number(cell) == number


@given(st.text(alphabet="0123456789.,' -%eE", max_size=20))
def test_any_cell_can_be_read(cell):
    assert cell_number(cell) is None or isinstance(cell_number(cell), float)
