"""What only kernels call, made to be called by a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from ceasefire.solve import kernels_belief, kernels_newton, kernels_path


def callable_here(helper: Callable[..., Any]) -> Callable[..., Any]:
    """Return a compiled function that only calls `helper`, which has no entry from Python of its own."""
    compiled: Callable[..., Any] = numba.njit(lambda *arguments: helper(*arguments))
    return compiled


equation, newton = callable_here(kernels_newton.equation), callable_here(kernels_newton.newton)
follow, make_room = callable_here(kernels_path.follow), callable_here(kernels_newton.make_room)
locate_point = callable_here(kernels_belief.locate_point)
interpolate = kernels_belief.interpolate  # is written out where it is called, and has an entry from Python
