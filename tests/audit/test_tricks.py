"""Tricks of an argument, each of which the audit or the reader finds and names."""

from __future__ import annotations

import pytest

from ceasefire.audit import audit_case
from ceasefire.audit.conclusions import check_conclusion
from ceasefire.audit.grids import grids
from ceasefire.audit.standpoint import check_of
from ceasefire.case import read_case
from ceasefire.errors import InputError
from ceasefire.forecast.settings import Settings
from tests.audit.argued import argued, conclusion, premise
from tests.audit.told import Told
from tests.case.small_case import ARGUMENT, SOURCES, write_small_case

QUICK = Settings(intervals=4, n_paths=2_048, tolerance=1e-7, target=0.0, preview=True)


def audited(folder, claims, edits=None):
    return {one.id: one for one in audit_case(argued(folder, claims, edits=edits), QUICK, workers=1).claims}


def faults(folder, claims=None, edits=None, assumes="") -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        argued(folder, claims or {}, assumes, edits)
    return {fault.code: fault.message for fault in caught.value.faults}


@pytest.mark.parametrize("cut", ["set: {push: 1}", "set: {mild: 0}"])
def test_a_cut_that_changes_nothing(tmp_path, cut):
    """Setting a parameter to what it is cannot show that anything hangs on it."""
    case = argued(tmp_path, {"C1": premise(cut, "push"), "C2": conclusion("P(end_of_war) > 0.5")})
    found = audit_case(case, asker=Told(case, {"otherwise": 0.3}))
    assert (found.claims[0].verdict, found.claims[0].notes) == ("no_change", ("no_change",))
    assert found.argument_map == ()


def test_two_premises_with_one_cut(tmp_path):
    claims = {"C1": premise("without: [pressure.press]"), "C2": premise("without: [pressure.press]")}
    assert "C1, C2" in faults(tmp_path / "bare", claims)["A204"]
    why = ", cut_shared_because: one move carries both"
    one_sided = {"C1": premise("without: [pressure.press]", more=why), "C2": claims["C2"]}
    assert "A204" in faults(tmp_path / "half", one_sided)
    assert argued(tmp_path / "both", {name: premise("without: [pressure.press]", more=why) for name in claims})


def test_a_conclusion_that_holds_by_definition(tmp_path):
    """What has begun by a date has begun by a later one, in any case whatever."""
    check = "P(end_of_war by 2020-06-30) <= P(end_of_war by 2021-12-31)"
    one = audited(tmp_path, {"C1": conclusion(check)})["C1"]
    assert (one.verdict, one.witness_fails) == ("assumed, not derived", None)
    assert one.holds
    assert one.searched > 8


def test_a_check_on_what_cannot_happen(tmp_path):
    edits = {
        "outcomes:\n": "outcomes:\n  both: {reach: phase == war and phase == truce, title: {en: both, de: beides}}\n"
    }
    one = audited(tmp_path, {"C1": conclusion("P(both by 2021-12-31) is unlikely")}, edits)["C1"]
    assert one.notes == ("never",)
    assert one.verdict == "assumed, not derived"


def test_a_source_without_the_number_that_it_is_cited_for(tmp_path):
    assumed = "unit: months, assumed: {en: no series, de: keine Reihe}}\n  softness"
    cited = 'unit: months, source: {source: essay, excerpt: "it took 36 months"}}\n  softness'
    assert "24" in faults(tmp_path, edits={assumed: cited})["S104"]


def test_a_quote_over_the_limit(tmp_path):
    folder = write_small_case(tmp_path)
    path = folder / "arguments" / "writer.yaml"
    long = "pressure wears them down in the end"
    path.write_text(ARGUMENT.replace("pressure wears them down", long), encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES.replace("licence: own, ", ""), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_case(folder)
    assert "S201" in [fault.code for fault in caught.value.faults]


def test_a_threshold_inside_the_numerical_error(tmp_path):
    """Two intervals against one: the threshold is put where the two grids disagree."""
    settings = Settings(intervals=2, n_paths=2_048, tolerance=1e-7, target=0.0, preview=True)
    text = "P(truce_in_effect by 2020-12-31) > {}"

    def checked(name, threshold):
        case = argued(tmp_path / name, {"C1": conclusion(text.format(f"{threshold:.9f}"))})
        return audit_case(case, settings, workers=1).claims[0]

    far = checked("far", 0.5)
    assert far.verdict != "too close"
    assert far.numerical_error > 1e-6
    close = checked("close", far.value - 0.5 * far.numerical_error)
    assert close.verdict == "too close"
    assert close.value == far.value


@pytest.mark.parametrize("named", ["drones", "pressure.drones", "pressure.accept", "talks.press", "month.press"])
def test_a_premise_on_a_mechanism_that_does_not_exist(tmp_path, named):
    """Also where both names exist, but the step has no such move."""
    claims = {"C1": premise("set: {push: 0.5}", named)}
    assert "C1" in faults(tmp_path, claims)["A202"]


@pytest.mark.parametrize("named", ["push", "pressure", "pressure.press", "pressure.press.strain", "month.gives_way"])
def test_a_premise_on_a_mechanism_that_exists(tmp_path, named):
    assert argued(tmp_path, {"C1": premise("set: {push: 0.5}", named)})


SHAMEFUL = {
    "accept: {title: {en: accept, de: annehmen}, effects: {phase: truce}}": (
        "accept: {title: {en: accept, de: annehmen}, effects: {phase: truce}, payoffs: {north: -shame}}"
    ),
    "  push_cost: {": (
        "  shame: {title: {en: shame, de: Schande}, value: 0.3, unit: years, assumed: {en: large, de: groß}}\n"
        "  push_cost: {"
    ),
    '"resolve - strain / limit", truce: truce_value, settled: 1 - resolve': '"0 * resolve", truce: 0, settled: 0',
}


def test_a_conclusion_that_holds_through_mistakes_alone(tmp_path):
    """North gains nothing from a truce and pays for accepting one: it happens by mistake, month after month."""
    asked = "P(truce_in_effect by 2020-12-31 | as_of = 2020-01-01)"
    checks = {"C1": conclusion(f"{asked} > 0.02"), "C2": conclusion(f"{asked} < 0.9")}
    found = audited(tmp_path, checks, SHAMEFUL)
    assert found["C1"].holds
    assert found["C1"].notes == ("through_slips", "not_cut")
    assert found["C1"].without_slips == pytest.approx(-0.02), "no truce at all"
    assert found["C2"].holds
    assert found["C2"].notes == ("not_cut",)


def test_through_mistakes_needs_the_same_grid_on_both_sides(tmp_path):
    """On the grid of the differences the check fails with slips, too: they are not what carries it."""
    case = argued(tmp_path, {"C1": conclusion("P(end_of_war) > 0.5")})
    check = check_of(case.arguments[0].claims[0], case.arguments[0])
    asker = Told(case, lambda _, settings, slips: 0.49 if slips or settings.preview else 0.51)
    fine = grids(case, Settings())
    found = check_conclusion(check, asker, fine, grids(case, fine.rough))
    assert found.holds
    assert not found.through_slips


def test_a_median_beyond_the_horizon_without_mistakes(tmp_path):
    case = argued(tmp_path, {"C1": conclusion("median(end_of_war) < 2021-06-30")})
    asker = Told(case, lambda _, settings, slips: float("inf") if slips else 3.0)
    found = audit_case(case, QUICK, asker=asker).claims[0]
    assert "through_slips" in found.notes
    assert found.without_slips is None
