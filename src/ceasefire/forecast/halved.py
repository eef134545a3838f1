"""The run whose period is halved from ``as_of`` on.

Up to the end of the ``as_of`` period the whole periods are played and weighed by the record. From there the game with
halved periods goes on from the same paths: states, beliefs, types, weights and world. Its two halves are put together
to one period again, so that outcomes are read as in the case: a condition *in effect* is looked at when a whole period
ends, an announcement counts in either half.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.forecast.pipeline import Run
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress, memory_check, solved, timed
from ceasefire.forecast.views import held_view, other_game, start_of
from ceasefire.game.arrays import Game
from ceasefire.simulate.model import PathSet


def halved_run(case: Case, scenario: Scenario, settings: Settings, progress: Progress) -> Run:
    """Return the run of a scenario whose variant halves the period; its paths have whole periods.

    Raises
    ------
    InputError
        Where the halved game does not compile.
    """
    from ceasefire.game.compile import compile_case, halved_game
    from ceasefire.game.environment import Environment
    from ceasefire.simulate.paths import simulate

    seconds: dict[str, float] = {}
    whole = scenario.with_variant(halve_period=False)
    with timed(seconds, "compile"):
        game = compile_case(case, whole.variant, check=memory_check(settings))
        environment = Environment(case, whole.variant)
    with timed(seconds, "solve"):
        solution = solved(case, whole, settings, game, progress)
        start, check = start_of(game), memory_check(settings)
        theirs = other_game(
            case, whole.variant, game, lambda shared: compile_case(case, shared, initial=start, check=check)
        )
        view = held_view(case, whole, settings, theirs, progress)
    as_of = Run(case, whole, settings, environment, game, solution, _no_paths(), {}).as_of_period
    with timed(seconds, "simulate"):
        past = simulate(
            case,
            game,
            solution,
            variant=whole.variant,
            n_paths=settings.n_paths,
            seed=settings.seed,
            until=as_of,
            environment=environment,
            other=view,
        )
    if as_of + 1 == game.n_periods:  # no period is left to halve
        return Run(case, scenario, settings, environment, game, solution, past, seconds, view)
    states = np.unique(past.state[as_of][past.weight > 0])
    share = np.bincount(past.state[as_of], past.weight, game.n_states)[states]
    with timed(seconds, "solve"):

        def halve(variant: Variant) -> Game:
            return halved_game(
                case, game, states, share / share.sum(), variant, as_of + 1, check=memory_check(settings)
            )

        halved = halve(scenario.variant)
        under = solved(case, scenario, settings, halved, progress)
        later = held_view(case, scenario, settings, other_game(case, scenario.variant, halved, halve), progress)
    with timed(seconds, "simulate"):
        halves = Environment(case, scenario.variant, as_of + 1)
        future = simulate(
            case,
            halved,
            under,
            variant=scenario.variant,
            n_paths=settings.n_paths,
            seed=settings.seed,
            start=_positive(past),
            environment=halves,
            other=later,
        )
    both, paths = _joined(game, halved, past, future, as_of)
    return Run(case, scenario, settings, environment, both, solution, paths, seconds, view)


def _no_paths() -> Any:
    return None


def _positive(past: PathSet) -> PathSet:
    """Return the paths as they are: those without weight stand where they stood and count for nothing."""
    state = past.state.copy()
    alive = past.weight > 0
    state[-1, ~alive] = state[-1, int(np.argmax(alive))]
    return replace(past, state=state)


def _joined(game: Game, halved: Game, past: PathSet, future: PathSet, as_of: int) -> tuple[Game, PathSet]:
    """Return one game with the states of both (the halved one's first), and paths over whole periods."""
    columns = {
        name: np.concatenate([np.asarray(halved.state_columns[name]), np.asarray(column)])
        for name, column in game.state_columns.items()
    }
    names = (*halved.state_names, *game.state_names)
    both = replace(game, n_states=halved.n_states + game.n_states, state_names=names, state_columns=columns)
    second = slice(1, None, 2)
    paths = replace(
        past,
        n_periods=as_of + 1 + future.n_periods // 2,
        weight=future.weight,
        start_state=(past.start_state + halved.n_states).astype(np.int32),
        state=np.concatenate([past.state + halved.n_states, future.state[second]]).astype(np.int32),
        hit={k: np.concatenate([x, future.hit[k][::2] | future.hit[k][second]]) for k, x in past.hit.items()},
        belief={i: np.concatenate([x, future.belief[i][second]]) for i, x in past.belief.items()},
        other_belief={i: np.concatenate([x, future.other_belief[i][second]]) for i, x in past.other_belief.items()},
        slip=np.concatenate([past.slip, future.slip[::2] | future.slip[second]]),
        move={j: np.concatenate([x, _first_made(future.move[j])]) for j, x in past.move.items()},
        before={},
        side={name: np.concatenate([x, future.side[name][second]]) for name, x in past.side.items()},
    )
    return both, paths


def _first_made(move: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the move of the first half in which the step came up, by whole period."""
    return np.where(move[::2] >= 0, move[::2], move[1::2])
