"""Scores as text in 80 columns: one part per class, tables, and a sentence for each that says what it means."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ceasefire.ledger.scored import FEW, SCORES, Against, ClassScore, ForecasterScore
from ceasefire.report.ledger import tables
from ceasefire.report.ledger.listing import wrapped
from ceasefire.report.ledger.words import LedgerWords
from ceasefire.report.speech import plain

MOST_FORECASTERS = 12
"""Forecasters in one table of a terminal; the page and ``--json`` have all."""

MOST_IN_WORDS = 3
"""Forecasters of one kind that are told in sentences in a terminal."""

MOST_QUESTIONS = 40
"""Questions listed in a terminal."""


def score_text(scores: Sequence[ClassScore], language: str = "en") -> str:
    """Return the scores of a ledger."""
    w = LedgerWords(language)
    if not scores:
        return wrapped(w.t("ledger.empty"))
    return "\n\n".join("\n".join(_class_lines(w, one)) for one in scores)


def _class_lines(w: LedgerWords, one: ClassScore) -> Iterator[str]:
    yield plain(w.word("class", one.name)).upper()
    yield wrapped(class_sentence(w, one))
    for kind in SCORES:
        mine = [found for found in one.forecasters if found.kind == kind]
        if mine:
            yield from _kind_lines(w, kind, mine)


def class_sentence(w: LedgerWords, one: ClassScore) -> Markup:
    """Return how many forecasts and questions there are, and what is not scored."""
    resolved = len({found.question.id for forecaster in one.forecasters for found in forecaster.questions})
    numbers = {"entries": one.n_entries, "resolved": resolved, "open": one.open, "void": one.void}
    said = w.t("ledger.class", **{name: w.speech.number(n) for name, n in numbers.items()})
    return said + (Markup(" ") + w.t("ledger.too_late", count=one.too_late) if one.too_late else Markup(""))


def _kind_lines(w: LedgerWords, kind: str, mine: Sequence[ForecasterScore]) -> Iterator[str]:
    shown = mine[:MOST_FORECASTERS]
    yield ""
    yield wrapped(w.t(f"ledger.kind.{kind}"))
    yield from tables.as_lines(tables.means(w, shown))
    if len(shown) < len(mine):
        yield wrapped(w.t("ledger.more_forecasters", count=len(mine) - len(shown)), "  ")
    if len(mine) > MOST_IN_WORDS:
        yield from _many(w, mine, shown)
        return
    for one in mine:
        yield ""
        yield wrapped(w.t("ledger.forecaster", forecaster=one.forecaster, count=one.n))
        for sentence in sentences(w, one):
            yield wrapped(sentence, "- ")
        beside = tables.against(w, one)
        yield from tables.as_lines(beside) if beside else ()
    if len(mine) == 1 and mine[0].n <= MOST_QUESTIONS:
        yield ""
        yield from tables.as_lines(tables.by_question(w, mine[0], text=False))


def _many(w: LedgerWords, mine: Sequence[ForecasterScore], shown: Sequence[ForecasterScore]) -> Iterator[str]:
    """Yield how several forecasters stand beside the baselines, without a sentence for each."""
    beside = tables.skills(w, shown)
    if beside:
        yield ""
        yield wrapped(beside.caption)
        yield from tables.as_lines(beside)
    n_few = sum(one.is_few for one in mine)
    if n_few:
        yield wrapped(w.t("ledger.many_few", count=n_few, few=w.speech.number(FEW)))


def sentences(w: LedgerWords, one: ForecasterScore) -> list[Markup]:
    """Return what the numbers of a forecaster mean, each sentence with its n."""
    found = [few(w, one)] if one.is_few else []
    found += [mean_sentence(w, one)]
    found += [infinite(w, one)] if infinite(w, one) else []
    found += [against_sentence(w, one)] if one.against else []
    if one.bins:
        found += [calibration_sentence(w, one), discrimination_sentence(w, one)]
        found += [] if one.is_few else [parts_sentence(w, one)]
    return found


def few(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return the warning that there are too few questions."""
    return w.t("ledger.few", count=one.n, few=w.speech.number(FEW))


def infinite(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return that the log score is infinite, and why; nothing where it is not."""
    count = one.means["log"].infinite if "log" in one.means else 0
    return w.t("ledger.infinite", count=count) if count else Markup("")


def mean_sentence(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return the mean scores with what they are measured in."""
    first, second = SCORES[one.kind]
    values = {"first": w.score(first, one.means[first].value), "second": w.score(second, one.means[second].value)}
    return w.t(f"ledger.mean.{one.kind}", n=w.speech.number(one.n), **values)


def against_sentence(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return whether a forecaster did better than each baseline, and whether that may be chance."""
    name = SCORES[one.kind][0]
    parts = [_against(w, name, baseline, found[name]) for baseline, found in one.against.items()]
    return w.t("ledger.against", score=w.word("score", name), parts=Markup("; ").join(parts))


def _against(w: LedgerWords, name: str, baseline: str, held: Against) -> Markup:
    change = held.difference.value
    way = "better" if change < 0 else "worse" if change > 0 else "same"
    clear = "clear" if held.is_clear else "chance" if held.n >= FEW else "few"
    return w.t(
        f"ledger.against.{way}",
        baseline=w.word("baseline", baseline),
        size=w.score(name, abs(change)),
        clear=w.t(f"ledger.against.{clear}"),
        n=w.speech.number(held.n),
    )


def calibration_sentence(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return in how many groups what was said lies outside what chance leaves."""
    outside = sum(not found.interval_low <= found.mean_p <= found.interval_high for found in one.bins)
    said = {"outside": w.speech.number(outside), "n": w.speech.number(one.n)}
    return w.t("ledger.calibration", count=len(one.bins), **said)


def parts_sentence(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return Murphy's parts of the Brier score."""
    parts = one.decomposition
    assert parts is not None
    rest = w.score("brier", abs(parts.within_bins))
    return w.t(
        "ledger.parts",
        brier=w.score("brier", parts.brier),
        reliability=w.score("brier", parts.reliability),
        resolution=w.score("brier", parts.resolution),
        uncertainty=w.score("brier", parts.uncertainty),
        rest=("− " if parts.within_bins < 0 else "+ ") + rest,
    )


def discrimination_sentence(w: LedgerWords, one: ForecasterScore) -> Markup:
    """Return how often a yes had the higher probability than a no."""
    found = one.discrimination
    if found is None or math.isnan(found.area):
        return w.t("ledger.discrimination.none", n=w.speech.number(one.n))
    return w.t(
        "ledger.discrimination",
        area=w.speech.percent(found.area),
        span=w.speech.span(found.low, found.high),
        yes=w.speech.number(found.n_yes),
        no=w.speech.number(found.n_no),
    )
