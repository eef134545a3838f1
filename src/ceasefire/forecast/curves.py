"""What a run says date by date: outcomes, end states, beliefs, stocks, side stocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.mechanism import SideStock, Stock
from ceasefire.case.model import Case
from ceasefire.forecast.measures import begun_by
from ceasefire.forecast.model import OutcomeAtDate
from ceasefire.forecast.names import leaves
from ceasefire.forecast.pipeline import Run
from ceasefire.forecast.types import informed_actors, labels_of, type_names
from ceasefire.simulate.estimates import finite, label_shares, mean, readers_posterior, weighted_quantile

LOW, HIGH = 0.1, 0.9
OF_PATHS = "10 % and 90 % of paths"
NO_RANGE_YET = "no range computed yet"
Floats = NDArray[np.float64]


def forecast_dates(run: Run) -> tuple[dt.date, ...]:
    """Return the dates at which outcomes are shown: ends of quarters from ``as_of`` on, those of headlines, the end."""
    last = run.end_of(run.n_periods - 1)
    found = {run.end_of(run.as_of_period), last}
    for year in range(run.as_of.year, last.year + 1):
        for month in (4, 7, 10, 13):
            found.add(dt.date(year + month // 13, month % 12 if month < 13 else 1, 1) - dt.timedelta(days=1))
    for headline in run.case.report.headlines:
        for leaf in leaves(headline):
            if isinstance(leaf, q.Probability) and leaf.by:
                found.add(leaf.by)
            if isinstance(leaf, q.Probability) and leaf.within_days and not leaf.of:
                found.add(run.as_of + dt.timedelta(days=round(leaf.within_days)))
    return tuple(sorted(date for date in found if run.as_of <= date <= last))


def outcomes(run: Run) -> dict[str, tuple[OutcomeAtDate, ...]]:
    """Return the probability of each outcome by each date; ranges are added when they have been computed."""
    dates = forecast_dates(run)
    return {o.name: tuple(_outcome_at(run, o.name, date) for date in dates) for o in run.case.outcomes}


def _outcome_at(run: Run, name: str, date: dt.date) -> OutcomeAtDate:
    period = run.period_of(date)
    p = begun_by(run, name, period)
    spells = run.spells(name)
    undecided = mean(run.paths, spells.undecided & (spells.start <= period)).value
    return OutcomeAtDate(date.isoformat(), p.value, None, None, NO_RANGE_YET, p.error, undecided)


def end_states(run: Run) -> tuple[Mapping[str, Any], ...]:
    """Return the probability of each label of the end-state status at the end of each period from ``as_of`` on."""
    status = next((s for s in run.case.statuses if s.name == run.case.end_states), None)
    if status is None:
        return ()
    code = run.game.state_columns[status.name]
    found = []
    for period in range(run.as_of_period, run.n_periods):
        p = label_shares(run.paths, code, len(status.labels), period)
        there = np.asarray(code)[run.paths.state[period]]
        error = {label: finite(mean(run.paths, there == i).error) for i, label in enumerate(status.labels)}
        date = run.end_of(period).isoformat()
        found.append({"date": date, "p": dict(zip(status.labels, map(float, p), strict=True)), "error": error})
    return tuple(found)


def end_states_by_period(run: Run) -> dict[str, tuple[float, ...]]:
    """Return the probability of each label of the end-state status at the end of every period, (t,) each."""
    status = next((s for s in run.case.statuses if s.name == run.case.end_states), None)
    if status is None:
        return {}
    code = run.game.state_columns[status.name]
    shares = [label_shares(run.paths, code, len(status.labels), t) for t in range(run.n_periods)]
    return {label: tuple(float(p[i]) for p in shares) for i, label in enumerate(status.labels)}


def beliefs(run: Run) -> dict[str, Any]:
    """Return, by actor with private types, the belief held in the game and the reader's when each period ends."""
    return {actor: _beliefs_about(run, actor) for actor in informed_actors(run.game)}


def _beliefs_about(run: Run, actor: str) -> dict[str, Any]:
    i = run.game.actor_names.index(actor)
    weight = run.paths.weight
    held, low, high = [], [], []
    for period in range(run.n_periods):
        at_end = run.paths.belief[i][period].astype(np.float64)
        held.append(_mean_belief(at_end, weight))
        low.append([weighted_quantile(column, weight, LOW) for column in at_end.T])
        high.append([weighted_quantile(column, weight, HIGH) for column in at_end.T])
    names = type_names(run.game, actor)
    other = [_mean_belief(b, weight) for b in run.paths.other_belief.get(i, ())]
    labels = labels_of(run.case, run.game, actor)
    kinds = [
        {"name": name, "labels": label, "prior": float(p)}
        for name, label, p in zip(names, labels, run.game.prior[i], strict=True)
    ]
    dates = [run.end_of(t).isoformat() for t in range(run.n_periods)]
    reader = [row.tolist() for row in reader_beliefs(run, actor)]
    found = {"dates": dates, "types": kinds, "held": held, "reader": reader, "held_low": low, "held_high": high}
    return found | ({"held_by_others": other} if other else {})


def _mean_belief(belief: NDArray[Any], weight: Floats) -> list[float]:
    average = weight @ belief.astype(np.float64)
    return [float(p) for p in average / average.sum()]


def posterior(run: Run, actor: str) -> Floats:
    """Return the reader's posterior of an actor's types given the whole record, (k,)."""
    return readers_posterior(run.paths, run.game, run.game.actor_names.index(actor))


def reader_beliefs(run: Run, actor: str) -> Floats:
    """Return the reader's posterior at the end of each period, (t, k): given the record up to then.

    From ``as_of`` on it stays as it is: what will be seen is not known, and the expected posterior is the present one.
    """
    i = run.game.actor_names.index(actor)
    log_prior = _log_prior(run)
    rows = []
    for period in range(run.n_periods):
        if period >= run.as_of_period:
            rows.append(posterior(run, actor))
            continue
        seen = [x for name, x in run.paths.item_log_likelihood.items() if run.period_of(item_date(run, name)) <= period]
        log_weight = log_prior + (np.sum(seen, axis=0) if seen else 0.0)
        weight = np.exp(log_weight - log_weight.max())
        p = np.bincount(run.game.type_of_profile[:, i], weight, run.game.n_types[i])
        rows.append(p / p.sum())
    return np.array(rows)


def item_date(run: Run, name: str) -> dt.date:
    """Return the date of a record item; a default move is named ``step@date``, after the start of its period."""
    for item in run.case.record.items:
        if item.name == name:
            return item.date
    return dt.date.fromisoformat(name.partition("@")[2])


def _log_prior(run: Run) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(run.game.profile_prior))


def stocks(run: Run) -> dict[str, Any]:
    """Return mean and quantiles of each stock at the end of each period, with its published series and its nodes."""
    return {stock.name: _stock(run, stock) for stock in run.case.stocks}


def _stock(run: Run, stock: Stock) -> dict[str, Any]:
    column = np.asarray(run.game.state_columns[stock.name], dtype=np.float64)
    found = _band(run, column[run.paths.state], stock.unit, stock)
    found["nodes"] = np.unique(column).tolist()
    series = run.case.record.series.get(stock.series or stock.name)
    if series:
        found["series"] = [[date, float(value)] for date, value in series]
    return found


def side(run: Run) -> dict[str, Any]:
    """Return mean and quantiles of each side stock at the end of each period."""
    return {s.name: _band(run, run.paths.side[s.name], s.unit, s) for s in run.case.side if s.name in run.paths.side}


def _band(run: Run, x: Floats, unit: str, named: Stock | SideStock) -> dict[str, Any]:
    weight = run.paths.weight
    return {
        "unit": unit,
        "title": dict(named.title.by_language),
        "dates": [run.end_of(t).isoformat() for t in range(run.n_periods)],
        "mean": [float(weight @ x[t]) for t in range(run.n_periods)],
        "low": [weighted_quantile(x[t], weight, LOW) for t in range(run.n_periods)],
        "high": [weighted_quantile(x[t], weight, HIGH) for t in range(run.n_periods)],
        "what": OF_PATHS,
    }


def outcome_titles(case: Case) -> dict[str, dict[str, str]]:
    """Return the titles of outcomes by language."""
    return {outcome.name: dict(outcome.title.by_language) for outcome in case.outcomes}
