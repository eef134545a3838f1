"""An actor's step on all paths: where its strategy is found, what the record or a plan leaves, Bayes' rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.simulate import kernels
from ceasefire.simulate.exact import Places, interpolated, strategies_for
from ceasefire.simulate.plans import PlannedPlay
from ceasefire.simulate.play import Play
from ceasefire.simulate.random import Purpose, uniforms
from ceasefire.simulate.record import Observed

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass
class Turn:
    """One actor's step in one period.

    Parameters
    ----------
    row : (n,), int
        Row of the table of each path; negative where nobody chooses.
    move : (n,), int8; slip : (n,), bool
        Filled in.
    """

    period: int
    index: int
    table: StepTable
    row: Ints
    move: NDArray[np.int8]
    slip: Bools
    seen: Observed | None
    is_open: bool


def take_turn(play: Play, turn: Turn) -> None:
    """Let the mover choose on every path; weigh what was observed."""
    walk, seen = play.walk, turn.seen
    before = walk.masses() if seen is not None else None
    if seen is not None and not seen.by_default:
        walk.weight[turn.row < 0] = 0.0
    if (turn.row >= 0).any():
        for pattern in walk.patterns_present():
            row = turn.row if pattern < 0 else np.where(walk.pattern == pattern, turn.row, -1).astype(np.int32)
            _in_pattern(play, turn, row, max(pattern, 0))
    if seen is not None and before is not None:
        walk.note_item(seen.name, before, f"step {play.game.steps[turn.index].name}, period {turn.period}")


def absent(play: Play, period: int, index: int, seen: Observed | None) -> None:
    """Weigh by what the record says of a step that does not exist in this period."""
    if seen is not None:
        before = play.walk.masses()
        if not seen.by_default:
            play.walk.weight[:] = 0.0
        play.walk.note_item(seen.name, before, f"step {play.game.steps[index].name} does not exist in period {period}")


def _in_pattern(play: Play, turn: Turn, row: Ints, pattern: int) -> None:
    """Choose on the paths of one turn pattern, in the view of the mover; whoever holds another view learns in it."""
    plan = play.plan if turn.is_open else None
    forced = None if plan is None else plan.forced(turn.period, turn.index)
    actor = play.game.steps[turn.index].actor
    mine = play.view_of(actor)
    solution, strategy = _strategy(play, turn, mine, pattern)
    if strategy is None and forced is None:
        _without_choice(play, turn, row)
        return
    place = _place(play, turn, row, pattern, mine)
    own = None
    if play.shadow is not None and play.shadow.actor == actor:
        own = play.shadow.strategy(turn.period, turn.index, pattern)
    track = play.walk.tracks[mine]
    if own is None:
        kinds = _own_types(play, actor, place.strategy)
        _choose(play, turn, place, kinds, place.strategy, forced, plan, actor)
    else:
        between = interpolated(track, solution, row, strategy, place.table) if place.solved_again else place
        before = track.belief[actor].copy()
        _choose(play, turn, between, play.walk.kind, own, forced, plan, actor)
        if place.solved_again and forced is None and _teaches(play, actor):
            track.belief[actor][:] = _posterior(before, place, turn.move)
    for view in range(len(play.views)):
        if view != mine and _teaches(play, actor):
            _look_on(play, turn, row, pattern, view, forced, plan)


def _strategy(play: Play, turn: Turn, view: int, pattern: int) -> tuple[Any, Any]:
    """Return the solution that a view plays by at a step, and its strategy there; None where nobody has a choice."""
    held = play.views[view]
    planned = turn.is_open and play.plan is not None and held.planned is not None
    solution = held.planned if planned else held.solution
    return solution, solution.strategy(turn.period, turn.index, pattern)


def _look_on(play: Play, turn: Turn, row: Ints, pattern: int, view: int, forced: Any, plan: PlannedPlay | None) -> None:
    """Let those who hold another view than the mover learn from its moves by the strategy that they expect of it."""
    actor, track = play.game.steps[turn.index].actor, play.walk.tracks[view]
    read = np.where(row >= 0, turn.move, -1).astype(np.int8)
    if forced is not None and plan is not None and plan.known:
        read[(row >= 0) & (np.asarray(forced)[row] >= 0)] = -1
    track.belief[actor][:] = _posterior(track.belief[actor], _place(play, turn, row, pattern, view), read)
    track.moved(actor)


def _teaches(play: Play, actor: int) -> bool:
    return actor not in play.game.freeze_belief and play.game.n_types[actor] > 1


def _posterior(belief: NDArray[np.float64], place: Places, move: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the beliefs after moves at a step, by the strategies at each path's place, (n, k).

    Nobody believes in shadow types, so the others learn from their moves what they learn without them: from the step
    solved again. A coarse grid would leave them with other beliefs, and every cell of a map with another future.
    """
    at = np.flatnonzero((place.row >= 0) & (move >= 0))
    likelihood = sum(
        place.vertex_weight[at, c, None] * place.strategy[place.row[at], place.vertex[at, c], :, move[at]]
        for c in range(place.vertex.shape[1])
    )
    weight = belief[at] * likelihood
    total = weight.sum(axis=1)
    known, after = total > 0, belief.copy()
    after[at[known]] = weight[known] / total[known, None]
    return after


def _own_types(play: Play, actor: int, strategy: Any) -> Ints:
    """Return the row of a strategy with which each path's mover chooses, (n,)."""
    if strategy.shape[2] == 1:
        return np.zeros(play.walk.n, dtype=np.int32)
    own: Ints = play.walk.types[actor]
    return own


def _without_choice(play: Play, turn: Turn, row: Ints) -> None:
    """Make the only feasible move of each row."""
    only = np.argmax(turn.table.feasible, axis=1).astype(np.int8)
    at = np.flatnonzero(row >= 0)
    turn.move[at] = only[row[at]]
    if turn.seen is not None:
        play.walk.weight[at[~turn.seen.allowed[turn.move[at]]]] = 0.0


def _place(play: Play, turn: Turn, row: Ints, pattern: int, view: int) -> Places:
    """Return where each path finds the strategy of a view: solved again where observed and at the start, else between.

    Where only a plan's moves differ from row to row and nobody has a choice, it is the one feasible move.
    """
    solution, strategy = _strategy(play, turn, view, pattern)
    table = play.table(turn.period, turn.index, view)
    if strategy is None:
        strategy = _only_strategy(table)
    first = next((j for j, step in enumerate(play.game.steps) if step.actor >= 0), 0)
    again = turn.seen is not None or (turn.period == 0 and turn.index <= first)
    most = play.exact_pairs if again else 0
    track = play.walk.tracks[view]
    place = strategies_for(
        solution, play.game, play.walk, track, turn.period, turn.index, pattern, row, strategy, table, most
    )
    if turn.seen is not None:
        decisions = int(np.count_nonzero(row >= 0))
        play.observed_decisions += decisions
        play.solved_decisions += decisions * place.solved_again
    return place


def _allowed(play: Play, turn: Turn) -> tuple[NDArray[np.float64], float]:
    """Return the share of each move that passes, (r, a), and the chance of miscoding (negative: nothing observed)."""
    shape = turn.table.feasible.shape
    if turn.seen is not None:
        return np.ascontiguousarray(np.broadcast_to(turn.seen.allowed.astype(np.float64), shape)), play.rules.miscoded
    return np.ones(shape), -1.0


def _choose(
    play: Play,
    turn: Turn,
    place: Places,
    own: Ints,
    own_strategy: Any,
    forced: Any,
    plan: PlannedPlay | None,
    actor: int,
) -> None:
    """Run the compiled choice."""
    walk, game, table = play.walk, play.game, place.table
    track = walk.tracks[play.view_of(actor)]
    forced_rows = np.full(table.n_rows, -1, dtype=np.int8) if forced is None else np.asarray(forced, dtype=np.int8)
    teach = 0 if actor in game.freeze_belief or game.n_types[actor] == 1 else 1
    if teach and plan is not None and not plan.known:
        teach = 2
    allowed, miscoded = _allowed(play, turn)
    kernels.choose(
        place.row,
        place.strategy,
        np.ascontiguousarray(own_strategy),
        np.ascontiguousarray(own),
        place.vertex,
        place.vertex_weight,
        uniforms(walk.seed, walk.path, turn.period, turn.index, Purpose.MOVE),
        place.take(table.feasible),
        place.take(table.log_weight),
        place.take(forced_rows),
        place.take(allowed),
        miscoded,
        play.no_slips and turn.is_open,
        teach,
        walk.weight,
        track.belief[actor],
        turn.move,
        turn.slip,
        walk.switch,
    )
    if teach:
        track.moved(actor)


def _only_strategy(table: StepTable) -> NDArray[np.float32]:
    """Return the strategy of a step at which nobody has a choice, on a grid of one node, (r, 1, 1, a)."""
    sigma = np.zeros((table.n_rows, 1, 1, table.n_moves), dtype=np.float32)
    sigma[np.arange(table.n_rows), 0, 0, np.argmax(table.feasible, axis=1)] = 1.0
    return sigma
