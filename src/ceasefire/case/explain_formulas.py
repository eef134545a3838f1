"""Formulas as a person says them: choices by condition become lists, conditions on labels and single names their titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

LABEL_TEST = re.compile(r"(\w+) (==|!=) ([A-Za-z_]\w*)")


def in_words(text: str, title: Callable[[str], str], condition: Callable[[str], str], otherwise: str) -> str:
    """Return a formula with its outer ``where`` taken apart: ``war: x; truce: y; otherwise: z``.

    Parameters
    ----------
    title : callable
        Gives the title of a name, or the name.
    condition : callable
        Gives a condition in words.
    otherwise : str
        The word for what holds in all other cases.
    """
    branches, rest = _branches(text)
    if not branches:
        return title(text)
    said = [f"{_label(test, title, condition)}: {title(value)}" for test, value in branches]
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


def _label(test: str, title: Callable[[str], str], condition: Callable[[str], str]) -> str:
    """Return the title of the label in ``status == label``, else the condition in words."""
    match = LABEL_TEST.fullmatch(test)
    return title(match.group(3)) if match and match.group(2) == "==" else condition(test)


def condition_in_words(
    text: str, title: Callable[[str], str], labels: Collection[str], words: Mapping[str, str]
) -> str:
    """Return a condition that only looks at labels, joined by one word, as a clause; any other as it is written.

    Parameters
    ----------
    title : callable
        Gives the title of a name, or the name.
    labels : collection of str
        Names of the labels of statuses.
    words : mapping
        ``is``, ``is_not``, ``and``, ``or``, and ``quoted`` with a blank for the label.
    """
    tests = re.split(r" (and|or) ", text)
    found = [LABEL_TEST.fullmatch(test) for test in tests[::2]]
    said, last = "", ""
    for match, joiner in zip(found, ["", *tests[1::2]], strict=True):
        if match is None or match.group(3) not in labels or len(set(tests[1::2])) > 1:
            return text
        subject = f"{title(match.group(1))} {words['is' if match.group(2) == '==' else 'is_not']} "
        label = words["quoted"].format(label=title(match.group(3)))
        again = subject == last and joiner == "or" and match.group(2) == "=="
        said += (f" {words[joiner]} " if joiner else "") + ("" if again else subject) + label
        last = subject
    return said
