"""What became of the arguments: claims with their witnesses, what hangs on what, where authors part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ceasefire.export.table import Column, Layout, Table, answer, leaves, measured, number, share, text, without
from ceasefire.forecast.model import ClaimResult, Forecast

UNIT = "unit of the check, as in its query"


def _measured(*named: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(number(name, says, UNIT) for name, says in named)


CLAIM = text("claim", "id of the claim; its words stand in texts")
CLAIMS = Layout(
    "claims",
    "what became of every claim; what does not belong to its role is empty",
    (
        CLAIM,
        text("role", "fact, premise, conclusion or not_modelled"),
        text("verdict", "what became of it"),
        text("quote", "words of the text that it stands for"),
        *_measured(
            ("value", "left side of a conclusion's check, or the number in the record"),
            ("threshold", "what the check holds it against, or the number in the argument"),
            ("margin", "distance of the two, positive where the check holds"),
            ("margin_low", "10 % value of the margin over the draws"),
            ("margin_high", "90 % value of the margin over the draws"),
            ("error", "sampling error of the margin"),
            ("numerical_error", "error of the belief grid of the margin; of a premise, of largest_change"),
            ("flips_at", "threshold at which the check would turn"),
            ("without_slips", "margin without moves that are clearly worse than the best"),
        ),
        answer("holds", "whether the check holds"),
        number("searched", "settings looked at for witnesses"),
        text("realised_by", "what carries a premise in the case"),
        number("largest_change", "largest change when a premise is cut", "unit of the query in changed"),
        text("changed", "query that changes so"),
        number("changed_from", "what that query was worth before", "unit of the query in changed"),
        number("change_error", "sampling error of largest_change", "unit of the query in changed"),
        number("change_over_draws", "mean change over the draws", "unit of the query in changed"),
        number("change_low", "10 % value of the change over the draws", "unit of the query in changed"),
        number("change_high", "90 % value of the change over the draws", "unit of the query in changed"),
        text("turns", "conclusions that a premise turns, or premises that turn a conclusion; ids with a space between"),
        text("notes", "codes of what else was found, with a space between"),
        text("detail", "where in the record a fact stands, or what else is to be said"),
        text("check", "query that a conclusion is put to"),
        text("nominal_verdict", "verdict with every assumption at its median, where it differs"),
        share("share", "share of the weight of the draws in which the check holds"),
        share("share_error", "standard error of that share"),
        number("share_draws", "draws in which the check was asked"),
    ),
    ("claim",),
)
CUTS = Layout("claim_cuts", "what the cut of a premise takes away", (CLAIM, *measured("what the cut changes")))
SIDE = text("side", "whether the check holds there or fails there")
WITNESSES = Layout(
    "witnesses",
    "settings within the ranges of the case at which a conclusion holds, and at which it fails",
    (
        CLAIM,
        SIDE,
        text("query", "the check under the setting; ceasefire ask repeats it"),
        *_measured(("value", "left side of the check"), ("threshold", "its threshold"), ("margin", "their distance")),
        answer("preview", "whether the numbers are those of the coarse grid"),
        answer("clear", "whether the margin exceeds the error of the belief grid"),
        text("flags", "options of ceasefire ask that give these numbers"),
    ),
)
SETTINGS = Layout(
    "witness_settings",
    "what a witness sets otherwise than the argument",
    (CLAIM, SIDE, *measured("parameter, rival or hidden factor that is set")),
)
SEPARATES = Layout(
    "claim_separates",
    "assumptions that separate the draws in which a check holds from the others",
    (
        CLAIM,
        text("parameter", "the assumption"),
        answer("above", "whether the check holds rather at its high values"),
        number("at", "value that splits best", "unit of the parameter"),
        share("order", "probability that a draw in which it holds lies beyond one in which it does not"),
        share("holding_beyond", "share of the weight beyond that value in which it holds"),
        share("holding_before", "share of the weight before it in which it holds"),
    ),
)
ARGUMENT_MAP = Layout(
    "argument_map",
    "what cutting one premise does to one conclusion of the same argument, on the coarse grid",
    (
        text("argument", "the argument"),
        text("premise", "id of the premise that is cut"),
        text("conclusion", "id of the conclusion"),
        *_measured(("before", "margin of the conclusion"), ("after", "its margin with the cut")),
        answer("turns", "whether its check clearly turns"),
        *_measured(("error", "sampling and grid error of the change")),
    ),
)
PARTINGS = Layout(
    "partings",
    "where arguments part, a row for what each holds",
    (
        number("parting", "number of the parting, from 1"),
        text("kind", "fact, premise or inference"),
        text("about", "what it is about"),
        text("argument", "the argument"),
        text("author", "its author"),
        text("claim", "id of the claim that says so; the case as it is where empty"),
        text("says", "what the argument holds"),
    ),
)
_APART = ("id", "says", "witness_holds", "witness_fails", "cut", "turns", "notes", "separates")


def arguments(forecast: Forecast) -> tuple[Table, ...]:
    """Return the tables of what became of the arguments."""
    return (
        CLAIMS.of(_claim(one) for one in forecast.claims),
        CUTS.of({"claim": one.id, **row} for one in forecast.claims for row in leaves(one.cut)),
        WITNESSES.of(
            {"claim": claim, "side": side, **without(vars(one), "setting")} for claim, side, one in _witnesses(forecast)
        ),
        SETTINGS.of(
            {"claim": claim, "side": side, **row}
            for claim, side, one in _witnesses(forecast)
            for row in leaves(one.setting)
        ),
        SEPARATES.of(
            {"claim": one.id, "parameter": row["name"], **without(row, "name")}
            for one in forecast.claims
            for row in one.separates
        ),
        ARGUMENT_MAP.of(vars(one) for one in forecast.argument_map),
        PARTINGS.of(
            {"parting": k, "kind": one.kind, "about": one.about, **side}
            for k, one in enumerate(forecast.partings, 1)
            for side in one.sides
        ),
    )


def _claim(one: ClaimResult) -> dict[str, Any]:
    return {"claim": one.id, **without(vars(one), *_APART), "turns": " ".join(one.turns), "notes": " ".join(one.notes)}


def _witnesses(forecast: Forecast) -> Iterator[tuple[str, str, Any]]:
    for one in forecast.claims:
        for side, witness in (("holds", one.witness_holds), ("fails", one.witness_fails)):
            if witness is not None:
                yield one.id, side, witness
