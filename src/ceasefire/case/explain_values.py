"""What a year in each end state is worth to each actor and type, at nominal values and the stocks of the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from ceasefire.case.check_numbers import nominal_numbers
from ceasefire.case.mechanism import Actor, Step
from ceasefire.case.model import Case


@dataclass(frozen=True)
class EndStateValue:
    """Worth of a year (years of best-minus-worst) in one label of ``end_states`` to one type of an actor."""

    actor: str
    label: str
    own_type: tuple[str, ...]
    value: float


def end_state_values(case: Case) -> list[EndStateValue]:
    """Return the yearly flow to each actor by end state and own type, others' types at their first value.

    Other statuses and the stocks stand at their initial values; types of others, where a flow depends on them, at
    their first label.
    """
    status = next((one for one in case.statuses if one.name == case.end_states), None)
    if status is None:
        return []
    found = []
    for actor in case.actors:
        for own_type in own_types(case, actor.name):
            for label in status.labels:
                env = environment(case, {actor.name: own_type}) | {status.name: status.labels.index(label)}
                found.append(EndStateValue(actor.name, label, own_type, _flow(case, actor, env)))
    return found


def own_types(case: Case, actor: str) -> list[tuple[str, ...]]:
    """Return the label tuples of an actor's types; one empty tuple where it has none."""
    return list(product(*(one.labels for one in case.types if one.actor == actor)))


def environment(case: Case, types: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the value of every name at the start: medians, label codes, initial values, the types that are given."""
    env: dict[str, Any] = dict(nominal_numbers(case))
    chosen = {
        f"{one.actor}.{one.name}": one.labels[0] if one.actor not in types else types[one.actor][position]
        for one, position in _positions(case)
    }
    for one in case.types:
        key = f"{one.actor}.{one.name}"
        number = float(one.values[one.labels.index(chosen[key])].evaluate(env))
        env |= {key: number, one.name: number}
    for status in case.statuses:
        env |= {label: code for code, label in enumerate(status.labels)}
        env[status.name] = status.labels.index(status.initial)
    env |= {stock.name: float(stock.initial.evaluate(env)) for stock in case.stocks}
    env["date"] = float((case.calendar.as_of or case.calendar.start).toordinal())
    return env


def _positions(case: Case) -> Iterator[tuple[Any, int]]:
    count: dict[str, int] = {}
    for one in case.types:
        yield one, count.get(one.actor, 0)
        count[one.actor] = count.get(one.actor, 0) + 1


def _flow(case: Case, actor: Actor, env: Mapping[str, Any]) -> float:
    """Return the sum of the flows to an actor over the steps of nature that take place."""
    return float(sum(_flow_of(step, actor.name, env) for step in case.steps if step.actor is None))


def _flow_of(step: Step, actor: str, env: Mapping[str, Any]) -> float:
    flow = step.moves[0].flow.get(actor)
    if flow is None or (step.when is not None and not bool(step.when.evaluate(env))):
        return 0.0
    return float(flow.evaluate(env))
