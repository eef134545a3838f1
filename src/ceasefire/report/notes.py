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
    if stock:
        what = s.t("column.stock_grid", stock=s.titles.stock(stock))
    else:
        what = s.t(f"column.{kind}") if s.speech.has(f"column.{kind}") else Markup("<code>{}</code>").format(kind)
    return s.t("note.not_computed", what=what, reason=s.speech.mark(found["reason"], "en", count=False))


def _not_kept(s: Sentences, found: re.Match[str]) -> Markup:
    reason = s.speech.mark(found["reason"], "en", count=False)
    return s.t("note.not_kept", folder=Markup("<code>{}</code>").format(found["folder"]), reason=reason)


KNOWN: tuple[tuple[str, Said], ...] = (
    (r"(?P<share>[\d.]+)% of the variance of (?P<stock>\w+) comes from its nodes, not from declared noise", _spread),
    (r"(?P<name>[\w:]+): could not be computed \((?P<reason>.*)\)", _not_computed),
    (r"results could not be kept in (?P<folder>.*?): (?P<reason>.*); this run goes on", _not_kept),
    (r"some steps did not converge; the certificate lists them", lambda s, _: s.t("note.not_converged")),
    (r"perceptions are hidden: .*", lambda s, _: s.t("note.hidden", actors=s.titles.misperceiving())),
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
