"""Commands on files: ``check``, ``schema``, ``cases``, ``new``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from ceasefire.cli.options import CaseName, Json, as_text_of_json, check_language

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.case.nodes import Faults
    from ceasefire.game.arrays import Game


def register(app: App) -> None:
    """Add the commands of this module."""
    for command in (check, schema, cases, new):
        app.command(command)


def check(
    case: CaseName,
    *,
    explain: Annotated[bool, Parameter(negative="", help="Read the case back in plain sentences.")] = False,
    solve: Annotated[bool, Parameter(help="With --explain: solve on a coarse grid too.")] = True,
    language: Annotated[str, Parameter(help="Language of --explain: en or de.")] = "en",
    as_json: Json = False,
) -> int:
    """Show all faults of a case at once: file, line, what was found, what to do."""
    from ceasefire.case.nodes import Faults
    from ceasefire.case.read import find_folder, read_folder

    check_language(language)
    faults = Faults()
    reading = read_folder(find_folder(case), faults)
    game = _compiled(reading.case, faults) if reading is not None and not faults.serious else None
    listed, serious = faults.in_order(), len(faults.serious)
    if not as_json:
        print("".join(f"{fault.as_text()}\n\n" for fault in listed) + _verdict(case, serious, len(faults) - serious))
    sentences = _sentences(reading.case, game, language, solve) if explain and reading and not serious else []
    if as_json:
        case_hash = reading.case.case_hash if reading is not None else ""
        shown = {"case": case, "case_hash": case_hash, "valid": not serious}
        shown |= {"faults": [fault.as_dict() for fault in listed], "explain": list(sentences)}
        print(as_text_of_json(shown))
    else:
        for sentence in sentences:
            print(sentence, flush=True)
    return 1 if serious else 0


def _compiled(case: Case, faults: Faults) -> Game | None:
    """Return the game of a case; what only compiling finds (ranges, sums, memory) is added to the faults.

    Memory counts as on the preview grid, on which the case is solved here.
    """
    from ceasefire.errors import InputError
    from ceasefire.forecast.settings import PREVIEW
    from ceasefire.forecast.solutions import memory_check
    from ceasefire.game.compile import compile_case

    try:
        return compile_case(case, check=memory_check(PREVIEW)) if case.steps else None
    except InputError as error:
        faults.extend(error.faults)
        return None


def _sentences(case: Case, game: Game | None, language: str, solve: bool) -> Iterator[str]:
    """Yield the case in sentences, and then what the game says, solved on the preview grid."""
    from ceasefire.case.explain import explain_case
    from ceasefire.case.perceptions import perceptions_of
    from ceasefire.case.variant import Variant
    from ceasefire.report.speech import Speech, plain

    speech = Speech(language)
    yield from ["", *explain_case(case, language, lambda unit: plain(speech.unit(unit)))]
    if game is not None and solve and perceptions_of(case, Variant()) != "hidden":
        from ceasefire.case.explain_solved import explain_solved
        from ceasefire.forecast.settings import PREVIEW
        from ceasefire.solve import solve as solve_game

        intervals = PREVIEW.intervals_of([n for n in game.n_types if n > 1])
        solution = solve_game(game, intervals=intervals, tolerance=PREVIEW.tolerance)
        yield from explain_solved(case, game, solution, language)


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

    print(as_text_of_json(json_schema(file)))
    return 0


def cases(*, as_json: Json = False) -> int:
    """List the shipped cases, and the patterns from which ``new`` starts."""
    from ceasefire.case import library

    if as_json:
        print(as_text_of_json({"cases": library.names(), "patterns": library.patterns()}))
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
