"""Compiled solution of small dense linear systems; the sign of the determinant says which way a path turns."""

from __future__ import annotations

import math
from typing import Any

from ceasefire.solve.kernels_float import helper

Array = Any


@helper
def copy(source: Array, target: Array) -> None:
    """Write `source` (n, m) into `target`; for ``target[:] = source`` a message of error is compiled, which takes seconds."""
    for i in range(source.shape[0]):
        for j in range(source.shape[1]):
            target[i, j] = source[i, j]


@helper
def eliminate(matrix: Array, right: Array) -> float:
    """Solve `matrix` x = `right` (n, m) in place by Gauss with pivoting; return the determinant's sign (0.0: singular)."""
    n, m = right.shape
    sign = 1.0
    for c in range(n):
        pivot = c
        for r in range(c + 1, n):
            if abs(matrix[r, c]) > abs(matrix[pivot, c]):
                pivot = r
        if matrix[pivot, c] == 0.0 or not math.isfinite(matrix[pivot, c]):
            return 0.0
        if pivot != c:
            sign = -sign
            for j in range(c, n):
                matrix[c, j], matrix[pivot, j] = matrix[pivot, j], matrix[c, j]
            for j in range(m):
                right[c, j], right[pivot, j] = right[pivot, j], right[c, j]
        if matrix[c, c] < 0.0:
            sign = -sign
        inverse = 1.0 / matrix[c, c]
        for r in range(c + 1, n):
            factor = matrix[r, c] * inverse
            if factor != 0.0:
                for j in range(c + 1, n):
                    matrix[r, j] -= factor * matrix[c, j]
                for j in range(m):
                    right[r, j] -= factor * right[c, j]
    for c in range(n - 1, -1, -1):
        inverse = 1.0 / matrix[c, c]
        for j in range(m):
            total = right[c, j]
            for r in range(c + 1, n):
                total -= matrix[c, r] * right[r, j]
            right[c, j] = total * inverse
    return sign


@helper
def invert(matrix: Array) -> float:
    """Turn ``[A | r]`` (n, n + 1) into ``[A^-1 | A^-1 r]`` in place without pivoting; return the determinant's sign.

    Returns 0.0, the matrix spoilt, where a pivot is small.
    """
    n = matrix.shape[0]
    sign = 1.0
    for c in range(n):
        pivot = matrix[c, c]
        if not abs(pivot) > 1e-3:
            return 0.0
        if pivot < 0.0:
            sign = -sign
        scale = 1.0 / pivot
        matrix[c, c] = 1.0
        for j in range(n + 1):
            matrix[c, j] *= scale
        for r in range(n):
            if r != c:
                factor = matrix[r, c]
                matrix[r, c] = 0.0
                for j in range(n + 1):
                    matrix[r, j] -= factor * matrix[c, j]
    return sign
