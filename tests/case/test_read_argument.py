"""Arguments: roles, places, facts, and the rules that look at the case."""

from __future__ import annotations

import pytest

from ceasefire.case import find_faults
from ceasefire.case.claims import Anchor
from ceasefire.case.nodes import Faults
from ceasefire.case.query import Comparison
from ceasefire.case.read_argument import read_arguments
from tests.case.papers_case import write_papers
from tests.case.small_case import ARGUMENT, write_small_case

WORDS = {"quick": "12 months", "unlikely": "< 0.2"}
HASH = "ab" * 32


def faults_of(tmp_path, old: str, new: str):
    return find_faults(write_papers(tmp_path, {"arguments/essay.yaml": {old: new}}))


def test_every_role(tmp_path):
    (argument,) = read_arguments(write_papers(tmp_path), WORDS, Faults())
    assert (argument.name, argument.author.say("de"), argument.source) == ("essay", "A. Writer", "essay")
    fact, date, premise, conclusion, aside = argument.claims
    assert [claim.role for claim in argument.claims] == ["fact", "fact", "premise", "conclusion", "not_modelled"]
    assert fact.fact["count"] == "contact.call"
    assert fact.says.say("de") == "Es waren vier Anrufe."
    assert date.fact["is"] == "2025-08-15"
    assert premise.cut == {"without": ["contact.call"]}
    assert premise.realised_by == "contact.call"
    assert isinstance(conclusion.check, Comparison)
    assert conclusion.tier == "core"
    assert aside.reason.say("en") == "a remark"


def test_a_quote_may_stand_in_several_languages_the_one_of_the_text_first(tmp_path):
    (argument,) = read_arguments(write_papers(tmp_path), WORDS, Faults())
    quote = argument.claims[0].quote
    assert not argument.claims[0].quotes
    edits = {f"quote: {quote}": f'quote: {{de: "{quote}", en: "four calls"}}'}
    (argument,) = read_arguments(write_papers(tmp_path, {"arguments/essay.yaml": edits}), WORDS, Faults())
    assert argument.claims[0].quote == quote
    assert argument.claims[0].quotes.say("en") == "four calls"


def test_any_claim_may_say_why_it_is_taken_as_it_is(tmp_path):
    edits = {
        'is unlikely"': 'is unlikely", reason: little room',
        "{without: contact.call}": "{without: contact.call}, reason: seldom",
    }
    (argument,) = read_arguments(write_papers(tmp_path, {"arguments/essay.yaml": edits}), WORDS, Faults())
    assert [claim.reason.say("en") for claim in argument.claims[2:4]] == ["seldom", "little room"]


def test_a_place_in_the_text(tmp_path):
    old, new = "quote: took years", f"at: {{span: [3, 14], sha256: {HASH}}}"
    (argument,) = read_arguments(write_papers(tmp_path, {"arguments/essay.yaml": {old: new}}), WORDS, Faults())
    assert argument.claims[-1].at == Anchor(3, 14, HASH)


def test_a_cut_sets_parameters_directly_or_under_set(tmp_path):
    for written in ("{wear: 0, without: contact.call}", "{set: {wear: 0}, without: [contact.call]}"):
        folder = write_papers(tmp_path, {"arguments/essay.yaml": {"{without: contact.call}": written}})
        (argument,) = read_arguments(folder, WORDS, Faults())
        assert argument.claims[2].cut == {"set": {"wear": 0.0}, "without": ["contact.call"]}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("quote: took years, ", "", "A101"),
        ("quote: took years", f"at: {{span: [14, 3], sha256: {HASH}}}", "A102"),
        ("quote: took years", "at: {span: [3, 14], sha256: abc}", "A102"),
        ("quote: no quick stop", f"at: {{span: [3, 14], sha256: {HASH}}}", "A103"),
        ("reason: a remark", "reason: a remark, cut: {without: x.y}", "A104"),
        (", reason: a remark", "", "A105"),
        ("{date: summit, is: 2025-08-15}", "{}", "A111"),
        ("{date: summit, is: 2025-08-15}", "{date: summit, count: contact, is: 3}", "A111"),
        ("{date: summit, is: 2025-08-15}", "{date: summit}", "A112"),
        ("{date: summit, is: 2025-08-15}", "{date: summit, is: soon}", "A112"),
        ("{date: summit, is: 2025-08-15}", "{date: summit, is: 2025-08-15, column: low}", "A112"),
        ("{date: summit, is: 2025-08-15}", "{date: sumit, is: 2025-08-15}", "A207"),
        ("{date: summit, is: 2025-08-15}", "{items: [call_1, call_9]}", "A207"),
        ("{date: summit, is: 2025-08-15}", "{parameter: wear, is: 3}", "A207"),
        ("{date: summit, is: 2025-08-15}", "{value: quantities.csv#9, is: 3}", "S103"),
        ("{date: summit, is: 2025-08-15}", "{value: quantities.csv#1, is: 3, column: middle}", "A207"),
        ("{date: summit, is: 2025-08-15}", "{value: oil.csv#1, is: 3, column: price}", "A207"),
        ("count: contact.call", "count: contact.letter", "A207"),
        ("C2:", "C1:", "C008"),
        ("is unlikely", "is unlikly", "Q106"),
        (' is unlikely"', '"', "A206"),
        ("role: premise", "role: premis", "C016"),
        ("source: essay", "source: esay", "S206"),
        ("quote: Six calls", "quote: Six calls and no pause at all", "S201"),
    ],
)
def test_faults(tmp_path, old, new, code):
    found = faults_of(tmp_path, old, new)
    assert code in [fault.code for fault in found]
    assert all(fault.place.file for fault in found)


def test_two_arguments_have_distinct_ids(tmp_path):
    folder = write_papers(tmp_path)
    text = (folder / "arguments" / "essay.yaml").read_text(encoding="utf-8")
    (folder / "arguments" / "other.yaml").write_text(text, encoding="utf-8")
    assert {fault.code for fault in find_faults(folder) if fault.severity == "fault"} == {"A208", "A204"}


def small(tmp_path, old: str, new: str) -> list[str]:
    folder = write_small_case(tmp_path / "small")
    assert old in ARGUMENT
    (folder / "arguments" / "writer.yaml").write_text(ARGUMENT.replace(old, new), encoding="utf-8")
    found = [fault for fault in find_faults(folder) if fault.severity == "fault"]
    return [fault.code for fault in found if fault.place.file.startswith("arguments")]


SECOND = 'C3: {role: premise, quote: "x", says: x, realised_by: pressure, cut: {without: pressure.press}}\n  C2:'


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("author", "author", []),
        ("realised_by: pressure.press, ", "", ["A201"]),
        (", cut: {without: pressure.press}", "", ["A201"]),
        ("realised_by: pressure.press", "realised_by: pressure.pres", ["A202"]),
        ("realised_by: pressure.press", "realised_by: pressure.press.strain", []),
        ("realised_by: pressure.press", "realised_by: 'wear, north.resolve'", []),
        ("{without: pressure.press}", "{without: pressure.pres}", ["A203"]),
        ("{without: pressure.press}", "{freeze_belief: south}", ["A203"]),
        ("{without: pressure.press}", "{freeze_belief: north}", []),
        ("{without: pressure.press}", "{waer: 0}", ["A203"]),
        ("{without: pressure.press}", "{push: 0}", []),
        ("C2:", SECOND, ["A204"]),
        (',\n       check: "P(truce_in_effect by 2020-12-31) is likely"', "", ["A205"]),
        ("P(truce_in_effect by", "P(truce_in_efect by", ["Q109"]),
        ("by 2020-12-31", "by 2022-12-31", ["Q111"]),
        ("2020-12-31)", "2020-12-31 | plan = press)", ["Q109"]),
        ("2020-12-31)", "2020-12-31 | north.resolve = middle)", ["Q109"]),
        ("2020-12-31)", "2020-12-31 | north.will = low)", ["Q109"]),
        ("2020-12-31)", "2020-12-31 | waer = 3)", ["Q109"]),
        ("2020-12-31)", "2020-12-31 | plan = press_always, north.resolve := 0.4, wear = 2)", []),
        ("2020-12-31)", "2020-12-31 | without = pressure.press, freeze_belief = north)", []),
        ("2020-12-31)", "2020-12-31 | without = pressure.pres, freeze_belief = south)", ["Q109", "Q109"]),
        ("P(truce_in_effect by 2020-12-31)", "P(talks.accept at 2020-12-31)", []),
        ("P(truce_in_effect by 2020-12-31)", "P(talks.acept at 2020-12-31)", ["Q109"]),
        ("is likely", 'is likely", rival: "wear', ["A209"]),
        ("claims:", "assumes: {push: 2}\nclaims:", []),
        ("claims:", "assumes: {pusch: 2}\nclaims:", ["A209"]),
    ],
)
def test_against_the_mechanism(tmp_path, old, new, codes):
    assert small(tmp_path, old, new) == codes


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"claims", b"[1, 2]", b"format: ceasefire-argument/1\nclaims: [x]\n"]
)
def test_rubbish_gives_faults(tmp_path, content):
    folder = write_papers(tmp_path)
    (folder / "arguments" / "essay.yaml").write_bytes(content)
    assert find_faults(folder)
