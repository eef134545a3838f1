"""A claim on what decides: open at nominal values, decided by shares of the variance over draws, said in the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.case.model import Case
from ceasefire.explore.ensemble import claims as over_draws
from ceasefire.explore.sensitivity.indices import Indices
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.settings import Settings
from ceasefire.report.page import render
from ceasefire.run import Parts, run_case
from tests.audit.argued import argued, conclusion, premise
from tests.explore.test_asked import indices

TINY = Settings(intervals=2, n_paths=256, tolerance=1e-7, target=0.0, preview=True)
CHECKS = {
    "apart": "share(wear) > share(north.resolve)",
    "close": "share(wear) - share(north.resolve) > 0.2",
    "wrong": "share(wear) < 0.1",
}


def run(case: Case, shares: Indices, folder: Path) -> Forecast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(folder))
        patch.setattr(over_draws, "shares", lambda *_: shares)
        parts = Parts(plans=False, factor_map=False, trust=False, ranges=False, draws=4)
        return run_case(case, TINY, parts=parts, workers=1)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    claims = {"p": premise("push: 0"), **{name: conclusion(check) for name, check in CHECKS.items()}}
    return argued(tmp_path_factory.mktemp("shares"), claims)


def test_draws_decide_what_nominal_values_cannot(case: Case, tmp_path: Path) -> None:
    found = run(case, indices(), tmp_path)
    claims = {one.id: one for one in found.claims}
    said = {name: (claims[name].nominal_verdict, claims[name].verdict) for name in CHECKS}
    assert said == {
        "apart": ("needs_ensemble", "holds"),
        "close": ("needs_ensemble", "undecided by sampling"),
        "wrong": ("needs_ensemble", "does not hold"),
    }
    apart = claims["apart"]
    assert (apart.value, apart.threshold, apart.margin) == pytest.approx((0.7, 0.5, 0.2))
    assert (apart.margin_low, apart.margin_high) == pytest.approx((0.182, 0.218))
    english, german = (render(found, case, language=language) for language in ("en", "de"))
    assert "in the variance of the first headline" in english
    assert "middle 90% of resampled draws" in english
    assert "Share of the variance, %" in english
    assert "an der Varianz der ersten Hauptzahl" in german


def test_shares_that_are_not_to_be_read_decide_nothing(case: Case, tmp_path: Path) -> None:
    found = run(case, indices(0.2), tmp_path)
    claims = {one.id: one for one in found.claims}
    assert {claims[name].verdict for name in CHECKS} == {"undecided by sampling"}
    assert "The shares are not to be read" in render(found, case, language="en")
