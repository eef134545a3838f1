"""Progress on the error stream: a bar on a terminal, else one line a minute. It never reaches the computation."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

EVERY = 60.0
"""Seconds between lines where there is no terminal."""


class ProgressDisplay:
    """Call it as ``display(stage, done, of)``; use it as a context manager.

    Parameters
    ----------
    quiet : bool
        Show nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.began = self.said = time.monotonic()
        self.bars: Any = None
        self.tasks: dict[str, Any] = {}
        self.handler = _Lines(self)

    def __enter__(self) -> ProgressDisplay:
        log = logging.getLogger("ceasefire")
        log.addHandler(self.handler)
        log.setLevel(logging.INFO)
        if not self.quiet and sys.stderr.isatty():
            with suppress(Exception):
                self._start_bars()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()
        logging.getLogger("ceasefire").removeHandler(self.handler)

    def _start_bars(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bars = Progress(*columns, console=Console(stderr=True), transient=True)
        self.bars.start()

    def pause(self) -> None:
        """Take the bars off the screen, so that something can be printed; the next call brings them back."""
        bars, self.bars, self.tasks = self.bars, None, {}
        with suppress(Exception):
            if bars is not None:
                bars.stop()

    def say(self, text: str) -> None:
        """Print a line beside the bars."""
        if self.quiet:
            return
        with suppress(Exception):
            if self.bars is not None:
                self.bars.console.print(text, highlight=False, markup=False)
            else:
                print(text, file=sys.stderr, flush=True)

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Show how far a stage is."""
        if self.quiet:
            return
        with suppress(Exception):
            if sys.stderr.isatty():
                self._bar(stage, done, of)
            else:
                self._line(stage, done, of)

    def _bar(self, stage: str, done: int, of: int) -> None:
        if self.bars is None:
            self._start_bars()
        if stage not in self.tasks:
            self.tasks[stage] = self.bars.add_task(stage, total=of)
        self.bars.update(self.tasks[stage], completed=done, total=of)

    def _line(self, stage: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self.said >= EVERY:
            self.said = now
            print(f"{now - self.began:6.0f} s  {stage} {done}/{of}", file=sys.stderr, flush=True)


class _Lines(logging.Handler):
    """Shows what the program logs as lines of a display."""

    def __init__(self, display: ProgressDisplay) -> None:
        super().__init__()
        self.display = display

    def emit(self, record: logging.LogRecord) -> None:
        self.display.say(record.getMessage())
