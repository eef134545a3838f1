"""What the forecast rests on: parameters, hidden types, the record, the solution; and all texts by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ceasefire.export.over_time import ACTOR, ACTOR_TYPE
from ceasefire.export.table import Layout, Table, answer, date, leaves, measured, number, share, text, without
from ceasefire.forecast.model import Forecast

OF_PARAMETER = "as the column unit says"
PARAMETERS = Layout(
    "parameters",
    "every assumption that is a number",
    (
        text("parameter", "its name in case.yaml; its title and why it is assumed stand in texts"),
        number("value", "median of its prior", OF_PARAMETER),
        number("p10", "10 % value of its prior", OF_PARAMETER),
        number("p90", "90 % value of its prior", OF_PARAMETER),
        text("unit", "unit of the three"),
        text("grade", "grade of its source, or that it is assumed"),
        text("row", "row of a table of the case that it was taken from"),
        text("source", "key of sources.yaml"),
        text("excerpt", "words of the source with the number"),
        answer("hindsight", "whether it was written down knowing what came"),
    ),
    ("parameter",),
)
TYPES = Layout(
    "types",
    "hidden types before and after the record, at nominal values",
    (
        ACTOR,
        ACTOR_TYPE,
        share("prior", "probability before the record"),
        share("likelihood", "probability of the record, given the type"),
        share("posterior", "probability after the record"),
    ),
    ("actor", "actor_type"),
)
TYPE_LABELS = Layout(
    "type_labels",
    "labels of which each hidden type is made",
    (ACTOR, ACTOR_TYPE, text("factor", "hidden factor"), text("label", "label of the type in that factor")),
)
RECORD = Layout(
    "record",
    "how likely each item of the record was, at nominal values",
    (
        text("item", "id of the item, or step@day where nothing was recorded"),
        date("date", "its day"),
        text("step", "step of the game that it is about"),
        text("move", "move that was seen"),
        answer("default", "whether it is that nothing was recorded"),
        share("likelihood", "its probability, given what came before"),
    ),
    ("item",),
)
RECORD_BY_TYPE = Layout(
    "record_by_type",
    "how likely each item of the record was, given a hidden type",
    (RECORD.columns[0], ACTOR, ACTOR_TYPE, share("likelihood", "its probability, given the type and what came before")),
    ("item", "actor", "actor_type"),
)
EQUILIBRIA = Layout(
    "equilibria",
    "headlines in every distinct equilibrium that was found from other starts, on the coarse grid",
    (
        number("equilibrium", "its number; 1 is that of all other tables"),
        text("headline", "the query"),
        number("value", "what it is worth there", "as the column unit of headlines says"),
        share("unsolved", "share of the points of the game that are not solved there"),
        text("starts", "starts that led to it, with a space between"),
    ),
)
MEASURES = Layout(
    "measures",
    "single numbers and lists: certificate of the solution, the record as a whole, the draws, other starts",
    (
        text("part", "certificate, evidence, ensemble or equilibria: field of forecast.json"),
        *measured("what is measured"),
    ),
)
TEXTS = Layout(
    "texts",
    "titles and other texts of the case in every language it has them in",
    (
        text("kind", "what it belongs to: case, outcome, plan, stock, side_stock, parameter, yardstick, claim, note"),
        text("name", "its name there, or its place in a list, from 1"),
        text("field", "title, says (of a claim) or assumed (why a parameter is)"),
        text("language", "code of the language; empty where it is not said"),
        text("text", "the text"),
    ),
)
_OWN = {
    "evidence": ("by_type", "items"),
    "equilibria": ("found",),
    "ensemble": ("learned", "types", "events", "left_out"),
}
"""What of a part has a table of its own."""


def inputs(forecast: Forecast) -> tuple[Table, ...]:
    """Return the tables of what the forecast rests on."""
    items = forecast.evidence.get("items") or ()
    return (
        PARAMETERS.of(_parameter(row) for row in forecast.parameters),
        TYPES.of(_types(forecast)),
        TYPE_LABELS.of(
            {"actor": actor, "actor_type": kind["name"], "factor": factor, "label": label}
            for actor, about in forecast.beliefs.items()
            for kind in about["types"]
            for factor, label in kind["labels"].items()
        ),
        RECORD.of({"item": row["id"], **without(row, "id", "likelihood_by_type")} for row in items),
        RECORD_BY_TYPE.of(
            {"item": row["id"], "actor": actor, "actor_type": kind, "likelihood": p}
            for row in items
            for actor, by_type in (row.get("likelihood_by_type") or {}).items()
            for kind, p in by_type.items()
        ),
        EQUILIBRIA.of(
            {"equilibrium": one["number"], "headline": query, "value": x, "unsolved": one["unsolved"],
             "starts": " ".join(map(str, one["starts"]))}
            for one in forecast.equilibria.get("found") or ()
            for query, x in one["numbers"].items()
        ),
        MEASURES.of(_measures(forecast)),
        TEXTS.of(_texts(forecast)),
    )  # fmt: skip


def _parameter(row: Mapping[str, Any]) -> dict[str, Any]:
    source = {name: text for name, text in (row.get("source") or {}).items() if name in ("row", "source", "excerpt")}
    return {"parameter": row["name"], **without(row, "name", "title", "source", "assumed"), **source}


def _types(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for actor, about in forecast.beliefs.items():
        after = {row["name"]: row for row in (forecast.evidence.get("by_type") or {}).get(actor, ())}
        for kind in about["types"]:
            weighed = without(after.get(kind["name"], {}), "name", "labels", "prior")
            yield {"actor": actor, "actor_type": kind["name"], "prior": kind["prior"], **weighed}


def _measures(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for part in ("certificate", "evidence", "ensemble", "equilibria"):
        rows = leaves(without(getattr(forecast, part), *_OWN.get(part, ())))
        yield from ({"part": part, **row} for row in rows)


def _texts(forecast: Forecast) -> Iterator[dict[str, Any]]:
    yield from _said("case", forecast.case, "title", forecast.title)
    for name, title in forecast.outcome_titles.items():
        yield from _said("outcome", name, "title", title)
    for kind, named in (("plan", forecast.plans), ("stock", forecast.stocks), ("side_stock", forecast.side)):
        for name, about in named.items():
            yield from _said(kind, name, "title", about.get("title"))
    for row in forecast.parameters:
        for field in ("title", "assumed"):
            yield from _said("parameter", row["name"], field, row.get(field))
    for k, row in enumerate(forecast.yardsticks, 1):
        yield from _said("yardstick", str(k), "title", row.get("title"))
    for one in forecast.claims:
        yield from _said("claim", one.id, "says", one.says)
    for k, note in enumerate(forecast.notes, 1):
        yield {"kind": "note", "name": str(k), "field": "says", "text": note}


def _said(kind: str, name: str, field: str, by_language: Mapping[str, str] | None) -> Iterator[dict[str, Any]]:
    for language, said in (by_language or {}).items():
        yield {"kind": kind, "name": name, "field": field, "language": language, "text": said}
