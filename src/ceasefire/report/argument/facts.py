"""A fact of an argument beside what the record says: the question, the items or rows that bear on it, their sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ceasefire.report.inputs import reference
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import lines, parameter_title

if TYPE_CHECKING:
    from ceasefire.case.evidence import RecordItem
    from ceasefire.forecast.model import ClaimResult

SIGNS = {"<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}


def asked(s: Sentences, fact: Mapping[str, Any]) -> Markup:
    """Return what the argument says, beside what the record was asked."""
    if "count" in fact:
        return s.t("claims.fact.count", what=question(s, fact), said=_said(s, str(fact["is"])))
    if "date" in fact:
        day = str(fact["is"])
        when = s.speech.date(day) if len(day) == 10 else s.speech.month(f"{day}-01")
        return s.t("claims.fact.value", what=question(s, fact), said=when)
    if "is" in fact:
        return s.t("claims.fact.value", what=question(s, fact), said=_said(s, str(fact["is"])))
    if "order" in fact:
        return s.t("claims.fact.order", items=question(s, fact))
    if "items" in fact:
        because = fact.get("because")
        return s.t("claims.fact.because", why=s.speech.pick(because)) if because else s.t("claims.fact.items")
    return s.t("claims.fact.nothing")


def question(s: Sentences, fact: Mapping[str, Any]) -> Markup:
    """Return what a fact asks the record, without the argument's answer."""
    if "count" in fact:
        step, _, move = fact["count"].partition(".")
        title = s.titles.step(step)
        what = s.t("cell.move", step=title, move=s.titles.move(step, move)) if move else title
        return s.t("claims.fact.events", what=what, span=_span(s, fact))
    if "value" in fact:
        return s.titles.row(fact["value"])
    if "parameter" in fact:
        return parameter_title(s, fact["parameter"])
    names = [fact["date"]] if "date" in fact else [*fact.get("order", ()), *fact.get("items", ())]
    return s.listed(s.t("claims.fact.event", what=_item_title(s, name)) for name in names)


def _said(s: Sentences, text: str) -> Markup:
    """Return a number, or a comparison with one, in words."""
    text = text.strip()
    sign = next((one for one in SIGNS if text.startswith(one)), "")
    try:
        number = s.speech.number(float(text.removeprefix(sign)), 6)
    except ValueError:
        return Markup("{}").format(text)
    return Markup("{} {}").format(s.t(f"sign.{SIGNS[sign]}"), number) if sign else Markup(number)


def _span(s: Sentences, fact: Mapping[str, Any]) -> Markup:
    """Return the days between which events are counted."""
    since, until = fact.get("since"), fact.get("until") or s.case.calendar.as_of
    parts = [s.t("claims.since", date=s.speech.date(since))] if since else []
    parts += [s.t("claims.until", date=s.speech.date(until))] if until else []
    return Markup(" ").join([Markup(""), *parts])


def found(s: Sentences, fact: Mapping[str, Any], result: ClaimResult) -> Markup:
    """Return what the record says: numbers, then every item or row with where it comes from."""
    parts: list[Markup] = []
    if result.value is not None:
        parts.append(s.t("claims.fact.number", value=s.speech.number(result.value, 6)))
    items = [_item(s, item) for item in _items(s, fact)]
    parts += items
    if "value" in fact:
        parts.append(s.titles.row(fact["value"]))
    if "parameter" in fact and fact["parameter"] in s.case.parameters:
        parts.append(parameter_origin(s, fact["parameter"]))
    if result.detail and not items and "parameter" not in fact:
        parts.append(Markup('<span class="name">{}</span>').format(result.detail))
    return lines(parts) if parts else s.t("claims.fact.nothing_found")


def _items(s: Sentences, fact: Mapping[str, Any]) -> Iterable[RecordItem]:
    if "count" in fact:
        step, _, move = fact["count"].partition(".")
        since, until = fact.get("since", dt.date.min), fact.get("until") or s.case.calendar.as_of or dt.date.max
        coded = (item for item in s.case.record.items if item.step == step and since <= item.date <= until)
        return [item for item in coded if not move or move in (*item.moves, *item.also)]
    names = [fact["date"]] if "date" in fact else [*fact.get("order", ()), *fact.get("items", ())]
    return [item for name in names for item in s.case.record.items if item.name == name]


def _item(s: Sentences, item: RecordItem) -> Markup:
    flags = [s.t(f"flag.{key}") for key in ("unsourced", "hindsight") if getattr(item, key)]
    flags += [] if item.active else [s.t("flag.off")]
    flags += [s.t("claims.grade", grade=item.grade)] if item.grade else []
    said = s.t("claims.item", date=s.speech.day(item.date), what=_item_title(s, item.name))
    beside = Markup("; ").join(flags)
    told = Markup('{} <span class="note">{}</span>').format(said, beside) if flags else said
    return Markup("{} {}").format(told, reference(s, item.source)) if item.source else told


def _item_title(s: Sentences, name: str) -> Markup:
    title = next((item.title for item in s.case.record.items if item.name == name), None)
    return s.titles.text(title, name)


def parameter_origin(s: Sentences, name: str) -> Markup:
    """Return a parameter with its value, its range and where it comes from."""
    one = s.case.parameters[name]
    low, high = (s.speech.number(float(one.prior.quantile(q))) for q in (0.1, 0.9))
    said = s.t(
        "claims.parameter",
        name=parameter_title(s, name),
        value=s.speech.number(one.prior.median()),
        span=s.t("number.range", low=low, high=high),
        unit=s.speech.unit(one.unit),
    )
    origin = reference(s, one.source) if one.source else Markup("")
    if one.assumed:
        origin = s.t("cell.assumed", why=s.speech.pick(one.assumed))
    return Markup("{} {}").format(said, origin)
