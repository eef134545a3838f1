"""Shipped cases and patterns: their names, where they are, and how a new case is started from one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ceasefire.case.files import FILES, json_schema
from ceasefire.case.nodes import did_you_mean
from ceasefire.errors import Fault, InputError, UsageError

__all__ = ["names", "new_case", "path", "pattern_path", "patterns", "title_of"]

CODES: dict[str, str] = {
    "C019": "There is no shipped case or pattern of this name.",
}

ROOT = Path(__file__).resolve().parent
SCHEMAS = ".schema"


def names() -> tuple[str, ...]:
    """Return the names of the shipped cases."""
    return _folders("cases")


def patterns() -> tuple[str, ...]:
    """Return the names of the patterns: complete small games to start from."""
    return _folders("patterns")


def path(name: str) -> Path:
    """Return the folder of a shipped case.

    Raises
    ------
    InputError
        C019 where there is none of this name.
    """
    return _find("cases", name)


def pattern_path(name: str) -> Path:
    """Return the folder of a pattern; ``InputError`` (C019) where there is none of this name."""
    return _find("patterns", name)


def new_case(target: Path, pattern: str) -> Path:
    """Copy a pattern to `target`, which must not exist or be an empty folder; nothing is ever overwritten.

    The JSON Schemas go into ``.schema``, and each YAML file names its own in the first line, for editors.

    Raises
    ------
    InputError
        C019 unknown pattern.
    UsageError
        `target` exists and is not an empty folder.
    """
    source = _find("patterns", pattern)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} exists already; nothing was written. Choose another name.")
    was_there = target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        _fill(target, source)
    except BaseException:
        _empty(target)
        if not was_there:
            target.rmdir()
        raise
    return target


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()


def _fill(folder: Path, source: Path) -> None:
    """Copy a pattern into an empty folder and add the schemas."""
    for one in sorted(source.rglob("*")):
        copy = folder / one.relative_to(source)
        if one.is_dir():
            copy.mkdir()
        else:
            copy.write_bytes(_editor_line(one.relative_to(source)) + one.read_bytes())
    (folder / SCHEMAS).mkdir()
    for kind in FILES:
        (folder / SCHEMAS / f"{kind}.json").write_text(json.dumps(json_schema(kind), indent=1), encoding="utf-8")


def _editor_line(path: Path) -> bytes:
    """Return the first line by which an editor finds the schema of a file, for the YAML files of a case."""
    if path.suffix != ".yaml":
        return b""
    kind = path.stem if path.stem in FILES else "argument"
    return f"# yaml-language-server: $schema={'../' * (len(path.parts) - 1)}{SCHEMAS}/{kind}.json\n".encode()


def _folders(kind: str) -> tuple[str, ...]:
    return tuple(sorted(found.parent.name for found in (ROOT / kind).glob("*/case.yaml")))


def _find(kind: str, name: str) -> Path:
    known = _folders(kind)
    if name not in known:
        what = "shipped case" if kind == "cases" else "pattern"
        hint = did_you_mean(name, known)
        raise InputError([Fault("C019", f"there is no {what} {name!r}", found=name, hint=hint)])
    return ROOT / kind / name


def title_of(name: str, language: str = "en") -> str:
    """Return the title of a shipped case or pattern, for lists; its name where it has none that can be read."""
    from ceasefire.case.nodes import Faults, load_yaml
    from ceasefire.case.values import read_localised

    folder = path(name) if name in names() else pattern_path(name)
    root = load_yaml(folder / "case.yaml", Faults())
    written = root.get("title") if root is not None else None
    title = read_localised(written, Faults()) if written is not None else None
    return title.say(language) if title else name
