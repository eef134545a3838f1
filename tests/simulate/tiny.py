"""A tiny game, strategies that are linear in beliefs (so that interpolation is exact), and all its histories."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.case.evidence import Record, Text
from ceasefire.case.mechanism import Outcome, StatusVariable, Step
from ceasefire.case.model import Calendar, Case
from ceasefire.game.arrays import Game
from ceasefire.game.beliefs import belief_grids
from ceasefire.game.explicit import game_from_json

WAR, TALKS, PEACE = 0, 1, 2


def tiny_game(periods: int = 2, prior: tuple[float, float] = (0.4, 0.6), typed_nature: bool = True) -> Game:
    """Three states; an uninformed step, an informed one, and nature whose draw depends on the informed type."""
    month: dict[str, Any] = {"war": {"": {"to": {"war": 0.9, "talks": 0.1}}}}
    doc = {
        "format": "ceasefire-game/1",
        "title": "tiny",
        "actors": [
            {"name": "mediator", "precision": 2.0, "discount_factor": 0.9},
            {"name": "challenger", "precision": 2.0, "discount_factor": 0.9},
        ],
        "types": {"challenger": {"labels": ["weak", "strong"], "prior": list(prior)}},
        "states": ["war", "talks", "peace"],
        "initial": "war",
        "periods": periods,
        "steps": [
            {
                "name": "lever",
                "actor": "mediator",
                "moves": ["wait", "press"],
                "table": {
                    "war": {
                        "wait": {"to": {"war": 1.0}, "payoffs": {}},
                        "press": {"to": {"war": 0.7, "talks": 0.3}, "payoffs": {"challenger": [-0.2, -0.1]}},
                    }
                },
            },
            {
                "name": "answer",
                "actor": "challenger",
                "moves": ["fight", "offer", "yield"],
                "table": {
                    "war": {"fight": {"to": {"war": 1.0}}, "offer": {"to": {"talks": 1.0}}},
                    "talks": {
                        "fight": {"to": {"war": 1.0}},
                        "offer": {"to": {"talks": 1.0}},
                        "yield": {"to": {"peace": 1.0}, "payoffs": {"mediator": 1.0, "challenger": [-0.5, -1.0]}},
                    },
                },
            },
            {"name": "month", "actor": None, "table": month},
        ],
        "terminal": {},
    }
    for step in doc["steps"]:  # type: ignore[attr-defined]
        for row in step["table"].values():
            for move in row.values():
                move.setdefault("payoffs", {})
    game = replace(game_from_json(doc), state_columns={"phase": np.array([0, 1, 2])})
    return with_typed_nature(game) if typed_nature else game


def with_typed_nature(game: Game) -> Game:
    """Return the game with a nature step in which the weak give way more often."""
    step = game.steps[2]
    table = step.tables[0]
    place = {int(s): e for e, s in enumerate(table.successor)}
    probability = np.zeros((1, 2, table.successor.size))
    for k, p in enumerate((0.25, 0.05)):
        probability[0, k, place[WAR]], probability[0, k, place[TALKS]] = 1 - p, p
    table = replace(table, probability=probability, type_actor=1)
    return replace(game, steps=(*game.steps[:2], replace(step, tables=(table,))))


class LinearSolution:
    """Strategies sigma = sum_j b_j S_j with random S_j: linear in the belief, so interpolation on any grid is exact."""

    def __init__(self, game: Game, seed: int = 5, intervals: int = 4) -> None:
        self.game, self.grids = game, belief_grids(game, intervals)
        rng = np.random.default_rng(seed)
        self.ends = {}
        n_types = game.n_types[1]
        for t, (j, step) in itertools.product(range(game.n_periods), enumerate(game.steps)):
            if step.actor >= 0:
                table = step.tables[0]
                own = game.n_types[step.actor]
                raw = rng.dirichlet(np.full(table.n_moves, 1.5), (n_types, table.n_rows, own))
                raw = raw * table.feasible[None, :, None, :]
                self.ends[t, j] = raw / raw.sum(-1, keepdims=True)
        self.asked: list[tuple[int, int]] = []

    def strategy(self, period: int, step: int, pattern: int = 0) -> Any:
        return np.einsum("vj,jrka->rvka", self.grids[0].nodes, self.ends[period, step]).astype(np.float32)

    def at(self, period: int, step: int, row: int, belief: np.ndarray) -> np.ndarray:
        return np.einsum("j,jka->ka", belief, self.ends[period, step][:, row])

    def strategies_at(
        self, period: int, step: int, rows: Any, beliefs: Any, *, exact: bool, pattern: int = 0
    ) -> np.ndarray:
        self.asked.append((period, step))
        return np.stack([self.at(period, step, r, b) for r, b in zip(rows, beliefs[0], strict=True)])


@dataclass
class Leaf:
    """One complete history: probability given the type, states at period ends, moves, beliefs at period ends."""

    kind: int
    probability: float
    state: int
    belief: np.ndarray
    states: list[int] = field(default_factory=list)
    moves: dict[tuple[int, int], int] = field(default_factory=dict)
    beliefs: list[np.ndarray] = field(default_factory=list)
    payoff: np.ndarray = field(default_factory=lambda: np.zeros(2))


def histories(game: Game, solution: Any, kind: int, forced: Any = None) -> list[Leaf]:
    """Return all histories of a true type, by plain enumeration."""
    leaves = [Leaf(kind, 1.0, int(game.initial_states[0]), game.prior[1].copy())]
    for t in range(game.n_periods):
        for j in range(len(game.steps)):
            leaves = [next_ for leaf in leaves for next_ in _branches(game, solution, leaf, t, j, forced)]
        for leaf in leaves:
            leaf.states.append(leaf.state)
            leaf.beliefs.append(leaf.belief)
    return leaves


def _branches(game: Game, solution: Any, leaf: Leaf, t: int, j: int, forced: Any) -> Iterator[Leaf]:
    step, table = game.steps[j], game.steps[j].tables[0]
    rows = np.flatnonzero(table.states == leaf.state)
    if not rows.size:
        yield leaf
        return
    r = int(rows[0])
    for a in range(table.n_moves):
        p, belief = 1.0, leaf.belief
        if step.actor >= 0:
            sigma = solution.at(t, j, r, leaf.belief)
            p = sigma[leaf.kind if step.actor == 1 else 0, a]
            if step.actor == 1 and p > 0:
                belief = leaf.belief * sigma[:, a]
                belief = belief / belief.sum()
        if p <= 0 or not table.feasible[r, a]:
            continue
        payoff = table.payoff[r, a, leaf.kind if table.payoff.shape[2] > 1 else 0] * game.discount_factor**t
        first, last = table.start[r * table.n_moves + a], table.start[r * table.n_moves + a + 1]
        for e in range(first, last):
            chance = table.probability[0][:, e]
            after = belief
            if chance.size > 1:
                after = belief * chance / (belief @ chance)
            q = p * chance[leaf.kind if chance.size > 1 else 0]
            moves = leaf.moves | ({(t, j): a} if step.actor >= 0 else {})
            yield Leaf(
                leaf.kind, leaf.probability * q, int(table.successor[e]), after, list(leaf.states), moves,
                list(leaf.beliefs), leaf.payoff + payoff,
            )  # fmt: skip


class TinyEnvironment:
    """Dates by month, conditions as python functions of the state (a formula here is a ``Test``)."""

    years = 1 / 12

    def __init__(self, case: Case, miscoded: float = 0.0) -> None:
        self.case, self.miscoded = case, miscoded

    def period_of(self, date: dt.date) -> int:
        return self.case.calendar.period_of(date)

    def scalar(self, formula: Any) -> float:
        return self.miscoded

    def condition(self, formula: Any, game: Game, period: int) -> np.ndarray:
        return np.isin(np.arange(game.n_states), formula.states)

    evaluate = condition


@dataclass(frozen=True)
class Test:
    """A condition that holds in the given states."""

    __test__ = False
    states: tuple[int, ...]
    names: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return repr(self.states)


def tiny_case(items: tuple[Any, ...] = (), as_of: str | None = None, **changes: Any) -> Case:
    """Return a case around ``tiny_game`` with a record."""
    parts: dict[str, Any] = {
        "calendar": Calendar(
            dt.date(2020, 1, 1), dt.date(2020, 12, 31), "month", dt.date.fromisoformat(as_of) if as_of else None, 2
        ),
        "steps": (
            Step("lever", "mediator", (), record="complete", default="wait", order=("wait", "press")),
            Step("answer", "challenger", (), record="partial"),
            Step("month", None, ()),
        ),
        "record": Record(tuple(items), changes.pop("miscoded", None)),
        "statuses": (StatusVariable("phase", ("war", "talks", "peace"), "war"),),
        "outcomes": (
            Outcome("talks_begin", Test((TALKS,)), "announced"),  # type: ignore[arg-type]
            Outcome("peace", Test((PEACE,))),  # type: ignore[arg-type]
        ),
    }
    return Case("tiny", Path(), Text({"en": "tiny"}), "live", **(parts | changes))
