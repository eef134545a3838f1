"""Random numbers that are a function of (seed, path, period, step, purpose) and of nothing else.

Variants of a case stay paired: a step that is skipped shifts no other number, and the order of work is irrelevant.
A counter is mixed with the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators", OOPSLA), once for the key of (seed, period, step, purpose) and twice for the path.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ceasefire.simulate.kernels_path import fill_uniforms

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


class Purpose(IntEnum):
    """What a number is drawn for; one stream each."""

    PATTERN = 1
    MOVE = 2
    CHANCE = 3
    SUCCESSOR = 4
    INITIAL = 5
    WORLD = 6
    ORDER = 7
    RESAMPLE = 8
    JITTER = 9


def _mix(value: int) -> int:
    """Return the SplitMix64 finaliser of one 64-bit integer."""
    value = ((value ^ (value >> 30)) * _M1) & _MASK
    value = ((value ^ (value >> 27)) * _M2) & _MASK
    return value ^ (value >> 31)


def key_of(seed: int, period: int, step: int, purpose: int) -> int:
    """Return the 64-bit key of a stream; each part is mixed in after the last."""
    key = _mix((seed + _GOLDEN) & _MASK)
    for part in (period + 1, step + 1, purpose):
        key = _mix((key + (part & _MASK) * _GOLDEN + 1) & _MASK)
    return key


def uniforms(seed: int, path: NDArray[np.int64], period: int, step: int, purpose: Purpose) -> NDArray[np.float64]:
    """Return one number in [0, 1) for each path.

    Parameters
    ----------
    seed : int
    path : (n,), int
        Numbers of the paths (not their positions in some selection of paths).
    period, step : int, >= -1
    purpose : Purpose

    Returns
    -------
    (n,), float
        Multiples of 2**-53.
    """
    out = np.empty(path.size)
    fill_uniforms(np.uint64(key_of(seed, period, step, int(purpose))), np.ascontiguousarray(path), out)
    return out
