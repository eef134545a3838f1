"""Write results into a folder: each file whole or not at all, and never over a file that somebody else wrote.

The folder keeps a list of what this program wrote there (``.ceasefire.json``: name and SHA-256). A file that is not on
the list, or was changed since, is left alone.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ceasefire.errors import UsageError
from ceasefire.forecast.store import write_text

LIST = ".ceasefire.json"


class Outputs:
    """A folder for results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; give a folder with --output")
        folder.mkdir(parents=True, exist_ok=True)

    def check(self, *names: str) -> None:
        """Raise where a file of one of these names belongs to somebody else.

        Raises
        ------
        UsageError
        """
        listed = self._listed()
        for name in names:
            target = self.folder / name
            if target.exists() and listed.get(name) != _digest(target):
                raise UsageError(
                    f"{target} was not written by ceasefire, or was changed since; it is left as it is. "
                    "Move it, or give another folder with --output"
                )

    def write(self, name: str, text: str) -> Path:
        """Write one file and put it on the list."""
        self.check(name)
        target = self.folder / name
        write_text(target, text)
        self.written(name)
        return target

    def written(self, name: str) -> None:
        """Put a file that was just written on the list."""
        listed = {**self._listed(), name: _digest(self.folder / name)}
        write_text(self.folder / LIST, json.dumps(listed, indent=1, sort_keys=True))

    def _listed(self) -> dict[str, str]:
        try:
            found = json.loads((self.folder / LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
