"""Backward induction on belief grids: agent logit equilibria of games with private types and public beliefs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game
from ceasefire.game.beliefs import intervals_of
from ceasefire.solve.held import prior_held
from ceasefire.solve.layout import Layout
from ceasefire.solve.memory import check_game, n_checkpoints, stretch_of
from ceasefire.solve.shadow import ShadowSolution, solve_shadow
from ceasefire.solve.solution import Solution
from ceasefire.solve.starts import Start
from ceasefire.solve.stationary import StationaryEnd, stationary_end
from ceasefire.solve.strategies import Strategies
from ceasefire.solve.sweep import Forced, Key, Possible, Strategy, Sweep, all_possible, nothing_forced, sweep_period

__all__ = ["ShadowSolution", "Solution", "solve", "solve_shadow"]

Floats = NDArray[np.float64]


def solve(
    game: Game,
    *,
    intervals: int | Sequence[int] = 20,
    tolerance: float = 1e-9,
    forced: Forced | None = None,
    first_period: int = 0,
    possible: Possible = all_possible,
    terminal: Floats | None = None,
    audit: bool = True,
    elsewhere: Start | None = None,
    held: dict[int, NDArray[np.bool_]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Solution:
    """Solve a game by backward induction; return strategies and values at every state and belief node.

    Parameters
    ----------
    intervals : int or one per informed actor
        Intervals of the belief grids along each edge of the simplex.
    tolerance : float
        Largest residual of a fixed point, in log probabilities.
    forced : callable, optional
        ``forced(period, step_index)`` gives the planned move of each row, -1 for none; planned moves teach nothing.
    first_period : int
        Earlier periods are not solved.
    possible : callable, optional
        ``possible(period, step_index)`` gives the states (s,) that can come up before a step, closed under what can
        follow. Elsewhere strategies are even and values mean nothing; where it says so, both are what they are without it.
    terminal : (s, n, p, i), optional
        Values after the last period, in place of those of the game (a solution's ``start_values(n_periods)``).
    audit : bool
        Hold warm starts against the continuation on a fixed sample of nodes and wherever a probability jumps between
        neighbours; without it only where it jumps from its start.
    elsewhere : Start, optional
        Where Newton's method begins at informed choices, in place of the principal solution: a choice takes the solution
        that this leads to, and keeps the principal one where it leads to none. See ``equilibria``.
    held : by informed actor, (period, step), optional
        Where the belief may still be the prior; found from the start of the game if not given. Without it with `audit`.
    progress : callable, optional
        Called with (periods done, periods in all) after every period.

    Raises
    ------
    InputError
        C513 where this takes more memory than there may be; nothing is allocated before.

    Notes
    -----
    Among several solutions of an informed step the end of the continuation in precision from 0 is taken, continuation
    values fixed (``stagewise-principal``). A point without convergence stands in ``solution.tally.failed``.
    """
    check_game(game, intervals_of(game, intervals))
    layout = Layout.of(game, intervals)
    game = layout.game
    planned = forced or nothing_forced
    if audit:
        held = {}
    elif held is None:
        held = {actor: prior_held(game, actor, planned, first_period) for actor in game.informed}
    sweep = Sweep(layout, tolerance, planned, audit, possible, elsewhere, held)
    strategies: Strategies[Key] = Strategies()

    def keep(period: int, index: int, pattern: int, sigma: Strategy | None) -> None:
        if sigma is not None:
            strategies[period, index, pattern] = sigma

    values = layout.terminal() if terminal is None else terminal.copy()
    end: StationaryEnd | None = None
    if terminal is None and game.stationary.any():
        still = None if audit else frozenset(actor for actor, where in held.items() if where[-1].any())
        end = stationary_end(layout, sweep.forced, possible, tolerance, still)
        values = end.onto(layout, end.values)
        sweep.tally.stationary_change = end.change
        last = game.n_periods - 1
        sweep.start = {
            key: end.onto(layout, sigma.astype(np.float64)).astype(np.float32)
            for key, sigma in end.strategies.items()
            if layout.learns_from(game.steps[key[0]].actor) and game.steps[key[0]].table_of_period[last] >= 0
        }
    n_periods = game.n_periods - first_period
    stretch = stretch_of(n_periods, values.nbytes)
    room = np.empty((n_checkpoints(n_periods, values.nbytes), *values.shape))  # at once: the system gives it faster
    checkpoints = {game.n_periods: room[0]}
    room[0] = values
    for period in range(game.n_periods - 1, first_period - 1, -1):
        values = sweep_period(sweep, values, period, keep, lambda *_: None)
        if (period - first_period) % stretch == 0:
            room[len(checkpoints)] = values
            checkpoints[period] = room[len(checkpoints)]
        if progress is not None:
            progress(game.n_periods - period, n_periods)
    return Solution(
        layout, tuple(grid.intervals for grid in layout.grids), tolerance, sweep.forced, first_period, strategies,
        checkpoints, sweep.tally, end, possible, elsewhere,
    )  # fmt: skip


class _CallableModule(ModuleType):
    """Lets ``ceasefire.solve(game)`` call :func:`solve` although a package has that name."""

    def __call__(self, game: Game, **settings: Any) -> Solution:
        return solve(game, **settings)


sys.modules[__name__].__class__ = _CallableModule
