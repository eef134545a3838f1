"""What belongs together stays on one line."""

from __future__ import annotations

import pytest

from ceasefire.report.unbroken import tied, unbroken


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("10 % bis 90 % davon", "10_% bis 90_% davon"),
        ("2 von 6, n = 6", "2 von 6, n_=_6"),
        ("Änderung (± Stichprobe)", "Änderung (±_Stichprobe)"),
        ("am 15. August 2025 und am 3 May", "am 15._August_2025 und am 3_May"),
        ("in August 2025", "in August 2025"),
        ("7 Marchers", "7 Marchers"),
    ],
)
def test_no_break_spaces_stand_inside(text: str, kept: str) -> None:
    assert tied(text) == kept.replace("_", "\xa0")


def test_code_keeps_its_spaces_and_an_option_stays_whole() -> None:
    page = '<p title="n = 6">n = 6 <code class="ask">ceasefire ask x \'P(a) is 10 %\' --preview --seed 7</code></p>'
    assert unbroken(page) == (
        '<p title="n = 6">n\xa0=\xa06 <code class="ask">ceasefire ask x \'P(a) is 10 %\' '
        '<span class="option">--preview</span> <span class="option">--seed 7</span></code></p>'
    )
    assert unbroken('<td data-label="bis 3. Mai 2025">') == '<td data-label="bis 3.\xa0Mai\xa02025">'
    assert unbroken("<style>a { width: 10 % }</style>") == "<style>a { width: 10 % }</style>"
