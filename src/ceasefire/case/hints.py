"""Where a fault stands inside a text, and what its author may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace

from ceasefire.errors import Place


def place_at(place: Place, text: str, offset: int) -> Place:
    """Return the place of the character at `offset` (from 0) of `text`, which was written at `place`.

    The column moves only where `text` can be found on the line, quoted or not; else `place` itself is returned.
    """
    if not text or not place.source_line:
        return place
    start = place.source_line.find(text.splitlines()[0], max(place.column - 1, 0))
    on_first_line = offset <= len(text.splitlines()[0])
    return replace(place, column=start + offset + 1) if start >= 0 and on_first_line else place


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint such as ``did you mean "strain"?``, or nothing where no known name is near."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=2, cutoff=0.6)
    return "did you mean " + " or ".join(f'"{by_folded[folded]}"' for folded in near) + "?" if near else ""
