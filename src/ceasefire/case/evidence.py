"""What a case takes from elsewhere: texts in several languages, sources, and the dated record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ceasefire.case.formula import Formula
from ceasefire.errors import Place


@dataclass(frozen=True)
class Text:
    """A text in one or several languages, by language code (``en``, ``de``, ``uk``)."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return the text in `language`, else in English, else in whichever language there is."""
        found = self.by_language.get(language) or self.by_language.get("en")
        return found if found is not None else next(iter(self.by_language.values()), "")

    def has(self, language: str) -> bool:
        """Return whether the text exists in `language`."""
        return language in self.by_language

    def __bool__(self) -> bool:
        return bool(self.by_language)


@dataclass(frozen=True)
class SourceRef:
    """Where a number or event comes from: a row of a table in the case folder, or an excerpt of a source.

    ``row`` is ``"quantities.csv#17"`` (rows count from 1 after the header); ``source`` is a key of
    ``sources.yaml``; ``excerpt`` has at most 25 words and contains the number.
    """

    row: str = ""
    source: str = ""
    excerpt: str = ""


@dataclass(frozen=True)
class Source:
    """One entry of ``sources.yaml``."""

    name: str
    title: Text
    address: str = ""
    date: str = ""
    grade: str = ""
    licence: Text = Text()
    language: str = ""
    words: int | None = None


@dataclass(frozen=True)
class RecordItem:
    """One dated observation.

    Exactly one of three kinds: ``step`` with ``moves`` (one or several possible; ``also`` are weaker events of the
    same step and period), ``condition`` (a formula over the state that held), or ``stock``, ``value`` and ``error``.
    An item with none of them is an event that only facts refer to; ``assumed`` says why an item without source counts.
    """

    name: str
    date: dt.date
    step: str | None = None
    moves: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    condition: Formula | None = None
    stock: str | None = None
    value: float | None = None
    error: float | None = None
    title: Text = Text()
    source: SourceRef | None = None
    grade: str = ""
    unsourced: bool = False
    hindsight: bool = False
    active: bool = True
    place: Place = Place()
    assumed: Text = Text()


@dataclass(frozen=True)
class Record:
    """The dated observations of a case, sorted by date, and the chance that one of them is miscoded."""

    items: tuple[RecordItem, ...] = ()
    miscoded: Formula | None = None
    series: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
