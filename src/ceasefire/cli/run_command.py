"""``ceasefire run``: the main job. It parses, calls the API and prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from ceasefire.cli.options import (
    CaseName,
    Language,
    Output,
    Preview,
    Printing,
    Sampling,
    Starts,
    Workers,
    as_text_of_json,
    check_draws,
    open_case,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ceasefire.case.model import Case
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast.model import Forecast
    from ceasefire.forecast.settings import Settings
    from ceasefire.run import Parts

LeftOut = Literal["plans", "claims", "map", "trust", "ranges"]


def register(app: App) -> None:
    """Add the command ``run``."""
    app.command(run)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The options of ``run`` on what is computed."""

    starts: Starts = 0
    quick: Annotated[bool, Parameter(negative="", help="Stop after the first forecast and its claims.")] = False
    leave_out: Annotated[tuple[LeftOut, ...], Parameter(negative="", help="Part not to compute; repeatable.")] = ()
    draws: Annotated[int, Parameter(help="Draws of the parameters; 0: nominal values only.")] = 256
    full: Annotated[
        bool, Parameter(negative="", help="Give every part of the work every draw, checks the fine grid.")
    ] = False

    def parts(self) -> Parts:
        """Return what of the run is wanted.

        Raises
        ------
        UsageError
            Where the number of draws is none.
        """
        from ceasefire.run import Parts

        check_draws(self.draws)
        out = (*self.leave_out, *(("plans", "map", "trust", "ranges") if self.quick else ()))
        return Parts(
            plans="plans" not in out,
            claims="claims" not in out,
            factor_map="map" not in out,
            trust="trust" not in out,
            ranges="ranges" not in out,
            starts=self.starts,
            draws=0 if self.quick else self.draws,
            full=self.full,
        )


def run(
    case: CaseName,
    *,
    language: Language = "en",
    output: Output = None,
    preview: Preview = False,
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    wanted: Wanted = Wanted(),
    text: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="File with the text of an argument, or KEY=FILE: shown whole in the report."),
    ] = (),
    printing: Printing = Printing(),
) -> int:
    """Solve, weigh the record, forecast and audit; print a summary and write report.html.

    What is finished is kept: a run that was stopped goes on where it was, and a second run takes seconds.
    """
    from ceasefire.cli.audit_commands import texts_of
    from ceasefire.forecast.as_json import as_json
    from ceasefire.forecast.outputs import Outputs
    from ceasefire.forecast.written import place_of
    from ceasefire.report import render, summary
    from ceasefire.run import run_case

    read = open_case(case, language)
    texts = texts_of(read, text)
    settings = sampling.settings(preview=preview)
    outputs = Outputs(output or place_of(read).parent)
    outputs.check("report.html", "forecast.json")
    parts, by = wanted.parts(), workers.chosen()
    with printing.progress() as progress:
        said = {} if printing.as_json else _said_early(progress, read, settings, language)
        found = run_case(read, settings, progress=progress, parts=parts, workers=by, **said)
    outputs.write("report.html", render(found, read, language=language, texts=texts))
    whole = as_json(found)
    outputs.write("forecast.json", as_text_of_json(whole) + "\n")
    return printing.show(whole, f"{summary(found, read, language)}\n{outputs.folder / 'report.html'}")


def _said_early(
    progress: ProgressDisplay, case: Case, settings: Settings, language: str
) -> dict[Literal["shown", "planned"], Callable[[Any], None]]:
    """Return what prints the first forecast, and the budget of the draws, while the rest is still to come."""
    from ceasefire.report import budget_lines, first_lines

    def shown(first: Forecast) -> None:
        progress.pause()
        finer = bool(first.settings["preview"]) and not settings.preview
        print(first_lines(first, case, language, finer_follows=finer), flush=True)

    def planned(lines: Any) -> None:
        progress.pause()
        print(budget_lines(lines, language), flush=True)

    return {"shown": shown, "planned": planned}
