"""The formula language: parse, names used, evaluate on numbers or arrays.

A formula is arithmetic (``+ - * / **``), comparisons (also chained), ``and or not``, ``a if c else b``, the functions
``where min max clip exp log sqrt logistic``, numbers, ISO dates, and names. Python's parser reads it; a whitelist turns
the tree into nested tuples; nothing else can be written and nothing is ever executed. A parsed formula is plain data:
it can be compared, hashed and sent to another process.
"""

from __future__ import annotations

import ast
import datetime as dt
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ceasefire.case.formula_evaluate import ARITIES, NotFiniteError, UnknownNameError, evaluate_tree
from ceasefire.case.hints import place_at
from ceasefire.case.nodes import did_you_mean
from ceasefire.errors import Fault, InputError, Place

MAX_LENGTH = 2000
MAX_BRACKETS = 40
MAX_DEPTH = 100
NOWHERE = Place()
WORDS = {"always": True, "never": False}

CODES = {
    "F101": "a formula is empty",
    "F102": "a formula cannot be read",
    "F103": "a formula contains a character that cannot stand there",
    "F104": "a formula uses something other than arithmetic, comparisons, and/or/not, if/else, functions, names",
    "F105": "a formula calls a function that does not exist",
    "F106": "a function in a formula has the wrong number of arguments",
    "F107": "a formula is too long or too deeply nested",
    "F108": "a formula contains a date that does not exist",
    "F109": "a number in a formula is too large",
    "F110": "a formula uses a name that the case does not have",
    "F111": "a formula gives a result that is not a finite number",
}

_DATE = re.compile(r"(?<![\w.])\d{4}-\d{2}-\d{2}(?![\w.])")
_ALLOWED = re.compile(r"[\w\s.+\-*/(),<>=]|!(?==)")
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_CHARACTER_HINTS = {
    "&": "write: and",
    "|": "write: or",
    "!": "write: not",
    "^": "write ** for a power",
    "%": "write a percentage as a number, such as 0.2",
    '"': "names stand without quotes",
    "'": "names stand without quotes",
    ":": "a choice by status is written {by: status, label: formula, otherwise: formula}",
}

Tree = tuple[Any, ...]


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    Parameters
    ----------
    text : str
        As written, surrounding white space removed.
    names : frozenset of str
        Every name used: parameters, stocks, statuses, labels, ``russia.endurance``, ``date``.
    place : Place
        Not part of equality.
    tree : nested tuples
        What ``evaluate`` walks.
    """

    text: str
    names: frozenset[str] = frozenset()
    place: Place = field(default=Place(), compare=False)
    tree: Tree = field(default=(), repr=False, compare=False)

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the value for the names in `env`: floats or arrays that broadcast; bools for conditions.

        A status stands in `env` as integer codes and a label as its code, so ``phase == war`` works.

        Raises
        ------
        InputError
            F110 where a name is missing from `env`, F111 where the result is not finite.
        """
        try:
            return evaluate_tree(self.tree, env)
        except UnknownNameError as error:
            raise InputError([self._unknown(error.name, error.offset, env)]) from None
        except NotFiniteError as error:
            hint = "a division by zero, a logarithm of nothing, or an overflow"
            raise InputError(
                [Fault("F111", f"{self.text!r} gives a result that is not finite{error}", self.place, hint=hint)]
            ) from None

    def constants(self) -> tuple[float, ...]:
        """Return the numbers written in the formula, in order; dates are not among them."""
        return tuple(node[1] for node in _walk(self.tree) if node[0] == "number")

    def conditions(self) -> frozenset[str]:
        """Return the names that stand alone where a condition is expected, as in ``phase == war or truce``."""
        return frozenset(node[1] for node in _truths(self.tree) if node[0] == "name")

    def unknown(self, known: Iterable[str]) -> list[Fault]:
        """Return a fault (F110, with column and a suggestion) for every name that is not among `known`."""
        known = set(known)
        found = {node[1]: node[2] for node in _walk(self.tree) if node[0] == "name" and node[1] not in known}
        return [self._unknown(name, offset, known) for name, offset in found.items()]

    def _unknown(self, name: str, offset: int, known: Iterable[str]) -> Fault:
        place = place_at(self.place, self.text, offset)
        return Fault("F110", f'there is no "{name}" here', place, found=self.text, hint=did_you_mean(name, known))


def _walk(tree: Tree) -> Iterator[Tree]:
    if tree and isinstance(tree[0], str):
        yield tree
    for part in tree:
        if isinstance(part, tuple):
            yield from _walk(part)


def _truths(tree: Tree) -> Iterator[Tree]:
    if tree[0] in {"and", "or", "not"}:
        for part in tree[1]:
            yield from _truths(part)
    elif tree[0] == "call" and tree[1] == "where":
        yield from _truths(tree[2][0])
    else:
        yield tree


class _Refused(Exception):
    """Leaves the builder with a code, an offset and advice."""

    def __init__(self, code: str, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.offset, self.hint = code, message, offset, hint


class _Builder:
    """Turns a Python syntax tree into our own, or refuses."""

    def __init__(self, text: str, dates: Mapping[int, int]) -> None:
        self.text, self.dates = text, dates

    def offset(self, node: ast.expr) -> int:
        return len(self.text.encode()[: node.col_offset].decode(errors="ignore"))

    def build(self, node: ast.expr, depth: int = 0) -> Tree:
        if depth > MAX_DEPTH:
            raise _Refused("F107", f"nested more than {MAX_DEPTH} deep", self.offset(node), "split it")
        below = depth + 1
        if isinstance(node, ast.BoolOp):
            word = "and" if isinstance(node.op, ast.And) else "or"
            return (word, tuple(self.build(part, below) for part in node.values))
        if isinstance(node, ast.IfExp):
            return ("call", "where", tuple(self.build(part, below) for part in (node.test, node.body, node.orelse)))
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return (_BINARY[type(node.op)], self.build(node.left, below), self.build(node.right, below))
        if isinstance(node, ast.UnaryOp):
            return self._unary(node, below)
        if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
            operators = tuple(_COMPARE[type(op)] for op in node.ops)
            return ("compare", operators, tuple(self.build(part, below) for part in (node.left, *node.comparators)))
        return self._leaf(node, below)

    def _unary(self, node: ast.UnaryOp, below: int) -> Tree:
        operand = self.build(node.operand, below)
        if isinstance(node.op, ast.Not):
            return ("not", (operand,))
        if isinstance(node.op, ast.USub):
            return ("negative", operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        raise self._refuse(node)

    def _leaf(self, node: ast.expr, below: int) -> Tree:
        if isinstance(node, ast.Call):
            return self._call(node, below)
        if isinstance(node, ast.Name):
            known = WORDS.get(node.id)
            return ("name", node.id, self.offset(node)) if known is None else ("bool", known)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return ("name", f"{node.value.id}.{node.attr}", self.offset(node))
        if isinstance(node, ast.Constant):
            return self._constant(node)
        raise self._refuse(node)

    def _call(self, node: ast.Call, below: int) -> Tree:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in ARITIES:
            known = "functions: " + ", ".join(ARITIES)
            raise _Refused(
                "F105", f'there is no function "{name}"', self.offset(node), did_you_mean(name, ARITIES) or known
            )
        low, high = ARITIES[name]
        if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
            raise self._refuse(node)
        if not low <= len(node.args) <= high:
            need = str(low) if low == high else f"at least {low}"
            raise _Refused("F106", f"{name} takes {need} arguments, here {len(node.args)}", self.offset(node))
        return ("call", name, tuple(self.build(part, below) for part in node.args))

    def _constant(self, node: ast.Constant) -> Tree:
        if self.offset(node) in self.dates:
            return ("date", float(self.dates[self.offset(node)]))
        if isinstance(node.value, bool):
            return ("bool", node.value)
        if not isinstance(node.value, int | float):
            raise self._refuse(node)
        try:
            number = float(node.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise _Refused("F109", "this number is too large", self.offset(node))
        return ("number", number)

    def _refuse(self, node: ast.expr) -> _Refused:
        hint = "allowed: + - * / **, comparisons, and/or/not, a if c else b, functions, names, actor.type"
        return _Refused("F104", "this cannot stand in a formula", self.offset(node), hint)


def _screen(text: str) -> Iterator[_Refused]:
    if not text:
        yield _Refused("F101", "the formula is empty", 0)
    if len(text) > MAX_LENGTH:
        yield _Refused("F107", f"longer than {MAX_LENGTH} characters", 0, "name a part of it as a parameter")
        return
    for offset, character in enumerate(text):
        if not _ALLOWED.match(text, offset):
            hint = _CHARACTER_HINTS.get(character, "")
            yield _Refused("F103", f"{character!r} cannot stand in a formula", offset, hint)
            return
    depth = 0
    for offset, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth > MAX_BRACKETS:
            yield _Refused("F107", f"nested more than {MAX_BRACKETS} deep", offset, "split it")
            return


def _mask_dates(text: str) -> tuple[str, dict[int, int], list[_Refused]]:
    """Replace each ISO date by its ordinal, padded so that columns stay; return the ordinals by offset."""
    dates: dict[int, int] = {}
    refused: list[_Refused] = []

    def ordinal(match: re.Match[str]) -> str:
        try:
            dates[match.start()] = dt.date.fromisoformat(match.group()).toordinal()
        except ValueError:
            refused.append(_Refused("F108", f"there is no day {match.group()}", match.start()))
            dates[match.start()] = 1
        return str(dates[match.start()]).ljust(10)

    return _DATE.sub(ordinal, text), dates, refused


def _parse(text: str) -> Tree:
    flat = re.sub(r"\s", " ", text)
    masked, dates, refused = _mask_dates(flat)
    if refused:
        raise refused[0]
    single = re.search(r"(?<![<>=!])=(?!=)", masked)
    if single:
        raise _Refused("F102", "a single = does not compare", single.start(), "write == to compare")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(masked, mode="eval").body
    except SyntaxError as error:
        offset = max((error.offset or 1) - 1, 0)
        raise _Refused("F102", f"cannot be read: {error.msg.split('. ')[0]}", min(offset, len(text))) from None
    except (ValueError, MemoryError, RecursionError, OverflowError):
        raise _Refused("F107", "too deeply nested to be read", 0, "split it") from None
    return _Builder(masked, dates).build(body)


def parse_formula(text: str | float | bool, place: Place = NOWHERE) -> Formula:
    """Parse a formula; a number or a truth value stands for itself.

    Parameters
    ----------
    text : str, number or bool
        ``"always"`` is true, ``"never"`` is false. ISO dates become ordinals.
    place : Place
        Where the text was written; faults carry the column of what is wrong.

    Raises
    ------
    InputError
        With faults F101 to F109.
    """
    if isinstance(text, bool):
        text = "always" if text else "never"
    written = (text if isinstance(text, str) else repr(float(text))).strip()
    refused = list(_screen(written))
    if not refused:
        try:
            tree = _parse(written)
            names = frozenset(node[1] for node in _walk(tree) if node[0] == "name")
            return Formula(written, names, place, tree)
        except _Refused as error:
            refused = [error]
    raise InputError(
        [Fault(r.code, r.message, place_at(place, written, r.offset), _shown(written), "", r.hint) for r in refused]
    )


def _shown(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."


def by_status(status: str, branches: Mapping[str, Formula], otherwise: Formula | None, place: Place) -> Formula:
    """Return the formula of ``{by: status, label: formula, ..., otherwise: formula}`` as nested ``where``.

    Without `otherwise` the last branch stands for every label that is left; the reader checks that none is.
    """
    choices = list(branches.items())
    rest = otherwise or choices.pop()[1]
    text, tree, names = rest.text, rest.tree, set(rest.names)
    for label, branch in reversed(choices):
        condition = ("compare", ("==",), (("name", status, 0), ("name", label, 0)))
        text = f"where({status} == {label}, {branch.text}, {text})"
        tree = ("call", "where", (condition, branch.tree, tree))
        names |= branch.names | {status, label}
    return Formula(text, frozenset(names), place, tree)


ALWAYS = parse_formula("always")
NEVER = parse_formula("never")
