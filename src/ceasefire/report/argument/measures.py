"""The number that a conclusion's check asks for: what it is measured in, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from ceasefire.case import query as q
from ceasefire.errors import InputError
from ceasefire.forecast.names import leaves
from ceasefire.report.sentences import Sentences

if TYPE_CHECKING:
    from ceasefire.report.argument.entries import Entry

PARTS = (q.Probability, q.MoveAt, q.Belief, q.Share)


@dataclass(frozen=True)
class Measure:
    """Says values, differences and errors of one kind of number.

    Parameters
    ----------
    kind
        A probability, a share of the variance, a difference of two of either, or a quantity.
    unit : str
        Of a quantity.
    """

    s: Sentences
    kind: Literal["probability", "share", "difference", "quantity"]
    unit: str = ""

    def value(self, x: float | None) -> Markup:
        """Return the number itself."""
        if self.kind in ("probability", "share"):
            return self.s.speech.percent(x)
        return self.gap(x) if self.kind == "difference" else self._quantity(self.s.speech.number(x), x)

    def gap(self, x: float | None) -> Markup:
        """Return a difference of two such numbers, with its sign."""
        if self.kind != "quantity":
            return self.s.t("cell.points", x=self.s.speech.points(x)) if x is not None else Markup("–")
        return self._quantity(self.s.speech.change(x) if x is not None else "–", x)

    def axis(self) -> Markup:
        """Return the title of an axis of such numbers."""
        if self.kind in ("probability", "share"):
            return self.s.t("axis.variance" if self.kind == "share" else "axis.probability")
        unit = "points" if self.kind == "difference" else self.unit
        return self.s.t("axis.value", unit=self.s.speech.unit(unit) if unit else self.s.t("unit.none"))

    def size(self, x: float | None) -> Markup:
        """Return the size of an error."""
        if self.kind != "quantity":
            return self.s.t("cell.points", x=self.s.speech.points(x, sign=False)) if x is not None else Markup("–")
        return self._quantity(self.s.speech.number(x, 2), x)

    def _quantity(self, text: str, x: float | None) -> Markup:
        if x is None:
            return Markup("–")
        return self.s.t("number.with_unit", x=text, unit=self.s.speech.unit(self.unit)) if self.unit else Markup(text)


def check_of(s: Sentences, entry: Entry) -> q.Comparison | None:
    """Return the check of a conclusion; nothing where it cannot be read."""
    check = entry.claim.check
    if check is None and entry.result.check:
        try:
            check = q.parse_query(entry.result.check, s.case.words)
        except InputError:
            return None
    return check if isinstance(check, q.Comparison) else None


def asks_for_share(s: Sentences, entry: Entry) -> bool:
    """Return whether a check asks what share of the variance an assumption has, which only draws can tell."""
    check = check_of(s, entry)
    return check is not None and any(isinstance(leaf, q.Share) for leaf in leaves(check))


def measure_of(s: Sentences, check: q.Comparison | None) -> Measure:
    """Return what the left side of a check is measured in."""
    left = check.left if check else None
    if isinstance(left, q.Share):
        return Measure(s, "share")
    if left is None or isinstance(left, PARTS):
        return Measure(s, "probability")
    if isinstance(left, q.Difference):
        if isinstance(left.left, PARTS):
            return Measure(s, "difference")
        left = left.left
    if isinstance(left, q.Median):
        return Measure(s, "quantity", "months")
    if isinstance(left, q.Expectation):
        return Measure(s, "quantity", stock_unit(s, left.stock))
    return Measure(s, "quantity")


def unconditional(s: Sentences, text: str) -> Markup:
    """Return a query in words, without the conditions under which it was asked."""
    try:
        query = q.parse_query(text, s.case.words)
    except InputError:
        return Markup("<code>{}</code>").format(text)
    return s.queries.say(replace(query, conditions=()) if isinstance(query, q.Probability | q.MoveAt) else query)


def stock_unit(s: Sentences, name: str) -> str:
    """Return the unit of a stock or side stock."""
    units = {one.name: one.unit for one in s.case.stocks} | {one.name: one.unit for one in s.case.side}
    return units.get(name, "")
