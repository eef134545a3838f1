"""The belief grids of an audit, and what is left of their error."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ceasefire.case.model import Case
from ceasefire.forecast.settings import Settings


@dataclass(frozen=True)
class Grids:
    """A belief grid, a coarser one, and the share of their difference that is left as error on the finer.

    Errors fall about linearly with the spacing. With n intervals on the finer grid and m on the coarser the error left
    is then ``m / (n - m)`` times the difference.
    """

    fine: Settings
    rough: Settings
    left: float


def grids(case: Case, fine: Settings) -> Grids:
    """Return a grid with the next coarser one: the preview grid, and below that half as many intervals."""
    sizes: dict[str, int] = {}
    for dimension in case.types:
        sizes[dimension.actor] = sizes.get(dimension.actor, 1) * len(dimension.values)
    n_types = [k for k in sizes.values() if k > 1]
    rough = fine.coarse()
    if fine.preview:
        rough = replace(fine, divide=2 * fine.divide)
        if rough.intervals_of(n_types) == fine.intervals_of(n_types):
            rough = replace(fine, intervals=1)
    pairs = zip(fine.intervals_of(n_types), rough.intervals_of(n_types), strict=True)
    return Grids(fine, rough, max((m / (n - m) for n, m in pairs if n > m), default=0.0))
