"""Commands on what a probability hangs on: ``map``, ``sensitivity``, ``tipping``. They parse, call the API and print."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from ceasefire.cli.options import CaseName, Language, Printing, Sampling, Workers, open_case

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.settings import Settings

Query = Annotated[str | None, Parameter(help="A probability; the first headline that is one unless said.")]


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(factor_map, name="map")
    app.command(sensitivity)
    app.command(tipping)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The options of ``map`` on what is drawn."""

    query: Annotated[str | None, Parameter(help="Headline to map; the pause within 12 months unless said.")] = None
    x: Annotated[str | None, Parameter(help="Parameter, or ACTOR.FACTOR, across; with --y.")] = None
    y: Annotated[str | None, Parameter(help="Parameter, or ACTOR.FACTOR, upwards; with --x.")] = None
    level: Annotated[float, Parameter(help="With --x and --y: the probability whose contour is drawn.")] = 0.5
    size: Annotated[int, Parameter(help="Cells along each axis.")] = 9
    expected: Annotated[bool, Parameter(negative="", help="Move the types themselves and solve again.")] = False

    def check(self, output: Path | None) -> None:
        """Raise a fault of usage where the options do not fit together."""
        from ceasefire.errors import UsageError

        if (self.x is None) != (self.y is None) or (self.x is None and output is not None):
            raise UsageError("--x and --y belong together, and --output needs them")
        if self.size < 2:
            raise UsageError(f"--size must be at least 2, not {self.size}")


def factor_map(
    case: CaseName,
    *,
    drawn: Drawn = Drawn(),
    language: Language = "en",
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    output: Annotated[Path | None, Parameter(help="With --x and --y: folder for map.svg, map.png and map.csv.")] = None,
    printing: Printing = Printing(),
) -> int:
    """Map a headline over the two hidden factors, or over any two parameters by solving again for every cell.

    Each cell shows the likelihood of the record. Over parameters the map has the contour of a level, and marks where the
    medians, the authors and the record put the truth.
    """
    from ceasefire.explore.maps import maps

    drawn.check(output)
    read = open_case(case, language)
    settings, by = sampling.settings(preview=True), workers.chosen()
    if drawn.x is not None and drawn.y is not None:
        return _plane(read, settings, drawn, drawn.x, drawn.y, by, output, language, printing)
    with printing.progress() as progress:
        found = maps.factor_map(
            read,
            settings,
            query=drawn.query,
            size=drawn.size,
            expected=drawn.expected,
            progress=progress,
            workers=by,
        )
    if found is None:
        return printing.show(None, "the case names no factors (report: factors), so there is nothing to map")
    return printing.show(found, maps.as_text(found))


def _plane(
    case: Case,
    settings: Settings,
    drawn: Drawn,
    x: str,
    y: str,
    workers: int | str | None,
    output: Path | None,
    language: str,
    printing: Printing,
) -> int:
    from ceasefire.explore.maps.planes import plane
    from ceasefire.report.exploring import plane_text
    from ceasefire.report.plane_files import write_files

    with printing.progress() as progress:
        found = plane(
            case,
            settings,
            x,
            y,
            query=drawn.query,
            size=drawn.size,
            level=drawn.level,
            expected=drawn.expected,
            progress=progress,
            workers=workers,
        )
    written = write_files(found, case, output, language) if output else []
    return printing.show(asdict(found), "\n".join([plane_text(found, case, language), *map(str, written)]))


def tipping(
    case: CaseName,
    *,
    query: Query = None,
    level: Annotated[float, Parameter(help="The probability to cross, between 0 and 1.")] = 0.5,
    parameter: Annotated[tuple[str, ...], Parameter(negative="", help="Look at this one; repeatable.")] = (),
    every: Annotated[bool, Parameter(name="--all", negative="", help="Look closely at every parameter.")] = False,
    language: Language = "en",
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    printing: Printing = Printing(),
) -> int:
    """Find the least change of each parameter at which a probability crosses a level, or that there is none.

    Each parameter is moved alone and the game solved again, on the coarse grid. What is finished is kept: a search that
    was stopped goes on where it was.
    """
    from ceasefire.errors import UsageError
    from ceasefire.explore.tipping.tipping import MOST
    from ceasefire.explore.tipping.tipping import tipping as search
    from ceasefire.report.exploring import tipping_text

    if not 0 < level < 1:
        raise UsageError(f"--level lies between 0 and 1, not at {level:g}")
    read = open_case(case, language)
    settings, by = sampling.settings(preview=True), workers.chosen()
    with printing.progress() as progress:
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
    return printing.show(asdict(found), tipping_text(found, read, language))


def sensitivity(
    case: CaseName,
    *,
    query: Query = None,
    parameter: Annotated[tuple[str, ...], Parameter(negative="", help="Move only this one alone; repeatable.")] = (),
    design: Annotated[
        Literal["draws", "pick-freeze", "none"],
        Parameter(
            help="Shares of the variance from draws of all parameters, from solutions of their own, or not at all."
        ),
    ] = "draws",
    draws: Annotated[int | None, Parameter(help="Draws (256), or rows of the pick-freeze design (64).")] = None,
    language: Language = "en",
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    printing: Printing = Printing(),
) -> int:
    """Say what a probability hangs on: each assumption moved alone, and its share of the variance among all."""
    from ceasefire.errors import UsageError
    from ceasefire.explore.sensitivity.sensitivity import sensitivity as hangs_on
    from ceasefire.report.exploring import sensitivity_text

    if draws is not None and draws < 4:
        raise UsageError(f"--draws must be at least 4, not {draws}")
    read = open_case(case, language)
    settings, by = sampling.settings(preview=True), workers.chosen()
    with printing.progress() as progress:
        found = hangs_on(
            read, settings, query=query, names=parameter, design=design, draws=draws, progress=progress, workers=by
        )
    return printing.show(asdict(found), sensitivity_text(found, read, language))
