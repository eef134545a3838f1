"""The one way in which numbers, probabilities and days are written for people, in the manner of a language.

Digits are grouped and no exponent is written.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from babel import Locale

REGIONS = {"en": "en_GB"}
"""Where a language alone would leave the order of a date open."""

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALLEST = 1e-4
"""Below this a number is written as a multiple of a power of ten."""


@cache
def locale_of(language: str) -> Locale:
    """Return the customs of a language, by its code."""
    from babel import Locale

    return Locale.parse(REGIONS.get(language, language))


def number_text(x: float | None, language: str = "en", digits: int = 3, *, sign: bool = False) -> str:
    """Return a number as a person writes it: ``60,000`` (German ``60.000``), ``0.0359``, ``1.2 · 10⁻⁵``.

    Parameters
    ----------
    x : float or None
        None and NaN give a dash.
    language : str
        Code of a language, such as ``en``.
    digits : int
        Digits that count; those before the decimal sign are never dropped.
    sign : bool
        Whether a plus stands before what is above zero.
    """
    if x is None or x != x:
        return "–"
    mark = "−" if x < 0 else "+" if sign and x > 0 else ""
    return mark + _magnitude(abs(x), language, digits)


def _magnitude(x: float, language: str, digits: int) -> str:
    from babel.numbers import format_decimal

    locale = locale_of(language)
    if x == float("inf"):
        return "∞"
    if 0 < x < SMALLEST:
        mantissa, power = f"{x:.1e}".split("e")
        return f"{format_decimal(float(mantissa), locale=locale)}\xa0·\xa010{str(int(power)).translate(RAISED)}"
    places = 0 if x == int(x) else max(0, digits - 1 - int(f"{x:e}".split("e")[1]))
    return str(format_decimal(x, "#,##0" + ("." + "#" * places if places else ""), locale=locale))


def percent_text(p: float, language: str = "en") -> str:
    """Return a probability in per cent: ``62%`` (German ``62 %``), with one decimal within five points of 0 and 1."""
    from babel.numbers import format_percent

    locale = locale_of(language)
    whole = locale.percent_formats[None].pattern
    tenths = whole.replace("##0", "##0.#")
    if 0 < p < 0.0005 or 0.9995 < p < 1:
        bound = format_percent(0.001 if p < 0.5 else 0.999, tenths, locale=locale)
        return ("<\xa0" if p < 0.5 else ">\xa0") + str(bound)
    fine = 0 < p < 0.0495 or 0.9505 < p < 1
    return str(format_percent(p, tenths if fine else whole, locale=locale))


def day_text(day: dt.date, language: str = "en") -> str:
    """Return a calendar day in words: ``20 February 1976`` (German ``20. Februar 1976``)."""
    from babel.dates import format_date

    return str(format_date(day, "d MMMM y" if language == "en" else "long", locale=locale_of(language)))
