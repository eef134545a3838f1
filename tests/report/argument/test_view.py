"""The reading view: every claim once, in the order of its text, with what stands behind its result."""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import replace
from typing import Any

import pytest

from ceasefire.audit import FIRST_LINE, conclusions, facts, premises, results
from ceasefire.case.evidence import Text
from ceasefire.case.query import parse_query
from ceasefire.report import languages, render, summary
from ceasefire.report.argument import entries, reading_view
from ceasefire.report.argument.entries import VERDICTS, all_entries
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import catalog, plain, slug
from tests.report.sample import bare_case, bare_forecast, claims, sample_case, sample_forecast

NOTES = ("NEVER", "THROUGH_SLIPS", "NOT_CUT", "SILENT", "AGAINST", "SET_BY_CHECK", "NEXT_MOVE")
CODES = [
    value
    for module in (conclusions, facts, premises, results)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str) and name not in (*NOTES, "FIRST_LINE")
]
GROUPS = ("verdict.", "predicate.", "means.", "remark.")


def sentences(language: str = "en", **changes: Any) -> Any:
    """Return the prose of the sample, with other fields of its forecast."""
    return sentences_for(replace(sample_forecast(), **changes), sample_case(), language)


def card(name: str, language: str = "en") -> str:
    """Return the text of one claim as a reader sees it once it is open."""
    view = reading_view(sentences(language))
    assert view is not None
    found = next(one for part in view.arguments for one in part.cards if one.id == name)
    rows = [f"{plain(head)}: {plain(body)}" for head, body in found.details]
    return "\n".join([plain(found.says), plain(found.quote), plain(found.verdict_word), *rows]).replace("\xa0", " ")


def section_of(page: str) -> str:
    """Return the claims of a page, without what keeps the options of a command on one line."""
    part = page[page.index('<section id="claims">') : page.index('<section id="record">')]
    return re.sub('<span class="option">(.*?)</span>', r"\1", part)


def test_the_first_line_says_what_is_tested() -> None:
    first = {"en": FIRST_LINE, "de": "Dies prüft, was aus dem Fall folgt, nicht, was wahr ist."}
    for language, line in first.items():
        page = section_of(render(sample_forecast(), sample_case(), language=language))
        assert re.findall(r"<p>(.*?)</p>", page)[0] == line


@pytest.mark.parametrize("language", languages())
def test_no_result_says_that_a_claim_is_so(language: str) -> None:
    forbidden = re.compile(r"\b(true|false|right|wrong|wahr|falsch|richtig|unwahr)\b", re.IGNORECASE)
    for key, message in catalog(language)[0].items():
        if key.startswith(GROUPS):
            assert not forbidden.search(" ".join([message] if isinstance(message, str) else message)), key


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("code", CODES)
def test_every_result_has_a_word_a_meaning_and_a_sign(code: str, language: str) -> None:
    messages = catalog(language)[0]
    assert f"verdict.{slug(code)}" in messages
    assert f"means.{slug(code)}" in messages
    assert slug(code) in VERDICTS


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("code", [*(getattr(results, name) for name in NOTES), premises.NO_CHANGE])
def test_every_note_has_words(code: str, language: str) -> None:
    assert f"remark.{code}" in catalog(language)[0]


def test_claims_stand_in_the_order_of_the_text() -> None:
    argument = sample_case().arguments[0]
    assert [claim.name for claim in argument.claims][4:6] == ["C5", "C6"]
    order = [entry.id for entry in entries(sentences(), argument)]
    assert order == ["C1", "C2", "C3", "C4", "C6", "C7", "C8", "C9", "C5"]


def test_every_claim_is_on_the_page_once() -> None:
    page = section_of(render(sample_forecast(), sample_case()))
    names = re.findall(r'<li class="claim" id="claim-(\w+)"', page)
    assert sorted(names) == sorted(claim.id for claim in sample_forecast().claims)


def test_a_quote_is_in_its_own_language() -> None:
    page = section_of(render(sample_forecast(), sample_case()))
    assert '<q lang="de">hält keine zwei Jahre</q>' in page
    assert '<q lang="en">pays for</q>' in page


def test_a_quote_is_in_the_language_of_the_page_where_its_text_exists_in_it() -> None:
    case, both = sample_case(), Text({"de": "hält keine zwei Jahre", "en": "will not last two years"})
    first = case.arguments[0]
    claims = tuple(replace(one, quotes=both) if one.quote == both.say("de") else one for one in first.claims)
    case = replace(case, arguments=(replace(first, claims=claims), *case.arguments[1:]))
    assert '<q lang="en">will not last two years</q>' in render(sample_forecast(), case, language="en")
    assert '<q lang="de">hält keine zwei Jahre</q>' in render(sample_forecast(), case, language="de")


def test_a_fact_stands_beside_what_the_record_says() -> None:
    found = card("C1")
    assert "What the argument says: “First paper”: Mar 2031" in found
    assert "4 Mar 2031: “First paper” grade A" in found or "4 Mar 2031: First paper grade A" in found
    assert "The Strait Gazette" in found
    counted = card("C7")
    assert "“answer: refuses” from 1 January 2031 until 15 July 2031: at least 2 times" in counted
    assert "the number there: 1" in counted
    assert "without source; switched off" in counted
    assert "one denied it" in card("C9")


def test_a_premise_says_what_carries_it_and_what_its_cut_changes() -> None:
    found = card("C2")
    assert "offer › tables a paper offer.paper" in found
    assert "without the move “tables a paper” at the step “offer”" in found
    assert "“pause” by 31 December 2031: from 34% to 13%, −21 points [sampling ±0.3; grid ±0.4]" in found
    assert "C6 A paper brings a pause. margin +12 points, then −10 points" in found
    assert "what a month of war costs: 0.4 (0.178 to 0.9) months/month" in found
    assert "if nobody learned about Aria" in card("C5")
    assert "“spoilers decide” switched on" in card("C5")


def test_a_conclusion_says_its_test_its_number_and_its_witnesses() -> None:
    found = card("C3")
    assert "“fighting again” within 24 months of “pause”: above 50%" in found
    assert "41%; threshold 50%; margin −9 points [sampling ±0.4 points; grid ±1 points]" in found
    assert "“spoilers decide” switched on; “what a month of war costs” set to 0.8" in found
    assert "as the case stands: 41%, margin −9 points" in found
    assert "it holds, margin +2 points" in found
    assert "It holds through clear mistakes alone" in found
    assert "Held against: spoilers decide" in found
    assert "none found; 60 settings were looked at" in card("C8")
    assert "11 months; threshold 12 months; margin +1 months" in card("C8")


def test_what_works_against_a_conclusion_is_said_on_both_sides() -> None:
    assert "It would hold without: C5 Aria learns nothing new. margin −9 points, then +3 points" in card("C3")
    found = card("C5")
    assert "Conclusions that turn: C3 A pause does not last two years." in found
    assert "A conclusion that does not hold would hold without it." in found
    assert "Detail: “First paper”, “Aria hesitates”" in found
    assert "It hangs on: C2" in card("C6")


def test_a_claim_that_is_not_modelled_says_why() -> None:
    assert "no move of any actor turns on it" in card("C4")


@pytest.mark.parametrize("language", languages())
def test_every_command_can_be_given_to_a_shell(language: str) -> None:
    page = section_of(render(sample_forecast(), sample_case(), language=language))
    commands = [html.unescape(one) for one in re.findall(r'<code class="ask">(.*?)</code>', page)]
    assert len(commands) > 6
    for command in commands:
        program, verb, case, query, *flags = shlex.split(command)
        assert (program, verb, case) == ("ceasefire", "ask", "strait")
        assert set(flags) <= {"--preview"}
        assert parse_query(query, {})


def test_what_was_computed_with_another_seed_is_asked_with_it() -> None:
    given = sample_forecast()
    flags = {"claims": {"checks": "--preview --seed 7", "cuts": "--preview --paths 8000 --seed 7"}}
    other = replace(given, seed=7, claims=claims("--preview --seed 7"), settings={**given.settings, **flags})
    page = section_of(render(other, sample_case()))
    assert page.count("--seed 7</code>") == page.count('<code class="ask">')
    assert "--preview --paths 8000 --seed 7</code>" in page


@pytest.mark.parametrize("language", languages())
def test_the_overview_counts_every_claim(language: str) -> None:
    view = reading_view(sentences(language))
    assert view is not None
    for part in view.arguments:
        told = " ".join(part.overview)
        assert {one.id for one in part.cards} == set(re.findall(r">([CD]\d)</a>", told))


def test_the_overview_is_told_in_sentences() -> None:
    view = reading_view(sentences())
    assert view is not None
    told = [plain(one) for one in view.arguments[0].overview]
    assert (
        told[0]
        == "3 facts: 1 is confirmed by the record (C1); 1 is partly in the record (C7); 1 is not in the record (C9)."
    )
    assert told[1] == "2 premises: 1 carries: without it a conclusion no longer holds (C2); 1 is idle (C5)."
    assert told[2] == "3 conclusions: 1 holds (C6); 1 does not hold (C3); 1 is assumed, not derived (C8)."
    assert told[3] == "1 claim is not modelled (C4); the reason stands with it."
    assert "“spoilers decide” switched on" in plain(view.arguments[1].overview[0])


def test_where_arguments_part_each_side_has_its_claim_and_its_result() -> None:
    view = reading_view(sentences())
    assert view is not None
    assert view.partings is not None
    rows = [" | ".join(plain(cell) for cell in row) for row in view.partings.rows]
    assert rows[0].startswith("a fact: “First paper” | C1 The first paper came in March.")
    assert "confirmed by the record" in rows[0]
    assert "contradicted" in rows[0]
    assert rows[1].startswith("a premise: spoilers decide | switched off | switched on")
    assert "D2 The strait pays for the war." in rows[1]
    assert rows[2].startswith("an inference: “fighting again” within 24 months of “pause” | C3")


def test_the_argument_with_most_claims_comes_first() -> None:
    case = sample_case()
    turned = replace(case, arguments=case.arguments[::-1])
    assert section_of(render(sample_forecast(), case)) == section_of(render(sample_forecast(), turned))


def test_the_summary_has_a_line_on_each_argument() -> None:
    text = " ".join(summary(sample_forecast(), sample_case()).split())
    assert (
        "- I. Envoy (3 conclusions): 1 holds; 1 does not hold; 1 is assumed, not derived; turned by premises: C2 turns C6."
        in text
    )
    assert "- A. Critic (1 conclusion): 1 needs the spread of the parameters." in text


def test_results_of_a_case_without_a_game_are_shown() -> None:
    page = render(bare_forecast(), bare_case())
    assert page.count('<li class="claim"') == len(all_entries(sentences_for(bare_forecast(), bare_case(), "en")))


def test_without_results_there_is_no_view() -> None:
    assert reading_view(sentences(claims=())) is None


@pytest.mark.parametrize("language", languages())
def test_the_legend_explains_every_result_and_weight_on_the_page(language: str) -> None:
    view = reading_view(sentences(language))
    assert view is not None
    explained = {plain(word) for _, word, meaning in view.legend if meaning}
    cards = [one for part in view.arguments for one in part.cards]
    assert {plain(one.verdict_word) for one in cards} <= explained
    assert {plain(one.tier_word) for one in cards if one.tier} <= explained
