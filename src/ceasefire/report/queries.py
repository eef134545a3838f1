"""A query in words: ``P(pause by 2031-12-31 | plan = no_paper)`` as a reader would say it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.case import query as q
from ceasefire.report.speech import Speech
from ceasefire.report.titles import Titles

if TYPE_CHECKING:
    from ceasefire.case.model import Case

DAYS_PER_MONTH = 365.25 / 12
SIGNS = {"<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}


class QueryWords:
    """Says queries of one case in one language; what has no words yet is shown as it is written."""

    def __init__(self, case: Case, speech: Speech, titles: Titles) -> None:
        self.case, self.speech, self.titles, self.t = case, speech, titles, speech.t

    def duration(self, days: float) -> Markup:
        """Return a duration: days up to six weeks, whole years from three on, months between."""
        if days < 42:
            return self.t("part.days", count=round(days))
        months = round(days / DAYS_PER_MONTH)
        if months >= 36 and months % 12 == 0:
            return self.t("part.years", count=months // 12)
        return self.t("part.months", count=months)

    def say(self, query: q.Query) -> Markup:
        """Return a query in words."""
        if isinstance(query, q.Comparison):
            return self._comparison(query)
        if isinstance(query, q.Difference):
            return self.t("query.difference", left=self.say(query.left), right=self.say(query.right))
        if isinstance(query, q.Probability):
            return self._if(self._probability(query), query.conditions)
        if isinstance(query, q.MoveAt):
            return self._if(self._move(query), query.conditions)
        if isinstance(query, q.Median):
            return self._if(self.t("query.median", outcome=self.titles.outcome(query.outcome)), query.conditions)
        if isinstance(query, q.Expectation):
            date = self.speech.date(query.date or self.case.calendar.as_of or self.case.calendar.start)
            return self._if(self.t("query.mean", stock=self.titles.stock(query.stock), date=date), query.conditions)
        if isinstance(query, q.Belief):
            return self._if(self._belief(query), query.conditions)
        if isinstance(query, q.Share):
            is_type = "." in query.parameter
            name = self.titles.factor(query.parameter) if is_type else self._named(query.parameter)
            return self.t("query.share", name=name)
        return Markup("<code>{}</code>").format(query.text)

    def _probability(self, query: q.Probability) -> Markup:
        outcome = self.titles.outcome(query.outcome)
        if query.within_days is not None:
            time = self.duration(query.within_days)
            if query.of:
                return self.t("query.within_of", outcome=outcome, months=time, of=self.titles.outcome(query.of))
            return self.t("query.within", outcome=outcome, months=time)
        return self.t("query.by", outcome=outcome, date=self.speech.date(query.by or self.case.calendar.end))

    def _move(self, query: q.MoveAt) -> Markup:
        date = self.speech.date(query.date or self.case.calendar.as_of or self.case.calendar.start)
        step, move = self.titles.step(query.step), self.titles.move(query.step, query.move)
        return self.t("query.move", step=step, move=move, date=date)

    def _belief(self, query: q.Belief) -> Markup:
        date = self.speech.date(query.date or self.case.calendar.as_of or self.case.calendar.start)
        factor = self.titles.factor(f"{query.actor}.{query.dimension}")
        if query.label is None:
            return self.t("query.beliefs", factor=factor, date=date)
        label = self.titles.type_label(query.actor, query.dimension, query.label)
        return self.t("query.belief", factor=factor, label=label, date=date)

    def _comparison(self, query: q.Comparison) -> Markup:
        sign = self.t(f"sign.{SIGNS[query.op]}")
        right = self._right(query)
        return self.t("query.comparison", left=self.say(query.left), sign=sign, right=right)

    def _right(self, query: q.Comparison) -> Markup:
        if isinstance(query.right, int | float):
            return self._number(query.left, query.right)
        return self.speech.date(query.right) if isinstance(query.right, dt.date) else self.say(query.right)

    def _number(self, left: q.Query, right: float) -> Markup:
        if isinstance(left, q.Probability | q.MoveAt | q.Belief | q.Share):
            return self.speech.percent(right)
        if isinstance(left, q.Difference) and isinstance(left.left, q.Probability | q.MoveAt | q.Belief | q.Share):
            return self.t("cell.points", x=self.speech.points(right))
        return Markup(self.speech.number(right))

    def _if(self, said: Markup, conditions: q.Conditions) -> Markup:
        if not conditions:
            return said
        parts = Markup(", ").join(self._condition(one) for one in conditions)
        return self.t("query.if", query=said, conditions=parts)

    def _condition(self, one: q.Condition) -> Markup:
        if isinstance(one, q.PlanIs):
            plan = self.case.plans.get(one.name)
            return self.t("condition.plan", plan=self.titles.text(plan.title if plan else None, one.name))
        if isinstance(one, q.TypeIs):
            label = self.titles.type_label(one.actor, one.dimension, one.label)
            return self.t("condition.type", factor=self.titles.factor(f"{one.actor}.{one.dimension}"), label=label)
        if isinstance(one, q.TypeSet):
            value, factor = self.speech.number(one.value), self.titles.factor(f"{one.actor}.{one.dimension}")
            return self.t("condition.set", name=factor, value=value)
        if isinstance(one, q.Setting):
            return self.t("condition.set", name=self._named(one.name), value=self.speech.number(one.value))
        if isinstance(one, q.Without):
            step, _, move = one.move.partition(".")
            return self.t("condition.without", step=self.titles.step(step), move=self.titles.move(step, move))
        if isinstance(one, q.FreezeBelief):
            return self.t("condition.freeze", actor=self.titles.actor(one.actor))
        return self.t("condition.as_of", date=self.speech.date(one.date))

    def _named(self, name: str) -> Markup:
        parameter, rival = self.case.parameters.get(name), self.case.rivals.get(name)
        title = parameter.title if parameter else rival.title if rival else None
        return self.titles.text(title, name)
