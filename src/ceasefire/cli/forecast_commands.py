"""Commands on forecasts: ``run``, ``ask``, ``explain``, ``play``. They parse, call the API and print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from ceasefire.cli.options import (
    CaseName,
    Cluster,
    Json,
    Language,
    Output,
    Paths,
    Preview,
    Quiet,
    Seed,
    Starts,
    Workers,
    as_text_of_json,
    open_case,
    settings_of,
    show,
    workers_of,
)

LeftOut = Literal["plans", "claims", "map", "trust", "ranges"]


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(run)
    app.command(ask)
    app.command(explain)
    app.command(play)


def _date(text: str) -> Any:
    import datetime as dt

    from ceasefire.errors import UsageError

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text}" is not a date such as 2025-08-15') from None


def check_draws(draws: int) -> None:
    """Raise a fault of usage where a number of draws is none."""
    from ceasefire.errors import UsageError

    if draws < 0 or draws == 1:
        raise UsageError(f"--draws {draws}: 0 for nominal values only, else at least 2")


def run(
    case: CaseName,
    *,
    language: Language = "en",
    output: Output = None,
    preview: Preview = False,
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    cluster: Cluster = None,
    starts: Starts = 0,
    quick: Annotated[bool, Parameter(negative="", help="Stop after the first forecast and its claims.")] = False,
    leave_out: Annotated[tuple[LeftOut, ...], Parameter(negative="", help="Part not to compute; repeatable.")] = (),
    draws: Annotated[int, Parameter(help="Draws of the parameters; 0: nominal values only.")] = 256,
    full: Annotated[
        bool, Parameter(negative="", help="Give every part of the work every draw, checks the fine grid.")
    ] = False,
    text: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="File with the text of an argument, or KEY=FILE: shown whole in the report."),
    ] = (),
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Solve, weigh the record, forecast and audit; print a summary and write report.html.

    What is finished is kept: a run that was stopped goes on where it was, and a second run takes seconds.
    """
    from ceasefire.cli.audit_commands import texts_of
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast.as_json import as_json as plain_forecast
    from ceasefire.forecast.outputs import Outputs
    from ceasefire.report import budget_lines, first_lines, render, summary
    from ceasefire.run import Parts, run_case

    read = open_case(case, language)
    texts = texts_of(read, text)
    settings = settings_of(preview=preview, seed=seed, paths=paths)
    outputs = Outputs(output or Path("ceasefire-out") / read.name)
    outputs.check("report.html", "forecast.json")
    check_draws(draws)
    out = ("plans", "map", "trust", "ranges") if quick else leave_out
    parts = Parts(
        plans="plans" not in out,
        claims="claims" not in out,
        factor_map="map" not in out,
        trust="trust" not in out,
        ranges="ranges" not in out,
        starts=starts,
        draws=0 if quick else draws,
        full=full,
    )
    by = workers_of(workers, cluster)
    with ProgressDisplay(quiet=quiet) as progress:

        def shown(first: Any) -> None:
            progress.pause()
            finer = bool(first.settings["preview"]) and not settings.preview
            print(first_lines(first, read, language, finer_follows=finer), flush=True)

        def planned(lines: Any) -> None:
            progress.pause()
            print(budget_lines(lines, language), flush=True)

        found = run_case(
            read,
            settings,
            progress=progress,
            shown=None if as_json else shown,
            planned=None if as_json else planned,
            parts=parts,
            workers=by,
        )
    outputs.write("report.html", render(found, read, language=language, texts=texts))
    whole = plain_forecast(found)
    outputs.write("forecast.json", as_text_of_json(whole) + "\n")
    return show(whole, f"{summary(found, read, language)}\n{outputs.folder / 'report.html'}", as_json=as_json)


def ask(
    case: CaseName,
    query: str,
    *,
    preview: Preview = False,
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    cluster: Cluster = None,
    starts: Starts = 0,
    draws: Annotated[
        int, Parameter(help="Answer over so many draws of the parameters, with an interval; 0: at nominal values.")
    ] = 0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Answer one query with its uncertainty, e.g. 'P(truce_in_effect by 2025-12-31 | plan = pressure_alone)'.

    Parameters
    ----------
    query
        In the query language: P(...), median(...), E(...), belief(...), values, differences, comparisons.
    """
    from ceasefire.case.query import parse_query
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.explore.ensemble.asked import ask_draws
    from ceasefire.forecast import equilibria
    from ceasefire.forecast.answer import as_text
    from ceasefire.forecast.answer import ask as answer

    check_draws(draws)
    read, by = open_case(case), workers_of(workers, cluster)
    with ProgressDisplay(quiet=quiet) as progress:
        settings = settings_of(preview=preview, seed=seed, paths=paths)
        if draws:
            found = ask_draws(read, query, settings, draws, progress, by)
        else:
            found = answer(read, query, settings, progress=progress)
        shown, text = found.as_dict(), as_text(found)
        if starts:
            parsed = parse_query(query, read.words)
            others = equilibria.equilibria(read, [parsed], settings, starts, progress=progress, workers=by)
            shown["equilibria"] = others.as_dict()
            text = "\n".join([text, *(f"  {line}" for line in equilibria.as_text(others, parsed.text))])
    return show(shown, text, as_json=as_json)


def explain(
    case: CaseName,
    *,
    date: Annotated[str, Parameter(help="A day; its period is looked at.")],
    step: Annotated[str, Parameter(help="Name of a step at which an actor chooses.")],
    language: Language = "en",
    preview: Preview = False,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Say why a move is likely: the terms of its value, largest difference first."""
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast import explain as why
    from ceasefire.forecast.pipeline import run_variant

    read, day = open_case(case, language), _date(date)
    settings = settings_of(preview=preview, seed=seed)
    with ProgressDisplay(quiet=quiet) as progress:
        done = run_variant(read, settings=settings, progress=progress)
        found = why.explain(done, day, step)
    sentences = why.in_sentences(done, found, language)
    return show({**found.as_dict(), "sentences": sentences}, "\n".join(sentences), as_json=as_json)


def play(
    case: CaseName,
    *,
    history: Annotated[
        str | None, Parameter(help="Moves and states, separated by , and ; (* is the likeliest).")
    ] = None,
    preview: Preview = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Walk through the game along a history, seeing beliefs and move probabilities; without --history interactively."""
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.forecast import play as game
    from ceasefire.forecast.pipeline import run_variant

    if as_json and history is None:
        raise UsageError("--json needs --history")
    read = open_case(case)
    with ProgressDisplay(quiet=quiet) as progress:
        done = run_variant(read, settings=settings_of(preview=preview), progress=progress)
    if history is None:
        for fork, name in game.play(done, _asked):
            if name is not None:
                print(f"  -> {game.chosen(fork, name)}")
        return 0
    forks = game.along(done, history)
    taken = {"history": history, "forks": [{**fork.as_dict(), "taken": name} for fork, name in forks]}
    text = "\n".join(game.as_text(fork) + (f"\n  -> {name}" if name else "") for fork, name in forks)
    return show(taken, text, as_json=as_json)


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
