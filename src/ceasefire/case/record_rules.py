"""Rules on the record of a case: names, dates, one coded event per step and period."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ceasefire.case.evidence import RecordItem
from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import Step
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, did_you_mean

CODES = {
    "R201": "An item of the record names a step, move, stock or other name that the case does not have.",
    "R202": "An item of the record lies after as_of; nothing later is an input.",
    "R203": "An item of the record that the game uses lies before the start of the calendar.",
    "R204": "Two items code the same step in the same period.",
    "R205": "An item of the record has no source.",
    "R206": "A measured stock lies outside its range, or its error is not positive.",
    "R207": "A weaker event is listed under also, but it ranks above the coded move, or the step has no order.",
    "R208": "The chance of miscoding uses a name that is no parameter.",
}


def check_record(case: Case, faults: Faults) -> None:
    """Run every rule on every item."""
    rules: tuple[Callable[[RecordItem, Case, Faults], None], ...] = (_check_date, _check_sourced)
    if case.steps:
        rules += (_check_move, _check_condition, _check_stock)
        _check_one_per_period(case, faults)
    for item in case.record.items:
        for rule in rules:
            rule(item, case, faults)
    if case.record.miscoded is not None:
        _check_names(case.record.miscoded, (*case.parameters, *case.rivals), "R208", faults)


def _check_names(formula: Formula, known: Iterable[str], code: str, faults: Faults) -> None:
    for fault in formula.unknown(known):
        faults.add(code, fault.message, fault.place, found=fault.found, hint=fault.hint)


def _unknown(item: RecordItem, what: str, name: str, known: Iterable[str], faults: Faults) -> None:
    message = f"{item.name} names the {what} {name!r}, which the case does not have"
    faults.add("R201", message, item.place, found=name, hint=did_you_mean(name, known))


def _check_date(item: RecordItem, case: Case, faults: Faults) -> None:
    as_of, start = case.calendar.as_of, case.calendar.start
    if as_of is not None and item.date > as_of:
        hint = "leave it out, or move as_of; what came later belongs in the ledger"
        faults.add("R202", f"{item.name} is dated after as_of ({as_of})", item.place, found=str(item.date), hint=hint)
    coded = item.step is not None or item.condition is not None or item.stock is not None
    if case.steps and coded and item.date < start:
        hint = "start the calendar earlier, or leave out step, state and stock so that only facts use it"
        message = f"{item.name} is dated before the calendar starts ({start})"
        faults.add("R203", message, item.place, found=str(item.date), hint=hint)


def _check_sourced(item: RecordItem, case: Case, faults: Faults) -> None:
    if item.source is None and not item.unsourced and not item.assumed:
        hint = "source: KEY, or unsourced: true (then it is off unless asked for), or assumed: why"
        faults.add("R205", f"{item.name} has no source", item.place, hint=hint)


def _check_move(item: RecordItem, case: Case, faults: Faults) -> None:
    if item.step is None:
        return
    steps = {step.name: step for step in case.steps}
    step = steps.get(item.step)
    if step is None:
        _unknown(item, "step", item.step, steps, faults)
        return
    moves = [move.name for move in step.moves if move.name]
    moves += [outcome.name for move in step.moves for outcome in move.chance if step.actor is None]
    unknown = [name for name in (*item.moves, *item.also) if name not in moves]
    for name in unknown:
        _unknown(item, f"move of {step.name}", name, moves, faults)
    if item.also and not unknown:
        _check_order(item, step, faults)


def _check_order(item: RecordItem, step: Step, faults: Faults) -> None:
    rank = {name: i for i, name in enumerate(step.order)}
    weakest = min((rank.get(name, -1) for name in item.moves), default=-1)
    if not step.order or any(rank.get(name, len(rank)) > weakest for name in item.also):
        order = " < ".join(step.order) or "none"
        message = f"{item.name}: what stands under also may not rank above the coded move"
        faults.add("R207", message, item.place, found=", ".join(item.also), expected=f"order of {step.name}: {order}")


def _check_condition(item: RecordItem, case: Case, faults: Faults) -> None:
    if item.condition is not None:
        names = [one.name for one in case.statuses] + [one.name for one in case.stocks]
        names += [*case.parameters, *case.rivals, "date"]
        labels = [label for one in case.statuses for label in one.labels]
        _check_names(item.condition, [*names, *labels], "R201", faults)


def _check_stock(item: RecordItem, case: Case, faults: Faults) -> None:
    if item.stock is None or item.value is None or item.error is None:
        return
    stocks = {stock.name: stock for stock in case.stocks}
    if item.stock not in stocks:
        _unknown(item, "stock", item.stock, stocks, faults)
        return
    stock = stocks[item.stock]
    if not stock.low <= item.value <= stock.high or item.error <= 0:
        found = f"{item.value:g} with error {item.error:g}"
        expected = f"a value from {stock.low:g} to {stock.high:g} {stock.unit}, an error above 0"
        faults.add(
            "R206", f"{item.name} does not fit the stock {stock.name}", item.place, found=found, expected=expected
        )


def _check_one_per_period(case: Case, faults: Faults) -> None:
    """Report two active items coded to one step in one period; unsourced ones are off and do not count."""
    first: dict[tuple[str, int], RecordItem] = {}
    for item in case.record.items:
        if item.step is None or not item.active or item.unsourced:
            continue
        other = first.setdefault((item.step, case.calendar.period_of(item.date)), item)
        if other is not item:
            message = f"{item.name} and {other.name} both code the step {item.step} in the same {case.calendar.period}"
            hint = "code the strongest and list the rest under also: [...]"
            faults.add("R204", message, item.place, hint=hint)
