"""Small results kept on disk, so that a stopped run goes on where it was and a second run takes seconds.

One JSON file per result, named by the hash of everything that it depends on: the case, the variant, the settings, the
version and the text of the program up to the forecast (what is built from kept numbers adds the stages that build it,
see `program_hash`). Files are written beside their place and renamed, so a reader never sees half a
file and a full disk loses nothing. The folder is ``$CEASEFIRE_CACHE``, else ``$XDG_CACHE_HOME/ceasefire``, else
``~/.cache/ceasefire``; it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ceasefire import __version__
from ceasefire.cache import folder

NUMBERS = ("case", "game", "solve", "simulate", "forecast")
"""Stages that every kept number depends on."""
AROUND = ("explore", "audit", "run.py")
"""What a whole forecast depends on besides."""
_trouble: list[str] = []
_unwritten: dict[Path, str] = {}
log = logging.getLogger(__name__)


@cache
def program_hash(stages: tuple[str, ...] = NUMBERS) -> str:
    """Return a hash of the version and the text of every module of some stages."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(__version__.encode())
    for stage in stages:
        paths = [root / stage] if stage.endswith(".py") else sorted((root / stage).rglob("*.py"))
        for path in paths:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def key_of(**parts: object) -> str:
    """Return the hash of named parts (plain values, mappings, sequences) and of the program up to the forecast."""
    text = json.dumps({**parts, "program": program_hash()}, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


def load(kind: str, key: str) -> Any:
    """Return a kept result, or None where there is none that can be read."""
    path = _path(kind, key)
    try:
        return json.loads(_unwritten.get(path) or path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(kind: str, key: str, result: Mapping[str, Any]) -> None:
    """Keep a result; where the disk refuses, in memory, which is remembered (see `trouble`)."""
    target, text = _path(kind, key), json.dumps(result)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, text)
    except OSError as error:
        _unwritten[target] = text
        take_over([f"results could not be kept in {folder()}: {error.strerror or error}; this run goes on"])


def _path(kind: str, key: str) -> Path:
    return folder() / kind / f"{key}.json"


def take_over(messages: Iterable[str]) -> None:
    """Remember what went wrong, here or in a worker, and say it once."""
    for message in messages:
        if message not in _trouble:
            _trouble.append(message)
            log.warning("%s", message)


def trouble() -> tuple[str, ...]:
    """Return what went wrong while keeping results, in words; empty where nothing did."""
    return tuple(_trouble)


def write_text(target: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all (see `write_bytes`)."""
    write_bytes(target, text.encode())


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then renamed over it.

    Raises
    ------
    OSError
        Where the system refuses (a full disk, no permission); the old file, if any, is as it was.
    """
    if target.is_char_device() or target.is_fifo():
        target.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and not error.filename:
            raise OSError(error.errno, error.strerror, str(target)) from error
        raise
