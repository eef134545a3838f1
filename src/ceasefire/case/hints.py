"""Where a fault stands inside a text, and what its author may have meant."""

from __future__ import annotations

from dataclasses import replace

from ceasefire.case.nodes import did_you_mean
from ceasefire.errors import Place

__all__ = ["did_you_mean", "place_at"]


def place_at(place: Place, text: str, offset: int) -> Place:
    """Return the place of the character at `offset` (from 0) of `text`, which was written at `place`.

    The column moves only where `text` can be found on the line, quoted or not; else `place` itself is returned.
    """
    if not text or not place.source_line:
        return place
    start = place.source_line.find(text.splitlines()[0], max(place.column - 1, 0))
    on_first_line = offset <= len(text.splitlines()[0])
    return replace(place, column=start + offset + 1) if start >= 0 and on_first_line else place
