"""What is assumed when a number is computed: a variant of the case, a plan, shadow types, no slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from ceasefire.case.formula import Formula
from ceasefire.case.model import Case
from ceasefire.case.perceptions import perceptions_of
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.store import key_of


@dataclass(frozen=True)
class Scenario:
    """An assumed course.

    Parameters
    ----------
    variant : Variant
    plan : str
        Name of a plan of the case; empty for none.
    no_slips : bool
        Whether moves worse than the best by more than 1/precision get probability zero.
    shadow : (actor, dimension, value), ...
        Type values that nobody believes in; at most one actor.
    start : int
        Where informed choices are started in the search for other equilibria; 0: the named one.
    """

    variant: Variant = field(default_factory=Variant)
    plan: str = ""
    no_slips: bool = False
    shadow: tuple[tuple[str, str, float], ...] = ()
    start: int = 0

    def with_variant(self, **changes: Any) -> Scenario:
        """Return the scenario with some fields of its variant changed."""
        return replace(self, variant=replace(self.variant, **changes))

    def setting(self, name: str, value: float) -> Scenario:
        """Return the scenario with one parameter or rival set."""
        return self.with_variant(settings={**self.variant.settings, name: float(value)})


def case_key(case: Case) -> str:
    """Return what stands for the case in keys: its hash, else (a case made by hand) one of its text."""
    return case.case_hash or key_of(text=repr(case))


def as_written(case: Case, variant: Variant) -> Variant:
    """Return a variant without the rivals that it sets to what they are in the case: the two have one game."""
    nominal = {name: float(rival.nominal) for name, rival in case.rivals.items()}
    told = {name: x for name, x in variant.settings.items() if nominal.get(name) != x}
    return variant if len(told) == len(variant.settings) else replace(variant, settings=told)


def run_key(case: Case, scenario: Scenario, settings: Settings) -> str:
    """Return the key of everything that a run depends on."""
    return key_of(
        case=case_key(case),
        variant=as_written(case, scenario.variant).key(),
        plan=scenario.plan,
        no_slips=scenario.no_slips,
        shadow=scenario.shadow,
        start=scenario.start,
        settings=settings.as_dict(),
    )


def solve_key(case: Case, scenario: Scenario, settings: Settings, needed: frozenset[str]) -> str:
    """Return the key of what the solution depends on; `needed` are the parameters that enter the game.

    Parameters of the world, side stocks and priors of types, the record and ``as_of`` need no new solve, except that
    a plan binds from ``as_of`` on. With hidden perceptions the game of those who see what is so is solved as without any.
    """
    v = as_written(case, scenario.variant)
    perceptions = perceptions_of(case, v)
    reduced = replace(
        v,
        settings={name: x for name, x in v.settings.items() if name in needed},
        type_prior={},
        without_items=frozenset(),
        without_unsourced=True,
        as_of=v.as_of if scenario.plan or v.halve_period else "",
        perceptions="none" if perceptions == "hidden" else perceptions,
    )
    return key_of(
        case=case_key(case),
        variant=reduced.key(),
        plan=scenario.plan,
        start=scenario.start,
        intervals=settings.intervals,
        refine=settings.refine,
        divide=settings.divide,
        preview=settings.preview,
        tolerance=settings.tolerance,
    )


def formulas_in(record: Any, skip: frozenset[str] = frozenset()) -> Iterator[Formula]:
    """Yield every formula inside records, mappings and sequences; fields named in `skip` are left out."""
    if isinstance(record, Formula):
        yield record
    elif is_dataclass(record) and not isinstance(record, type):
        for f in fields(record):
            if f.name not in skip:
                yield from formulas_in(getattr(record, f.name), skip)
    elif isinstance(record, Mapping):
        for part in record.values():
            yield from formulas_in(part, skip)
    elif isinstance(record, tuple | list):
        for part in record:
            yield from formulas_in(part, skip)


def _names(formulas: Iterable[Formula]) -> set[str]:
    return {name for formula in formulas for name in formula.names}


def game_parameters(case: Case) -> frozenset[str]:
    """Return the parameters and rivals on which the game and its solution depend."""
    parts = [*formulas_in((case.actors, case.stocks, case.steps, case.terminal), frozenset({"in_world"}))]
    parts += [formula for dimension in case.types for formula in dimension.values]
    names = _names(parts)
    while True:
        seen = {p for name in names if name in case.parameters for p in case.parameters[name].perceived_by.values()}
        if seen <= names:
            break
        names |= seen
    return frozenset(name for name in names if name in case.parameters or name in case.rivals)


def known_plan(case: Case, name: str) -> None:
    """Raise a fault where the case has no plan of that name."""
    if name and name not in case.plans:
        there = ", ".join(case.plans) or "none"
        raise InputError([Fault("Q109", f'the case has no plan "{name}"', found=name, expected=there)])
