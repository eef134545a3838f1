"""Every formula of a case with the names that it may use, and every name of a case with what it names.

A formula's *role* says which names may stand in it:

=============  ==================================================================================================
``number``     parameters and rivals: discount factors, precisions, type values and priors, initial values
``state``      also stocks, statuses, labels, ``date``: conditions, effects, drift, noise, chance of a move, outcomes
``types``      also anyone's types: payoffs, flow, terminal values, chance of nature
``world``      also the parameters of the world: ``in_world``
``prior``      parameters, rivals and the types that are given: priors of the world's parameters
=============  ==================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ceasefire.case.evidence import Text
from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import Move, Step
from ceasefire.case.model import Case

Role = Literal["number", "state", "types", "world", "prior"]
ALLOWED: dict[Role, frozenset[str]] = {
    "number": frozenset({"parameter", "rival"}),
    "prior": frozenset({"parameter", "rival", "type"}),
    "state": frozenset({"parameter", "rival", "stock", "status", "label", "date"}),
    "types": frozenset({"parameter", "rival", "stock", "status", "label", "date", "type"}),
    "world": frozenset({"parameter", "rival", "stock", "status", "label", "date", "type", "world"}),
}


@dataclass(frozen=True)
class Use:
    """One formula: what it is for (in words), its role, whose payoff it is, whether it is a condition."""

    formula: Formula
    what: str
    role: Role
    actor: str = ""
    condition: bool = False


@dataclass(frozen=True)
class Names:
    """What every name of a case names: by name ``parameter``, ``rival``, ``stock``, ...; labels by status."""

    kinds: dict[str, str]
    status_of_label: dict[str, str]
    owner_of_type: dict[str, str]

    def known(self, role: Role) -> list[str]:
        """Return the names that may stand in a formula of this role."""
        return [name for name, kind in self.kinds.items() if kind in ALLOWED[role]]

    def owner(self, name: str) -> str:
        """Return the actor whose type a name is (``endurance`` or ``russia.endurance``), else nothing."""
        return self.owner_of_type.get(name, "")


def names_of(case: Case) -> Names:
    """Return all names that formulas may know."""
    kinds = {"date": "date"}
    kinds |= dict.fromkeys(case.parameters, "parameter") | dict.fromkeys(case.rivals, "rival")
    kinds |= {stock.name: "stock" for stock in case.stocks} | {status.name: "status" for status in case.statuses}
    kinds |= {label: "label" for status in case.statuses for label in status.labels}
    kinds |= dict.fromkeys(case.world, "world")
    owners: dict[str, str] = {}
    for dimension in case.types:
        owners |= {dimension.name: dimension.actor, f"{dimension.actor}.{dimension.name}": dimension.actor}
    kinds |= dict.fromkeys(owners, "type")
    return Names(kinds, {label: s.name for s in case.statuses for label in s.labels}, owners)


def uses(case: Case) -> Iterator[Use]:
    """Yield every formula of the mechanism once."""
    yield from _of_actors(case)
    for world in case.world.values():
        for argument, formula in world.arguments.items():
            yield Use(formula, f"{argument} in the prior of {world.name}", "prior")
    for stock in case.stocks:
        yield Use(stock.initial, f"the initial value of {stock.name}", "number")
    for step in case.steps:
        yield from of_step(step, case)
    for actor, terminal in case.terminal.items():
        if isinstance(terminal, Formula):
            yield Use(terminal, f"the terminal value of {actor}", "types", actor)
    yield from _of_reports(case)


def _of_actors(case: Case) -> Iterator[Use]:
    for actor in case.actors:
        yield Use(actor.discount_factor, f"the discount factor of {actor.name}", "number")
        yield Use(actor.takes_better, f"the precision of {actor.name}", "number")
    for dimension in case.types:
        for label, formula in zip(dimension.labels, dimension.values, strict=True):
            yield Use(formula, f"the value of type {dimension.actor}.{dimension.name} = {label}", "number")
        for weight in dimension.prior:
            if weight is not None:
                yield Use(weight, f"the prior of {dimension.actor}.{dimension.name}", "number")
    for joint in case.joint_priors:
        for weight in joint.weights.values():
            if weight is not None:
                yield Use(weight, f"the joint prior of {joint.actor}", "number")


def of_step(step: Step, case: Case) -> Iterator[Use]:
    """Yield the formulas of one step."""
    if step.when is not None:
        yield Use(step.when, f"the condition of step {step.name}", "state", condition=True)
    for move in step.moves:
        yield from _of_move(step, move, case)


def title_of(step: Step, move: Move) -> str:
    """Return ``step.move``, or the step alone for nature."""
    return f"{step.name}.{move.name}" if move.name else step.name


def _of_move(step: Step, move: Move, case: Case) -> Iterator[Use]:
    where = title_of(step, move)
    if move.when is not None:
        yield Use(move.when, f"the condition of {where}", "state", condition=True)
    if move.weight is not None:
        yield Use(move.weight, f"the weight of {where}", "state")
    for kind, by_target in (("effect", move.effects), ("drift", move.drift), ("noise", move.noise)):
        for target, formula in by_target.items():
            yield Use(formula, f"the {kind} of {where} on {target}", "state")
    for kind, by_actor in (("payoff", move.payoffs), ("flow", move.flow)):
        for actor, formula in by_actor.items():
            yield Use(formula, f"the {kind} of {where} to {actor}", "types", actor)
    for outcome in move.chance:
        what = f"the probability of {outcome.name} in {where}"
        if outcome.probability is not None:
            yield Use(outcome.probability, what, "types" if step.actor is None else "state")
        if outcome.in_world is not None:
            yield Use(outcome.in_world, f"{what} in the world", "world")
        for target, formula in outcome.effects.items():
            yield Use(formula, f"the effect of {outcome.name} in {where} on {target}", "state")


def _of_reports(case: Case) -> Iterator[Use]:
    for side in case.side:
        for formula in (side.flow, side.low, side.high):
            if formula is not None:
                yield Use(formula, f"the flow of side stock {side.name}", "state")
    for outcome in case.outcomes:
        yield Use(outcome.reach, f"the condition of outcome {outcome.name}", "state", condition=True)
        if outcome.ends is not None:
            yield Use(outcome.ends, f"the end of outcome {outcome.name}", "state", condition=True)
    for plan in case.plans.values():
        for name, rules in plan.steps.items():
            for rule in rules:
                if rule.when is not None:
                    yield Use(rule.when, f"the rule {rule.move} of plan {plan.name} at {name}", "state", condition=True)
    if case.record.miscoded is not None:
        yield Use(case.record.miscoded, "miscoded", "number")


def titles_of(case: Case) -> dict[str, Text]:
    """Return the title of every name that has one; labels and types of actors included."""
    titles = {one.name: one.title for group in (case.actors, case.stocks, case.statuses, case.types) for one in group}
    titles |= {name: one.title for name, one in case.parameters.items()}
    titles |= {name: one.title for name, one in case.world.items()}
    for status in case.statuses:
        titles |= dict(zip(status.labels, status.label_titles, strict=True))
    return titles
