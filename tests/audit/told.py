"""An asker that is told its numbers, so that tests of verdicts compute nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from ceasefire.audit.asking import Asker, Question
from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.forecast.answer import Compared
from ceasefire.forecast.measures import Measured
from ceasefire.forecast.settings import Settings
from ceasefire.simulate.estimates import Sampled
from ceasefire.simulate.model import N_BATCHES

Number = float | tuple[float, float]
Answer = Callable[[str, Settings, bool], Number]


def sampled(value: float, error: float = 0.0) -> Sampled:
    """Return a number with a standard error: replicates lie on either side in turn."""
    sign = np.where(np.arange(N_BATCHES) % 2, 1.0, -1.0)
    return Sampled(value, value + error / np.sqrt(N_BATCHES - 1) * sign)


class Told(Asker):
    """Answers from a dictionary of numbers by query text, or from a function (text, settings, no slips).

    A query that does not stand in the dictionary has the number of the same query without conditions, else that of
    ``otherwise``. A number may be a pair with its Monte Carlo error.
    """

    def __init__(self, case: Case, numbers: dict[str, Number] | Answer) -> None:
        super().__init__(case)
        self.numbers = numbers
        self.asked: list[Question] = []

    def gather(self, questions: Iterable[Question]) -> None:
        self.asked += questions

    def compare(self, query: q.Comparison, settings: Settings, *, no_slips: bool = False) -> Compared:
        left = self._of(query.left, settings, no_slips)
        right = query.right
        if isinstance(right, q.Query):
            right = self._of(right, settings, no_slips)
        else:  # a date counts in months
            right = Sampled.exact((right - self.case.calendar.as_of).days / 30 if isinstance(right, dt.date) else right)
        gap = left.minus(right) if query.op[0] == ">" else right.minus(left)
        holds = None if np.isnan(gap.value) else bool(gap.value >= 0 if "=" in query.op else gap.value > 0)
        return Compared(Measured(left, "probability"), right, gap, holds)

    def number(self, query: q.Leaf, settings: Settings) -> Sampled:
        return self._of(query, settings, False)

    def _of(self, query: q.Query, settings: Settings, no_slips: bool) -> Sampled:
        if isinstance(query, q.Difference):
            return self._of(query.left, settings, no_slips).minus(self._of(query.right, settings, no_slips))
        found = self._number(query, settings, no_slips)
        return sampled(*found) if isinstance(found, tuple) else sampled(found)

    def _number(self, query: q.Query, settings: Settings, no_slips: bool) -> Number:
        text = query_text(query)
        if callable(self.numbers):
            return self.numbers(text, settings, no_slips)
        bare = query_text(replace(query, conditions=()))
        return next(self.numbers[key] for key in (text, bare, "otherwise") if key in self.numbers)
