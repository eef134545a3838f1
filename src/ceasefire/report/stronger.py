"""What if a hidden factor is higher than the others think: along the map, in the rows where the case puts its types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ceasefire.forecast.model import FactorMap, MapCell
from ceasefire.report.figures.factor_map import axes
from ceasefire.report.results import LIMIT
from ceasefire.report.sentences import Sentences

PURE = ("", "weight", "share", "ratio", "probability")
"""Units that a sentence leaves out: the number is one without a unit."""


@dataclass(frozen=True)
class Row:
    """One row of the map: the second factor, the hidden types there, and the cells that the record leaves."""

    y: float
    types: tuple[str, ...]
    cells: tuple[MapCell, ...]

    @property
    def told(self) -> bool:
        """Whether the record leaves enough to go along."""
        return len(self.cells) > 1


def rows(given: FactorMap) -> list[Row]:
    """Return the rows nearest to the types of the case, the lowest first; without types the row that fits best."""
    if not given.cells:
        return []
    ys = axes(given)[1]
    types: dict[float, tuple[str, ...]] = {}
    for one in given.types:
        y = min(ys, key=lambda y: abs(y - one["y"])) if given.y_name else ys[0]
        types[y] = (*types.get(y, ()), str(one["name"]))
    if not types:
        types[max(given.cells, key=lambda cell: cell.log_likelihood).y] = ()
    return [Row(y, types[y], _kept(given, y)) for y in sorted(types)]


def _kept(given: FactorMap, y: float) -> tuple[MapCell, ...]:
    return tuple(sorted((one for one in given.cells if one.y == y and not one.grey), key=lambda one: one.x))


def stronger(s: Sentences, given: FactorMap) -> Markup:
    """Return the headline at both ends of each row; nothing where the record leaves no row."""
    found = rows(given)
    told = [_along(s, given, row) for row in found if row.told]
    if not told:
        return Markup("")
    said = s.t("answer.stronger", headline=s.query(given.headline), rows=Markup("; ").join(told))
    for row in found:
        if not row.told and given.y_name and row.types:
            said += s.t("answer.stronger.unlikely", **_place(s, given, row))
    return said


def _along(s: Sentences, given: FactorMap, row: Row) -> Markup:
    low, high = row.cells[0], row.cells[-1]
    return s.t(
        "answer.stronger.row",
        p_low=s.speech.percent(low.p),
        p_high=s.speech.percent(high.p),
        x_low=_with_unit(s, low.x, given.x_unit),
        x_high=_with_unit(s, high.x, given.x_unit),
        between=_between(s, [one.p for one in row.cells]),
        beside=_beside(s, given, row) if given.y_name else Markup(""),
    )


def _between(s: Sentences, p: Sequence[float]) -> Markup:
    """Return how far the numbers between two ends go beyond both, where they clearly do."""
    ends = (p[0], p[-1])
    said = Markup("")
    if max(p) > max(ends) + LIMIT:
        said += s.t("answer.stronger.up_to", p=s.speech.percent(max(p)))
    if min(p) < min(ends) - LIMIT:
        said += s.t("answer.stronger.down_to", p=s.speech.percent(min(p)))
    return said


def _beside(s: Sentences, given: FactorMap, row: Row) -> Markup:
    """Return the second factor of a row, with the letters of the types there."""
    key = "answer.stronger.beside" if row.types else "answer.stronger.beside_none"
    return s.t(key, **_place(s, given, row))


def _place(s: Sentences, given: FactorMap, row: Row) -> dict[str, Markup]:
    letters, owner = s.titles.letters(), given.x_name.partition(".")[0]
    names = s.listed(Markup("{}").format(letters.get((owner, name), name)) for name in row.types)
    return {
        "factor": s.titles.factor(given.y_name),
        "value": _with_unit(s, row.y, given.y_unit),
        "types": s.t("answer.stronger.types", count=len(row.types), names=names),
    }


def _with_unit(s: Sentences, x: float, unit: str) -> Markup:
    said = Markup(s.speech.number(x, 2))
    return said if unit in PURE else s.t("number.with_unit", x=said, unit=s.speech.unit(unit))
