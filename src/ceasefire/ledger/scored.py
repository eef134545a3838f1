"""What scoring returns: how forecasts fared by question, pooled by forecaster, by class. Frozen records."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ceasefire.ledger import calibration as c
from ceasefire.ledger.record import Entry, Question, Resolution

FEW = 30
"""Below this number of resolved questions nothing is concluded. In real question sets Brier scores spread by 0.15 to 0.3
from question to question, so that a mean of 30 still has a standard error of 0.03 to 0.05: as much as lies between good
forecasters and others."""

SCORES = {"binary": ("brier", "log"), "date": ("rps", "crps")}
"""Scores by kind of question; all are better when smaller."""


@dataclass(frozen=True)
class Beside:
    """Time-averaged scores of a forecaster and of a baseline over the days on which both stood; by score."""

    own: Mapping[str, float]
    theirs: Mapping[str, float]
    days: int


@dataclass(frozen=True)
class QuestionScore:
    """How one forecaster fared on one question.

    Parameters
    ----------
    scores : by score
        Time-averaged: each forecast stands until the next, the last until the question was decided.
    last : Entry
        The forecast that stood when the question was decided.
    parts : sequence
        The probabilities that stood, each with its share of the days; empty for a date.
    baselines : by name
    """

    question: Question
    resolution: Resolution
    forecaster: str
    n_forecasts: int
    days: int
    scores: Mapping[str, float]
    last: Entry
    parts: tuple[c.Forecasted, ...] = ()
    baselines: Mapping[str, Beside] = field(default_factory=dict)

    @property
    def outcome(self) -> int:
        """Return 1 for yes, 0 for no."""
        return int(self.resolution.answer == "yes")

    @property
    def mean_p(self) -> float | None:
        """Return the probability of yes, averaged over the days; None for a date."""
        return math.fsum(part.p * part.weight for part in self.parts) if self.parts else None


@dataclass(frozen=True)
class Mean:
    """A mean over questions with its standard error (NaN for one question); infinite ones are counted."""

    value: float
    error: float
    n: int
    infinite: int = 0


@dataclass(frozen=True)
class Against:
    """A forecaster against a baseline over the questions that have both: means, their paired difference, skill."""

    own: float
    theirs: float
    difference: Mean
    skill: float
    n: int

    @property
    def is_clear(self) -> bool:
        """Return whether the difference is more than chance would leave: enough questions, two standard errors."""
        return self.n >= FEW and abs(self.difference.value) > 2 * self.difference.error


@dataclass(frozen=True)
class ForecasterScore:
    """How one forecaster fared in one class: pooled over questions of one kind.

    ``against`` is by baseline and score.
    """

    forecaster: str
    kind: str
    questions: tuple[QuestionScore, ...]
    means: Mapping[str, Mean]
    against: Mapping[str, Mapping[str, Against]]
    bins: tuple[c.Bin, ...] = ()
    decomposition: c.Decomposition | None = None
    discrimination: c.Discrimination | None = None

    @property
    def n(self) -> int:
        """Return the number of resolved questions."""
        return len(self.questions)

    @property
    def is_few(self) -> bool:
        """Return whether there are too few questions to conclude anything."""
        return self.n < FEW


@dataclass(frozen=True)
class ClassScore:
    """One class of forecasts: its forecasters, and what is not scored.

    Parameters
    ----------
    open, void : int
        Questions without an answer yet, and questions that cannot be answered.
    too_late : int
        Forecasts that were made, or registered as live, only after the question was decided.
    """

    name: str
    forecasters: tuple[ForecasterScore, ...]
    n_entries: int
    open: int
    void: int
    too_late: int
