"""Counter-based random numbers: uniform, independent, a function of their counters alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ceasefire.simulate.random import Purpose, uniforms

N = 200_000
PATHS = np.arange(N, dtype=np.int64)


def test_a_function_of_the_counters_alone() -> None:
    whole = uniforms(7, PATHS, 3, 2, Purpose.MOVE)
    some = uniforms(7, PATHS[::-7], 3, 2, Purpose.MOVE)
    np.testing.assert_array_equal(whole[::-7], some)
    assert whole.min() >= 0
    assert whole.max() < 1


@pytest.mark.parametrize(("seed", "period", "step", "purpose"), [(0, 0, 0, 1), (1, 76, 8, 4), (123456789, -1, -1, 8)])
def test_uniform(seed: int, period: int, step: int, purpose: int) -> None:
    u = uniforms(seed, PATHS, period, step, Purpose(purpose))
    counts = np.bincount((u * 256).astype(int), minlength=256)
    chi2 = ((counts - N / 256) ** 2 / (N / 256)).sum()
    assert abs(chi2 - 255) < 5 * np.sqrt(2 * 255)
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 5 / np.sqrt(N)


def test_streams_are_independent_of_each_other() -> None:
    counters = itertools.product((1, 2), (0, 1, 2), (0, 1), (Purpose.MOVE, Purpose.CHANCE))
    streams = [uniforms(s, PATHS, t, j, p) for s, t, j, p in counters]
    correlation = np.corrcoef(np.stack(streams)) - np.eye(len(streams))
    assert np.abs(correlation).max() < 5.5 / np.sqrt(N)
    assert np.abs(np.corrcoef([np.abs(s - 0.5) for s in streams]) - np.eye(len(streams))).max() < 5.5 / np.sqrt(N)


def test_pairs_fill_the_square() -> None:
    u, v = uniforms(1, PATHS, 4, 1, Purpose.MOVE), uniforms(1, PATHS, 5, 1, Purpose.MOVE)
    counts = np.bincount((u * 16).astype(int) * 16 + (v * 16).astype(int), minlength=256)
    chi2 = ((counts - N / 256) ** 2 / (N / 256)).sum()
    assert abs(chi2 - 255) < 5 * np.sqrt(2 * 255)
