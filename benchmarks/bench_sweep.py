"""An uninformed step: its gather against the bandwidth of a NumPy copy, the kernel against a plain NumPy twin."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.solve.layout import Layout
from ceasefire.solve.sweep import Sweep
from random_game import random_game

STATES, SUCCESSORS, MOVES, INTERVALS = 10_000, 8, 4, 4
Floats = NDArray[np.float64]


def best(job: Callable[[], Any], times: int = 3) -> tuple[float, float]:
    """Return the fewest seconds of a job by the clock and of the processor."""
    wall, cpu = [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        job()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return min(wall), min(cpu)


def copy_seconds(values: Floats, threads: int) -> tuple[float, float]:
    """Return the seconds in which so many threads copy `values`."""
    target = np.ones_like(values)
    parts = np.array_split(np.arange(len(values)), threads)
    with ThreadPoolExecutor(threads) as pool:

        def copy() -> None:
            list(pool.map(lambda p: np.copyto(target[p[0] : p[-1] + 1], values[p[0] : p[-1] + 1]), parts))

        return best(copy, 5)


def twin(sweep: Sweep, values: Floats) -> Floats:
    """Do the step in plain NumPy, move by move; return the values before it, (s, n, p, i)."""
    game = sweep.game
    table = game.steps[0].table_at(0)
    assert table is not None
    successor = table.successor.reshape(STATES, MOVES, SUCCESSORS)
    chance = table.probability[0, 0].reshape(STATES, MOVES, SUCCESSORS)
    blocks = np.empty((MOVES, *values.shape))
    for a in range(MOVES):
        blocks[a] = table.payoff[:, a, None]
        for e in range(SUCCESSORS):
            blocks[a] += chance[:, a, e, None, None, None] * values[successor[:, a, e]]
    mean = np.einsum("np,asnp->asn", sweep.weight(1), blocks[..., 1])
    z = np.exp(game.precision[1] * (mean - mean.max(axis=0)))
    return np.asarray(np.einsum("asn,asnpi->snpi", z / z.sum(axis=0), blocks))


def main() -> None:
    """Print the table."""
    layout = Layout.of(random_game(STATES, 1, n_moves=MOVES, successors=SUCCESSORS, movers=(1,)), INTERVALS)
    sweep, values = Sweep(layout), layout.terminal()
    os.environ["CEASEFIRE_THREADS"] = "1"
    plain = twin(sweep, values)
    found = values.copy()
    sweep.step(found, 0, 0, 0, None)
    error = float(np.abs(found - plain).max())
    lowest = 4 * values.nbytes + 4 * STATES * layout.n_nodes * MOVES
    gathered = STATES * MOVES * SUCCESSORS * values[0].nbytes
    twin_seconds = best(lambda: twin(sweep, values), 2)
    print(f"{STATES} states, {MOVES} moves, {SUCCESSORS} near successors, {layout.n_nodes} nodes, 4 types, 2 actors;")
    print(f"values {values.nbytes / 1e6:.0f} MB; largest difference from the NumPy twin {error:.1e}")
    print("bound: each value read and written once, its row put back, strategies written, at the copy's bandwidth")
    print("seconds of the processor, all threads together; in brackets by the clock (other work delays the clock only)")
    print("threads  copy GB/s     step ms          bound/step    gathered/copy  twin ms          twin/step")
    for threads in (1, 2):
        os.environ["CEASEFIRE_THREADS"] = str(threads)
        copy = copy_seconds(values, threads)
        step = best(lambda: sweep.step(found, 0, 0, 0, None), 5)
        rate = [2 * values.nbytes / c for c in copy]
        share = [lowest / r / s for r, s in zip(rate, step, strict=True)]
        seen = [gathered / s / r for r, s in zip(rate, step, strict=True)]
        print(
            f"{threads:<8d} {rate[1] / 1e9:4.1f} ({rate[0] / 1e9:4.1f}) {1e3 * step[1]:8.1f} ({1e3 * step[0]:6.1f}) "
            f"{share[1]:8.3f} ({share[0]:.3f}) {seen[1]:6.2f} ({seen[0]:.2f}) "
            f"{1e3 * twin_seconds[1]:8.0f} ({1e3 * twin_seconds[0]:.0f}) "
            f"{twin_seconds[1] / step[1]:7.1f} ({twin_seconds[0] / step[0]:.1f})"
        )


if __name__ == "__main__":
    main()
