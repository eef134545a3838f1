"""Formulas as a person says them: choices by condition become lists, single names become titles."""

from __future__ import annotations

from collections.abc import Callable


def in_words(text: str, title: Callable[[str], str], otherwise: str) -> str:
    """Return a formula with its outer ``where`` taken apart: ``war: x; truce: y; otherwise: z``.

    Parameters
    ----------
    title : callable
        Gives the title of a name, or the name.
    otherwise : str
        The word for what holds in all other cases.
    """
    branches, rest = _branches(text)
    if not branches:
        return title(text)
    said = [f"{_label(condition, title)}: {title(value)}" for condition, value in branches]
    return "; ".join([*said, f"{otherwise}: {title(rest)}"])


def _branches(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the conditions and values of nested ``where``, and what remains."""
    parts = _arguments(text)
    if len(parts) != 3:
        return [], text
    more, rest = _branches(parts[2])
    return [(parts[0], parts[1]), *more], rest


def _arguments(text: str) -> list[str]:
    """Return the arguments of ``where(...)`` if that is the whole text, else nothing."""
    if not (text.startswith("where(") and text.endswith(")")):
        return []
    parts, depth = [""], 0
    for character in text[len("where(") : -1]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return []
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _label(condition: str, title: Callable[[str], str]) -> str:
    """Return the title of the label in ``status == label``, else the condition itself."""
    parts = condition.split(" == ")
    alone = len(parts) == 2 and all(part.replace("_", "a").isalnum() for part in parts)
    return title(parts[1]) if alone else condition
