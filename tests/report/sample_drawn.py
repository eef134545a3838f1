"""The hand-made forecast as it stands over draws of the assumptions. No number here was computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ceasefire.forecast.model import Band, ClaimResult, Forecast, Signpost
from tests.report.sample import sample_forecast
from tests.report.sample_case import TYPES

INTERVAL = "80 % interval over the weighted draws of the parameters"
WITHHELD = "interval withheld: too few draws count"


def ensemble() -> dict[str, Any]:
    """Return everything that is said of the draws."""
    labels = [f"aria.{one}" for one in ("endurance = short", "endurance = long", "priority = aims_first")]
    return {
        "draws": 256, "parameters": ["grip", "drain"], "rounds": [], "effective_size": 141.6, "k_hat": 0.31,
        "k_limit": 0.585, "spread": [-14.2, -9.1, -6.4], "codes": [], "failed": [{"draw": 7, "reason": "x"}],
        "unsolved": [], "asked": {"plan = no_paper": 32},
        "learned": [
            {"name": "grip", "title": {"en": "grip", "de": "Griff"}, "prior": [0.2, 0.5, 0.9],
             "posterior": [0.3, 0.6, 0.92], "shift": 0.4, "taught": True},
            {"name": "drain", "title": {"en": "drain", "de": "Abfluss"}, "prior": [0.1, 0.4, 0.9],
             "posterior": [0.1, 0.41, 0.9], "shift": 0.02, "taught": False},
        ],
        "types": [{"name": name, "prior": 0.5, "posterior": p, "error": 0.01, "taught": p > 0.51}
                  for name, p in zip(labels, (0.47, 0.53, 0.505), strict=True)],
        "events": [
            {"id": "R1", "date": "2031-03-04", "probability": 0.006, "low": 0.003, "high": 0.011, "share": 0.61,
             "surprise": True, "ratio": {"aria": {"endurance = short": 0.5, "endurance = long": 2.0}},
             "ratio_low": {"aria": {"endurance = short": 0.34, "endurance = long": 1.4}},
             "ratio_high": {"aria": {"endurance = short": 0.7, "endurance = long": 2.9}}},
            {"id": "answer_a@2031-05-01", "date": "2031-05-01", "probability": 0.4, "low": 0.3, "high": 0.5,
             "share": 0.04, "surprise": False, "ratio": {"aria": {"endurance = short": 1.0}},
             "ratio_low": {"aria": {"endurance = short": 1.0}}, "ratio_high": {"aria": {"endurance = short": 1.0}}},
        ],
        "own_surprise": {"game": -9.1, "frequencies": -11.3, "error": 0.2, "worse": False, "n": 12},
        "left_out": [{"id": "R1", "headline": sample_forecast().headlines[0]["query"], "value": 0.29, "change": -0.03,
                      "effective_size": 170.0}],
    }  # fmt: skip


def around(p: float) -> dict[str, float]:
    """Return an interval around a probability."""
    return {"low": 0.7 * p, "high": min(1.0, 1.25 * p)}


def by_exponent(p: float, effective_size: float) -> dict[str, dict[str, Any]]:
    """Return a headline with the record counted whole, by half and not at all; below 50 draws without interval."""
    found = {}
    for exponent, value, size in (("1", p, effective_size), ("0.5", p + 0.02, 171.2), ("0", p + 0.05, 240.0)):
        few = size < 50
        ends = {"low": None, "high": None} if few else around(value)
        found[exponent] = {"value": value, **ends, "sampling": 0.011, "grid": 0.004, "correction": 0.001, "n": 255,
                           "effective_size": size, "withheld": few}  # fmt: skip
    return found


def _signpost(one: Signpost) -> Signpost:
    drawn = replace(one, p_low=0.7 * one.p, p_high=min(1.0, 1.25 * one.p), p_open=one.p)
    if one.pause_if_seen is None:
        return drawn
    return replace(
        drawn, pause_low=0.8 * one.pause_if_seen, pause_high=min(1.0, 1.2 * one.pause_if_seen), change_error=0.02
    )


def drawn_forecast() -> Forecast:
    """Return the sample over draws: every probability has an interval, but for one headline under conditions."""
    found = sample_forecast()
    headlines = tuple(
        {**row, **around(row["value"]), "what": INTERVAL, "nominal": row["value"] + 0.04, "nominal_error": 0.002,
         "sampling": 0.011, "grid": 0.004, "correction": 0.001, "n": 255,
         "by_exponent": by_exponent(row["value"], 141.6)}
        for row in found.headlines
    )  # fmt: skip
    about = found.beliefs["aria"]
    ends = {
        f"reader_{side}": [[x * p for p in row] for row in about["reader"]] for side, x in (("low", 0.8), ("high", 1.2))
    }
    assert found.near_event is not None
    near = {
        name: Band(b.value, **around(b.value), what=INTERVAL, error=b.error)
        for name, b in found.near_event.labels.items()
    }
    return replace(
        found,
        headlines=headlines,
        outcomes={
            name: tuple(replace(row, **around(row.p), what=INTERVAL) for row in rows)
            for name, rows in found.outcomes.items()
        },
        end_states=tuple(
            {**row, "what": INTERVAL, "low": {n: 0.7 * p for n, p in row["p"].items()},
             "high": {n: min(1.0, 1.25 * p) for n, p in row["p"].items()}}
            for row in found.end_states
        ),
        beliefs={"aria": {**about, **ends}},
        near_event=replace(found.near_event, labels=near),
        signposts=tuple(_signpost(one) for one in found.signposts),
        yardsticks=tuple({**row, "ours_low": 0.2, "ours_high": 0.42} for row in found.yardsticks),
        plans={name: {**plan, "draws": 32, "headlines": [_planned(row) for row in plan["headlines"]]}
               for name, plan in found.plans.items()},
        claims=tuple(_claim(one) for one in found.claims),
        ensemble=ensemble(),
    )  # fmt: skip


def _planned(row: dict[str, Any]) -> dict[str, Any]:
    ends = {"change_low": row["change"] - 0.05, "change_high": row["change"] + 0.06}
    return {**row, **around(row["value"]), **ends, "n": 32, "nominal": row["value"], "what": INTERVAL}


SPLIT = ({"name": "drain", "above": True, "order": 0.83, "at": 0.42, "holding_beyond": 0.71, "holding_before": 0.12},)


def _claim(one: ClaimResult) -> ClaimResult:
    if one.id == "C6":
        return replace(one, verdict="follows", nominal_verdict="holds", share=0.94, share_error=0.011, share_draws=256,
                       margin_low=0.02, margin_high=0.18)  # fmt: skip
    if one.id == "C3":
        return replace(one, verdict="open", nominal_verdict="does not hold", share=0.31, share_error=0.03, separates=SPLIT,
                       share_draws=256, margin_low=-0.16, margin_high=0.07)  # fmt: skip
    if one.id == "C2":
        return replace(one, change_over_draws=-0.18, change_low=-0.29, change_high=-0.08)
    return one


PLAN_ENDS = ("low", "high", "change_low", "change_high")


def withheld_forecast() -> Forecast:
    """Return the sample over draws of which too few count."""
    found = drawn_forecast()
    assert found.near_event is not None
    near = {name: replace(band, low=None, high=None, what=WITHHELD) for name, band in found.near_event.labels.items()}
    none = {"low": None, "high": None, "what": WITHHELD}
    about = {key: x for key, x in found.beliefs["aria"].items() if key not in ("reader_low", "reader_high")}
    nobody = dict.fromkeys(TYPES)
    return replace(
        found,
        headlines=tuple({**row, **none, "by_exponent": by_exponent(row["value"], 31.4)} for row in found.headlines),
        outcomes={name: tuple(replace(row, **none) for row in rows) for name, rows in found.outcomes.items()},
        end_states=tuple({**row, "low": nobody, "high": nobody, "what": WITHHELD} for row in found.end_states),
        beliefs={"aria": about},
        near_event=replace(found.near_event, labels=near),
        signposts=tuple(replace(one, p_low=None, p_high=None, pause_low=None, pause_high=None) for one in found.signposts),
        yardsticks=tuple({**row, "ours_low": None, "ours_high": None} for row in found.yardsticks),
        plans={name: {**plan, "headlines": [{**row, **dict.fromkeys(PLAN_ENDS), "what": WITHHELD}
                                            for row in plan["headlines"]]} for name, plan in found.plans.items()},
        ensemble={**ensemble(), "effective_size": 31.4, "k_hat": 0.82, "codes": ["intervals_withheld", "k_hat_above_limit"],
                  "own_surprise": {"game": -15.0, "frequencies": -11.3, "error": 0.2, "worse": True, "n": 12}},
    )  # fmt: skip
