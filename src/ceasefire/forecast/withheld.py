"""Which numbers a reader is not to be shown: intervals over too few draws, and over draws that were never asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ceasefire.forecast.model import Forecast


def is_drawn(forecast: Forecast) -> bool:
    """Return whether the forecast stands over draws of the assumptions."""
    return bool(forecast.ensemble.get("draws"))


def is_withheld(forecast: Forecast) -> bool:
    """Return whether too few draws count for intervals."""
    return "intervals_withheld" in (forecast.ensemble.get("codes") or ())


def why_no_interval(forecast: Forecast, row: Mapping[str, Any]) -> str:
    """Return why a headline has no interval although there were draws: ``withheld``, ``conditions`` or nothing.

    A headline under conditions of its own is asked of no draw (``n`` is missing) and stays at nominal values.
    """
    if not is_drawn(forecast):
        return ""
    if row.get("n") is None:
        return "conditions"
    return "withheld" if is_withheld(forecast) else ""
