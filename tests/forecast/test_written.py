"""A forecast is read back only where it is one of this version of the case, and a rule says which numbers are withheld."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ceasefire.errors import InputError
from ceasefire.forecast.withheld import is_withheld, why_no_interval
from ceasefire.forecast.written import place_of, read_written
from tests.report.sample import sample_forecast
from tests.report.sample_case import sample_case
from tests.report.sample_drawn import drawn_forecast, withheld_forecast


def code(place: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_written(place, sample_case())
    return caught.value.faults[0].code


def test_only_a_forecast_of_this_case_is_read(tmp_path: Path) -> None:
    case, place = sample_case(), tmp_path / "forecast.json"
    good = {"case": case.name, "case_hash": case.case_hash, "status": "", "as_of": "", "outcomes": {}, "headlines": []}
    assert code(place) == "L301"
    for wrong in ("", "[]", "{", json.dumps({**good, "case_hash": 3}), json.dumps({"case": case.name})):
        place.write_text(wrong, encoding="utf-8")
        assert code(place) == ("L302" if '"case_hash": 3' in wrong else "L301")
    place.write_bytes(b"\xff\xfe")
    assert code(place) == "L301"
    place.write_text(json.dumps(good), encoding="utf-8")
    assert read_written(place, case) == good
    assert place_of(case) == Path("ceasefire-out") / case.name / "forecast.json"


def test_why_a_headline_has_no_interval() -> None:
    asked, unasked = {"query": "q", "n": 8}, {"query": "q"}
    for forecast, reasons in (
        (sample_forecast(), ("", "")),
        (drawn_forecast(), ("", "conditions")),
        (withheld_forecast(), ("withheld", "conditions")),
    ):
        assert (why_no_interval(forecast, asked), why_no_interval(forecast, unasked)) == reasons
    assert is_withheld(withheld_forecast())
    assert not is_withheld(replace(withheld_forecast(), ensemble={}))
