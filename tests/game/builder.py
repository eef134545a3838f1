"""Cases made by hand, for games small enough to check on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ceasefire.case.evidence import Text
from ceasefire.case.formula import by_status, parse_formula
from ceasefire.case.mechanism import (
    Actor,
    ChanceOutcome,
    JointPrior,
    Move,
    Parameter,
    Rival,
    StatusVariable,
    Step,
    Stock,
    TypeDimension,
    WorldParameter,
)
from ceasefire.case.model import Calendar, Case
from ceasefire.case.priors import make_prior
from ceasefire.errors import Place

HERE = Place("case.yaml", 1, 1)


def text(words: str) -> Text:
    return Text({"en": words})


def formula(value: Any) -> Any:
    if isinstance(value, Mapping):
        parts = {label: formula(part) for label, part in value.items() if label not in {"by", "otherwise"}}
        return by_status(value["by"], parts, formula(value["otherwise"]) if "otherwise" in value else None, HERE)
    return parse_formula(value, HERE)


def formulas(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: formula(value) for name, value in (values or {}).items()}


def actor(name: str, discount: Any = 0.9, better: Any = 0.9, by: float = 0.1) -> Actor:
    return Actor(name, text(name), text("worst"), text("best"), formula(discount), formula(better), by, HERE)


def parameter(name: str, value: float, perceived_by: Mapping[str, str] | None = None, **more: Any) -> Parameter:
    return Parameter(name, make_prior("fixed", {"value": value}), perceived_by=perceived_by or {}, place=HERE, **more)


def outcome(
    name: str, probability: Any = None, effects: Mapping[str, Any] | None = None, in_world: Any = None
) -> ChanceOutcome:
    p = None if probability is None else formula(probability)
    w = None if in_world is None else formula(in_world)
    return ChanceOutcome(name, p, w, formulas(effects), place=HERE)


def move(
    name: str = "", *, when: Any = None, weight: Any = None, chance: Sequence[ChanceOutcome] = (), **parts: Any
) -> Move:
    maps = {key: formulas(parts.get(key)) for key in ("effects", "drift", "noise", "payoffs", "flow")}
    return Move(
        name,
        when=None if when is None else formula(when),
        weight=None if weight is None else formula(weight),
        chance=tuple(chance),
        place=HERE,
        **maps,
    )


def step(name: str, who: str | None, *moves: Move, when: Any = None) -> Step:
    return Step(name, who, moves, when=None if when is None else formula(when), place=HERE)


def status(name: str, *labels: str) -> StatusVariable:
    return StatusVariable(name, labels, labels[0], place=HERE)


def stock(name: str, low: float, high: float, initial: Any, nodes: Any = None, at_bounds: Any = "stay") -> Stock:
    return Stock(name, "months", low, high, formula(initial), nodes, at_bounds, place=HERE)


def dimension(who: str, name: str, values: Mapping[str, Any], prior: Mapping[str, Any]) -> TypeDimension:
    return TypeDimension(
        who,
        name,
        tuple(values),
        tuple(formula(value) for value in values.values()),
        tuple(None if prior[label] == "rest" else formula(prior[label]) for label in values),
        place=HERE,
    )


def joint(who: str, weights: Mapping[tuple[str, ...], Any]) -> JointPrior:
    return JointPrior(who, {key: None if w == "rest" else formula(w) for key, w in weights.items()}, HERE)


def world(name: str, given: Sequence[str], family: str, **arguments: Any) -> WorldParameter:
    return WorldParameter(name, tuple(given), family, formulas(arguments), place=HERE)


def make_case(
    *,
    actors: Sequence[Actor] = (),
    steps: Sequence[Step] = (),
    statuses: Sequence[StatusVariable] = (),
    stocks: Sequence[Stock] = (),
    parameters: Mapping[str, Any] | None = None,
    rivals: Mapping[str, int] | None = None,
    types: Sequence[TypeDimension] = (),
    joint_priors: Sequence[JointPrior] = (),
    worlds: Sequence[WorldParameter] = (),
    terminal: Mapping[str, Any] | None = None,
    periods: int = 4,
    start: dt.date = dt.date(2020, 1, 1),
    length: Any = "month",
) -> Case:
    """Return a case; a parameter given as a number has that fixed value."""
    known = {
        name: value if isinstance(value, Parameter) else parameter(name, value)
        for name, value in (parameters or {}).items()
    }
    actors = tuple(actors) or (actor("one"),)
    ends: dict[str, Any] = {a.name: formula(0.0) for a in actors}
    ends |= {n: v if v == "stationary" else formula(v) for n, v in (terminal or {}).items()}
    calendar = Calendar(start, start, length, None, periods)
    return Case(
        "made",
        Path("made"),
        text("Made"),
        "live",
        calendar,
        actors=actors,
        parameters=known,
        rivals={n: Rival(n, text(n), v, HERE) for n, v in (rivals or {}).items()},
        types=tuple(types),
        joint_priors=tuple(joint_priors),
        world={w.name: w for w in worlds},
        statuses=tuple(statuses),
        stocks=tuple(stocks),
        steps=tuple(steps),
        terminal=ends,
    )


def roaming_case(nodes: int = 9, n_stocks: int = 2, **more: Any) -> Case:
    """Return a case of a war that can be stopped, with stocks that roam over all their nodes."""
    names = [f"stock_{n}" for n in range(n_stocks)]
    return make_case(
        statuses=[status("phase", "war", "peace")],
        stocks=[stock(name, 0, 16, 4, nodes) for name in names],
        steps=[
            step("talk", "one", move("wait"), move("stop", effects={"phase": "peace"}), when="phase == war"),
            step("month", None, move(noise=dict.fromkeys(names, 4))),
        ],
        **more,
    )


def successors(
    game: Any, name: str, state: str, move_name: str = "", table: int = 0, v: int = 0, k: int = 0
) -> dict[str, float]:
    """Return the probability of each next state after a move, by names; empty where the step does not apply."""
    found = game.steps[game.step_index(name)]
    t = found.tables[table]
    at = list(t.states).index(game.state_names.index(state))
    cell = at * t.n_moves + found.move_names.index(move_name)
    span = slice(t.start[cell], t.start[cell + 1])
    return {
        game.state_names[s]: float(p)
        for s, p in zip(t.successor[span], t.probability[v, k, span], strict=True)
        if p > 0
    }


def payoff(game: Any, name: str, state: str, move_name: str = "", table: int = 0) -> Any:
    """Return the payoffs (p or 1, i) of a move in a state."""
    found = game.steps[game.step_index(name)]
    t = found.tables[table]
    at = list(t.states).index(game.state_names.index(state))
    return t.payoff[at, found.move_names.index(move_name)]
