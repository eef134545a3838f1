"""What the solved game says about a case, in sentences; the second half of ``check --explain``.

For each step that is open at the start: the best and the second-best move of each type and by how much. For the whole
game: labels that no play can reach, moves that nobody ever makes with more than 1 %, and how sharp the choices are
(precision times the range of value over the moves; beyond about 10 the worst move is hardly ever made).

The game and its solution are handed in, since this stage knows neither how to compile nor how to solve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.explain import Speaker
from ceasefire.case.explain_values import own_types
from ceasefire.case.mechanism import Step
from ceasefire.case.model import Case
from ceasefire.number_text import percent_text

Floats = NDArray[np.float64]
RARE = 0.01

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "heading": "What the solved game says (belief grid of {intervals} intervals)",
        "best": "{step}, {who}: “{first}” is best, “{second}” second, {gap} years of best-minus-worst behind"
        " ({p} of choices against {q}{weighted}).",
        "weighted": ", since it comes up less often: its weight in the choice is smaller",
        "one_move": "{step}: no choice at the start.",
        "unreached": "No play leads to these labels: {labels}.",
        "all_reached": "Every label can be reached.",
        "rare": "Never made with more than 1 %: {moves}.",
        "no_rare": "Every move is made somewhere with more than 1 %.",
        "sharp": "{step}: precision x range of value in the first period is {median} (median over states and beliefs),"
        " {most} at most.",
        "type": "{actor} ({type})",
    },
    "de": {
        "heading": "Was das gelöste Spiel sagt (Raster der Überzeugungen: {intervals} Intervalle)",
        "best": "{step}, {who}: „{first}“ ist am besten, „{second}“ folgt, schlechter um {gap} Jahre zwischen bester und"
        " schlechtester Lage (in {p} der Entscheidungen gegen {q}{weighted}).",
        "weighted": ", weil sich die Gelegenheit seltener ergibt: Das Gewicht bei der Wahl ist kleiner",
        "one_move": "{step}: am Anfang keine Wahl.",
        "unreached": "Kein Verlauf führt zu: {labels}.",
        "all_reached": "Jede Lage kann erreicht werden.",
        "rare": "Nirgends mit mehr als 1 % gewählt: {moves}.",
        "no_rare": "Jeder Zug wird irgendwo mit mehr als 1 % gewählt.",
        "sharp": "{step}: Präzision x Spanne des Werts ist in der ersten Periode {median} (Median über Zustände und"
        " Überzeugungen), höchstens {most}.",
        "type": "{actor} ({type})",
    },
}


@dataclass(frozen=True)
class BestMoves:
    """The two best moves of one type at the start, what lies between them, and how often each is made."""

    step: str
    own_type: tuple[str, ...]
    first: str
    second: str
    gap: float
    p_first: float
    p_second: float


def explain_solved(case: Case, game: Any, solution: Any, language: str = "en") -> list[str]:
    """Return what the solved game says, one sentence a line.

    Parameters
    ----------
    case : Case
    game : Game
        Compiled from the case.
    solution : Solution
        Of this game, from its first period on.
    """
    speaker, words = Speaker(case, language), WORDS.get(language, WORDS["en"])
    grid = ", ".join(str(n) for n in solution.intervals) or "0"
    lines = ["", words["heading"].format(intervals=grid)]
    lines += [_best(speaker, words, one) for one in best_moves(case, game, solution)]
    labels = ", ".join(speaker.title(label) for label in unreached_labels(case, game))
    lines.append(words["unreached"].format(labels=labels) if labels else words["all_reached"])
    rare = ", ".join(_move_title(speaker, step, move) for step, move in rare_moves(game, solution))
    lines.append(words["rare"].format(moves=rare) if rare else words["no_rare"])
    for name, (median, most) in sharpness(game, solution).items():
        shown = {"median": speaker.shown(round(median, 1)), "most": speaker.shown(round(most, 1))}
        lines.append(words["sharp"].format(step=_step_title(speaker, name), **shown))
    return lines


def _step(case: Case, name: str) -> Step:
    return next(step for step in case.steps if step.name == name)


def _step_title(speaker: Speaker, name: str) -> str:
    return speaker.text(_step(speaker.case, name).title)


def _move_title(speaker: Speaker, step: str, move: str) -> str:
    titles = {one.name: speaker.text(one.title) for one in _step(speaker.case, step).moves}
    return f"{_step_title(speaker, step)}: {titles.get(move, move)}"


def _best(speaker: Speaker, words: Mapping[str, str], one: BestMoves) -> str:
    step = _step(speaker.case, one.step)
    titles = {move.name: speaker.text(move.title) for move in step.moves}
    who = speaker.title(step.actor or "")
    if one.own_type:
        who = words["type"].format(actor=who, type=" / ".join(speaker.type_titles(step.actor or "", one.own_type)))
    return words["best"].format(
        step=speaker.text(step.title),
        who=who,
        first=titles.get(one.first, one.first),
        second=titles.get(one.second, one.second),
        gap=speaker.shown(float(f"{one.gap:.2g}")),
        p=percent_text(one.p_first, speaker.spoken),
        q=percent_text(one.p_second, speaker.spoken),
        weighted=words["weighted"] if one.p_first < one.p_second else "",
    )


def best_moves(case: Case, game: Any, solution: Any) -> Iterator[BestMoves]:
    """Yield the two best moves of every type at each step of an actor that takes place in the first state."""
    start = int(game.initial_states[int(np.argmax(game.initial_probability))])
    prior = [np.asarray(game.prior[actor])[None] for actor in game.informed]
    for index, step in enumerate(game.steps):
        table = step.table_at(solution.first_period)
        if step.actor < 0 or table is None:
            continue
        row = np.flatnonzero(table.states == start)
        if not len(row) or int(table.feasible[row[0]].sum()) < 2:
            continue
        worth = solution.move_values_at(solution.first_period, index, row, prior)[0]
        chosen = solution.strategies_at(solution.first_period, index, row, prior, exact=True)[0]
        types = own_types(case, game.actor_names[step.actor])
        for own_type, values, choice in zip(types, worth, chosen, strict=True):
            order = np.argsort(-np.where(table.feasible[row[0]], values, -np.inf), kind="stable")
            first, second = int(order[0]), int(order[1])
            names, gap = step.move_names, float(values[first] - values[second])
            yield BestMoves(
                step.name, own_type, names[first], names[second], gap, float(choice[first]), float(choice[second])
            )


def unreached_labels(case: Case, game: Any) -> list[str]:
    """Return the labels that no reachable state of the game has."""
    return [
        label
        for status in case.statuses
        for code, label in enumerate(status.labels)
        if status.name in game.state_columns and not bool(np.any(game.state_columns[status.name] == code))
    ]


def rare_moves(game: Any, solution: Any) -> list[tuple[str, str]]:
    """Return (step, move) for moves that no type makes with more than 1 % anywhere in the game."""
    most: dict[int, Floats] = {}
    for (_, index, _), strategy in solution.strategies.items():
        peak = np.asarray(strategy.max(axis=(0, 1, 2)), dtype=np.float64)
        most[index] = np.maximum(most.get(index, peak), peak)
    return [
        (game.steps[index].name, move)
        for index in sorted(most)
        for move, peak in zip(game.steps[index].move_names, most[index], strict=True)
        if peak <= RARE
    ]


def sharpness(game: Any, solution: Any) -> dict[str, tuple[float, float]]:
    """Return precision times the range of value over feasible moves, by step: median and maximum over states and nodes.

    Read off the strategies of the first period, since under logit choice log(sigma / weight) = precision x value +
    constant; probabilities below 1e-37 count as that.
    """
    found = {}
    for index, step in enumerate(game.steps):
        strategy = solution.strategy(solution.first_period, index)
        if step.actor < 0 or strategy is None:
            continue
        table = step.table_at(solution.first_period)
        several = table.feasible.sum(axis=1) >= 2
        logs = np.log(np.maximum(strategy[several], 1e-37)) - table.log_weight[several][:, None, None, :]
        feasible = table.feasible[several][:, None, None, :]
        span = np.where(feasible, logs, -np.inf).max(axis=-1) - np.where(feasible, logs, np.inf).min(axis=-1)
        if span.size:
            found[step.name] = float(np.median(span)), float(span.max())
    return found
