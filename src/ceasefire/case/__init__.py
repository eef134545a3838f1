"""The case: what a person writes, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.case.read import find_faults, read_case

__all__ = ["Case", "find_faults", "read_case"]


def __getattr__(name: str) -> Any:
    """Import on demand, so that starting the program stays quick."""
    if name in ("read_case", "find_faults"):
        from ceasefire.case import read

        return getattr(read, name)
    if name == "Case":
        from ceasefire.case.model import Case

        return Case
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
