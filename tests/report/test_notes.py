"""Notes of the calculation in words."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from ceasefire.forecast.build import HIDDEN_NOTE, notes
from ceasefire.report.notes import say_note
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain
from tests.report.sample import sample_case, sample_forecast

SAID = (
    (
        "12% of the variance of strain comes from its nodes, not from declared noise",
        "12 % der Streuung von „Last auf Arien“ kommen vom Raster, nicht aus dem, was der Fall angibt.",
    ),
    (
        "period_halved: could not be computed (too many states)",
        "„Halbe Periode“ ließ sich nicht berechnen (too many states).",
    ),
    (
        "stock:strain: could not be computed (too many)",
        "„Feineres Raster: Last auf Arien“ ließ sich nicht berechnen (too many).",
    ),
    (
        "results could not be kept in /tmp/x: No space left; this run goes on",
        "Ergebnisse ließen sich nicht in /tmp/x aufbewahren (No space left); der Lauf ging weiter.",
    ),
    (
        HIDDEN_NOTE,
        "Wahrnehmungen sind verdeckt. Wer manche Annahmen anders sieht als der Fall (Arien), meint, alle täten es. "
        "Über jeden verborgenen Faktor gibt es zwei Überzeugungen, und die Karte entfällt; "
        "was die Fehlwahrnehmungen wen kosten, sagt `ceasefire perceive`.",
    ),
    (
        "the case has no steps, so nothing is forecast",
        "Der Fall hat keine Schritte, daher gibt es keine Prognose.",
    ),
)


def test_the_notes_of_a_forecast_are_known() -> None:
    run = SimpleNamespace(
        other=None, solution=SimpleNamespace(converged=False), game=SimpleNamespace(numerical_spread={"strain": 0.3})
    )
    s = sentences_for(sample_forecast(), sample_case(), "de")
    found = [plain(say_note(s, note)) for note in notes(run)]  # type: ignore[arg-type]
    assert len(found) == 2
    assert s.speech.foreign == {}


@pytest.mark.parametrize(("note", "said"), SAID)
def test_a_known_note_is_said_in_the_language_of_the_report(note: str, said: str) -> None:
    case = sample_case()
    name = next(iter(case.parameters))
    seen = {**case.parameters, name: replace(case.parameters[name], perceived_by={"aria": name})}
    s = sentences_for(sample_forecast(), replace(case, parameters=seen), "de")
    assert plain(say_note(s, note)).replace("\xa0", " ") == said
    assert s.speech.foreign == {}


def test_an_unknown_note_is_marked_as_english_and_counted() -> None:
    s = sentences_for(sample_forecast(), sample_case(), "de")
    assert str(say_note(s, "Something else.")) == '<span lang="en">Something else.</span>'
    assert s.speech.foreign == {"Something else.": "en"}
