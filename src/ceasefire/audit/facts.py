"""Facts of an argument held against the record.

A fact is *confirmed*, *contradicted*, *partly* confirmed, or *not in the record*. Numbers, counts, dates and orders are
computed; what a person must read is taken from the items that the claim names. An item without a source confirms
nothing by itself: what rests on such items alone is *partly* at best.
"""

from __future__ import annotations

import datetime as dt
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.case.claims import Claim
from ceasefire.case.evidence import RecordItem
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults
from ceasefire.case.numerals import cell_number, states_number
from ceasefire.case.sources import Tables, split_row

CONFIRMED, CONTRADICTED, PARTLY, ABSENT = "confirmed", "contradicted", "partly", "not in the record"

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Finding:
    """What the record says to a fact.

    Parameters
    ----------
    value, said : float or None
        The number in the record and the one in the argument, where the fact is a number.
    detail : str
        What was found: dates, numbers, names of items; no sentence, the same in every language.
    """

    verdict: str
    value: float | None = None
    said: float | None = None
    detail: str = ""


def hold_against_record(claim: Claim, case: Case) -> Finding:
    """Return what the record says to a fact."""
    fact: Any = claim.fact
    questions: dict[str, Callable[[Any, Case], Finding]] = {
        "count": _count,
        "date": _date,
        "value": _cell,
        "parameter": _parameter,
        "order": _order,
        "items": _items,
    }
    return next((ask(fact, case) for name, ask in questions.items() if name in fact), Finding(ABSENT))


def said_of(text: str) -> tuple[str, float]:
    """Return the comparison (empty: equals) and the number that a fact says."""
    match = re.fullmatch(r"\s*(<=|>=|<|>)?\s*(-?[\d.]+)\s*", text)
    assert match, text
    return match[1] or "", float(match[2])


def _within(sign: str, said: float, low: float, high: float) -> str:
    """Return the verdict on a number that the record puts between `low` and `high`."""
    agrees = _COMPARE[sign] if sign else operator.eq
    if agrees(low, said) and agrees(high, said):
        return CONFIRMED
    possible = agrees(low, said) or agrees(high, said) or (not sign and low <= said <= high)
    return PARTLY if possible else CONTRADICTED


def _named(items: Iterable[RecordItem]) -> str:
    return ", ".join(f"{item.name} ({item.date}{', unsourced' if item.unsourced else ''})" for item in items)


def _found(names: Sequence[str], case: Case) -> list[RecordItem]:
    by_name = {item.name: item for item in case.record.items}
    return [by_name[name] for name in names if name in by_name]


def _count(fact: Any, case: Case) -> Finding:
    step, _, move = fact["count"].partition(".")
    since = fact.get("since", dt.date.min)
    until = fact.get("until", case.calendar.as_of or dt.date.max)
    items = [item for item in case.record.items if item.step == step and since <= item.date <= until]
    sure = sum(_times(item, move, sure=True) for item in items)
    possible = sum(_times(item, move, sure=False) for item in items)
    counted = [item for item in items if _times(item, move, sure=False)]
    sign, said = said_of(fact["is"])
    complete = any(one.name == step and one.record == "complete" for one in case.steps)
    if not counted and not complete:
        return Finding(ABSENT, None, said)
    span = f"{sure}" if sure == possible else f"{sure}-{possible}"
    detail = f"{span}: {_named(counted)}" if counted else span
    return Finding(_within(sign, said, float(sure), float(possible)), float(sure), said, detail)


def _times(item: RecordItem, move: str, *, sure: bool) -> int:
    """Return how often an item counts; for sure only where it has a source and no other move is possible."""
    if sure and (item.unsourced or not item.active):
        return 0
    coded = any(not move or one == move for one in item.moves)
    certain = coded and (len(item.moves) == 1 or not move)
    return int(certain if sure else coded) + sum(not move or one == move for one in item.also)


def _date(fact: Any, case: Case) -> Finding:
    items = _found([fact["date"]], case)
    if not items:
        return Finding(ABSENT, detail=fact["date"])
    fits = items[0].date.isoformat().startswith(fact["is"])
    if items[0].unsourced:
        return Finding(PARTLY if fits else ABSENT, detail=_named(items))
    return Finding(CONFIRMED if fits else CONTRADICTED, detail=_named(items))


def _cell(fact: Any, case: Case) -> Finding:
    sign, said = said_of(fact["is"])
    place = split_row(fact["value"])
    row = Tables(case.folder, Faults()).row(*place) if place else None
    if row is None:
        return Finding(ABSENT, None, said, fact["value"])
    column = fact.get("column") or ("central" if "central" in row.cells else "value")
    cells = {name: row.cells.get(name, "") for name in (column, "low", "high")}
    stated = {name: number for name, cell in cells.items() if (number := cell_number(cell)) is not None}
    ends = " .. ".join(cell for cell in (cells["low"], cells["high"]) if cell)
    detail = f"{cells[column] or '-'} {f'[{ends}] ' if ends else ''}({fact['value']})"
    if not stated:
        return Finding(ABSENT, None, said, detail)
    value = stated.get(column)
    if not sign and cells[column] and states_number(f"{cells[column]} {row.cells.get('unit', '')}", said):
        return Finding(CONFIRMED, said, said, detail)
    verdict = _within(sign, said, min(stated.values()), max(stated.values()))
    return Finding(verdict, value, said, detail)


def _parameter(fact: Any, case: Case) -> Finding:
    sign, said = said_of(fact["is"])
    parameter = case.parameters.get(fact["parameter"])
    if parameter is None:
        return Finding(ABSENT, None, said, fact["parameter"])
    low, value, high = (float(x) for x in parameter.prior.quantile([0.1, 0.5, 0.9]))
    detail = f"{parameter.name}: {value:g} ({low:g} .. {high:g}) {parameter.unit}".strip()
    if parameter.source is None:
        return Finding(ABSENT, value, said, detail)
    digits = len(fact["is"].partition(".")[2].strip())
    if (_COMPARE[sign](value, said)) if sign else round(value, digits) == said:
        return Finding(CONFIRMED, value, said, detail)
    return Finding(_within(sign, said, low, high), value, said, detail)


def _order(fact: Any, case: Case) -> Finding:
    items = _found(fact["order"], case)
    if len(items) < max(2, len(fact["order"])):
        return Finding(ABSENT, detail=_named(items))
    pairs = list(itertools.pairwise(items))
    if any(first.date > second.date for first, second in pairs):
        return Finding(CONTRADICTED, detail=_named(items))
    strict = all(first.date < second.date for first, second in pairs) and not any(item.unsourced for item in items)
    return Finding(CONFIRMED if strict else PARTLY, detail=_named(items))


def _items(fact: Any, case: Case) -> Finding:
    items = _found(fact["items"], case)
    if not items:
        return Finding(ABSENT, detail=", ".join(fact["items"]))
    complete = len(items) == len(fact["items"]) and not any(item.unsourced for item in items)
    return Finding(fact.get("shows", CONFIRMED) if complete else PARTLY, detail=_named(items))
