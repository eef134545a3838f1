"""Commands on forecasts: ``run``, ``ask``, ``explain``, ``play``, ``map``. They parse, call the API and print."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.settings import Settings

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]
Language = Annotated[str, Parameter(help="Language of the text: en or de.")]
Quiet = Annotated[bool, Parameter(negative="", help="Show no progress.")]
Preview = Annotated[bool, Parameter(negative="", help="Use the coarse grid and few paths.")]
Seed = Annotated[int, Parameter(help="Seed of the random numbers.")]
Paths = Annotated[int | None, Parameter(help="Number of paths; without it the error target decides.")]
LeftOut = Literal["plans", "map", "trust", "ranges"]
Output = Annotated[Path | None, Parameter(help="Folder for results; ./ceasefire-out/CASE unless said.")]


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(run)
    app.command(ask)
    app.command(explain)
    app.command(play)
    app.command(factor_map, name="map")


def _settings(*, preview: bool, seed: int, paths: int | None = None) -> Settings:
    from ceasefire.errors import UsageError
    from ceasefire.forecast.settings import FULL, PREVIEW

    if paths is not None and paths < 1:
        raise UsageError(f"--paths must be at least 1, not {paths}")
    chosen = replace(PREVIEW if preview else FULL, seed=seed)
    return chosen.with_paths(paths) if paths else chosen


def _read(case: str, language: str) -> Case:
    from ceasefire.case import read_case
    from ceasefire.errors import UsageError

    if language not in {"en", "de"}:
        raise UsageError(f'--language is en or de, not "{language}"')
    return read_case(case, language=language)


def _date(text: str) -> Any:
    import datetime as dt

    from ceasefire.errors import UsageError

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text}" is not a date such as 2025-08-15') from None


def _print_json(found: Any) -> None:
    from ceasefire.forecast.as_json import plain

    print(json.dumps(plain(found), ensure_ascii=False, indent=1))


def run(
    case: str,
    *,
    language: Language = "en",
    output: Output = None,
    preview: Preview = False,
    seed: Seed = 1,
    paths: Paths = None,
    workers: Annotated[int | None, Parameter(help="Processes for the ranges; chosen unless said.")] = None,
    quick: Annotated[bool, Parameter(negative="", help="Stop after the first forecast and its claims.")] = False,
    leave_out: Annotated[tuple[LeftOut, ...], Parameter(negative="", help="Part not to compute; repeatable.")] = (),
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Solve, weigh the record, forecast and audit; print a summary and write report.html.

    What is finished is kept: a run that was stopped goes on where it was, and a second run takes seconds.

    Parameters
    ----------
    case
        Folder of a case, or name of a shipped one.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast.as_json import as_json as plain_forecast
    from ceasefire.forecast.outputs import Outputs
    from ceasefire.report import first_lines, summary, write_report
    from ceasefire.run import Parts, run_case

    read = _read(case, language)
    settings = _settings(preview=preview, seed=seed, paths=paths)
    outputs = Outputs(output or Path("ceasefire-out") / read.name)
    outputs.check("report.html", "forecast.json")
    out = ("plans", "map", "trust", "ranges") if quick else leave_out
    parts = Parts(
        plans="plans" not in out, factor_map="map" not in out, trust="trust" not in out, ranges="ranges" not in out
    )
    with ProgressDisplay(quiet=quiet) as progress:

        def shown(first: Any) -> None:
            progress.pause()
            if not as_json:
                print(first_lines(first, read, language), flush=True)

        found = run_case(read, settings, progress=progress, shown=shown, parts=parts, workers=workers)
    write_report(found, read, outputs.folder / "report.html", language=language)
    outputs.written("report.html")
    text = json.dumps(plain_forecast(found), ensure_ascii=False, indent=1)
    outputs.write("forecast.json", text + "\n")
    print(text if as_json else summary(found, read, language))
    if not as_json:
        print(outputs.folder / "report.html")
    return 0


def ask(
    case: str,
    query: str,
    *,
    preview: Preview = False,
    seed: Seed = 1,
    paths: Paths = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Answer one query with its uncertainty, e.g. 'P(truce_in_effect by 2025-12-31 | plan = pressure_alone)'.

    Parameters
    ----------
    case
        Folder of a case, or name of a shipped one.
    query
        In the query language: P(...), median(...), E(...), belief(...), values, differences, comparisons.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast.answer import as_text
    from ceasefire.forecast.answer import ask as answer

    read = _read(case, "en")
    with ProgressDisplay(quiet=quiet) as progress:
        found = answer(read, query, _settings(preview=preview, seed=seed, paths=paths), progress=progress)
    if as_json:
        _print_json(found.as_dict())
    else:
        print(as_text(found))
    return 0


def explain(
    case: str,
    *,
    date: Annotated[str, Parameter(help="A day; its period is looked at.")],
    step: Annotated[str, Parameter(help="Name of a step at which an actor chooses.")],
    language: Language = "en",
    preview: Preview = False,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Say why a move is likely: the terms of its value, largest difference first.

    Parameters
    ----------
    case
        Folder of a case, or name of a shipped one.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast import explain as why
    from ceasefire.forecast.pipeline import run_variant

    read, day = _read(case, language), _date(date)
    settings = _settings(preview=preview, seed=seed)
    with ProgressDisplay(quiet=quiet) as progress:
        done = run_variant(read, settings=settings, progress=progress)
        found = why.explain(done, day, step)
    if as_json:
        _print_json({**found.as_dict(), "sentences": why.in_sentences(done, found, language)})
    else:
        print("\n".join(why.in_sentences(done, found, language)))
    return 0


def play(
    case: str,
    *,
    history: Annotated[
        str | None, Parameter(help="Moves and states, separated by , and ; (* is the likeliest).")
    ] = None,
    preview: Preview = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Walk through the game along a history, seeing beliefs and move probabilities; without --history interactively.

    Parameters
    ----------
    case
        Folder of a case, or name of a shipped one.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.forecast import play as game
    from ceasefire.forecast.pipeline import run_variant

    if as_json and history is None:
        raise UsageError("--json needs --history")
    read = _read(case, "en")
    with ProgressDisplay(quiet=quiet) as progress:
        done = run_variant(read, settings=_settings(preview=preview, seed=1), progress=progress)
    if history is None:
        for fork, name in game.play(done, _asked):
            if name is not None:
                print(f"  -> {game.chosen(fork, name)}")
        return 0
    forks = game.along(done, history)
    if as_json:
        _print_json({"history": history, "forks": [{**fork.as_dict(), "taken": name} for fork, name in forks]})
    else:
        print("\n".join(game.as_text(fork) + (f"\n  -> {name}" if name else "") for fork, name in forks))
    return 0


def _asked(fork: Any) -> str | None:
    from ceasefire.forecast import play as game

    print(game.as_text(fork))
    names = list(fork.options)
    while True:
        try:
            text = input("number, name, * for the likeliest, empty to stop: ").strip()
        except EOFError:
            return None
        if not text:
            return None
        if text == game.LIKELIEST or text in fork.options:
            return text
        if text.isdigit() and 1 <= int(text) <= len(names):
            return str(names[int(text) - 1])
        print(f'"{text}" is not among them')


def factor_map(
    case: str,
    *,
    query: Annotated[str | None, Parameter(help="Headline to map; the pause within 12 months unless said.")] = None,
    size: Annotated[int, Parameter(help="Cells along each factor.")] = 9,
    expected: Annotated[bool, Parameter(negative="", help="Move the types themselves and solve again.")] = False,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Map a headline over the two hidden factors, with the likelihood of the record in each cell.

    Parameters
    ----------
    case
        Folder of a case, or name of a shipped one.
    """
    from dataclasses import asdict

    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.explore import maps

    read = _read(case, "en")
    settings = _settings(preview=True, seed=seed)
    with ProgressDisplay(quiet=quiet) as progress:
        found = maps.factor_map(read, settings, query=query, size=size, expected=expected, progress=progress)
    if found is None:
        print("null" if as_json else "the case names no factors (report: factors), so there is nothing to map")
        return 0
    if as_json:
        _print_json(asdict(found))
    else:
        print(maps.as_text(found))
    return 0
