"""Find the numbers that a text states, in the notations that sources use.

Read are ``1,080`` ``1.080`` ``48 240`` ``0.4`` ``0,4`` ``18%`` ``1.3 trn`` ``35 thousand`` ``3 Mio.`` and the words for
one to twelve in English and German. A notation with two readings (``1.080``) counts in both. ISO dates and addresses
are not numbers; a year may be one.
"""

from __future__ import annotations

import math
import re

_SPACE = " \u00a0\u2009\u202f"
_GROUPED = rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?!\d)(?:[.,]\d+)?"
_NUMBER = re.compile(rf"(?<![\w.,])(?P<number>{_GROUPED}|\d+(?:[.,'’]\d+)*)(?:[eE](?P<power>[-+]?\d{{1,2}}))?(?![\d])")
_SCALE_WORDS = {
    1e3: ("thousand", "k", "tsd", "tausend"),
    1e6: ("million", "millions", "mn", "mln", "m", "mio", "millionen"),
    1e9: ("billion", "billions", "bn", "bln", "mrd", "milliarde", "milliarden"),
    1e12: ("trillion", "trillions", "trn", "tn", "bio", "billionen"),
}
_SCALES = {word: factor for factor, words in _SCALE_WORDS.items() for word in words}
_PERCENT = ("%", "percent", "per cent", "prozent", "pct")
_AFTER = re.compile(r"[\s\u00a0\u202f-]*(%|per cent|[^\W\d_]+)", re.IGNORECASE)
_IGNORED = re.compile(r"https?://\S+|\b\d{4}-\d{2}(?:-\d{2})?\b")
_YEAR = re.compile(r"\b(\d{4})-\d{2}(?:-\d{2})?\b")
_WORDS = {
    word: float(i)
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for i, word in enumerate(words.split())
}


def numbers_in(text: str) -> frozenset[float]:
    """Return every number that `text` states, in each possible reading; percentages also as shares."""
    found = {float(year) for year in _YEAR.findall(text)}
    plain = _IGNORED.sub(" ", text)
    share = any(word in plain.lower() for word in _PERCENT)
    for match in _NUMBER.finditer(plain):
        values = {x * 10.0 ** int(match["power"] or 0) for x in _readings(match["number"])}
        after = _AFTER.match(plain, match.end())
        scale = _SCALES.get(after.group(1).lower(), 1.0) if after else 1.0
        values |= {x * scale for x in values}
        found |= values | ({x / 100 for x in values} if share else set())
    found |= {_WORDS[word] for word in re.findall(r"[^\W\d_]+", plain.lower()) if word in _WORDS}
    return frozenset(found)


def _readings(written: str) -> set[float]:
    """Return the values that one number can have, whichever sign groups its digits."""
    joined = re.sub(rf"[{_SPACE}'’]", "", written)
    found = set()
    for group, point in ((",", "."), (".", ",")):
        grouped = rf"(\d{{1,3}}({re.escape(group)}\d{{3}})+|\d+)({re.escape(point)}\d+)?"
        if re.fullmatch(grouped, joined):
            found.add(float(joined.replace(group, "").replace(point, ".")))
    return found


def cell_number(cell: str) -> float | None:
    """Return the first number of a cell of a table, a comma taken as grouping where it can be; None without one."""
    match = _NUMBER.search(_IGNORED.sub(" ", cell))
    if match is None:
        return None
    english = re.sub(r",(?=\d{3}(\D|$))", "", match["number"])
    plain = re.sub(rf"[{_SPACE}'’]", "", english).replace(",", ".")
    readings = {float(plain)} if plain.count(".") <= 1 else _readings(match["number"])
    negative = cell[: match.start()].strip() in {"-", "−"}
    return (-1.0 if negative else 1.0) * min(readings) if readings else None


def states_number(text: str, number: float) -> bool:
    """Return whether `text` states `number` (its sign aside) in any common notation."""
    return any(math.isclose(abs(number), found, rel_tol=1e-9, abs_tol=1e-12) for found in numbers_in(text))
