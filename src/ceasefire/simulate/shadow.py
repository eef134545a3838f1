"""Shadow types: types with prior zero, which nobody believes in, which answer the equilibrium and are misread.

One batch of paths carries all of them. Each is a stratum, and the j-th path of every stratum meets the same random
numbers, so that neighbouring cells of a map differ by their types alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.game.arrays import Game
from ceasefire.simulate.model import PathSet
from ceasefire.simulate.weights import Strata

Floats = NDArray[np.float64]


def _same(period: int, step: int, public: Floats) -> Floats:
    """Return nature's public probabilities."""
    return public


def _same_world(period: int, step: int, world: Any) -> Any:
    """Return how the world draws for the game's own types."""
    return world.outcome_probability


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
        As in ``Game``; its ``profile`` argument is ``other profile * n_shadow + shadow``.
    outcome_probability : callable
        ``outcome_probability(period, step, world)`` gives a function as in ``WorldChance``, of such profiles.
    """

    actor: int
    n_shadow: int
    strategy: Callable[[int, int, int], Any]
    nature: Callable[[int, int, Floats], Floats] = field(default=_same)
    draw_world: Callable[[Any, Floats], Mapping[str, Floats]] | None = None
    outcome_probability: Callable[[int, int, Any], Any] = field(default=_same_world)

    def strata(self, game: Game) -> Strata:
        """Return one stratum per shadow type and profile of the other actors, equally likely over shadow types."""
        types = game.type_of_profile
        others = np.flatnonzero(types[:, self.actor] == 0)
        prior = np.ones(others.size)
        for i in range(game.n_actors):
            if i != self.actor:
                prior *= game.prior[i][types[others, i]]
        shadow = np.repeat(np.arange(self.n_shadow, dtype=np.int32), others.size)
        other = np.tile(np.arange(others.size, dtype=np.int32), self.n_shadow)
        return Strata(
            np.tile(prior / prior.sum(), self.n_shadow) / self.n_shadow,
            np.tile(types[others], (self.n_shadow, 1)).astype(np.int32),
            shadow,
            shadow,
            keep_shares=True,
            world_profile=other * np.int32(self.n_shadow) + shadow,
        )


def of_shadow(paths: PathSet, shadow: int) -> NDArray[np.bool_]:
    """Return which paths of a batch are those of one shadow type, (n,)."""
    return np.asarray(paths.profile == shadow, dtype=bool)


def relative_likelihood(paths: PathSet) -> Floats:
    """Return the likelihood of the record for each shadow type over that of the best, (q,)."""
    assert paths.log_likelihood_by_profile is not None
    return np.asarray(np.exp(paths.log_likelihood_by_profile - paths.log_likelihood_by_profile.max()))
