"""Premises that move numbers but no margin of their own argument's conclusions: the number that each moves."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ceasefire.forecast.model import Arrow
from ceasefire.report.argument.effects import NOTHING, effect
from ceasefire.report.argument.entries import Entry, link
from ceasefire.report.argument.measures import unconditional
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, columns


def unmoved_table(s: Sentences, rows: Sequence[Entry], given: Sequence[Arrow]) -> list[Table]:
    """Return the table of premises whose row of the map is empty; none where there is no such premise."""
    there = {one.premise for one in given if effect(one) != NOTHING}
    empty = [one for one in rows if one.id not in there and one.result.changed and one.verdict in ("carries", "moves")]
    if not empty:
        return []
    told = tuple(_row(s, one) for one in empty)
    return [Table(columns(s, "premise:role moved_number moved_by#"), told, s.t("table.argument.numbers"), wide=True)]


def _row(s: Sentences, entry: Entry) -> tuple[Markup, Markup, Markup]:
    one = entry.result
    change = s.t("cell.points", x=s.speech.points(one.largest_change))
    if one.changed_from is not None and one.largest_change is not None:
        before, after = (s.speech.percent(x) for x in (one.changed_from, one.changed_from + one.largest_change))
        change = s.t("claims.before_after", before=before, after=after, change=change)
    return link(entry.id), unconditional(s, one.changed), change
