"""Exceptions and faults.

::

    CeasefireError
    ├── InputError       faults of what a person wrote; carries all of them (exit code 1)
    ├── UsageError       the command or call itself is wrong (exit code 2)
    ├── NumericalError   the computation failed at a named place (exit code 3)
    └── WorkersError     the workers that should compute cannot be reached or used (exit code 1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something was written.

    Parameters
    ----------
    file : str
        Path as the person gave it, relative to the case folder where possible.
    line, column : int
        From 1; 0 where unknown.
    source_line : str
        The text of that line, for the caret; empty where unknown.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the input.

    Parameters
    ----------
    code : str
        Stable, such as ``C204``; every code has an entry in the reference.
    message : str
        What is wrong, in one sentence without a full stop.
    place : Place
    found, expected, hint : str
        What stood there, what could stand there, what to do. Empty where there is nothing to say.
    severity : str
        ``fault`` stops the work, ``warning`` does not.
    """

    code: str
    message: str
    place: Place = Place()
    found: str = ""
    expected: str = ""
    hint: str = ""
    severity: str = "fault"

    def as_text(self) -> str:
        """Return the fault as a person reads it: place, code, message, line with caret, hint."""
        lines = [f"{self.place}  {self.code}  {self.message}".strip()]
        if self.place.source_line:
            number = f"{self.place.line:>5} | "
            caret = " " * (len(number) - 2) + "| " + " " * max(self.place.column - 1, 0) + "^"
            lines += [number + self.place.source_line.rstrip(), caret]
        lines += [f"{label}: {text}" for label, text in self._details() if text]
        return "\n".join(lines)

    def _details(self) -> list[tuple[str, str]]:
        return [("found", self.found), ("expected", self.expected), ("hint", self.hint)]

    def as_dict(self) -> dict[str, str | int]:
        """Return the fault as a flat record for ``--json``."""
        place: dict[str, str | int] = {"file": self.place.file, "line": self.place.line, "column": self.place.column}
        said: dict[str, str | int] = {"code": self.code, "severity": self.severity, **place, "message": self.message}
        said.update(self._details())
        return said


class CeasefireError(Exception):
    """Base of every error that this program raises on purpose."""

    exit_code = 1


class InputError(CeasefireError):
    """What a person wrote has faults; all of them are in ``faults``."""

    exit_code = 1

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n\n".join(fault.as_text() for fault in self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class UsageError(CeasefireError):
    """The command or the call is wrong, whatever the case says."""

    exit_code = 2


class NumericalError(CeasefireError):
    """A computation failed; the text names place and size."""

    exit_code = 3


class WorkersError(CeasefireError):
    """The workers that should compute cannot be reached or used; what was finished is kept."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
