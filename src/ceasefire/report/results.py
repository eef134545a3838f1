"""Find in a forecast what the sentences and tables speak of. Look-ups only; nothing is computed here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ceasefire.forecast.withheld import is_drawn, is_withheld, why_no_interval

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.model import Forecast, NearEvent, OutcomeAtDate, Signpost, Trust

LIMIT = 0.05
"""A change of a headline beyond this is said in words."""


LIKELY = 0.05
"""Moves less likely than this are not named as what to watch."""

PROBABILITY = ("", "probability")
"""Units of a number that is shown in per cent."""


EXPONENTS = ("1", "0.5", "0")
"""The record counts whole, by half, not at all: keys of ``by_exponent``."""


DATED = "date"
"""Unit of a number in months from the day of the forecast that is shown as a date; its errors and changes are months."""
MEDIAN = re.compile(r"median\([^()]*\)")


def unit_of_change(unit: str) -> str:
    """Return the unit of errors and changes of a number."""
    return "months" if unit == DATED else unit


@dataclass(frozen=True)
class Headline:
    """A probability and what surrounds it, the three kinds of uncertainty apart.

    Parameters
    ----------
    low, high : probability or None
        The interval over the draws of the assumptions; where nothing was drawn, the one-at-a-time range, no interval.
    parameter : str
        Whose range is the widest.
    sampling : probability or None
        Monte Carlo error.
    grid : probability or None
        Largest change when a grid is refined.
    drawn : bool
        Whether it is a number over draws of the assumptions.
    why : str
        Why a number has no interval although there were draws: ``withheld`` or ``conditions``.
    """

    query: str
    value: float | None
    low: float | None = None
    high: float | None = None
    parameter: str = ""
    sampling: float | None = None
    grid: float | None = None
    text: str = ""
    unit: str = ""
    drawn: bool = False
    why: str = ""


def counted(forecast: Forecast) -> list[Mapping[str, Any]]:
    """Return the rows of the headlines that are known with the record counted less, too."""
    return [row for row in forecast.headlines if row.get("by_exponent")]


def over_draws(forecast: Forecast, value: float | None, low: float | None, high: float | None) -> Headline:
    """Return a probability that the forecast gives over draws, or at nominal values where nothing was drawn."""
    drawn = is_drawn(forecast)
    why = "withheld" if drawn and is_withheld(forecast) else ""
    return Headline("", value, low, high, drawn=drawn, why=why)


def headline(forecast: Forecast, query: str) -> Headline | None:
    """Return the headline of this query text, with its row of the trust table."""
    for row in forecast.headlines:
        if row["query"] == query:
            return _combine(forecast, row)
    return None


def trust_row(forecast: Forecast, query: str) -> Trust | None:
    """Return the row of the trust table for a headline."""
    return next((row for row in forecast.trust if row.headline == query), None)


def _combine(forecast: Forecast, row: Mapping[str, Any]) -> Headline:
    trust = trust_row(forecast, row["query"])
    drawn, why = is_drawn(forecast), why_no_interval(forecast, row)
    ranged = row if drawn else (trust.one_at_a_time if trust else None) or row
    if why == "conditions":
        ranged = {}
    return Headline(
        query=row["query"],
        value=row.get("value"),
        low=ranged.get("low"),
        high=ranged.get("high"),
        parameter=ranged.get("parameter") or "",
        sampling=row.get("error"),
        grid=grid_error(trust),
        text=row.get("text") or "",
        unit=DATED if MEDIAN.fullmatch(row["query"]) else row.get("unit") or "",
        drawn=drawn,
        why=why,
    )


def grid_error(trust: Trust | None) -> float | None:
    """Return the largest change of a headline when the grid of beliefs or of a stock is refined."""
    if trust is None:
        return None
    changes = [trust.belief_grid, *trust.stock_grid.values()]
    known = [abs(change) for change in changes if change is not None]
    return max(known) if known else None


def start_date(forecast: Forecast, case: Case) -> dt.date:
    """Return the day from which the forecast looks ahead."""
    return dt.date.fromisoformat(forecast.as_of) if forecast.as_of else case.calendar.start


def year_later(day: dt.date) -> dt.date:
    """Return the same day a year on."""
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def outcome_by(forecast: Forecast, outcome: str, date: dt.date) -> OutcomeAtDate | None:
    """Return the probability of an outcome by the end of the period that contains `date`."""
    rows = forecast.outcomes.get(outcome, ())
    later = [row for row in rows if row.date >= date.isoformat()]
    same = [row for row in rows if row.date[:7] == date.isoformat()[:7]]
    return next(iter(same or later), None)


def pause_by(forecast: Forecast, case: Case, date: dt.date, *, within: bool) -> Headline | None:
    """Return the probability of the pause by a date: the headline if there is one, else from the curve."""
    pause = case.report.pause
    if not pause:
        return None
    for row in forecast.headlines:
        if row.get("outcome") == pause and not row.get("of") and _means(row, date, within):
            return _combine(forecast, row)
    point = outcome_by(forecast, pause, date)
    if point is None:
        return None
    return replace(over_draws(forecast, point.p, point.low, point.high), sampling=point.monte_carlo)


def _means(row: Mapping[str, Any], date: dt.date, within: bool) -> bool:
    if "|" in row["query"]:
        return False
    days = row.get("within")
    if within and days:
        return bool(abs(days - 365.25) < 3)
    return bool(row.get("by") == date.isoformat())


def again_after_pause(forecast: Forecast, case: Case) -> tuple[Headline, float] | None:
    """Return the headline about fighting again after the pause, and its number of days."""
    for row in forecast.headlines:
        if row.get("outcome") == case.report.again and row.get("of") == case.report.pause and row.get("within"):
            return _combine(forecast, row), row["within"]
    return None


def over_limit(trust: Trust) -> list[tuple[str, str, float]]:
    """Return the changes of one headline that exceed the limit: (kind, name of the stock or nothing, change)."""
    rows: list[tuple[str, str, float | None]] = [("belief_grid", "", trust.belief_grid)]
    rows += [("stock_grid", name, change) for name, change in trust.stock_grid.items()]
    kinds = ("period_halved", "horizon", "precision_doubled", "precision_zero", "error_share", "without_slips")
    rows += [(kind, "", getattr(trust, kind)) for kind in kinds]
    return [(kind, name, change) for kind, name, change in rows if change is not None and abs(change) > LIMIT]


def strongest(forecast: Forecast) -> tuple[Signpost | None, Signpost | None]:
    """Return the signposts, likely enough to be looked for, that would raise and lower the pause most."""
    rows = [one for one in forecast.signposts if one.pause_change is not None and one.pause_if_seen is not None]
    rows = [one for one in rows if one.p >= LIKELY]
    up = max((one for one in rows if (one.pause_change or 0) > 0), key=lambda one: one.pause_change or 0, default=None)
    down = min(
        (one for one in rows if (one.pause_change or 0) < 0), key=lambda one: one.pause_change or 0, default=None
    )
    return up, down


def telling_label(event: NearEvent) -> str | None:
    """Return the ending whose probability differs most between types; of equal ones the likelier."""
    rows = event.by_type.values()

    def spread(label: str) -> tuple[float, float]:
        values = [row.get(label, 0.0) for row in rows]
        return round(max(values) - min(values), 6), event.labels[label].value

    return max(event.labels, key=spread, default=None) if len(rows) > 1 else None


def most_and_least(event: NearEvent, label: str) -> tuple[str, str]:
    """Return the hidden types with which an ending is likeliest and least likely."""
    ranked = sorted(event.by_type, key=lambda name: -event.by_type[name].get(label, 0.0))
    return ranked[0], ranked[-1]


def share_after(forecast: Forecast, actor: str, type_name: str) -> Headline | None:
    """Return how likely a hidden type is once the record is weighed; over the draws where there are any."""
    about = forecast.beliefs.get(actor) or {}
    names = [one["name"] for one in about.get("types") or ()]
    if is_drawn(forecast) and about.get("reader") and type_name in names:
        k = names.index(type_name)
        low, high = ((about.get(key) or [[None] * len(names)])[-1][k] for key in ("reader_low", "reader_high"))
        return over_draws(forecast, about["reader"][-1][k], low, high)
    rows = (forecast.evidence.get("by_type") or {}).get(actor, ())
    share = next((row.get("posterior") for row in rows if row["name"] == type_name), None)
    return None if share is None else Headline("", share)


def in_answer(forecast: Forecast, case: Case) -> set[str]:
    """Return the queries of the headlines that the five sentences tell."""
    start = start_date(forecast, case)
    found = [
        pause_by(forecast, case, start.replace(month=12, day=31), within=False),
        pause_by(forecast, case, year_later(start), within=True),
        (again_after_pause(forecast, case) or (None, 0.0))[0],
    ]
    return {one.query for one in found if one and one.query}


def other_error(forecast: Forecast) -> float:
    """Return the largest sampling error of the shares that the five sentences tell without brackets."""
    found: list[float | None] = []
    event = forecast.near_event
    label = telling_label(event) if event else None
    if event and label:
        found += [event.by_type_error.get(name, {}).get(label) for name in most_and_least(event, label)]
    if forecast.end_states:
        found += (forecast.end_states[-1].get("error") or {}).values()
    found += [error for one in strongest(forecast) if one for error in (one.p_error, one.change_error)]
    return max((error for error in found if error is not None), default=0.0)
