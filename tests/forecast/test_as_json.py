"""``run --json``: its keys are a promise; a kept forecast comes back as it was."""

from __future__ import annotations

import json

import numpy as np

from ceasefire.forecast.as_json import as_json, from_kept, plain, to_kept
from tests.report import sample

KEYS = {
    "case",
    "case_hash",
    "status",
    "as_of",
    "outcomes",
    "end_states",
    "beliefs",
    "claims",
    "trust",
    "certificate",
    "evidence",
    "seconds",
}
TRUST = {
    "headline",
    "p",
    "belief_grid",
    "stock_grid",
    "period_halved",
    "horizon",
    "precision_doubled",
    "precision_zero",
    "error_share",
    "without_slips",
    "monte_carlo",
    "one_at_a_time",
}


def test_the_promised_keys_are_there() -> None:
    found = json.loads(json.dumps(as_json(sample.sample_forecast()), allow_nan=False))
    assert set(found) >= KEYS
    for rows in found["outcomes"].values():
        assert all(set(row) >= {"date", "p", "low", "high", "what"} for row in rows)
    for row in found["trust"]:
        assert set(row) == TRUST
    assert {"low", "high", "parameter"} == set(found["trust"][0]["one_at_a_time"])
    for row in found["end_states"]:
        assert set(row) == {"date", "p"}
        assert abs(sum(row["p"].values()) - 1) < 1e-9


def test_claims_stand_under_their_ids_with_what_their_role_promises() -> None:
    forecast = sample.sample_forecast()
    found = as_json(forecast)["claims"]
    assert set(found) == {claim.id for claim in forecast.claims}
    for claim in forecast.claims:
        row = found[claim.id]
        assert {"role", "verdict"} <= set(row)
        if claim.role == "conclusion":
            assert {"value", "threshold", "margin", "flips_at", "witness_holds", "witness_fails"} <= set(row)
            assert row["flips_at"] == claim.flips_at
        if claim.role == "premise":
            assert row["largest_change"] == claim.largest_change


def test_a_kept_forecast_comes_back_as_it_was() -> None:
    forecast = sample.sample_forecast()
    again = from_kept(json.loads(json.dumps(to_kept(forecast))))
    assert as_json(again) == as_json(forecast)
    assert again.signposts == forecast.signposts
    assert again.trust == forecast.trust
    assert again.factor_map is not None
    assert again.factor_map.cells[0] == forecast.factor_map.cells[0]  # type: ignore[union-attr]


def test_plain_values_have_no_nan_and_no_arrays() -> None:
    found = plain({"x": np.float64("nan"), "y": np.arange(2), "z": (np.int32(3), float("inf"), True)})
    assert found["x"] is None
    assert found["z"] == [3, None, True]
