"""The exchange format of explicit games: what it means, and every fault."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.errors import InputError
from ceasefire.game.arrays import Game
from ceasefire.game.explicit import game_from_json
from tests.solve.random_games import random_game


def test_payoffs_by_type_and_over_several_actors() -> None:
    document = random_game(1, types=(2, 3))
    document["steps"][0]["table"]["s0"]["a"]["payoffs"] = {
        "actor0": {"over": ["actor1", "actor0"], "values": [[1, 2], [3, 4], [5, 6]]},
        "actor1": [7, 8, 9],
    }
    game = game_from_json(document)
    payoff = game.steps[0].tables[0].payoff[0, 0]
    assert payoff[:, 0].tolist() == [1, 3, 5, 2, 4, 6]
    assert payoff[:, 1].tolist() == [7, 8, 9, 7, 8, 9]


def test_a_path_a_text_and_an_object_are_the_same(tmp_path: Path) -> None:
    document = random_game(2)
    path = tmp_path / "game.json"
    path.write_text(json.dumps(document))
    games = [
        Game.from_json(path),
        Game.from_json(str(path)),
        Game.from_json(json.dumps(document)),
        Game.from_json(document),
    ]
    for game in games:
        np.testing.assert_array_equal(game.steps[0].tables[0].payoff, games[0].steps[0].tables[0].payoff)


def test_a_step_may_exist_in_some_periods_only() -> None:
    document = random_game(2, periods=3)
    document["steps"][0]["periods"] = [0, 2]
    game = game_from_json(document)
    assert [game.steps[0].table_at(t) is None for t in range(3)] == [False, True, False]


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return edit


def drop(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(key)


CELL = ("steps", 0, "table", "s0", "a")
FAULTS: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("G103", put("actors", value=3)),
    ("G103", put("initial", value=["s0"])),
    ("G104", put("format", value="ceasefire-game/2")),
    ("G105", drop("states")),
    ("G105", drop("actors")),
    ("G105", put("actors", 0, value={"name": "actor0"})),
    ("G106", put("colour", value="red")),
    ("G106", put(*CELL, "payoff", value={})),
    ("G107", put("actors", 0, "precision", value="sharp")),
    ("G107", put("periods", value=0)),
    ("G107", put(*CELL, "payoffs", "actor0", value="much")),
    ("G107", put(*CELL, "payoffs", "actor0", value=float("nan"))),
    ("G108", put("actors", 0, "precision", value=-1)),
    ("G108", put("actors", 0, "discount_factor", value=1.5)),
    ("G108", put("steps", 0, "periods", value=[7])),
    ("G109", put("states", value=["s0", "s1", "s2", "s3", "s0"])),
    ("G110", put("initial", value="elsewhere")),
    ("G110", put("steps", 0, "actor", value="nobody")),
    ("G110", put("types", "nobody", value={"labels": ["x"], "prior": [1.0]})),
    ("G110", put(*CELL, "payoffs", "nobody", value=1.0)),
    ("G111", put("types", "actor1", "prior", value=[1.0])),
    ("G112", put("types", "actor1", "prior", value=[0.5, 0.6])),
    ("G112", put(*CELL, "to", value={"s0": 0.3})),
    ("G113", put("steps", 2, "moves", value=["blow"])),
    ("G114", put("steps", 0, "table", "s0", value={})),
    ("G115", put(*CELL, "payoffs", "actor1", value=[1.0, 2.0, 3.0])),
]


@pytest.mark.parametrize(("code", "edit"), FAULTS)
def test_each_fault_has_its_code(code: str, edit: Callable[[dict[str, Any]], None]) -> None:
    document = copy.deepcopy(random_game(1, types=(1, 2)))
    edit(document)
    with pytest.raises(InputError) as caught:
        game_from_json(document)
    assert code in {fault.code for fault in caught.value.faults}


def test_all_faults_come_at_once() -> None:
    document = random_game(1, types=(1, 2))
    for _, edit in (FAULTS[2], FAULTS[6], FAULTS[12], FAULTS[21]):
        edit(document)
    with pytest.raises(InputError) as caught:
        game_from_json(document)
    assert {"G104", "G106", "G108", "G112"} <= {fault.code for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "G101"), (b"\xff\xfe\x00rubbish", "G101"), (b"{\"format\": ", "G101"), (b"[1, 2]", "G103"),
        (b'{"format": "a", "format": "b"}', "G102"), (b"[" * 100000, "G101"),
        (b'{"format": "a"\n', "G101"), (b'{"a":\n\n', "G101"), (b'{"periods": ' + b"9" * 5000 + b"}", "G101"),
    ],
)  # fmt: skip
def test_rubbish_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "game.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        game_from_json(path)
    assert code in {fault.code for fault in caught.value.faults}


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        game_from_json(tmp_path / "none.json")
    assert caught.value.faults[0].code == "G100"


SNIPPETS = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "\n",
    "null",
    "true",
    "-1",
    "1e999",
    "NaN",
    "9" * 5000,
    '{"a": 1}',
    "\\u0000",
]
MUTATION = st.tuples(st.integers(0, 10**6), st.integers(0, 30), st.sampled_from(SNIPPETS))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(MUTATION, min_size=1, max_size=3))
def test_whatever_a_file_holds_gives_a_game_or_faults(mutations: list[tuple[int, int, str]]) -> None:
    text = json.dumps(random_game(1, types=(1, 2), periods=2), indent=1)
    for where, length, snippet in mutations:
        at = where % (len(text) + 1)
        text = text[:at] + snippet + text[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.json"
        path.write_text(text)
        try:
            outcome: Game | InputError = game_from_json(path)
        except InputError as error:
            outcome = error
    if isinstance(outcome, InputError):
        assert all(fault.code and fault.message for fault in outcome.faults)
    else:
        assert outcome.n_periods >= 1
