"""Plans side by side, as text for the command line: 80 columns, in the order of the case, never as a ranking."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.exploring import COLUMNS, Told
from ceasefire.report.speech import plain

if TYPE_CHECKING:
    from ceasefire.case.evidence import Text
    from ceasefire.case.model import Case
    from ceasefire.explore.choice.compare import Compared, Comparison, Measure, Option, Regret

WIDTHS = (27, 21, 32)
"""Columns of the tables: plan, number, change or regret."""


def comparison_text(found: Comparison, case: Case, language: str = "en") -> str:
    """Return plans side by side in words and tables."""
    told = Told(case, language)
    lines = [told.item(told.status(), ""), told.item(told.t("compare.intro", count=found.draws), "")]
    lines += [told.item(told.t("compare.withheld"), "")] if found.withheld else []
    lines += ["", *(told.item(_option(told, case, one)) for one in found.plans)]
    for row in found.rows:
        lines += ["", *_table(told, case, row)]
    lines += ["", told.item(told.t("compare.regret"), "")]
    for row in found.rows:
        if row.measure.kind != "side" and row.regret_if_more:
            lines += ["", *_regrets(told, case, row)]
    return "\n".join(lines)


def _title(told: Told, case: Case, name: str) -> str:
    """Return what a plan is called; joined and unknown ones by the titles of their parts."""
    from ceasefire.explore.choice.compare import UNKNOWN

    if not name:
        return plain(told.t("cell.no_plan"))
    bare = name.removesuffix(UNKNOWN)
    parts = [told.titles.text(_own(case, one), one) for one in bare.split("+")]
    title = plain(Markup(" + ").join(parts))
    return plain(told.t("cell.unknown", plan=title)) if bare != name else title


def _own(case: Case, name: str) -> Text | None:
    plan = case.plans.get(name)
    return plan.title if plan else None


def _option(told: Told, case: Case, one: Option) -> Markup:
    steps = []
    for step, rules in one.steps.items():
        said = []
        for rule in rules:
            move, _, when = rule.partition(": ")
            title = told.t("compare.equilibrium") if move == "equilibrium" else told.titles.move(step, move)
            said.append(told.t("compare.rule", move=title, when=when) if when else title)
        steps.append(Markup("{}: {}").format(told.titles.step(step), Markup(", ").join(said)))
    return told.t(
        "compare.known" if one.known else "compare.unknown",
        plan=_title(told, case, one.name),
        steps=Markup("; ").join(steps),
        draws=one.draws,
    )


def _heading(told: Told, measure: Measure) -> Markup:
    if measure.kind == "probability":
        return told.query(measure.name)
    if measure.kind == "payoff":
        return told.t("compare.payoff", actor=told.titles.actor(measure.name))
    stock, unit = told.titles.stock(measure.name), told.speech.unit(measure.unit)
    return told.t("compare.side", stock=stock, unit=unit, date=told.speech.date(measure.date))


def _table(told: Told, case: Case, row: Compared) -> Iterator[str]:
    yield told.item(_heading(told, row.measure), "")
    yield from _row(*(plain(told.t(f"compare.column.{name}")) for name in ("plan", "value", "change")))
    for cell in row.cells:
        value = _spread(told, row.measure, cell.value, cell.low, cell.high)
        change = _spread(told, row.measure, cell.change, cell.change_low, cell.change_high, cell.change_error)
        yield from _row(_title(told, case, cell.plan), value, change if cell.plan else "")


def _regrets(told: Told, case: Case, row: Compared) -> Iterator[str]:
    yield told.item(_heading(told, row.measure), "")
    yield from _row(*(plain(told.t(f"compare.column.{name}")) for name in ("plan", "more", "less")))
    for more, less in zip(row.regret_if_more, row.regret_if_less, strict=True):
        yield from _row(_title(told, case, more.plan), *(_loss(told, row.measure, x) for x in (more, less)))


def _loss(told: Told, measure: Measure, x: Regret) -> str:
    mean = _size(told, measure, x.mean)
    return mean if x.p90 is None else plain(told.t("compare.loss", mean=mean, p90=_size(told, measure, x.p90)))


def _row(*cells: str) -> Iterator[str]:
    """Yield a row of a table; long names take more lines."""
    wrapped = [
        textwrap.wrap(cell.replace("\xa0", " "), width - 1) or [""] for cell, width in zip(cells, WIDTHS, strict=True)
    ]
    for k in range(max(map(len, wrapped))):
        parts = [(part[k] if k < len(part) else "").ljust(width) for part, width in zip(wrapped, WIDTHS, strict=True)]
        yield "".join(parts)[:COLUMNS].rstrip()


def _spread(
    told: Told,
    measure: Measure,
    value: float | None,
    low: float | None,
    high: float | None,
    error: float | None = None,
) -> str:
    """Return a level with its interval, or (with an error) a change with its interval and error."""
    if value is None:
        return "–"
    is_change = error is not None
    text = _say(told, measure, value, is_change=is_change)
    if low is not None and high is not None:
        ends = (_say(told, measure, x, is_change=is_change) for x in (low, high))
        text += f" [{'; '.join(ends)}]"
    return f"{text} ±{_size(told, measure, error)}" if error is not None else text


def _say(told: Told, measure: Measure, x: float, *, is_change: bool) -> str:
    """Return a level or a change; a probability in per cent, its change in points."""
    if measure.kind == "probability":
        return plain(told.speech.points(x) if is_change else told.speech.percent(x))
    return told.speech.change(x) if is_change else told.speech.number(x)


def _size(told: Told, measure: Measure, x: float) -> str:
    """Return a size without sign, probabilities in points."""
    return plain(told.speech.points(x, sign=False)) if measure.kind == "probability" else told.speech.number(x, 2)
