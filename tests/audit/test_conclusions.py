"""Checks of conclusions: margins, verdicts, and an audit of every role."""

from __future__ import annotations

import pytest

from ceasefire.audit import audit_case
from ceasefire.audit.conclusions import Checked, check_conclusion, verdict_of
from ceasefire.audit.grids import Grids
from ceasefire.case import read_case
from ceasefire.errors import Fault, InputError, NumericalError
from ceasefire.forecast.settings import FULL, PREVIEW
from tests.audit.told import Told
from tests.case.papers_case import write_papers
from tests.case.small_case import ARGUMENT, write_small_case

ONE_GRID = Grids(PREVIEW, PREVIEW, 0.0)


@pytest.mark.parametrize(
    ("op", "margin", "error", "numerical", "verdict"),
    [
        (">", 0.1, 0.01, 0.02, "holds"),
        (">", -0.1, 0.01, 0.02, "does not hold"),
        (">", 0.02, 0.01, 0.02, "too close"),
        (">", -0.02, 0.01, 0.02, "too close"),
        (">", 0.039, 0.01, 0.02, "undecided by sampling"),
        (">", 0.041, 0.01, 0.02, "holds"),
        (">", 0.0, 0.0, 0.0, "does not hold"),
        (">=", 0.0, 0.0, 0.0, "holds"),
        ("<", None, 0.0, 0.0, "not computed"),
        ("<", float("nan"), 0.0, 0.0, "not computed"),
    ],
)
def test_verdicts(op, margin, error, numerical, verdict):
    assert verdict_of(op, Checked(0.5, 0.4, margin, error, numerical)) == verdict


@pytest.mark.parametrize(("holds", "verdict"), [(True, "holds"), (False, "does not hold"), (None, "not computed")])
def test_without_a_margin_what_is_known_decides(holds, verdict):
    assert verdict_of("<", Checked(None, 12.0, None, holds=holds)) == verdict


def small(folder, check: str = "P(truce_in_effect by 2020-12-31) is likely"):
    folder = write_small_case(folder / "small")
    path = folder / "arguments" / "writer.yaml"
    path.write_text(ARGUMENT.replace("P(truce_in_effect by 2020-12-31) is likely", check), encoding="utf-8")
    return read_case(folder)


@pytest.mark.parametrize(
    ("check", "end", "pause", "threshold", "margin", "holds", "verdict"),
    [
        ("P(end_of_war by 2020-12-31) is likely", 0.9, 0.0, 0.8, 0.1, True, "holds"),
        ("P(end_of_war by 2020-12-31) is unlikely", 0.9, 0.0, 0.2, -0.7, False, "does not hold"),
        ("P(end_of_war) - P(truce_in_effect) <= 0.5", 0.9, 0.4, 0.5, 0.0, True, "undecided by sampling"),
        ("P(end_of_war) > P(truce_in_effect)", 0.9, 0.2, 0.2, 0.7, True, "holds"),
    ],
)
def test_numbers_are_held_against_the_threshold(tmp_path, check, end, pause, threshold, margin, holds, verdict):
    case = small(tmp_path, check)
    asker = Told(case, lambda text, *_: (end, 0.001) if text.startswith("P(end") else pause)
    found = check_conclusion(case.arguments[0].claims[1].check, asker, ONE_GRID, ONE_GRID)
    assert (found.threshold, found.holds, found.verdict) == (threshold, holds, verdict)
    assert found.value == pytest.approx(end - pause if " - " in check else end)
    assert found.margin == pytest.approx(margin)
    assert found.error == pytest.approx(0.001)


def test_the_error_of_the_grid_is_what_is_left_of_the_difference(tmp_path):
    case = small(tmp_path)
    asker = Told(case, lambda _, settings, slips: 0.7 if slips else 0.82 if settings == FULL else 0.83)
    found = check_conclusion(case.arguments[0].claims[1].check, asker, Grids(FULL, PREVIEW, 3.0), ONE_GRID)
    assert found.margin == pytest.approx(0.02)
    assert found.numerical_error == pytest.approx(3 * 0.01)
    assert found.verdict == "too close"
    assert found.without_slips == pytest.approx(-0.1)
    assert found.through_slips


def test_the_share_of_a_parameter_needs_the_ensemble(tmp_path):
    for check in ("share(wear) > 0.3", "share(wear) > share(push)", "share(wear) - share(push) > 0"):
        case = small(tmp_path, check)
        conclusion = audit_case(case, asker=Told(case, {"otherwise": 0.5})).claims[1]
        assert (conclusion.verdict, conclusion.searched) == ("needs_ensemble", 0)
        assert conclusion.check == check


@pytest.mark.parametrize(
    "error", [NumericalError("step talks does not converge"), InputError([Fault("Q1", "step talks does not converge")])]
)
def test_a_failure_is_told_and_stops_nothing(tmp_path, error):
    def failing(*_):
        raise error

    case = small(tmp_path)
    audit = audit_case(case, asker=Told(case, failing))
    for claim in audit.claims:
        assert (claim.verdict, claim.value, claim.largest_change) == ("not computed", None, None)
        assert claim.detail == "step talks does not converge"
    assert audit.claims[1].searched == 0


def test_a_case_without_a_game(tmp_path):
    case = read_case(write_papers(tmp_path))
    audit = audit_case(case, asker=Told(case, {}))
    results = {one.id: one for one in audit.claims}
    assert {name: one.verdict for name, one in results.items()} == {
        "C1": "confirmed",
        "C2": "confirmed",
        "C3": "not modelled yet",
        "C4": "not modelled yet",
        "C5": "not modelled",
    }
    assert results["C4"].holds is None
    assert results["C4"].check == "P(truce within quick | plan = alone) is unlikely"
    assert results["C1"].says == {"en": "There were four calls.", "de": "Es waren vier Anrufe."}
    assert (audit.argument_map, audit.partings) == ((), ())
