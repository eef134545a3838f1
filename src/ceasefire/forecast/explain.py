"""``ceasefire explain``: why a move is likely, as terms of its value.

With b the belief before the move and b' after it, the value of a move to its mover is the sum of three terms::

    now       what the step itself pays
    position  the expected value of the state it leads to, at the belief b
    learned   what the others' learning from the move adds: the same at b' less the same at b

Terms are in years of best-minus-worst, for each own type of the mover, as differences from the mover's other best move.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.hints import did_you_mean
from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.pipeline import Run, needs_steps
from ceasefire.forecast.walk import Decision, Spot, Walk
from ceasefire.number_text import number_text

Floats = NDArray[np.float64]
TERMS = ("now", "position", "learned")
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "now": "what it pays at once",
        "position": "where it leads ({change})",
        "learned": "what the others learn from it",
        "no_change": "nothing changes",
        "likely": "{actor}{kind} chooses “{move}” with probability {p}.",
        "better": "“{move}” is worth {gap} years of best-minus-worst more than “{other}”: {terms}.",
        "worse": "“{move}” is worth {gap} years of best-minus-worst less than “{other}”: {terms}.",
        "term": "{term} {value}",
        "kind": " ({kind})",
        "where": "{date}, step {step}, in the state {state}.",
    },
    "de": {
        "now": "was es sofort einbringt",
        "position": "wohin es führt ({change})",
        "learned": "was die anderen daraus lernen",
        "no_change": "nichts ändert sich",
        "likely": "{actor}{kind} wählt „{move}“ mit Wahrscheinlichkeit {p}.",
        "better": "„{move}“ ist {gap} Jahre zwischen bester und schlechtester Lage mehr wert als „{other}“: {terms}.",
        "worse": "„{move}“ ist {gap} Jahre zwischen bester und schlechtester Lage weniger wert als „{other}“: {terms}.",
        "term": "{term} {value}",
        "kind": " ({kind})",
        "where": "{date}, Schritt {step}, im Zustand {state}.",
    },
}


@dataclass(frozen=True)
class MoveTerms:
    """One move of one own type: its probability, its value and the terms that add up to it."""

    move: str
    probability: float
    value: float
    terms: Mapping[str, float]
    leads_to: Mapping[str, str]


@dataclass(frozen=True)
class Explanation:
    """Why moves are likely at one point: by own type of the mover, moves from likeliest to least likely."""

    date: str
    step: str
    actor: str
    state: str
    share: float
    beliefs: Mapping[str, Mapping[str, float]]
    by_type: Mapping[str, tuple[MoveTerms, ...]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        by_type = {kind: [vars(move) for move in moves] for kind, moves in self.by_type.items()}
        return {**vars(self), "by_type": by_type}


def check_point(case: Case, date: dt.date, step: str) -> None:
    """Raise where a date or a step cannot be explained, whatever the game gives; needs no solution.

    Raises
    ------
    InputError
        P100, P102.
    """
    needs_steps(case)
    calendar, names = case.calendar, [one.name for one in case.steps if one.actor]
    faults = []
    if step not in names:
        message, hint = f'there is no step "{step}" at which an actor chooses', did_you_mean(step, names)
        faults.append(Fault("P102", message, found=step, expected=", ".join(names), hint=hint))
    if not calendar.start <= date <= calendar.end:
        message, covered = f"{date} lies outside the calendar", f"{calendar.start} to {calendar.end}"
        faults.append(Fault("P102", message, found=str(date), expected=covered))
    if faults:
        raise InputError(faults)


def explain(run: Run, date: dt.date, step: str) -> Explanation:
    """Explain the moves at a step on a date, at the likeliest point that the paths reach there.

    Raises
    ------
    InputError
        P102 where there is no such date or step, or nobody chooses at it on that date.
    """
    run = _as_seen_by_mover(run, step)
    spot, share = spot_at(run, date, step)
    walk = Walk(run.game, run.solution)
    decision = walk.decision(spot)
    assert decision is not None
    game = run.game
    values = _move_terms(run, walk, decision)
    kinds = game.type_labels[decision.actor]
    by_type = {
        kind: tuple(sorted((moves[k] for moves in values), key=lambda m: -m.probability))
        for k, kind in enumerate(kinds)
    }
    beliefs = {
        game.actor_names[i]: dict(zip(game.type_labels[i], map(float, spot.beliefs[at]), strict=True))
        for at, i in enumerate(game.informed)
    }
    day = run.case.calendar.start_of(spot.period).isoformat()
    return Explanation(
        day, step, game.actor_names[decision.actor], game.state_names[spot.state], share, beliefs, by_type
    )


def _as_seen_by_mover(run: Run, step: str) -> Run:
    """Return the run with the game and the beliefs of the view that the mover holds, where perceptions are hidden."""
    mover = next((one.actor for one in run.game.steps if one.name == step), -1)
    if run.other is None or mover not in run.other.actors:
        return run
    paths = replace(run.paths, belief=run.paths.other_belief)
    return replace(run, game=run.other.game, solution=run.other.solution, paths=paths)


def _ranked(moves: Iterable[MoveTerms]) -> tuple[MoveTerms, ...]:
    return tuple(sorted(moves, key=lambda move: -move.probability))


def spot_at(run: Run, date: dt.date, step: str) -> tuple[Spot, float]:
    """Return the likeliest point at which a step comes up in the period of a date, and its share of those paths."""
    check_point(run.case, date, step)
    period, j, paths = run.period_of(date), run.game.step_index(step), run.paths
    weight = paths.weight * (paths.move[j][period] >= 0) if j in paths.move else np.zeros(paths.n_paths)
    if weight.sum() <= 0:
        up = [
            run.game.steps[i].name
            for i in sorted(paths.move)
            if (paths.weight * (paths.move[i][period] >= 0)).sum() > 0
        ]
        message = f'nobody chooses at step "{step}" in the period of {date}'
        raise InputError([Fault("P102", message, found=step, expected=", ".join(up) or "another date")])
    before = paths.start_state if period == 0 else paths.state[period - 1]
    earlier = [i for i in sorted(paths.move) if i < j]
    groups = np.stack([before.astype(np.int64), *(paths.move[i][period].astype(np.int64) for i in earlier)])
    kinds, index = np.unique(groups[:, weight > 0], axis=1, return_inverse=True)
    mass = np.bincount(index.ravel(), weight[weight > 0])
    best = int(mass.argmax())
    chosen = (groups == kinds[:, best : best + 1]).all(axis=0) * weight
    return _walked(run, period, j, kinds[:, best], earlier, chosen), float(mass[best] / mass.sum())


def _walked(run: Run, period: int, step: int, kind: NDArray[np.int64], earlier: list[int], weight: Floats) -> Spot:
    game, paths = run.game, run.paths
    beliefs = tuple(
        game.prior[i] if period == 0 else weight @ paths.belief[i][period - 1].astype(np.float64) / weight.sum()
        for i in game.informed
    )
    spot = Spot(period, 0, int(kind[0]), tuple(b / b.sum() for b in beliefs))
    walk, taken = Walk(game, run.solution), dict(zip(earlier, kind[1:], strict=True))
    while spot.step < step:
        move = int(taken.get(spot.step, -1))
        found = walk.after_move(spot, move) if move >= 0 else walk.chances(spot)
        spot = max(found, key=lambda way: way[0])[1]
    return spot


def _move_terms(run: Run, walk: Walk, decision: Decision) -> list[list[MoveTerms]]:
    """Return, for each feasible move, its terms by own type of the mover."""
    return [_terms_of(run, walk, decision, a) for a in range(decision.feasible.size)]


def _terms_of(run: Run, walk: Walk, decision: Decision, index: int) -> list[MoveTerms]:
    game, spot, move = run.game, decision.spot, int(decision.feasible[index])
    table = decision.step.table_at(spot.period)
    assert table is not None
    now = np.broadcast_to(table.payoff[decision.row, move, :, decision.actor], game.n_profiles)
    begin, end = table.start[decision.row * table.n_moves + move : decision.row * table.n_moves + move + 2]
    p = table.probability[table.view_of_actor[decision.actor]][0, begin:end]
    states = table.successor[begin:end]
    after = walk.after_move(spot, move)[0][1].beliefs
    values = run.solution.values_after(spot.period, spot.step)[states][..., decision.actor]
    at_old = p @ _interpolated(run, values, spot.beliefs)
    at_new = p @ _interpolated(run, values, after)
    parts = [_by_own_type(run, decision, spot, x) for x in (now, at_old, at_new - at_old)]
    leads = _changes(run, spot.state, int(states[int(p.argmax())]))
    name = decision.step.move_names[move]
    return [
        MoveTerms(
            name,
            float(decision.probability[k, index]),
            float(sum(part[k] for part in parts)),
            dict(zip(TERMS, (float(part[k]) for part in parts), strict=True)),
            leads,
        )
        for k in range(decision.probability.shape[0])
    ]


def _interpolated(run: Run, values: Floats, beliefs: tuple[Floats, ...]) -> Floats:
    """Return values at a belief: (z, n, p) over all nodes to (z, p)."""
    index, weight = run.solution.layout.corners([belief[None, :] for belief in beliefs])
    return np.asarray(np.einsum("c,zcp->zp", weight[0], values[:, index[0]]))


def _by_own_type(run: Run, decision: Decision, spot: Spot, by_profile: Floats) -> Floats:
    """Return a number by own type of the mover: the others' types weighted by the belief about them."""
    game, kinds = run.game, run.game.type_of_profile
    weight = np.ones(game.n_profiles)
    for at, i in enumerate(game.informed):
        if i != decision.actor:
            weight = weight * spot.beliefs[at][kinds[:, i]]
    return np.bincount(kinds[:, decision.actor], weight * by_profile, game.n_types[decision.actor]).astype(np.float64)


def _changes(run: Run, before: int, after: int) -> dict[str, str]:
    """Return which parts of the state a move changes, by name."""
    labels = {status.name: status.labels for status in run.case.statuses}
    found = {}
    for name, column in run.game.state_columns.items():
        if column[before] != column[after]:
            found[name] = labels[name][int(column[after])] if name in labels else f"{float(column[after]):.10g}"
    return found


def in_sentences(run: Run, found: Explanation, language: str = "en") -> list[str]:
    """Return the explanation in sentences, for each own type the likeliest move against the others."""
    words = WORDS[language]
    titles = {actor.name: actor.title.say(language) for actor in run.case.actors}
    lines = [words["where"].format(date=found.date, step=found.step, state=found.state)]
    for kind, moves in found.by_type.items():
        known = len(found.by_type) > 1
        lines.append(
            words["likely"].format(
                actor=titles.get(found.actor) or found.actor,
                kind=words["kind"].format(kind=kind) if known else "",
                move=_title(run, found.step, moves[0].move, language),
                p=number_text(moves[0].probability, language, 2),
            )
        )
        lines += [_against(run, found.step, moves[0], other, words, language) for other in moves[1:]]
    return lines


def _against(run: Run, step: str, best: MoveTerms, other: MoveTerms, words: Mapping[str, str], language: str) -> str:
    gap = best.value - other.value
    differences = sorted(((best.terms[t] - other.terms[t], t) for t in TERMS), key=lambda pair: -abs(pair[0]))
    change = ", ".join(f"{name} = {value}" for name, value in best.leads_to.items()) or words["no_change"]
    terms = "; ".join(
        words["term"].format(term=words[t].format(change=change), value=number_text(x, language, sign=True))
        for x, t in differences
        if abs(x) > 5e-4 or t == differences[0][1]
    )
    return words["better" if gap >= 0 else "worse"].format(
        move=_title(run, step, best.move, language),
        other=_title(run, step, other.move, language),
        gap=number_text(abs(gap), language),
        terms=terms,
    )


def _title(run: Run, step: str, move: str, language: str) -> str:
    there = next(one for one in run.case.steps if one.name == step)
    found = next(one for one in there.moves if one.name == move)
    return found.title.say(language) or move
