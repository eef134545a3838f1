"""Writes ``docs/reference/case-file.md``: every key once with an example, and every fault code.

::

    python -m ceasefire.case.reference [TARGET]
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import ceasefire
from ceasefire.case.check_numbers import CONVERSIONS
from ceasefire.case.files import FILES
from ceasefire.case.formula_evaluate import ARITIES
from ceasefire.case.kinds import Section, sections_of
from ceasefire.case.priors import ARGUMENTS
from ceasefire.case.values import RESERVED

TARGET = Path("docs/reference/case-file.md")
HEAD = """\
# The files of a case

<!-- Written by `python -m ceasefire.case.reference`; do not edit by hand. -->

A case is a folder: `case.yaml` (the mechanism), `record.yaml` (what happened; bulk events in CSV), `sources.yaml`,
`arguments/*.yaml` (one file per author) and `log.md`. A case may stop early: with a title, a calendar, sources, a
record and an argument, `check`, `audit` and the report already work. Every key stands here once, with one example.
"""
LETTERS = {
    "A": "Arguments",
    "C": "The case file",
    "F": "Formulas and priors",
    "G": "Explicit games",
    "L": "The ledger",
    "P": "Forecasts",
    "Q": "Queries",
    "R": "The record",
    "S": "Sources, quotes, simulation",
}


def page() -> str:
    """Return the whole page as Markdown."""
    parts = [HEAD, *_files(), _formulas(), _priors(), _faults()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _files() -> Iterator[str]:
    seen: list[Section] = []
    for section in FILES.values():
        for one in sections_of(section):
            if one in seen:
                continue
            seen.append(one)
            yield _table(one, "##" if one is section else "###")


def _table(section: Section, level: str) -> str:
    """Return the heading of a block of keys and its table."""
    heading = (
        f"{level} {section.heading[0].upper()}{section.heading[1:]}" if level == "###" else f"## `{section.heading}`"
    )
    if level == "##" and section.heading == "argument":
        heading = "## `arguments/NAME.yaml`"
    lines = [heading, "", *([section.meaning, ""] if section.meaning else [])]
    lines += ["| key | what it is | | example |", "|---|---|---|---|"]
    for key in section.keys:
        kind = key.kind.says + (", **required**" if key.required else "")
        lines.append(f"| `{key.name}` | {_cell(key.meaning)} | {_cell(kind)} | `{_cell(key.example)}` |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _formulas() -> str:
    functions = ", ".join(f"`{name}`" for name in ARITIES)
    conversions = ", ".join(f"{number:,.10g}" for number in sorted(CONVERSIONS))
    reserved = ", ".join(f"`{word}`" for word in sorted(RESERVED))
    return f"""\
## Formulas

Arithmetic (`+ - * / **`), comparisons (also chained), `and`, `or`, `not`, `a if c else b`, functions ({functions}),
`date` (the first day of the period; compare it with `2029-01-20`), and names. Nothing else can be written, nothing is
executed. `always` is true, `never` is false. A formula with a comma stands in double quotes inside `{{ }}`.

Literal numbers: -1, {conversions}; every other number is a named parameter.

A choice by status is written `{{by: phase, war: ..., truce: ..., otherwise: ...}}`.

Names: letters, digits, underscores; distinct across the case (moves: within their step). Not allowed as names:
{reserved}.

| where | what a formula may use |
|---|---|
| discount factors, precisions, type values and priors, initial values | parameters, rivals |
| conditions, effects, drift, noise, chance of a move, outcomes, side stocks | also stocks, statuses, labels, `date` |
| payoffs, flow, terminal values, chance of nature | also types: `russia.endurance`; a bare name is one's own |
| `in_world` | also parameters of the world |
| prior of a world parameter | parameters, rivals, the types that are `given` |
"""


def _priors() -> str:
    lines = ["## Priors", "", "| family | arguments |", "|---|---|"]
    for family, sets in ARGUMENTS.items():
        choices = " or ".join("`{" + ", ".join(sorted(names)) + "}`" for names in sets)
        lines.append(f"| `{family}` | {choices} |")
    return "\n".join(lines)


def _faults() -> str:
    lines = ["## Faults", "", "All faults of a case are shown at once. Those marked *warning* do not stop the work."]
    group = ""
    for code, text in sorted(fault_codes().items()):
        if code[0] != group:
            group = code[0]
            lines += ["", f"### {group}: {LETTERS.get(group, 'Other')}", "", "| code | meaning |", "|---|---|"]
        first = text[0].upper() if text.split()[0].isalpha() else text[0]
        meaning = first + text[1:].rstrip(".") + "."
        lines.append(f"| {code} | {_cell(meaning)} |")
    return "\n".join(lines)


def fault_codes() -> dict[str, str]:
    """Return every fault code of the program with its meaning, from the ``CODES`` of all modules."""
    root = Path(ceasefire.__file__).parent
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        if re.search(r"^CODES\b", path.read_text(encoding="utf-8"), re.MULTILINE):
            parts = path.relative_to(root.parent).with_suffix("").parts
            codes = importlib.import_module(".".join(part for part in parts if part != "__init__")).CODES
            twice = sorted(set(codes) & set(found))
            assert not twice, f"{path.name}: {twice} mean two things"
            found |= codes
    return found


def main() -> None:
    """Write the page."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
