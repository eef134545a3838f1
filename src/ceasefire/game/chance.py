"""Probabilities of the outcomes of a chance: ``rest``, checks, and hazards of half a period.

A hazard is halved as follows: with r the probability of the outcome that stands for nothing happening (``rest``, else
the only outcome without effects, else none: r = 0), r becomes sqrt(r) and every other p becomes p / (1 + sqrt(r)), so
that after two halves nothing has happened with probability r again. For one hazard p this is 1 - (1 - p)^(1/2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import ChanceOutcome, Move
from ceasefire.game.compile_faults import at_states, refuse
from ceasefire.game.rules import Rows, StepRules

Floats = NDArray[np.float64]
TOLERANCE = 1e-9
NO_CHANCE = (ChanceOutcome("", None),)


def outcomes_of(move: Move) -> tuple[ChanceOutcome, ...]:
    """Return the outcomes of a move; one that takes the whole probability where it has no chance."""
    return move.chance or NO_CHANCE


def outcome_probabilities(rules: StepRules, move: Move, rows: Rows, names: dict[str, Any], n_types: int) -> Floats:
    """Return the probability of each outcome of a move, (r, k, o), as the actors know it.

    Raises
    ------
    InputError
        C501, C502, C507; each names the first states.
    """
    outcomes = outcomes_of(move)
    shape = (rows.size, n_types)
    given = {
        j: _within(o.probability, names, shape, rows, f"{rules.step.name}.{o.name}")
        for j, o in enumerate(outcomes)
        if o.probability is not None
    }
    found = complete(given, outcomes, shape, names)
    bad = np.abs(found.sum(axis=2) - 1).max(axis=1) > TOLERANCE
    bad |= (found < 0).any(axis=(1, 2))
    if bad.any():
        total = np.asarray(sum(given.values()))[bad][0].max()
        hint = "lower the others" if len(given) < len(outcomes) else "write one outcome as rest"
        raise refuse(
            "C502",
            f"the probabilities of step {rules.step.name} sum to {total:.6g}, not 1, "
            f"{at_states(rows.space.names(rows.codes), bad)}",
            outcomes[0].place,
            hint=hint,
        )
    found = halve(found, outcomes) if rules.environment.halved and rules.is_nature else found
    _check_every_type(rules, found, outcomes, rows)
    return found


def complete(
    given: dict[int, Floats], outcomes: tuple[ChanceOutcome, ...], shape: tuple[int, ...], names: dict[str, Any]
) -> Floats:
    """Return the given probabilities with the rest filled in, (..., o); not yet checked."""
    found = np.zeros((*shape, len(outcomes)))
    for j, probability in given.items():
        found[..., j] = probability
    rest = [j for j in range(len(outcomes)) if j not in given]
    if rest:
        left = _left_over([outcomes[j].probability for j in given], names, shape, found.sum(axis=-1))
        for j in rest:
            found[..., j] = left / len(rest)
    return found


def halve(probability: Floats, outcomes: tuple[ChanceOutcome, ...]) -> Floats:
    """Return the probabilities of outcomes (..., o) in half a period."""
    base = [j for j, outcome in enumerate(outcomes) if outcome.probability is None]
    base = base or [j for j, outcome in enumerate(outcomes) if not outcome.effects]
    if len(base) != 1:
        return probability
    nothing = np.sqrt(probability[..., base[0]])
    halved = np.asarray(probability / (1 + nothing)[..., None])
    halved[..., base[0]] = nothing
    return halved


def _within(formula: Formula, names: dict[str, Any], shape: tuple[int, ...], rows: Rows, what: str) -> Floats:
    value = np.broadcast_to(np.asarray(formula.evaluate(names), dtype=float), shape)
    bad = ((value < -TOLERANCE) | (value > 1 + TOLERANCE)).any(axis=1)
    if bad.any():
        worst = value[bad].ravel()[np.argmax(np.abs(value[bad].ravel() - 0.5))]
        raise refuse(
            "C501",
            f"the probability of {what} is {worst:.6g}, {at_states(rows.space.names(rows.codes), bad)}",
            formula.place,
            found=f"{worst:.6g}",
            expected="0 to 1",
            hint="logistic(...) or clip(..., 0, 1)",
        )
    return np.asarray(np.clip(value, 0, 1))


def _left_over(given: list[Formula | None], names: dict[str, Any], shape: tuple[int, ...], total: Floats) -> Floats:
    """Return one minus the total; without loss of digits where one formula is given."""
    if len(given) == 1 and given[0] is not None:
        formula = given[0]
        other = Formula(formula.text, formula.names, formula.place, _complement(formula.tree))
        return np.asarray(np.clip(np.broadcast_to(np.asarray(other.evaluate(names), dtype=float), shape), 0, 1))
    left = 1 - total
    return np.asarray(np.where(np.abs(left) < TOLERANCE, np.maximum(left, 0), left))


def _complement(tree: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the formula of one minus a formula: logistic(x) becomes logistic(-x), which keeps small numbers."""
    if tree[0] == "call" and tree[1] == "logistic":
        return ("call", "logistic", (("negative", tree[2][0]),))
    if tree[0] == "call" and tree[1] == "where":
        condition, left, right = tree[2]
        return ("call", "where", (condition, _complement(left), _complement(right)))
    return ("-", ("number", 1.0), tree)


def _check_every_type(rules: StepRules, found: Floats, outcomes: tuple[ChanceOutcome, ...], rows: Rows) -> None:
    impossible = (found.min(axis=1) <= 0) & (found.max(axis=1) > 0)
    if not impossible.any():
        return
    bad, j = impossible.any(axis=1), int(np.flatnonzero(impossible.any(axis=0))[0])
    raise refuse(
        "C507",
        f"outcome {outcomes[j].name or 'rest'} of step {rules.step.name} is impossible for some type and "
        f"possible for another, {at_states(rows.space.names(rows.codes), bad)}",
        outcomes[j].place,
        hint="give it a positive probability for every type, such as a logistic",
    )
