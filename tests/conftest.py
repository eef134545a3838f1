"""Fixtures that every stage shares."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared data beside the project; skip where it is absent."""
    if not (SHARED / "games").is_dir():
        pytest.skip("the shared data are not here")
    return SHARED
