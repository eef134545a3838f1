"""Numbers as the report says them: a probability with what is uncertain about it, dates, published numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from ceasefire.case.query import parse_query
from ceasefire.errors import InputError
from ceasefire.report import results
from ceasefire.report.queries import DAYS_PER_MONTH, QueryWords
from ceasefire.report.results import Headline
from ceasefire.report.speech import Speech
from ceasefire.report.titles import Titles

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.model import Band, Forecast


class Amounts:
    """Says the numbers of one forecast in one language."""

    def __init__(self, case: Case, forecast: Forecast, speech: Speech, titles: Titles) -> None:
        self.case, self.forecast, self.speech, self.titles = case, forecast, speech, titles
        self.t, self.queries = speech.t, QueryWords(case, speech, titles)

    @property
    def drawn(self) -> bool:
        """Whether assumptions were drawn, so that there are intervals."""
        return bool(self.forecast.ensemble.get("draws"))

    def at_middle(self, said: Markup) -> Markup:
        """Return what is said of numbers at nominal values; over draws with the reason why these have no interval."""
        return Markup("{}. {}").format(said.rstrip("."), self.t("note.nominal")) if self.drawn else said

    def query(self, text: str) -> Markup:
        """Return a headline's query in words."""
        found = next((one for one in self.case.report.headlines if one.text == text), None)
        if found is not None:
            return self.queries.say(found)
        try:
            return self.queries.say(parse_query(text, self.case.words))
        except InputError:
            return Markup("<code>{}</code>").format(text)

    def band(self, band: Band) -> Markup:
        """Return a number with its interval; without draws with its range and its sampling error."""
        one = results.over_draws(self.forecast, band.value, band.low, band.high)
        return self.headline(replace(one, sampling=band.error or None, grid=band.grid))

    def pooled(self, value: float | None, low: float | None, high: float | None) -> Markup:
        """Return a probability with its interval over the draws; alone where nothing was drawn."""
        one = results.over_draws(self.forecast, value, low, high)
        return (
            self._drawn(one, self.amount(value, "")) if one.drawn and value is not None else self.speech.percent(value)
        )

    def counted(self, row: Mapping[str, Any], exponent: str) -> Markup:
        """Return a headline with the record counted to an exponent; its interval too unless too few draws count there."""
        one, unit = row["by_exponent"][exponent], row.get("unit") or ""
        said = self.amount(one["value"], unit)
        if one["withheld"] or one["value"] is None:
            return said
        return self._drawn(Headline("", one["value"], one["low"], one["high"], unit=unit, drawn=True), said)

    def with_sampling(self, change: Markup | str, error: float | None) -> Markup:
        """Return a change in points; over draws with the error of having only so many."""
        if not self.drawn or error is None:
            return escape(change)
        return self.t("cell.plus_minus", x=change, error=self.speech.points(error, sign=False))

    def _drawn(self, one: Headline, said: Markup) -> Markup:
        """Return a number over draws with its interval, or with the reason why it has none."""
        if one.why:
            around = self.t(f"number.no_interval.{one.why}")
        elif one.low is not None and one.high is not None:
            low, high = self.amount(one.low, one.unit), self.amount(one.high, one.unit)
            around = self.t("number.range", low=low, high=high)
        elif one.low is not None:
            around = self.t("number.open_above", low=self.amount(one.low, one.unit))
        else:
            around = self.t("number.no_interval.none")
        return Markup('{} <span class="unsure">[{}]</span>').format(said, around)

    def without_withheld(self, said: Markup | str) -> Markup | str:
        """Return what is said without the brackets that an interval is withheld."""
        return said.replace(self._withheld("number.no_interval.withheld"), "")

    def withheld_once(self, said: Markup) -> Markup:
        """Return a sentence that says once, at its first number, that its intervals are withheld."""
        bracket = self._withheld("number.no_interval.withheld")
        first, _, rest = said.partition(bracket)
        if bracket not in rest:
            return said
        return first + self._withheld("number.intervals_withheld") + rest.replace(bracket, "")

    def _withheld(self, key: str) -> Markup:
        return Markup(' <span class="unsure">[{}]</span>').format(self.t(key))

    def headline(self, one: Headline | None) -> Markup:
        """Return a number over draws with its interval, else with its uncertainties apart, if computed."""
        if one is None or (one.value is None and not one.text):
            return self.t("number.none")
        if one.drawn:
            return self._drawn(one, Markup("<strong>{}</strong>").format(self.value(one)))
        parts = []
        if one.low is not None and one.high is not None:
            low, high = self.amount(one.low, one.unit), self.amount(one.high, one.unit)
            parts.append(self.t("number.one_at_a_time", span=self.t("number.range", low=low, high=high)))
        if one.sampling:
            parts.append(self.t("number.sampling", points=self._off(one.sampling, one.unit)))
        if one.grid is not None:
            parts.append(self.t("number.grid", points=self._off(one.grid, one.unit)))
        p = Markup("<strong>{}</strong>").format(self.value(one))
        if self._without_exception(one):
            which = "number.in_none" if one.value == 0 else "number.in_all"
            parts.append(self.t(which, n=self.speech.number(self._paths(), 6)))
        if not parts:
            return p
        return Markup('{} <span class="unsure">[{}]</span>').format(p, Markup("; ").join(parts))

    def _paths(self) -> int:
        """Return how many histories were simulated."""
        return int(self.forecast.certificate.get("paths") or self.forecast.settings.get("n_paths") or 0)

    def _without_exception(self, one: Headline) -> bool:
        """Return whether something happened in no simulated history, or in all."""
        sampled = one.sampling == 0 and one.unit in results.PROBABILITY and not one.drawn
        return sampled and one.value in (0, 1) and self._paths() > 0

    def _never_seen(self, value: float) -> Markup:
        """Return the 95 % bound of what happened in no simulated history, or in all: three divided by their number."""
        bound = min(3.0 / self._paths(), 0.5)
        said = self.speech.percent(bound if value == 0 else 1.0 - bound)
        sign = "" if bound < 0.0005 else "<\xa0" if value == 0 else ">\xa0"
        return escape(sign) + said

    def _off(self, error: float, unit: str) -> Markup | str:
        """Return an error in the unit of its number: percentage points of a probability."""
        if unit in results.PROBABILITY:
            return self.speech.points(error, sign=False)
        return self.t(
            "number.with_unit", x=self.speech.number(error, 2), unit=self.speech.unit(results.unit_of_change(unit))
        )

    def value(self, one: Headline) -> Markup:
        """Return the number itself: a probability, a date, or a quantity with its unit."""
        if one.text:
            return self.worded(one.text)
        if one.value is not None and self._without_exception(one):
            return self._never_seen(one.value)
        return self.amount(one.value, one.unit)

    def amount(self, x: float | None, unit: str) -> Markup:
        """Return a probability, a date, or a quantity with its unit."""
        if unit in results.PROBABILITY:
            return self.speech.percent(x)
        if unit == results.DATED and x is not None:
            return self.speech.date(
                results.start_date(self.forecast, self.case) + dt.timedelta(days=round(x * DAYS_PER_MONTH))
            )
        return self.t("number.with_unit", x=self.speech.number(x), unit=self.speech.unit(unit))

    def worded(self, text: str) -> Markup:
        """Return a value that is words: a date, or "after" the last date covered."""
        day = text.removeprefix("after ")
        if not day[:4].isdigit():
            return self.speech.word("what", text)
        return self.t("number.after", date=self.speech.date(day)) if day != text else self.speech.date(day)

    def by(self, text: str) -> Markup:
        """Return until when a published number holds: a date, or a duration."""
        number, _, unit = text.partition(" ")
        days = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}.get(unit.rstrip("s"))
        if not number.isdigit() or days is None:
            return self.t("part.by", date=self.speech.day(text))
        return self.t("part.within", time=self.queries.duration(int(number) * days))

    def published(self, row: Mapping[str, Any]) -> Markup:
        """Return a published probability with its range where it has one."""
        low, high = row.get("low"), row.get("high")
        p = self.speech.percent(row["value"])
        if low is None or high is None:
            return p
        return self.t("number.with_span", p=p, span=self.speech.span(low, high))

    def ours(self, row: Mapping[str, Any]) -> Markup:
        """Return this model's number beside a published one, with its interval."""
        return self.pooled(row.get("ours"), row.get("ours_low"), row.get("ours_high"))

    def end_state(self, row: Mapping[str, Any], label: str) -> Markup:
        """Return the share of one label at one date, with its interval."""
        low, high = ((row.get(key) or {}).get(label) for key in ("low", "high"))
        return self.pooled(row["p"].get(label, 0.0), low, high)

    def when(self, iso: str) -> Markup:
        """Return a date of the forecast: the month, or the day where periods are shorter."""
        short = self.case.calendar.period in ("day", "week")
        return self.speech.day(iso) if short else self.speech.month(iso)

    def listed(self, parts: Iterable[Markup]) -> Markup:
        """Return several parts with commas between them."""
        return Markup(", ").join(parts)
