"""What happens next: only what the record leaves possible is listed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ceasefire.case.model import Case
from ceasefire.forecast.next_moves import first_open_period, near_labels
from ceasefire.forecast.pipeline import run_variant
from tests.forecast.conftest import QUICK


def test_endings_of_histories_that_the_record_excludes_are_not_listed(case: Case) -> None:
    run = run_variant(case, settings=QUICK)
    asked = replace(run, case=replace(case, report=replace(case.report, near_event="pressure")))
    labels = near_labels(asked)
    assert set(labels) == {"wait", "press"}
    j = run.game.step_index("pressure")
    pressed = run.paths.move[j][first_open_period(case, j, run.as_of)] == run.game.steps[j].move_names.index("press")
    excluded = replace(run.paths, weight=np.where(pressed, 0.0, run.paths.weight))
    assert set(near_labels(replace(asked, paths=excluded))) == {"wait"}
