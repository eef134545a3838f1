"""The whole text of an argument with its claims in place; spans may overlap."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from ceasefire.case.quotes import anchor_of, may_be_quoted_freely, normalised
from ceasefire.report.argument.entries import Entry, anchor_id, entries, slugged
from ceasefire.report.argument.marks import mark
from ceasefire.report.sentences import Sentences

DEEPEST = 3
"""Spans on top of one another that are told apart by their underline."""


@dataclass(frozen=True)
class MarkedText:
    """A text with its claims in place.

    Parameters
    ----------
    protected : bool
        Whether the licence of the source allows no more than anchors.
    """

    anchor: str
    title: Markup
    language: str
    protected: bool
    paragraphs: tuple[Markup, ...]


@dataclass(frozen=True)
class Span:
    """Where a claim stands in the normalised text."""

    start: int
    stop: int
    name: str
    verdict: str


def text_id(name: str) -> str:
    """Return where a claim stands in the text on the page."""
    return f"text-{slugged(name)}"


def marked_texts(s: Sentences, texts: Mapping[str, str]) -> list[MarkedText]:
    """Return the texts that are at hand, once each, with the claims of all arguments on them."""
    found = []
    for name, text in texts.items():
        source = s.case.sources.get(name)
        mine = [entry for argument in s.case.arguments if argument.source == name for entry in entries(s, argument)]
        if source is None or not mine:
            continue
        spans = spans_of(mine, text)
        free = may_be_quoted_freely(source)
        pieces = tuple(_paragraphs(text, spans))
        title = s.titles.source(name)
        found.append(MarkedText(f"text-of-{slugged(name)}", title, source.language, not free, pieces))
    return found


def spans_of(found: Sequence[Entry], text: str) -> list[Span]:
    """Return the places of claims: their span, else the first place of their quote."""
    whole, spans = normalised(text), []
    for entry in found:
        at = entry.claim.at or (anchor_of(text, entry.claim.quote) if entry.claim.quote else None)
        if at is not None and at.start < at.stop <= len(whole):
            spans.append(Span(at.start, at.stop, entry.id, entry.verdict))
    return sorted(spans, key=lambda one: (one.start, -one.stop))


def _paragraphs(text: str, spans: Sequence[Span]) -> list[Markup]:
    """Return the paragraphs of a text: parted by empty lines or, where there are none, by line ends."""
    parted = r"\n[ \t]*\n" if re.search(r"\S[ \t]*\n[ \t]*\n", text.strip()) else r"\n"
    found, start = [], 0
    for part in re.split(parted, text):
        paragraph = normalised(part)
        if paragraph:
            found.append(_marked(paragraph, start, spans))
            start += len(paragraph) + 1
    return found


def _marked(paragraph: str, start: int, spans: Sequence[Span]) -> Markup:
    """Return a paragraph that begins at `start`, cut wherever a span begins or ends."""
    stop = start + len(paragraph)
    mine = [span for span in spans if span.start < stop and span.stop > start]
    cuts = sorted({start, stop, *(x for span in mine for x in (span.start, span.stop) if start < x < stop)})
    parts = []
    for low, high in pairwise(cuts):
        over = [span for span in mine if span.start <= low and span.stop >= high]
        parts.append(_piece(paragraph[low - start : high - start], low, high, over))
    return Markup("").join(parts)


def _piece(words: str, low: int, high: int, over: Sequence[Span]) -> Markup:
    """Return a piece of text under its spans; a claim is named where its span begins."""
    if not over:
        return escape(words)
    begins = Markup("").join(
        Markup('<a class="place" id="{}" href="#{}">{}{}</a>').format(
            text_id(span.name), anchor_id(span.name), span.name, mark(span.verdict)
        )
        for span in over
        if span.start == low
    )
    names = " ".join(span.name for span in over)
    depth = min(len(over), DEEPEST)
    return Markup('{}<mark class="n{}" data-claims="{}">{}</mark>').format(begins, depth, names, words)
