"""A whole run of a case with hidden perceptions: draws, trust, the report with both beliefs."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.explore.ensemble.ensemble import draw_ensemble
from ceasefire.forecast.as_json import as_json, from_kept, to_kept
from ceasefire.forecast.curves import beliefs
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.pipeline import run_variant
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.report.page import render
from ceasefire.run import Parts, run_case
from tests.forecast.two_views import believed, push, two_views

TINY = Settings(intervals=8, n_paths=640, tolerance=1e-7, target=0.0, preview=True)
SOUTH = {"cost as cost_seen": "south", "price as price_seen": "south"}
CHANCE = "p_high: {title: {en: chance of high, de: Aussicht auf viel}, "
DRAWN = {CHANCE + "value: 0.4": CHANCE + "prior: {uniform: {low: 0.3, high: 0.5}}"}
SAID = {
    "en": (
        "held by those who see some assumptions otherwise: South",
        "held by those who see what the case says",
        "sees some assumptions otherwise than the case (South)",
    ),
    "de": (
        "bei denen, die manche Annahmen anders sehen: Süden",
        "bei denen, die sehen, was der Fall sagt",
        "Wer manche Annahmen anders sieht als der Fall (Süden)",
    ),
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return two_views(tmp_path_factory.mktemp("hidden") / "case", SOUTH, record=True, edits=DRAWN)


@pytest.fixture(scope="module")
def found(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Forecast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(tmp_path_factory.mktemp("kept")))
        return run_case(case, TINY, parts=Parts(draws=8), workers=1)


def test_a_run_gives_both_beliefs_over_the_draws(case: Case, found: Forecast) -> None:
    assert not found.ensemble["failed"]
    assert not any("could not be computed" in note for note in found.notes), found.notes
    about = found.beliefs["north"]
    for key in ("held", "held_by_others", "reader"):
        assert np.sum(about[key], axis=1) == pytest.approx(1)
    draws = draw_ensemble(case, TINY, 8, workers=1)
    others = [member.held_by_others["north"][-1] for member in draws.members if member]
    assert about["held_by_others"][-1] == pytest.approx(list(draws.weight() @ np.array(others)))
    assert about["held"][-1] != pytest.approx(about["held_by_others"][-1], abs=0.01)
    assert as_json(from_kept(to_kept(found))) == as_json(found)


def test_the_belief_of_others_is_that_of_their_own_view(case: Case) -> None:
    run = run_variant(case, settings=TINY, scenario=Scenario(Variant(without_unsourced=False)))
    about = beliefs(run)["north"]
    assert run.paths.other_belief_at_as_of[0][0] == pytest.approx(believed(push(0.05)), abs=1e-3)
    assert np.sum(about["held_by_others"], axis=1) == pytest.approx(1)


@pytest.mark.parametrize("language", SAID)
def test_the_report_has_a_word_on_the_second_belief(case: Case, found: Forecast, language: str) -> None:
    page = render(found, case, language=language)
    for text in SAID[language]:
        assert text in page


def test_where_as_of_lies_in_the_last_period_there_is_nothing_to_halve(found: Forecast) -> None:
    assert [row.period_halved for row in found.trust] == [0.0]
