"""Evaluate a parsed formula: a walk over nested tuples with NumPy operations, in floats.

Both branches of a choice are computed, as arrays need; only the final result must be finite, so
``where(x > 0, log(x), 0)`` is fine at zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from ceasefire.errors import Place

Tree = tuple[Any, ...]

ARITIES = {
    "where": (3, 3),
    "min": (2, 99),
    "max": (2, 99),
    "clip": (3, 3),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "logistic": (1, 1),
}


class UnknownNameError(Exception):
    """A name is missing from the environment."""

    def __init__(self, name: str, offset: int | Place) -> None:
        super().__init__(name)
        self.name, self.offset = name, offset


class NotFiniteError(Exception):
    """The result is infinite or not a number; the text says in how many places."""


def _number(value: Any) -> Any:
    return np.asarray(value, dtype=np.float64)[()]


def _truth(value: Any) -> Any:
    array = np.asarray(value)
    return array[()] if array.dtype == np.bool_ else (array != 0)[()]


def _logistic(x: Any) -> Any:
    return np.exp(-np.logaddexp(0.0, -x))


def _where(condition: Any, left: Any, right: Any) -> Any:
    return np.where(_truth(condition), left, right)[()]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": lambda *x: reduce(np.minimum, x),
    "max": lambda *x: reduce(np.maximum, x),
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "logistic": _logistic,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _compare(operators: tuple[str, ...], values: list[Any]) -> Any:
    pairs = zip(operators, values[:-1], values[1:], strict=True)
    return reduce(np.logical_and, [_COMPARISONS[name](left, right) for name, left, right in pairs])


def _walk(tree: Tree, env: Mapping[str, Any]) -> Any:
    kind = tree[0]
    if kind in {"number", "date", "bool"}:
        return tree[1]
    if kind == "name":
        if tree[1] not in env:
            raise UnknownNameError(tree[1], tree[2])
        return env[tree[1]]
    if kind == "compare":
        return _compare(tree[1], [_walk(part, env) for part in tree[2]])
    if kind == "call":
        values = [_walk(part, env) for part in tree[2]]
        return _where(*values) if tree[1] == "where" else _FUNCTIONS[tree[1]](*map(_number, values))
    if kind in {"and", "or"}:
        combine = np.logical_and if kind == "and" else np.logical_or
        return reduce(combine, [_truth(_walk(part, env)) for part in tree[1]])
    if kind == "not":
        return np.logical_not(_truth(_walk(tree[1][0], env)))
    if kind == "negative":
        return -_number(_walk(tree[1], env))
    return _ARITHMETIC[kind](_number(_walk(tree[1], env)), _number(_walk(tree[2], env)))


def evaluate_tree(tree: Tree, env: Mapping[str, Any]) -> Any:
    """Return the value of a tree: a scalar or an array; see ``Formula.evaluate``."""
    with np.errstate(all="ignore"):
        value = _walk(tree, env)
    array = np.asarray(value)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        n = int((~np.isfinite(array)).sum())
        raise NotFiniteError(f" in {n} of {array.size} places" if array.size > 1 else "")
    return value
