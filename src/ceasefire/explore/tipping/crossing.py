"""Where a number crosses a level along one coordinate, found with few evaluations.

The coordinate is the quantile u of a parameter's prior, with the nominal value at 1/2. First a scan of fixed points, which
shows whether the number rises and falls again; then, on each side of the nominal value, the first pair of neighbours between
which the level lies is narrowed by false position (Illinois rule: an end that stays counts half, Dowell and Jarratt 1971).

A search is a generator: it yields the points it wants and is sent their values, so that many searches share one batch.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

NOMINAL = 0.5
LOW, HIGH = 0.01, 0.99
SCAN = (LOW, 0.1, 0.3, NOMINAL, 0.7, 0.9, HIGH)
CLOSE = 0.5
"""A value counts as at the level within this many of its standard errors."""
NARROW = 1e-3
MOST_STEPS = 12
ERRORS = 2.0
"""Standard errors of sampling in the band around the level."""


@dataclass(frozen=True)
class Value:
    """A number at a point and its standard error; NaN where it could not be computed."""

    p: float
    error: float = 0.0


Search = Generator[Sequence[float], Sequence[Value], "Crossing"]


@dataclass(frozen=True)
class Crossing:
    """What a search found.

    Parameters
    ----------
    at : float or None
        The crossing nearest to the nominal point; None where there is none.
    low, high : float or None
        Where the number stays within its errors of the level around `at`; None where that reaches the end of the range.
    other : tuple of float
        Further crossings; those that were not narrowed lie halfway between two points.
    points : by coordinate
        Everything that was evaluated.
    jumps : bool
        Whether the number jumps over the level at `at`.
    """

    at: float | None
    low: float | None = None
    high: float | None = None
    other: tuple[float, ...] = ()
    points: dict[float, Value] = field(default_factory=dict)
    jumps: bool = False

    @property
    def known(self) -> list[tuple[float, float]]:
        """Return the points that have a value, in order."""
        return sorted((u, one.p) for u, one in self.points.items() if np.isfinite(one.p))

    @property
    def rises_and_falls(self) -> bool:
        """Whether the number moves both ways along the range, by more than its errors."""
        ps = [p for _, p in self.known]
        noise = ERRORS * max((one.error for one in self.points.values() if np.isfinite(one.error)), default=0.0)
        up = max((b - min(ps[: i + 1]) for i, b in enumerate(ps)), default=0.0)
        down = max((max(ps[: i + 1]) - b for i, b in enumerate(ps)), default=0.0)
        return up > noise and down > noise and min(up, down) > 1e-9


def search(level: float, grid_error: float = 0.0, scan: Sequence[float] = SCAN, *, narrow: bool = True) -> Search:
    """Look for where the values cross `level`; the return value of the generator is a `Crossing`.

    Parameters
    ----------
    grid_error : float
        Added to the sampling error in the band around the level.
    narrow : bool
        Whether the coordinate is continuous; else the crossing lies at the first scanned point on the other side.
    """
    points = dict(zip(scan, (yield tuple(scan)), strict=True))
    brackets = _brackets(points, level)
    near = [b for side in (-1, 1) for b in [_nearest(brackets, side)] if b]
    roots = []
    if narrow:
        roots = yield from _narrowed(points, near, level)
    else:
        roots = [_far(b) for b in near]
    at = min(roots, key=lambda u: abs(u - NOMINAL), default=None)
    rest = [u for u in roots if u != at] + [sum(b) / 2 for b in brackets if b not in near]
    if at is None:
        return Crossing(None, points=points)
    low, high = _band(points, at, level, grid_error) if narrow else (at, at)
    return Crossing(at, low, high, tuple(sorted(rest)), points, not narrow or _jumps(points, at, level))


def _brackets(points: dict[float, Value], level: float) -> list[tuple[float, float]]:
    """Return the neighbours between which the level lies."""
    known = sorted((u, one.p - level) for u, one in points.items() if np.isfinite(one.p))
    return [(u, v) for (u, f), (v, g) in pairwise(known) if (f < 0) != (g < 0)]


def _nearest(brackets: list[tuple[float, float]], side: int) -> tuple[float, float] | None:
    """Return the bracket nearest to the nominal point on one side of it, -1 or 1."""
    here = [b for b in brackets if (sum(b) / 2 - NOMINAL) * side > 0]
    return min(here, key=lambda b: abs(_far(b) - NOMINAL), default=None)


def _far(bracket: tuple[float, float]) -> float:
    return max(bracket, key=lambda u: abs(u - NOMINAL))


def _narrowed(
    points: dict[float, Value], brackets: list[tuple[float, float]], level: float
) -> Generator[Sequence[float], Sequence[Value], list[float]]:
    """Narrow all brackets side by side; return where the level is crossed in each."""
    ends = [[(u, points[u].p - level) for u in b] for b in brackets]
    active = [True for _ in ends]
    for _ in range(MOST_STEPS):
        wanted = [_secant(pair) if on else None for pair, on in zip(ends, active, strict=True)]
        asked = [u for u in wanted if u is not None]
        if not asked:
            break
        values = dict(zip(asked, (yield asked), strict=True))
        points.update(values)
        for i, u in enumerate(wanted):
            if u is not None:
                active[i] = _step(ends[i], u, values[u], level)
    return [_root(points, pair, level) for pair in ends]


def _secant(pair: list[tuple[float, float]]) -> float:
    """Return where a straight line between the ends crosses, kept off the ends."""
    (u, f), (v, g) = pair
    return float(np.clip(u + (v - u) * f / (f - g), u + 0.02 * (v - u), v - 0.02 * (v - u)))


def _step(pair: list[tuple[float, float]], u: float, value: Value, level: float) -> bool:
    """Put a new point in place of the end on its side, halve the other; return whether to go on."""
    f = value.p - level
    if not np.isfinite(f):
        return False
    same = 0 if (pair[0][1] < 0) == (f < 0) else 1
    pair[same] = (u, f)
    pair[1 - same] = (pair[1 - same][0], pair[1 - same][1] / 2)
    is_close = abs(f) <= max(CLOSE * value.error, 1e-6) if np.isfinite(value.error) else abs(f) <= 1e-6
    return not is_close and pair[1][0] - pair[0][0] > NARROW


def _root(points: dict[float, Value], pair: list[tuple[float, float]], level: float) -> float:
    (u, _), (v, _) = pair
    f, g = points[u].p - level, points[v].p - level
    return u + (v - u) * f / (f - g)


def _band(points: dict[float, Value], at: float, level: float, grid_error: float) -> tuple[float | None, float | None]:
    """Return how far around `at` the number stays within its errors of the level, along straight lines."""
    near = min((u for u in points if np.isfinite(points[u].error)), key=lambda u: abs(u - at), default=None)
    width = grid_error + (ERRORS * points[near].error if near is not None else 0.0)
    known = sorted((u, one.p - level) for u, one in points.items() if np.isfinite(one.p))
    above = _edge(at, [(u, f) for u, f in known if u > at], width)
    below = _edge(at, [(u, f) for u, f in reversed(known) if u < at], width)
    return below, above


def _edge(at: float, side: list[tuple[float, float]], width: float) -> float | None:
    """Return where the straight lines through `side`, which lead away from `at`, leave the band; None: nowhere."""
    u, f = at, 0.0
    for v, g in side:
        if abs(g) > width:
            return u + (v - u) * (float(np.copysign(width, g)) - f) / (g - f)
        u, f = v, g
    return None


def _jumps(points: dict[float, Value], at: float, level: float) -> bool:
    """Return whether the values on both sides of `at`, nearly the same point, are far apart."""
    known = sorted((u, one) for u, one in points.items() if np.isfinite(one.p))
    (u, f), (v, g) = next(((a, b) for a, b in pairwise(known) if a[0] <= at <= b[0]), known[:2])
    return v - u <= 2 * NARROW and abs(f.p - g.p) > 0.01
