"""What changes from day to day: outcomes, end states, beliefs, stocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ceasefire.export.table import Column, Layout, Table, date, number, share, text
from ceasefire.forecast.model import Forecast

DAY = date("date", "last day of the period")
LOW, HIGH = (
    share(name, f"{side} end of what the column what says") for name, side in (("low", "lower"), ("high", "upper"))
)
WHAT = text("what", "what low and high are, or why there are none")

OUTCOMES = Layout(
    "outcomes",
    "probability that each outcome has begun by the end of each date shown",
    (
        text("outcome", "outcome, as it stands in case.yaml"),
        date("date", "a day; what is counted runs to the end of the period that contains it"),
        share("p", "probability that the outcome has begun by then"),
        LOW,
        HIGH,
        WHAT,
        share("monte_carlo", "sampling error of p at nominal values"),
        share("undecided", "share of histories that the horizon leaves undecided"),
    ),
    ("outcome", "date"),
)
END_STATES = Layout(
    "end_states",
    "probability of each of the exclusive labels of the end state, summing to one on each date",
    (
        DAY,
        text("label", "label of the status that names the end states"),
        share("p", "probability of the label at the end of that day"),
        LOW,
        HIGH,
        WHAT,
        share("error", "sampling error of p at nominal values"),
    ),
    ("label", "date"),
)
ACTOR = text("actor", "whose hidden type it is")
ACTOR_TYPE = text("actor_type", "hidden type: its labels joined by a slash")
BELIEFS = Layout(
    "beliefs",
    "belief about each hidden type: that held in the game by the others, and the reader's, given the record",
    (
        ACTOR,
        ACTOR_TYPE,
        DAY,
        share("held", "belief held in the game, mean over the histories"),
        share("held_low", "its 10 % history"),
        share("held_high", "its 90 % history"),
        share("held_by_others", "belief of those who see something otherwise, where that is hidden"),
        share("reader", "the reader's posterior given the record up to then"),
        share("reader_low", "lower end of the reader's 80 % interval over the draws"),
        share("reader_high", "upper end of the reader's 80 % interval over the draws"),
    ),
    ("actor", "actor_type", "date"),
)


def _amounts(name: str, key: str, says: str) -> Layout:
    unit = "as the column unit says"
    columns = (
        text(key, "its name in case.yaml"),
        DAY,
        text("unit", "unit of mean, low and high"),
        number("mean", "mean at the end of that day", unit),
        number("low", "lower end of what the column what says", unit),
        number("high", "upper end of what the column what says", unit),
        WHAT,
    )
    return Layout(name, says, columns, (key, "date"), key)


STOCKS = _amounts("stocks", "stock", "stocks of the game by date")
SIDE_STOCKS = _amounts("side_stocks", "side_stock", "side stocks, which nobody's choice depends on, by date")
_OF_STOCK: tuple[Column, ...] = (text("stock", "its name in case.yaml"), text("unit", "unit of value"))
_VALUE = number("value", "the value", "as the column unit says")
SERIES = Layout(
    "series", "measured series that the record holds of a stock", (*_OF_STOCK, date("date", "day of the value"), _VALUE)
)
NODES = Layout("nodes", "values between which the game moves a stock by lottery", (*_OF_STOCK, _VALUE))


def over_time(forecast: Forecast) -> tuple[Table, ...]:
    """Return the tables of what changes from day to day."""
    return (
        OUTCOMES.of({"outcome": name, **vars(row)} for name, rows in forecast.outcomes.items() for row in rows),
        END_STATES.of(_end_states(forecast)),
        BELIEFS.of(_beliefs(forecast)),
        STOCKS.of(_by_date(forecast.stocks, "stock")),
        SIDE_STOCKS.of(_by_date(forecast.side, "side_stock")),
        SERIES.of(
            {"stock": name, "unit": about.get("unit"), "date": day, "value": x}
            for name, about in {**forecast.stocks, **forecast.side}.items()
            for day, x in about.get("series") or ()
        ),
        NODES.of(
            {"stock": name, "unit": about.get("unit"), "value": x}
            for name, about in forecast.stocks.items()
            for x in about.get("nodes") or ()
        ),
    )


def _end_states(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for row in forecast.end_states:
        for label, p in row["p"].items():
            around = {name: (row.get(name) or {}).get(label) for name in ("low", "high", "error")}
            yield {"date": row["date"], "label": label, "p": p, "what": row.get("what"), **around}


def _beliefs(forecast: Forecast) -> Iterator[dict[str, Any]]:
    names = [column.name for column in BELIEFS.columns[3:]]
    for actor, about in forecast.beliefs.items():
        for k, kind in enumerate(about["types"]):
            for t, day in enumerate(about["dates"]):
                found = {name: about[name][t][k] for name in names if about.get(name) is not None}
                yield {"actor": actor, "actor_type": kind["name"], "date": day, **found}


def _by_date(stocks: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    for name, about in stocks.items():
        for t, day in enumerate(about["dates"]):
            found = {one: about[one][t] for one in ("mean", "low", "high") if about.get(one) is not None}
            yield {key: name, "date": day, "unit": about.get("unit"), "what": about.get("what"), **found}
