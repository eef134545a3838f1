"""The audit as text for the command line, in English and German. Never says that a claim is so or not so."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ceasefire.audit import FIRST_LINE, Disagreement
from ceasefire.case.claims import Argument
from ceasefire.case.model import Case
from ceasefire.forecast.model import ClaimResult
from ceasefire.number_text import number_text

WIDTH = 80
INDENT = " " * 9

WORDS = {
    "en": {
        "reconstruction": "Reconstruction: written after the event, from what was known before it.",
        "back-test": "Back-test: made after the event, with nothing later as an input.",
        "as_of": "as of {date}",
        "by": "{title} ({author})",
        "fact": "Facts, held against the record",
        "premise": "Premises",
        "conclusion": "Conclusions, at nominal values",
        "not_modelled": "Not modelled",
        "numbers": "{value}, threshold {threshold}, margin {margin}",
        "error": "Monte Carlo error {error}",
        "disagreements": "Sources that give different numbers",
        "none": "The case has no argument yet: write one into arguments/NAME.yaml.",
        "texts": "Quotes and spans were found in the text: {names}.",
        "no_text": "Quotes were not compared with a text; --text FILE does that.",
        "nominal": "Cuts, witnesses and what would flip a conclusion are not part of this version.",
        "no_steps": "The case has no game yet; conclusions and premises wait for it.",
    },
    "de": {
        "reconstruction": "Rekonstruktion: nach dem Ereignis geschrieben, aus dem vorher Bekannten.",
        "back-test": "Rückrechnung: nach dem Ereignis gemacht, nichts Späteres ist Eingabe.",
        "as_of": "Stand {date}",
        "by": "{title} ({author})",
        "fact": "Tatsachen, gegen die Chronik gehalten",
        "premise": "Annahmen",
        "conclusion": "Schlüsse, bei mittleren Werten",
        "not_modelled": "Nicht im Modell",
        "numbers": "{value}, Schwelle {threshold}, Abstand {margin}",
        "error": "Stichprobenfehler {error}",
        "disagreements": "Quellen, die verschiedene Zahlen nennen",
        "none": "Der Fall hat noch keine Argumentation: arguments/NAME.yaml anlegen.",
        "texts": "Zitate und Stellen stehen so im Text: {names}.",
        "no_text": "Die Zitate wurden mit keinem Text verglichen; das tut --text DATEI.",
        "nominal": "Schnitte, Zeugen und Kipppunkte gehören noch nicht zu dieser Version.",
        "no_steps": "Der Fall hat noch kein Spiel; Schlüsse und Annahmen warten darauf.",
        "unsourced": "ohne Quelle",
        "confirmed": "bestätigt",
        "contradicted": "widersprochen",
        "partly": "teilweise",
        "not in the record": "nicht in der Chronik",
        "holds": "gilt",
        "does not hold": "gilt nicht",
        "too close": "zu knapp",
        "undecided by sampling": "durch Stichprobe offen",
        "needs_ensemble": "braucht das Ensemble",
        "needs_cut": "noch nicht geschnitten",
        "not computed": "nicht berechnet",
        "not modelled yet": "noch nicht im Modell",
        "not modelled": "nicht im Modell",
    },
}
SHOWN = {"needs_ensemble": "needs the ensemble", "needs_cut": "not cut yet"}


def audit_text(
    case: Case,
    results: Sequence[ClaimResult],
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
    return "\n".join([FIRST_LINE, *_lines(case, results, disagreements, texts, language)])


def _lines(
    case: Case,
    results: Sequence[ClaimResult],
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
    by_id = {result.id: result for result in results}
    for argument in case.arguments:
        yield from _argument(argument, by_id, words, language)
    if not case.arguments:
        yield words["none"]
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
    yield from _wrapped(words["by"].format(title=title, author=argument.author))
    for role in ("fact", "premise", "conclusion", "not_modelled"):
        claims = [claim for claim in argument.claims if claim.role == role and claim.name in by_id]
        if claims:
            yield from ("", words[role])
        for claim in claims:
            result = by_id[claim.name]
            verdict = words.get(result.verdict, SHOWN.get(result.verdict, result.verdict))
            yield from _wrapped(f"  {claim.name:<5}  {verdict}: {claim.says.say(language)}", INDENT)
            yield from _details(result, claim.reason.say(language), words, language)


def _details(result: ClaimResult, reason: str, words: dict[str, str], language: str) -> Iterator[str]:
    if result.check:
        yield from _wrapped(INDENT + result.check, INDENT + "  ")
    if result.role == "conclusion" and result.value is not None and result.margin is not None:
        numbers = {"value": result.value, "threshold": result.threshold, "margin": result.margin}
        shown = {name: number_text(x, language) for name, x in numbers.items()}
        error = f"; {words['error'].format(error=number_text(result.error, language, 2))}" if result.error else ""
        yield from _wrapped(INDENT + words["numbers"].format(**shown) + error, INDENT)
    unsourced = words.get("unsourced", "unsourced")
    for text in (result.detail.replace("unsourced", unsourced), reason):
        if text:
            yield from _wrapped(INDENT + text, INDENT)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, drop_whitespace=True) or [""]
