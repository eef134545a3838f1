"""The audit as text: at most 80 columns, in English and German, every query as ``ask`` reads it; and as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from ceasefire.audit import Audit, audit_case, conclusions, facts, premises, results
from ceasefire.audit.text import audit_text
from ceasefire.audit.words import WORDS
from ceasefire.case import read_case
from ceasefire.case.evidence import Text
from ceasefire.case.query import parse_query
from ceasefire.case.query_text import query_text
from ceasefire.cli import main
from ceasefire.forecast.as_json import claims_as_json
from tests.audit.argued import argued, conclusion, premise, write_argument
from tests.audit.told import Told

CHECK = "P(truce_in_effect within quick | plan = press_always) - P(truce_in_effect within quick) > 0.05"
CLAIMS = {
    "C1": premise("set: {mild: 0}, without: [pressure.press], freeze_belief: [north]", "'mild, pressure.press'"),
    "C2": conclusion(CHECK, "mild"),
    "C3": conclusion("median(end_of_war | mild = 0) < 2021-06-30"),
    "C4": conclusion("P(end_of_war) < P(truce_in_effect)"),
    "C5": "{role: fact, quote: x, says: x, fact: {count: pressure.press, until: 2020-03-31, is: 7}}",
    "C6": "{role: not_modelled, quote: x, says: x, reason: A remark that the case has no words for.}",
}
OTHER = {
    "D1": "{role: fact, quote: x, says: x, fact: {count: pressure.press, until: 2020-03-31, is: 2}}",
    "D2": conclusion(CHECK.replace(">", "<")),
}


@pytest.fixture
def case(tmp_path):
    found = argued(tmp_path, CLAIMS, "mild: 1, push: 1.2345678")
    write_argument(found.folder, "two", OTHER)
    return read_case(found.folder)


@pytest.fixture
def audit(case) -> Audit:
    def number(text, settings, slips):
        if "median" in text:
            return 30.0 if "p_high" in text else float("inf")
        return 0.0 if "P(end_of_war" in text else 0.65 if "plan" in text else 0.6 if "without" in text else 0.3

    return audit_case(case, asker=Told(case, number))


@pytest.mark.parametrize("language", ["en", "de"])
def test_lines_are_short_and_queries_can_be_asked(case, audit, language):
    text = audit_text(case, audit, (), (), language)
    assert max(map(len, text.splitlines())) <= 80
    flat = re.sub(r"\s+", " ", text)
    shown = re.findall(r"ask (--[^']*)'(.*?)'", flat)
    witnesses = [w for one in audit.claims for w in (one.witness_holds, one.witness_fails) if w]
    assert [query for _, query in shown] == [witness.query for witness in witnesses]
    assert [flags.strip() for flags, _ in shown] == [witness.flags for witness in witnesses]
    assert {witness.flags for witness in witnesses} == {"--preview --paths 8000"}
    for _, query in shown:
        parse_query(query, case.words)
    for one in audit.claims:
        assert one.check in flat
        assert one.changed in flat


def test_why_a_premise_is_taken_as_it_is(case, audit):
    (argument, *others) = case.arguments
    claims = [replace(one, reason=Text({"en": "It acts before the date."})) for one in argument.claims]
    told = replace(case, arguments=(replace(argument, claims=tuple(claims)), *others))
    flat = re.sub(r"\s+", " ", audit_text(told, audit, (), (), "en"))
    assert flat.count("It acts before the date.") == len(claims)


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_said_twice(case, audit, language):
    unchanged = replace(audit.claims[0], verdict="no_change", notes=("no_change",))
    text = audit_text(case, replace(audit, claims=(unchanged, *audit.claims[1:])), (), (), language)
    assert re.sub(r"\s+", " ", text).count(WORDS[language]["no_change"]) == 1


def test_a_turn_at_zero_is_said(case, audit):
    flat = re.sub(r"\s+", " ", audit_text(case, audit, (), (), "en"))
    zero = replace(audit.claims[1], value=0.0, flips_at=0.0)
    text = audit_text(case, replace(audit, claims=(audit.claims[0], zero)), (), (), "en")
    assert "turns at a threshold of 0" in re.sub(r"\s+", " ", text)
    assert "fact: count: pressure.press" in flat
    assert "inference: P(truce_in_effect within" in flat
    assert "premise: mild" in flat


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "fails at a date beyond the calendar (threshold 14.7 months)"),
        ("de", "gilt nicht bei einem Tag jenseits des Kalenders (Schwelle 14,7 Monate)"),
    ],
)
def test_a_median_is_said_in_months(case, audit, language, said):
    flat = re.sub(r"\s+", " ", audit_text(case, audit, (), (), language))
    assert said in flat
    near = replace(audit.claims[2], value=3.0, threshold=14.7, margin=11.7)
    flat = re.sub(r"\s+", " ", audit_text(case, replace(audit, claims=(near,)), (), (), language))
    assert ("3 months, threshold 14.7 months" if language == "en" else "3 Monate, Schwelle 14,7 Monate") in flat


def test_every_verdict_note_and_kind_has_words():
    modules = (conclusions, facts, premises, results)
    verdicts = {
        value for module in modules for name, value in vars(module).items() if name.isupper() and isinstance(value, str)
    }
    assert {"carries", "too close", "assumed, not derived", "partly", "through_slips"} <= verdicts
    assert verdicts <= WORDS["de"].keys()
    assert (
        {"never", "through_slips", "no_change", "not_cut", "silent_record"} <= WORDS["en"].keys() <= WORDS["de"].keys()
    )
    assert {f"{kind}_part" for kind in ("fact", "premise", "inference")} <= WORDS["de"].keys()


def test_json_has_the_fields_of_every_role(case, audit):
    found = json.loads(json.dumps(claims_as_json(audit.claims), allow_nan=False))
    assert list(found) == [*CLAIMS, *OTHER]
    for one in found.values():
        assert {"role", "verdict", "largest_change", "value", "threshold", "margin", "flips_at"} <= one.keys()
        assert {"witness_holds", "witness_fails", "turns", "notes", "searched", "numerical_error"} <= one.keys()
    assert found["C1"]["largest_change"] == pytest.approx(0.3)
    assert found["C1"]["cut"] == {"set": {"mild": 0}, "without": ["pressure.press"], "freeze_belief": ["north"]}
    assert found["C2"]["witness_holds"].keys() == {
        "query",
        "setting",
        "value",
        "threshold",
        "margin",
        "preview",
        "clear",
        "flags",
    }
    assert found["C2"]["flips_at"] == found["C2"]["value"] == pytest.approx(0.35)
    assert found["C3"]["value"] is None
    assert found["C3"]["holds"] is False
    assert found["C4"]["flips_at"] is None, "held against another query"
    assert (found["C5"]["value"], found["C5"]["threshold"]) == (0.0, 7.0)
    assert query_text(parse_query(found["C2"]["check"], case.words)) == found["C2"]["check"]


@pytest.mark.slow
def test_the_command_prints_the_map_and_the_partings(case, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["audit", str(case.folder), "--json", "--quiet", "--workers", "1"])
    assert not caught.value.code
    found = json.loads(capsys.readouterr().out)
    assert found["claims"].keys() == {*CLAIMS, *OTHER}
    assert [(one["premise"], one["conclusion"]) for one in found["argument_map"]] == [("C1", "C2"), ("C1", "C4")]
    assert {one["kind"] for one in found["partings"]} == {"fact", "premise", "inference"}
    assert found["arguments"] == {"one": list(CLAIMS), "two": list(OTHER)}
