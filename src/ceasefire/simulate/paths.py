"""Sampled paths that carry exact, off-grid beliefs, all of them one step at a time.

At a step of actor m a path in state x with public belief b chooses with the strategy interpolated at b on the belief
grid of the solution; beliefs then follow Bayes' rule exactly, over all types of m. At a step of nature the successor is
drawn with the probabilities of the path's true types and, where a chance has ``in_world``, of its world; beliefs learn
with the public probability. At an observed step only the observed moves pass, and their probability multiplies the
weight of the path. Where perceptions are hidden, a path carries a public belief for each view: the mover chooses in its
own, and each learns from the move by its own strategy; what is impossible in a view teaches nothing there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.arrays import Game
from ceasefire.simulate.choice import Turn, absent, take_turn
from ceasefire.simulate.history import History
from ceasefire.simulate.model import PathSet
from ceasefire.simulate.nature import succeed
from ceasefire.simulate.plans import PlannedPlay
from ceasefire.simulate.play import Play
from ceasefire.simulate.record import RecordRules, item_weight, record_rules
from ceasefire.simulate.shadow import ShadowPlay
from ceasefire.simulate.views import HeldView
from ceasefire.simulate.walk import Walk

Floats = NDArray[np.float64]
EXACT_PAIRS = 1000
"""At a record step with at most this many distinct (state, belief) pairs the step is solved again."""


def simulate(
    case: Case | None,
    game: Game,
    solution: Any,
    *,
    variant: Variant = Variant(),  # noqa: B008
    n_paths: int = 20000,
    seed: int = 1,
    record: bool = True,
    until: int | None = None,
    plan: PlannedPlay | None = None,
    no_slips: bool = False,
    start: PathSet | None = None,
    shadow: ShadowPlay | None = None,
    environment: Any = None,
    exact_pairs: int = EXACT_PAIRS,
    other: HeldView | None = None,
) -> PathSet:
    """Simulate paths of a solved game and weigh them by the record.

    Parameters
    ----------
    case : Case, optional
        Without one (an explicit game) there are no record, outcomes or side stocks.
    solution : Solution
        Of this game, or of one that differs only in priors, the world and side stocks.
    n_paths : int
        Rounded up so that every batch holds every type profile.
    seed : int
    record : bool
        Whether the record weighs the paths. Plans bind from ``as_of`` on either way.
    until : int, optional
        Last period simulated; the horizon if not given.
    plan : PlannedPlay, optional
    no_slips : bool
        After ``as_of``, moves worse than the best by more than 1/precision have probability zero; beliefs are still
        those of players who expect such slips.
    start : PathSet, optional
        Paths of another game over the same states (a whole-period game whose halved one follows): profile, weight,
        world, belief, side stocks and state at its last period are where these paths start. The record is not used.
    shadow : ShadowPlay, optional
        Types that nobody believes in, in place of one actor's.
    environment : Environment, optional
        Of this case and variant; made if not given.
    exact_pairs : int
        At a record step with at most this many distinct (state, belief) pairs the step is solved again; 0: never.
    other : HeldView, optional
        The view of actors who see the game otherwise than it is. They choose by its strategies at its public belief;
        everybody else, nature, the world, payoffs and outcomes follow `game`. Not with shadow types.

    Raises
    ------
    InputError
        S401 for contradicting items, S402 if no path agrees with an item.
    """
    if environment is None and case is not None:
        from ceasefire.game.environment import Environment

        environment = Environment(case, variant)
    assert other is None or shadow is None, "shadow types are played in one view only"
    rules = RecordRules(0, 0)
    if case is not None and start is None:
        rules = record_rules(case, game, variant, environment, use=record)
    last = game.n_periods - 1 if until is None else min(until, game.n_periods - 1)
    walk = Walk.begin(game, n_paths, seed, start, shadow, other)
    history = History.begin(case, game, environment, walk, last + 1, rules)
    sums = shadow is None and last == game.n_periods - 1
    play = Play(
        game, solution, rules, walk, history, plan, no_slips, shadow, environment, exact_pairs, other, sums_payoffs=sums
    )
    for period in range(last + 1):
        play_period(play, period)
    return play.history.finish(walk, play.rules, seed, play.share_solved_again(), total_payoff(play))


def play_period(play: Play, period: int) -> None:
    """Play all steps of a period and note what holds when it ends."""
    rules, n_steps = play.rules, len(play.game.steps)
    play.walk.draw_pattern(period)
    for index in range(n_steps):
        if (period, index) == (rules.as_of_period, rules.first_open):
            _close_record(play, period, index)
        _play_step(play, period, index)
        play.history.after_step(period, index, play.walk)
    if (period, n_steps) == (rules.as_of_period, rules.first_open):
        _close_record(play, period, n_steps)
    if period < rules.as_of_period:
        _weigh_states(play, period)
        _resample(play, period, n_steps)
    play.history.end_period(period, play.walk)


def _close_record(play: Play, period: int, index: int) -> None:
    """Weigh what was observed of the state, resample, and keep the beliefs held at ``as_of``; payoffs count from here."""
    _weigh_states(play, period)
    _resample(play, period, index)
    play.history.keep_beliefs(play.walk)
    if play.sums_payoffs:
        play.payoff = np.zeros((play.walk.n, play.game.n_actors))


def _weigh_states(play: Play, period: int) -> None:
    for item in play.rules.state_items.get(period, []):
        factor = item_weight(item, play.environment, play.game, period)[play.walk.state]
        play.walk.weigh(item.name, factor, item)


def _resample(play: Play, period: int, index: int) -> None:
    ancestor = play.walk.resample_if_degenerate(period, index)
    if ancestor is not None:
        play.history.reorder(ancestor, period)


def _play_step(play: Play, period: int, index: int) -> None:
    """Play one step on all paths."""
    step, walk = play.game.steps[index], play.walk
    table, seen = step.table_at(period), play.rules.steps.get((period, index))
    if table is None:
        absent(play, period, index, seen)
        return
    row = play.row_of_state(table)[walk.state]
    if step.actor < 0:
        succeed(play, period, index, table, row, np.where(row >= 0, 0, -1).astype(np.int8))
        return
    row[walk.sits_out(step.actor)] = -1
    move, slip = np.full(walk.n, -1, dtype=np.int8), np.zeros(walk.n, dtype=bool)
    is_open = play.rules.is_open(period, index)
    take_turn(play, Turn(period, index, table, row, move, slip, seen, is_open))
    before = walk.state.copy()
    succeed(play, period, index, table, row, move)
    play.history.note_moves(period, index, move, slip & is_open, before, walk.state)


def total_payoff(play: Play) -> Floats | None:
    """Return what each actor gets on each path from ``as_of`` on, (n, i), with the terminal value; None if not summed."""
    game, walk = play.game, play.walk
    if play.payoff is None:
        return None
    own = walk.profile if game.terminal.shape[1] > 1 else 0
    later = game.n_periods - play.rules.as_of_period
    return np.asarray(play.payoff + game.terminal[walk.state, own] * game.discount_factor**later)
