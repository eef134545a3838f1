"""Checks of conclusions: margins, verdicts, and an audit of every role."""

from __future__ import annotations

import pytest

from ceasefire.audit import Checked, audit_case
from ceasefire.audit.conclusions import verdict_of
from ceasefire.case import read_case
from ceasefire.errors import Fault, InputError, NumericalError
from tests.case.papers_case import write_papers
from tests.case.small_case import ARGUMENT, write_small_case


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
    ("check", "value", "threshold", "margin", "holds", "verdict"),
    [
        ("P(end_of_war by 2020-12-31) is likely", 0.9, 0.8, 0.1, True, "holds"),
        ("P(end_of_war by 2020-12-31) is unlikely", 0.9, 0.2, -0.7, False, "does not hold"),
        ("P(end_of_war) - P(truce_in_effect) <= 0.9", 0.9, 0.9, 0.0, True, "too close"),
        ("P(end_of_war) > P(truce_in_effect)", 0.9, 0.0, 0.9, True, "holds"),
    ],
)
def test_triples_are_held_against_the_threshold(tmp_path, check, value, threshold, margin, holds, verdict):
    case = small(tmp_path, check)
    result = audit_case(case, lambda _: (value, 0.001, 0.01))[1]
    assert (result.value, result.threshold, result.holds, result.verdict) == (value, threshold, holds, verdict)
    assert result.margin == pytest.approx(margin)
    assert result.check == check
    assert result.error == 0.001
    assert (result.flips_at, result.witness_holds, result.witness_fails, result.largest_change) == (None,) * 4


def test_the_share_of_a_parameter_needs_the_ensemble(tmp_path):
    def never(_):
        raise AssertionError

    for check in ("share(wear) > 0.3", "share(wear) > share(push)", "share(wear) - share(push) > 0"):
        assert audit_case(small(tmp_path, check), never)[1].verdict == "needs_ensemble"


@pytest.mark.parametrize(
    "error", [NumericalError("step talks does not converge"), InputError([Fault("Q1", "step talks does not converge")])]
)
def test_a_failure_is_told_and_stops_nothing(tmp_path, error):
    def failing(_):
        raise error

    premise, conclusion = audit_case(small(tmp_path), failing)
    assert premise.verdict == "needs_cut"
    assert (conclusion.verdict, conclusion.value) == ("not computed", None)
    assert conclusion.detail == "step talks does not converge"


def test_a_case_without_a_game(tmp_path):
    def never(_):
        raise AssertionError

    results = {one.id: one for one in audit_case(read_case(write_papers(tmp_path)), never)}
    assert {name: one.verdict for name, one in results.items()} == {
        "C1": "confirmed",
        "C2": "confirmed",
        "C3": "not modelled yet",
        "C4": "not modelled yet",
        "C5": "not modelled",
    }
    assert results["C4"].holds is None
    assert results["C1"].says == {"en": "There were four calls.", "de": "Es waren vier Anrufe."}


@pytest.mark.parametrize(
    ("margin", "calls", "numerical"),
    [(0.5, 1, 0.0), (-0.5, 1, 0.0), (0.1, 3, 0.03), (None, 1, 0.0)],
)
def test_the_grid_error_is_computed_where_it_can_matter(tmp_path, monkeypatch, margin, calls, numerical):
    from ceasefire.audit import answer_by_asking
    from ceasefire.forecast import answer
    from ceasefire.forecast.settings import FULL

    asked = []

    def ask(case, query, settings, progress=None):
        asked.append(settings)
        shift = 0.03 if settings.refine == 2 else 0.0
        found = None if margin is None else margin + shift
        return answer.Answer(query.text, 0.5, threshold=0.4, margin=found, error=0.001)

    monkeypatch.setattr(answer, "ask", ask)
    case = small(tmp_path)
    checked = answer_by_asking(case, FULL)(case.arguments[0].claims[1].check)
    assert len(asked) == calls
    assert asked[0] == FULL
    assert all(one.preview for one in asked[1:])
    assert checked.numerical_error == pytest.approx(numerical)
    assert checked.margin == margin


@pytest.mark.slow
def test_a_check_says_what_ask_says(tmp_path):
    from ceasefire.audit import answer_by_asking
    from ceasefire.forecast.answer import ask
    from ceasefire.forecast.settings import PREVIEW

    case = small(tmp_path)
    check = case.arguments[0].claims[1].check
    result = audit_case(case, answer_by_asking(case, PREVIEW))[1]
    found = ask(case, check, PREVIEW)
    assert (result.value, result.threshold, result.margin) == (found.value, 0.8, found.margin)
    assert result.holds == found.holds
    assert result.margin == pytest.approx(result.value - 0.8)
    assert audit_case(case, lambda query: ask(case, query, PREVIEW))[1].verdict == result.verdict
