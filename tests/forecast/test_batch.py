"""Scenarios in worker processes: each worker has its share of the memory, and what needs more is computed alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast import batch
from ceasefire.forecast.batch import Failure, Job, compute
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings

JOBS = [Job(Scenario().setting("wear", value), Settings()) for value in (1.0, 1.1, 1.2, 1.3)]
LARGE = JOBS[2]


def test_what_does_not_fit_beside_others_is_computed_alone(
    case: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads stand for processes; one job is refused for memory as long as workers are there."""
    open_pools: list[Any] = []
    computed_alone: list[Job] = []

    class Pool(ThreadPoolExecutor):
        def __init__(self, workers: int, *_: Any) -> None:
            super().__init__(workers)
            open_pools.append(self)

        def shutdown(self, *args: Any, **more: Any) -> None:
            super().shutdown(*args, **more)
            open_pools.clear()

    def found(_: Any, scenario: Scenario, settings: Settings) -> Any:
        if scenario == LARGE.scenario and open_pools:
            raise InputError([Fault("C513", "this needs 9.00 GB of memory")])
        if not open_pools:
            computed_alone.append(Job(scenario, settings))
        return scenario.variant.settings["wear"]

    monkeypatch.setattr(batch, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(batch, "headlines", found)
    monkeypatch.setattr(batch, "_case", [case])
    monkeypatch.setattr(batch, "WORTH_WORKERS", -1.0)
    assert dict(compute(case, JOBS, workers=2)) == {0: 1.0, 1: 1.1, 2: 1.2, 3: 1.3}
    assert computed_alone == [JOBS[0], LARGE], "the first, and the one that needs all the memory"


def test_what_fits_nowhere_is_a_failure_with_its_number(
    case: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> Any:
        raise InputError([Fault("C513", "this needs 9.00 GB of memory")])

    monkeypatch.setattr(batch, "headlines", refused)
    assert dict(compute(case, JOBS[:1], workers=1)) == {0: Failure("this needs 9.00 GB of memory", True)}
