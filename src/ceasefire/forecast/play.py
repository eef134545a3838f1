"""``ceasefire play``: walk along a history, seeing beliefs and move probabilities.

A history is written as in ``ceasefire-game/1``: where the mover has two or more feasible moves, the move's name; after
a step with two or more possible successors, the name of the state reached; tokens separated by ``,``, periods by ``;``.
A token ``*`` takes what is likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceasefire.case.hints import did_you_mean
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.pipeline import Run
from ceasefire.forecast.views import needs_one_view
from ceasefire.forecast.walk import Decision, Spot, Walk

LIKELIEST = "*"


@dataclass(frozen=True)
class Fork:
    """A point of the history at which something is open.

    Parameters
    ----------
    kind : "move" or "chance"
    options : by name, probability
        On average over the types believed in.
    by_type : by option, by own type of the mover
    beliefs : by actor, by type name
    """

    kind: str
    period: int
    date: str
    step: str
    actor: str
    state: str
    options: dict[str, float]
    by_type: dict[str, dict[str, float]]
    beliefs: dict[str, dict[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """Return the fork as plain values."""
        return dict(vars(self))


Chooser = Callable[[Fork], str | None]
"""Returns the name of an option, or None to stop."""


def play(run: Run, choose: Chooser) -> Iterator[tuple[Fork, str | None]]:
    """Walk through the game from its start; yield each fork with what was chosen there."""
    needs_one_view(run.case, run.scenario.variant, "one walk, since actors hold two beliefs,")
    walk = Walk(run.game, run.solution)
    spot = walk.start()
    while True:
        spot, decision = walk.to_decision(spot)
        if walk.over(spot):
            return
        fork, ways = _at_move(run, walk, decision) if decision else _at_chance(run, walk, spot)
        name = choose(fork)
        yield fork, name
        if name is None:
            return
        spot = ways[_option(fork, name)]
        if decision is not None:
            reached = walk.after_move(decision.spot, decision.step.move_names.index(_option(fork, name)))
            if len(reached) > 1:
                fork, ways = _among(run, decision.spot, reached)
                name = choose(fork)
                yield fork, name
                if name is None:
                    return
                spot = ways[_option(fork, name)]


def _option(fork: Fork, name: str) -> str:
    if name == LIKELIEST:
        return max(fork.options, key=lambda option: fork.options[option])
    if name not in fork.options:
        expected = ", ".join(fork.options)
        where = f"{fork.date}, step {fork.step}"
        message = f'"{name}" is not possible at this point of the history ({where})'
        raise InputError([Fault("P103", message, found=name, expected=expected, hint=did_you_mean(name, fork.options))])
    return name


def _at_move(run: Run, walk: Walk, decision: Decision) -> tuple[Fork, dict[str, Spot]]:
    game, spot = run.game, decision.spot
    own = np.ones(1)
    if decision.actor in game.informed:
        own = spot.beliefs[game.informed.index(decision.actor)]
    names = decision.move_names
    average = own @ decision.probability
    labels = game.type_labels[decision.actor]
    by_type = {
        name: {labels[k]: float(p) for k, p in enumerate(decision.probability[:, a])} for a, name in enumerate(names)
    }
    options = {name: float(average[a]) for a, name in enumerate(names)}
    ways = {name: walk.after_move(spot, int(decision.feasible[a]))[0][1] for a, name in enumerate(names)}
    return _fork(run, "move", spot, game.actor_names[decision.actor], options, by_type), ways


def _at_chance(run: Run, walk: Walk, spot: Spot) -> tuple[Fork, dict[str, Spot]]:
    return _among(run, spot, walk.chances(spot))


def _among(run: Run, spot: Spot, reached: list[tuple[float, Spot]]) -> tuple[Fork, dict[str, Spot]]:
    options = {run.game.state_names[after.state]: p for p, after in reached}
    ways = {run.game.state_names[after.state]: after for _, after in reached}
    return _fork(run, "chance", spot, "", options, {}), ways


def _fork(
    run: Run, kind: str, spot: Spot, actor: str, options: dict[str, float], by_type: dict[str, dict[str, float]]
) -> Fork:
    game = run.game
    beliefs = {
        game.actor_names[i]: dict(zip(game.type_labels[i], map(float, spot.beliefs[at]), strict=True))
        for at, i in enumerate(game.informed)
    }
    date, step = run.case.calendar.start_of(spot.period).isoformat(), game.steps[spot.step].name
    return Fork(kind, spot.period, date, step, actor, game.state_names[spot.state], options, by_type, beliefs)


def along(run: Run, history: str) -> list[tuple[Fork, str | None]]:
    """Return the forks along a written history and the first one after it.

    Raises
    ------
    InputError
        R103 where a token is not possible at its place.
    """
    tokens = [token.strip() for period in history.split(";") for token in period.split(",") if token.strip()]
    waiting = iter(tokens)
    return list(play(run, lambda fork: next(waiting, None)))


def chosen(fork: Fork, name: str) -> str:
    """Return the option that a token means."""
    return _option(fork, name)


def as_text(fork: Fork) -> str:
    """Return a fork as lines: where it is, what is believed, what may happen."""
    head = f"{fork.date}  {fork.step}" + (f" ({fork.actor})" if fork.actor else "") + f"  in {fork.state}"
    lines = [head]
    for actor, belief in fork.beliefs.items():
        lines.append(f"  belief about {actor}: " + ", ".join(f"{name} {p:.3f}" for name, p in belief.items()))
    for number, (name, p) in enumerate(fork.options.items(), start=1):
        kinds = fork.by_type.get(name, {})
        split = "; ".join(f"{kind} {q:.3f}" for kind, q in kinds.items()) if len(kinds) > 1 else ""
        lines.append(f"  {number:>2} {name:<24} {p:.3f}" + (f"  ({split})" if split else ""))
    return "\n".join(lines)
