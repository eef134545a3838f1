"""The case read back: sentences in English and German, values checked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.case import library, read_case
from ceasefire.case.explain import Speaker, explain_case, open_steps
from ceasefire.case.explain_formulas import condition_in_words, in_words
from ceasefire.case.explain_values import end_state_values
from ceasefire.case.explain_words import SENTENCES
from tests.case.small_case import write_small_case


def test_end_states_on_each_actors_scale(tmp_path: Path) -> None:
    values = {(v.actor, v.own_type, v.label): v.value for v in end_state_values(read_case(write_small_case(tmp_path)))}
    # north, high: resolve 0.7, strain 4 of 24 months; truce 0.5; settled 1 - 0.7
    assert values["north", ("high",), "war"] == pytest.approx(0.7 - 4 / 24)
    assert values["north", ("low",), "war"] == pytest.approx(0.2 - 4 / 24)
    assert values["north", ("high",), "settled"] == pytest.approx(0.3)
    assert values["south", (), "truce"] == pytest.approx(0.5)
    assert len(values) == 9


def test_sentences(tmp_path: Path) -> None:
    text = "\n".join(explain_case(read_case(write_small_case(tmp_path))))
    assert "24 periods of one month, from 1 January 2020 to 31 December 2021." in text
    assert "Only North knows resolve: low resolve (0.2 share, the rest); high resolve (0.7 share, 0.39)." in text
    assert "A year in each end state is worth to the type high resolve: war 0.53, truce 0.5, settlement 0.3." in text
    assert "1. pressure: South chooses while phase is “war”." in text
    assert "press: strain becomes strain + push; South gets -push_cost (−0.02) at once." in text
    assert "strain changes by war: strain of a month of war; otherwise: 0 a month" in text
    assert "12 numbers: 0 with a source, 12 assumed, 0 chosen in hindsight." in text


def test_numbers_are_written_in_full_in_the_manner_of_the_language(tmp_path: Path) -> None:
    case = read_case(write_small_case(tmp_path))
    assert [Speaker(case, language).shown(60_000.0) for language in ("en", "de", "xx")] == [
        "60,000",
        "60.000",
        "60,000",
    ]
    assert Speaker(case, "de").shown(0.035921) == "0,03592"


def test_both_languages_have_the_same_sentences(tmp_path: Path) -> None:
    english, german = SENTENCES["en"], SENTENCES["de"]
    assert english.keys() == german.keys()
    case = read_case(write_small_case(tmp_path))
    assert len(explain_case(case, "en")) == len(explain_case(case, "de"))
    text = "\n".join(explain_case(case, "de"))
    assert "Nur Norden kennt Entschlossenheit: wenig entschlossen (0,2 share, der Rest)" in text
    assert [word for word in ("the rest", "nothing changes", "otherwise", "chooses", "a year") if word in text] == []


def test_open_steps_follow_the_last_one_seen(tmp_path: Path) -> None:
    case = read_case(write_small_case(tmp_path))
    assert open_steps(case)[0] == {}
    record = tmp_path / "record.yaml"
    seen = "  - {id: talk, date: 2020-04-10, step: talks, move: refuse, source: essay, title: {en: a, de: b}}\n"
    record.write_text(record.read_text(encoding="utf-8") + seen, encoding="utf-8")
    observed, still_open = open_steps(read_case(tmp_path))
    assert observed == {"talks": ("refuse",)}
    assert [step.name for step in still_open] == ["pause"]
    text = "\n".join(explain_case(read_case(tmp_path)))
    assert "talks: seen (refuse).\nthe pause: open." in text


def test_a_case_without_steps(tmp_path: Path) -> None:
    folder = write_small_case(tmp_path, argument=False)
    head = "format: ceasefire-case/1\ntitle: A war\ncalendar: {start: 2020-01-01, end: 2021-12-31, as_of: 2020-04-15}\n"
    (folder / "case.yaml").write_text(head)
    lines = explain_case(read_case(folder))
    assert "There are no steps: nothing is solved; record, sources and arguments can be checked." in lines
    assert lines[-1].startswith("2 items in the record, from 10 February 2020 to 31 March 2020")


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("language", ["en", "de"])
def test_shipped_cases_can_be_read_back(name: str, language: str) -> None:
    lines = explain_case(read_case(name), language)
    assert len(lines) > 40
    assert not [line for line in lines if "{" in line or "None" in line]


def test_formulas_in_words() -> None:
    titles = {"war": "fighting", "wear": "monthly wear"}

    def said(text: str) -> str:
        return in_words(text, lambda name: titles.get(name, name), str, "otherwise")

    assert said("wear") == "monthly wear"
    assert said("where(phase == war, wear, where(a > min(b, c), 1, 0))") == (
        "fighting: monthly wear; a > min(b, c): 1; otherwise: 0"
    )
    assert said("where(a, 1, 0) + where(b, 1, 0)") == "where(a, 1, 0) + where(b, 1, 0)"
    assert said("where(a == b and c == d, 1, 0)") == "a == b and c == d: 1; otherwise: 0"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("phase == war", "the phase is “fighting”"),
        ("phase == war or phase == truce", "the phase is “fighting” or “truce”"),
        ("phase != war and paper == signed", "the phase is not “fighting” and paper is “signed”"),
        ("phase == war or phase != truce", "the phase is “fighting” or the phase is not “truce”"),
        ("phase == war and phase == truce", "the phase is “fighting” and the phase is “truce”"),
        ("phase == war or phase == truce and paper == signed", None),
        ("phase == war or strain > limit", None),
        ("strain == limit", None),
        ("(phase == war)", None),
    ],
)
def test_conditions_on_labels_in_words(text: str, said: str | None) -> None:
    titles = {"war": "fighting", "phase": "the phase"}
    labels = {"war", "truce", "signed"}
    found = condition_in_words(text, lambda name: titles.get(name, name), labels, SENTENCES["en"])
    assert found == (said or text)


def test_units_are_those_of_the_language(tmp_path: Path) -> None:
    lines = explain_case(
        read_case(write_small_case(tmp_path)), "de", {"share": "Anteil", "months": "Monate"}.__getitem__
    )
    text = "\n".join(lines)
    assert "wenig entschlossen (0,2 Anteil, der Rest)" in text
    assert "24 Perioden von je einem Monat, vom 1. Januar 2020 bis zum 31. Dezember 2021." in text
