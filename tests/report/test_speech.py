"""Numbers, dates and texts in one language."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from ceasefire.case.evidence import Text
from ceasefire.report.speech import Speech, plain, slug


def say(text: object) -> str:
    return plain(text).replace("\xa0", " ")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "p", "expected"),
    [
        ("en", 0.335, "34%"),
        ("de", 0.335, "34 %"),
        ("en", 0.034, "3.4%"),
        ("de", 0.034, "3,4 %"),
        ("en", 0.08, "8%"),
        ("en", 0.0001, "< 0.1%"),
        ("de", 0.99999, "> 99,9 %"),
        ("en", 0.0, "0%"),
        ("en", 1.0, "100%"),
        ("en", None, "–"),
    ],
)
def test_probabilities_are_per_cent(language: str, p: float | None, expected: str) -> None:
    assert say(Speech(language).percent(p)) == expected


@pytest.mark.parametrize(
    ("language", "change", "expected"),
    [("en", 0.081, "+8.1"), ("de", -0.081, "−8,1"), ("en", -0.214, "−21"), ("en", 0.0, "0"), ("en", 0.0004, "0")],
)
def test_changes_are_percentage_points_with_sign(language: str, change: float, expected: str) -> None:
    assert say(Speech(language).points(change)) == expected


@pytest.mark.parametrize(
    ("language", "x", "expected"),
    [("en", 12345, "12,345"), ("de", 12345, "12.345"), ("de", -0.1234, "−0,123"), ("en", 3e-10, "3\xa0·\xa010⁻¹⁰")],
)
def test_numbers_have_three_digits(language: str, x: float, expected: str) -> None:
    assert Speech(language).number(x) == expected


def test_dates_follow_the_language() -> None:
    assert say(Speech("en").date("2031-07-15")) == "15 July 2031"
    assert say(Speech("de").date("2031-07-15")) == "15. Juli 2031"
    assert say(Speech("de").month("2031-12-31")) == "Dez. 2031"
    assert say(Speech("de").day("n. d.")) == "n. d."


def test_units_are_translated_part_by_part() -> None:
    assert say(Speech("de").unit("months/month")) == "Monate/Monat"
    assert str(Speech("de").unit("sheep/month")) == '<span lang="en">sheep/month</span>'
    assert say(Speech("en").unit("months")) == "months"


def test_a_missing_language_is_shown_in_another_and_counted() -> None:
    speech = Speech("de")
    assert str(speech.pick(Text({"en": "the <b>fee</b>"}))) == '<span lang="en">the &lt;b&gt;fee&lt;/b&gt;</span>'
    assert str(speech.pick({"de": "die Gebühr", "en": "the fee"})) == "die Gebühr"
    assert str(speech.pick(Text({"uk": "плата"}))) == '<span lang="uk">плата</span>'
    assert str(speech.pick(None)) == ""
    assert set(speech.foreign) == {"the <b>fee</b>", "плата"}


def test_words_of_the_program_become_ids() -> None:
    assert slug("10 % and 90 % of paths") == "10_per_cent_and_90_per_cent_of_paths"
    assert say(Speech("de").word("verdict", "does not hold", 2)) == "gelten bei Nennwerten nicht"
    assert str(Speech("de").word("verdict", "unheard of")) == '<span lang="en">unheard of</span>'


def test_plain_text_keeps_what_must_not_be_parted() -> None:
    assert plain(Markup("<b>{}</b>").format("37\xa0% & more")) == "37\xa0% & more"
