"""Keys, scenarios and the names in a query."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.evaluate import assume
from ceasefire.forecast.names import check_query
from ceasefire.forecast.pipeline import forget, run_variant
from ceasefire.forecast.scenario import Scenario, as_written, game_parameters, run_key, solve_key
from ceasefire.forecast.settings import FULL, PREVIEW, Settings
from ceasefire.forecast.solutions import unless_failed
from tests.audit.argued import argued
from tests.forecast.conftest import QUICK


def test_intervals_follow_the_number_of_types_and_are_refined() -> None:
    assert FULL.intervals_of([2, 4]) == (40, 3)
    assert PREVIEW.intervals_of([2, 4]) == (20, 2)
    assert Settings(intervals=7, refine=2).intervals_of([3]) == (14,)
    assert all(n >= 2 for n in PREVIEW.intervals_of([2, 3, 4, 5, 6, 9, 30]))


def test_coarse_settings_keep_the_seed_and_are_their_own_coarse_settings() -> None:
    coarse = Settings(seed=7).coarse()
    assert (coarse.seed, coarse.preview) == (7, True)
    assert coarse.coarse() == coarse


def test_parameters_of_the_game(case: Case) -> None:
    needed = game_parameters(case)
    assert {"wear", "limit", "w_high", "patience", "consistency", "strain_0"} <= needed
    assert "p_high" not in needed  # only the prior of a type: simulated again, not solved again


def test_a_prior_needs_no_new_solve_but_a_new_run(case: Case) -> None:
    base, moved = Scenario(), Scenario().setting("p_high", 0.7)
    needed = game_parameters(case)
    assert solve_key(case, base, FULL, needed) == solve_key(case, moved, FULL, needed)
    assert run_key(case, base, FULL) != run_key(case, moved, FULL)
    other = Scenario().setting("wear", 1.3)
    assert solve_key(case, base, FULL, needed) != solve_key(case, other, FULL, needed)


def test_a_rival_set_to_what_it_is_changes_nothing(tmp_path: Path) -> None:
    case = argued(tmp_path, {})
    base, off, on = Scenario(), Scenario().setting("mild", 0), Scenario().setting("mild", 1)
    needed = game_parameters(case)
    assert run_key(case, off, FULL) == run_key(case, base, FULL) != run_key(case, on, FULL)
    keys = [solve_key(case, one, FULL, needed) for one in (base, off, on)]
    assert keys[0] == keys[1] != keys[2]
    assert as_written(case, off.setting("wear", 1.3).variant) == Variant(settings={"wear": 1.3})


@pytest.mark.parametrize(
    "changed",
    [
        Scenario(plan="press_always"),
        Scenario(Variant(precision_factor=2.0)),
        Scenario(Variant(horizon_factor=1.25)),
        Scenario(Variant(halve_stock="strain")),
        Scenario(Variant(halve_period=True)),
        Scenario(Variant(freeze_belief=frozenset({"north"}))),
        Scenario(Variant(without=frozenset({"talks.accept"}))),
        Scenario(Variant(without_hindsight=True)),
    ],
)
def test_what_changes_the_game_changes_its_key(case: Case, changed: Scenario) -> None:
    needed = game_parameters(case)
    assert solve_key(case, changed, FULL, needed) != solve_key(case, Scenario(), FULL, needed)


def test_conditions_become_a_scenario(case: Case) -> None:
    text = (
        "P(truce_in_effect by 2020-12-31 | plan = press_always, wear = 1.2, as_of = 2020-03-01, north.resolve = high)"
    )
    query = q.parse_query(text, case.words)
    assert isinstance(query, q.Probability)
    found = assume(Scenario(), query.conditions)
    assert found.plan == "press_always"
    assert found.variant.settings == {"wear": 1.2}
    assert found.variant.as_of == "2020-03-01"
    shadow = assume(Scenario(), (q.TypeSet("north", "resolve", 0.3),))
    assert shadow.shadow == (("north", "resolve", 0.3),)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("P(truce by 2020-12-31)", "Q109", ""),
        ("P(truce_in_effct by 2020-12-31)", "Q109", "truce_in_effect"),
        ("P(truce_in_effect by 2031-12-31)", "Q111", ""),
        ("P(truce_in_effect | plan = press_alway)", "Q109", "press_always"),
        ("P(truce_in_effect | as_of = 2021-01-01)", "Q111", ""),
        ("P(truce_in_effect | wer = 1)", "Q109", "wear"),
        ("E(strin at 2020-12-31)", "Q109", "strain"),
        ("belief(north.resolve = hgh)", "Q109", "high"),
        ("belief(north.will)", "Q109", ""),
        ("share(wear2)", "Q109", "wear"),
    ],
)
def test_faults_of_names_and_dates(case: Case, text: str, code: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        check_query(case, q.parse_query(text, case.words))
    fault = caught.value.faults[0]
    assert fault.code == code
    assert hint in fault.hint


def test_all_faults_of_a_query_at_once(case: Case) -> None:
    text = "P(truce by 2031-12-31 | plan = x) - median(pause)"
    with pytest.raises(InputError) as caught:
        check_query(case, q.parse_query(text, case.words))
    assert len(caught.value.faults) == 4


def test_what_failed_is_not_tried_again(case: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fails(*_: object, **__: object) -> None:
        tried.append(1)
        raise InputError([Fault("C501", "no")])

    monkeypatch.setattr("ceasefire.game.compile.compile_case", fails)
    scenario = Scenario().setting("push", 0.5)
    for _ in range(3):
        with pytest.raises(InputError, match="C501") as caught:
            run_variant(case, settings=QUICK, scenario=scenario)
        assert caught.value.faults[0].message == "no"
    assert len(tried) == 1
    with pytest.raises(InputError):
        run_variant(case, settings=QUICK, scenario=Scenario().setting("push", 0.6))
    assert len(tried) == 2
    forget()
    with pytest.raises(InputError):
        run_variant(case, settings=QUICK, scenario=scenario)
    assert len(tried) == 3


def test_too_little_memory_may_be_enough_the_next_time(case: Case, empty_cache: Path) -> None:
    tried = []

    def too_much() -> None:
        tried.append(1)
        raise InputError([Fault("C513", "too much")])

    for _ in range(2):
        with pytest.raises(InputError):
            unless_failed("key", too_much)
    assert len(tried) == 2
