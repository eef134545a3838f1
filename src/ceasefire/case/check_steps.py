"""Rules about steps: who moves, what changes what, and what may depend on types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ceasefire.case.check_names import place_in
from ceasefire.case.check_numbers import check_weights
from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import Move, StatusVariable, Step
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, Node, did_you_mean
from ceasefire.case.uses import Names, title_of
from ceasefire.case.values import place_of
from ceasefire.errors import Place

CODES: dict[str, str] = {
    "C240": "A step, payoff or terminal value names an actor that does not exist.",
    "C241": "An effect, drift or noise names something that is no stock or status.",
    "C242": "An effect on a status gives something that is no label of it.",
    "C243": "A step has no moves, or a default or order that does not fit its moves.",
    "C244": "One step changes a stock by drift and by effects, or a variable twice.",
    "C245": "A nature step depends on the types of two actors.",
    "C246": "A parameter with perceived_by enters a probability that depends on types.",
    "C247": "A chance outcome needs either a probability or rest.",
    "C248": "A label can never be reached.",
    "C249": "The initial label of a status does not exist.",
    "C250": "A terminal value is missing.",
    "C251": "A case with steps needs actors, a state, outcomes and end_states.",
    "C252": "Two moves of a step, or two chance outcomes, have one name.",
}


def check_actors_of_steps(case: Case, faults: Faults) -> None:
    """C240: steps, payoffs, flow and terminal values name actors."""
    actors = [actor.name for actor in case.actors]

    def check(name: str, place: Place) -> None:
        if name not in actors:
            hint = did_you_mean(name, actors)
            faults.add("C240", f"there is no actor {name!r}", place_of(name, place), found=name, hint=hint)

    for step in case.steps:
        if step.actor:
            check(step.actor, step.place)
        for move in step.moves:
            for name in [*move.payoffs, *move.flow]:
                check(name, move.place)
    for name in case.terminal:
        check(name, Place())


def check_targets(case: Case, names: Names, faults: Faults) -> None:
    """C241, C242: effects change stocks to numbers and statuses to their labels; drift and noise move stocks."""
    statuses = {status.name: status for status in case.statuses}
    stocks = [stock.name for stock in case.stocks]
    for step in case.steps:
        for move in step.moves:
            effects = effects_of(move)
            for target, formula in (pair for one in effects for pair in one.items()):
                if target in statuses:
                    _check_label(formula, statuses[target], names, faults)
                elif target not in stocks:
                    _no_target(target, [*stocks, *statuses], formula.place, faults)
            for target, formula in [*move.drift.items(), *move.noise.items()]:
                if target not in stocks:
                    _no_target(target, stocks, formula.place, faults)


def _no_target(target: str, known: list[str], place: Place, faults: Faults) -> None:
    hint = did_you_mean(target, known)
    faults.add("C241", f"{target!r} is nothing that this can change", place_of(target, place), found=target, hint=hint)


def _check_label(formula: Formula, status: StatusVariable, names: Names, faults: Faults) -> None:
    """Report a formula that gives something else than a label; a name that nobody knows is reported as such (F110)."""
    given = _label_names(formula) - {*status.labels, status.name}
    if given and not formula.names - names.kinds.keys():
        message = f"{formula.text!r} gives no label of {status.name}"
        hint = did_you_mean(formula.text, status.labels)
        expected = ", ".join(status.labels)
        faults.add("C242", message, formula.place, found=formula.text, expected=expected, hint=hint)


def _label_names(formula: Formula) -> set[str]:
    """Return the names that a label formula can give: the leaves of its ``where``; a number stands for itself."""

    def leaves(tree: tuple[Any, ...]) -> set[str]:
        if tree and tree[0] == "name":
            return {str(tree[1])}
        if len(tree) > 2 and tree[:2] == ("call", "where"):
            return leaves(tree[2][1]) | leaves(tree[2][2])
        return {formula.text}

    return leaves(formula.tree)


def check_moves(case: Case, faults: Faults) -> None:
    """C243, C252: steps have moves with distinct names; default and order fit them."""
    for step in case.steps:
        names = [move.name for move in step.moves]
        for move in step.moves:
            _check_distinct([outcome.name for outcome in move.chance], "chance outcomes", move.place, faults)
        if step.actor is None:
            continue
        if not names:
            faults.add("C243", f"the step {step.name} has no moves", step.place, hint="moves: {wait: {}, act: {...}}")
            continue
        _check_default(step, names, faults)
        _check_order(step, names, faults)
    _check_distinct([step.name for step in case.steps], "steps", Place("case.yaml"), faults)


def _check_distinct(names: list[str], what: str, place: Place, faults: Faults) -> None:
    for name, count in Counter(names).items():
        if count > 1 and name:
            faults.add("C252", f"two {what} are named {name!r}", place_of(name, place), found=name, hint="rename one")


def _check_default(step: Step, names: list[str], faults: Faults) -> None:
    if step.record == "complete" and step.default is None:
        message = f"the record of {step.name} is complete, but it has no default move"
        faults.add("C243", message, step.place, hint=f"default: {names[0]}")
    if step.default is not None and step.default not in names:
        message, hint = f"{step.name} has no move {step.default!r}", did_you_mean(step.default, names)
        faults.add("C243", message, place_of(step.default, step.place), found=step.default, hint=hint)


def _check_order(step: Step, names: list[str], faults: Faults) -> None:
    for name in (name for name in step.order if name not in names):
        message, hint = f"{step.name} has no move {name!r}", did_you_mean(name, names)
        faults.add("C243", message, place_of(name, step.place), found=name, hint=hint)
    missing = [name for name in names if name not in step.order]
    if (step.order and missing) or len(set(step.order)) < len(step.order):
        message = f"the order of {step.name} does not list every move once"
        expected = "every move, from weak to strong"
        faults.add("C243", message, step.place, found=", ".join(step.order), expected=expected)


def check_changes(case: Case, faults: Faults) -> None:
    """C244: one step changes a stock by drift or by effects, and nothing twice."""
    for step in case.steps:
        for move in step.moves:
            by_chance = {target for outcome in move.chance for target in outcome.effects}
            jumps = by_chance | set(move.effects)
            for name in sorted(jumps & {*move.drift, *move.noise}):
                message = f"{title_of(step, move)} changes {name} by drift or noise and by effects"
                hint = "put the effects into a step of their own"
                faults.add("C244", message, step.place, found=name, hint=hint)
            for name in sorted(by_chance & set(move.effects)):
                message = f"{title_of(step, move)} changes {name} by its effects and by chance"
                faults.add("C244", message, step.place, found=name, hint="write the effect in every chance outcome")


def check_chance(case: Case, root: Node, faults: Faults) -> None:
    """C226, C227, C247: a lottery has exactly one rest, and every other outcome a probability."""
    for step in case.steps:
        for move in step.moves:
            if not move.chance:
                continue
            for outcome in move.chance:
                _check_outcome_node(outcome.place, outcome.name, outcome.probability is None, root, faults)
            weights = {outcome.name: outcome.probability for outcome in move.chance}
            what = f"the probabilities of {title_of(step, move)}"
            check_weights(what, weights, move.chance[0].place, faults, may_be_whole=False)


def _check_outcome_node(place: Place, name: str, rest: bool, root: Node, faults: Faults) -> None:
    node = _node_at(root, place)
    if node is not None and ("probability" in node) == rest:
        message = f"{name} has {'a probability and is the rest' if rest else 'neither a probability nor rest'}"
        faults.add("C247", message, place, hint="probability: FORMULA, or rest: true")


def _node_at(node: Node, place: Place) -> Node | None:
    if node.is_map and node.place == place and "name" in node:
        return node
    for child in [*(child for _, child in node.items()), *node.elements()]:
        found = _node_at(child, place)
        if found is not None:
            return found
    return None


def check_type_dependence(case: Case, names: Names, faults: Faults) -> None:
    """C245, C246: nature depends on one actor's types only, and on nothing that is perceived differently then."""
    perceived = {name for name, one in case.parameters.items() if one.perceived_by}
    for step in (step for step in case.steps if step.actor is None):
        owners: dict[str, str] = {}
        probabilities = [one.probability for one in step.moves[0].chance if one.probability is not None]
        for formula in probabilities:
            own = {name for name in formula.names if names.owner(name)}
            owners |= {names.owner(name): name for name in sorted(own)}
            for name in sorted(formula.names & perceived) if own else ():
                message = f"{name!r} is perceived differently and enters a probability that depends on types"
                hint = "use another parameter here, or drop perceived_by"
                faults.add("C246", message, place_in(formula, name), found=formula.text, hint=hint)
        if len(owners) > 1:
            message = f"the step {step.name} depends on the types of {' and '.join(sorted(owners))}"
            hint = "make two steps, one for each actor"
            faults.add("C245", message, step.place, found=", ".join(owners.values()), hint=hint)


def check_labels(case: Case, faults: Faults) -> None:
    """C248, C249: the initial label exists, and every other label is the effect of something."""
    effects: dict[str, set[str]] = {}
    for move in (move for step in case.steps for move in step.moves):
        for one in effects_of(move):
            for target, formula in one.items():
                effects.setdefault(target, set()).update(_label_names(formula))
    for status in case.statuses:
        if status.initial not in status.labels:
            message, hint = (
                f"{status.name} has no label {status.initial!r}",
                did_you_mean(status.initial, status.labels),
            )
            faults.add("C249", message, place_of(status.initial, status.place), found=status.initial, hint=hint)
        for label in status.labels if case.steps else ():
            if label != status.initial and label not in effects.get(status.name, set()):
                hint = f"give it by an effect {{{status.name}: {label}}}, or remove it"
                message = f"nothing ever leads to {label!r} of {status.name}"
                faults.add("C248", message, place_of(label, status.place), found=label, hint=hint)


def check_complete(case: Case, root: Node, faults: Faults) -> None:
    """C250, C251: a case with steps has all that a game needs."""
    if not case.steps:
        return
    for key in ("actors", "state", "outcomes", "end_states"):
        if key not in root:
            faults.add("C251", f"a case with steps needs {key}", root.key_place("steps"), expected=key)
    missing = [actor.name for actor in case.actors if actor.name not in case.terminal]
    if (missing and "terminal" in root) or "terminal" not in root:
        who = ", ".join(missing)
        message = f"no terminal value for {who}" if who else "no terminal value"
        hint = "terminal: stationary (going on as in the last period), or a formula per actor"
        faults.add("C250", message, root.key_place("terminal"), found=who, hint=hint)


def effects_of(move: Move) -> list[Mapping[str, Formula]]:
    """Return the effects of a move and of each of its chance outcomes."""
    return [move.effects, *(outcome.effects for outcome in move.chance)]
