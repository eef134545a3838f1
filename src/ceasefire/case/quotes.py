"""Quotes are anchors: short, few, and found in the text where it is at hand.

A text is compared in Unicode NFC with every run of white space as one space, without white space at its ends; places
are counted in code points of that form, from 0, the end not included. ``sha256`` is that of the passage in UTF-8.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from ceasefire.case.claims import Anchor, Argument, Claim
from ceasefire.case.evidence import Source
from ceasefire.case.nodes import Faults

MAX_QUOTE_WORDS = 6
MAX_SHARE = 0.15
FREE = ("own", "public domain", "cc0", "cc by", "cc-by", "ogl", "open government", "mit")

CODES = {
    "S201": "A quote has more than six words.",
    "S202": "The quotes and excerpts of a source add up to more than 15 % of its words.",
    "S203": "A quote does not stand in the text.",
    "S204": "A span lies outside the text, or its hash does not fit the text there.",
    "S205": "A source is quoted but the number of its words is not given.",
    "S206": "An argument names a source that sources.yaml does not have.",
    "S207": "A quote stands in the text, but not within its span.",
}


def normalised(text: str) -> str:
    """Return `text` in NFC with runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def n_words(text: str) -> int:
    """Return the number of words: runs of letters, digits and the signs inside them."""
    return len(re.findall(r"\w+(?:[-'’.]\w+)*", text))


def passage_hash(passage: str) -> str:
    """Return the SHA-256 of a passage of a normalised text."""
    return hashlib.sha256(passage.encode()).hexdigest()


def anchor_of(text: str, quote: str) -> Anchor | None:
    """Return the place of the first occurrence of `quote` in `text`; None where it does not stand there."""
    whole, part = normalised(text), normalised(quote)
    start = whole.find(part)
    return Anchor(start, start + len(part), passage_hash(part)) if part and start >= 0 else None


def may_be_quoted_freely(source: Source) -> bool:
    """Return whether the licence of a source, its English text if there are several, allows more than anchors."""
    return source.licence.say("en").strip().lower().startswith(FREE)


def check_quotes(
    arguments: Iterable[Argument],
    sources: Mapping[str, Source],
    excerpts: Mapping[str, tuple[str, ...]],
    faults: Faults,
) -> None:
    """Check length and share of all quotes; needs no text.

    Parameters
    ----------
    excerpts : by source
        Other passages of the source that stand in the case (excerpts of parameters and events).
    """
    quoted = {name: list(texts) for name, texts in excerpts.items()}
    for argument in arguments:
        source = sources.get(argument.source)
        if source is None:
            expected = ", ".join(sources) or "an entry in sources.yaml"
            message = f"sources.yaml has no source {argument.source!r}"
            faults.add("S206", message, argument.place, found=argument.source, expected=expected)
        for claim in argument.claims:
            quoted.setdefault(argument.source, []).extend(quotes_of(claim))
            if source is None or not may_be_quoted_freely(source):
                _check_length(claim, faults)
    for name, texts in quoted.items():
        if name in sources:
            _check_share(sources[name], texts, arguments, faults)


def quotes_of(claim: Claim) -> tuple[str, ...]:
    """Return the quote of a claim, in every language that is given."""
    return tuple(dict.fromkeys((claim.quote, *claim.quotes.by_language.values())))


def _check_length(claim: Claim, faults: Faults) -> None:
    quote = max(quotes_of(claim), key=n_words)
    words = n_words(quote)
    if words > MAX_QUOTE_WORDS:
        message = f"the quote of {claim.name} has {words} words, at most {MAX_QUOTE_WORDS} are allowed"
        hint = "shorten it; give the passage by at: {span: [start, stop], sha256: ...}"
        faults.add("S201", message, claim.place, found=quote[:120], hint=hint)


def _check_share(source: Source, texts: Iterable[str], arguments: Iterable[Argument], faults: Faults) -> None:
    words = sum(n_words(text) for text in set(texts))
    place = next((argument.place for argument in arguments if argument.source == source.name), None)
    if may_be_quoted_freely(source) or not words or place is None:
        return
    if source.words is None:
        message = f"the source {source.name!r} is quoted, but the number of its words is not given"
        faults.add("S205", message, place, hint="add words: N to the source", severity="warning")
    elif words > MAX_SHARE * source.words:
        message = f"{words} of the {source.words} words of {source.name!r} are quoted, more than {MAX_SHARE:.0%}"
        hint = "shorten quotes, or give the licence that allows more"
        faults.add("S202", message, place, found=f"{words / max(source.words, 1):.0%}", hint=hint)


def check_against_text(argument: Argument, text: str, faults: Faults) -> None:
    """Check every quote and span of an argument against the text itself."""
    whole = normalised(text)
    quotes = [normalised(claim.quote) for claim in argument.claims if claim.quote]
    if len(quotes) > 1 and not any(quote in whole for quote in quotes):
        message = f"none of the {len(quotes)} quotes of {argument.name} stands in the text"
        faults.add("S203", message, argument.place, found=whole[:60], hint="is this the text of the argument?")
        return
    for claim in argument.claims:
        part = normalised(claim.quote)
        if part and part not in whole:
            message = f"the quote of {claim.name} does not stand in the text"
            faults.add("S203", message, claim.place, found=claim.quote, hint=_nearest(whole, part))
        if claim.at is not None:
            _check_span(claim, claim.at, whole, part, faults)


def _check_span(claim: Claim, at: Anchor, whole: str, part: str, faults: Faults) -> None:
    passage = whole[at.start : at.stop]
    shown = f"[{at.start}, {at.stop}]"
    if at.stop > len(whole) or passage_hash(passage) != at.sha256:
        where = "lies outside the text" if at.stop > len(whole) else "does not have this hash"
        message = f"the passage {shown} of {claim.name} {where}"
        faults.add("S204", message, claim.place, found=passage[:60], hint=_place_of(whole, part))
    elif part and part not in passage:
        message = f"the quote of {claim.name} does not stand within {shown}"
        faults.add("S207", message, claim.place, found=passage[:60], hint=_place_of(whole, part))


def _place_of(whole: str, part: str) -> str:
    found = anchor_of(whole, part)
    return f"the quote stands at: {{span: [{found.start}, {found.stop}], sha256: {found.sha256}}}" if found else ""


def _nearest(whole: str, part: str) -> str:
    """Return a hint with the passage that begins like the quote, letter case aside."""
    words = part.split()
    for n in range(len(words), 0, -1):
        for beginning in (words[:n], words[-n:]):
            at = whole.casefold().find(" ".join(beginning).casefold())
            if at >= 0 and (n > 1 or len(words) == 1):
                return f"the text has: {whole[max(at - 10, 0) : at + len(part) + 15]}"
    return ""


def check_excerpts(source: str, passages: Iterable[str], text: str, faults: Faults) -> None:
    """Check that the excerpts of a source stand in its text; ``...`` stands for what is left out."""
    whole = normalised(text)
    for passage in passages:
        pieces = [normalised(piece) for piece in re.split(r"\.\.\.|…", passage)]
        if not all(piece in whole for piece in pieces):
            message = f"an excerpt does not stand in the text of {source!r}"
            faults.add("S203", message, found=passage, hint=_nearest(whole, pieces[0]))
