"""What the cut of a premise does to the check of a conclusion."""

from __future__ import annotations

from ceasefire.forecast.model import Arrow

STOPS, STARTS, MOVED, NOTHING, UNKNOWN = "stops", "starts", "moved", "nothing", "unknown"


def effect(arrow: Arrow) -> str:
    """Return what a cut does to a check: it stops or starts holding, its margin moves beyond the error, or nothing."""
    if arrow.before is None or arrow.after is None:
        return STOPS if arrow.turns else UNKNOWN
    if arrow.turns:
        return STOPS if arrow.after < arrow.before else STARTS
    return MOVED if abs(arrow.after - arrow.before) > arrow.error else NOTHING
