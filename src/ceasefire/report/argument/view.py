"""The reading view: per argument an overview, its claims in the order of the text, and the map of what hangs on what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.argument.details import Row, details, share_of
from ceasefire.report.argument.entries import (
    ROLES,
    TIERS,
    VERDICTS,
    Entry,
    all_entries,
    anchor_id,
    arguments,
    entries,
    slugged,
    verdict_word,
)
from ceasefire.report.argument.marks import mark
from ceasefire.report.argument.matrix import draw_map
from ceasefire.report.argument.overview import overview
from ceasefire.report.argument.partings import partings_table
from ceasefire.report.argument.text import text_id
from ceasefire.report.figures.figure import Figure
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table

if TYPE_CHECKING:
    from ceasefire.case.claims import Argument

Choice = tuple[str, Markup]


@dataclass(frozen=True)
class Card:
    """One claim: the row that is always shown, and what opens below it."""

    id: str
    anchor: str
    role: str
    verdict: str
    tier: str
    sign: Markup
    quote: Markup
    says: Markup
    role_word: Markup
    verdict_word: Markup
    tier_word: Markup
    related: str
    share: Markup
    details: tuple[Row, ...]
    in_text: str = ""


@dataclass(frozen=True)
class ArgumentView:
    """One argument."""

    anchor: str
    title: Markup
    overview: tuple[Markup, ...]
    cards: tuple[Card, ...]
    map: Figure | None


@dataclass(frozen=True)
class ReadingView:
    """Every argument of a case, the choices of the filters, what each result means, and where the arguments part."""

    arguments: tuple[ArgumentView, ...]
    roles: tuple[Choice, ...]
    verdicts: tuple[Choice, ...]
    tiers: tuple[Choice, ...]
    legend: tuple[tuple[Markup, Markup, Markup], ...]
    partings: Table | None
    rivals: tuple[Markup, ...] = ()
    rivals_intro: Markup = Markup("")  # noqa: RUF009


def reading_view(s: Sentences, shown_texts: Iterable[str] = ()) -> ReadingView | None:
    """Return the view; nothing where no claim has a result.

    Parameters
    ----------
    shown_texts
        Sources whose text stands on the page: their claims are linked to their place there.
    """
    known, shown = all_entries(s), set(shown_texts)
    if not known:
        return None
    told = [_argument(s, one, found, known, shown) for one in arguments(s) if (found := entries(s, one))]
    verdicts = _choices(VERDICTS, {entry.verdict: verdict_word(s, entry) for entry in known.values()})
    roles = _choices(ROLES, {entry.result.role: s.t(f"role.{entry.result.role}") for entry in known.values()})
    tiers = _choices(TIERS, {entry.claim.tier: _tier(s, entry) for entry in known.values() if entry.claim.tier})
    legend, partings = _legend(s, known.values(), tiers), partings_table(s, known)
    return ReadingView(tuple(told), roles, verdicts, tiers, legend, partings, *_rivals(s))


def _rivals(s: Sentences) -> tuple[tuple[Markup, ...], Markup]:
    """Return the titles of the rivals of the case, and what they are; numbers before the titles are said to be its own."""
    titles = tuple(s.titles.text(one.title, name) for name, one in s.case.rivals.items())
    code = next((found[1] for title in titles if (found := re.match(r"([A-Z]+\d+):", title))), "")
    intro = [s.t("claims.rivals.intro"), *([s.t("claims.rivals.codes", first=code)] if code else [])]
    return titles, Markup(" ").join(intro)


def _choices(order: Sequence[str], there: Mapping[str, Markup]) -> tuple[Choice, ...]:
    known = [name for name in order if name in there]
    return tuple((name, there[name]) for name in (*known, *(name for name in there if name not in order)))


def _argument(
    s: Sentences, argument: Argument, found: Sequence[Entry], known: Mapping[str, Entry], shown: set[str]
) -> ArgumentView:
    title = s.t("title.argument", author=s.speech.pick(argument.author), title=s.speech.pick(argument.title))
    cards = tuple(_card(s, entry, known, argument.source in shown) for entry in found)
    anchor = f"argument-{slugged(argument.name)}"
    return ArgumentView(anchor, title, tuple(overview(s, argument, found)), cards, draw_map(s, argument.name, found))


def _card(s: Sentences, entry: Entry, known: Mapping[str, Entry], in_text: bool) -> Card:
    claim, result = entry.claim, entry.result
    quote = _quote(s, entry)
    return Card(
        entry.id,
        anchor_id(entry.id),
        result.role,
        entry.verdict,
        claim.tier,
        mark(entry.verdict),
        quote,
        s.speech.pick(result.says or claim.says),
        Markup("") if result.role == entry.verdict else s.t(f"role.{result.role}"),
        verdict_word(s, entry),
        _tier(s, entry),
        " ".join(name for name in result.turns if name in known),
        share_of(s, result, "claims.share.brief"),
        tuple(details(s, entry, known)),
        text_id(entry.id) if in_text and (claim.at or quote) else "",
    )


def _quote(s: Sentences, entry: Entry) -> Markup:
    """Return the quote of a claim in the language of the report where its text exists in it, else as the text has it."""
    source, quotes = s.case.sources.get(entry.argument.source), entry.claim.quotes
    several = quotes.has(s.speech.language)
    quote = quotes.say(s.speech.language) if several else entry.result.quote or entry.claim.quote
    language = s.speech.language if several else (source.language if source else "") or "en"
    return Markup('<q lang="{}">{}</q>').format(language, quote) if quote else Markup("")


def _tier(s: Sentences, entry: Entry) -> Markup:
    return s.speech.word("tier", entry.claim.tier) if entry.claim.tier else Markup("")


def _legend(s: Sentences, found: Iterable[Entry], tiers: Sequence[Choice]) -> tuple[tuple[Markup, Markup, Markup], ...]:
    """Return sign, word and meaning of every result, those that the page shows first, then of the weights of claims."""
    there = {entry.verdict for entry in found}
    names = [name for name in VERDICTS if s.speech.has(f"means.{name}")]
    names.sort(key=lambda name: name not in there)
    told = [(mark(name), s.speech.word("verdict", name, 1), s.t(_means(s, name))) for name in names]
    return (*told, *((Markup(""), word, s.t(f"means.{name}")) for name, word in tiers if s.speech.has(f"means.{name}")))


def _means(s: Sentences, name: str) -> str:
    """Return the message on what a result means; some mean something else over draws."""
    drawn = f"means.{name}.drawn"
    return drawn if s.drawn and s.speech.has(drawn) else f"means.{name}"
