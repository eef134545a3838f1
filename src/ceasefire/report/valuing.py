"""What hidden facts are worth and what next moves teach, as text for the command line; 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.explore.weighing.proposals import FEWEST_EFFECTIVE
from ceasefire.report.exploring import Told
from ceasefire.report.speech import plain

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.explore.choice.information import Teaching, Worth
    from ceasefire.explore.choice.valued import Valued

WHOLE = ("types", "everything")


def value_text(found: Valued, case: Case, language: str = "en") -> str:
    """Return what knowing is worth in sentences, facts and steps in the order of the case."""
    told = Told(case, language)
    want = "value.less" if found.less else "value.more"
    lines = [told.item(told.status(), "")]
    lines += [told.item(told.t("value.intro", objective=told.query(found.objective), want=told.t(want)), "")]
    choice = told.t("value.choice", plan=_plan(told, found.choice), reached=told.speech.percent(found.reached))
    lines += [told.item(choice, ""), told.item(told.t("value.draws", count=found.draws), "")]
    lines += [told.item(told.t("value.few"), "")] if found.draws < FEWEST_EFFECTIVE else []
    lines.append("")
    lines += [told.item(_fact(told, one)) for one in found.facts if one.distinguishable is None]
    lines += [told.item(one) for one in _parameters(told, found.facts)]
    lines += ["", told.item(told.t("value.moves"), "")] if found.next_moves else []
    lines += [told.item(_teaches(told, one, found.next_moves)) for one in found.next_moves]
    return "\n".join(lines)


def _plan(told: Told, name: str) -> str:
    if not name:
        return plain(told.t("cell.no_plan"))
    plan = told.case.plans.get(name)
    return plain(told.titles.text(plan.title if plan else None, name))


def _fact(told: Told, one: Worth) -> Markup:
    title = told.t(f"value.{one.name}") if one.name in WHOLE else told.titles.factor(one.name)
    said = _worth(told, title, one)
    if len(set(one.choices.values())) < 2:
        return said if one.name in WHOLE else Markup("{} {}").format(said, told.t("value.same"))
    return Markup("{} {}").format(said, _changes(told, one))


def _worth(told: Told, fact: Markup, one: Worth) -> Markup:
    known = isfinite(one.error)
    error = told.t("value.error", error=_points(told, one.error)) if known else told.t("value.error.none")
    return told.t("value.fact", fact=fact, points=_points(told, one.value), error=error)


def _changes(told: Told, one: Worth) -> Markup:
    parts = [
        told.t("value.if", label=_label(told, one.name, label), plan=_plan(told, plan))
        for label, plan in one.choices.items()
    ]
    return told.t("value.changes", choices=Markup("; ").join(parts))


def _label(told: Told, name: str, label: str) -> Markup:
    if "." not in name:
        return told.t(f"value.{label}")
    actor, _, dimension = name.partition(".")
    return told.titles.type_label(actor, dimension, label)


def _parameters(told: Told, facts: tuple[Worth, ...]) -> Iterator[Markup]:
    """Yield the parameters that are worth knowing, and how many are not told from nothing."""
    known = [one for one in facts if one.distinguishable]
    for one in known:
        said = _worth(told, told.parameter(one.name), one)
        yield Markup("{} {}").format(said, _changes(told, one)) if len(set(one.choices.values())) > 1 else said
    others = sum(one.distinguishable is False for one in facts)
    if others:
        yield told.t("value.indistinguishable", count=others)


def _teaches(told: Told, one: Teaching, among: tuple[Teaching, ...]) -> Markup:
    most = max(among, key=lambda other: other.bits)
    bits, entropy = told.speech.number(round(one.bits, 3), 2), told.speech.number(round(one.entropy, 2), 2)
    said = told.t("value.teaches", step=told.titles.step(one.step), bits=bits, entropy=entropy)
    return Markup("{} {}").format(said, told.t("value.most")) if one is most and one.bits > 0 else said


def _points(told: Told, x: float) -> Markup:
    return told.speech.points(x, sign=False)
