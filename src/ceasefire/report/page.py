"""One self-contained page: forecast and case to ``report.html``. It loads nothing and can be read without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ceasefire.forecast.store import write_text
from ceasefire.report import weighing
from ceasefire.report.questions import questions
from ceasefire.report.sections import Section, sections, used_terms
from ceasefire.report.sentences import Sentences
from ceasefire.report.speech import Speech
from ceasefire.report.titles import Titles
from ceasefire.report.unbroken import unbroken

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.forecast.model import Forecast


def sentences_for(forecast: Forecast, case: Case, language: str) -> Sentences:
    """Return the prose of a forecast in one language."""
    speech = Speech(language)
    return Sentences(case, forecast, speech, Titles(case, forecast, speech))


def render(
    forecast: Forecast, case: Case, *, language: str = "en", texts: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the page as text.

    Parameters
    ----------
    forecast, case, language
        What is shown, and in which language.
    texts : by source
        Texts of arguments that are to stand on the page with their claims in place; kept nowhere else.
    """
    s = sentences_for(forecast, case, language)
    *parts, glossary = sections(s, texts)
    glossary = used_terms(glossary, _page(s, parts))
    return unbroken(_page(s, [*parts, glossary] if glossary.terms else parts))


def _page(s: Sentences, parts: Sequence[Section]) -> str:
    """Return the page with these sections below the answer."""
    forecast, title = s.forecast, s.speech.pick(s.forecast.title)
    as_of = s.t("header.as_of", date=s.speech.date(forecast.as_of)) if forecast.as_of else ""
    asked = questions(s)
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            t=s.t,
            code=lambda text: Markup("<code>{}</code>").format(text),
            language=s.speech.language,
            forecast=forecast,
            title=title,
            plain_title=title.striptags(),
            status=s.status(),
            as_of=as_of,
            answer=s.answer(),
            trust_intro=s.trust_intro(),
            trust_words=s.trust(),
            note=s.note(),
            weighed=weighing.brief(s),
            weighed_warnings=weighing.on_page_one(s),
            questions=[one for one in asked if one.section in {part.name for part in parts}],
            protected=[one for part in parts for one in part.texts if one.protected],
            sections=[Section("answer", s.t("section.answer")), *parts],
            foreign_note=s.speech.said_foreign(),
            style=asset("style.css"),
            script=asset("script.js"),
        )
    )


def write_report(
    forecast: Forecast,
    case: Case,
    target: Path,
    *,
    language: str = "en",
    texts: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write the page to `target`; a file that is there is replaced only when the new one is complete.

    Raises
    ------
    OSError
        If the file cannot be written (a full disk, no right); what was there stays as it was.
    """
    write_text(target, render(forecast, case, language=language, texts=texts))


def environment() -> Environment:
    """Return where templates are found, and how strictly they are filled in."""
    return Environment(
        loader=PackageLoader("ceasefire.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset(name: str) -> Markup:
    """Return a style sheet or script of ours, to stand in the page as it is."""
    return Markup((resources.files("ceasefire.report") / "templates" / name).read_text(encoding="utf-8"))
