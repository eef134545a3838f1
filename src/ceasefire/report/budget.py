"""The solve budget as a person reads it, before the draws start."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ceasefire.report.speech import Speech, plain

if TYPE_CHECKING:
    from ceasefire.explore.ensemble.budget import Line

COLUMNS = 80


def budget_lines(lines: Sequence[Line], language: str = "en") -> str:
    """Return what is going to be solved, and about how much processor time it takes; nothing where there is no work."""
    if not lines:
        return ""
    speech = Speech(language)
    rows = [plain(_row(speech, line)) for line in lines]
    known = [line.seconds for line in lines if line.seconds is not None]
    total = speech.t("budget.total", minutes=_minutes(speech, sum(known))) if known else ""
    text = [plain(speech.t("budget.title")), *(f"- {row}" for row in rows), plain(total)]
    wrapped = (textwrap.fill(one, COLUMNS, subsequent_indent="  " if one.startswith("- ") else "") for one in text)
    return "\n".join(one for one in wrapped if one) + "\n"


def _row(speech: Speech, line: Line) -> str:
    what = speech.t(f"budget.{line.part}", draws=line.draws, solutions=line.solutions)
    return f"{what}, {_minutes(speech, line.seconds)}" if line.seconds is not None else str(what)


def _minutes(speech: Speech, seconds: float) -> str:
    return str(speech.t("budget.minutes", minutes=max(1, round(seconds / 60))))
