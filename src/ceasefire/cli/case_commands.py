"""Commands on files: ``check``, ``schema``, ``cases``, ``new``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]


def register(app: App) -> None:
    """Add the commands of this module."""
    for command in (check, schema, cases, new):
        app.command(command)


def check(
    case: str,
    *,
    explain: Annotated[bool, Parameter(negative="", help="Read the case back in plain sentences.")] = False,
    language: Annotated[str, Parameter(help="Language of --explain: en or de.")] = "en",
    as_json: Json = False,
) -> int:
    """Show all faults of a case at once: file, line, what was found, what to do.

    Parameters
    ----------
    case
        Folder of a case, or name of a shipped one.
    """
    from ceasefire.case.nodes import Faults
    from ceasefire.case.read import find_folder, read_folder

    faults = Faults()
    reading = read_folder(find_folder(case), faults)
    serious = len(faults.serious)
    sentences: list[str] = []
    if explain and reading is not None and not serious:
        from ceasefire.case.explain import explain_case

        sentences = explain_case(reading.case, language)
    if as_json:
        listed = [fault.as_dict() for fault in faults.in_order()]
        case_hash = reading.case.case_hash if reading is not None else ""
        shown = {"case": case, "case_hash": case_hash, "valid": not serious, "faults": listed, "explain": sentences}
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return 1 if serious else 0
    for fault in faults.in_order():
        print(fault.as_text(), end="\n\n")
    print(_verdict(case, serious, len(faults) - serious))
    if sentences:
        print("\n" + "\n".join(sentences))
    return 1 if serious else 0


def _verdict(case: str, n_faults: int, n_warnings: int) -> str:
    def count(n: int, word: str) -> str:
        return f"{n} {word}{'' if n == 1 else 's'}"

    warnings = f", {count(n_warnings, 'warning')}" if n_warnings else ""
    if n_faults:
        return f"{count(n_faults, 'fault')}{warnings} in {case}."
    return f"{case} has no faults{warnings}."


def schema(file: Annotated[str, Parameter(help="case, record, sources or argument.")] = "case") -> int:
    """Print the JSON Schema of one kind of file, for editors that complete keys."""
    from ceasefire.case.files import json_schema

    print(json.dumps(json_schema(file), ensure_ascii=False, indent=1))
    return 0


def cases(*, as_json: Json = False) -> int:
    """List the shipped cases, and the patterns from which ``new`` starts."""
    from ceasefire.case import library

    if as_json:
        print(json.dumps({"cases": library.names(), "patterns": library.patterns()}, indent=1))
        return 0
    for heading, names in (("Cases", library.names()), ("Patterns", library.patterns())):
        print(f"{heading}:")
        for name in names:
            print(f"  {name:<24} {library.title_of(name)}")
    return 0


def new(name: Path, *, pattern: Annotated[str, Parameter(help="See: ceasefire cases.")] = "war-and-mediator") -> int:
    """Start a case of your own from a pattern; nothing is ever overwritten.

    Parameters
    ----------
    name
        Folder to make.
    """
    from ceasefire.case import library

    target = library.new_case(name, pattern)
    print(f"{target} is a complete small case. Every number is marked: assumed: template, replace.")
    print(f"Next: ceasefire check {target} --explain")
    return 0
