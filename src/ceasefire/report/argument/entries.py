"""The claims of an argument in the order of its text, each with its result, and what every part of the view says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.sentences import Sentences
from ceasefire.report.speech import slug

if TYPE_CHECKING:
    from ceasefire.case.claims import Argument, Claim
    from ceasefire.forecast.model import ClaimResult

ROLES = ("fact", "premise", "conclusion", "not_modelled")
VERDICTS = (
    "confirmed", "contradicted", "partly", "not_in_the_record",
    "carries", "moves", "idle", "no_change",
    "holds", "does_not_hold", "follows", "open", "assumed_not_derived", "cannot_hold_here", "too_close",
    "undecided_by_sampling", "needs_ensemble", "not_computed", "not_modelled_yet", "not_modelled",
)  # fmt: skip
"""Every result of a claim, in the order in which results are told; ``contradicted`` stands for facts and conclusions."""
TIERS = ("core", "secondary", "context")


@dataclass(frozen=True)
class Entry:
    """One claim: whose it is, what the author of the case wrote about it, and what became of it."""

    argument: Argument
    claim: Claim
    result: ClaimResult

    @property
    def id(self) -> str:
        """The name of the claim."""
        return self.claim.name

    @property
    def verdict(self) -> str:
        """The result, as the last part of a message id."""
        return slug(self.result.verdict)


def anchor_id(name: str) -> str:
    """Return where a claim stands on the page."""
    return f"claim-{slugged(name)}"


def slugged(name: str) -> str:
    """Return a name that can stand in an id of the page."""
    return re.sub(r"[^\w.-]", "-", name)


def link(name: str) -> Markup:
    """Return a claim's name as a link to it."""
    return Markup('<a href="#{}" class="ref">{}</a>').format(anchor_id(name), name)


def links(names: Iterable[str]) -> Markup:
    """Return names of claims as links with commas between them."""
    return Markup(", ").join(link(name) for name in names)


def entries(s: Sentences, argument: Argument) -> list[Entry]:
    """Return the claims of one argument that have a result, in the order of the text.

    A claim without a place stands after the claim before it in the file.
    """
    results = {result.id.removeprefix(f"{argument.name}."): result for result in s.forecast.claims}
    placed: list[tuple[int, Entry]] = []
    last = 0
    for claim in argument.claims:
        last = claim.at.start if claim.at else last
        if claim.name in results:
            placed.append((last, Entry(argument, claim, results[claim.name])))
    return [entry for _, entry in sorted(placed, key=lambda pair: pair[0])]


def arguments(s: Sentences) -> list[Argument]:
    """Return the arguments that meet a case, the one with most claims first."""
    return sorted(s.case.arguments, key=lambda one: -len(one.claims))


def all_entries(s: Sentences) -> dict[str, Entry]:
    """Return every claim of every argument by name."""
    return {entry.id: entry for argument in arguments(s) for entry in entries(s, argument)}


def by_verdict(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return claims by result, results in the order in which they are told."""
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(entry.verdict, []).append(entry)
    known = {name: i for i, name in enumerate(VERDICTS)}
    return dict(sorted(groups.items(), key=lambda pair: known.get(pair[0], len(known))))


def verdict_word(s: Sentences, entry: Entry) -> Markup:
    """Return the result of a claim in a word or two."""
    return s.speech.word("verdict", entry.result.verdict, 1)
