"""What is asked of the forecast: headlines and how far to trust them, plans, yardsticks, the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ceasefire.export.over_time import ACTOR_TYPE, WHAT
from ceasefire.export.table import Column, Layout, Table, answer, date, number, share, text, without
from ceasefire.forecast.model import Forecast
from ceasefire.forecast.withheld import why_no_interval

UNIT = "as the column unit of headlines says; a median is in months from as_of"
HEADLINE = text("headline", "the query that is answered; ceasefire ask repeats it")


def _measured(*named: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(number(name, says, UNIT) for name, says in named)


_ENDS = (("low", "lower end of what the column what says"), ("high", "upper end of what the column what says"))
_ERRORS = (
    ("sampling", "error from the number of draws"),
    ("grid", "error from the coarse grid on which most draws are solved"),
    ("correction", "what draws on the full grid added to the answer"),
)
HEADLINES = Layout(
    "headlines",
    "the answers of the report",
    (
        HEADLINE,
        text("unit", "unit of value, low, high and the errors; a probability where empty"),
        *_measured(("value", "the answer"), *_ENDS),
        WHAT,
        text(
            "no_interval", "why there is no interval over the draws: withheld (too few count) or conditions (not asked)"
        ),
        *_measured(("error", "sampling error")),
        text("parameter", "whose one-at-a-time range is the widest"),
        text("outcome", "outcome that is asked about"),
        date("by", "day by which it is asked about"),
        number("within", "time within which it is asked about", "days"),
        text("of", "outcome from which that time counts; the day of the forecast where empty"),
        text("text", "the answer in words, such as the date of a median"),
        *_measured(
            ("nominal", "the answer with every assumption at its median"),
            ("nominal_error", "sampling error of nominal"),
            *_ERRORS,
        ),
        number("n", "draws that were asked"),
    ),
    ("headline",),
)
EXPONENTS = Layout(
    "exponents",
    "headlines with the record weighed in full, by half and not at all",
    (
        HEADLINE,
        number("exponent", "power to which the likelihood of the record is raised"),
        *_measured(
            ("value", "answer"),
            ("low", "10 % value over the draws, weighed at this exponent"),
            ("high", "90 % value over the draws, weighed at this exponent"),
        ),
        answer("withheld", "whether low and high are withheld because too few draws count"),
        *_measured(*_ERRORS),
        number("n", "draws that have a value"),
        number("effective_size", "draws of equal weight that would be as good, at this exponent"),
    ),
)
TRUST = Layout(
    "trust",
    "how far to trust each headline: changes are differences from p, at nominal values",
    (
        HEADLINE,
        *_measured(
            ("p", "the headline that the changes are differences from"),
            ("belief_grid", "change on a finer grid of beliefs"),
            ("period_halved", "change with periods half as long"),
            ("horizon", "change with a longer horizon"),
            ("precision_doubled", "change with every precision doubled"),
            ("precision_zero", "change with moves that follow their weights alone"),
        ),
        share("error_share", "share of the probability that passes through moves clearly worse than the best"),
        *_measured(
            ("without_slips", "change without moves that are clearly worse than the best"),
            ("monte_carlo", "sampling error"),
            ("one_at_a_time_low", "lower end of the range over one assumption at a time; not an interval"),
            ("one_at_a_time_high", "upper end of that range"),
        ),
        text("one_at_a_time_parameter", "assumption with the widest range"),
    ),
    ("headline",),
)
STOCK_GRID = Layout(
    "stock_grid",
    "change of each headline on a finer grid of one stock",
    (HEADLINE, text("stock", "stock whose grid is refined"), *_measured(("change", "difference from p of trust"))),
)
RANGES = Layout(
    "ranges",
    "headlines at the 10 % and the 90 % value of one assumption at a time",
    (
        HEADLINE,
        text("parameter", "the assumption"),
        number("low_setting", "its 10 % value", "unit of the parameter"),
        number("high_setting", "its 90 % value", "unit of the parameter"),
        *_measured(("p_low", "the headline at its 10 % value"), ("p_high", "the headline at its 90 % value")),
    ),
)
PLANS = Layout(
    "plans",
    "each headline under each plan; changes are paired differences from no plan",
    (
        text("plan", "plan, as it stands in case.yaml"),
        HEADLINE,
        answer("known", "whether everybody expects the plan"),
        *_measured(("value", "the headline under the plan"), *_ENDS),
        WHAT,
        *_measured(
            ("error", "sampling error of value"),
            ("change", "difference from no plan"),
            ("change_low", "lower end of the interval of change"),
            ("change_high", "upper end of the interval of change"),
            ("change_error", "sampling error of change"),
            ("nominal", "value with every assumption at its median"),
            ("nominal_change", "change with every assumption at its median"),
        ),
        text("text", "the value in words"),
        number("n", "draws in which the headline was asked under the plan"),
        number("draws", "draws in which the plan was played"),
    ),
    ("plan", "headline"),
)
YARDSTICKS = Layout(
    "yardsticks",
    "published numbers beside those of the forecast",
    (
        number("yardstick", "its place in case.yaml, from 1; its title stands in texts"),
        text("outcome", "outcome that it is about"),
        text("by", "day, or time, by which"),
        text("kind", "base rate, crowd or other"),
        share("value", "the published number"),
        share("low", "lower end that was published with it"),
        share("high", "upper end that was published with it"),
        share("ours", "the number of the forecast"),
        share("ours_low", "lower end of its interval over the draws"),
        share("ours_high", "upper end of its interval over the draws"),
        text("source", "key of sources.yaml, or a row of a table"),
    ),
)
_AXES = (
    HEADLINE,
    number("x", "value of the factor x_name", "x_unit"),
    number("y", "value of the factor y_name", "y_unit"),
)
MAP = Layout(
    "map",
    "a headline over the two hidden factors",
    (
        *_AXES,
        text("x_name", "hidden factor that x is"),
        text("x_unit", "unit of x"),
        text("y_name", "hidden factor that y is"),
        text("y_unit", "unit of y"),
        share("p", "the headline for such a type"),
        number("log_likelihood", "log likelihood of the record for such a type"),
        answer("grey", "whether the record speaks against it"),
    ),
    ("x", "y"),
)
MAP_TYPES = Layout(
    "map_types",
    "where the types of the case stand on the map",
    (
        *_AXES,
        ACTOR_TYPE,
        share("p", "its prior"),
        number("log_likelihood", "log likelihood of the record for the type"),
    ),
)


def answers(forecast: Forecast) -> tuple[Table, ...]:
    """Return the tables of what is asked of the forecast."""
    return (
        HEADLINES.of(_headlines(forecast)),
        EXPONENTS.of(
            {"headline": row["query"], "exponent": float(exponent), **one}
            for row in forecast.headlines
            for exponent, one in (row.get("by_exponent") or {}).items()
        ),
        TRUST.of(_trust(forecast)),
        STOCK_GRID.of(
            {"headline": row.headline, "stock": stock, "change": x}
            for row in forecast.trust
            for stock, x in row.stock_grid.items()
        ),
        RANGES.of(vars(row) for row in forecast.tornado),
        PLANS.of(_plans(forecast)),
        YARDSTICKS.of({"yardstick": k, **without(row, "title")} for k, row in enumerate(forecast.yardsticks, 1)),
        MAP.of(_map(forecast)),
        MAP_TYPES.of(_map_types(forecast)),
    )


def _headlines(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for row in forecast.headlines:
        found = {"headline": row["query"], **without(row, "query", "by_exponent")}
        yield {**found, "no_interval": why_no_interval(forecast, row)}


def _trust(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for row in forecast.trust:
        ranged = {f"one_at_a_time_{name}": x for name, x in (row.one_at_a_time or {}).items()}
        yield {**without(vars(row), "stock_grid", "one_at_a_time"), **ranged}


def _plans(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for name, plan in forecast.plans.items():
        shared = {"plan": name, "known": plan.get("known"), "draws": plan.get("draws")}
        yield from ({**shared, "headline": row["query"], **without(row, "query")} for row in plan["headlines"])


def _map(forecast: Forecast) -> Iterator[dict[str, Any]]:
    found = forecast.factor_map
    if found is not None:
        axes = {name: getattr(found, name) for name in ("headline", "x_name", "x_unit", "y_name", "y_unit")}
        yield from ({**axes, **vars(cell)} for cell in found.cells)


def _map_types(forecast: Forecast) -> Iterator[dict[str, Any]]:
    found = forecast.factor_map
    for row in found.types if found else ():
        yield {"headline": found.headline if found else "", "actor_type": row["name"], **without(row, "name")}
