"""Numbers on the page of a case are those of its files."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ceasefire.case.model import Case
from ceasefire.case.read import read_case

PAGE = Path(__file__).parents[2] / "docs" / "cases" / "alaska-2025.md"


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case("alaska-2025")


@pytest.fixture(scope="module")
def text() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def nominal(case: Case, name: str) -> float:
    return float(case.parameters[name].prior.quantile(0.5))


def test_counts_of_claims(case: Case, text: str) -> None:
    argument = next(one for one in case.arguments if one.name == "portnikov")
    roles = Counter(claim.role for claim in argument.claims)
    assert f"all {len(argument.claims)} claims" in text
    said = re.search(r"(\d+) facts held .*? (\d+) premises .*? (\d+) conclusions .*? (\d+) that are not modelled", text)
    assert said, text
    assert tuple(map(int, said.groups())) == tuple(roles[r] for r in ("fact", "premise", "conclusion", "not_modelled"))
    core = [claim for claim in argument.claims if claim.tier == "core"]
    assert f"of the {len(core)} core claims" in text
    assert sum(claim.role == "not_modelled" for claim in core) == 2
    assert "core claims two:" in text


def test_numbers_of_the_two_factors(case: Case, text: str) -> None:
    assert f"median {nominal(case, 'endurance_short') / 12:g} years" in text
    assert f"median {nominal(case, 'endurance_long') / 12:g} years" in text
    p_short = nominal(case, "p_short")
    assert f"a chance of {p_short:g} and {1 - p_short:g} at the start" in text
    weights = f"({nominal(case, 'weight_aims'):g} against {nominal(case, 'weight_stability'):g} of the weight)"
    assert weights in text
    assert nominal(case, "p_aims") == pytest.approx(0.5)
    assert "at the start one to one" in text


def test_what_the_page_names_is_in_the_case(case: Case, text: str) -> None:
    weak = text[text.index("Its ten weakest points") :]
    known = {*case.parameters, *case.rivals, "log.md"}
    assert set(re.findall(r"`([^`]+)`", weak)) <= known
    assert [int(n) for n in re.findall(r" (\d+)\. \*\*", weak)] == list(range(1, 11))
    ids = {claim.name for argument in case.arguments for claim in argument.claims}
    assert set(re.findall(r"\bC\d\d\b", weak)) <= ids
