"""From the text of a formula to nested tuples: Python's parser behind a screen, then a whitelist."""

from __future__ import annotations

import ast
import datetime as dt
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from ceasefire.case.formula_evaluate import ARITIES
from ceasefire.case.hints import did_you_mean

MAX_LENGTH = 2000
MAX_BRACKETS = 40
MAX_DEPTH = 100
WORDS = {"always": True, "never": False}

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


class RefusedError(Exception):
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
            raise RefusedError("F107", f"nested more than {MAX_DEPTH} deep", self.offset(node), "split it")
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
            raise RefusedError(
                "F105", f'there is no function "{name}"', self.offset(node), did_you_mean(name, ARITIES) or known
            )
        low, high = ARITIES[name]
        if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
            raise self._refuse(node)
        if not low <= len(node.args) <= high:
            need = str(low) if low == high else f"at least {low}"
            raise RefusedError("F106", f"{name} takes {need} arguments, here {len(node.args)}", self.offset(node))
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
            raise RefusedError("F109", "this number is too large", self.offset(node))
        return ("number", number)

    def _refuse(self, node: ast.expr) -> RefusedError:
        hint = "allowed: + - * / **, comparisons, and/or/not, a if c else b, functions, names, actor.type"
        return RefusedError("F104", "this cannot stand in a formula", self.offset(node), hint)


def screen(text: str) -> Iterator[RefusedError]:
    """Yield what can be refused before Python's parser sees the text: length, characters, brackets."""
    if not text:
        yield RefusedError("F101", "the formula is empty", 0)
    if len(text) > MAX_LENGTH:
        yield RefusedError("F107", f"longer than {MAX_LENGTH} characters", 0, "name a part of it as a parameter")
        return
    for offset, character in enumerate(text):
        if not _ALLOWED.match(text, offset):
            hint = _CHARACTER_HINTS.get(character, "")
            yield RefusedError("F103", f"{character!r} cannot stand in a formula", offset, hint)
            return
    depth = 0
    for offset, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth > MAX_BRACKETS:
            yield RefusedError("F107", f"nested more than {MAX_BRACKETS} deep", offset, "split it")
            return


def _mask_dates(text: str) -> tuple[str, dict[int, int], list[RefusedError]]:
    """Replace each ISO date by its ordinal, padded so that columns stay; return the ordinals by offset."""
    dates: dict[int, int] = {}
    refused: list[RefusedError] = []

    def ordinal(match: re.Match[str]) -> str:
        try:
            dates[match.start()] = dt.date.fromisoformat(match.group()).toordinal()
        except ValueError:
            refused.append(RefusedError("F108", f"there is no day {match.group()}", match.start()))
            dates[match.start()] = 1
        return str(dates[match.start()]).ljust(10)

    return _DATE.sub(ordinal, text), dates, refused


def parse_tree(text: str) -> Tree:
    """Return the tree of a formula that passed ``screen``.

    Raises
    ------
    RefusedError
        With code, offset and advice.
    """
    flat = re.sub(r"\s", " ", text)
    masked, dates, refused = _mask_dates(flat)
    if refused:
        raise refused[0]
    single = re.search(r"(?<![<>=!])=(?!=)", masked)
    if single:
        raise RefusedError("F102", "a single = does not compare", single.start(), "write == to compare")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(masked, mode="eval").body
    except SyntaxError as error:
        offset = error.offset - 1 if error.offset else len(text)
        raise RefusedError("F102", f"cannot be read: {error.msg.split('. ')[0]}", min(offset, len(text))) from None
    except (ValueError, MemoryError, RecursionError, OverflowError):
        raise RefusedError("F107", "too deeply nested to be read", 0, "split it") from None
    return _Builder(masked, dates).build(body)
