"""The first forecast and the summary for a terminal: plain text in 80 columns, the same words as the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report import other_equilibria, results, weighing
from ceasefire.report.argument import arguments, brief, entries
from ceasefire.report.page import sentences_for
from ceasefire.report.speech import plain

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.model import Forecast

COLUMNS = 80


def first_lines(forecast: Forecast, case: Case, language: str = "en", *, finer_follows: bool = False) -> str:
    """Return the headlines with their sampling error, to be read while the rest is still being computed.

    Parameters
    ----------
    finer_follows : bool
        Say that the numbers are those of the coarse grid and that finer ones will replace them.
    """
    if not forecast.headlines:
        return ""
    s = sentences_for(forecast, case, language)
    texts = [row["query"] for row in forecast.headlines]
    rows = [s.t("first.row", query=s.query(text), p=s.headline(results.headline(forecast, text))) for text in texts]
    return (
        "\n".join(
            [
                _wrap(s.status()),
                _wrap(s.t("first.coarse" if finer_follows else "first.title")),
                *(_item("- ", row) for row in rows),
            ]
        )
        + "\n"
    )


def summary(forecast: Forecast, case: Case, language: str = "en") -> str:
    """Return the answer in five sentences as text that fits 80 columns.

    The first line says what kind of case this is; below the sentences stands a line on each argument; what moves a
    number of the answer by more than five points is said in words below it.
    """
    s = sentences_for(forecast, case, language)
    answer, trust = s.answer(), s.trust(brief=True)
    blocks = [_wrap(s.status()), _wrap(s.speech.pick(forecast.title).upper())]
    blocks += [_numbered(answer)]
    told = [brief(s, argument, entries(s, argument)) for argument in arguments(s)]
    blocks += ["\n".join(_item("- ", one) for one in told if one)] if any(told) else []
    weighed = weighing.brief(s)
    if weighed:
        blocks.append("\n".join([_wrap(weighed), *(_item("! ", one) for one in weighing.on_page_one(s))]))
    if s.trust_intro():
        blocks.append("\n".join([_wrap(s.trust_intro()), *(_item("- ", one) for one in trust)]))
    others = other_equilibria.said(s)
    if others:
        blocks.append(
            "\n".join([_wrap(Markup(" ").join(others)), *(_item("- ", one) for one in other_equilibria.spread(s))])
        )
    blocks.append(_wrap(s.note()))
    if s.speech.foreign:
        blocks.append(_wrap(s.speech.said_foreign()))
    return "\n\n".join(blocks) + "\n"


def _wrap(text: Markup | str) -> str:
    return _filled(text, "")


def _item(mark: str, text: Markup) -> str:
    return _filled(text, mark)


def _filled(text: Markup | str, mark: str) -> str:
    """Return the text in lines; what no-break spaces hold together stays together."""
    wrapper = textwrap.TextWrapper(
        COLUMNS, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    )
    return wrapper.fill(plain(text)).replace("\xa0", " ")


def _numbered(sentences: Iterable[Markup]) -> str:
    return "\n".join(_item(f"{i}. ", sentence) for i, sentence in enumerate(sentences, start=1))
