"""Commands on what to do: ``compare``, ``perceive``, ``value``. They parse, call the API and print."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from ceasefire.cli.options import CaseName, Language, Preview, Printing, Sampling, Workers, open_case

if TYPE_CHECKING:
    from ceasefire.explore.ensemble.budget import Budget


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(compare)
    app.command(perceive)
    app.command(value)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Draws:
    """The options ``--draws`` and ``--full``."""

    draws: Annotated[int, Parameter(help="Draws of the parameters; plans are played in an eighth of them.")] = 256
    full: Annotated[bool, Parameter(negative="", help="Play plans in every draw.")] = False

    def budget(self) -> Budget:
        """Return how many draws each part of the work gets.

        Raises
        ------
        UsageError
            Where there are fewer than two.
        """
        from ceasefire.errors import UsageError
        from ceasefire.explore.ensemble.budget import Budget

        if self.draws < 2:
            raise UsageError(f"--draws must be at least 2, not {self.draws}")
        return Budget.of(self.draws, full=self.full)


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
    draws: Draws = Draws(),
    preview: Preview = False,
    language: Language = "en",
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    printing: Printing = Printing(),
) -> int:
    """Compare plans over draws: probabilities, side stocks, payoffs of every actor, each with its paired change; regret.

    After `ceasefire run` with as many draws only joined and unknown plans are computed anew, and with --query what was not
    asked before.
    """
    from ceasefire.explore.choice.compare import compare as side_by_side
    from ceasefire.report.comparing import comparison_text

    budget, read = draws.budget(), open_case(case, language)
    settings, by = sampling.settings(preview=preview), workers.chosen()
    with printing.progress() as progress:
        found = side_by_side(
            read,
            settings,
            budget,
            queries=query,
            plans=plan,
            combine=combine,
            unknown=unknown,
            progress=progress,
            workers=by,
        )
    return printing.show(asdict(found), comparison_text(found, read, language))


def perceive(
    case: CaseName,
    *,
    preview: Preview = False,
    language: Language = "en",
    sampling: Sampling = Sampling(),
    printing: Printing = Printing(),
) -> int:
    """Say what each misperception costs whom: payoffs and headlines with it hidden, with it known to all, and without it."""
    from ceasefire.explore.choice.perceive import perceive as three_ways
    from ceasefire.report.perceiving import perceived_text

    read = open_case(case, language)
    settings = sampling.settings(preview=preview)
    with printing.progress() as progress:
        found = three_ways(read, settings, progress=progress)
    return printing.show(asdict(found), perceived_text(found, read, language))


def value(
    case: CaseName,
    *,
    objective: Annotated[
        str | None, Parameter(help="A probability that is wanted; the pause within a year unless said.")
    ] = None,
    less: Annotated[bool, Parameter(negative="", help="Less of the objective is wanted, not more.")] = False,
    draws: Draws = Draws(),
    preview: Preview = False,
    language: Language = "en",
    sampling: Sampling = Sampling(),
    workers: Workers = Workers(),
    printing: Printing = Printing(),
) -> int:
    """Say which hidden fact, if known, would change a choice among plans, what that is worth, and which move teaches most.

    After `ceasefire run` with as many draws nothing is computed anew.
    """
    from ceasefire.explore.choice.valued import value as valued
    from ceasefire.report.valuing import value_text

    budget, read = draws.budget(), open_case(case, language)
    settings, by = sampling.settings(preview=preview), workers.chosen()
    with printing.progress() as progress:
        found = valued(read, settings, budget, objective=objective, less=less, progress=progress, workers=by)
    return printing.show(asdict(found), value_text(found, read, language))
