"""Where the program keeps what it need not compute again."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """Return the folder of kept results, ``$CEASEFIRE_CACHE`` where that is set; it need not exist."""
    named = os.environ.get("CEASEFIRE_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ceasefire"
