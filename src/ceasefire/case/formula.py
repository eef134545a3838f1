"""The formula language: parse, names used, evaluate on numbers or arrays.

A formula is arithmetic (``+ - * / **``), comparisons (also chained), ``and or not``, ``a if c else b``, the functions
``where min max clip exp log sqrt logistic``, numbers, ISO dates, and names. Python's parser reads it; a whitelist turns
the tree into nested tuples; nothing else can be written and nothing is ever executed. A parsed formula is plain data:
it can be compared, hashed and sent to another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ceasefire.case.formula_evaluate import NotFiniteError, UnknownNameError, evaluate_tree
from ceasefire.case.formula_parse import RefusedError, parse_tree, screen
from ceasefire.case.hints import place_at
from ceasefire.case.nodes import did_you_mean
from ceasefire.errors import Fault, InputError, Place

NOWHERE = Place()

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
        """Return the names that stand alone as a condition inside, as ``truce`` in ``phase == war or truce``."""
        return frozenset(part[1] for node in _walk(self.tree) for part in _truths(node) if part[0] == "name")

    def unknown(self, known: Iterable[str]) -> list[Fault]:
        """Return a fault (F110, with column and a suggestion) for every name that is not among `known`."""
        known = set(known)
        found = {node[1]: node[2] for node in _walk(self.tree) if node[0] == "name" and node[1] not in known}
        return [self._unknown(name, offset, known) for name, offset in found.items()]

    def _unknown(self, name: str, offset: int | Place, known: Iterable[str]) -> Fault:
        place = offset if isinstance(offset, Place) else place_at(self.place, self.text, offset)
        return Fault("F110", f'there is no "{name}" here', place, found=self.text, hint=did_you_mean(name, known))


def _walk(tree: Tree) -> Iterator[Tree]:
    if tree and isinstance(tree[0], str):
        yield tree
    for part in tree:
        if isinstance(part, tuple):
            yield from _walk(part)


def _truths(node: Tree) -> tuple[Tree, ...]:
    """Return the operands of a node that are taken for true or not."""
    if node[0] in {"and", "or", "not"}:
        return node[1]  # type: ignore[no-any-return]
    return node[2][:1] if node[0] == "call" and node[1] == "where" else ()


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
    refused = list(screen(written))
    if not refused:
        try:
            tree = parse_tree(written)
            names = frozenset(node[1] for node in _walk(tree) if node[0] == "name")
            return Formula(written, names, place, tree)
        except RefusedError as error:
            refused = [error]
    raise InputError(
        [Fault(r.code, r.message, place_at(place, written, r.offset), _shown(written), "", r.hint) for r in refused]
    )


def _shown(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."


def _placed(tree: Tree, formula: Formula) -> Tree:
    """Return a tree whose names carry their places, so that it can stand inside another formula."""
    if tree and tree[0] == "name" and isinstance(tree[2], int):
        return ("name", tree[1], place_at(formula.place, formula.text, tree[2]))
    return tuple(_placed(part, formula) if isinstance(part, tuple) else part for part in tree)


def by_status(status: str, branches: Mapping[str, Formula], otherwise: Formula | None, place: Place) -> Formula:
    """Return the formula of ``{by: status, label: formula, ..., otherwise: formula}`` as nested ``where``.

    Without `otherwise` the last branch stands for every label that is left; the reader checks that none is.
    """
    choices = list(branches.items())
    rest = otherwise or choices.pop()[1]
    text, tree, names = rest.text, _placed(rest.tree, rest), set(rest.names)
    for label, branch in reversed(choices):
        condition = ("compare", ("==",), (("name", status, place), ("name", label, place)))
        text = f"where({status} == {label}, {branch.text}, {text})"
        tree = ("call", "where", (condition, _placed(branch.tree, branch), tree))
        names |= branch.names | {status, label}
    return Formula(text, frozenset(names), place, tree)


ALWAYS = parse_formula("always")
NEVER = parse_formula("never")
