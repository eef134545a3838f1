"""Plans side by side, as text for the command line: 80 columns, in the order of the case, never as a ranking."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.exploring import COLUMNS, Told
from ceasefire.report.speech import plain

if TYPE_CHECKING:
    from ceasefire.case.evidence import Text
    from ceasefire.case.mechanism import StatusVariable
    from ceasefire.case.model import Case
    from ceasefire.explore.choice.compare import Cell, Compared, Comparison, Measure, Option, Regret

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
        said: list[Markup] = []
        for rule in rules:
            move, _, when = rule.partition(": ")
            title = told.t("compare.equilibrium") if move == "equilibrium" else told.titles.move(step, move)
            said.append(_rule(told, title, when, is_first=not said))
        steps.append(Markup("{}: {}").format(told.titles.step(step), Markup(", ").join(said)))
    return told.t(
        "compare.known" if one.known else "compare.unknown",
        plan=_title(told, case, one.name),
        steps=Markup("; ").join(steps),
        count=one.draws,
    )


def _rule(told: Told, move: Markup, when: str, *, is_first: bool) -> Markup:
    """Return one rule of a plan; what is always done comes after rules that did not fit."""
    if when == "always":
        return move if is_first else told.t("compare.else", move=move)
    return told.t("compare.rule", move=move, when=_condition(told, when)) if when else move


def _condition(told: Told, text: str) -> Markup:
    """Return a condition in words where it names labels of statuses and nothing else, else as it is written."""
    parts = re.split(r" (and|or) ", text)
    found = [re.fullmatch(r"(\w+) == (\w+)", one) for one in parts[::2]]
    statuses = {status.name: status for status in told.case.statuses}
    if not all(one and one[1] in statuses and one[2] in statuses[one[1]].labels for one in found):
        return Markup("{}").format(text)
    said = [_is_label(told, statuses[one[1]], one[2]) for one in found if one]
    joints = [told.t(f"compare.{word}") for word in parts[1::2]]
    return Markup(" ").join(x for pair in zip(said, [*joints, Markup("")], strict=True) for x in pair if x)


def _is_label(told: Told, status: StatusVariable, label: str) -> Markup:
    return told.t("compare.is", status=told.titles.text(status.title, status.name), label=told.titles.label(label))


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
        value = _level(told, row.measure, cell)
        three = cell.change, cell.change_low, cell.change_high
        change = _spread(told, row.measure, three, cell.change_error, is_change=True)
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


def _level(told: Told, measure: Measure, cell: Cell) -> str:
    """Return a level with its interval; with its error where intervals are withheld."""
    if cell.low is None or cell.high is None:
        return _spread(told, measure, (cell.value, None, None), cell.error)
    return _spread(told, measure, (cell.value, cell.low, cell.high), None)


def _spread(
    told: Told,
    measure: Measure,
    three: tuple[float | None, float | None, float | None],
    error: float | None,
    *,
    is_change: bool = False,
) -> str:
    """Return a level or a change with its interval, where there is one, and its error, where that is given."""
    value, low, high = three
    if value is None:
        return "–"
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
