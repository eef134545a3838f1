"""Tokens of the query language, and taking them one after the other."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from ceasefire.case.hints import did_you_mean, place_at
from ceasefire.errors import Fault, InputError, Place

MAX_LENGTH = 20_000
MAX_BRACKETS = 20

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<date>\d{4}-\d{2}-\d{2}(?![\w-]))|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?%?)"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)?)|(?P<sign>:=|<=|>=|==|[-+()|,;=<>])"
)


@dataclass(frozen=True)
class Token:
    """A word, number, date or sign of a query."""

    kind: str
    text: str
    offset: int


class Tokens:
    """The tokens of a query, taken from the left; every failure names its column."""

    def __init__(self, text: str, words: Mapping[str, str], place: Place) -> None:
        self.text, self.words, self.place = text, words, place
        self.tokens = self._tokens()
        self.at = 0

    # tokens -----------------------------------------------------------------------------------------------------
    def _tokens(self) -> list[Token]:
        tokens, offset, depth = [], 0, 0
        if not self.text.strip() or len(self.text) > MAX_LENGTH:
            self.fail("Q101", f"the query is empty or longer than {MAX_LENGTH} characters", 0)
        while offset < len(self.text):
            match = _TOKEN.match(self.text, offset)
            if not match:
                self.fail("Q102", f"{self.text[offset]!r} cannot stand in a query", offset)
            if match.lastgroup != "space":
                tokens.append(Token(str(match.lastgroup), match.group(), offset))
            depth += {"(": 1, ")": -1}.get(match.group(), 0)
            if depth > MAX_BRACKETS:
                self.fail("Q103", f"brackets are nested more than {MAX_BRACKETS} deep", offset)
            offset = match.end()
        return [*tokens, Token("end", "the end", len(self.text))]

    @property
    def next(self) -> Token:
        """Return the token that comes next."""
        return self.tokens[self.at]

    def take(self, *texts: str) -> str | None:
        """Return and pass the next token if it is one of `texts`."""
        if self.next.text in texts and self.next.kind in {"name", "sign"}:
            self.at += 1
            return self.tokens[self.at - 1].text
        return None

    def need(self, text: str) -> None:
        """Pass the next token, which must be `text`."""
        if not self.take(text):
            self.unexpected(f'"{text}"')

    def name(self, expected: str) -> str:
        """Return and pass a name."""
        if self.next.kind != "name":
            self.unexpected(expected)
        self.at += 1
        return self.tokens[self.at - 1].text

    def date(self) -> dt.date:
        """Return and pass a date."""
        token = self.next
        if token.kind != "date":
            self.unexpected("a date such as 2025-12-31")
        self.at += 1
        try:
            return dt.date.fromisoformat(token.text)
        except ValueError:
            self.fail("Q104", f"there is no day {token.text}", token.offset)

    def number(self) -> float:
        """Return and pass a number, with its sign; a percentage as a share."""
        sign = -1.0 if self.take("-") else 1.0
        token = self.next
        if token.kind != "number":
            self.unexpected("a number")
        self.at += 1
        value = float(token.text.rstrip("%")) / (100 if token.text.endswith("%") else 1)
        if not math.isfinite(value):
            self.fail("Q103", "this number is too large", token.offset)
        return sign * value

    def fail(self, code: str, message: str, offset: int, hint: str = "", expected: str = "") -> NoReturn:
        """Raise a fault at an offset of the text."""
        place = place_at(self.place, self.text, offset)
        raise InputError([Fault(code, message, place, self.text[:160], expected, hint)])

    def unexpected(self, expected: str, known: Iterable[str] = ()) -> NoReturn:
        """Fail at the next token: something else was expected."""
        token = self.next
        hint = did_you_mean(token.text, known) if token.kind == "name" and known else ""
        self.fail("Q103", f"{expected} is expected here, not {token.text}", token.offset, hint, expected)
