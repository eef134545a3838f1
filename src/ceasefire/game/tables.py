"""One step of a case in one set of periods as a ``StepTable``: feasible moves, payoffs, successors, probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.mechanism import Move
from ceasefire.game.arrays import StepTable
from ceasefire.game.chance import outcome_probabilities, outcomes_of
from ceasefire.game.compile_faults import at_states, refuse
from ceasefire.game.rules import Rows, StepRules
from ceasefire.game.transitions import Spread, move_entries
from ceasefire.game.world import world_chance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Entry:
    """All successors of all rows and moves of a step, by view: parallel arrays over entries."""

    row: Ints
    move: Ints
    outcome: Ints
    code: Ints
    view: Ints
    probability: Floats


def feasible_moves(rules: StepRules, rows: Rows) -> Bools:
    """Return which moves can be made at each row, (r, a).

    Raises
    ------
    InputError
        C506 where a step applies and no move can be made. Not where the variant takes moves away or lets steps not
        come up: there nobody chooses and the state passes through.
    """
    step, without = rules.step, rules.environment.variant.without
    feasible = np.stack([rows.holds(move.when) for move in step.moves], axis=1)
    none = ~feasible.any(axis=1)
    if none.any() and not without and not rules.environment.halved:
        hint = "narrow the step's when, or let one move be feasible always"
        raise refuse(
            "C506",
            f"step {step.name} has no feasible move {at_states(rows.space.names(rows.codes), none)}",
            step.place,
            hint=hint,
        )
    gone = np.array([f"{step.name}.{move.name}" in without for move in step.moves])
    return np.asarray(feasible & ~gone)


def entries(rules: StepRules, rows: Rows, feasible: Bools, spread: Spread | None = None) -> Entry:
    """Return the successors of every feasible move at every row, in every view that differs."""
    parts: list[tuple[NDArray[Any], ...]] = []
    for a, move in enumerate(rules.step.moves):
        at = np.flatnonzero(feasible[:, a])
        if not len(at):
            continue
        for v, view in enumerate(rules.views):
            found = move_entries(rules, move, rows.some(feasible[:, a]), view, spread if v == 0 else None)
            n = len(found.row)
            parts.append((at[found.row], np.full(n, a), found.outcome, found.code, np.full(n, v), found.probability))
    joined = [np.concatenate(part) for part in zip(*parts, strict=True)] if parts else [np.zeros(0, int)] * 6
    return Entry(*joined)


def chances(rules: StepRules, rows: Rows, feasible: Bools, types: Mapping[str, Floats], n_types: int) -> Floats:
    """Return the probability of each outcome, (v, r, a, k, o); `types` are values by ``actor.dimension``, (k,)."""
    n_outcomes = max(len(outcomes_of(move)) for move in rules.step.moves)
    found = np.zeros((len(rules.views), rows.size, len(rules.step.moves), n_types, n_outcomes))
    for a, move in enumerate(rules.step.moves):
        where = feasible[:, a]
        if not where.any():
            continue
        if not move.chance:
            found[:, where, a, :, 0] = 1.0
            continue
        chosen = rows.some(where)
        for v, view in enumerate(rules.views):
            names = chosen.names(rules.environment.views[view], rules.step.actor, dict(types))
            values = outcome_probabilities(rules, move, chosen, names, n_types)
            found[v][where, a, :, : values.shape[2]] = values
    return found


def type_values(rules: StepRules) -> tuple[dict[str, Floats], int]:
    """Return the type values that the chance of a step reads, by type of its one actor, and how many types."""
    if rules.type_actor < 0:
        return {}, 1
    space = rules.environment.types[rules.type_actor]
    return space.values_by_type(rules.environment.views[0].type_values), space.n_types


def possible(rules: StepRules, rows: Rows, feasible: Bools, spread: Spread | None = None) -> tuple[Entry, Floats]:
    """Return the entries whose outcome can happen in their view, and the probability of outcomes (v, r, a, k, o)."""
    types, n_types = type_values(rules)
    chance = chances(rules, rows, feasible, types, n_types)
    entry = entries(rules, rows, feasible, spread)
    happens = chance.max(axis=3) > 0
    keep = happens[entry.view, entry.row, entry.move, entry.outcome]
    return Entry(*(getattr(entry, name)[keep] for name in Entry.__dataclass_fields__)), chance


def table_rows(rules: StepRules, rows: Rows) -> tuple[Rows, Bools]:
    """Return the states among `rows` at which the step's table has a row, and their feasible moves (r, a)."""
    rows = rows.some(rows.holds(rules.step.when))
    if not rows.size:
        return rows, np.zeros((0, len(rules.step.moves)), bool)
    feasible = feasible_moves(rules, rows)
    left = np.asarray(feasible.any(axis=1))
    return rows.some(left), feasible[left]


def make_table(
    rules: StepRules,
    rows: Rows,
    states: Ints,
    profiles: Mapping[int, Mapping[str, Floats]],
    spread: Spread | None = None,
) -> StepTable | None:
    """Return the table of a step in the period of `rows`; None where it applies at no state.

    Parameters
    ----------
    rows : Rows
        States that can come to this step.
    states : (s,) int
        Codes of the states of the game, ascending.
    profiles : by view, by ``actor.dimension``, (p,)
    spread : Spread or None
        Collects what nodes add to the variance of stocks.
    """
    rows, feasible = table_rows(rules, rows)
    if not rows.size:
        return None
    entry, chance = possible(rules, rows, feasible, spread)
    successor = np.searchsorted(states, entry.code)
    start, after, probability = combine(rules, entry, successor, chance, len(states))
    return StepTable(
        states=np.searchsorted(states, rows.codes).astype(np.int32),
        feasible=feasible,
        log_weight=_log_weight(rules, rows, feasible),
        payoff=payoffs(rules, rows, feasible, profiles),
        start=start,
        successor=after,
        probability=probability,
        type_actor=rules.type_actor,
        view_of_actor=rules.view_of_actor,
        world=world_chance(rules, rows, entry, successor, chance),
    )


def combine(
    rules: StepRules, entry: Entry, successor: Ints, chance: Floats, n_states: int
) -> tuple[Ints, NDArray[np.int32], Floats]:
    """Return start, successor and probability (v, k, nnz) with outcomes that lead to one state put together."""
    n_rows, n_moves, n_types = chance.shape[1:4]
    key = (entry.row * n_moves + entry.move) * n_states + successor
    weight = chance[entry.view, entry.row, entry.move, :, entry.outcome].T * entry.probability
    distinct, place = np.unique(key, return_inverse=True)
    place = place.reshape(-1)
    probability = np.zeros((len(rules.views), n_types, len(distinct)))
    for v in range(len(rules.views)):
        for k in range(n_types):
            mine = entry.view == v
            probability[v, k] = np.bincount(place[mine], weight[k, mine], minlength=len(distinct))
    count = np.bincount(distinct // n_states, minlength=n_rows * n_moves)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    total = np.add.reduceat(probability, start[:-1][count > 0], axis=2)
    if np.abs(total - 1).max() > 1e-6:
        raise refuse("C507", f"step {rules.step.name} has an outcome that only some types can meet", rules.step.place)
    probability /= np.repeat(total, count[count > 0], axis=2)
    return start, (distinct % n_states).astype(np.int32), probability


def payoffs(
    rules: StepRules,
    rows: Rows,
    feasible: Bools,
    profiles: Mapping[int, Mapping[str, Floats]],
    actors: Sequence[int] | None = None,
) -> Floats:
    """Return lumps and flow to each actor in its own view, (r, a, p or 1, i), years of best-minus-worst.

    Parameters
    ----------
    profiles : by view, by ``actor.dimension``, (p,)
    actors : sequence of int or None
        Whom to evaluate; None: all.
    """
    env = rules.environment
    chosen_actors = range(len(env.case.actors)) if actors is None else actors
    n_profiles = len(next(iter(profiles[0].values()))) if rules.typed_payoffs else 1
    found = np.zeros((rows.size, feasible.shape[1], n_profiles, len(chosen_actors)))
    for a, move in enumerate(rules.step.moves):
        at = np.flatnonzero(feasible[:, a])
        if len(at) and (move.payoffs or move.flow):
            chosen = rows.some(feasible[:, a])
            for column, i in enumerate(chosen_actors):
                view = int(env.view_of_actor[i])
                types = dict(profiles[view]) if rules.typed_payoffs else None
                names = chosen.names(env.views[view], env.case.actors[i].name, types)
                shape = (len(at), n_profiles)
                found[at, a, :, column] = move_payoff(rules, move, env.case.actors[i].name, names, shape)
    return found


def move_payoff(rules: StepRules, move: Move, actor: str, names: dict[str, object], shape: tuple[int, int]) -> Floats:
    """Return lump and flow of one move to one actor, of `shape` (r, p)."""
    env = rules.environment
    years = env.years if rules.is_nature else env.case.calendar.years
    total = np.zeros(shape)
    for part, scale in ((move.payoffs, 1.0), (move.flow, years)):
        if actor in part:
            value = np.asarray(part[actor].evaluate(names), dtype=float)
            total += scale * (value if rules.typed_payoffs or value.ndim == 0 else value[:, None])
    return total


def _log_weight(rules: StepRules, rows: Rows, feasible: Bools) -> Floats:
    found = np.zeros(feasible.shape)
    for a, move in enumerate(rules.step.moves):
        if move.weight is None:
            continue
        where = feasible[:, a]
        chosen = rows.some(where)
        weight = chosen.evaluate(move.weight, chosen.names(rules.environment.views[0])).astype(float)
        if (weight <= 0).any():
            raise refuse(
                "C520",
                f"the weight of {rules.step.name}.{move.name} is not positive "
                f"{at_states(rows.space.names(chosen.codes), weight <= 0)}",
                move.weight.place,
                found=f"{weight.min():g}",
                expected="above 0",
                hint="a move that cannot be made has a when",
            )
        found[where, a] = np.log(weight)
    return found
