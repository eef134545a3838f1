"""The audit as text for the command line, in English and German. Never says that a claim is so or not so."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ceasefire.audit.audit import FIRST_LINE, Audit
from ceasefire.audit.disagreements import Disagreement
from ceasefire.audit.standpoint import taken_away
from ceasefire.audit.words import SHOWN, WORDS
from ceasefire.case.claims import Argument
from ceasefire.case.model import Case
from ceasefire.case.query_text import condition_text
from ceasefire.forecast.model import ClaimResult, Parting, Witness
from ceasefire.number_text import number_text

WIDTH = 80
INDENT = " " * 9
FEW = 12
"""Settings of a witness whose query is printed."""


def audit_text(
    case: Case,
    audit: Audit,
    disagreements: Sequence[Disagreement],
    texts: Sequence[str],
    language: str,
) -> str:
    """Return the audit in at most 80 columns.

    Parameters
    ----------
    texts : keys of sources
        Whose text was given and compared.
    language : str
        ``en`` or ``de``; anything else is shown in English.
    """
    return "\n".join([FIRST_LINE, *_lines(case, audit, disagreements, texts, language)])


def _lines(
    case: Case,
    audit: Audit,
    disagreements: Sequence[Disagreement],
    texts: Sequence[str],
    language: str,
) -> Iterator[str]:
    words = WORDS.get(language, WORDS["en"])
    if case.status in words:
        yield words[case.status]
    yield ""
    as_of = f", {words['as_of'].format(date=case.calendar.as_of)}" if case.calendar.as_of else ""
    yield from _wrapped(f"{case.title.say(language)}{as_of}")
    by_id = {result.id: result for result in audit.claims}
    for argument in case.arguments:
        yield from _argument(argument, by_id, words, language)
    if not case.arguments:
        yield words["none"]
    authors = {argument.name: argument.author.say(language) for argument in case.arguments}
    yield from _partings(audit.partings, authors, words)
    if disagreements:
        yield from ("", words["disagreements"])
        for one in disagreements:
            yield from _wrapped(f"  {one.about}", "    ")
            for statement in one.statements:
                yield from _wrapped(f"    {statement.says}  {statement.where}  {statement.source}", " " * 6)
    yield ""
    if case.arguments:
        yield from _wrapped(words["texts"].format(names=", ".join(texts)) if texts else words["no_text"])
        yield from _wrapped(words["nominal" if case.steps else "no_steps"])


def _argument(argument: Argument, by_id: dict[str, ClaimResult], words: dict[str, str], language: str) -> Iterator[str]:
    title = argument.title.say(language) or argument.name
    yield from _wrapped(words["by"].format(title=title, author=argument.author.say(language)))
    for role in ("fact", "premise", "conclusion", "not_modelled"):
        claims = [claim for claim in argument.claims if claim.role == role and claim.name in by_id]
        if claims:
            yield from ("", words[role])
        for claim in claims:
            result = by_id[claim.name]
            verdict = words.get(result.verdict, SHOWN.get(result.verdict, result.verdict))
            yield from _wrapped(f"  {claim.name:<5}  {verdict}: {claim.says.say(language)}", INDENT)
            yield from _details(result, claim.reason.say(language), words, language)


def _partings(partings: Sequence[Parting], authors: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    if partings:
        yield from ("", words["partings"])
    for one in partings:
        yield from _wrapped(f"  {words.get(f'{one.kind}_part', one.kind)}: {one.about}", "    ")
        for side in one.sides:
            yield from _wrapped(f"    {authors[side['argument']]} {side['claim']}: {side['says']}", " " * 6)


def _details(result: ClaimResult, reason: str, words: Mapping[str, str], language: str) -> Iterator[str]:
    unsourced = words.get("unsourced", "unsourced")
    parts = [result.check, *_numbers(result, words, language), *_premise(result, words, language)]
    parts += [*_hanging(result, words), *_witnesses(result, words, language)]
    parts += [words[note] for note in result.notes if note in words and note != result.verdict]
    for text in (*parts, result.detail.replace("unsourced", unsourced), reason):
        if text:
            yield from _wrapped(INDENT + text, INDENT + "  ")


def _numbers(result: ClaimResult, words: Mapping[str, str], language: str) -> Iterator[str]:
    if result.role != "conclusion" or result.value is None or result.margin is None:
        return
    numbers = {"value": result.value, "threshold": result.threshold, "margin": result.margin}
    said = [words["numbers"].format(**{name: _amount(x, result, words, language) for name, x in numbers.items()})]
    for name, error in (("error", result.error), ("grid", result.numerical_error)):
        said += [words[name].format(error=number_text(error, language, 2))] if error else []
    said += (
        [words["flips_at"].format(value=number_text(result.flips_at, language))] if result.flips_at is not None else []
    )
    yield "; ".join(said)


def _premise(result: ClaimResult, words: Mapping[str, str], language: str) -> Iterator[str]:
    if result.realised_by:
        yield words["realised_by"].format(what=result.realised_by, cut=cut_text(result.cut))
    if result.largest_change is not None:
        change, before = (
            number_text(result.largest_change, language, sign=True),
            number_text(result.changed_from, language),
        )
        said = [words["change"].format(change=change, before=before, query=result.changed)]
        for name, error in (("error", result.change_error), ("grid", result.numerical_error)):
            said += [words[name].format(error=number_text(error, language, 2))] if error else []
        yield "; ".join(said)


def _hanging(result: ClaimResult, words: Mapping[str, str]) -> Iterator[str]:
    if result.turns:
        key = "turns" if result.role == "premise" else "hangs_on" if result.holds else "fails_by"
        yield words[key].format(claims=", ".join(result.turns))


def _witnesses(result: ClaimResult, words: Mapping[str, str], language: str) -> Iterator[str]:
    if not result.searched:
        return
    for name in ("witness_holds", "witness_fails"):
        witness: Witness | None = getattr(result, name)
        if witness is None:
            yield words["no_witness"].format(side=words[name], searched=result.searched)
        else:
            value, threshold = (_amount(x, result, words, language) for x in (witness.value, witness.threshold))
            flags = f"{witness.flags} " if witness.flags else ""
            yield words["witness" if len(witness.setting) <= FEW else "witness_many"].format(
                side=words[name], value=value, threshold=threshold, flags=flags, query=witness.query,
                count=len(witness.setting),
            )  # fmt: skip


def _amount(x: float | None, result: ClaimResult, words: Mapping[str, str], language: str) -> str:
    """Return a number of a check; a median is counted in months after ``as_of``, and may lie beyond the calendar."""
    if not result.check.startswith("median("):
        return number_text(x, language)
    return words["beyond"] if x is None else words["months"].format(number=number_text(x, language))


def cut_text(cut: Mapping[str, Any]) -> str:
    """Return a cut as conditions of a query."""
    return ", ".join(condition_text(one) for one in taken_away(cut))


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
