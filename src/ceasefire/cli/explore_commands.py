"""Commands that explore: ``map``, ``tipping``. They parse, call the API and print."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter

from ceasefire.cli.options import (
    CaseName,
    Json,
    Language,
    Paths,
    Quiet,
    Seed,
    Workers,
    open_case,
    settings_of,
    show,
)

Query = Annotated[str | None, Parameter(help="A probability; the first headline that is one unless said.")]


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(factor_map, name="map")
    app.command(tipping)


def factor_map(
    case: CaseName,
    *,
    query: Annotated[str | None, Parameter(help="Headline to map; the pause within 12 months unless said.")] = None,
    size: Annotated[int, Parameter(help="Cells along each factor.")] = 9,
    expected: Annotated[bool, Parameter(negative="", help="Move the types themselves and solve again.")] = False,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Map a headline over the two hidden factors, with the likelihood of the record in each cell."""
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.explore import maps

    read = open_case(case)
    settings = settings_of(preview=True, seed=seed)
    with ProgressDisplay(quiet=quiet) as progress:
        found = maps.factor_map(read, settings, query=query, size=size, expected=expected, progress=progress)
    if found is None:
        return show(None, "the case names no factors (report: factors), so there is nothing to map", as_json=as_json)
    return show(found, maps.as_text(found), as_json=as_json)


def tipping(
    case: CaseName,
    *,
    query: Query = None,
    level: Annotated[float, Parameter(help="The probability to cross, between 0 and 1.")] = 0.5,
    parameter: Annotated[tuple[str, ...], Parameter(negative="", help="Look at this one; repeatable.")] = (),
    every: Annotated[bool, Parameter(name="--all", negative="", help="Look closely at every parameter.")] = False,
    language: Language = "en",
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Find the least change of each parameter at which a probability crosses a level, or that there is none.

    Each parameter is moved alone and the game solved again, on the coarse grid. What is finished is kept: a search that
    was stopped goes on where it was.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.explore.tipping import MOST
    from ceasefire.explore.tipping import tipping as search
    from ceasefire.report.exploring import tipping_text

    if not 0 < level < 1:
        raise UsageError(f"--level lies between 0 and 1, not at {level:g}")
    read = open_case(case, language)
    settings = settings_of(preview=True, seed=seed, paths=paths)
    with ProgressDisplay(quiet=quiet) as progress:
        found = search(
            read,
            settings,
            query=query,
            level=level,
            names=parameter,
            most=None if every else MOST,
            progress=progress,
            workers=workers,
        )
    return show(asdict(found), tipping_text(found, read, language), as_json=as_json)
