"""A case folder becomes a Case: values, places, hash; a case may stop early; nothing is half read."""

# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ceasefire.case import find_faults, read_case
from ceasefire.case.read import hash_of
from ceasefire.errors import InputError
from tests.case.small_case import write_small_case


def test_a_valid_case(tmp_path: Path) -> None:
    case = read_case(write_small_case(tmp_path / "small"))
    assert case.name == "small"
    assert case.title.say("de") == "Ein kleiner Krieg"
    assert case.calendar.n_periods == 24
    assert case.calendar.as_of_period == 3
    assert [actor.name for actor in case.actors] == ["north", "south"]
    assert case.parameters["softness"].prior.median() == 3.0
    assert case.parameters["push"].place.line == 18
    (dimension,) = case.types
    assert dimension.labels == ("low", "high")
    assert [weight.text if weight else None for weight in dimension.prior] == [None, "p_high"]
    (status,), (stock,) = case.statuses, case.stocks
    assert (status.initial, status.labels) == ("war", ("war", "truce", "settled"))
    assert (stock.low, stock.high, stock.nodes, stock.at_bounds) == (0.0, 60.0, 16, "stay")
    assert [step.name for step in case.steps] == ["pressure", "talks", "pause", "month"]
    assert case.steps[0].order == ("wait", "press")
    assert [move.name for move in case.steps[3].moves] == [""]
    assert case.steps[3].moves[0].chance[1].probability is None
    flow = case.steps[3].moves[0].flow["north"]
    assert flow.evaluate(
        {"phase": 1, "war": 0, "truce": 1, "settled": 2, "truce_value": 0.5, "resolve": 0.2}
        | {"strain": 4, "limit": 24}
    ) == pytest.approx(0.5)
    assert case.outcomes[0].lasting_days == 30
    assert case.plans["press_always"].steps["pressure"][1].move == "equilibrium"
    assert len(case.report.headlines) == 3
    assert [item.name for item in case.record.items] == ["first_push", "still_war"]
    assert case.record.items[0].date == dt.date(2020, 2, 10)
    assert [claim.name for claim in case.arguments[0].claims] == ["C1", "C2"]
    assert case.log.startswith("# Log")


def test_a_case_may_stop_early(tmp_path: Path) -> None:
    folder = write_small_case(tmp_path / "early", argument=False)
    text = "format: ceasefire-case/1\ntitle: A war\ncalendar: {start: 2020-01-01, end: 2021-12-31, as_of: 2020-04-15}\n"
    (folder / "case.yaml").write_text(text)
    case = read_case(folder)
    assert case.steps == ()
    assert case.title.by_language == {"en": "A war"}
    assert len(case.record.items) == 2


def test_language_of_plain_texts(tmp_path: Path) -> None:
    folder = tmp_path / "de"
    folder.mkdir()
    head = "format: ceasefire-case/1\nlanguage: de\ntitle: Ein Krieg\ncalendar: {start: 2020-01-01, end: 2021-12-31}\n"
    (folder / "case.yaml").write_text(head)
    assert read_case(folder).title.by_language == {"de": "Ein Krieg"}


def test_terminal_stationary_means_everyone(tmp_path: Path) -> None:
    edits = {"terminal: {north: 0, south: 0}": "terminal: stationary"}
    assert read_case(write_small_case(tmp_path, edits)).terminal == {"north": "stationary", "south": "stationary"}


def test_a_joint_prior(tmp_path: Path) -> None:
    second = "    nerve: {values: {weak: w_low, firm: w_high}, title: {en: nerve, de: Mut}, titles: {weak: {en: w, de: w}, firm: {en: f, de: f}}}\n"
    joint = """    joint:
      prior:
        - {resolve: low, nerve: weak, probability: p_high}
        - {resolve: low, nerve: firm, probability: 0}
        - {resolve: high, nerve: firm, probability: rest}
state:
"""
    edits = {"prior: {high: p_high, low: rest}, ": "", "state:\n": second + joint}
    (prior,) = read_case(write_small_case(tmp_path, edits)).joint_priors
    assert list(prior.weights) == [("low", "weak"), ("low", "firm"), ("high", "firm")]
    assert prior.weights["high", "firm"] is None
    edits["state:\n"] = second + joint.replace("nerve: weak", "nerve: week")
    assert {fault.code for fault in find_faults(write_small_case(tmp_path / "b", edits))} == {"C225", "C228"}


def test_hash_counts_content_only(tmp_path: Path) -> None:
    first, second = write_small_case(tmp_path / "a"), write_small_case(tmp_path / "b")
    assert hash_of(first) == hash_of(second) == read_case(first).case_hash
    text = (second / "case.yaml").read_text(encoding="utf-8")
    (second / "case.yaml").write_bytes(("\ufeff" + text.replace("\n", "  \r\n")).encode())
    assert hash_of(first) == hash_of(second)
    (second / "log.md").write_text("# Another log\n")
    assert hash_of(first) != hash_of(second)


def test_error_carries_all_faults_and_warnings_do_not_stop(tmp_path: Path) -> None:
    edits = {"status: live": "status: alive", "default: wait": "default: weit"}
    with pytest.raises(InputError) as caught:
        read_case(write_small_case(tmp_path / "a", edits))
    assert [fault.code for fault in caught.value.faults] == ["C016", "C243"]
    warned = write_small_case(tmp_path / "b", {"title: {en: a truce, de: eine Waffenruhe}": "title: {en: a truce}"})
    assert [fault.severity for fault in find_faults(warned)] == ["warning"]
    assert read_case(warned).name == "b"


def test_paths_and_names(tmp_path: Path) -> None:
    folder = write_small_case(tmp_path / "small")
    assert read_case(str(folder / "case.yaml")).name == "small"
    assert [fault.code for fault in find_faults(tmp_path / "none")] == ["C017"]
    assert [fault.code for fault in find_faults(tmp_path)] == ["C018"]
    assert [fault.code for fault in find_faults("cod-war-1957")] == ["C017"]


@pytest.mark.parametrize("name", ["case.yaml", "record.yaml", "sources.yaml", "arguments/writer.yaml"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"- a\n- b\n", b"{a: " * 3000, b"just text\n"])
def test_rubbish_in_any_file_is_a_fault(tmp_path: Path, name: str, content: bytes) -> None:
    folder = write_small_case(tmp_path)
    (folder / name).write_bytes(content)
    faults = find_faults(folder)
    assert any(fault.place.file.endswith(name) and fault.severity == "fault" for fault in faults)


def test_a_file_that_cannot_be_read_comes_before_what_follows_from_it(tmp_path: Path) -> None:
    folder = write_small_case(tmp_path)
    (folder / "record.yaml").write_bytes(b"\x00\xff\xfe")
    (folder / "case.yaml").write_text(
        (folder / "case.yaml").read_text().replace("effects: {phase: truce}", "effects: {phase: truse}")
    )
    codes = [fault.code for fault in find_faults(folder)]
    assert codes[0] == "C002"
    assert len(codes) > 1


def test_faults_as_a_person_reads_them(tmp_path: Path) -> None:
    edits = {
        "as_of: 2020-04-15": "as_off: 2020-04-15",
        "effects: {strain: strain + push}": "effects: {strain: strain + pusch}",
        "{name: goes_on, rest: true": "{name: goes_on, probability: 0.5",
    }
    text = "\n\n".join(fault.as_text() for fault in find_faults(write_small_case(tmp_path, edits)))
    assert text == GOLDEN


GOLDEN = """\
case.yaml:4:63  C012  unknown key 'as_off' in calendar
    4 | calendar: {start: 2020-01-01, period: month, end: 2021-12-31, as_off: 2020-04-15}
      |                                                               ^
found: as_off
hint: did you mean "as_of"?

case.yaml:32:121  F110  there is no "pusch" here
   32 |      moves: {wait: {title: {en: wait, de: warten}}, press: {title: {en: press, de: drängen}, effects: {strain: strain + pusch}, payoffs: {south: -push_cost}}}}
      |                                                                                                                         ^
found: strain + pusch
hint: did you mean "push"?

case.yaml:42:9  C227  the probabilities of month: exactly one must be the rest
   42 |       - {name: gives_way, probability: "where(phase == war, logistic((strain - limit) / softness), 0)", effects: {phase: settled}, title: {en: gives way, de: gibt nach}}
      |         ^
found: none
hint: one entry: rest

case.yaml:43:38  C221  the probability of goes_on in month holds the number 0.5
   43 |       - {name: goes_on, probability: 0.5, title: {en: goes on, de: geht weiter}}
      |                                      ^
found: 0.5
expected: only 0, 1, -1 and unit conversions as numbers
hint: make it a parameter with a prior and a source, or assumed: why"""
