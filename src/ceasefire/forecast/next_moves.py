"""What may be seen next: how the near event ends, and the signposts."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.errors import Fault, InputError
from ceasefire.forecast.measures import begun_by
from ceasefire.forecast.model import Band, NearEvent, Signpost
from ceasefire.forecast.pipeline import Run
from ceasefire.forecast.types import informed_actors, type_names, type_of_path
from ceasefire.simulate.estimates import Sampled, finite, mean
from ceasefire.simulate.outcomes import holds

Bools = NDArray[np.bool_]
MIN_PATHS = 30
"""Paths on which a move must be seen before what follows it is shown."""
NOT_YET = "not_yet"


def near_event(run: Run) -> NearEvent | None:
    """Return how the near event ends: a step by its moves, a status by its labels, an outcome by whether it begins.

    Looked at in the ``as_of`` period for what is still open in it, on average and by type of the informed actors.
    """
    name = run.case.report.near_event
    if not name:
        return None
    ends = _ends(run, name)
    bands = {label: Band(p.value, error=p.error) for label, p in near_labels(run).items()}
    by_type: dict[str, dict[str, Sampled]] = {}
    for actor in informed_actors(run.game):
        own = type_of_path(run.game, run.paths, actor)
        for k, kind in enumerate(type_names(run.game, actor)):
            by_type[kind] = {label: mean(run.paths, seen, own == k) for label, seen in ends.items()}
    known = {kind: row for kind, row in by_type.items() if all(np.isfinite(p.value) for p in row.values())}
    value, error = (
        {kind: {label: getattr(p, what) for label, p in row.items()} for kind, row in known.items()}
        for what in ("value", "error")
    )
    return NearEvent(name, bands, value, error)


def near_labels(run: Run) -> dict[str, Sampled]:
    """Return the probability of each ending of the near event; nothing where the case names none."""
    name = run.case.report.near_event
    return {label: mean(run.paths, seen) for label, seen in _ends(run, name).items()} if name else {}


def _ends(run: Run, name: str) -> dict[str, Bools]:
    period = run.as_of_period
    for status in run.case.statuses:
        if status.name == name:
            code = np.asarray(run.game.state_columns[name])[run.paths.state[period]]
            alive = run.paths.weight > 0
            return {label: code == i for i, label in enumerate(status.labels) if (alive & (code == i)).any()}
    if name in [step.name for step in run.game.steps]:
        return _moves_of(run, name)
    if name in [outcome.name for outcome in run.case.outcomes]:
        begun = run.start(name) <= period
        return {name: begun, NOT_YET: ~begun}
    known = "the name of a step, a status or an outcome"
    raise InputError([Fault("P101", f'the near event "{name}" is none of these', found=name, expected=known)])


def _moves_of(run: Run, name: str) -> dict[str, Bools]:
    j = run.game.step_index(name)
    period = first_open_period(run.case, j, run.as_of)
    move = run.paths.move[j][period]
    labels = run.game.steps[j].move_names
    alive = run.paths.weight > 0  # the others stand in situations that the record excludes
    return {label: move == a for a, label in enumerate(labels) if (alive & (move == a)).any()}


def first_open_period(case: Case, step: int, as_of: dt.date) -> int:
    """Return the first period in which a step is not observed: that of ``as_of``, or the next."""
    period = case.calendar.period_of(as_of)
    return period if step > last_observed_step(case, as_of) else min(period + 1, case.calendar.n_periods - 1)


def last_observed_step(case: Case, as_of: dt.date) -> int:
    """Return the last step of the ``as_of`` period that the record codes on or before ``as_of``; -1 where none."""
    names, period = [step.name for step in case.steps], case.calendar.period_of(as_of)
    seen = [
        names.index(item.step)
        for item in case.record.items
        if item.step in names and item.date <= as_of and case.calendar.period_of(item.date) == period
    ]
    return max(seen, default=-1)


def signposts(run: Run) -> tuple[Signpost, ...]:
    """Return every next move of every actor: how likely it is, and what seeing it would change.

    The next move at a step is the one in the first period that is open; beliefs are those held when that period ends.
    The pause is looked at where it is still open when the move is made: that a truce is likelier once it is being held
    says nothing about whether there will be one.
    """
    return tuple(one for one in next_moves(run) if 0 < one.p < 1)


def next_moves(run: Run) -> tuple[Signpost, ...]:
    """Return the same of every move that is seen on some path, also one that is sure."""
    found: list[Signpost] = []
    for j, step in enumerate(run.game.steps):
        if step.actor >= 0 and j in run.paths.move:
            found += _next_moves_at(run, j)
    return tuple(found)


def _next_moves_at(run: Run, step: int) -> list[Signpost]:
    period = first_open_period(run.case, step, run.as_of)
    move = run.paths.move[step][period]
    there = run.game.steps[step]
    still_open = _pause_open(run, period, step)
    found = []
    for a, name in enumerate(there.move_names):
        seen = move == a
        p = mean(run.paths, seen)
        if p.value <= 0:
            continue
        pause, change = _pause_if(run, seen, still_open)
        found.append(
            Signpost(
                run.end_of(period).isoformat(),
                there.name,
                run.game.actor_names[there.actor],
                name,
                p.value,
                _belief_if(run, period, seen),
                None if pause is None else pause.value,
                None if change is None else change.value,
                p_error=finite(p.error),
                change_error=None if change is None else finite(change.error),
                p_open=mean(run.paths, seen & still_open).value,
            )
        )
    return found


def _belief_if(run: Run, period: int, seen: Bools) -> dict[str, dict[str, float]]:
    found = {}
    for actor in informed_actors(run.game):
        i = run.game.actor_names.index(actor)
        held = run.paths.belief[i][period].astype(np.float64)
        names = type_names(run.game, actor)
        found[actor] = {name: mean(run.paths, held[:, k], seen).value for k, name in enumerate(names)}
    return found


def _pause_open(run: Run, period: int, step: int) -> Bools:
    """Return on which paths the pause has neither begun nor is on when a step is played, (n,)."""
    name = run.case.report.pause
    if not name:
        return np.ones(run.paths.n_paths, dtype=bool)
    pause = next(outcome for outcome in run.case.outcomes if outcome.name == name)
    on = holds(run.environment, run.game, pause, period)[run.paths.before[period, step]]
    return ~on & (run.start(name) >= period)


def _pause_if(run: Run, seen: Bools, still_open: Bools) -> tuple[Sampled | None, Sampled | None]:
    """Return the probability of the pause within a year after a move, and less that whatever is done there."""
    pause, seen = run.case.report.pause, seen & still_open
    if not pause or np.count_nonzero(seen & (run.paths.weight > 0)) < MIN_PATHS:
        return None, None
    last = run.period_of(run.as_of + dt.timedelta(days=365.25))
    there, overall = (begun_by(run, pause, last, among) for among in (seen, still_open))
    return there, there.minus(overall)
