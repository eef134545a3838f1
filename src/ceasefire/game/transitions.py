"""From states to lotteries over states: effects, drift, noise and chance of one move, for all its rows at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import ChanceOutcome, Move, Stock
from ceasefire.game.chance import outcomes_of
from ceasefire.game.compile_faults import at_states, refuse
from ceasefire.game.rules import Rows, StepRules
from ceasefire.game.stocks import TOLERANCE, Lottery, lottery, noisy_lottery, on_nodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEW_NODES = 8


@dataclass
class Spread:
    """What nodes added to the variance of stocks: by stock, sums of the excess and of the declared variance."""

    excess: dict[str, float] = field(default_factory=dict)
    declared: dict[str, float] = field(default_factory=dict)

    def add(self, stock: str, excess: float, declared: float) -> None:
        """Add what one set of rows contributes."""
        self.excess[stock] = self.excess.get(stock, 0.0) + excess
        self.declared[stock] = self.declared.get(stock, 0.0) + declared

    def shares(self) -> dict[str, float]:
        """Return the excess as a share of the whole variance, by stock; 0 where nothing varies."""
        return {
            stock: excess / (excess + self.declared[stock]) if excess > 0 else 0.0
            for stock, excess in self.excess.items()
        }


@dataclass(frozen=True)
class Entries:
    """Successors: of row ``row`` under one move and one outcome the code ``code`` has ``probability``."""

    row: Ints
    outcome: Ints
    code: Ints
    probability: Floats


def move_entries(rules: StepRules, move: Move, rows: Rows, view: int, spread: Spread | None = None) -> Entries:
    """Return the lotteries over successors of a move, for each outcome apart.

    Raises
    ------
    InputError
        C503, C505, C519, C521.
    """
    names = rows.names(rules.environment.views[view])
    common = {name: _label(name, formula, rows, names) for name, formula in _status_effects(move.effects, rows)}
    common |= _stock_changes(rules, move, rows, names, spread)
    parts = []
    for j, outcome in enumerate(outcomes_of(move)):
        row, code, probability = _product(rows, common | _outcome_changes(rules, outcome, rows, names, spread))
        parts.append((row, np.full(len(row), j), code, probability))
    row, number, code, probability = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Entries(row, number, code, probability)


def _outcome_changes(
    rules: StepRules, outcome: ChanceOutcome, rows: Rows, names: dict[str, Any], spread: Spread | None
) -> dict[str, tuple[Ints, Floats]]:
    found = {name: _label(name, f, rows, names) for name, f in _status_effects(outcome.effects, rows)}
    for stock in rules.environment.case.stocks:
        if stock.name in outcome.effects:
            value = rows.evaluate(outcome.effects[stock.name], names).astype(float)
            found[stock.name] = _place(stock, value, None, rows, outcome.effects[stock.name], spread)
    return found


def _status_effects(effects: Any, rows: Rows) -> list[tuple[str, Formula]]:
    return [(name, formula) for name, formula in effects.items() if name in rows.space.labels]


def _label(name: str, formula: Formula, rows: Rows, names: dict[str, Any]) -> tuple[Ints, Floats]:
    code = rows.evaluate(formula, names)
    whole = np.asarray(code, dtype=float)
    bad = (whole != np.round(whole)) | (whole < 0) | (whole >= len(rows.space.labels[name]))
    if bad.any():
        raise refuse(
            "C521",
            f"the effect on {name} gives no label of it, {at_states(rows.space.names(rows.codes), bad)}",
            formula.place,
            found=formula.text,
            expected=", ".join(rows.space.labels[name]),
        )
    return whole.astype(np.int64)[:, None], np.ones((rows.size, 1))


def _stock_changes(
    rules: StepRules, move: Move, rows: Rows, names: dict[str, Any], spread: Spread | None
) -> dict[str, tuple[Ints, Floats]]:
    found, env = {}, rules.environment
    for stock in env.case.stocks:
        if stock.name in move.effects:
            value = rows.evaluate(move.effects[stock.name], names).astype(float)
            found[stock.name] = _place(stock, value, None, rows, move.effects[stock.name], spread)
        elif stock.name in move.drift or stock.name in move.noise:
            drift, noise = move.drift.get(stock.name), move.noise.get(stock.name)
            value = rows.columns[stock.name]
            if drift is not None:
                value = value + rows.evaluate(drift, names) * env.months
            variance = None if noise is None else _variance(stock.name, noise, rows, names) * env.months
            found[stock.name] = _place(stock, value, variance, rows, drift or noise, spread)
    return found


def _variance(stock: str, noise: Formula, rows: Rows, names: dict[str, Any]) -> Floats:
    sd = rows.evaluate(noise, names).astype(float)
    if (sd < 0).any():
        raise refuse(
            "C519",
            f"the noise of {stock} is negative, {at_states(rows.space.names(rows.codes), sd < 0)}",
            noise.place,
            found=f"{sd.min():g}",
            expected="a standard deviation of 0 or more",
        )
    return sd**2


def _place(
    stock: Stock, value: Floats, variance: Floats | None, rows: Rows, formula: Formula | None, spread: Spread | None
) -> tuple[Ints, Floats]:
    """Return the nodes and probabilities that stand for the values of a stock, after its checks."""
    nodes = rows.space.nodes[stock.name]
    noisy = variance is not None and bool((variance > 0).any())
    found = noisy_lottery(nodes, value, variance) if noisy and variance is not None else lottery(nodes, value)
    _check_range(stock, value, found, rows, formula)
    off = ~on_nodes(nodes, np.clip(value, nodes[0], nodes[-1]))
    if len(nodes) < FEW_NODES and off.any():
        raise refuse(
            "C505",
            f"{stock.name} has {len(nodes)} nodes, and {value[off][0]:.6g} is not one of them, "
            f"{at_states(rows.space.names(rows.codes), off)}",
            formula.place if formula else stock.place,
            expected=", ".join(f"{node:g}" for node in nodes),
            hint=f"a lottery would be public news: declare a chance, or give {stock.name} at least {FEW_NODES} nodes",
        )
    if spread is not None:
        declared = 0.0 if variance is None else float(variance.sum())
        spread.add(stock.name, float(found.excess.sum()), declared)
    return found.node, found.probability


def _check_range(stock: Stock, value: Floats, found: Lottery, rows: Rows, formula: Formula | None) -> None:
    bad = found.beyond > TOLERANCE
    if stock.at_bounds == "fault" and bad.any():
        raise refuse(
            "C503",
            f"{stock.name} leaves its range, {at_states(rows.space.names(rows.codes), bad)}",
            formula.place if formula else stock.place,
            found=f"{value[bad][0]:.6g}",
            expected=f"{stock.low:g} to {stock.high:g}",
            hint="widen the range, or say at_bounds: stay",
        )


def _product(rows: Rows, changes: dict[str, tuple[Ints, Floats]]) -> tuple[Ints, Ints, Floats]:
    """Return row, code and probability of every combination of the changed variables, zeros left out."""
    space = rows.space
    code = rows.codes[:, None]
    probability = np.ones((rows.size, 1))
    for name, (index, weight) in changes.items():
        step = (index - space.index_of(name, rows.codes)[:, None]) * space.strides[name]
        code = (code[:, :, None] + step[:, None, :]).reshape(rows.size, -1)
        probability = (probability[:, :, None] * weight[:, None, :]).reshape(rows.size, -1)
    row = np.broadcast_to(np.arange(rows.size)[:, None], code.shape)
    keep = probability > 0
    return row[keep], code[keep], probability[keep]
