"""Jobs of many kinds: kept ones are read, the same job is computed once, what is refused is a result."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast import batch
from ceasefire.forecast.batch import Failure, Job, compute
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import Settings
from tests.forecast.counted import Counted

JOBS = [Job(Scenario().setting("wear", value), Settings()) for value in (1.0, 1.1, 1.2, 1.3)]


def test_kept_jobs_come_first_and_the_same_job_is_computed_once(case: Case, empty_cache: Path, tmp_path: Path) -> None:
    jobs = [Counted(str(tmp_path), number) for number in (3, 1, 3, 2)]
    jobs[1].compute(case)
    assert list(compute(case, jobs, workers=1)) == [(1, 1), (0, 3), (2, 3), (3, 2)]
    assert [job.times("ended") for job in jobs] == [1, 1, 1, 1]
    assert list(compute(case, jobs, workers=1)) == [(0, 3), (1, 1), (2, 3), (3, 2)]
    assert [job.times("begun") for job in jobs] == [1, 1, 1, 1]


def test_what_fits_nowhere_is_a_failure_with_its_number(
    case: Case, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> Any:
        raise InputError([Fault("C513", "this needs 9.00 GB of memory")])

    monkeypatch.setattr(batch, "headlines", refused)
    assert dict(compute(case, JOBS[:1], workers=1)) == {0: Failure("this needs 9.00 GB of memory", True)}


@pytest.mark.slow
def test_small_work_starts_no_worker_and_imports_nothing_for_it(tmp_path: Path) -> None:
    script = f"""
import sys
from ceasefire.case import read_case
from ceasefire.forecast.batch import compute
from tests.case.small_case import write_small_case
from tests.forecast.counted import Counted
from pathlib import Path
case = read_case(write_small_case(Path({str(tmp_path)!r}) / "small"))
assert len(dict(compute(case, [Counted({str(tmp_path)!r}, n) for n in range(5)], 2))) == 5
assert not {{"dask", "distributed", "cryptography"}} & set(sys.modules)
"""
    environment = {"CEASEFIRE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr


def test_one_number_changed_is_another_key(case: Case) -> None:
    keys = {job.key(case) for job in JOBS} | {Job(JOBS[0].scenario, Settings(seed=2)).key(case)}
    assert len(keys) == len(JOBS) + 1
    assert Job(JOBS[0].scenario, Settings()).key(case) in keys
