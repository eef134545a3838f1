"""What decides a number, as text for the command line: tornado, shares, tipping points, maps; 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from markupsafe import Markup

from ceasefire.case.query import parse_query
from ceasefire.explore.maps.maps import table_lines
from ceasefire.explore.maps.planes import crossed_by_column, crossed_by_row
from ceasefire.explore.sensitivity.indices import READABLE
from ceasefire.explore.tipping.tipping import STILL
from ceasefire.report.queries import QueryWords
from ceasefire.report.speech import Speech, plain
from ceasefire.report.titles import Titles

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.explore.maps.planes import Marker, Plane
    from ceasefire.explore.sensitivity.sensitivity import Sensitivity, Share
    from ceasefire.explore.tipping.tipping import Tipping, TippingTable
    from ceasefire.forecast.model import Forecast, Tornado

COLUMNS = 80
SHOWN = 12
"""Rows of the tornado and of the shares that are printed; ``--json`` has all."""
WIDTHS = (36, 15, 15, 14)
NO_FORECAST = SimpleNamespace(outcome_titles={}, beliefs={}, factor_map=None, parameters=())
"""Titles come from the case alone where nothing was forecast."""


class Told:
    """Says names, numbers and queries of one case in one language."""

    def __init__(self, case: Case, language: str) -> None:
        self.case, self.speech = case, Speech(language)
        self.t = self.speech.t
        self.titles = Titles(case, cast("Forecast", NO_FORECAST), self.speech)
        self.queries = QueryWords(case, self.speech, self.titles)

    def query(self, text: str) -> Markup:
        """Return a query in words."""
        return self.queries.say(parse_query(text, self.case.words))

    def parameter(self, name: str) -> Markup:
        """Return the title of a parameter with its name, by which commands know it."""
        parameter = self.case.parameters.get(name)
        title = parameter.title if parameter else None
        return Markup("{} ({})").format(self.speech.pick(title), name) if title else Markup(name)

    def axis(self, name: str, unit: str) -> Markup:
        """Return the title of a parameter or hidden factor with its unit."""
        title = self.titles.factor(name) if "." in name else self.parameter(name)
        return Markup("{}, {}").format(title, self.speech.unit(unit)) if unit else title

    def status(self) -> Markup:
        """Return the line that says what kind of case this is."""
        key, day = self.case.status.replace("-", "_"), self.case.calendar.as_of
        return self.t(f"status.{key}", date=self.speech.date(day)) if day else self.t(f"status.{key}.undated")

    def item(self, text: Markup, mark: str = "- ") -> str:
        """Return a paragraph in lines of 80 columns."""
        wrapper = textwrap.TextWrapper(
            COLUMNS, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
        )
        return wrapper.fill(plain(text)).replace("\xa0", " ")


def tipping_text(found: TippingTable, case: Case, language: str = "en") -> str:
    """Return the tipping points in words, a paragraph for each parameter in the order of the case."""
    told = Told(case, language)
    s = told.speech
    title = told.t(
        "tipping.title",
        query=told.query(found.query),
        p=s.percent(found.p),
        error=s.points(found.error, sign=False),
        grid=s.points(found.grid_error, sign=False),
    )
    lines = [
        told.item(told.status(), ""),
        told.item(title, ""),
        told.item(told.t("tipping.intro", level=s.percent(found.level)), ""),
        "",
    ]
    lines += [told.item(Markup(" ").join(_tipping(told, one, found.level))) for one in found.rows]
    lines += [told.item(one, "") for one in _left(told, found)]
    return "\n".join(lines)


def _tipping(told: Told, one: Tipping, level: float) -> Iterator[Markup]:
    """Yield the sentences on one parameter."""
    s = told.speech
    parameter, unit = told.parameter(one.parameter), s.unit(one.unit)
    if one.p_low is None or one.p_high is None:
        yield told.t("tipping.unknown", parameter=parameter)
        return
    if one.value is not None and one.spreads is not None:
        low, high = (told.t("tipping.end") if x is None else s.number(x) for x in (one.low, one.high))
        yield told.t(
            "tipping.rises" if one.rises else "tipping.falls",
            parameter=parameter,
            nominal=s.number(one.nominal),
            value=s.number(one.value),
            unit=unit,
            low=low,
            high=high,
            spreads=s.change(one.spreads),
            level=s.percent(level),
        )
    elif one.p_high - one.p_low < STILL:
        yield told.t("tipping.still", parameter=parameter)
    else:
        yield told.t(
            "tipping.none",
            parameter=parameter,
            lowest=s.number(one.lowest),
            highest=s.number(one.highest),
            unit=unit,
            p_low=s.percent(one.p_low),
            at_low=s.number(one.at_low),
            p_high=s.percent(one.p_high),
            at_high=s.number(one.at_high),
        )
    if one.jumps and one.value is not None:
        yield told.t("tipping.jumps")
    if one.both_ways:
        yield told.t("tipping.both_ways")
    if one.others:
        yield told.t("tipping.others", values=", ".join(s.number(x) for x in one.others))


def _left(told: Told, found: TippingTable) -> Iterator[Markup]:
    """Yield what was not looked at closely and what could not be computed."""
    ends = [p for pair in found.not_searched.values() for p in pair if p is not None]
    if ends:
        low, high = told.speech.percent(min(ends)), told.speech.percent(max(ends))
        yield told.t("tipping.not_searched", count=len(found.not_searched), low=low, high=high)
    if found.failed:
        yield told.t("explored.failed", count=len(found.failed))


def sensitivity_text(found: Sensitivity, case: Case, language: str = "en") -> str:
    """Return what a number hangs on: the tornado in sentences, then the shares as a table."""
    told = Told(case, language)
    s = told.speech
    p, error = s.percent(found.p), s.points(found.error, sign=False)
    lines = [told.item(told.status(), "")]
    lines += [told.item(told.t("sensitivity.title", query=told.query(found.query), p=p, error=error), "")]
    lines += [told.item(told.t("sensitivity.alone"), ""), ""]
    shown = found.tornado[:SHOWN]
    lines += [told.item(_bar(told, one)) for one in shown]
    rest = found.tornado[SHOWN:]
    if rest:
        most = s.points(max(abs(one.p_high - one.p_low) for one in rest), sign=False)
        lines += [told.item(told.t("sensitivity.more", count=len(rest), points=most))]
    lines += ["", *_shares(told, found)] if found.readable is not None else []
    lines += [told.item(told.t("explored.failed", count=len(found.failed)), "")] if found.failed else []
    return "\n".join(lines)


def _bar(told: Told, one: Tornado) -> Markup:
    parameter = told.case.parameters[one.parameter]
    s = told.speech
    return told.t(
        "tornado.bar",
        parameter=told.parameter(one.parameter),
        low=s.number(one.low_setting),
        high=s.number(one.high_setting),
        unit=Markup(" ({})").format(s.unit(parameter.unit)) if parameter.unit else "",
        p_low=s.percent(one.p_low),
        p_high=s.percent(one.p_high),
    )


def _shares(told: Told, found: Sensitivity) -> Iterator[str]:
    """Yield the lines about shares of the variance."""
    s = told.speech
    n, q2 = s.number(found.evaluations, 6), s.percent(max(found.q2 or 0.0, 0.0))
    if not found.sd:
        yield told.item(told.t("sensitivity.still"), "")
        return
    if not found.readable:
        yield told.item(told.t("sensitivity.unreadable", n=n, q2=q2, needed=s.percent(READABLE)), "")
        return
    yield told.item(told.t("sensitivity.together", sd=s.points(found.sd, sign=False)), "")
    yield told.item(
        told.t("sensitivity.design", n=n) if found.q2 is None else told.t("sensitivity.polynomial", n=n, q2=q2), ""
    )
    weighed = any(one.after_record is not None for one in found.shares)
    if weighed:
        yield told.item(told.t("sensitivity.after", n=s.number(round(found.effective or 0.0))), "")
    yield ""
    heads = [told.t(f"sensitivity.{name}") for name in ("input", "first", "total", "record")]
    yield _columns([plain(head) for head in heads[: 3 + weighed]])
    for one in found.shares[:SHOWN]:
        yield _columns(_share(told, one, weighed=weighed))


def _share(told: Told, one: Share, *, weighed: bool) -> list[str]:
    title = told.titles.factor(one.name) if "." in one.name else told.parameter(one.name)
    cells = [
        _span(told, one.first, one.first_low, one.first_high),
        _span(told, one.total, one.total_low, one.total_high),
    ]
    after = [plain(told.speech.percent(one.after_record))] if weighed else []
    return [textwrap.shorten(plain(title), WIDTHS[0] - 1, placeholder="…"), *cells, *after]


def _span(told: Told, x: float, low: float | None, high: float | None) -> str:
    """Return a share in per cent with its interval: ``31% [25-38]``."""
    whole = plain(told.speech.percent(round(x, 2))).replace("\xa0", " ")
    return whole if low is None or high is None else f"{whole} [{100 * low:.0f}–{100 * high:.0f}]"


def _columns(cells: list[str]) -> str:
    first, *others = cells
    return (f"{first:<{WIDTHS[0]}}" + "".join(f"{x:>{w}}" for x, w in zip(others, WIDTHS[1:], strict=False))).rstrip()


def plane_text(found: Plane, case: Case, language: str = "en") -> str:
    """Return a map over any two axes: its table, where the level is crossed, and who puts the truth where."""
    told = Told(case, language)
    s = told.speech
    names = {"x": told.axis(found.x_name, found.x_unit), "y": told.axis(found.y_name, found.y_unit)}
    lines = [told.item(told.status(), ""), told.item(told.query(found.headline), "")]
    lines += [told.item(told.t("plane.axes", **names), ""), "", *table_lines(found, language), ""]
    if any(cell.grey for cell in found.cells):
        lines.append(told.item(told.t("plane.grey"), ""))
    if found.level is not None:
        lines.append(told.item(_where_crossed(told, found, s.percent(found.level)), ""))
    lines += [told.item(_marker(told, one)) for one in found.markers]
    lines += [told.item(told.t("explored.failed", count=len(found.failed)), "")] if found.failed else []
    return "\n".join(lines)


def _where_crossed(told: Told, found: Plane, level: Markup) -> Markup:
    """Return where the level is crossed along the rows; where it is not, along the columns."""
    key, lines = "plane.at", crossed_by_row(found)
    if not lines:
        key, lines = "plane.at_column", crossed_by_column(found)
    if not lines:
        return told.t("plane.not_crossed", level=level)
    number = told.speech.number
    said = [told.t(key, line=number(line), places=", ".join(map(number, places))) for line, places in lines.items()]
    return told.t("plane.crossed", level=level) + Markup("; ").join(said)


def _marker(told: Told, one: Marker) -> Markup:
    x, y = told.speech.number(one.x), told.speech.number(one.y)
    if one.kind == "author":
        author = next((told.speech.pick(a.author) for a in told.case.arguments if a.name == one.name), one.name)
        return told.t("plane.author", author=author, x=x, y=y)
    return told.t("plane.record" if one.kind == "record" else "plane.nominal", x=x, y=y)
