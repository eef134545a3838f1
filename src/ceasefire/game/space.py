"""The state space of a case: statuses, then stocks on their nodes, as one row-major index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.mechanism import Stock
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.compile_faults import refuse
from ceasefire.game.environment import NOMINAL, Environment
from ceasefire.game.stocks import choose_count, halve_spacing, make_nodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PROBES = 97


@dataclass(frozen=True)
class StateSpace:
    """All combinations of labels and nodes, reachable or not; a state's index here is its *code*.

    Parameters
    ----------
    status_names, stock_names : tuple of str
    labels : by status, its labels
    nodes : by stock, (m,) ascending
    """

    status_names: tuple[str, ...]
    stock_names: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, Floats]

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Number of labels or nodes of each variable, in the order of the index."""
        return {n: len(self.labels[n]) for n in self.status_names} | {n: len(self.nodes[n]) for n in self.stock_names}

    @cached_property
    def strides(self) -> dict[str, int]:
        """What one step of each variable adds to the code of a state."""
        strides, step = {}, 1
        for name in reversed(self.sizes):
            strides[name] = step
            step *= self.sizes[name]
        return strides

    @cached_property
    def n_codes(self) -> int:
        """Number of combinations."""
        total = 1
        for size in self.sizes.values():
            total *= size
        return total

    def index_of(self, name: str, codes: Ints) -> Ints:
        """Return the label code or node index of one variable at each state."""
        return codes // self.strides[name] % self.sizes[name]

    def columns(self, codes: Ints) -> dict[str, NDArray[Any]]:
        """Return label codes of statuses and values of stocks at each state."""
        found: dict[str, NDArray[Any]] = {n: self.index_of(n, codes).astype(np.int32) for n in self.status_names}
        return found | {n: self.nodes[n][self.index_of(n, codes)] for n in self.stock_names}

    def names(self, codes: Ints) -> tuple[str, ...]:
        """Return texts such as ``war|received|strain=32``."""
        parts = [[self.labels[n][i] for i in self.index_of(n, codes)] for n in self.status_names]
        for name in self.stock_names:
            texts = [f"{name}={value:.10g}" for value in self.nodes[name]]
            parts.append([texts[i] for i in self.index_of(name, codes)])
        return tuple("|".join(text) for text in zip(*parts, strict=True)) if parts else ("",) * len(codes)


def make_space(case: Case, variant: Variant = NOMINAL) -> StateSpace:
    """Return the state space; nodes are set at the case's nominal values, whatever the variant sets.

    Raises
    ------
    InputError
        C517 where an initial value lies outside its range, C523 where nodes do not fit the range.
    """
    nominal = Environment(case)
    nodes = {stock.name: _nodes(stock, case, nominal) for stock in case.stocks}
    if variant.halve_stock:
        nodes[variant.halve_stock] = halve_spacing(nodes[variant.halve_stock])
    return StateSpace(
        tuple(status.name for status in case.statuses),
        tuple(stock.name for stock in case.stocks),
        {status.name: status.labels for status in case.statuses},
        nodes,
    )


def initial_value(stock: Stock, environment: Environment) -> float:
    """Return the initial value of a stock under a variant, checked against its range (C517)."""
    value = environment.scalar(stock.initial)
    if not stock.low <= value <= stock.high:
        raise refuse(
            "C517",
            f"the initial value of {stock.name} lies outside its range",
            stock.initial.place,
            found=f"{value:g}",
            expected=f"{stock.low:g} to {stock.high:g}",
        )
    return value


def _nodes(stock: Stock, case: Case, nominal: Environment) -> Floats:
    initial = initial_value(stock, nominal)
    if isinstance(stock.nodes, tuple):
        nodes = np.array(stock.nodes, dtype=float)
        if len(nodes) < 2 or (np.diff(nodes) <= 0).any() or nodes[0] != stock.low or nodes[-1] != stock.high:
            raise refuse(
                "C523",
                f"the nodes of {stock.name} must increase from {stock.low:g} to {stock.high:g}",
                stock.place,
                found=", ".join(f"{node:g}" for node in nodes[:8]),
                hint="the first and last node are the range",
            )
        return nodes
    count = stock.nodes if stock.nodes is not None else _chosen(stock, case, nominal, initial)
    if count < 2:
        raise refuse("C523", f"{stock.name} needs at least two nodes", stock.place, found=str(count))
    return make_nodes(stock.low, stock.high, initial, count)


def _chosen(stock: Stock, case: Case, nominal: Environment, initial: float) -> int:
    """Return the number of nodes for the drifts that occur; other stocks stand at their initial values."""
    at = np.linspace(stock.low, stock.high, PROBES)
    drifts, variances = [np.zeros((0, PROBES))], [np.zeros((0, PROBES))]
    for step in case.steps:
        for move in step.moves:
            if stock.name not in move.drift:
                continue
            names: dict[str, Any] = {
                **nominal.views[0].numbers,
                **nominal.labels,
                "date": nominal.date_of(case.calendar.as_of_period),
            }
            names |= {s.name: initial_value(s, nominal) for s in case.stocks} | {stock.name: at}
            noise = move.noise.get(stock.name)
            read = move.drift[stock.name].names | (noise.names if noise else frozenset())
            for codes in product(*(range(len(s.labels)) if s.name in read else (0,) for s in case.statuses)):
                names |= {s.name: code for s, code in zip(case.statuses, codes, strict=True)}
                change = move.drift[stock.name].evaluate(names) * nominal.months
                drifts.append(np.broadcast_to(change, (1, PROBES)))
                sd = noise.evaluate(names) if noise else 0.0
                variances.append(np.broadcast_to(np.square(sd), (1, PROBES)))
    both = np.unique(np.concatenate([np.concatenate(drifts), np.concatenate(variances)], axis=1), axis=0)
    return choose_count(stock.low, stock.high, initial, both[:, :PROBES], at, both[:, PROBES:])
