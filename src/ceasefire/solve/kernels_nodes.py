"""Compiled loops between the belief nodes of an informed step: jumps between neighbours, a node between others."""

from __future__ import annotations

from typing import Any

from ceasefire.solve.kernels_float import kernel

Array = Any


@kernel
def count_jumps(
    first: int, last: int, sigma: Array, rows: Array, here: Array, there: Array, jump: float, count: Array
) -> None:
    """Write, for each of `rows`, between how many nodes of `here` and `there` a probability jumps by more than `jump`.

    Parameters
    ----------
    sigma : (r, n, k, a)
    here, there : (pairs,), int
    count : (rows,), int
    """
    for j in range(first, last):
        row = sigma[rows[j]]
        for pair in range(here.shape[0]):
            largest = 0.0
            for k in range(row.shape[1]):
                for a in range(row.shape[2]):
                    largest = max(largest, abs(float(row[here[pair], k, a]) - float(row[there[pair], k, a])))
            count[j] += 1 if largest > jump else 0


@kernel
def fill_between(
    first: int, last: int, out: Array, sigma: Array, rows: Array, to: Array, source: Array, weight: Array
) -> None:  # fmt: skip
    """Write values (r, n, p, i) and strategies (r, n, k, a) at nodes `to` (m,) as means over nodes `source` (m, c).

    `weight` is (c,).
    """
    for j in range(first, last):
        row = rows[j]
        for m in range(to.shape[0]):
            out[row, to[m]] = 0.0
            sigma[row, to[m]] = 0.0
            for c in range(source.shape[1]):
                for p in range(out.shape[2]):
                    for i in range(out.shape[3]):
                        out[row, to[m], p, i] += weight[c] * out[row, source[m, c], p, i]
                for k in range(sigma.shape[2]):
                    for a in range(sigma.shape[3]):
                        sigma[row, to[m], k, a] += weight[c] * sigma[row, source[m, c], k, a]
