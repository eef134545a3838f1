"""Sabotage: what the audit says of cuts and thresholds is what happens when the files are changed; replay; stop."""

from __future__ import annotations

import json
import re
import signal
import time

import pytest

from ceasefire.audit import Audit, audit_case
from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.forecast import batch
from ceasefire.forecast.answer import ask
from ceasefire.forecast.settings import Settings
from tests.audit.argued import argued, conclusion, premise
from tests.case import small_case
from tests.cli.test_trouble import MESSAGE, Program

QUICK = Settings(intervals=4, n_paths=2_048, tolerance=1e-7, target=0.0, preview=True)
FINER = Settings(intervals=6, n_paths=2_048, tolerance=1e-7, target=0.0)
END, PAUSE = "P(end_of_war by 2021-12-31)", "P(truce_in_effect by 2021-12-31)"
CLAIMS = {
    "C1": premise("without: [pressure.press]"),
    "C2": premise("set: {wear: 0.1}", "wear"),
    "C3": premise("set: {mild: 1}", "push"),
    "C4": conclusion(f"{END} < 0.3"),
    "C5": conclusion(f"{END} > 0.25"),
    "C6": conclusion(f"{PAUSE} > 0.05"),
    "C7": conclusion(f"{PAUSE} is likely"),
    "C8": conclusion(f"{PAUSE[:-1]} | plan = press_always) > 0.09"),
}
CONCLUSIONS = ("C4", "C5", "C6", "C7", "C8")
EFFECTS = "effects: {strain: strain + push * (1 - mild)}, payoffs: {south: -push_cost}"
PRESS = f"press: {{title: {{en: press, de: drängen}}, {EFFECTS}}}"
SABOTAGE = {
    "C1": {
        f", {PRESS}": "",
        "order: [wait, press], ": "",
        "[{press: phase == war}, {otherwise: equilibrium}]": "[{otherwise: equilibrium}]",
    },
    "C2": {"prior: {lognormal: {median: 1.0, p90: 1.5}}": "value: 0.1"},
    "C3": {"de: Druck wirkt nicht}, nominal: 0": "de: Druck wirkt nicht}, nominal: 1"},
}
"""What has to be changed in the files to take away what carries a premise."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return argued(tmp_path_factory.mktemp("whole"), CLAIMS)


@pytest.fixture(scope="module")
def audit(case: Case) -> Audit:
    return audit_case(case, QUICK, workers=1)


def edited(folder, edits, claims=CLAIMS) -> Case:
    """Return the case without arguments, texts of ``case.yaml`` replaced, and no move in the record that is not there."""
    case = argued(folder, claims)
    text = (case.folder / "case.yaml").read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    (case.folder / "case.yaml").write_text(text, encoding="utf-8")
    if PRESS not in text:
        record = [line for line in small_case.RECORD.splitlines() if "first_push" not in line]
        (case.folder / "record.yaml").write_text("\n".join(record), encoding="utf-8")
    (case.folder / "arguments" / "one.yaml").unlink()
    return read_case(case.folder)


@pytest.mark.slow
@pytest.mark.parametrize("cut", SABOTAGE)
def test_a_conclusion_turns_as_the_arrow_said(case, audit, tmp_path, cut):
    """The mechanism is taken out of the files, not of the compiled game: margins and turns are those of the arrows."""
    without = edited(tmp_path, SABOTAGE[cut])
    arrows = {one.conclusion: one for one in audit.argument_map if one.premise == cut}
    assert set(arrows) == set(CONCLUSIONS)
    results = {one.id: one for one in audit.claims}
    for name, arrow in arrows.items():
        there, here = (ask(one, results[name].check, QUICK) for one in (case, without))
        assert arrow.before == pytest.approx(there.margin, abs=1e-9)
        assert arrow.after == pytest.approx(here.margin, abs=1e-9)
        if abs(arrow.after - arrow.before) > arrow.error:
            assert arrow.turns == (there.holds != here.holds), name
        assert (cut in results[name].turns) == (name in results[cut].turns) == arrow.turns


@pytest.mark.slow
def test_some_arrows_turn_and_some_do_not(audit):
    assert {(one.premise, one.conclusion) for one in audit.argument_map if one.turns} == {("C1", "C4")}
    assert len(audit.argument_map) == 3 * 5


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "turning"), [(0.8, {"C4"}), (1.2, {"C5", "C8"})])
def test_checks_turn_whose_value_lies_between_two_thresholds(audit, tmp_path, factor, turning):
    def shifted(text: str) -> str:
        return re.sub(r"([<>]) ([\d.]+)\"", lambda m: f'{m[1]} {float(m[2]) * factor:.6g}"', text)

    claims = {name: shifted(text).replace("is likely", f"> {0.8 * factor:.6g}") for name, text in CLAIMS.items()}
    moved = {one.id: one for one in audit_case(argued(tmp_path, claims), QUICK, workers=1).claims}
    turned = set()
    for one in audit.claims:
        if one.role == "conclusion":
            other = moved[one.id]
            assert other.threshold == pytest.approx(one.threshold * factor)
            assert other.flips_at == one.flips_at == one.value
            low, high = sorted((one.threshold, other.threshold))
            assert (one.holds != other.holds) == (low < one.flips_at < high)
            turned |= {one.id} if one.holds != other.holds else set()
    assert turned == turning


@pytest.mark.slow
def test_every_witness_is_replayed(case, tmp_path):
    audit = audit_case(case, FINER, workers=1)
    seen = 0
    for one in audit.claims:
        for witness in (one.witness_holds, one.witness_fails):
            if witness is None:
                continue
            settings = audit.cuts if witness.setting else audit.checks
            assert settings.flags() == witness.flags
            found = ask(case, witness.query, settings)
            assert (found.value, found.threshold, found.margin) == (witness.value, witness.threshold, witness.margin)
            assert found.holds == (witness is one.witness_holds)
            seen += 1
    assert seen >= 5
    assert {w.preview for one in audit.claims for w in (one.witness_holds, one.witness_fails) if w} == {True, False}


@pytest.mark.slow
def test_every_cut_is_replayed(case, audit):
    for one in audit.claims:
        if one.role == "premise" and one.largest_change is not None:
            before = re.sub(r" \| .*\)$", ")", one.changed)
            there, here = (ask(case, query, QUICK).value for query in (before, one.changed))
            assert one.changed_from == there
            assert one.largest_change == pytest.approx(here - there, abs=1e-12)
    for one in audit.claims:
        if one.role == "conclusion":
            assert one.margin == ask(case, one.check, QUICK).margin


class StopError(Exception):
    pass


@pytest.mark.slow
def test_a_stopped_audit_goes_on_where_it_was(case, audit, empty_cache, monkeypatch):
    jobs = []
    compute = batch.Questions.compute
    monkeypatch.setattr(
        batch.Questions, "compute", lambda self, case: (jobs.append(repr(self)), compute(self, case))[1]
    )

    def stop(stage, done, of):
        if stage == "claims" and done >= 3:
            raise StopError

    with pytest.raises(StopError):
        audit_case(case, QUICK, stop, 1)
    first = len(jobs)
    assert first >= 3
    assert audit_case(case, QUICK, workers=1) == audit
    assert len(set(jobs)) == len(jobs), "nothing is computed twice"
    done = len(jobs)
    assert audit_case(case, QUICK, workers=1) == audit
    assert len(jobs) == done


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(case, audit, empty_cache, monkeypatch):
    monkeypatch.setattr(batch, "WORTH_WORKERS", -1.0)
    assert audit_case(case, QUICK, workers=2) == audit


@pytest.mark.slow
def test_an_audit_stopped_by_a_signal_goes_on(tmp_path):
    whole, stopped = Program(tmp_path / "whole"), Program(tmp_path / "stopped")
    command = ["audit", "small", "--json", "--workers", "1"]
    with stopped.start(*command) as process:
        while len(stopped.kept()) < 3:
            assert process.poll() is None, "it was over before it could be stopped"
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert MESSAGE in err
    kept = {path: path.read_bytes() for path in stopped.kept()}
    assert all(path.suffix == ".json" for path in kept)
    found, wanted = (json.loads(one.run(*command)[1]) for one in (stopped, whole))
    assert found == wanted
    assert {path: path.read_bytes() for path in kept} == kept
