"""Case to game: the one place where names become indices.

``compile_case`` sets the numbers (``environment``), lays stocks on nodes (``space``, ``stocks``), finds the states that
can be reached (``reachable``), and writes each step as few tables: periods in which everything that the calendar
decides in a step has the same value share one (``rules.StepRules.signature``, ``tables``). At the end stand the values
after the last period (``terminal``) and the draw of the world's parameters (``world``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.game.arrays import Game, GameStep, StepTable
from ceasefire.game.compile_faults import refuse
from ceasefire.game.environment import NOMINAL, Environment
from ceasefire.game.memory import check_states
from ceasefire.game.reachable import Reach, close
from ceasefire.game.rules import Rows, StepRules, check_runs
from ceasefire.game.space import StateSpace, initial_value, make_space
from ceasefire.game.stocks import lottery
from ceasefire.game.tables import make_table
from ceasefire.game.terminal import terminal_values
from ceasefire.game.transitions import Spread
from ceasefire.game.world import world_draw

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Initial = tuple[Mapping[str, NDArray[Any]], Floats]


@dataclass(frozen=True)
class Plan:
    """A case before its arrays: numbers, nodes, steps, the periods that share a table, and the reachable states.

    Parameters
    ----------
    tables : by step, ((period, ...), ...)
        Periods that share a table, in order of their first.
    start : (codes (m,), probability (m,))
    """

    environment: Environment
    space: StateSpace
    steps: tuple[StepRules, ...]
    tables: tuple[tuple[tuple[int, ...], ...], ...]
    start: tuple[Ints, Floats]
    reach: Reach


def compile_case(
    case: Case,
    variant: Variant = NOMINAL,
    *,
    initial: Initial | None = None,
    first_period: int = 0,
    check: Callable[[Plan], object] | None = None,
) -> Game:
    """Return the game of a case under a variant.

    Parameters
    ----------
    case : Case
    variant : Variant
    initial : (columns, probability) or None
        Where the game starts instead of the case's initial state: label codes and stock values by name, (m,) each, as
        in ``Game.state_columns``, and their probabilities, (m,). Values between nodes become lotteries.
    first_period : int
        Period at whose start the game begins; steps do not exist before. With a halved period the game's periods are
        halves counted from there.
    check : callable, optional
        Gets the plan before any array of the game is written; may refuse.

    Raises
    ------
    InputError
        Codes C501 to C525, with places.
    """
    plan = make_plan(case, variant, initial=initial, first_period=first_period)
    if check is not None:
        check(plan)
    env, states = plan.environment, plan.reach.states
    profiles = {v: env.profile_values(view) for v, view in enumerate(env.views)}
    spread = Spread()
    steps = tuple(_game_step(plan, j, profiles, spread) for j in range(len(plan.steps)))
    names = plan.space.names(states)
    rows = Rows(env, plan.space, states, env.n_periods)
    terminal, stationary = terminal_values(env, rows, steps, names, np.isin(states, plan.reach.before[0]))
    return Game(
        title=case.title.say(case.language),
        actor_names=tuple(actor.name for actor in case.actors),
        precision=env.precision,
        discount_factor=env.discount_factor,
        type_labels=tuple(space.label_names for space in env.types),
        prior=tuple(space.prior for space in env.types),
        n_states=len(states),
        state_names=names,
        initial_states=np.searchsorted(states, plan.start[0]).astype(np.int32),
        initial_probability=plan.start[1],
        n_periods=env.n_periods,
        steps=steps,
        terminal=terminal,
        stationary=stationary,
        state_columns=plan.space.columns(states),
        draw_world=world_draw(env),
        n_world=len(case.world),
        numerical_spread=spread.shares(),
        freeze_belief=frozenset(env.actor_index[name] for name in variant.freeze_belief),
        turn_patterns=_turn_patterns(len(case.actors)) if env.halved else ((1.0, frozenset()),),
    )


def make_plan(case: Case, variant: Variant = NOMINAL, *, initial: Initial | None = None, first_period: int = 0) -> Plan:
    """Return everything that is known before the arrays of a game are written; see ``compile_case``."""
    if not case.steps:
        raise refuse("C525", f"{case.name} has no steps", hint="check, audit and the report work without them")
    check_runs(case.steps, [*(s.name for s in case.statuses), *(s.name for s in case.stocks)])
    environment = Environment(case, variant, first_period)
    steps = _rules(case, environment)
    space = make_space(case, variant)
    check_states(space)
    begin = 0 if environment.halved else first_period
    tables = tuple(_periods_by_table(rules, begin, environment.n_periods) for rules in steps)
    start = _initial_codes(environment, space) if initial is None else _given_codes(space, *initial)
    reach = close(
        steps,
        [[group[0] for group in groups] for groups in tables],
        space,
        start[0],
        may_skip=environment.halved,
        check=lambda n: check_states(space, n),
    )
    return Plan(environment, space, steps, tables, start, reach)


def _rules(case: Case, environment: Environment) -> tuple[StepRules, ...]:
    """Return the rules of all steps, or raise the faults of all."""
    steps: list[StepRules] = []
    faults: list[Fault] = []
    for step in case.steps:
        try:
            steps.append(StepRules(step, environment))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(steps)


def _periods_by_table(rules: StepRules, first: int, n_periods: int) -> tuple[tuple[int, ...], ...]:
    groups: dict[tuple[float, ...], list[int]] = {}
    for period in range(first, n_periods):
        groups.setdefault(rules.signature(period), []).append(period)
    return tuple(tuple(group) for group in groups.values())


def _game_step(plan: Plan, j: int, profiles: Mapping[int, Mapping[str, Floats]], spread: Spread) -> GameStep:
    rules, env = plan.steps[j], plan.environment
    tables: list[StepTable] = []
    table_of_period = np.full(env.n_periods, -1, dtype=np.int32)
    for periods in plan.tables[j]:
        rows = Rows(env, plan.space, plan.reach.before[j], periods[0])
        table = make_table(rules, rows, plan.reach.states, profiles, spread)
        if table is not None:
            table_of_period[list(periods)] = len(tables)
            tables.append(table)
    actor = -1 if rules.step.actor is None else env.actor_index[rules.step.actor]
    return GameStep(rules.step.name, actor, rules.move_names, tuple(tables), table_of_period)


def _initial_codes(environment: Environment, space: StateSpace) -> tuple[Ints, Floats]:
    case = environment.case
    columns = {s.name: np.array([s.labels.index(s.initial)]) for s in case.statuses}
    values = {s.name: np.array([initial_value(s, environment)]) for s in case.stocks}
    return _given_codes(space, columns | values, np.ones(1))


def _given_codes(space: StateSpace, columns: Mapping[str, NDArray[Any]], probability: Floats) -> tuple[Ints, Floats]:
    """Return codes and probabilities of states given by columns; values between nodes become lotteries."""
    code, weight = np.zeros((len(probability), 1), np.int64), np.asarray(probability, float)[:, None]
    for name in space.status_names:
        code = code + np.asarray(columns[name], np.int64)[:, None] * space.strides[name]
    for name in space.stock_names:
        found = lottery(space.nodes[name], columns[name])
        code = (code[:, :, None] + (found.node * space.strides[name])[:, None, :]).reshape(len(code), -1)
        weight = (weight[:, :, None] * found.probability[:, None, :]).reshape(len(weight), -1)
    keep = weight > 0
    distinct, place = np.unique(code[keep], return_inverse=True)
    total = np.bincount(place.reshape(-1), weight[keep])
    return distinct, total / total.sum()


def _turn_patterns(n_actors: int) -> tuple[tuple[float, frozenset[int]], ...]:
    """Return one public coin per actor: who sits a half-period out."""
    patterns = product((False, True), repeat=n_actors)
    return tuple((0.5**n_actors, frozenset(i for i, out in enumerate(p) if out)) for p in patterns)


def halved_game(
    case: Case,
    game: Game,
    states: Sequence[int] | Ints,
    probability: Floats,
    variant: Variant,
    first_period: int,
    check: Callable[[Plan], object] | None = None,
) -> Game:
    """Return the game with halved periods that starts at `first_period` from states of another game of the case.

    Parameters
    ----------
    case : Case
    game : Game
        The game to which `states` belong.
    states, probability : (m,)
        Where the halved game starts.
    variant : Variant
        With ``halve_period`` set.
    first_period : int
        Period of the case at whose start it begins.
    check : callable, optional
        See ``compile_case``.

    Notes
    -----
    At the start of each half it is drawn publicly, by one fair coin per actor, whose steps come up in it. Lumps, and
    flows that hang on an actor's move, keep their size; see ``environment`` for what is halved.
    """
    at = np.asarray(states, dtype=np.int64)
    columns = {name: column[at] for name, column in game.state_columns.items()}
    initial = (columns, np.asarray(probability))
    return compile_case(case, variant, initial=initial, first_period=first_period, check=check)
