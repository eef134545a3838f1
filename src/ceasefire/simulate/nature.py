"""What follows a move, and what nature does: the next state of every path, with Bayes' rule where types matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import StepTable
from ceasefire.simulate import kernels
from ceasefire.simulate.play import Play
from ceasefire.simulate.random import Purpose, uniforms

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Moves = NDArray[np.int8]


def succeed(play: Play, period: int, index: int, table: StepTable, row: Ints, move: Moves) -> None:
    """Draw the next state of every path and update beliefs where nature depends on types."""
    walk, actor = play.walk, table.type_actor
    if not ((row >= 0) & (move >= 0)).any():
        return
    if play.payoff is not None:
        _pay(play, period, table, row, move)
    drawn = np.full(walk.n, -1, dtype=np.int32)
    if table.world is not None:
        _draw_world(play, period, index, table, row, move, drawn)
    public = np.ascontiguousarray(table.probability[0])
    probability, kind = _own_probability(play, period, index, table, public)
    learn = _learns(play, table)
    kernels.succeed(
        row,
        move,
        table.n_moves,
        table.start,
        table.successor,
        np.ascontiguousarray(probability),
        drawn,
        np.ascontiguousarray(kind),
        _uniforms(play, period, index, table),
        walk.state,
        walk.belief[max(actor, 0)],
        learn,
        public,
    )
    if learn:
        walk.tracks[0].moved(actor)
    for view in range(1, len(play.views)):
        _look_on(play, play.table(period, index, view), row, move, view)


def _learns(play: Play, table: StepTable) -> bool:
    return table.probability.shape[1] > 1 and table.type_actor not in play.game.freeze_belief


def _look_on(play: Play, table: StepTable, row: Ints, move: Moves, view: int) -> None:
    """Let another view learn, by what it takes to be likely, from the states that have been reached."""
    if not _learns(play, table):
        return
    walk, track, public = play.walk, play.walk.tracks[view], np.ascontiguousarray(table.probability[0])
    unused = np.zeros(walk.n)
    kernels.succeed(
        row,
        move,
        table.n_moves,
        table.start,
        table.successor,
        public,
        walk.state.copy(),
        np.zeros(walk.n, dtype=np.int32),
        unused,
        walk.state.copy(),
        track.belief[table.type_actor],
        True,
        public,
    )
    track.moved(table.type_actor)


def _own_probability(play: Play, period: int, index: int, table: StepTable, public: Floats) -> tuple[Floats, Ints]:
    """Return the probabilities with which paths are drawn, (k, nnz), and each path's row of them, (n,)."""
    walk, actor = play.walk, table.type_actor
    if public.shape[0] == 1:
        return public, np.zeros(walk.n, dtype=np.int32)
    if play.shadow is not None and play.shadow.actor == actor:
        return play.shadow.nature(period, index, public), walk.kind
    return public, walk.types[actor]


def _uniforms(play: Play, period: int, index: int, table: StepTable) -> Floats:
    """Return a number for each path; zeros where every move has one successor and nothing is drawn."""
    if (np.diff(table.start) <= 1).all():
        return np.zeros(play.walk.n)
    return uniforms(play.walk.seed, play.walk.path, period, index, Purpose.SUCCESSOR)


def _draw_world(play: Play, period: int, index: int, table: StepTable, row: Ints, move: Moves, drawn: Ints) -> None:
    """Draw a chance outcome with its probability in the world, then a successor from its lottery."""
    walk, world = play.walk, table.world
    assert world is not None
    at = np.flatnonzero((row >= 0) & (move >= 0))
    parameters = {name: values[at] for name, values in walk.world.items()}
    probability = world.outcome_probability
    if play.shadow is not None:
        probability = play.shadow.outcome_probability(period, index, world)
    chances = probability(row[at], move[at], walk.world_profile[at], parameters)
    uniform = uniforms(walk.seed, walk.path, period, index, Purpose.CHANCE)[at]
    edges = np.cumsum(chances, axis=1)
    outcome = np.minimum((edges <= uniform[:, None] * edges[:, -1:]).sum(axis=1), world.n_outcomes - 1)
    lottery = np.full(walk.n, -1, dtype=np.int64)
    lottery[at] = (row[at].astype(np.int64) * table.n_moves + move[at]) * world.n_outcomes + outcome
    kind = np.zeros(walk.n, dtype=np.int32)
    if world.probability.shape[0] > 1:
        kind = walk.types[table.type_actor]
    second = uniforms(walk.seed, walk.path, period, index, Purpose.SUCCESSOR)
    kernels.draw_lottery(
        lottery, world.start, world.successor, np.ascontiguousarray(world.probability), kind, second, drawn
    )


def _pay(play: Play, period: int, table: StepTable, row: Ints, move: Moves) -> None:
    """Add the payoffs of the step, discounted to the period of ``as_of``."""
    assert play.payoff is not None
    if not play.pays(table):
        return
    walk = play.walk
    own = walk.profile if table.payoff.shape[2] > 1 else np.zeros(walk.n, dtype=walk.profile.dtype)
    discount = np.asarray(play.game.discount_factor) ** (period - play.rules.as_of_period)
    kernels.pay(row, move, own, table.payoff, discount, play.payoff)
