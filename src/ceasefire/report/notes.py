"""Notes of the calculation, in the language of the report; one that is not known here is shown as it is, in English."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from ceasefire.report.sentences import Sentences

Said = Callable[[Sentences, re.Match[str]], Markup]


def _spread(s: Sentences, found: re.Match[str]) -> Markup:
    return s.t("note.spread", stock=s.titles.stock(found["stock"]), share=s.speech.percent(float(found["share"]) / 100))


def _not_computed(s: Sentences, found: re.Match[str]) -> Markup:
    kind, _, stock = found["name"].partition(":")
    key = "stock_grid" if kind == "stock" else kind
    what = s.t(f"column.{key}") if s.speech.has(f"column.{key}") else Markup("<code>{}</code>").format(kind)
    if stock:
        what = s.t("cell.of_stock", stock=what, change=s.titles.stock(stock))
    return s.t("note.not_computed", what=what, reason=s.speech.mark(found["reason"], "en", count=False))


def _not_kept(s: Sentences, found: re.Match[str]) -> Markup:
    reason = s.speech.mark(found["reason"], "en", count=False)
    return s.t("note.not_kept", folder=Markup("<code>{}</code>").format(found["folder"]), reason=reason)


KNOWN: tuple[tuple[str, Said], ...] = (
    (r"nodes of (?P<stock>\w+) add (?P<share>[\d.]+)% to the declared variance", _spread),
    (r"(?P<name>[\w:]+): could not be computed \((?P<reason>.*)\)", _not_computed),
    (r"results could not be kept in (?P<folder>.*?): (?P<reason>.*); this run goes on", _not_kept),
    (r"some steps did not converge; the certificate lists them", lambda s, _: s.t("note.not_converged")),
    (r"the case has no steps, so nothing is forecast", lambda s, _: s.t("note.no_steps")),
)
"""Patterns of the notes that a forecast carries, and how each is said."""


def say_note(s: Sentences, note: str) -> Markup:
    """Return a note in the language of the report."""
    for pattern, said in KNOWN:
        found = re.fullmatch(pattern, note, re.DOTALL)
        if found:
            return said(s, found)
    return s.speech.mark(note, "en")
