"""Tables of scores: for the page as they are, for a terminal as aligned columns."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ceasefire.ledger.record import Resolution
from ceasefire.ledger.score import SCORES, ForecasterScore, QuestionScore
from ceasefire.report.ledger.words import LedgerWords
from ceasefire.report.speech import plain
from ceasefire.report.tables import Column, Table


def columns(w: LedgerWords, spec: str) -> tuple[Column, ...]:
    """Return columns from names: ``"forecaster n# brier#"`` (``#`` a number)."""
    return tuple(Column(w.t(f"ledger.column.{name.rstrip('#')}"), name.endswith("#")) for name in spec.split())


def means(w: LedgerWords, forecasters: Sequence[ForecasterScore]) -> Table:
    """Return the pooled scores of the forecasters of one kind of question, each with its standard error."""
    names = SCORES[forecasters[0].kind]
    heads = columns(w, "forecaster n#") + tuple(
        head for name in names for head in (Column(w.word("score", name), True), Column(Markup("±"), True))
    )
    rows = []
    for one in forecasters:
        cells: list[Markup | str] = [one.forecaster, w.speech.number(one.n)]
        for name in names:
            cells += [w.score(name, one.means[name].value), w.score(name, one.means[name].error)]
        rows.append(tuple(cells))
    return Table(heads, tuple(rows), w.t("ledger.table.means"), sortable=True)


def against(w: LedgerWords, one: ForecasterScore) -> Table | None:
    """Return a forecaster beside its baselines: both scores over the same questions and days, and the skill."""
    names = SCORES[one.kind]
    if not one.against:
        return None
    heads = columns(w, "baseline n#") + tuple(
        head for name in names for head in (Column(w.word("score", name), True), *columns(w, "theirs# skill#"))
    )
    rows = []
    for baseline, found in one.against.items():
        cells: list[Markup | str] = [w.word("baseline", baseline), w.speech.number(found[names[0]].n)]
        for name in names:
            held = found[name]
            cells += [w.score(name, held.own), w.score(name, held.theirs), w.skill(held.skill)]
        rows.append(tuple(cells))
    return Table(heads, tuple(rows), w.t("ledger.table.against", forecaster=one.forecaster))


def by_question(w: LedgerWords, one: ForecasterScore, *, text: bool = True) -> Table:
    """Return the scores question by question."""
    names = SCORES[one.kind]
    heads = columns(w, "id answer forecasts# days#" + (" mean_p#" if one.kind == "binary" else ""))
    heads += tuple(Column(w.word("score", name), True) for name in names)
    heads += columns(w, "question") if text else ()
    rows = tuple(_question(w, found, names, text) for found in one.questions)
    return Table(heads, rows, w.t("ledger.table.questions", forecaster=one.forecaster), sortable=True, wide=True)


def _question(w: LedgerWords, one: QuestionScore, names: Sequence[str], text: bool) -> tuple[Markup | str, ...]:
    cells: list[Markup | str] = [
        one.question.id,
        answered(w, one.resolution),
        w.speech.number(one.n_forecasts),
        w.speech.number(one.days),
    ]
    cells += [w.speech.percent(one.mean_p)] if one.mean_p is not None else []
    cells += [w.score(name, one.scores[name]) for name in names]
    return (*cells, w.question(one.question)) if text else tuple(cells)


def answered(w: LedgerWords, one: Resolution) -> Markup:
    """Return an answer, with the day where it happened."""
    answer = w.word("answer", one.answer)
    if one.answer == "yes" and one.date:
        return w.t("ledger.answer_on", answer=answer, date=w.speech.day(one.date))
    return answer


def bins(w: LedgerWords, one: ForecasterScore) -> Table:
    """Return how often yes came true among forecasts of about the same probability."""
    rows = tuple(
        (
            w.speech.span(found.low, found.high),
            w.counted(found.n),
            w.speech.percent(found.mean_p),
            w.speech.percent(found.share_yes),
            w.speech.span(found.interval_low, found.interval_high),
        )
        for found in one.bins
    )
    return Table(columns(w, "said n# mean_p# share_yes# interval#"), rows, w.t("ledger.table.bins"))


def as_lines(table: Table, indent: str = "  ") -> list[str]:
    """Return a table for a terminal: columns aligned, numbers to the right."""
    cells = [[plain(head.title) for head in table.columns]]
    cells += [[plain(cell).replace("\xa0", " ") for cell in row] for row in table.rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(table.columns))]
    aligned = [
        [
            cell.rjust(width) if head.number else cell.ljust(width)
            for cell, width, head in zip(row, widths, table.columns, strict=True)
        ]
        for row in cells
    ]
    return [(indent + "  ".join(row)).rstrip() for row in aligned]
