"""How forecasts fared: by question and pooled, one table per class, beside baselines on the same days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from ceasefire.ledger import calibration as c
from ceasefire.ledger.baselines import BASELINES, beside, without_itself
from ceasefire.ledger.book import Book
from ceasefire.ledger.record import CLASSES, Entry, Question, Resolution
from ceasefire.ledger.scored import SCORES, Against, Beside, ClassScore, ForecasterScore, Mean, QuestionScore
from ceasefire.ledger.scores import brier, crps_days, log_score, ranked_probability, skill
from ceasefire.ledger.standing import Series, last_day, series_of, stretches, time_average


def score(book: Book, *, given_rate: float | None = None) -> tuple[ClassScore, ...]:
    """Return how the forecasts of a ledger fared, class by class; classes without forecasts are left out.

    Parameters
    ----------
    given_rate : float or None
        A base rate for all yes-no questions; unless given it is counted from the other resolved questions of the class.
    """
    by_question: dict[str, list[Entry]] = {}
    for entry in book.entries:
        by_question.setdefault(entry.question, []).append(entry)
    names = [name for name in CLASSES if any(entry.forecast_class == name for entry in book.entries)]
    return tuple(_class_score(book, name, by_question, given_rate) for name in names)


def _class_score(book: Book, name: str, by_question: Mapping[str, list[Entry]], given_rate: float | None) -> ClassScore:
    standing = book.standing
    mine = {q: [entry for entry in entries if entry.forecast_class == name] for q, entries in by_question.items()}
    asked = [q for q, entries in mine.items() if entries]
    answered = [q for q in asked if q in standing and standing[q].answer != "void"]
    outcomes = {q: int(standing[q].answer == "yes") for q in answered if book.questions[q].kind == "binary"}
    found: dict[tuple[str, str], list[QuestionScore]] = {}
    for q in answered:
        rate = None
        if book.questions[q].kind == "binary":
            rate = without_itself(outcomes, q) if given_rate is None else given_rate
        for one in _question_scores(book.questions[q], standing[q], mine[q], by_question[q], rate):
            found.setdefault((one.forecaster, one.question.kind), []).append(one)
    pooled = [_pooled(forecaster, kind, scores) for (forecaster, kind), scores in found.items()]
    return ClassScore(
        name,
        tuple(sorted(pooled, key=_rank)),
        sum(len(entries) for entries in mine.values()),
        sum(q not in standing for q in asked),
        sum(q in standing and standing[q].answer == "void" for q in asked),
        sum(entry.stands_from > last_day(book.questions[q], standing[q]) for q in answered for entry in mine[q]),
    )


def _rank(one: ForecasterScore) -> tuple[object, ...]:
    """Return the order of forecasters: those with most questions first, of them the best."""
    return one.kind, -one.n, one.means[SCORES[one.kind][0]].value, one.forecaster


def _question_scores(
    question: Question, resolution: Resolution, mine: Iterable[Entry], everyone: list[Entry], rate: float | None
) -> Iterable[QuestionScore]:
    by_forecaster: dict[str, list[Entry]] = {}
    for entry in mine:
        by_forecaster.setdefault(entry.forecaster, []).append(entry)
    end = last_day(question, resolution)
    formulas = _formulas(question, resolution)
    others = [entry for entry in everyone if entry.role not in ("model", "person")]
    for forecaster, entries in by_forecaster.items():
        series = [(day, entry) for day, entry in series_of(entries) if day <= end]
        if not series:
            continue
        parts = stretches(series, series[0][0], end)
        days = sum(part.days for part in parts)
        outcome = int(resolution.answer == "yes")
        stood = tuple(c.Forecasted(p.entry.p, outcome, p.days / days) for p in parts if p.entry.p is not None)
        against = {
            name: held
            for name, them in beside(question, series, others, rate).items()
            if (held := _held_against(formulas, series, them, end)) is not None
        }
        scores = {name: time_average(formula, parts) for name, formula in formulas.items()}
        yield QuestionScore(question, resolution, forecaster, len(parts), days, scores, parts[-1].entry, stood, against)


Formula = Callable[[Entry], float]


def _formulas(question: Question, resolution: Resolution) -> dict[str, Formula]:
    if question.kind == "date":
        day = resolution.date if resolution.answer == "yes" else None
        return {
            "rps": lambda entry: ranked_probability(entry.curve, day),
            "crps": lambda entry: crps_days(entry.curve, entry.as_of, day),
        }
    outcome = int(resolution.answer == "yes")
    return {"brier": lambda entry: brier(_p(entry), outcome), "log": lambda entry: log_score(_p(entry), outcome)}


def _p(entry: Entry) -> float:
    assert entry.p is not None, "a forecast of a yes-no question has a probability"
    return entry.p


def _held_against(formulas: Mapping[str, Formula], own: Series, them: Sequence[Series], end: dt.date) -> Beside | None:
    """Return own and their scores over common days; of several in one role the mean of their scores."""
    theirs: dict[str, list[float]] = {name: [] for name in formulas}
    mine: dict[str, list[float]] = {name: [] for name in formulas}
    longest = 0
    for series in them:
        start = max(own[0][0], series[0][0]) if series else end
        if not series or start > end:
            continue
        there, here = stretches(series, start, end), stretches(own, start, end)
        longest = max(longest, (end - start).days + 1)
        for name, formula in formulas.items():
            theirs[name].append(time_average(formula, there))
            mine[name].append(time_average(formula, here))
    if not longest:
        return None
    return Beside({n: _average(xs) for n, xs in mine.items()}, {n: _average(xs) for n, xs in theirs.items()}, longest)


def _average(xs: Sequence[float]) -> float:
    return math.fsum(xs) / len(xs) if all(map(math.isfinite, xs)) else math.inf


def mean_of(xs: Sequence[float]) -> Mean:
    """Return the mean with its standard error; infinite where one of the numbers is, which are counted."""
    infinite = sum(map(math.isinf, xs))
    if infinite:
        return Mean(math.inf, math.nan, len(xs), infinite)
    mean = math.fsum(xs) / len(xs)
    if len(xs) < 2:
        return Mean(mean, math.nan, len(xs))
    variance = math.fsum((x - mean) ** 2 for x in xs) / (len(xs) - 1)
    return Mean(mean, math.sqrt(variance / len(xs)), len(xs))


def _pooled(forecaster: str, kind: str, scores: list[QuestionScore]) -> ForecasterScore:
    means = {name: mean_of([one.scores[name] for one in scores]) for name in SCORES[kind]}
    against = {name: found for name in BASELINES if (found := _against(name, kind, scores))}
    if kind == "date":
        return ForecasterScore(forecaster, kind, tuple(scores), means, against)
    parts = [part for one in scores for part in one.parts]
    pairs = [(one.mean_p, one.outcome) for one in scores if one.mean_p is not None]
    return ForecasterScore(
        forecaster,
        kind,
        tuple(scores),
        means,
        against,
        tuple(c.bins(parts)),
        c.decompose(parts),
        c.discriminate(pairs),
    )


def _against(baseline: str, kind: str, scores: Iterable[QuestionScore]) -> dict[str, Against]:
    found = [one.baselines[baseline] for one in scores if baseline in one.baselines]
    if not found:
        return {}
    return {name: _compared([(one.own[name], one.theirs[name]) for one in found]) for name in SCORES[kind]}


def _compared(pairs: Sequence[tuple[float, float]]) -> Against:
    own, theirs = (_average([pair[i] for pair in pairs]) for i in (0, 1))
    finite = math.isfinite(own) and math.isfinite(theirs)
    difference = mean_of([a - b for a, b in pairs]) if finite else Mean(math.nan, math.nan, len(pairs))
    return Against(own, theirs, difference, skill(own, theirs), len(pairs))
