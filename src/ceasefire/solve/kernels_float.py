"""Exponentials and logarithms that the compiler can do for many numbers at once; those of the library are calls.

Both are right to a unit in the last place; the polynomials are Taylor's (exp) and fdlibm's (log).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

Compiled = TypeVar("Compiled", bound=Callable[..., Any])
LOG2E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
ROUNDS = 6755399441055744.0
"""1.5 * 2^52: added to a number it leaves the nearest integer in the last bits."""
LEAST = -708.0
"""Exponents below count as minus infinity."""
ONE, HALF_ROOT, MANTISSA = 0x3FF0000000000000, 0x3FE6A09E00000000, 0xFFFFFFFFFFFFF
"""Bits of 1, of about the root of 1/2, and of what follows the leading one."""


_compiler: Any = njit
_intrinsic: Any = intrinsic
_one_instruction: Callable[[Callable[..., Any]], Callable[[Any], Any]] = _intrinsic


@_one_instruction
def bits_of(typing: Any, number: Any) -> Any:
    """Return the bits of a float as an integer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@_one_instruction
def float_of(typing: Any, bits: Any) -> Any:
    """Return the float with these bits."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


@njit(inline="always")
def exp_of(x: float) -> float:
    """Return exp(x) for x <= 0; 0.0 below `LEAST` and for NaN."""
    shifted = x * LOG2E + ROUNDS
    whole = shifted - ROUNDS
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    p = 1.6059043836821613e-10 * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 1.984126984126984e-04
    p = p * r + 1.388888888888889e-03
    p = p * r + 8.333333333333333e-03
    p = p * r + 4.1666666666666664e-02
    p = p * r + 1.6666666666666666e-01
    p = p * r + 0.5
    p = p * r * r + r + 1.0
    result: float = float_of(bits_of(p) + (bits_of(shifted) << 52))
    return result if x >= LEAST else 0.0


@njit(inline="always")
def log_of(x: float) -> float:
    """Return log(x) for a normal x >= 1."""
    bits = bits_of(x) + (ONE - HALF_ROOT)
    power = float((bits >> 52) - 1023)
    mantissa = float_of((bits & MANTISSA) + HALF_ROOT)
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    series = 1.531383769920937332e-01 + z * 1.479819860511658591e-01
    series = 1.818357216161805012e-01 + z * series
    series = 2.222219843214978396e-01 + z * series
    series = 2.857142874366239149e-01 + z * series
    series = 3.999999999940941908e-01 + z * series
    series = z * (6.666666666666735130e-01 + z * series)
    half = 0.5 * f * f
    result: float = power * LN2_HIGH - ((half - (s * (half + series) + power * LN2_LOW)) - f)
    return result


kernel: Callable[[Compiled], Compiled] = _compiler(cache=True, nogil=True, error_model="numpy")
"""Compiles a loop over lanes: dividing by zero is no error, which would end the arithmetic of many numbers at once.

Nothing is rounded faster than IEEE says, so that a point has the same digits in every lane.
"""
helper: Callable[[Compiled], Compiled] = _compiler(
    nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
)
"""Compiles what only kernels call: nothing of its own is kept on disk."""
inlined: Callable[[Compiled], Compiled] = _compiler(inline="always", error_model="numpy")
"""Compiles what is written out wherever a kernel calls it: handing over many arrays takes longer than a few sums."""
