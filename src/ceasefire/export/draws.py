"""What the record says of the draws of the assumptions; every table is empty where nothing was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ceasefire.export.table import Layout, Table, answer, date, number, share, text, without
from ceasefire.forecast.model import Forecast

ENDS = (("p10", "10 % value"), ("p50", "median"), ("p90", "90 % value"))
EVENT = text("item", "item of the record, or step@day where nothing was recorded")
LEARNED = Layout(
    "learned",
    "what the record did to each assumption",
    (
        text("parameter", "the assumption"),
        *(number(f"prior_{name}", f"{says} before the record", "unit of the parameter") for name, says in ENDS),
        *(number(f"posterior_{name}", f"{says} after the record", "unit of the parameter") for name, says in ENDS),
        number("shift", "how far its mean moved", "standard deviations of the prior"),
        number("spread", "its spread after the record", "standard deviations of the prior"),
        answer("taught", "whether the record clearly says something about it"),
    ),
    ("parameter",),
)
LEARNED_LABELS = Layout(
    "learned_labels",
    "what the record did to each label of a hidden factor, over the draws",
    (
        text("type_label", "actor.factor = label"),
        share("prior", "probability before the record"),
        share("posterior", "probability after the record"),
        share("error", "standard error of the posterior"),
        answer("taught", "whether the record clearly says something about it"),
    ),
    ("type_label",),
)
EVENTS = Layout(
    "events",
    "what each event of the record says, over the draws",
    (
        EVENT,
        date("date", "its day"),
        answer("default", "whether it is that nothing was recorded"),
        share("probability", "median over the draws of its probability, given what came before"),
        share("low", "lower end of the 80 % interval of that probability"),
        share("high", "upper end of that interval"),
        share("share", "its share of the log likelihood of the whole record"),
        share("surprised", "share of the weight of the draws in which it is improbable"),
        answer("surprise", "whether it is improbable in most of the weight"),
    ),
    ("item",),
)
RATIOS = Layout(
    "event_ratios",
    "how many times as likely an event is with a label of a hidden factor as without it",
    (
        EVENT,
        text("actor", "whose hidden factor"),
        text("type_label", "factor = label"),
        number("ratio", "likelihood ratio"),
        number("ratio_low", "lower end of its 80 % interval"),
        number("ratio_high", "upper end of that interval"),
    ),
)
LEFT_OUT = Layout(
    "left_out",
    "the first headline with one event after the other not counted",
    (
        EVENT,
        text("headline", "the query"),
        share("value", "what it is worth without the event"),
        share("error", "standard error of value"),
        share("change", "difference from all events counted"),
        number("effective_size", "draws that count then"),
    ),
)


def draws(forecast: Forecast) -> tuple[Table, ...]:
    """Return the tables of what the record says of the draws."""
    found = forecast.ensemble
    return (
        LEARNED.of(_learned(row) for row in found.get("learned") or ()),
        LEARNED_LABELS.of({"type_label": row["name"], **without(row, "name")} for row in found.get("types") or ()),
        EVENTS.of(
            {"item": row["id"], **without(row, "id", "ratio", "ratio_low", "ratio_high")}
            for row in found.get("events") or ()
        ),
        RATIOS.of(row for event in found.get("events") or () for row in _ratios(event)),
        LEFT_OUT.of({"item": row["id"], **without(row, "id")} for row in found.get("left_out") or ()),
    )


def _learned(row: Mapping[str, Any]) -> dict[str, Any]:
    ends = {
        f"{when}_{name}": x
        for when in ("prior", "posterior")
        for (name, _), x in zip(ENDS, row[when], strict=True)
    }  # fmt: skip
    return {"parameter": row["name"], **without(row, "name", "title", "prior", "posterior"), **ends}


def _ratios(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for actor, by_label in (event.get("ratio") or {}).items():
        for label in by_label:
            found = {
                name: ((event.get(name) or {}).get(actor) or {}).get(label)
                for name in ("ratio", "ratio_low", "ratio_high")
            }
            yield {"item": event["id"], "actor": actor, "type_label": label, **found}
