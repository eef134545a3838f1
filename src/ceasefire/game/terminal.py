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


def absorbing_flow(steps: Sequence[GameStep], n_states: int, n_profiles: int, n_actors: int) -> tuple[Bools, Floats]:
    """Return which states no step of the last period can leave, (s,), and what a period there pays, (s, p, i).

    A state in which some actor chooses between moves that pay differently is not among them.
    """
    stays = np.ones(n_states, dtype=bool)
    paid = np.zeros((n_states, n_profiles, n_actors))
    for step in steps:
        table = step.table_at(len(step.table_of_period) - 1)
        if table is not None:
            stays[table.states] &= _stays(table) & _indifferent(table)
            first = table.feasible.argmax(axis=1)
            paid[table.states] += table.payoff[np.arange(table.n_rows), first]
    return stays, paid


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
    stays, paid = absorbing_flow(steps, rows.size, environment.n_profiles, len(case.actors))
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
            value[~stays, :, i] = _formula(environment, rows.some(~stays), rule, i) if (~stays).any() else 0
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
    return np.bincount(owner[leaves], minlength=table.n_rows) == 0


def _indifferent(table: StepTable) -> Bools:
    high = np.where(table.feasible[:, :, None, None], table.payoff, -np.inf).max(axis=1)
    low = np.where(table.feasible[:, :, None, None], table.payoff, np.inf).min(axis=1)
    return np.asarray((high == low).all(axis=(1, 2)))


def _formula(environment: Environment, rows: Rows, rule: Formula, i: int) -> Floats:
    view = environment.views[int(environment.view_of_actor[i])]
    types: Mapping[str, Floats] = environment.profile_values(view)
    names = rows.names(view, environment.case.actors[i].name, dict(types))
    value = np.asarray(rule.evaluate(names), dtype=float)
    return np.broadcast_to(value, (rows.size, environment.n_profiles))
