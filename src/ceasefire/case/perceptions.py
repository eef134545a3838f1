"""Who sees a parameter otherwise than the case does, and whether the others know.

*Open*: everybody knows how each actor sees it. *Hidden*: whoever sees it otherwise thinks that all see it so, and the
others think that all see it as the case does. There are then two views at most: that of the case, and one other.
*None*: all see what the case says. *Shared*: all see what the other view says; the game in the mind of its holders.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults
from ceasefire.case.values import place_of
from ceasefire.case.variant import Variant
from ceasefire.errors import Fault, InputError

CODES: dict[str, str] = {
    "C231": "Hidden perceptions give actors more than one view beside that of the case.",
}
Perceptions = Literal["open", "hidden", "none", "shared"]


def perceived(case: Case) -> dict[str, dict[str, str]]:
    """Return, by actor who sees something otherwise, the parameter that stands for each parameter so seen."""
    found: dict[str, dict[str, str]] = {}
    for name, parameter in case.parameters.items():
        for actor, other in parameter.perceived_by.items():
            found.setdefault(actor, {})[name] = other
    return found


def perceptions_of(case: Case, variant: Variant) -> Perceptions:
    """Return how a variant takes perceptions: as it says, else as the case does; "none" where there are none."""
    if not any(parameter.perceived_by for parameter in case.parameters.values()):
        return "none"
    return variant.perceptions or case.perceptions


def other_view(case: Case) -> Mapping[str, str]:
    """Return the one set of perceptions beside the case's own values: parameter by parameter; empty without any.

    Raises
    ------
    InputError
        C231 where actors have different ones.
    """
    faults = too_many_views(case)
    if faults:
        raise InputError(faults)
    return next(iter(perceived(case).values()), {})


def too_many_views(case: Case) -> list[Fault]:
    """C231: all actors who see something otherwise see the same things in the same way."""
    views = perceived(case)
    first = next(iter(views), "")
    for actor, view in views.items():
        if view == views[first]:
            continue
        name = next(n for n in (*view, *views[first]) if view.get(n) != views[first].get(n))
        where = case.parameters[name].perceived_by
        return [
            Fault(
                "C231",
                f"hidden perceptions allow two views, that of the case and one other, but {first} and {actor} "
                "each have a view of their own",
                place_of(next(iter(where)), case.parameters[name].place),
                found=f"{name}: {_said(view.get(name))} for {actor}, {_said(views[first].get(name))} for {first}",
                expected="the same perceived_by entries for every actor who has any",
                hint="give both actors the same perceived values, or write perceptions: open",
            )
        ]
    return []


def _said(name: str | None) -> str:
    return name or "as in the case"


def check_views(case: Case, faults: Faults) -> None:
    """C231, where the case says that perceptions are hidden."""
    if case.perceptions == "hidden":
        faults.extend(too_many_views(case))
