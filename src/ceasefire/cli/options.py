"""What commands share: their common options, how a case is opened, how a result is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast.settings import Settings

CaseName = Annotated[str, Parameter(help="Folder of a case, or name of a shipped one.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]
Language = Annotated[str, Parameter(help="Language of the text: en or de.")]
Quiet = Annotated[bool, Parameter(negative="", help="Show no progress.")]
Preview = Annotated[bool, Parameter(negative="", help="Use the coarse grid and few paths.")]
Seed = Annotated[int, Parameter(help="Seed of the random numbers.")]
Starts = Annotated[int, Parameter(help="Solve from so many other starts, too, to look for other equilibria.")]
Output = Annotated[Path | None, Parameter(help="Folder for results; ./ceasefire-out/CASE unless said.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Sampling:
    """The options ``--seed`` and ``--paths``."""

    seed: Seed = 1
    paths: Annotated[int | None, Parameter(help="Number of paths; without it the error target decides.")] = None

    def settings(self, *, preview: bool) -> Settings:
        """Return the settings that the options of a command ask for.

        Raises
        ------
        UsageError
            Where the number of paths is not positive.
        """
        from ceasefire.errors import UsageError
        from ceasefire.forecast.settings import FULL, PREVIEW

        if self.paths is not None and self.paths < 1:
            raise UsageError(f"--paths must be at least 1, not {self.paths}")
        chosen = replace(PREVIEW if preview else FULL, seed=self.seed)
        return chosen.with_paths(self.paths) if self.paths else chosen


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Workers:
    """The options ``--workers`` and ``--cluster``."""

    workers: Annotated[int | None, Parameter(help="Worker processes; chosen unless said.")] = None
    cluster: Annotated[str | None, Parameter(help="Address of a dask scheduler whose workers are used instead.")] = None

    def chosen(self) -> int | str | None:
        """Return who computes: so many processes, those of a cluster that answers, or (None) as many as are worth it.

        Raises
        ------
        UsageError
            Where both are given, or no process.
        WorkersError
            Where the cluster does not answer or cannot be used.
        """
        from ceasefire.errors import UsageError

        if self.workers is not None and self.workers < 1:
            raise UsageError(f"--workers must be at least 1, not {self.workers}")
        if self.cluster is None:
            return self.workers
        if self.workers is not None:
            raise UsageError("--workers are processes of this machine, --cluster is of others: give one of them")
        from ceasefire.forecast.pool import check_cluster

        return check_cluster(self.cluster)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Printing:
    """The options ``--quiet`` and ``--json``."""

    quiet: Quiet = False
    as_json: Json = False

    def progress(self) -> ProgressDisplay:
        """Return what shows progress while the command computes."""
        from ceasefire.cli.progress import ProgressDisplay

        return ProgressDisplay(quiet=self.quiet)

    def show(self, found: Any, text: str) -> int:
        """Print a result; return the exit code for success."""
        return show(found, text, as_json=self.as_json)


def open_case(case: str, language: str = "en") -> Case:
    """Return the case that a command names and will solve, to be spoken of in a language.

    Raises
    ------
    UsageError
        Where the language is not one that texts are written in.
    InputError
        Where the case has faults.
    """
    from ceasefire.case import read_case
    from ceasefire.solve.ahead import compile_ahead

    check_language(language)
    found = read_case(case, language=language)
    if found.steps:
        compile_ahead()
    return found


def check_language(language: str) -> None:
    """Raise a fault of usage where the program has no texts in a language."""
    from ceasefire.errors import UsageError

    if language not in {"en", "de"}:
        raise UsageError(f'--language is en or de, not "{language}"')


def check_draws(draws: int) -> None:
    """Raise a fault of usage where a number of draws is none."""
    from ceasefire.errors import UsageError

    if draws < 0 or draws == 1:
        raise UsageError(f"--draws {draws}: 0 for nominal values only, else at least 2")


def show(found: Any, text: str, *, as_json: bool) -> int:
    """Print a result for a program (``--json``) or for a person; return the exit code for success."""
    print(as_text_of_json(found) if as_json else text)
    return 0


def as_text_of_json(found: Any) -> str:
    """Return a result as JSON, in the one layout that all commands use."""
    from ceasefire.forecast.as_json import plain

    return json.dumps(plain(found), ensure_ascii=False, indent=1)
