"""Run the tutorials: files are written, commands are run, and every line of output that a page shows must appear."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```", re.M | re.S)


@dataclass(frozen=True)
class Command:
    """One ``$ ...`` line of a console block, and the lines that the page shows below it."""

    words: tuple[str, ...]
    shown: tuple[str, ...]
    exit_code: int = 0


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Yield (info string, body) of the fenced blocks of a page."""
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield match["info"].strip(), match["body"]


def commands(info: str, body: str) -> Iterator[Command]:
    """Yield the commands of a console block; ``console exit=1`` says which exit code they have."""
    code = int(found[1]) if (found := re.search(r"exit=(\d+)", info)) else 0
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        first, *shown = part.rstrip("\n").split("\n")
        lines = tuple(line.strip() for line in shown if line.strip() and line.strip() != "...")
        yield Command(tuple(shlex.split(first)), lines, code)


def file_named(info: str) -> str | None:
    """Return PATH of an info string such as ``yaml file=PATH``."""
    found = re.search(r"file=(\S+)", info)
    return found[1] if found else None


def normal(text: str) -> str:
    """Return text with runs of white space as one, for comparing lines."""
    return " ".join(text.split())


def edited(text: str, body: str) -> str:
    """Return `text` with each ``- old`` line of an edit block replaced by the ``+ new`` lines below it."""
    for part in re.split(r"^- ", body, flags=re.M)[1:]:
        old, *rest = part.rstrip("\n").split("\n")
        new = "\n".join(line.removeprefix("+ ").removeprefix("+") for line in rest)
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in the file")
        text = text.replace(old, new)
    return text
