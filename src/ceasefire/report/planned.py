"""Headlines under plans: levels, and changes from no plan with their interval or the reason why they have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report import results
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, change, columns, size


def plans(s: Sentences) -> list[tuple[Markup, Table]]:
    """Return, for each headline that a plan can change, what it is without a plan and under each, in the case's order."""
    found = []
    for text in dict.fromkeys(row["query"] for plan in s.forecast.plans.values() for row in plan["headlines"]):
        by_plan = {
            name: row for name, plan in s.forecast.plans.items() for row in plan["headlines"] if row["query"] == text
        }
        if all(row.get("change") == 0 for row in by_plan.values()):
            continue
        base = results.headline(s.forecast, text)
        rows = [(s.t("cell.no_plan"), _level(s, base) if base else Markup("–"), Markup("–"))]
        rows += [_planned(s, name, row, base.unit if base else "") for name, row in by_plan.items()]
        changes = "change#" if base is None or base.unit in results.PROBABILITY else "change_with_unit#"
        found.append((s.query(text), Table(columns(s, f"plan:known number#:probability {changes}"), tuple(rows))))
    return found


def _planned(s: Sentences, name: str, row: Mapping[str, Any], unit: str) -> tuple[Markup, Markup, Markup]:
    plan = s.forecast.plans[name]
    title = s.titles.text(plan.get("title"), name)
    if not plan.get("known", True):
        title = s.t("cell.unknown", plan=title)
    said, error = _points(s, row.get("change"), unit), row.get("change_error")
    if error and row.get("change") is not None:
        said = s.t("cell.plus_minus", x=said, error=size(s, error, unit))
    around = interval(s, row, unit)
    return title, _level(s, _there(s, row, unit)), _around(said, around) if around else said


def with_interval(s: Sentences, row: Mapping[str, Any], unit: str) -> Markup:
    """Return the change that a plan makes, with its interval; without draws with its sampling error."""
    said = (
        s.t("cell.points", x=s.speech.points(row["change"]))
        if unit in results.PROBABILITY
        else _points(s, row["change"], unit)
    )
    around = interval(s, row, unit)
    if not around and row.get("change_error"):
        around = s.t("number.sampling", points=size(s, row["change_error"], unit))
    return _around(said, around) if around else said


def interval(s: Sentences, row: Mapping[str, Any], unit: str) -> Markup:
    """Return the interval of a change, or why it has none; nothing where nothing was drawn or nothing changed."""
    if not s.drawn or row.get("change") is None:
        return Markup("")
    low, high, why = row.get("change_low"), row.get("change_high"), _there(s, row, unit).why
    if why:
        return s.t(f"number.no_interval.{why}")
    if low is None or high is None:
        return s.t("number.no_interval.none")
    return s.t("number.range", low=_points(s, low, unit), high=_points(s, high, unit))


def _around(said: Markup, around: Markup) -> Markup:
    return Markup('{} <span class="unsure">[{}]</span>').format(said, around)


def _points(s: Sentences, x: float | None, unit: str) -> Markup:
    return s.speech.points(x) if unit in results.PROBABILITY else change(s, x, unit)


def _there(s: Sentences, row: Mapping[str, Any], unit: str) -> results.Headline:
    """Return a headline under a plan; a plan that was asked of no draw stays at nominal values."""
    there = results.over_draws(s.forecast, row.get("value"), row.get("low"), row.get("high"))
    why = "conditions" if there.drawn and row.get("n") is None else there.why
    return replace(there, query=row["query"], text=row.get("text") or "", unit=unit, why=why)


def _level(s: Sentences, one: results.Headline) -> Markup:
    return s.headline(one) if one.drawn else s.value(one)


def notes(s: Sentences) -> list[Markup]:
    """Return of how many draws the plans were asked; nothing where nothing was drawn."""
    n = max((plan.get("draws") or 0 for plan in s.forecast.plans.values()), default=0)
    key = "plans.withheld" if is_withheld(s.forecast) else "plans.drawn"
    return [s.t(key, n=s.speech.number(n, 6))] if n else []


def same(s: Sentences) -> list[Markup]:
    """Return which plans give the same numbers everywhere, as they are printed, a sentence for each group."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, plan in s.forecast.plans.items():
        groups.setdefault(tuple(_printed(s, name, row) for row in plan["headlines"]), []).append(name)
    return [_same(s, names) for key, names in groups.items() if key and len(names) > 1]


def _printed(s: Sentences, name: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    base = results.headline(s.forecast, row["query"])
    return row["query"], *_planned(s, name, row, base.unit if base else "")[1:]


def _same(s: Sentences, names: Sequence[str]) -> Markup:
    titles = [s.t("title.quoted", title=s.titles.text(s.forecast.plans[name].get("title"), name)) for name in names]
    both = s.t("plans.and", first=s.listed(titles[:-1]), last=titles[-1])
    return s.t("plans.same", plans=both)
