"""One game said in several ways: written out, renamed, reordered."""

from dataclasses import replace

import numpy as np
import pytest

from ceasefire.case.read import read_case
from ceasefire.game.compile import compile_case
from ceasefire.game.explicit import game_from_json
from tests.case.small_case import write_small_case
from tests.game.builder import (
    actor,
    dimension,
    make_case,
    move,
    outcome,
    status,
    step,
)
from tests.game.war_case import war_case


def test_equal_to_the_same_game_written_out():
    case = make_case(
        actors=[actor("one", 0.9), actor("two", 0.9)],
        statuses=[status("phase", "a", "b")],
        types=[dimension("one", "will", {"low": 0.1, "high": 0.7}, {"low": 0.4, "high": "rest"})],
        steps=[
            step(
                "lever",
                "one",
                move("wait", payoffs={"one": "will", "two": "one.will / 10"}),
                move("press", effects={"phase": "b"}),
                when="phase == a",
            ),
            step(
                "month",
                None,
                move(chance=[outcome("back", 0.3, {"phase": "a"}), outcome("stay")], payoffs={"two": 12}),
                when="phase == b",
            ),
        ],
        terminal={
            "one": {"by": "phase", "a": -1, "otherwise": 0},
            "two": {"by": "phase", "a": 0, "otherwise": "one.will"},
        },
        periods=3,
    )
    precision = float(np.log(9) / 0.1)
    written = game_from_json(
        {
            "format": "ceasefire-game/1",
            "title": "Made",
            "actors": [{"name": n, "precision": precision, "discount_factor": 0.9} for n in ("one", "two")],
            "types": {"one": {"labels": ["low", "high"], "prior": [0.4, 0.6]}},
            "states": ["a", "b"],
            "initial": "a",
            "periods": 3,
            "steps": [
                {
                    "name": "lever",
                    "actor": "one",
                    "moves": ["wait", "press"],
                    "table": {
                        "a": {
                            "wait": {
                                "to": {"a": 1.0},
                                "payoffs": {"one": [0.1, 0.7], "two": {"over": ["one"], "values": [0.01, 0.07]}},
                            },
                            "press": {"to": {"b": 1.0}, "payoffs": {}},
                        }
                    },
                },
                {
                    "name": "month",
                    "actor": None,
                    "table": {"b": {"": {"to": {"a": 0.3, "b": 0.7}, "payoffs": {"two": 12}}}},
                },
            ],
            "terminal": {"a": {"one": -1}, "b": {"two": {"over": ["one"], "values": [0.1, 0.7]}}},
        }
    )
    game = compile_case(case)
    for field in ("state_names", "type_labels", "n_periods", "actor_names"):
        assert getattr(game, field) == getattr(written, field)
    for field in ("precision", "discount_factor", "initial_states", "stationary"):
        assert np.asarray(getattr(game, field)) == pytest.approx(np.asarray(getattr(written, field)))
    assert np.broadcast_to(written.terminal, game.terminal.shape) == pytest.approx(game.terminal)
    for mine, theirs in zip(game.steps, written.steps, strict=True):
        assert (mine.name, mine.actor, mine.table_of_period.tolist()) == (
            theirs.name,
            theirs.actor,
            theirs.table_of_period.tolist(),
        )
        for t, w in zip(mine.tables, theirs.tables, strict=True):
            for field in ("states", "feasible", "start", "successor", "probability"):
                assert getattr(t, field).tolist() == getattr(w, field).tolist(), field
            both = np.broadcast_arrays(t.payoff, w.payoff)
            assert both[0] == pytest.approx(both[1])


def same_game(one, other, actors, states):
    """Hold two games to be one, given the order of actors and states of the second in the first."""
    assert other.terminal[np.ix_(states, range(other.terminal.shape[1]), actors)] == pytest.approx(one.terminal)
    back = np.argsort(states)
    for mine, theirs in zip(one.steps, other.steps, strict=True):
        for t, w in zip(mine.tables, theirs.tables, strict=True):
            place = [list(w.states).index(states[s]) for s in t.states]
            assert t.payoff == pytest.approx(w.payoff[place][..., actors])
            assert (t.feasible == w.feasible[place]).all()
            for row, other_row in enumerate(place):
                for a in range(t.n_moves):

                    def lottery(table, r, index, a=a):
                        span = slice(table.start[r * table.n_moves + a], table.start[r * table.n_moves + a + 1])
                        pairs = zip(index(table.successor[span]), table.probability[0, 0, span], strict=True)
                        return sorted((int(s), float(p)) for s, p in pairs)

                    first = lottery(t, row, lambda s: s)
                    second = lottery(w, other_row, lambda s: back[s])
                    assert [s for s, _ in first] == [s for s, _ in second]
                    assert [p for _, p in first] == pytest.approx([p for _, p in second])


def test_renaming_changes_nothing(tmp_path):
    one = compile_case(read_case(write_small_case(tmp_path / "a")))
    words = {"strain": "burden", "war": "fighting", "north": "upper", "resolve: {values": "grit: {values"}
    folder = write_small_case(tmp_path / "b", argument=False)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    for old, new in words.items():
        text = text.replace(old, new)
    text = text.replace('"resolve - ', '"grit - ').replace("1 - resolve", "1 - grit").replace(".resolve]", ".grit]")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    (folder / "record.yaml").write_text("format: ceasefire-record/1\nitems: []\n", encoding="utf-8")
    other = compile_case(read_case(folder))
    assert other.actor_names == ("upper", "south")
    same_game(one, other, [0, 1], np.arange(one.n_states))


def test_reordering_actors_and_labels_changes_the_order_only():
    case = war_case()
    one = compile_case(case)
    phase = replace(case.statuses[0], labels=("peace", "war", "truce"))
    other = compile_case(replace(case, actors=case.actors[::-1], statuses=(case.statuses[1], phase)))
    names = ["|".join(name.split("|")[i] for i in (1, 0, 2)) for name in one.state_names]
    states = np.array([other.state_names.index(name) for name in names])
    assert other.actor_names == ("two", "one")
    same_game(one, other, [1, 0], states)
