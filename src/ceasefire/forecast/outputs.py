"""Write results into a folder: each file whole or not at all, and never over a file that somebody else wrote.

The folder keeps a list of what this program wrote there (``.ceasefire.json``: name and SHA-256). A file that is not on
the list, or was changed since, is left alone. The list is written first and names the old file and the new one, so that
it is right wherever a stop or a full disk comes between.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ceasefire.errors import UsageError
from ceasefire.forecast.store import write_bytes

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
            if target.exists() and _digest(target.read_bytes()) not in listed.get(name, ()):
                raise UsageError(
                    f"{target} was not written by ceasefire, or was changed since; it is left as it is. "
                    "Move it, or give another folder with --output"
                )

    def write(self, name: str, text: str) -> Path:
        """Put one file on the list and write it, as UTF-8."""
        return self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, content: bytes) -> Path:
        """Put one file on the list and write it."""
        self.check(name)
        target = self.folder / name
        there = [_digest(target.read_bytes())] if target.exists() else []
        listed = {**self._listed(), name: [*there, _digest(content)]}
        write_bytes(self.folder / LIST, json.dumps(listed, indent=1, sort_keys=True).encode())
        write_bytes(target, content)
        return target

    def _listed(self) -> dict[str, list[str]]:
        try:
            found = json.loads((self.folder / LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(name): known if isinstance(known, list) else [known] for name, known in found.items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
