"""What a line must not part: a number and its per cent sign, ``n = 6``, ``± 2``, a date, an option and its value."""

from __future__ import annotations

import re
from functools import cache

from babel.dates import get_month_names

from ceasefire.number_text import locale_of
from ceasefire.report.speech import languages

PIECE = re.compile(r"<(style|script)\b.*?</\1>|<code\b[^>]*>.*?</code>|<[^>]*>|[^<]+", re.DOTALL)
OPTION = re.compile(r"(?<!\S)--[\w-]+(?: [\w.=]+)?|(?<=>)--[\w-]+")


def unbroken(page: str) -> str:
    """Return an HTML page in which what belongs together stands on one line, labels of cells too; code stays plain."""
    return PIECE.sub(_kept, page)


def _kept(found: re.Match[str]) -> str:
    piece = found[0]
    if piece.startswith("<code"):
        return OPTION.sub(r'<span class="option">\g<0></span>', piece)
    return piece if piece.startswith("<") and not piece.startswith("<td ") else tied(piece)


def tied(text: str) -> str:
    """Return a text with no-break spaces inside what belongs together."""
    return _together().sub(lambda found: found[0].replace(" ", "\xa0"), text)


@cache
def _together() -> re.Pattern[str]:
    months = {name for code in languages() for name in get_month_names(locale=locale_of(code)).values()}
    date = rf"\b\d{{1,2}}\.? (?:{'|'.join(sorted(months))})\b(?: \d{{4}}\b)?"
    return re.compile(rf"{date}|\d %|\bn = (?=\d)|± (?=\w)")
