"""What a hidden fact is worth, against games worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.explore.choice.information import Stakes, Worth, now, teaching, worth
from ceasefire.explore.choice.valued import Valued
from ceasefire.report.valuing import value_text
from tests.case.small_case import write_small_case

KIND = {"north.resolve": {"low": np.array([True, False]), "high": np.array([False, True])}}


def stakes(n: int = 1) -> Stakes:
    """Two types, equally likely: the plan reaches 0.9 against one and 0.1 against the other, no plan 0.6 and 0.5."""
    value = np.tile(np.array([[[0.6, 0.5], [0.9, 0.1]]]), (n, 1, 1))
    return Stakes(("", "press"), value, np.full((n, 2), 0.5 / n), np.zeros((n, 0)))


def test_the_choice_without_knowing() -> None:
    name, value = now(stakes())
    assert (name, value) == ("", pytest.approx(0.55))


def test_knowing_the_type_lets_the_better_plan_be_chosen_for_each() -> None:
    kind, types, everything = worth(stakes(), KIND, ())
    assert kind.value == pytest.approx(0.5 * 0.9 + 0.5 * 0.5 - 0.55)
    assert kind.choices == {"low": "press", "high": ""}
    assert types.value == everything.value == pytest.approx(kind.value)


def test_a_fact_that_changes_no_choice_is_worth_nothing() -> None:
    same = Stakes(("", "press"), np.array([[[0.6, 0.5], [0.5, 0.4]]]), np.array([[0.5, 0.5]]), np.zeros((1, 0)))
    assert [one.value for one in worth(same, KIND, ())] == [0, 0, 0]


def test_equal_draws_leave_no_error() -> None:
    assert worth(stakes(8), KIND, ())[0].error == pytest.approx(0, abs=1e-12)


def test_a_parameter_that_decides_is_told_from_one_that_does_not() -> None:
    """The plan gains 0.2 z over no plan: knowing z is worth 0.2 E[max(z, 0)] = 0.2 / sqrt(2 pi)."""
    rng = np.random.default_rng(3)
    z = np.column_stack([rng.standard_normal(400), rng.standard_normal((400, 5))])
    value = np.stack([np.full(400, 0.5), 0.5 + 0.2 * z[:, 0]], axis=1)[:, :, None]
    found = worth(Stakes(("", "press"), value, np.full((400, 1), 1 / 400), z), {}, [f"p{j}" for j in range(6)])
    by_name = {one.name: one for one in found}
    assert by_name["p0"].value == pytest.approx(0.2 / np.sqrt(2 * np.pi), rel=0.1)
    assert by_name["p0"].distinguishable
    assert by_name["p0"].choices == {"low": "", "high": "press"}
    assert not any(by_name[f"p{j}"].distinguishable for j in range(1, 6))
    assert by_name["everything"].value >= by_name["p0"].value - 1e-12


def test_a_move_that_only_one_type_makes_teaches_one_bit() -> None:
    found = teaching({"hold": np.array([0.5, 0.0]), "resume": np.array([0.0, 0.5])}, ("low", "high"), "truce")
    assert found.bits == pytest.approx(1)
    assert found.moves["hold"] == {"probability": 0.5, "low": 1.0, "high": 0.0}


def test_a_move_that_all_types_make_alike_teaches_nothing() -> None:
    found = teaching({"hold": np.array([0.3, 0.3]), "resume": np.array([0.2, 0.2])}, ("low", "high"), "truce")
    assert found.bits == pytest.approx(0, abs=1e-12)
    assert found.entropy == pytest.approx(1)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_small_case_is_valued(tmp_path_factory, capsys, monkeypatch, language) -> None:  # type: ignore[no-untyped-def]
    from ceasefire.cli import main

    root = tmp_path_factory.mktemp("valued")
    monkeypatch.setenv("CEASEFIRE_CACHE", str(root / "cache"))
    folder = write_small_case(root / "small")
    words = ["--preview", "--paths", "256", "--language", language, "--workers", "1", "--quiet"]
    with pytest.raises(SystemExit) as caught:
        main(["value", str(folder), "--draws", "8", *words])
    assert not caught.value.code
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert ("bits" if language == "en" else "Bit") in text


@pytest.mark.parametrize(("language", "said"), [("en", "unknown: one draw"), ("de", "unbekannt: eine Ziehung")])
def test_one_draw_has_no_error(tmp_path: Path, language: str, said: str) -> None:
    case = read_case(write_small_case(tmp_path / "small"))
    fact = Worth("types", 0.02, float("nan"), {}, None)
    found = Valued(case.name, "P(end_of_war by 2021-12-31)", False, ("",), "", 0.3, 1, (fact,), ())
    text = " ".join(value_text(found, case, language).split())
    assert said in text
    assert "NaN" not in text
