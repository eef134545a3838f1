"""Rules about names: each named once, known where it is used, and used for what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ceasefire.case.formula import Formula
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, Node
from ceasefire.case.uses import ALLOWED, Names, Use, uses
from ceasefire.errors import Place

CODES: dict[str, str] = {
    "C201": "A name stands for two things; names are distinct across a case (moves: within their step).",
    "C202": "A label is compared with a status that does not have it.",
    "C203": "A status or label stands alone where a condition is expected.",
    "C204": "Something may not depend on private types.",
    "C205": "A parameter of the world is used outside in_world.",
    "C206": "A number that must be known before the game starts depends on the state.",
    "C207": "A bare type name stands in the payoff of another actor; a bare name is one's own.",
    "C208": "Formulas depend on each other in a circle.",
    "C209": "A choice by status leaves labels out.",
}

KINDS = {
    "type": "a private type",
    "world": "a parameter of the world",
    "stock": "a stock",
    "status": "a status",
    "label": "a label",
    "date": "the date",
}


def check_distinct_names(case: Case, faults: Faults) -> None:
    """C201: parameters, rivals, stocks, side stocks, statuses, labels, types, world, steps and actors have distinct names."""
    first: dict[str, str] = {}
    for name, what, place in _named(case):
        if name in first:
            message = f"{name!r} names {what} and also {first[name]}"
            faults.add("C201", message, place, found=name, hint="rename one of them")
        first.setdefault(name, what)


def _named(case: Case) -> Iterator[tuple[str, str, Place]]:
    for actor in case.actors:
        yield actor.name, "an actor", actor.place
    for parameter in case.parameters.values():
        yield parameter.name, "a parameter", parameter.place
    for rival in case.rivals.values():
        yield rival.name, "a rival", rival.place
    for dimension in case.types:
        yield dimension.name, f"a type of {dimension.actor}", dimension.place
    for world in case.world.values():
        yield world.name, "a parameter of the world", world.place
    for status in case.statuses:
        yield status.name, "a status", status.place
        for label in status.labels:
            yield label, f"a label of {status.name}", status.place
    for stock in case.stocks:
        yield stock.name, "a stock", stock.place
    for side in case.side:
        yield side.name, "a side stock", side.place
    for step in case.steps:
        yield step.name, "a step", step.place


def check_names_in_formulas(case: Case, names: Names, faults: Faults) -> None:
    """F110, C204 to C208: every name in a formula exists and may stand there."""
    circles = check_circles(case, faults)
    for use in uses(case):
        faults.extend(use.formula.unknown([*names.kinds, *circles]))
        for name in sorted(use.formula.names - circles):
            kind = names.kinds.get(name, "")
            if kind and kind not in ALLOWED[use.role]:
                _misused(use, name, kind, faults)
            elif kind == "type" and use.actor and "." not in name and names.owner(name) != use.actor:
                message = f"{name!r} is a type of {names.owner(name)}, not of {use.actor}"
                hint = f"write {names.owner(name)}.{name}"
                faults.add("C207", message, place_in(use.formula, name), found=use.formula.text, hint=hint)


def place_in(formula: Formula, name: str) -> Place:
    """Return where a name stands in a formula."""
    found = formula.unknown(formula.names - {name})
    return found[0].place if found else formula.place


def _misused(use: Use, name: str, kind: str, faults: Faults) -> None:
    """Report a name that exists but may not stand in this formula."""
    place = place_in(use.formula, name)
    if kind == "type":
        hint = "types may enter payoffs, flow, terminal values and the chance of nature's steps"
        faults.add("C204", f"{use.what} may not depend on the type {name!r}", place, found=use.formula.text, hint=hint)
    elif kind == "world":
        message = f"{use.what} may not use {name!r}, which nobody in the game knows"
        hint = "use it in in_world of a chance outcome"
        faults.add("C205", message, place, found=use.formula.text, hint=hint)
    else:
        message = f"{use.what} may not depend on {KINDS.get(kind, kind)} ({name!r})"
        faults.add("C206", message, place, found=use.formula.text, expected="parameters and rivals")


def check_circles(case: Case, faults: Faults) -> frozenset[str]:
    """C208: no circle between initial values, type values and the world's priors; returns the names in circles."""
    formulas: dict[str, list[Formula]] = {stock.name: [stock.initial] for stock in case.stocks}
    formulas |= {dimension.name: list(dimension.values) for dimension in case.types}
    formulas |= {world.name: list(world.arguments.values()) for world in case.world.values()}
    known = set(formulas)
    edges = {
        name: sorted({used.rpartition(".")[2] for formula in own for used in formula.names} & known)
        for name, own in formulas.items()
    }
    found: set[str] = set()
    for name in formulas:
        circle = _circle_from(name, edges)
        if circle and not found & set(circle):
            chain = " -> ".join([*circle, circle[0]])
            place = formulas[name][0].place if formulas[name] else Place()
            faults.add(
                "C208", f"these depend on each other in a circle: {chain}", place, hint="replace one by a parameter"
            )
            found |= set(circle)
    return frozenset(found)


def _circle_from(start: str, edges: dict[str, list[str]]) -> list[str]:
    """Return a circle through `start`, else nothing."""
    paths = [[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        for after in edges.get(path[-1], ()):
            if after == start:
                return path
            if after not in seen:
                seen.add(after)
                paths.append([*path, after])
    return []


def check_comparisons(case: Case, names: Names, faults: Faults) -> None:
    """C202, C203: a label is compared with its own status, and neither stands alone as a condition."""
    for use in uses(case):
        if use.condition:
            _check_truth(use.formula.tree, use.formula, names, faults)
        _check_tree(use.formula.tree, use.formula, names, faults)
    for item in case.record.items:
        if item.condition is not None:
            _check_truth(item.condition.tree, item.condition, names, faults)
            _check_tree(item.condition.tree, item.condition, names, faults)


def _check_tree(tree: tuple[Any, ...], formula: Formula, names: Names, faults: Faults) -> None:
    if tree and tree[0] == "compare":
        _check_comparison(tree[2], formula, names, faults)
    if tree and tree[0] in ("and", "or", "not"):
        for part in tree[1]:
            _check_truth(part, formula, names, faults)
    if len(tree) > 2 and tree[:2] == ("call", "where"):
        _check_truth(tree[2][0], formula, names, faults)
    for part in tree:
        if isinstance(part, tuple):
            _check_tree(part, formula, names, faults)


def _check_comparison(parts: tuple[Any, ...], formula: Formula, names: Names, faults: Faults) -> None:
    named = [part[1] for part in parts if part[0] == "name"]
    statuses = [name for name in named if names.kinds.get(name) == "status"]
    for label in (name for name in named if names.kinds.get(name) == "label"):
        own = names.status_of_label[label]
        if statuses and own not in statuses:
            place, hint = place_in(formula, label), f"write {own} == {label}, or another label of {statuses[0]}"
            message = f"{label!r} is a label of {own}, not of {statuses[0]}"
            faults.add("C202", message, place, found=formula.text, hint=hint)


def _check_truth(tree: tuple[Any, ...], formula: Formula, names: Names, faults: Faults) -> None:
    kind = names.kinds.get(tree[1], "") if tree and tree[0] == "name" else ""
    if kind in ("status", "label"):
        name = tree[1]
        hint = f"write {names.status_of_label[name]} == {name}" if kind == "label" else f"write {name} == LABEL"
        message = f"{name!r} stands alone where a condition is expected"
        faults.add("C203", message, place_in(formula, name), found=formula.text, hint=hint)


def check_choices_by_status(root: Node, case: Case, faults: Faults) -> None:
    """C209: ``{by: status, ...}`` has a formula for every label, or ``otherwise``."""
    labels = {status.name: status.labels for status in case.statuses}
    for node in (inner for key, child in root.items() if key != "report" for inner in _blocks(child)):
        by = node.get("by")
        if by is None or not isinstance(by.value, str) or "otherwise" in node:
            continue
        missing = [label for label in labels.get(by.value, ()) if label not in node]
        if missing:
            message = f"no formula for {', '.join(missing)}"
            faults.add("C209", message, node.place, expected=", ".join(labels[by.value]), hint="add otherwise: 0")


def _blocks(node: Node) -> Iterator[Node]:
    if node.is_map:
        yield node
    for child in [*(child for _, child in node.items()), *node.elements()]:
        yield from _blocks(child)
