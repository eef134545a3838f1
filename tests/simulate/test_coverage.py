"""Histories drawn from known types, weighed as records: what the forecast says comes true as often as it says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ceasefire.case.evidence import RecordItem
from ceasefire.simulate import simulate
from ceasefire.simulate.estimates import mean, readers_posterior
from ceasefire.simulate.model import PathSet
from tests.simulate.tiny import LinearSolution, TinyEnvironment, tiny_case, tiny_game

GAME = tiny_game(5)
SOLUTION = LinearSolution(GAME)
N_HISTORIES = 150


def record_of(truth: PathSet, n: int) -> tuple[RecordItem, ...]:
    """Return the moves of one path in the first two periods as items of a record."""
    names = [step.name for step in GAME.steps]
    return tuple(
        RecordItem(f"{names[j]}{t}", dt.date(2020, 1 + t, 5), names[j], (GAME.steps[j].move_names[m[t, n]],))
        for t in range(2)
        for j, m in truth.move.items()
        if m[t, n] >= 0
    )


@pytest.mark.slow
def test_forecasts_come_true_as_often_as_they_say() -> None:
    truth = simulate(None, GAME, SOLUTION, n_paths=20_000, seed=77)
    rng = np.random.default_rng(0)
    said, came, posterior, is_weak = [], [], [], []
    for n in rng.choice(truth.n_paths, N_HISTORIES, p=truth.weight):
        case = tiny_case(record_of(truth, n), "2020-02-29")
        case = case.__class__(**{**vars(case), "steps": tuple(_partial(step) for step in case.steps)})
        paths = simulate(case, GAME, SOLUTION, n_paths=1600, seed=int(n), environment=TinyEnvironment(case))
        said.append(mean(paths, paths.state[-1] == 2).value)
        came.append(truth.state[-1, n] == 2)
        posterior.append(readers_posterior(paths, GAME, 1)[0])
        is_weak.append(truth.profile[n] == 0)
    for forecast, happened in ((said, came), (posterior, is_weak)):
        p, x = np.array(forecast), np.array(happened, dtype=float)
        scale = np.sqrt(np.sum(p * (1 - p)))
        assert abs(np.sum(x - p)) < 3.5 * scale
        assert abs(np.sum((x - p) * (p - p.mean()))) < 3.5 * np.sqrt(np.sum(p * (1 - p) * (p - p.mean()) ** 2)) + 0.05
    assert np.std(said) > 0.05


def _partial(step: object) -> object:
    from dataclasses import replace

    return replace(step, record="partial", default=None)  # type: ignore[type-var]
