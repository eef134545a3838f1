"""The small case, read once; results are kept in a folder of the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.forecast.pipeline import forget
from ceasefire.forecast.settings import Settings
from tests.case.small_case import write_small_case

QUICK = Settings(intervals=6, n_paths=2048, tolerance=1e-7, target=0.0)
"""A grid on which the small case takes a second; enough for identities, which hold at any precision."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_case(tmp_path_factory.mktemp("cases") / "small")


@pytest.fixture(scope="session")
def case(folder: Path) -> Case:
    return read_case(folder)


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep results of the session in its own folder, never in the user's."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(folder))
        yield folder


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CEASEFIRE_CACHE", str(tmp_path / "fresh"))
    forget()
    return tmp_path / "fresh"
