"""The small case with a rival and arguments of a test's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ceasefire.case import read_case
from ceasefire.case.model import Case
from tests.case.small_case import write_small_case

RIVAL = {
    "types:\n  north:": "rivals:\n  mild: {title: {en: pressure does nothing, de: Druck wirkt nicht}, nominal: 0}\n"
    "types:\n  north:",
    "strain: strain + push}": "strain: strain + push * (1 - mild)}",
}
HEAD = "format: ceasefire-argument/1\nauthor: {author}\nsource: essay\nassumes: {{{assumes}}}\nclaims:\n"


def premise(cut: str, realised_by: str = "pressure.press", more: str = "") -> str:
    """Return a premise with a cut, as text."""
    return f"{{role: premise, quote: x, says: A premise., realised_by: {realised_by}, cut: {{{cut}}}{more}}}"


def conclusion(check: str, rival: str = "") -> str:
    """Return a conclusion with a check, as text."""
    faced = f", rival: {rival}" if rival else ""
    return f'{{role: conclusion, quote: x, says: A conclusion., check: "{check}"{faced}}}'


def write_argument(folder: Path, name: str, claims: Mapping[str, str], assumes: str = "") -> None:
    """Write an argument beside those that are there."""
    text = HEAD.format(author=f"{name.title()} Writer", assumes=assumes)
    text += "".join(f"  {key}: {claim}\n" for key, claim in claims.items())
    (folder / "arguments").mkdir(exist_ok=True)
    (folder / "arguments" / f"{name}.yaml").write_text(text, encoding="utf-8")


def argued(
    folder: Path, claims: Mapping[str, str], assumes: str = "", edits: Mapping[str, str] | None = None
) -> Case:  # fmt: skip
    """Return the small case, with the rival ``mild``, under one argument."""
    write_small_case(folder / "small", {**RIVAL, **(edits or {})}, argument=False)
    write_argument(folder / "small", "one", claims, assumes)
    return read_case(folder / "small")
