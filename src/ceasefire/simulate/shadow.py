"""Shadow types: types with prior zero, which nobody believes in, which answer the equilibrium and are misread.

One batch of paths carries all of them: each is a stratum, with the same random numbers for the same place within it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game
from ceasefire.simulate.weights import Strata

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShadowPlay:
    """Shadow types ready to be played.

    Parameters
    ----------
    actor : int
        Whose type they stand in for.
    n_shadow : int
    strategy : callable
        ``strategy(period, step, pattern)`` gives (r, v, q, a), float32, or None where nobody chooses.
    nature : callable
        ``nature(period, step, public)`` gives the probabilities (q, nnz) with which nature draws for each.
    draw_world : callable, optional
        As in ``Game``, with shadow types in place of profiles.
    outcome_probability : callable
        ``outcome_probability(period, step, world)`` gives a function as in ``WorldChance``, of shadow types.
    """

    actor: int
    n_shadow: int
    strategy: Callable[[int, int, int], Any]
    nature: Callable[[int, int, Floats], Floats] = field(default=lambda period, step, public: public)
    draw_world: Callable[[Any, Floats], Mapping[str, Floats]] | None = None
    outcome_probability: Callable[[int, int, Any], Any] = field(default=lambda p, s, world: world.outcome_probability)

    def strata(self, game: Game) -> Strata:
        """Return one stratum per shadow type and profile of the other actors, equally likely over shadow types."""
        types = game.type_of_profile
        others = np.flatnonzero(types[:, self.actor] == 0)
        prior = np.ones(others.size)
        for i in range(game.n_actors):
            if i != self.actor:
                prior *= game.prior[i][types[others, i]]
        shadow = np.repeat(np.arange(self.n_shadow, dtype=np.int32), others.size)
        return Strata(
            np.tile(prior / prior.sum(), self.n_shadow) / self.n_shadow,
            np.tile(types[others], (self.n_shadow, 1)).astype(np.int32),
            shadow,
            shadow,
            keep_shares=True,
        )
