"""Commands that explore: ``map``, ``sensitivity``, ``tipping``. They parse, call the API and print."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from ceasefire.cli.options import (
    CaseName,
    Cluster,
    Json,
    Language,
    Paths,
    Preview,
    Quiet,
    Seed,
    Workers,
    open_case,
    settings_of,
    show,
    workers_of,
)

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.settings import Settings

Query = Annotated[str | None, Parameter(help="A probability; the first headline that is one unless said.")]


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(factor_map, name="map")
    app.command(sensitivity)
    app.command(tipping)
    app.command(compare)
    app.command(perceive)
    app.command(value)


def factor_map(
    case: CaseName,
    *,
    query: Annotated[str | None, Parameter(help="Headline to map; the pause within 12 months unless said.")] = None,
    x: Annotated[str | None, Parameter(help="Parameter, or ACTOR.FACTOR, across; with --y.")] = None,
    y: Annotated[str | None, Parameter(help="Parameter, or ACTOR.FACTOR, upwards; with --x.")] = None,
    level: Annotated[float, Parameter(help="With --x and --y: the probability whose contour is drawn.")] = 0.5,
    size: Annotated[int, Parameter(help="Cells along each axis.")] = 9,
    expected: Annotated[bool, Parameter(negative="", help="Move the types themselves and solve again.")] = False,
    language: Language = "en",
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    cluster: Cluster = None,
    output: Annotated[Path | None, Parameter(help="With --x and --y: folder for map.svg, map.png and map.csv.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Map a headline over the two hidden factors, or over any two parameters by solving again for every cell.

    Each cell shows the likelihood of the record. Over parameters the map has the contour of a level, and marks where the
    medians, the authors and the record put the truth.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.explore.maps import maps

    if (x is None) != (y is None) or (x is None and output is not None):
        raise UsageError("--x and --y belong together, and --output needs them")
    if size < 2:
        raise UsageError(f"--size must be at least 2, not {size}")
    read = open_case(case, language)
    settings = settings_of(preview=True, seed=seed, paths=paths)
    by = workers_of(workers, cluster)
    if x is not None and y is not None:
        return _plane(read, settings, x, y, query, level, size, expected, by, output, language, quiet, as_json)
    with ProgressDisplay(quiet=quiet) as progress:
        found = maps.factor_map(
            read, settings, query=query, size=size, expected=expected, progress=progress, workers=by
        )
    if found is None:
        return show(None, "the case names no factors (report: factors), so there is nothing to map", as_json=as_json)
    return show(found, maps.as_text(found), as_json=as_json)


def _plane(
    case: Case,
    settings: Settings,
    x: str,
    y: str,
    query: str | None,
    level: float,
    size: int,
    expected: bool,
    workers: int | str | None,
    output: Path | None,
    language: str,
    quiet: bool,
    as_json: bool,
) -> int:
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.explore.maps.planes import plane
    from ceasefire.report.exploring import plane_text
    from ceasefire.report.plane_files import write_files

    with ProgressDisplay(quiet=quiet) as progress:
        found = plane(
            case,
            settings,
            x,
            y,
            query=query,
            size=size,
            level=level,
            expected=expected,
            progress=progress,
            workers=workers,
        )
    written = write_files(found, case, output, language) if output else []
    return show(asdict(found), "\n".join([plane_text(found, case, language), *map(str, written)]), as_json=as_json)


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
    cluster: Cluster = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Find the least change of each parameter at which a probability crosses a level, or that there is none.

    Each parameter is moved alone and the game solved again, on the coarse grid. What is finished is kept: a search that
    was stopped goes on where it was.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.explore.tipping.tipping import MOST
    from ceasefire.explore.tipping.tipping import tipping as search
    from ceasefire.report.exploring import tipping_text

    if not 0 < level < 1:
        raise UsageError(f"--level lies between 0 and 1, not at {level:g}")
    read = open_case(case, language)
    settings, by = settings_of(preview=True, seed=seed, paths=paths), workers_of(workers, cluster)
    with ProgressDisplay(quiet=quiet) as progress:
        found = search(
            read,
            settings,
            query=query,
            level=level,
            names=parameter,
            most=None if every else MOST,
            progress=progress,
            workers=by,
        )
    return show(asdict(found), tipping_text(found, read, language), as_json=as_json)


def sensitivity(
    case: CaseName,
    *,
    query: Query = None,
    design: Annotated[
        Literal["draws", "pick-freeze", "none"],
        Parameter(
            help="Shares of the variance from draws of all parameters, from solutions of their own, or not at all."
        ),
    ] = "draws",
    draws: Annotated[int | None, Parameter(help="Draws (256), or rows of the pick-freeze design (64).")] = None,
    language: Language = "en",
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    cluster: Cluster = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Say what a probability hangs on: each assumption moved alone, and its share of the variance among all."""
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.explore.sensitivity.sensitivity import sensitivity as hangs_on
    from ceasefire.report.exploring import sensitivity_text

    if draws is not None and draws < 4:
        raise UsageError(f"--draws must be at least 4, not {draws}")
    read = open_case(case, language)
    settings = settings_of(preview=True, seed=seed, paths=paths)
    by = workers_of(workers, cluster)
    with ProgressDisplay(quiet=quiet) as progress:
        found = hangs_on(read, settings, query=query, design=design, draws=draws, progress=progress, workers=by)
    return show(asdict(found), sensitivity_text(found, read, language), as_json=as_json)


def compare(
    case: CaseName,
    *,
    query: Annotated[
        tuple[str, ...], Parameter(negative="", help="Compare by this probability, not the headlines; repeatable.")
    ] = (),
    plan: Annotated[tuple[str, ...], Parameter(negative="", help="Compare only this plan; repeatable.")] = (),
    combine: Annotated[tuple[str, ...], Parameter(negative="", help="Join plans, as in a+b; repeatable.")] = (),
    unknown: Annotated[
        tuple[str, ...], Parameter(negative="", help="Play this plan also with the others not knowing; repeatable.")
    ] = (),
    draws: Annotated[int, Parameter(help="Draws of the parameters; plans are played in an eighth of them.")] = 256,
    full: Annotated[bool, Parameter(negative="", help="Play plans in every draw.")] = False,
    preview: Preview = False,
    language: Language = "en",
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    cluster: Cluster = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Compare plans over draws: probabilities, side stocks, payoffs of every actor, each with its paired change; regret.

    After `ceasefire run` with as many draws only joined and unknown plans are computed anew, and with --query what was not
    asked before.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.explore.choice.compare import compare as side_by_side
    from ceasefire.explore.ensemble.budget import Budget
    from ceasefire.report.comparing import comparison_text

    if draws < 2:
        raise UsageError(f"--draws must be at least 2, not {draws}")
    read = open_case(case, language)
    settings, by = settings_of(preview=preview, seed=seed, paths=paths), workers_of(workers, cluster)
    with ProgressDisplay(quiet=quiet) as progress:
        found = side_by_side(
            read,
            settings,
            Budget.of(draws, full=full),
            queries=query,
            plans=plan,
            combine=combine,
            unknown=unknown,
            progress=progress,
            workers=by,
        )
    return show(asdict(found), comparison_text(found, read, language), as_json=as_json)


def perceive(
    case: CaseName,
    *,
    preview: Preview = False,
    language: Language = "en",
    seed: Seed = 1,
    paths: Paths = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Say what each misperception costs whom: payoffs and headlines with it hidden, with it known to all, and without it."""
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.explore.choice.perceive import perceive as three_ways
    from ceasefire.report.perceiving import perceived_text

    read = open_case(case, language)
    settings = settings_of(preview=preview, seed=seed, paths=paths)
    with ProgressDisplay(quiet=quiet) as progress:
        found = three_ways(read, settings, progress=progress)
    return show(asdict(found), perceived_text(found, read, language), as_json=as_json)


def value(
    case: CaseName,
    *,
    objective: Annotated[
        str | None, Parameter(help="A probability that is wanted; the pause within a year unless said.")
    ] = None,
    less: Annotated[bool, Parameter(negative="", help="Less of the objective is wanted, not more.")] = False,
    draws: Annotated[int, Parameter(help="Draws of the parameters; plans are played in an eighth of them.")] = 256,
    full: Annotated[bool, Parameter(negative="", help="Play plans in every draw.")] = False,
    preview: Preview = False,
    language: Language = "en",
    seed: Seed = 1,
    paths: Paths = None,
    workers: Workers = None,
    cluster: Cluster = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Say which hidden fact, if known, would change a choice among plans, what that is worth, and which move teaches most.

    After `ceasefire run` with as many draws nothing is computed anew.
    """
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.errors import UsageError
    from ceasefire.explore.choice.valued import value as valued
    from ceasefire.explore.ensemble.budget import Budget
    from ceasefire.report.valuing import value_text

    if draws < 2:
        raise UsageError(f"--draws must be at least 2, not {draws}")
    read = open_case(case, language)
    settings, by = settings_of(preview=preview, seed=seed, paths=paths), workers_of(workers, cluster)
    budget = Budget.of(draws, full=full)
    with ProgressDisplay(quiet=quiet) as progress:
        found = valued(read, settings, budget, objective=objective, less=less, progress=progress, workers=by)
    return show(asdict(found), value_text(found, read, language), as_json=as_json)
