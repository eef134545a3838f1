"""The decision with an answer known by hand; results are kept in a folder of the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from tests.explore.decision_case import write_decision_case


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep results of the session in its own folder, never in the user's."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEASEFIRE_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def decision_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_decision_case(tmp_path_factory.mktemp("cases") / "decision")


@pytest.fixture(scope="session")
def decision(decision_folder: Path) -> Case:
    return read_case(decision_folder)
