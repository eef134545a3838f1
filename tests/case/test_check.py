"""One small broken case per fault code: the fault is found, at a line, and nothing else is made up."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ceasefire.case import (
    build,
    check_names,
    check_numbers,
    check_report,
    check_steps,
    find_faults,
    kinds_special,
    nodes,
    values,
)
from ceasefire.errors import Fault
from tests.case.small_case import write_small_case

Edits = Mapping[str, str]
CALENDAR = "calendar: {start: 2020-01-01, period: month, end: 2021-12-31, as_of: 2020-04-15}"
PRESS = "effects: {strain: strain + push}, payoffs: {south: -push_cost}"
NORTH_FLOW = 'war: "resolve - strain / limit"'
GOES_ON = "{name: goes_on, rest: true,"
GIVES_WAY = "{name: gives_way, probability:"
SOFTNESS = "value: 3, unit: months, assumed: {en: no series, de: keine Reihe}"
TALKS = "{name: talks, actor: north, when: phase == war, record: partial,"
NO_SUCH = "softness: {"
WORLD = (
    'world: {true_resolve: {given: [north.resolve], prior: {fixed: {value: "resolve"}}, '
    "title: {en: true resolve, de: wahre Entschlossenheit}, assumed: {en: x, de: y}}}\nstate:"
)

CASES: list[tuple[str, Edits]] = [
    ("C012", {"as_of: 2020-04-15}": "as_off: 2020-04-15}"}),
    ("C012", {"unit: per month": "units: per month"}),
    ("C013", {"discount_factor: patience, ": ""}),
    ("C013", {CALENDAR: "calendar: {start: 2020-01-01}"}),
    ("C014", {"initial: strain_0": "initial: [strain_0]"}),
    ("C014", {"when_better_by: 0.1": 'when_better_by: "0.1"'}),
    ("C014", {"nodes: 16": "nodes: many"}),
    ("C015", {"as_of: 2020-04-15": "as_of: 2020-02-30"}),
    ("C016", {"status: live": "status: alive"}),
    ("C016", {"format: ceasefire-case/1": "format: ceasefire-case/2"}),
    ("C020", {"softness:": "where:"}),
    ("C020", {"plans:\n  press_always": "plans:\n  press-always"}),
    ("C021", {"flow: {by: phase, war: push, otherwise: 0}": "flow: {war: push, otherwise: 0}"}),
    ("C022", {"title: {en: A small war, de: Ein kleiner Krieg}": "title: {en: A small war, xx: Ein kleiner Krieg}"}),
    ("C023", {"range: [0, 60]": "range: [60, 0]"}),
    ("C023", {"nodes: 16": "nodes: [0, 4, 3]"}),
    ("C023", {"nodes: 16": "nodes: 1"}),
    ("C024", {"unit: per month, assumed: {en: no measurement, de: keine Messung}": "unit: per month, source: {}"}),
    ("C025", {"{beta: {mean: 0.97, p90: 0.99}}": "{beta: {mean: 0.97, p90: 0.99}, fixed: {value: 1}}"}),
    ("C026", {"[{press: phase == war}, {": "[{press: phase == war, wait: always}, {"}),
    ("C031", {"end: 2021-12-31": "end: 2019-12-31"}),
    ("C031", {"period: month, end: 2021-12-31": "period: day, end: 2121-12-31"}),
    ("C032", {"as_of: 2020-04-15": "as_of: 2022-04-15"}),
    ("C033", {"value: 3, unit: months": "unit: months"}),
    ("C033", {SOFTNESS: "prior: {uniform: {low: 1, high: 5}}, " + SOFTNESS}),
    ("C034", {"range: [0, 60], ": ""}),
    ("C035", {", prior: {high: p_high, low: rest}": ""}),
    ("C036", {TALKS: TALKS.replace("actor: north, ", "")}),
    ("C036", {TALKS: TALKS + " nature: true,"}),
    ("C037", {TALKS: TALKS + " drift: {strain: wear},"}),
    ("C037", {"nature: true\n": "nature: true\n    default: wait\n"}),
    ("C201", {"softness": "settled"}),
    ("C201", {"side: {cost:": "side: {strain:"}),
    (
        "C202",
        {
            "state:\n": "state:\n  mood: {labels: [calm], initial: calm, title: {en: mood, de: Laune}}\n",
            "when: phase == war, record: partial": "when: phase == calm, record: partial",
        },
    ),
    ("C203", {"ends: phase == war": "ends: truce or phase == war"}),
    ("C203", {'"where(phase == war, wear, 0)"': '"where(phase, wear, 0)"'}),
    ("C204", {"effects: {strain: strain + push}": "effects: {strain: strain + push * resolve}"}),
    ("C204", {"when: phase == war, record: partial": "when: resolve > 0, record: partial"}),
    ("C205", {"state:": WORLD, NORTH_FLOW: 'war: "true_resolve - strain / limit"'}),
    ("C206", {"discount_factor: patience": "discount_factor: patience * strain"}),
    ("C207", {"south: {by: phase, war: 0,": "south: {by: phase, war: resolve,"}),
    ("C208", {"initial: strain_0": "initial: strain_0 + strain"}),
    ("C209", {"south: {by: phase, war: 0, truce: truce_value, otherwise: 1}": "south: {by: phase, war: 0, truce: 1}"}),
    ("C221", {"strain: strain + push": "strain: strain + 2.5 * push"}),
    ("C222", {"unit: per month, assumed: {en: no measurement, de: keine Messung}": "unit: per month"}),
    ("C223", {"unit: per month,": "unit: per month, perceived_by: {nort: push},"}),
    ("C223", {"unit: per month,": "unit: per month, perceived_by: {north: pusch},"}),
    ("C224", {"unit: per month,": "unit: per month, hindsight: true, without_hindsight: 1,"}),
    ("C224", {"status: live": "status: reconstruction", "unit: per month,": "unit: per month, hindsight: true,"}),
    ("C225", {"truce: truce_value": "truce: 0"}),
    ("C225", {NORTH_FLOW: 'war: "0 - strain / limit"', "settled: 1 - resolve": "settled: 1"}),
    ("C225", {"state:": WORLD}),
    ("C226", {"prior: {high: p_high, low: rest}": "prior: {high: 1, low: 1}"}),
    ("C227", {"prior: {high: p_high, low: rest}": "prior: {high: rest, low: rest}"}),
    ("C227", {GOES_ON: "{name: goes_on, probability: 1,"}),
    ("C228", {"prior: {high: p_high, low: rest}": "prior: {hihg: p_high, low: rest}"}),
    ("C228", {"types:\n  north:": "types:\n  nord:"}),
    ("C229", {"discount_factor: patience": "discount_factor: limit"}),
    ("C229", {"takes_better: consistency": "takes_better: 1"}),
    ("C229", {"value: 4, unit: months": "value: 400, unit: months"}),
    ("C229", {"when_better_by: 0.1": "when_better_by: 0"}),
    ("C230", {"state:": WORLD.replace("given: [north.resolve]", "given: []")}),
    ("C230", {"state:": WORLD.replace("given: [north.resolve]", "given: [north.resolv, north.resolve]")}),
    ("C240", {"payoffs: {south: -push_cost}": "payoffs: {suth: -push_cost}"}),
    ("C240", {"{name: talks, actor: north": "{name: talks, actor: nord"}),
    ("C241", {"effects: {strain: strain + push}": "effects: {strein: strain + push}"}),
    ("C241", {'drift: {strain: "where': 'drift: {phase: "where'}),
    ("C242", {"effects: {phase: truce}": "effects: {phase: push}"}),
    ("F110", {"effects: {phase: truce}": "effects: {phase: truse}"}),
    ("C242", {"effects: {phase: truce}": "effects: {phase: 1}"}),
    ("C243", {"default: wait": "default: weit"}),
    ("C243", {"default: wait, ": ""}),
    ("C243", {"order: [wait, press]": "order: [wait]"}),
    ("C243", {"order: [wait, press]": "order: [wait, press, shout]"}),
    (
        "C244",
        {"effects: {phase: settled}, title: {en: gives": "effects: {phase: settled, strain: 0}, title: {en: gives"},
    ),
    ("C244", {"    nature: true\n": "    nature: true\n    effects: {phase: war}\n"}),
    (
        "C246",
        {"limit: {": "limit: {perceived_by: {south: softness}, ", "logistic((strain": "logistic((resolve * strain"},
    ),
    ("C247", {GOES_ON: "{name: goes_on, probability: p_high, rest: true,"}),
    ("C247", {'probability: "where(phase == war, logistic((strain - limit) / softness), 0)", ': ""}),
    ("C248", {"labels: [war, truce, settled]": "labels: [war, truce, settled, frozen]"}),
    ("C249", {"initial: war,": "initial: wars,"}),
    ("C250", {"terminal: {north: 0, south: 0}\n": ""}),
    ("C250", {"terminal: {north: 0, south: 0}": "terminal: {north: 0}"}),
    ("C251", {"end_states: phase\n": ""}),
    ("C252", {GOES_ON: "{name: gives_way, rest: true,"}),
    ("C261", {"after: truce_in_effect": "after: truce_in_efect"}),
    ("C261", {"steps: {pressure: [{press: phase": "steps: {presure: [{press: phase"}),
    ("C261", {"steps: {pressure: [{press: phase": "steps: {pressure: [{pres: phase"}),
    ("C261", {"near_event: truce_in_effect": "near_event: truce_effect"}),
    ("C261", {"end_states: phase": "end_states: phases"}),
    ("C261", {"nodes: 16": "nodes: 16, series: oil"}),
    (
        "C262",
        {"truce_in_effect: {reach: phase == truce,": "truce_in_effect: {reach: phase == truce, after: fighting_again,"},
    ),
    ("C263", {"quick: 6 months": "quick: soon"}),
    ("C264", {"title: {en: a truce, de: eine Waffenruhe}": "title: {en: a truce}"}),
    ("C265", {"factors: [north.resolve]": "factors: [north.resolv]"}),
    ("F102", {"strain: strain + push": "strain: strain +"}),
    ("F110", {"strain: strain + push": "strain: strain + pusch"}),
    ("F110", {NORTH_FLOW: 'war: "resolve - unknown.resolve"'}),
    ("Q105", {"lasting: 30 days": "lasting: thirty days"}),
    ("Q109", {'"median(truce_in_effect)"': '"median(truce)"'}),
    ("R202", {"as_of: 2020-04-15": "as_of: 2020-02-15"}),
    (
        "S104",
        {
            "unit: per month, assumed: {en: no measurement, de: keine Messung}": 'unit: per month, source: {source: essay, excerpt: "it stood at 12"}'
        },
    ),
]


def faults_with(tmp_path: Path, edits: Edits) -> list[Fault]:
    return find_faults(write_small_case(tmp_path / "case", edits))


def test_the_small_case_has_no_faults(tmp_path: Path) -> None:
    assert faults_with(tmp_path, {}) == []


@pytest.mark.parametrize(("code", "edits"), CASES, ids=[f"{code}-{i}" for i, (code, _) in enumerate(CASES)])
def test_fault(tmp_path: Path, code: str, edits: Edits) -> None:
    found = faults_with(tmp_path, edits)
    mine = [fault for fault in found if fault.code == code]
    assert mine, "\n\n".join(fault.as_text() for fault in found) or "no fault at all"
    assert all(fault.place.file and fault.message and not fault.message.endswith(".") for fault in mine)
    assert any(fault.place.line for fault in mine)


def test_every_code_of_these_modules_has_a_case() -> None:
    modules = (build, values, kinds_special, check_names, check_numbers, check_report, check_steps)
    known = {code for module in modules for code in module.CODES} | set(nodes.CODES)
    elsewhere = {f"C{n:03}" for n in range(1, 12)} | {"C245"}  # tests/case/test_nodes.py and below
    assert known - elsewhere <= {code for code, _ in CASES}


def test_nature_may_depend_on_one_actors_types_only(tmp_path: Path) -> None:
    second = "  south:\n    nerve: {values: {weak: w_low, firm: w_high}, prior: {firm: p_high, weak: rest}}\nstate:\n"
    edits = {"state:\n": second, "logistic((strain": "logistic((resolve * nerve * strain"}
    assert "C245" in {fault.code for fault in faults_with(tmp_path, edits)}


def test_all_faults_at_once(tmp_path: Path) -> None:
    edits = {"status: live": "status: alive", "unit: per month": "units: per month", "default: wait": "default: weit"}
    found = [fault.code for fault in faults_with(tmp_path, edits)]
    assert {"C016", "C012", "C013", "C243"} <= set(found)
    lines = [fault.place.line for fault in faults_with(tmp_path, edits) if fault.place.file == "case.yaml"]
    assert lines == sorted(lines)


@pytest.mark.parametrize("high", ["[]", "[0.9]", "[0.7, 0.9]", "{}", "x"])
def test_prior_arguments_are_single_numbers(tmp_path: Path, high: str) -> None:
    found = faults_with(tmp_path, {"{uniform: {low: 0.5, high: 0.9}}": f"{{uniform: {{low: 0.5, high: {high}}}}}"})
    assert {fault.code for fault in found if fault.severity == "fault"} <= {"C014", "F153"}
    assert found


def test_a_name_in_a_choice_by_status_is_found_where_it_stands(tmp_path: Path) -> None:
    (fault,) = faults_with(tmp_path, {NORTH_FLOW: 'war: "resolve - strian / limit"'})
    line = fault.place.source_line
    assert line[fault.place.column - 1 :].startswith("strian / limit")
    assert "flow" not in line
