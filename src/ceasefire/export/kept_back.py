"""A forecast without the numbers that the report withholds: intervals over too few draws, or over draws never asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ceasefire.export.table import without
from ceasefire.forecast.model import ClaimResult, Forecast, NearEvent
from ceasefire.forecast.withheld import is_drawn, is_withheld, why_no_interval

INTERVAL = ("low", "high")


def without_withheld(forecast: Forecast) -> Forecast:
    """Return the forecast as a reader may see it; the same where nothing was drawn.

    What is no interval over the draws stays: priors, ranges over one assumption at a time, published numbers.
    """
    if not is_drawn(forecast):
        return forecast
    rows = tuple(
        without(row, *INTERVAL, "parameter") if why_no_interval(forecast, row) else row for row in forecast.headlines
    )
    return (
        _without_intervals(replace(forecast, headlines=rows))
        if is_withheld(forecast)
        else replace(forecast, headlines=rows)
    )


def _without_intervals(forecast: Forecast) -> Forecast:
    beliefs = ("reader_low", "reader_high")
    return replace(
        forecast,
        outcomes={n: tuple(replace(row, low=None, high=None) for row in rows) for n, rows in forecast.outcomes.items()},
        end_states=tuple(without(row, *INTERVAL) for row in forecast.end_states),
        beliefs={actor: without(about, *beliefs) for actor, about in forecast.beliefs.items()},
        stocks={name: without(about, *INTERVAL) for name, about in forecast.stocks.items()},
        side={name: without(about, *INTERVAL) for name, about in forecast.side.items()},
        near_event=forecast.near_event and _event(forecast.near_event),
        signposts=tuple(
            replace(one, p_low=None, p_high=None, pause_low=None, pause_high=None) for one in forecast.signposts
        ),
        plans={name: _plan(plan) for name, plan in forecast.plans.items()},
        yardsticks=tuple(without(row, "ours_low", "ours_high") for row in forecast.yardsticks),
        claims=tuple(_claim(one) for one in forecast.claims),
        ensemble=_ensemble(forecast.ensemble),
    )


def _event(event: NearEvent) -> NearEvent:
    return replace(event, labels={name: replace(band, low=None, high=None) for name, band in event.labels.items()})


def _plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    ends = (*INTERVAL, "change_low", "change_high")
    return {**plan, "headlines": [without(row, *ends) for row in plan["headlines"]]}


def _claim(one: ClaimResult) -> ClaimResult:
    """Return a claim without its intervals; that of a check of shares of the variance is not one over the draws' weights."""
    bare = replace(one, change_low=None, change_high=None)
    return bare if one.share is None else replace(bare, margin_low=None, margin_high=None)


def _ensemble(found: Mapping[str, Any]) -> dict[str, Any]:
    events = [without(row, *INTERVAL, "ratio_low", "ratio_high") for row in found.get("events") or ()]
    learned = [
        {**row, "posterior": [None, row["posterior"][1], None]} for row in found.get("learned") or ()
    ]  # fmt: skip
    return {**found, "events": events, "learned": learned}
