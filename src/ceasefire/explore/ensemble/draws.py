"""The parameters that are drawn, and what a draw sets.

A draw is a point ``u`` in the unit cube, one coordinate per parameter: the quantile of its prior. Parameters whose prior
is a single value are not drawn. Rival mechanisms have no probability and stay as the case has them. Types are not drawn
either: every member carries all of them, weighted by their own priors, some of which are parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.explore.weighing.proposals import quantile_of
from ceasefire.forecast.scenario import Scenario

Floats = NDArray[np.float64]
EDGE = 1e-6
"""Quantiles are kept this far from 0 and 1, where unbounded priors have no value."""


@dataclass(frozen=True)
class Space:
    """The parameters that are drawn, in the order of the case.

    Parameters
    ----------
    names : tuple of str, (j,)
    """

    case: Case
    names: tuple[str, ...]

    @property
    def n_parameters(self) -> int:
        """How many parameters are drawn."""
        return len(self.names)

    def values(self, u: Floats) -> Floats:
        """Return the values of draws, (d, j), given their prior quantiles, (d, j) within 0 and 1."""
        inside = np.clip(u, EDGE, 1 - EDGE)
        columns = [self.case.parameters[name].prior.quantile(inside[:, j]) for j, name in enumerate(self.names)]
        return np.array(columns, dtype=np.float64).T.reshape(u.shape)

    def settings_at(self, z: Floats) -> dict[str, float]:
        """Return what a draw sets, given its normal scores, (j,)."""
        return self.settings(self.values(quantile_of(z)[None])[0])

    def settings(self, values: Floats) -> dict[str, float]:
        """Return what one draw, (j,), sets."""
        return {name: float(x) for name, x in zip(self.names, values, strict=True)}


def space_of(case: Case) -> Space:
    """Return the parameters of a case that are drawn."""
    spread = [name for name, p in case.parameters.items() if np.ptp(p.prior.quantile([EDGE, 0.25, 0.75, 1 - EDGE])) > 0]
    return Space(case, tuple(spread))


def scenario_of(settings: Mapping[str, float]) -> Scenario:
    """Return the scenario in which a draw's parameters are set."""
    return Scenario(Variant(settings=dict(settings)))
