"""What each misperception costs whom, as text for the command line: 80 columns, in the order of the case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.exploring import COLUMNS, Told
from ceasefire.report.speech import plain

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.explore.choice.perceive import Course, Held, Misperceived, Perceived, Row

WIDTHS = (40, 19, 21)
"""Columns: how it is played, number, change."""


def perceived_text(found: Perceived, case: Case, language: str = "en") -> str:
    """Return what misperceptions cost in words and tables."""
    told = Told(case, language)
    lines = [
        told.item(told.status(), ""),
        told.item(told.t("perceive.intro", paths=told.speech.number(found.paths)), ""),
    ]
    lines += ["", *(told.item(_seen(told, one)) for one in found.misperceptions)]
    for row in found.rows:
        lines += ["", *_table(told, row)]
    if found.beliefs:
        lines += [
            "",
            told.item(told.t("perceive.beliefs"), ""),
            *(told.item(_held(told, one)) for one in found.beliefs),
        ]
    return "\n".join(lines)


def _seen(told: Told, one: Misperceived) -> Markup:
    return told.t(
        "perceive.seen",
        actors=Markup(", ").join(told.titles.actor(name) for name in one.by),
        parameter=told.parameter(one.parameter),
        seen=told.speech.number(one.seen),
        value=told.speech.number(one.value),
        unit=told.speech.unit(told.case.parameters[one.parameter].unit),
    )


def _table(told: Told, row: Row) -> Iterator[str]:
    is_payoff = row.kind == "payoff"
    heading = told.t("perceive.payoff", actor=told.titles.actor(row.name)) if is_payoff else told.query(row.name)
    yield told.item(heading, "")
    yield _line(*(plain(told.t(f"perceive.column.{name}")) for name in ("course", "value", "change")))
    for cell in row.cells:
        change = _say(told, cell.change, cell.change_error, is_payoff=is_payoff, is_change=True)
        yield _line(
            _course(told, cell.course),
            _say(told, cell.value, cell.error, is_payoff=is_payoff),
            "" if cell.course.perceptions == "none" else change,
        )


def _course(told: Told, course: Course) -> str:
    if course.only:
        return plain(told.t("perceive.only", parameter=course.only))
    return plain(told.t(f"perceive.course.{course.perceptions}"))


def _say(told: Told, x: float | None, error: float | None, *, is_payoff: bool, is_change: bool = False) -> str:
    """Return a level or a change with its standard error; a probability in per cent, its change in points."""
    if x is None or error is None:
        return "–"
    if is_payoff:
        return f"{told.speech.change(x) if is_change else told.speech.number(x)} ±{told.speech.number(error, 2)}"
    level = told.speech.points(x) if is_change else told.speech.percent(x)
    return f"{plain(level)} ±{plain(told.speech.points(error, sign=False))}"


def _line(*cells: str) -> str:
    parts = (cell.replace("\xa0", " ").ljust(width - 1) + " " for cell, width in zip(cells, WIDTHS, strict=True))
    return "".join(parts)[:COLUMNS].rstrip()


def _held(told: Told, one: Held) -> Markup:
    return told.t(
        "perceive.held",
        date=told.speech.date(one.date),
        actor=told.titles.actor(one.actor),
        type=one.type.replace("_", " "),
        in_case=told.speech.percent(one.in_case),
        in_other=told.speech.percent(one.in_other),
    )
