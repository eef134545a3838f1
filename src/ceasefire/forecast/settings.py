"""How finely a forecast is computed: belief grids, number of paths, seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

FULL_INTERVALS = {2: 40, 3: 12, 4: 3}
"""Belief intervals by number of types of one actor; more types than four: as four, fewer and fewer."""


@dataclass(frozen=True)
class Settings:
    """The numerical choices of a run.

    Parameters
    ----------
    intervals : int or None
        Belief intervals for every informed actor; None: chosen by the number of its types.
    refine : int
        Factor on the intervals; 2 halves the spacing of the belief grid.
    divide : int
        Divisor of the intervals, for what would else take too long; at least two intervals are left.
    n_paths : int
        Paths to start with.
    seed : int
    tolerance : float
        Residual at which an informed step counts as solved.
    target : float
        Monte Carlo error (one standard error) of the outcomes that more paths are drawn for; 0: never more.
    max_paths : int
        Where drawing more paths stops, target met or not.
    preview : bool
        Whether the grid is the coarse one on which differences are computed.
    """

    intervals: int | None = None
    refine: int = 1
    divide: int = 1
    n_paths: int = 20_000
    seed: int = 1
    tolerance: float = 1e-9
    target: float = 0.002
    max_paths: int = 64_000
    preview: bool = False

    def intervals_of(self, n_types: Sequence[int]) -> tuple[int, ...]:
        """Return the belief intervals of each informed actor, given the numbers of types (each at least 2)."""
        chosen = [self.refine * (self.intervals or _chosen(k, self.preview)) for k in n_types]
        return tuple(max(2, n // self.divide) if self.divide > 1 else n for n in chosen)

    def as_dict(self) -> dict[str, int | float | None]:
        """Return all choices by name, for keys and for the page that says how to reproduce."""
        return asdict(self)

    def flags(self) -> str:
        """Return the options of ``ceasefire ask`` that ask on this grid, with so many paths and this seed."""
        usual = PREVIEW if self.preview else FULL
        wanted = [(self.preview, "--preview"), (self.n_paths != usual.n_paths, f"--paths {self.n_paths}")]
        return " ".join(flag for given, flag in [*wanted, (self.seed != 1, f"--seed {self.seed}")] if given)

    def coarse(self) -> Settings:
        """Return the preview grid with the same seed, on which paired differences are computed."""
        if self.preview:
            return self
        return replace(PREVIEW, seed=self.seed)

    def with_paths(self, n_paths: int) -> Settings:
        """Return the same choices with a fixed number of paths, so that two runs stay paired path by path."""
        return replace(self, n_paths=n_paths, target=0.0)


def _chosen(n_types: int, preview: bool) -> int:
    full = FULL_INTERVALS.get(n_types, max(2, 24 // n_types))
    return max(2, full // 2) if preview else full


FULL = Settings()
PREVIEW = Settings(n_paths=4_000, tolerance=1e-7, target=0.0, preview=True)
AUDIT = replace(PREVIEW, n_paths=8_000)
"""Of checks, cuts and witnesses: what a cut moves is often little."""
