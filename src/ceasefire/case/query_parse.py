"""Parse the query language: tokens, then one function per grammar rule (recursive descent)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from ceasefire.case import query as q
from ceasefire.case.nodes import did_you_mean
from ceasefire.case.query_text import subject
from ceasefire.case.query_tokens import Tokens
from ceasefire.errors import Fault, InputError, Place

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
NOWHERE = Place()
NO_WORDS: Mapping[str, str] = {}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FORMS = ("P", "median", "E", "belief", "share", "values")


class _Parser(Tokens):
    # the grammar ------------------------------------------------------------------------------------------------
    def whole(self) -> q.Query:
        query = self.comparison()
        if self.next.kind != "end":
            self.unexpected("the end of the query, a comparison or a difference")
        return query

    def comparison(self) -> q.Query:
        start = self.next.offset
        left = self.side()
        if self.take("is"):
            op, right = self._word_comparison()
            return q.Comparison(self._a_query(left, start), op, right, self._from(start))
        op_offset = self.next.offset
        if self.next.text in {"=", "=="}:
            self.fail("Q108", "a query is compared with < <= > >=, not =", op_offset)
        taken = self.take("<", "<=", ">", ">=")
        if taken is None:
            return self._a_query(left, start)
        second: float | dt.date | q.Query = self.date() if self.next.kind == "date" else self.side()
        if isinstance(left, float) and isinstance(second, float | dt.date):
            self.fail("Q108", "one side of a comparison must be a query", op_offset)
        if isinstance(left, float):
            left, taken, second = second, _MIRROR[taken], left  # type: ignore[assignment]
        query = q.Comparison(left, taken, second, self._from(start))  # type: ignore[arg-type]
        self._check_comparison(query, op_offset)
        return query

    def _check_comparison(self, query: q.Comparison, offset: int) -> None:
        if isinstance(query.right, dt.date) != (isinstance(query.left, q.Median) and not _is_query(query.right)):
            self.fail("Q108", "a median is compared with a date, everything else with a number", offset)
        for side in (query.left, query.right):
            if isinstance(side, q.Belief) and side.label is None:
                hint = f"write belief({side.actor}.{side.dimension} = LABEL ...)"
                self.fail("Q108", "a comparison of a belief names a label", offset, hint)
            if isinstance(side, q.Comparison | q.Values):
                self.fail("Q108", "this is not a single number", offset)

    def _word_comparison(self) -> tuple[str, float]:
        negated = bool(self.take("not"))
        offset = self.next.offset
        word = self.name("a word of the case")
        op, bound = parse_comparison(self._meaning(word, offset, "comparison"), self.place)
        return (_OPPOSITE[op] if negated else op), bound

    def _meaning(self, word: str, offset: int, wanted: str) -> str:
        if word not in self.words:
            hint = did_you_mean(word, self.words) or "words are defined under words: in case.yaml"
            self.fail("Q106", f'the case defines no word "{word}"', offset, hint)
        meaning = str(self.words[word]).strip()
        if (meaning[:1] in {"<", ">"}) != (wanted == "comparison"):
            self.fail("Q107", f'"{word}" means "{meaning}"; a {wanted} is expected here', offset)
        return meaning

    def side(self) -> float | q.Query:
        start = self.next.offset
        left = self.term()
        while self.take("-"):
            right = self._a_query(self.term(), start)
            for part in (left, right):
                if isinstance(part, q.Comparison | q.Values):
                    self.fail("Q108", "this is not a single number", start)
            left = q.Difference(self._a_query(left, start), right, self._from(start))
        if self.next.text == "+":
            self.fail("Q103", "queries can be subtracted, not added", self.next.offset)
        return left

    def term(self) -> float | q.Query:
        start = self.next.offset
        if self.next.kind == "number" or self.next.text == "-":
            return self.number()
        if self.take("("):
            inner = self.comparison()
            self.need(")")
            return replace(inner, text=self._from(start))
        form = self.next.text
        if self.next.kind != "name" or form not in _FORMS:
            self.unexpected("P(...), median(...), E(...), belief(...), share(...) or values", _FORMS)
        self.at += 1
        if form == "values" and self.next.text != "(":
            conditions = self.conditions() if self.take("|") else ()
            return q.Values(conditions, self._from(start))
        self.need("(")
        query = getattr(self, f"_{form.lower()}")()
        self.need(")")
        return replace(query, text=self._from(start))  # type: ignore[no-any-return]

    def _p(self) -> q.Probability | q.MoveAt:
        outcome = self.name("an outcome or step.move")
        step, dot, move = outcome.partition(".")
        if dot:
            return q.MoveAt(step, move, self.at_date(), self.after_bar())
        by = within = of = None
        if self.take("by"):
            by = self.date()
        elif self.take("within"):
            within = self.duration()
        if self.take("of"):
            of = self.name("an outcome")
        return q.Probability(outcome, by, within, of, self.after_bar())

    def _median(self) -> q.Median:
        return q.Median(self.name("an outcome"), self.after_bar())

    def _e(self) -> q.Expectation:
        stock = self.name("a stock")
        return q.Expectation(stock, self.at_date(), self.after_bar())

    def _belief(self) -> q.Belief:
        actor, dimension = self.actor_type()
        label = self.name("a label") if self.take("=", "==") else None
        return q.Belief(actor, dimension, label, self.at_date(), self.after_bar())

    def _share(self) -> q.Share:
        return q.Share(self.name("a parameter"))

    def _values(self) -> q.Values:
        self.take("|")
        return q.Values(self.conditions())

    def actor_type(self) -> tuple[str, str]:
        offset = self.next.offset
        actor, dot, dimension = self.name("actor.type").partition(".")
        if not dot:
            self.fail("Q103", "a type is written actor.type, such as russia.priority", offset)
        return actor, dimension

    def at_date(self) -> dt.date | None:
        if not self.take("at"):
            return None
        return None if self.take("as_of") else self.date()

    def duration(self) -> float:
        if self.next.kind == "name":
            offset = self.next.offset
            return parse_duration(self._meaning(self.name("a duration"), offset, "duration"), self.place)
        start = self.next.offset
        value = self.number()
        unit = self.name("days, weeks, months or years").lower()
        if unit.removesuffix("s") not in DAYS or value <= 0:
            self.fail("Q105", "a duration is a positive number of days, weeks, months, quarters or years", start)
        return value * DAYS[unit.removesuffix("s")]

    def after_bar(self) -> q.Conditions:
        return self.conditions() if self.take("|") else ()

    def conditions(self) -> q.Conditions:
        found: list[q.Condition] = []
        while True:
            offset = self.next.offset
            condition = self.condition()
            if any(subject(condition) == subject(other) for other in found):
                self.fail("Q110", "this condition stands twice", offset)
            found.append(condition)
            if not self.take(",", ";", "and"):
                return tuple(found)

    def condition(self) -> q.Condition:
        subject = self.name("a condition such as plan = NAME")
        sign = self.take("=", "==", ":=")
        if sign is None:
            self.unexpected('"=" or ":="')
        if subject == "plan":
            return q.PlanIs(self.name("a plan"))
        if subject == "as_of":
            return q.AsOf(self.date())
        if subject == "without":
            return q.Without(self.name("step.move"))
        if subject == "freeze_belief":
            return q.FreezeBelief(self.name("an actor"))
        actor, dot, dimension = subject.partition(".")
        if dot and sign != ":=":
            return q.TypeIs(actor, dimension, self.name("a label (or := and a number)"))
        value = self.number()
        return q.TypeSet(actor, dimension, value) if dot else q.Setting(subject, value)

    def _a_query(self, side: float | q.Query, offset: int) -> q.Query:
        if isinstance(side, float):
            self.fail("Q103", "a query is expected here, not a number", offset)
        return side

    def _from(self, start: int) -> str:
        last = self.tokens[self.at - 1]
        return " ".join(self.text[start : last.offset + len(last.text)].split())


def _is_query(side: object) -> bool:
    return not isinstance(side, float | dt.date)


def parse_query(text: str, words: Mapping[str, str] = NO_WORDS, place: Place = NOWHERE) -> q.Query:
    """Parse a query.

    Parameters
    ----------
    words : by word
        The case's ``words``: a duration (``12 months``) or a comparison (``< 0.2``).
    place : Place
        Where the text was written; faults carry the column of what is wrong.

    Raises
    ------
    InputError
        With one fault Q101 to Q110.
    """
    return _Parser(text, words, place).whole()


def parse_duration(text: str, place: Place = NOWHERE) -> float:
    """Return a duration such as ``30 days`` or ``12 months`` in days; a month is 365.25 / 12 days."""
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*([A-Za-z]{1,9})\s*", text)
    unit = match.group(2).lower().removesuffix("s") if match else ""
    if match is None or unit not in DAYS or float(match.group(1)) <= 0:
        expected = "a positive number of days, weeks, months, quarters or years"
        raise InputError([Fault("Q105", "this is not a duration", place, text[:80], expected)])
    return float(match.group(1)) * DAYS[unit]


def parse_comparison(text: str, place: Place = NOWHERE) -> tuple[str, float]:
    """Return the sign and the bound of a comparison such as ``< 0.2`` or ``>= 80%``."""
    match = re.fullmatch(r"\s*(<=|>=|<|>)\s*(-?\d{1,9}(?:\.\d{1,9})?)(%?)\s*", text)
    if match is None:
        expected = "a comparison such as < 0.2"
        raise InputError([Fault("Q107", "this is not a comparison", place, text[:80], expected)])
    return match.group(1), float(match.group(2)) / (100 if match.group(3) else 1)
