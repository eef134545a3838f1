"""Rules about what is asked and shown: outcomes, plans, the report, and texts in all languages of the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from ceasefire.case.evidence import Text
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, Node, did_you_mean
from ceasefire.case.query import parse_comparison, parse_duration
from ceasefire.case.values import place_of
from ceasefire.errors import InputError, Place

CODES: dict[str, str] = {
    "C261": "Something names an outcome, step, move, status or series that does not exist.",
    "C262": "Outcomes wait for each other in a circle.",
    "C263": "A word of queries is neither a duration nor a comparison.",
    "C264": "A text is missing in a language of the case (warning).",
    "C265": "A factor of the map is no type of an actor.",
}


class _Lookup:
    """Reports names that are not among the known ones."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def __call__(self, what: str, name: str | None, known: list[str], place: Place) -> bool:
        if name is None or name in known:
            return True
        hint = did_you_mean(name, known)
        self.faults.add("C261", f"there is no {what} {name!r}", place_of(name, place), found=name, hint=hint)
        return False


def check_outcomes(case: Case, faults: Faults) -> None:
    """C261, C262: ``after`` names another outcome, without a circle."""
    look, after = _Lookup(faults), {one.name: one.after for one in case.outcomes}
    for outcome in case.outcomes:
        look("outcome", outcome.after, list(after), outcome.place)
        seen, name = [outcome.name], outcome.after
        while name is not None and name in after and name not in seen:
            seen, name = [*seen, name], after[name]
        if name == outcome.name:
            chain = " -> ".join([*seen, name])
            faults.add("C262", f"outcomes wait for each other: {chain}", outcome.place, found=chain)


def check_plans(case: Case, faults: Faults) -> None:
    """C261: plans name steps of actors, and their moves."""
    look = _Lookup(faults)
    moves = {step.name: [move.name for move in step.moves] for step in case.steps if step.actor is not None}
    for plan in case.plans.values():
        for name, rules in plan.steps.items():
            if not look("step of an actor", name, list(moves), plan.place):
                continue
            for rule in rules:
                place = rule.when.place if rule.when is not None else plan.place
                look(f"move of {name}", rule.move, [*moves[name], "equilibrium"], place)


def check_report_names(case: Case, root: Node, faults: Faults) -> None:
    """C261, C265: what the report and the stocks name exists."""
    look, outcomes, place = _Lookup(faults), [one.name for one in case.outcomes], root.key_place("report")
    near = [*outcomes, *(step.name for step in case.steps)]
    look("outcome or step", case.report.near_event, near, place)
    look("outcome", case.report.pause, outcomes, place)
    look("outcome", case.report.again, outcomes, place)
    for yardstick in case.report.yardsticks:
        look("outcome", yardstick.outcome, outcomes, place)
    if case.end_states:
        look("status", case.end_states, [one.name for one in case.statuses], place)
    for stock in case.stocks:
        look("series of the record", stock.series or None, list(case.record.series), stock.place)
    types = [f"{one.actor}.{one.name}" for one in case.types]
    for factor in (name for name in case.report.factors if name not in types):
        hint = did_you_mean(factor, types)
        faults.add("C265", f"{factor!r} is no type", place_of(factor, place), found=factor, hint=hint)


def check_words(case: Case, root: Node, faults: Faults) -> None:
    """C263: each word stands for a duration or a comparison."""
    for word, text in case.words.items():
        for parse in (parse_duration, parse_comparison):
            try:
                parse(text)
                break
            except InputError:
                continue
        else:
            expected = 'a duration (12 months) or a comparison ("< 0.2")'
            place = place_of(text, root.key_place("words"))
            faults.add("C263", f"the word {word!r} has no number", place, found=text, expected=expected)


def check_languages(case: Case, faults: Faults) -> None:
    """C264: what the title says in two languages, every text says in two languages; else a warning."""
    languages = list(case.title.by_language)
    for text, place in _texts(case, Place("case.yaml")):
        missing = [code for code in languages if not text.has(code)]
        if missing and text:
            message = f"no text in {' and '.join(missing)}"
            found = text.say(case.language)
            hint = "title: {en: ..., de: ...}"
            faults.add("C264", message, place, found=found, hint=hint, severity="warning")


def _texts(record: Any, place: Place) -> Iterator[tuple[Text, Place]]:
    """Yield every text of the records below, with the place of the nearest record; sources keep their language."""
    if isinstance(record, Text):
        yield record, place
    elif isinstance(record, dict):
        for one in record.values():
            yield from _texts(one, place)
    elif isinstance(record, tuple):
        for one in record:
            yield from _texts(one, place)
    elif is_dataclass(record):
        own = getattr(record, "place", place)
        for part in fields(record):
            if part.name != "sources":
                yield from _texts(getattr(record, part.name), own)
