"""Values after the last period: flow for ever where no step can leave a state, else the case's terminal formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.formula import Formula
from ceasefire.game.arrays import GameStep, StepTable
from ceasefire.game.compile_faults import at_states, refuse
from ceasefire.game.environment import Environment
from ceasefire.game.rules import Rows

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def last_tables(steps: Sequence[GameStep]) -> list[StepTable]:
    """Return the tables of the last period, in the order of the steps."""
    tables = [step.table_at(len(step.table_of_period) - 1) for step in steps]
    return [table for table in tables if table is not None]


def absorbing(tables: Sequence[StepTable], n_states: int) -> Bools:
    """Return which states no step of the last period can leave, (s,).

    A state in which some actor chooses between moves that pay differently is not among them.
    """
    stays = np.ones(n_states, dtype=bool)
    for table in tables:
        stays[table.states] &= _stays(table) & _indifferent(table)
    return stays


def paid_per_period(tables: Sequence[StepTable], payoff: Sequence[Floats], n_states: int) -> Floats:
    """Return what a period in each state pays where no step leaves it, (s, p, i), from payoffs (r, a, p or 1, i)."""
    shape = np.broadcast_shapes((1, 1), *(part.shape[2:] for part in payoff))
    paid = np.zeros((n_states, *shape))
    for table, part in zip(tables, payoff, strict=True):
        paid[table.states] += part[np.arange(table.n_rows), table.feasible.argmax(axis=1)]
    return paid


def terminal_values(
    environment: Environment, rows: Rows, steps: Sequence[GameStep], names: Sequence[str], open_states: Bools
) -> tuple[Floats, Bools]:
    """Return the value of each state after the last period, (s, p or 1, i), and which actors' is stationary, (i,).

    Parameters
    ----------
    rows : Rows
        All states, in the period after the last.
    open_states : (s,) bool
        States in which a period can end.

    Raises
    ------
    InputError
        C511 where an actor has no terminal value, C512 where a flow for ever is not finite.
    """
    case = environment.case
    tables = last_tables(steps)
    stays = absorbing(tables, rows.size)
    everyone = np.zeros((environment.n_profiles, len(case.actors)))
    paid = paid_per_period(tables, [table.payoff for table in tables], rows.size) + everyone
    value = np.zeros(paid.shape)
    stationary = np.zeros(len(case.actors), dtype=bool)
    for i, actor in enumerate(case.actors):
        discount = float(environment.discount_factor[i])
        endless = stays & (np.abs(paid[:, :, i]).max(axis=1) > 0)
        if discount == 1 and (endless & open_states).any():
            raise refuse(
                "C512",
                f"{actor.name} is paid for ever and does not discount, {at_states(names, endless & open_states)}",
                actor.discount_factor.place,
                hint="a discount factor below 1",
            )
        value[:, :, i] = paid[:, :, i] / (1 - discount) if discount < 1 else 0.0
        rule = case.terminal.get(actor.name)
        stationary[i] = rule == "stationary"
        if isinstance(rule, Formula):
            types = environment.profile_values(environment.views[int(environment.view_of_actor[i])])
            value[~stays, :, i] = terminal_formula(environment, rows.some(~stays), rule, i, types)
        elif stationary[i]:
            value[~stays, :, i] = 0.0
        elif (~stays & open_states).any():
            raise refuse(
                "C511",
                f"{actor.name} has no terminal value {at_states(names, ~stays & open_states)}",
                actor.place,
                hint=f"terminal: {{{actor.name}: ...}}, or terminal: stationary",
            )
    same = np.ptp(value, axis=1).max(initial=0.0) == 0
    return (value[:, :1] if same else value), stationary


def _stays(table: StepTable) -> Bools:
    """Return at which rows every move leads to the row's own state."""
    owner = np.repeat(np.arange(table.n_rows * table.n_moves), np.diff(table.start)) // table.n_moves
    leaves = (table.successor != table.states[owner]) & (table.probability.max(axis=(0, 1)) > 0)
    return np.asarray(np.bincount(owner[leaves], minlength=table.n_rows) == 0)


def _indifferent(table: StepTable) -> Bools:
    high = np.where(table.feasible[:, :, None, None], table.payoff, -np.inf).max(axis=1)
    low = np.where(table.feasible[:, :, None, None], table.payoff, np.inf).min(axis=1)
    return np.asarray((high == low).all(axis=(1, 2)))


def terminal_formula(
    environment: Environment, rows: Rows, rule: Formula, i: int, types: Mapping[str, Floats]
) -> Floats:
    """Return a terminal formula of actor `i` at some states, (r, p), for type values (p,) by ``actor.dimension``."""
    view = environment.views[int(environment.view_of_actor[i])]
    n_profiles = len(next(iter(types.values()))) if types else 1
    names = rows.names(view, environment.case.actors[i].name, dict(types) or {"": np.zeros(1)})
    value = np.asarray(rule.evaluate(names), dtype=float)
    return np.broadcast_to(value, (rows.size, n_profiles))
