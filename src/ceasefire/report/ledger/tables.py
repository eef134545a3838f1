"""Tables of scores: for the page as they are, for a terminal as aligned columns."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ceasefire.ledger.baselines import BASELINES
from ceasefire.ledger.record import Resolution
from ceasefire.ledger.scored import SCORES, ForecasterScore, QuestionScore
from ceasefire.report.ledger.words import LedgerWords
from ceasefire.report.speech import plain
from ceasefire.report.summary import COLUMNS
from ceasefire.report.tables import Column, Table

MOST_LETTERS = 32
"""Letters of a name in the first column of a terminal's table."""


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


def skills(w: LedgerWords, forecasters: Sequence[ForecasterScore]) -> Table | None:
    """Return the skill of several forecasters against each baseline, with the number of questions that have both."""
    score = SCORES[forecasters[0].kind][0]
    names = [name for name in BASELINES if any(name in one.against for one in forecasters)]
    if not names:
        return None
    heads = columns(w, "forecaster") + tuple(
        head for name in names for head in (Column(w.word("baseline", name), True), *columns(w, "n#"))
    )
    rows = []
    for one in forecasters:
        cells: list[Markup | str] = [one.forecaster]
        for name in names:
            held = one.against[name][score] if name in one.against else None
            cells += [w.skill(held.skill), w.speech.number(held.n)] if held else ["–", "0"]
        rows.append(tuple(cells))
    return Table(heads, tuple(rows), w.t("ledger.table.skills", score=w.word("score", score)), sortable=True)


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
    """Return a table for a terminal of 80 columns: numbers to the right, what is too wide below, names shortened."""
    cells = [[plain(head.title) for head in table.columns]]
    cells += [[plain(cell).replace("\xa0", " ") for cell in row] for row in table.rows]
    for row in cells:
        row[0] = row[0] if len(row[0]) <= MOST_LETTERS else row[0][: MOST_LETTERS - 1] + "…"
    widths = [max(len(row[k]) for row in cells) for k in range(len(table.columns))]
    return [
        (indent + "  ".join(_placed(row[k], widths[k], table.columns[k].number) for k in (0, *group))).rstrip()
        for group in _groups(widths, COLUMNS - len(indent))
        for row in cells
    ]


def _groups(widths: Sequence[int], room: int) -> list[list[int]]:
    """Return the columns after the first in groups that fit beside it."""
    groups: list[list[int]] = [[]]
    left = room - widths[0]
    for k in range(1, len(widths)):
        if groups[-1] and left < widths[k] + 2:
            groups.append([])
            left = room - widths[0]
        groups[-1].append(k)
        left -= widths[k] + 2
    return groups


def _placed(cell: str, width: int, number: bool) -> str:
    return cell.rjust(width) if number else cell.ljust(width)
