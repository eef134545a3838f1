"""Speak one language: messages from the catalogs, numbers and dates through Babel, texts of the case.

A catalog is a ``.po`` file whose message ids are keys (``sentence.pause``); English is a catalog like the others. A
third language is one more file. Texts of the case that do not exist in the language spoken are shown in another one
inside ``lang=`` and counted (``Speech.foreign``).
"""

from __future__ import annotations

import datetime as dt
import gettext
import html
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from io import BytesIO
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ceasefire.errors import UsageError
from ceasefire.number_text import day_text, locale_of, number_text, percent_text

if TYPE_CHECKING:
    from ceasefire.case.evidence import Text

NAMED_FOREIGN = 5
"""Texts in another language that are named; the others are counted."""

Catalog = tuple[dict[str, str | tuple[str, ...]], Callable[[int], int]]


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a catalog."""
    folder = resources.files("ceasefire.report") / "locale"
    return tuple(sorted(file.name.removesuffix(".po") for file in folder.iterdir() if file.name.endswith(".po")))


@cache
def catalog(language: str) -> Catalog:
    """Return the messages of `language` by id, and the function from a count to its plural form."""
    if language not in languages():
        raise UsageError(f"no catalog for language {language!r}; there are: {', '.join(languages())}")
    return read_catalog((resources.files("ceasefire.report") / "locale" / f"{language}.po").read_bytes(), language)


def read_catalog(data: bytes, language: str) -> Catalog:
    """Return the messages of a ``.po`` file; its header says how many plural forms the language has."""
    book = read_po(BytesIO(data), locale=language)
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in book:
        key = message.id[0] if isinstance(message.id, list | tuple) else message.id
        if key:
            messages[str(key)] = message.string if isinstance(message.string, str) else tuple(message.string or ())
    return messages, gettext.c2py(book.plural_expr)


class Speech:
    """Everything that depends on the language of the report.

    Parameters
    ----------
    language : str
        Code of a catalog in ``report/locale``.

    Attributes
    ----------
    foreign : by text
        Texts that had to be shown in another language, with that language.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.messages, self.plural = catalog(language)
        self.locale = locale_of(language)
        self.foreign: dict[str, str] = {}

    def t(self, key: str, /, **values: Any) -> Markup:
        """Return message `key` with `values` put in (escaped); the value `count` chooses the plural form."""
        found, count = self.messages[key], values.get("count", 1)
        if not isinstance(found, str):
            found = found[self.plural(count)]
        if "count" in values:
            values["count"] = self.number(count)
        return Markup(found).format(**values) if values else Markup(found)

    def has(self, key: str) -> bool:
        """Return whether a message exists."""
        return key in self.messages

    def pick(self, text: Text | Mapping[str, str] | str | None, *, count: bool = True) -> Markup:
        """Return a text of the case; one in another language stands inside ``lang=`` and, with `count`, is counted."""
        if isinstance(text, str):
            return escape(text)
        if not text:
            return Markup("")
        texts: Mapping[str, str] = text if isinstance(text, Mapping) else text.by_language
        for language in (self.language, "en", *texts):
            if texts.get(language):
                return self.mark(texts[language], language, count=count)
        return Markup("")

    def mark(self, text: str, language: str, *, count: bool = True) -> Markup:
        """Return `text` inside ``lang=`` where `language` is not the one spoken."""
        if not language or language == self.language:
            return escape(text)
        if count:
            self.foreign[text] = language
        return Markup('<span lang="{}">{}</span>').format(language, text)

    def said_foreign(self) -> Markup:
        """Return how many texts are shown in another language, and the first of them; nothing where there are none."""
        if not self.foreign:
            return Markup("")
        first = list(self.foreign.items())[:NAMED_FOREIGN]
        parts = [
            Markup('<q lang="{}">{}</q>').format(code, shorten(text, 60, placeholder=" …")) for text, code in first
        ]
        parts += [Markup("…")] if len(self.foreign) > NAMED_FOREIGN else []
        return self.t("header.foreign", count=len(self.foreign), texts=Markup("; ").join(parts))

    def word(self, group: str, name: str, count: int = 0) -> Markup:
        """Return the message ``group.name`` for a word of the program (a verdict, a unit), else the word as it is."""
        key = f"{group}.{slug(name)}"
        return self.t(key, **({"count": count} if count else {})) if key in self.messages else self.mark(name, "en")

    def percent(self, p: float | None) -> Markup:
        """Return a probability in per cent, with one decimal within five points of 0 and 1."""
        return Markup("–") if p is None else escape(percent_text(p, self.language))

    def span(self, low: float, high: float) -> Markup:
        """Return a range of probabilities."""
        return self.t("number.range", low=self.percent(low), high=self.percent(high))

    def points(self, change: float | None, *, sign: bool = True) -> Markup:
        """Return a difference of probabilities in percentage points."""
        if change is None:
            return Markup("–")
        size = 100 * change
        digits = 0 if abs(size) >= 9.95 else 1 if sign or abs(size) >= 0.095 else 2
        text = format_decimal(abs(size), "0." + "#" * digits if digits else "0", locale=self.locale)
        mark = ("+" if size > 0 else "−" if size < 0 else "±") if sign and float(f"{abs(size):.{digits}f}") else ""
        return escape(mark + text)

    def number(self, x: float | None, digits: int = 3) -> str:
        """Return a number with `digits` significant digits."""
        return number_text(x, self.language, digits)

    def change(self, x: float) -> str:
        """Return a difference of quantities: two significant digits, with its sign."""
        return number_text(float(f"{x:.1e}"), self.language, 2, sign=True)

    def unit(self, unit: str) -> Markup:
        """Return a unit; its parts are translated one by one (``months/month``)."""
        if not unit:
            return Markup("")
        keys = [f"unit.{slug(part)}" for part in unit.split("/")]
        whole = f"unit.{slug(unit)}"
        if whole in self.messages and "/" not in unit:
            return self.t(whole)
        parts = [self.t(key) if key in self.messages else None for key in keys]
        if any(part is None for part in parts):
            return self.mark(unit, "en")
        return Markup("/").join(part for part in parts if part is not None)

    def date(self, iso: str | dt.date) -> Markup:
        """Return a calendar day in words."""
        return self._shown(iso, lambda day: day_text(day, self.language))

    def day(self, iso: str | dt.date) -> Markup:
        """Return a calendar day, short, for tables."""
        return self._shown(iso, lambda day: format_date(day, "medium", locale=self.locale))

    def month(self, iso: str | dt.date) -> Markup:
        """Return month and year."""
        return self._shown(iso, lambda day: format_date(day, "MMM y", locale=self.locale))

    def _shown(self, iso: str | dt.date, written: Callable[[dt.date], str]) -> Markup:
        day = iso if isinstance(iso, dt.date) else _as_date(iso)
        return escape(str(iso) if day is None else written(day).replace(" ", "\xa0"))


def _as_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def slug(text: str) -> str:
    """Return the last part of a message id for a word or phrase."""
    return re.sub("[^a-z0-9]+", "_", text.lower().replace("%", "per cent")).strip("_")


def plain(text: Markup | str) -> str:
    """Return the text without markup; its no-break spaces stay."""
    return html.unescape(re.sub("<[^>]*>", "", text)) if isinstance(text, Markup) else str(text)
