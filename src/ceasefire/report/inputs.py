"""Tables of what went in: record, parameters, sources; and how the numbers were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, by_letter, columns, lines
from ceasefire.report.titles import breakable

if TYPE_CHECKING:
    from ceasefire.case.evidence import RecordItem, Source, SourceRef


def record(s: Sentences) -> Table | None:
    """Return the dated observations, with how likely each type made them."""
    if not s.case.record.items:
        return None
    weighed = {row["id"]: row for row in s.forecast.evidence.get("items", ())}
    rows = [_item(s, item, weighed.get(item.name, {})) for item in s.case.record.items]
    spec = "date observed origin grade:grade likelihood:likelihood"
    return Table(columns(s, spec), tuple(rows), s.t("table.record"), sortable=True)


def _item(s: Sentences, item: RecordItem, weighed: Mapping[str, Any]) -> tuple[Markup | str, ...]:
    flags = [key for key in ("unsourced", "hindsight") if getattr(item, key)] + ([] if item.active else ["off"])
    grade = [item.grade or Markup("–"), *(s.t(f"flag.{flag}") for flag in flags)]
    told = s.speech.pick(item.title) or Markup('<span class="name">{}</span>').format(item.name)
    how = Markup("; ").join(_coded(s, item))
    coded = Markup('<span class="note">{}</span>').format(s.t("cell.coded", how=how) if how else s.t("cell.not_coded"))
    likelihood = by_letter(s, weighed.get("likelihood_by_type") or {}) or Markup("–")
    origin = reference(s, item.source) or Markup("–")
    return s.speech.day(item.date), lines([told, coded]), origin, lines(grade), likelihood


def _coded(s: Sentences, item: RecordItem) -> list[Markup]:
    if item.step:
        moves = [s.titles.move(item.step, move) for move in item.moves]
        parts = [s.t("cell.move", step=s.titles.step(item.step), move=s.t("word.or").join(moves))]
        also = [s.titles.move(item.step, move) for move in item.also]
        return parts + ([s.t("cell.also", moves=Markup(", ").join(also))] if also else [])
    if item.stock:
        unit = s.speech.unit(s.titles.stocks[item.stock].unit if item.stock in s.titles.stocks else "")
        value, error = s.speech.number(item.value), s.speech.number(item.error)
        return [s.t("cell.measured", stock=s.titles.stock(item.stock), value=value, error=error, unit=unit)]
    return [_condition(s, item.condition.text)] if item.condition else []


def _condition(s: Sentences, text: str) -> Markup:
    """Return a condition in words where it says that a status has a label, else as it is written."""
    name, _, label = text.partition(" == ")
    status = next((one for one in s.case.statuses if one.name == name and label in one.labels), None)
    if status is None:
        return Markup("<code>{}</code>").format(text)
    return s.t("cell.move", step=s.titles.text(status.title, name), move=s.titles.label(label))


def record_notes(s: Sentences) -> list[Markup]:
    """Return what to know about the record: observations that surprise the model, and those without a source."""
    titles = {item.name: s.speech.pick(item.title) or Markup(item.name) for item in s.case.record.items}
    days = {item.name: s.speech.day(item.date) for item in s.case.record.items}
    surprises = [name for name in s.forecast.evidence.get("surprises") or () if name in titles]
    found = []
    if surprises:
        items = Markup("; ").join(Markup("{} ({})").format(titles[name], days[name]) for name in surprises)
        found.append(s.t("record.surprises", items=items))
    if any(item.grade for item in s.case.record.items):
        link = Markup('<a class="term" href="#term-grade">{}</a>').format(s.t("column.grade"))
        found.append(s.t("record.grades", grade=link))
    unsourced = sum(item.unsourced for item in s.case.record.items)
    return [*found, s.t("record.unsourced", count=unsourced)] if unsourced else found


def disagreements(s: Sentences) -> Table | None:
    """Return where sources or arguments give different numbers for one thing."""
    from ceasefire.audit.disagreements import find_disagreements

    rows = []
    for one in find_disagreements(s.case):
        said = [Markup("{} ({})").format(each.says, each.where) for each in one.statements]
        rows.append(
            (
                Markup('<span class="name">{}</span>').format(one.about),
                Markup('<span lang="en">{}</span>').format(lines(said)),
            )
        )
    return Table(columns(s, "what statements"), tuple(rows), s.t("table.disagreements")) if rows else None


def reference(s: Sentences, source: SourceRef | Mapping[str, Any] | None) -> Markup:
    """Return where a number or event comes from."""
    if source is None:
        return Markup("")
    given = source if isinstance(source, Mapping) else vars(source)
    parts: list[Markup] = []
    if given.get("source"):
        known = s.case.sources.get(given["source"])
        parts.append(s.titles.source(given["source"]))
        if given.get("excerpt"):
            language = known.language if known else ""
            parts.append(Markup('<q lang="{}">{}</q>').format(language or "en", given["excerpt"]))
    if given.get("row"):
        parts.append(s.titles.row(given["row"]))
    return lines(parts)


def parameters(s: Sentences) -> list[tuple[Markup, Table]]:
    """Return every parameter with source or assumption, one table per grade, in the order in which grades occur."""
    grades = dict.fromkeys(str(row.get("grade") or "") for row in s.forecast.parameters)
    found = []
    for grade in grades:
        rows = tuple(_parameter(s, row) for row in s.forecast.parameters if str(row.get("grade") or "") == grade)
        title = _grade(s, grade)
        spec = "parameter value#:nominal range#:prior unit origin"
        found.append((title, Table(columns(s, spec), rows, sortable=True)))
    return found


def _grade(s: Sentences, grade: str) -> Markup:
    if len(grade) == 1:
        return s.t("grade.letter", letter=grade)
    return s.speech.word("grade", grade) if grade else s.t("grade.none")


def _parameter(s: Sentences, row: Mapping[str, Any]) -> tuple[Markup | str, ...]:
    name = Markup("<code>{}</code>").format(row["name"])
    title = s.speech.pick(row.get("title"))
    ranged = Markup("–")
    if row.get("p10") is not None and row["p10"] != row.get("p90"):
        ranged = s.t("number.range", low=s.speech.number(row["p10"]), high=s.speech.number(row["p90"]))
    origin = [reference(s, row.get("source"))] if row.get("source") else []
    if row.get("assumed"):
        origin.append(s.t("cell.assumed", why=s.speech.pick(row["assumed"])))
    if row.get("hindsight"):
        origin.append(s.t("flag.hindsight"))
    value = s.speech.number(row.get("value"))
    return (
        lines([title, name] if title else [name]),
        value,
        ranged,
        s.speech.unit(row.get("unit") or ""),
        lines(origin),
    )


def sources(s: Sentences) -> Table | None:
    """Return the list of sources."""
    if not s.case.sources:
        return None
    rows = tuple(_source(s, one) for one in s.case.sources.values())
    return Table(columns(s, "key title date grade:grade licence"), rows, s.t("table.sources"))


def _source(s: Sentences, one: Source) -> tuple[Markup | str, ...]:
    title = [s.titles.source(one.name)]
    if one.address.startswith(("https://", "http://")):
        shown = breakable(one.address, "./-_?&=")
        title.append(Markup('<a href="{}" rel="noreferrer">{}</a>').format(one.address, shown))
    elif one.address:
        title.append(Markup("{}").format(one.address))
    date = s.speech.day(one.date) if one.date else Markup("–")
    licence = s.speech.pick(one.licence, count=False) or "–"
    return (Markup("<code>{}</code>").format(one.name), lines(title), date, one.grade or "–", licence)


def certificate(s: Sentences) -> Table | None:
    """Return how well the equilibrium was solved."""
    given = s.forecast.certificate
    if not given:
        return None
    rows = []
    for key in (
        "converged",
        "residual",
        "regret",
        "best_response_loss",
        "intervals",
        "states",
        "paths",
        "switches",
        "solved_again",
    ):
        if given.get(key) is not None:
            rows.append((s.t(f"certificate.{key}"), _certified(s, key, given[key])))
    if given.get("failed"):
        rows.append((s.t("certificate.failed"), s.speech.number(len(given["failed"]))))
    return Table(columns(s, "what value#"), tuple(rows), s.t("table.certificate"))


def _certified(s: Sentences, key: str, value: Any) -> Markup | str:
    if isinstance(value, bool):
        return s.t("word.yes" if value else "word.no")
    if key in ("switches", "solved_again"):
        return s.speech.percent(value)
    if isinstance(value, list | tuple):
        return ", ".join(s.speech.number(x) for x in value)
    return s.speech.number(value, 2)


def evidence(s: Sentences) -> Table | None:
    """Return what the record says about the hidden types; of whom, where that is not plain."""
    given = s.forecast.evidence.get("by_type") or {}
    several, rows = len(given) > 1, []
    for actor, by_type in given.items():
        best = max((row.get("likelihood") or 0.0 for row in by_type), default=0.0)
        for row in by_type:
            title = s.titles.lettered(actor, row["name"])
            ratio = (row.get("likelihood") or 0.0) / best if best > 0 else None
            shares = [s.speech.percent(row.get(key)) for key in ("prior", "posterior")]
            told = lines([title, s.titles.actor(actor)]) if several else title
            rows.append((told, shares[0], s.speech.percent(ratio), shares[1]))
    spec = "type:type prior#:prior_type relative#:likelihood posterior#:posterior"
    caption = s.at_middle(s.t("table.evidence"))
    if s.drawn:
        caption += Markup(" ") + s.t("table.evidence.drawn")
    return Table(columns(s, spec), tuple(rows), caption) if rows else None
