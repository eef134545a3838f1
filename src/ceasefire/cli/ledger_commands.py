"""``ceasefire ledger``: register forecasts, resolve their questions, score them. Parse, call the API, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from ceasefire.cli.options import CaseName, Json, Language, check_language, show

if TYPE_CHECKING:
    import datetime as dt

ledger_app = App(name="ledger", help="Register forecasts before their outcome is known, resolve and score them.")

DEFAULT_FILE = Path("ceasefire-ledger.db")
File = Annotated[Path, Parameter(help="The ledger.")]


def register(app: App) -> None:
    """Add the commands of this module."""
    app.command(ledger_app)


@ledger_app.command(name="add")
def add(
    case: CaseName,
    *,
    file: File = DEFAULT_FILE,
    forecast: Annotated[Path | None, Parameter(help="What run wrote; ceasefire-out/CASE/forecast.json.")] = None,
    query: Annotated[tuple[str, ...], Parameter(negative="", help="Only this; repeatable.")] = (),
    language: Language = "en",
    as_json: Json = False,
) -> int:
    """Register the forecast of a case: every headline that is the probability of an outcome, or its date."""
    from ceasefire.case import read_case
    from ceasefire.forecast.written import place_of
    from ceasefire.ledger.add import add_forecast, read_forecast
    from ceasefire.ledger.from_forecast import parse_all
    from ceasefire.report.ledger.listing import added_text
    from ceasefire.report.ledger.words import question_texts

    check_language(language)
    read = read_case(case, language=language)
    place = forecast or place_of(read)
    found = read_forecast(place, read)
    queries = parse_all(query, read)
    done = add_forecast(file, found, read, question_texts(read), queries=queries, source=str(place))
    return show(_added(done), added_text(done, language), as_json=as_json)


def _added(done: Any) -> dict[str, Any]:
    from ceasefire.ledger.record import to_plain

    pairs = {
        name: [{"question": to_plain(q), "entry": to_plain(e)} for q, e in found]
        for name, found in (("new", done.new), ("known", done.known))
    }
    left_out = [{"query": query, "reason": reason} for query, reason in done.left_out]
    return {**pairs, "left_out": left_out, "head": {"count": done.head.count, "hash": done.head.hash}}


@ledger_app.command(name="list")
def list_ledger(*, file: File = DEFAULT_FILE, language: Language = "en", as_json: Json = False) -> int:
    """Show every question with its forecasts and what came of it."""
    from ceasefire.ledger.book import book_of
    from ceasefire.ledger.export import as_plain
    from ceasefire.ledger.store import open_ledger
    from ceasefire.report.ledger.listing import list_text

    check_language(language)
    with open_ledger(file) as store:
        book = book_of(store.rows)
        rows = store.rows
    return show(as_plain(rows), list_text(book, language), as_json=as_json)


@ledger_app.command(name="resolve")
def resolve_question(
    name: Annotated[str, Parameter(name="ID", help="Question, such as Q3, or forecast, such as F7.")],
    answer: Annotated[str, Parameter(help="yes, no or void.")] = "",
    *,
    source: Annotated[str, Parameter(help="Where it can be looked up.")] = "",
    date: Annotated[str, Parameter(help="The day on which it happened.")] = "",
    replaces: Annotated[str, Parameter(help="The resolution that this one corrects, such as R2.")] = "",
    file: File = DEFAULT_FILE,
    language: Language = "en",
    as_json: Json = False,
) -> int:
    """Say what came of a question. A resolution is never changed; a correction names the one that it replaces."""
    from ceasefire.ledger.record import to_plain
    from ceasefire.ledger.resolve import Answer, resolve
    from ceasefire.report.ledger.listing import resolved_text

    check_language(language)
    done = resolve(file, name, Answer(answer, _day(date), source, replaces))
    found = {
        "question": to_plain(done.question),
        "resolution": to_plain(done.resolution),
        "replaced": to_plain(done.replaced) if done.replaced else None,
        "head": {"count": done.head.count, "hash": done.head.hash},
    }
    return show(found, resolved_text(done, language), as_json=as_json)


def _day(text: str) -> dt.date | None:
    import datetime as dt

    from ceasefire.errors import UsageError

    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text}" is not a date such as 2025-08-15') from None


@ledger_app.command(name="score")
def score_ledger(
    *,
    file: File = DEFAULT_FILE,
    base_rate: Annotated[float | None, Parameter(help="Base rate of all questions; counted unless said.")] = None,
    output: Annotated[Path | None, Parameter(help="Page to write, with pictures.")] = None,
    language: Language = "en",
    as_json: Json = False,
) -> int:
    """Score the resolved questions, one table per class, beside baselines."""
    from ceasefire.errors import UsageError
    from ceasefire.ledger.book import book_of
    from ceasefire.ledger.export import scores_as_plain
    from ceasefire.ledger.score import score
    from ceasefire.ledger.store import open_ledger
    from ceasefire.report.ledger.score_text import score_text

    check_language(language)
    if base_rate is not None and not 0 < base_rate < 1:
        raise UsageError(f"--base-rate lies between 0 and 1, not {base_rate:g}")
    with open_ledger(file) as store:
        book = book_of(store.rows)
    found = score(book, given_rate=base_rate)
    if output is not None:
        from ceasefire.forecast.outputs import Outputs
        from ceasefire.report.ledger.page import render

        Outputs(output.parent).write(output.name, render(found, book.head, language=language))
    return show(scores_as_plain(found, book.head), score_text(found, language), as_json=as_json)


@ledger_app.command(name="export")
def export_ledger(
    *,
    file: File = DEFAULT_FILE,
    form: Annotated[Literal["csv", "json"], Parameter(name="--format", help="csv or json.")] = "csv",
    output: Annotated[Path | None, Parameter(help="File to write; printed unless said.")] = None,
    language: Language = "en",
    as_json: Json = False,
) -> int:
    """Take everything out: CSV has a row per forecast, JSON every record with its place and hash."""
    from ceasefire.cli.options import as_text_of_json
    from ceasefire.ledger.book import book_of
    from ceasefire.ledger.export import as_csv, as_plain
    from ceasefire.ledger.store import open_ledger

    check_language(language)
    with open_ledger(file) as store:
        rows = store.rows
    as_table = form == "csv" and not as_json
    text = as_csv(book_of(rows), language) if as_table else as_text_of_json(as_plain(rows)) + "\n"
    return _put(text, output)


def _put(text: str, output: Path | None) -> int:
    """Print a text, or write it to a file that is not there yet."""
    from ceasefire.errors import UsageError
    from ceasefire.forecast.store import write_text

    if output is None:
        print(text, end="")
        return 0
    if output.exists() and not output.is_char_device():
        raise UsageError(f"{output} is there already; it is left as it is. Give another name with --output")
    write_text(output, text)
    print(output)
    return 0


@ledger_app.command(name="verify")
def verify_ledger(
    *,
    file: File = DEFAULT_FILE,
    head: Annotated[str, Parameter(help="A head noted elsewhere: the ledger must have passed through it.")] = "",
    against: Annotated[Path | None, Parameter(help="An earlier JSON export to compare with, field by field.")] = None,
    language: Language = "en",
    as_json: Json = False,
) -> int:
    """Check that no row was changed, moved or dropped; every break is named."""
    from dataclasses import asdict

    from ceasefire.ledger.verify import verify
    from ceasefire.report.ledger.listing import verified_text

    check_language(language)
    found = verify(file, noted=head, export=against)
    return show(asdict(found), verified_text(found, language), as_json=as_json)


@ledger_app.command(name="import")
def import_ledger(
    table: Annotated[Path, Parameter(help="A CSV table.")],
    *,
    file: File = DEFAULT_FILE,
    columns: Annotated[
        tuple[str, ...], Parameter(name="--map", negative="", help="OURS=THEIRS: which column is which; repeatable.")
    ] = (),
    constants: Annotated[
        tuple[str, ...], Parameter(name="--set", negative="", help="OURS=VALUE for every row; repeatable.")
    ] = (),
    where: Annotated[tuple[str, ...], Parameter(negative="", help="THEIRS=VALUE: only such rows; repeatable.")] = (),
    wide: Annotated[str, Parameter(help="Start of the names of columns that hold one question each.")] = "",
    percent: Annotated[bool, Parameter(negative="", help="Probabilities run from 0 to 100.")] = False,
    pool: Annotated[Literal["", "mean", "median"], Parameter(help="One forecast of many: mean or median.")] = "",
    dry_run: Annotated[bool, Parameter(negative="", help="Say what would be added, and write nothing.")] = False,
    language: Language = "en",
    as_json: Json = False,
) -> int:
    """Bring in questions, forecasts of others and resolutions from a table; all rows or none."""
    from dataclasses import asdict

    from ceasefire.ledger.columns import Layout
    from ceasefire.ledger.imports import import_table
    from ceasefire.report.ledger.listing import imported_text

    check_language(language)
    layout = Layout(_pairs(columns, "--map"), _pairs(constants, "--set"), _pairs(where, "--where"), wide, percent)
    done = import_table(file, table, layout, pool=pool, trial=dry_run)
    return show(asdict(done), imported_text(done, language), as_json=as_json)


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    from ceasefire.errors import UsageError

    for one in given:
        if "=" not in one:
            raise UsageError(f'{option} NAME=VALUE, not "{one}"')
    return dict(one.split("=", 1) for one in given)
