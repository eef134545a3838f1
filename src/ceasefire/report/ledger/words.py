"""What a ledger says in one language: questions, numbers of scores, classes, answers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ceasefire.case import query as q
from ceasefire.ledger.record import Question
from ceasefire.report.queries import DAYS_PER_MONTH
from ceasefire.report.speech import Speech, languages, plain, slug

if TYPE_CHECKING:
    from ceasefire.case.model import Case

PLACES = {"brier": 3, "log": 3, "rps": 3, "crps": 1}
"""Decimals of each score; CRPS counts days."""


class LedgerWords:
    """Says what stands in a ledger, in one language."""

    def __init__(self, language: str) -> None:
        self.speech = Speech(language)
        self.t = self.speech.t

    def word(self, group: str, name: str) -> Markup:
        """Return the word of a class, a role, an answer, a baseline or a score."""
        key = f"ledger.{group}.{slug(name)}"
        return self.t(key) if self.speech.has(key) else escape(name)

    def question(self, question: Question) -> Markup:
        """Return a question in this language, marked where it exists only in another one."""
        return self.speech.pick(question.text) or escape(question.id)

    def score(self, name: str, x: float) -> str:
        """Return a score with its decimals; infinite as a sign, what does not exist as a dash."""
        if math.isnan(x):
            return "–"
        if math.isinf(x):
            return "∞"
        return str(format_decimal(x, "0." + "0" * PLACES[name], locale=self.speech.locale))

    def skill(self, x: float) -> str:
        """Return a skill in per cent with its sign."""
        return "–" if math.isnan(x) else f"{'−' if x < -0.005 else '+'}{self.speech.percent(abs(round(x, 2)))}"

    def day(self, day: dt.date | None) -> Markup:
        """Return a date; a dash where there is none."""
        return self.speech.date(day) if day else Markup("–")

    def counted(self, n: float) -> str:
        """Return a number of questions that may be shared out over several groups."""
        return self.speech.number(round(n, 1))


def question_texts(case: Case) -> Callable[[Question, q.Probability | q.Median], Mapping[str, str]]:
    """Return what says a question of a case in every language of the program."""
    speakers = [Speech(language) for language in languages()]

    def texts(question: Question, query: q.Probability | q.Median) -> Mapping[str, str]:
        return {one.language: plain(_asked(one, case, question, query)).replace("\xa0", " ") for one in speakers}

    return texts


def _asked(s: Speech, case: Case, question: Question, query: q.Probability | q.Median) -> Markup:
    titles = {one.name: s.pick(one.title) or one.name for one in case.outcomes}
    named = {"case": s.pick(case.title) or case.name, "outcome": titles[question.outcome]}
    if question.of:
        time = _duration(s, question.within_days)
        asked = s.t("ledger.question.within_of", of=titles[question.of], time=time, **named)
    else:
        key = "ledger.question.date" if question.kind == "date" else "ledger.question.binary"
        asked = s.t(key, date=s.date(question.deadline or case.calendar.end), **named)
    announced = question.status == "announced"
    key = "ledger.question.announced" if announced else "ledger.question.in_effect"
    counts = s.t(key, reach=question.reach)
    if question.lasting_days:
        counts += s.t("ledger.question.lasting", time=_duration(s, question.lasting_days))
    if question.after:
        counts += s.t("ledger.question.after", after=titles[question.after])
    if question.ends:
        counts += s.t("ledger.question.ends", ends=question.ends)
    return asked + Markup(" ") + counts + Markup(".")


def _duration(s: Speech, days: float | None) -> Markup:
    if days is None:
        return s.t("ledger.question.any_time")
    if days < 42:
        return s.t("part.days", count=round(days))
    return s.t("part.months", count=round(days / DAYS_PER_MONTH))
