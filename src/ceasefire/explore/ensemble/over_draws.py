"""The forecast over the draws: every probability that was nominal becomes the mean of the weighted draws, with an interval.

What stays nominal says so in its own ``what``: the map, the trust rows, the range over one parameter at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.ensemble.if_seen import if_seen
from ceasefire.explore.ensemble.medians import date_text
from ceasefire.explore.ensemble.members import Member
from ceasefire.explore.ensemble.pooled import Pooled
from ceasefire.forecast.model import Band, Forecast, NearEvent, OutcomeAtDate
from ceasefire.forecast.names import leaves
from ceasefire.simulate.estimates import finite

WHAT = "80 % interval over the weighted draws of the parameters"
WITHHELD = "interval withheld: too few draws count"
NO_CONDITIONS = "at nominal values: its conditions need draws of their own"


def over_draws(found: Forecast, case: Case, ensemble: Ensemble) -> Forecast:
    """Return a forecast with the draws' numbers in place of the nominal ones, which stand beside the headlines."""
    what = WITHHELD if ensemble.withheld else WHAT
    return replace(
        found,
        headlines=tuple(
            _headline(row, query, ensemble, what)
            for row, query in zip(found.headlines, case.report.headlines, strict=True)
        ),
        outcomes={
            name: tuple(_at(row, name, case, ensemble, what) for row in at) for name, at in found.outcomes.items()
        },
        end_states=tuple(_end_state(row, case, ensemble, what) for row in found.end_states),
        near_event=found.near_event and _near(found.near_event, ensemble, what),
        signposts=tuple(if_seen(one, ensemble) for one in found.signposts),
        yardsticks=tuple(_yardstick(row, case, ensemble) for row in found.yardsticks),
        beliefs={actor: _belief(about, actor, ensemble) for actor, about in found.beliefs.items()},
        stocks={name: _mean(about, _stock(name), ensemble, what) for name, about in found.stocks.items()},
        side={name: _mean(about, _side(name), ensemble, what) for name, about in found.side.items()},
    )


def _headline(row: Mapping[str, Any], query: q.Query, ensemble: Ensemble, what: str) -> dict[str, Any]:
    pooled = pooled_query(ensemble, query)
    nominal = {"nominal": row["value"], "nominal_error": row["error"]}
    if pooled is None:
        return {**row, **nominal, "what": NO_CONDITIONS}
    numbers = {name: x for name, x in pooled.as_dict().items() if name != "monte_carlo"}
    new = {**row, **nominal, **numbers, "error": finite(pooled.monte_carlo), "what": what}
    if isinstance(query, q.Median):
        new["text"] = date_text(ensemble.case, pooled.value)
        new["what"] = "ends: of the draws' own medians; " + what
    return new


def pooled_query(ensemble: Ensemble, query: q.Query) -> Pooled | None:
    """Return a headline over the draws; None where some part of it was asked of no draw."""
    if isinstance(query, q.Comparison):
        return pooled_query(ensemble, query.left)
    if isinstance(query, q.Difference):
        return _difference(ensemble, query)
    if isinstance(query, q.Share) or not ensemble.numbers(query):
        return None
    return ensemble.pooled(query)


def _difference(ensemble: Ensemble, query: q.Difference) -> Pooled | None:
    """Return a difference, paired draw by draw, over the draws in which both sides were asked."""
    from ceasefire.explore.ensemble.courses import name_of, split
    from ceasefire.explore.ensemble.pooled import difference, pool

    sides = [one for one in leaves(query) if not isinstance(one, q.Share)]
    if len(sides) != 2 or not all(ensemble.numbers(side) for side in sides):
        return None
    paired = difference(*(ensemble.numbers(side) for side in sides))
    names = [name_of(split(side)[0]) for side in sides]
    course = min(names, key=lambda name: ensemble.asked.get(name, ensemble.n_draws))
    weight = ensemble.weights_of(list(paired), course)
    return ensemble.withhold(pool(list(paired.values()), weight, probability=False))


def _at(row: OutcomeAtDate, name: str, case: Case, ensemble: Ensemble, what: str) -> OutcomeAtDate:
    period = _period(case, row.date)
    found = ensemble.read(lambda member: member.curves[name][period])
    return replace(row, p=found.value, low=finite(found.low), high=finite(found.high), what=what)


def _period(case: Case, date: str) -> int:
    return min(max(case.calendar.period_of(dt.date.fromisoformat(date)), 0), case.calendar.n_periods - 1)


def _end_state(row: Mapping[str, Any], case: Case, ensemble: Ensemble, what: str) -> dict[str, Any]:
    period = _period(case, row["date"])
    pooled = {label: ensemble.read(_end_label(label, period)) for label in row["p"]}
    total = sum(one.value for one in pooled.values())
    return {
        **row,
        "p": {label: one.value / total for label, one in pooled.items()},
        "low": {label: finite(one.low) for label, one in pooled.items()},
        "high": {label: finite(one.high) for label, one in pooled.items()},
        "what": what,
    }


def _end_label(label: str, period: int) -> Any:
    return lambda member: member.end_states[label][period]


def _near(event: NearEvent, ensemble: Ensemble, what: str) -> NearEvent:
    labels = {label: _band(band, label, ensemble, what) for label, band in event.labels.items()}
    by_type = {
        kind: {label: ensemble.read(_near_of_type(kind, label)).value for label in row}
        for kind, row in event.by_type.items()
    }
    return replace(event, labels=labels, by_type=by_type)


def _near_of_type(kind: str, label: str) -> Any:
    return lambda member: member.near_by_type.get(kind, {}).get(label, float("nan"))


def _band(band: Band, label: str, ensemble: Ensemble, what: str) -> Band:
    found = ensemble.read(lambda member: member.near.get(label, 0.0))
    return replace(band, value=found.value, low=finite(found.low), high=finite(found.high), what=what)


def _yardstick(row: Mapping[str, Any], case: Case, ensemble: Ensemble) -> dict[str, Any]:
    if row["ours"] is None or row["outcome"] not in {outcome.name for outcome in case.outcomes}:
        return dict(row)
    try:
        period = _period(case, row["by"])
    except ValueError:  # a duration after another outcome: among the headlines where anybody asks
        return dict(row)
    found = ensemble.read(lambda member: member.curves[row["outcome"]][period])
    return {**row, "ours": found.value, "ours_low": finite(found.low), "ours_high": finite(found.high)}


def _stock(name: str) -> Any:
    return lambda period: lambda member: member.stocks[name][period]


def _side(name: str) -> Any:
    return lambda period: lambda member: member.side[name][period]


def _mean(about: Mapping[str, Any], at: Any, ensemble: Ensemble, what: str) -> dict[str, Any]:
    """Return a stock by period: the mean over the draws, with its interval unless too few draws count."""
    pooled = [ensemble.read(at(t), probability=False) for t in range(len(about["dates"]))]
    found = {name: x for name, x in about.items() if name not in ("low", "high")}
    found |= {"mean": [one.value for one in pooled], "what": what}
    if not ensemble.withheld:
        found |= {"low": [finite(one.low) for one in pooled], "high": [finite(one.high) for one in pooled]}
    return found


def _belief(about: Mapping[str, Any], actor: str, ensemble: Ensemble) -> dict[str, Any]:
    kinds = range(len(about["types"]))
    periods = range(len(about["dates"]))

    def rows(read: Any) -> tuple[list[list[float]], list[list[float | None]], list[list[float | None]]]:
        pooled = [[ensemble.read(read(t, k)) for k in kinds] for t in periods]
        sums = [sum(p.value for p in row) for row in pooled]
        mean = [[p.value / total for p in row] for row, total in zip(pooled, sums, strict=True)]
        return mean, [[finite(p.low) for p in row] for row in pooled], [[finite(p.high) for p in row] for row in pooled]

    held, _, _ = rows(lambda t, k: lambda member: _cell(member.held, actor, t, k))
    reader, low, high = rows(lambda t, k: lambda member: _cell(member.reader, actor, t, k))
    kept = {name: x for name, x in about.items() if name not in ("held_low", "held_high")}  # paths at nominal values
    found = {**kept, "held": held, "reader": reader, "reader_low": low, "reader_high": high}
    if "held_by_others" in about:
        found["held_by_others"] = rows(lambda t, k: lambda member: _cell(member.held_by_others, actor, t, k))[0]
    return found


def _cell(beliefs: Mapping[str, list[list[float]]], actor: str, period: int, kind: int) -> float:
    return beliefs[actor][period][kind]


def ensemble_record(ensemble: Ensemble) -> dict[str, Any]:
    """Return what a reader must know of the draws: how many, which failed, how they are weighed."""
    main = ensemble.weights[1.0]
    return {
        "draws": ensemble.n_draws,
        "parameters": list(ensemble.sample.space.names),
        "rounds": [
            {"draws": n, "prior_only": p.is_prior, "moved": int(p.moved.sum())}
            for n, p in zip(ensemble.sample.rounds.sizes, ensemble.sample.rounds.proposals, strict=True)
        ],
        "exponents": list(ensemble.sample.rounds.exponents),
        "effective_size": main.effective_size,
        "k_hat": finite(main.k_hat),
        "k_limit": main.k_limit,
        "log_evidence": main.log_evidence,
        "spread": list(main.spread),
        "codes": list(main.codes),
        "failed": [{"draw": d, "reason": reason} for d, reason in ensemble.failures.items()],
        "unsolved": list(ensemble.unsolved),
        "asked": dict(ensemble.asked),
        "seconds": sum(_seconds(member) for member in ensemble.members),
    }


def _seconds(member: Member | None) -> float:
    return 0.0 if member is None else member.seconds
