"""Commands that ask a forecast: ``ask``, ``explain``, ``play``. They parse, call the API and print."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import App, Parameter

from ceasefire.cli.options import (
    CaseName,
    Language,
    Preview,
    Printing,
    Sampling,
    Seed,
    Starts,
    Workers,
    check_draws,
    open_case,
)


def register(app: App) -> None:
    """Add the commands of this module."""
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


def ask(
    case: CaseName,
    query: str,
    *,
    preview: Preview = False,
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    starts: Starts = 0,
    draws: Annotated[
        int, Parameter(help="Answer over so many draws of the parameters, with an interval; 0: at nominal values.")
    ] = 0,
    printing: Printing = Printing(),
) -> int:
    """Answer one query with its uncertainty, e.g. 'P(truce_in_effect by 2025-12-31 | plan = pressure_alone)'.

    Parameters
    ----------
    query
        In the query language: P(...), median(...), E(...), belief(...), values, differences, comparisons.
    """
    from ceasefire.case.query import parse_query
    from ceasefire.explore.ensemble.asked import ask_draws
    from ceasefire.forecast import equilibria
    from ceasefire.forecast.answer import as_text
    from ceasefire.forecast.answer import ask as answer

    check_draws(draws)
    read, by = open_case(case), workers.chosen()
    with printing.progress() as progress:
        settings = sampling.settings(preview=preview)
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
    return printing.show(shown, text)


def explain(
    case: CaseName,
    *,
    date: Annotated[str, Parameter(help="A day; its period is looked at.")],
    step: Annotated[str, Parameter(help="Name of a step at which an actor chooses.")],
    language: Language = "en",
    preview: Preview = False,
    seed: Seed = 1,
    printing: Printing = Printing(),
) -> int:
    """Say why a move is likely: the terms of its value, largest difference first."""
    from ceasefire.forecast import explain as why
    from ceasefire.forecast.pipeline import run_variant

    day, read = _date(date), open_case(case, language)
    why.check_point(read, day, step)
    settings = Sampling(seed=seed).settings(preview=preview)
    with printing.progress() as progress:
        done = run_variant(read, settings=settings, progress=progress)
        found = why.explain(done, day, step)
    sentences = why.in_sentences(done, found, language)
    return printing.show({**found.as_dict(), "sentences": sentences}, "\n".join(sentences))


def play(
    case: CaseName,
    *,
    history: Annotated[
        str | None, Parameter(help="Moves and states, separated by , and ; (* is the likeliest).")
    ] = None,
    preview: Preview = False,
    printing: Printing = Printing(),
) -> int:
    """Walk through the game along a history, seeing beliefs and move probabilities; without --history interactively."""
    from ceasefire.errors import UsageError
    from ceasefire.forecast import play as game
    from ceasefire.forecast.pipeline import run_variant

    if printing.as_json and history is None:
        raise UsageError("--json needs --history")
    read = open_case(case)
    with printing.progress() as progress:
        done = run_variant(read, settings=Sampling().settings(preview=preview), progress=progress)
    if history is None:
        for fork, name in game.play(done, _asked):
            if name is not None:
                print(f"  -> {game.chosen(fork, name)}")
        return 0
    forks = game.along(done, history)
    taken = {"history": history, "forks": [{**fork.as_dict(), "taken": name} for fork, name in forks]}
    text = "\n".join(game.as_text(fork) + (f"\n  -> {name}" if name else "") for fork, name in forks)
    return printing.show(taken, text)


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
