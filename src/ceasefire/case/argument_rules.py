"""Rules on the arguments of a case: what claims name must exist, and cuts must differ."""

from __future__ import annotations

from typing import Any

from ceasefire.case.claims import Claim
from ceasefire.case.mechanism import Move
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, did_you_mean
from ceasefire.case.query import Comparison, Query
from ceasefire.case.query_names import find_query_faults
from ceasefire.case.sources import Tables, find_row
from ceasefire.case.values import check_distinct

CODES = {
    "A201": "A premise does not name what realises it, or has no cut.",
    "A202": "What realises a premise is not in the case.",
    "A203": "A cut names something that the case does not have.",
    "A204": "Two premises have the same cut and do not both say why.",
    "A205": "A conclusion has no check.",
    "A206": "A check is not a comparison.",
    "A207": "A fact asks about an item, step or move that is not there.",
    "A208": "Two claims of a case have the same id.",
    "A209": "A claim faces a rival, or an argument assumes a setting, that the case does not have.",
}


def check_arguments(case: Case, tables: Tables, faults: Faults) -> None:
    """Run every rule; what concerns the mechanism only where the case has steps."""
    claims = [claim for argument in case.arguments for claim in argument.claims]
    if case.steps:
        _check_settings(case, faults)
    check_distinct(claims, "A208", "ids are distinct across the arguments of a case", faults)
    for claim in claims:
        if claim.check is not None:
            _check_check(claim, claim.check, case, faults)
        if claim.fact:
            _check_fact(claim, case, tables, faults)
        if case.steps and claim.role == "premise":
            _check_premise(claim, case, faults)
        if case.steps and claim.role == "conclusion" and claim.check is None:
            hint = 'check: "P(outcome within quick) is unlikely"; or role: not_modelled with a reason'
            faults.add("A205", f"the conclusion {claim.name} has no check", claim.place, hint=hint)
    _check_shared_cuts([claim for claim in claims if claim.role == "premise" and claim.cut], faults)


def _check_settings(case: Case, faults: Faults) -> None:
    """Rivals that conclusions face and what arguments assume are there; a rival is 0 or 1."""
    known = [*case.parameters, *case.rivals]
    for argument in case.arguments:
        named = [(claim.name, claim.rival, list(case.rivals), claim.place) for claim in argument.claims if claim.rival]
        named += [(argument.name, name, known, argument.place) for name in argument.assumes]
        for owner, name, there, place in named:
            if name not in there:
                message = f"{owner} names {name!r}, which the case does not have"
                faults.add("A209", message, place, found=name, hint=did_you_mean(name, there))
        for name, value in argument.assumes.items():
            if name in case.rivals and value not in (0, 1):
                message = f"{argument.name} assumes {value:g} for the rival {name}"
                faults.add("A209", message, argument.place, found=f"{name}: {value:g}", expected="0 or 1")


def _check_check(claim: Claim, check: Query, case: Case, faults: Faults) -> None:
    if not isinstance(check, Comparison):
        hint = 'end it with "is unlikely" or "< 0.2"'
        faults.add("A206", f"the check of {claim.name} is not a comparison", claim.place, found=check.text, hint=hint)
    if case.steps:
        faults.extend(find_query_faults(check, case, claim.place))


def _check_fact(claim: Claim, case: Case, tables: Tables, faults: Faults) -> None:
    fact: Any = claim.fact
    ids = [item.name for item in case.record.items]
    asked = [fact["date"]] if "date" in fact else [*fact.get("order", ()), *fact.get("items", ())]
    for name in asked:
        if name not in ids:
            message = f"{claim.name} asks about the item {name!r}, which the record does not have"
            faults.add("A207", message, claim.place, found=str(name), hint=did_you_mean(str(name), ids))
    if "parameter" in fact and fact["parameter"] not in case.parameters:
        hint = did_you_mean(fact["parameter"], case.parameters)
        message = f"{claim.name} asks about the parameter {fact['parameter']!r}, which the case does not have"
        faults.add("A207", message, claim.place, found=fact["parameter"], hint=hint)
    if "value" in fact:
        _check_cell(claim, tables, faults)
    if "count" in fact:
        known = event_names(case)
        if str(fact["count"]) not in known:
            message = f"{claim.name} counts {fact['count']!r}, which neither the steps nor the record have"
            hint = did_you_mean(str(fact["count"]), sorted(known))
            faults.add("A207", message, claim.place, found=str(fact["count"]), hint=hint)


def _check_cell(claim: Claim, tables: Tables, faults: Faults) -> None:
    row = find_row(str(claim.fact["value"]), tables, faults, claim.place)
    column = str(claim.fact.get("column", ""))
    if row is not None and (column or not {"central", "value"} & row.cells.keys()) and column not in row.cells:
        expected = ", ".join(row.cells)
        message = f"the table has no column {column or 'central'!r}"
        faults.add("A207", message, claim.place, found=column, expected=expected, hint=did_you_mean(column, row.cells))


def event_names(case: Case) -> set[str]:
    """Return what can be counted: ``step`` and ``step.move``, of the case and of its record."""
    coded = {(step.name, move.name) for step in case.steps for move in step.moves}
    coded |= {(item.step, move) for item in case.record.items if item.step for move in (*item.moves, *item.also)}
    return {step for step, _ in coded} | {f"{step}.{move}" for step, move in coded if move}


def _names(case: Case) -> set[str]:
    """Return every name of the case that can realise a premise."""
    owners = (case.actors, case.types, case.statuses, case.stocks, case.steps, case.side, case.outcomes)
    found = {one.name for group in owners for one in group}
    found |= {*case.parameters, *case.rivals, *case.world, *case.plans}
    found |= {label for one in case.statuses for label in one.labels}
    found |= {label for one in case.types for label in one.labels}
    moves = [move for step in case.steps for move in step.moves]
    return found | {move.name for move in moves} | {outcome.name for move in moves for outcome in move.chance}


def _check_premise(claim: Claim, case: Case, faults: Faults) -> None:
    missing = [key for key, value in (("realised_by", claim.realised_by), ("cut", claim.cut)) if not value]
    if missing:
        hint = "realised_by: step.move, and a cut that takes it away; or role: not_modelled with a reason"
        message = f"the premise {claim.name} has no {' and no '.join(missing)}"
        faults.add("A201", message, claim.place, hint=hint)
    known = _names(case)
    for name in filter(None, (name.strip(" .") for name in claim.realised_by.split(","))):
        for part in _missing(name, case, known):
            message = f"{claim.name} is realised by {part!r}, which the case does not have"
            faults.add("A202", message, claim.place, found=claim.realised_by, hint=did_you_mean(part, sorted(known)))
    _check_cut(claim, case, faults)


def _missing(name: str, case: Case, known: set[str]) -> list[str]:
    """Return what a dotted name holds that is not in the case: an unknown part, or a step with the move of another."""
    first, *rest = (part for part in name.split(".") if part)
    unknown = [part for part in (first, *rest) if part not in known]
    owners = {step.name: {one for move in step.moves for one in _named(move)} for step in case.steps}
    if not rest or first not in owners or rest[0] in owners[first]:
        return unknown
    elsewhere = any(rest[0] in names for names in owners.values())
    return [*unknown, f"{first}.{rest[0]}"] if elsewhere else unknown


def _named(move: Move) -> tuple[str, ...]:
    return (move.name, *(outcome.name for outcome in move.chance))


def _check_cut(claim: Claim, case: Case, faults: Faults) -> None:
    cut: Any = claim.cut
    known = {
        "without": [f"{step.name}.{move.name}" for step in case.steps for move in step.moves if step.actor],
        "freeze_belief": list(dict.fromkeys(one.actor for one in case.types)),
        "set": [*case.parameters, *case.rivals],
    }
    for kind, names in known.items():
        for name in cut.get(kind, ()):
            if name not in names:
                message = f"the cut of {claim.name} names {name!r}, which the case does not have"
                faults.add("A203", message, claim.place, found=f"{kind}: {name}", hint=did_you_mean(name, names))


def _check_shared_cuts(premises: list[Claim], faults: Faults) -> None:
    by_cut: dict[str, list[Claim]] = {}
    for claim in premises:
        key = repr(sorted((kind, sorted(_pairs(what))) for kind, what in claim.cut.items()))
        by_cut.setdefault(key, []).append(claim)
    for group in by_cut.values():
        if len(group) > 1 and not all(claim.cut_shared_because for claim in group):
            names = ", ".join(claim.name for claim in group)
            hint = "give them different cuts, or say cut_shared_because: ... in each"
            faults.add("A204", f"the premises {names} have the same cut", group[-1].place, found=names, hint=hint)


def _pairs(what: Any) -> list[str]:
    return [f"{name}={what[name]}" for name in what] if isinstance(what, dict) else [str(name) for name in what]
