"""The arguments of the Alaska case: complete, anchored in their texts, within their limits, and opposed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ceasefire.audit.facts import hold_against_record
from ceasefire.case import library
from ceasefire.case.claims import Argument
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults
from ceasefire.case.query import (
    AsOf,
    Comparison,
    Conditions,
    Difference,
    FreezeBelief,
    Leaf,
    PlanIs,
    Query,
    Setting,
    Share,
    TypeIs,
    Without,
)
from ceasefire.case.quotes import check_against_text, n_words, normalised
from ceasefire.case.read import read_case
from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case


@pytest.fixture(scope="module")
def case() -> Case:
    """The Alaska case."""
    return read_case(library.path("alaska-2025"))


@pytest.fixture(scope="module")
def portnikov(case: Case) -> Argument:
    """The argument of the commentary."""
    return next(one for one in case.arguments if one.name == "portnikov")


@pytest.fixture(scope="module")
def opposed(case: Case) -> Argument:
    """The opposed standpoint."""
    return next(one for one in case.arguments if one.name == "opposed")


def roles(argument: Argument) -> Counter[str]:
    """Return how many claims have each role."""
    return Counter(claim.role for claim in argument.claims)


def leaves(query: Any) -> Iterator[Any]:
    """Return the single queries of a check."""
    if isinstance(query, Comparison | Difference):
        yield from leaves(query.left)
        yield from leaves(query.right)
    elif query is not None and not isinstance(query, float):
        yield query


def test_every_claim_of_the_commentary_is_there_in_the_order_of_the_text(portnikov: Argument) -> None:
    assert [claim.name for claim in portnikov.claims] == [f"C{n:02d}" for n in range(1, 77)]
    assert all(claim.at is not None for claim in portnikov.claims)


def test_few_core_claims_are_left_out(portnikov: Argument) -> None:
    core = [claim for claim in portnikov.claims if claim.tier == "core"]
    assert len(core) == 49
    assert sum(claim.role != "not_modelled" for claim in core) >= 45


def test_the_commentary_has_enough_of_each_role(portnikov: Argument) -> None:
    found = roles(portnikov)
    assert found["fact"] >= 15
    assert found["premise"] >= 22
    assert found["conclusion"] >= 20
    assert found["not_modelled"] <= 10


def of(leaf: Leaf | Share) -> Conditions:
    """Return the conditions of a number; shares of the variance have none."""
    return () if isinstance(leaf, Share) else leaf.conditions


def test_what_decides_is_asked_by_shares_of_the_variance(portnikov: Argument) -> None:
    [claim] = [one for one in portnikov.claims if any(isinstance(leaf, Share) for leaf in leaves(one.check))]
    assert (claim.name, claim.role, claim.rival) == ("C36", "conclusion", "p1_offers_decide")


def test_a_rival_of_every_proposition_is_faced(case: Case, portnikov: Argument) -> None:
    faced = {claim.rival for claim in portnikov.claims if claim.rival}
    set_by_checks = (one for claim in portnikov.claims for leaf in leaves(claim.check) for one in of(leaf))
    faced |= {one.name for one in set_by_checks if isinstance(one, Setting)} & set(case.rivals)
    assert {name.split("_")[0] for name in faced} == {f"p{n}" for n in range(1, 13)}
    assert all(claim.rival or claim.name in {"C52", "C53"} for claim in portnikov.claims if claim.role == "conclusion")


def settings_of(argument: Argument) -> tuple[set[str], set[tuple[str, ...]]]:
    """Return the plans that checks use, and what else they set (types condition the paths and need no solve)."""
    plans, others = set(), set()
    for claim in argument.claims:
        for leaf in leaves(claim.check):
            kept = [one for one in of(leaf) if not isinstance(one, TypeIs)]
            plans |= {one.name for one in kept if isinstance(one, PlanIs)}
            rest = [one for one in kept if isinstance(one, AsOf | Setting | Without | FreezeBelief)]
            assert len(rest) + sum(isinstance(one, PlanIs) for one in kept) == len(kept), claim.name
            others |= {tuple(str(one) for one in rest)} if rest else set()
    return plans, others


def test_checks_use_few_plans_and_settings(portnikov: Argument, opposed: Argument) -> None:
    plans, others = settings_of(portnikov)
    assert len(plans) <= 5
    assert len(others) <= 4
    plans, others = settings_of(opposed)
    assert len(plans) <= 2
    assert not others


LEVELLED = {
    ("C18", "us_truce"): "us_war",
    ("C25", "leverage_usa"): "leverage",
    ("C43", "endurance_long"): "endurance_short",
    ("C44", "calm_exhausted"): "calm_war",
    ("C45", "weight_aims"): "weight_stability",
    ("C46", "aim_truce"): "aim_war",
    ("C47", "weight_stability"): "weight_aims",
}
"""What a cut sets is what stands beside it, so that the difference which the claim is about is gone."""


def test_a_cut_that_levels_two_numbers_sets_the_one_to_the_other(case: Case, portnikov: Argument) -> None:
    cuts = {claim.name: claim.cut.get("set", {}) for claim in portnikov.claims if claim.role == "premise"}  # type: ignore[attr-defined]
    for (claim, name), other in LEVELLED.items():
        assert cuts[claim][name] == pytest.approx(float(case.parameters[other].prior.quantile(0.5))), claim
    others = {(claim, name) for claim, values in cuts.items() for name in values} - LEVELLED.keys()
    assert {cuts[claim][name] for claim, name in others} <= {0, 1}, "all else is switched off or on"


def test_beyond_the_limit_nothing_is_lost_where_that_is_cut(case: Case, portnikov: Argument) -> None:
    """C44: neither strain nor the forced stop at its end costs the regime stability."""
    cut = next(dict(claim.cut) for claim in portnikov.claims if claim.name == "C44")
    numbers = {name: float(one.prior.quantile(0.5)) for name, one in case.parameters.items()} | cut["set"]
    assert numbers["collapse"] == 0
    assert numbers["calm_exhausted"] == pytest.approx(numbers["calm_war"])
    carried = next(claim.realised_by.split(", ") for claim in portnikov.claims if claim.name == "C44")
    assert set(carried) == set(cut["set"])


def test_the_spans_fit_the_commentary(shared: Path, portnikov: Argument) -> None:
    text = (shared / "alaska" / "commentary.txt").read_text(encoding="utf-8")
    faults = Faults()
    check_against_text(portnikov, text, faults)
    assert [fault.as_text() for fault in faults.in_order()] == []
    with (shared / "alaska" / "claims.csv").open(encoding="utf-8") as table:
        passages = {row["id"]: row["quote"] for row in csv.DictReader(table)}
    for claim in portnikov.claims:
        assert claim.at is not None
        assert normalised(text)[claim.at.start : claim.at.stop] == normalised(passages[claim.name])


def test_the_opposed_text_is_ours_and_whole_in_both_languages(case: Case, opposed: Argument) -> None:
    assert case.sources["opposed"].licence.say("en") == "MIT"
    texts = {one: (case.folder / f"opposed.{one}.md").read_text(encoding="utf-8") for one in ("en", "de")}
    assert all(200 < n_words(text) < 350 for text in texts.values())
    faults = Faults()
    check_against_text(opposed, texts["en"], faults)
    assert [fault.as_text() for fault in faults.in_order()] == []
    assert opposed.claims[0].at is not None


def test_the_opposed_standpoint_has_enough_of_each_role(opposed: Argument) -> None:
    found = roles(opposed)
    assert len(opposed.claims) >= 14
    assert found["fact"] >= 2
    assert found["premise"] >= 5
    assert found["conclusion"] >= 6
    switched_back = {name for claim in opposed.claims for name in claim.cut.get("set", {})}  # type: ignore[attr-defined]
    assert set(opposed.assumes) <= switched_back


def asked(query: Query | None) -> tuple[str, str]:
    """Return the left side of a check without its white space, and its sign."""
    assert isinstance(query, Comparison)
    return "".join(query.left.text.split()), query.op


def test_the_two_arguments_part_over_a_fact_a_premise_and_an_inference(portnikov: Argument, opposed: Argument) -> None:
    def questions(argument: Argument) -> dict[str, str]:
        facts = [dict(claim.fact) for claim in argument.claims if claim.fact]
        return {str({key: fact[key] for key in fact if key != "is"}): str(fact.get("is")) for fact in facts}

    ours, theirs = questions(portnikov), questions(opposed)
    assert {ours[key] == theirs[key] for key in ours.keys() & theirs.keys()} == {True, False}
    checks = [dict(asked(claim.check) for claim in one.claims if claim.check) for one in (portnikov, opposed)]
    both = checks[0].keys() & checks[1].keys()
    assert sum(checks[0][left][0] != checks[1][left][0] for left in both) >= 5
    assert set(opposed.assumes) & {claim.rival for claim in portnikov.claims}


def test_every_cut_compiles_and_takes_something_away(case: Case) -> None:
    for argument in case.arguments:
        nominal = {name: float(one.prior.quantile([0.5])[0]) for name, one in case.parameters.items()}
        nominal |= {name: float(one.nominal) for name, one in case.rivals.items()} | dict(argument.assumes)
        for claim in argument.claims:
            if claim.role == "premise":
                cut: Any = claim.cut
                settings = {**argument.assumes, **cut.get("set", {})}
                parts = {name: frozenset(_several(one)) for name, one in cut.items() if name != "set"}
                assert all(nominal[name] != pytest.approx(x) for name, x in cut.get("set", {}).items()), claim.name
                assert compile_case(case, Variant(settings=settings, **parts)).n_states > 100


def _several(one: Any) -> list[str]:
    return [one] if isinstance(one, str) else list(one)


def test_what_the_record_says_to_the_facts(case: Case) -> None:
    found = {
        claim.name: hold_against_record(claim, case).verdict
        for argument in case.arguments
        for claim in argument.claims
        if claim.role == "fact"
    }
    assert "not in the record" not in found.values()
    assert (found["C16"], found["O01"]) == ("confirmed", "confirmed")
    assert (found["C15"], found["O03"]) == ("confirmed", "contradicted")
    assert (found["C21"], found["C33"]) == ("partly", "partly")


def test_no_claim_passes_a_verdict(case: Case) -> None:
    words = {"true", "false", "right", "wrong", "wahr", "falsch", "richtig", "correct", "incorrect"}
    for argument in case.arguments:
        for claim in argument.claims:
            for language in ("en", "de"):
                said = claim.says.say(language).lower().replace(".", " ").replace(",", " ").split()
                assert not words & set(said), claim.name
