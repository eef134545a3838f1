"""The ``fact:`` block of a claim: what the record is asked, and what the author says.

One of six questions::

    fact: {count: contact.call, since: 2025-01-20, until: 2025-08-15, is: 6}      how many events
    fact: {date: summit, is: 2025-08-15}                                          when
    fact: {value: quantities.csv#3, column: central, is: 20}                      how much
    fact: {parameter: endurance_long, is: 40}                                     what the case takes it to be
    fact: {order: [lands_first, lands_second]}                                    in which order
    fact: {items: [call_1, call_2], shows: partly, because: "..."}                read by a person from these items
"""

from __future__ import annotations

import re
from typing import Any

from ceasefire.case.kinds import DATE, NAME, STRING, TEXT, Key, Section, Values, list_of, one_of
from ceasefire.case.nodes import Faults

CODES = {
    "A111": "A fact asks the record nothing, or several things at once.",
    "A112": "What a fact says does not fit what it asks.",
}

QUESTIONS = ("count", "date", "value", "parameter", "order", "items")
_EXTRA = {
    "count": {"is", "since", "until"},
    "date": {"is"},
    "value": {"is", "column"},
    "parameter": {"is"},
    "order": set(),
    "items": {"shows", "because"},
}

FACT = Section(
    "fact",
    (
        Key("count", STRING, "How many items of this step.move (or step) the record has.", "contact.call"),
        Key("since", DATE, "Count from this day.", "2025-01-20"),
        Key("until", DATE, "Count up to this day; as_of unless given.", "2025-08-15"),
        Key("date", NAME, "The date of an item of the record.", "summit"),
        Key("value", STRING, "A row of a table.", "quantities.csv#3"),
        Key("column", STRING, "Its column; central, else value, unless given.", "central"),
        Key("parameter", NAME, "A parameter of the case.", "endurance_long"),
        Key("order", list_of(NAME, "a list of items"), "These items came in this order.", "[landing_1, landing_2]"),
        Key("items", list_of(NAME, "a list of items"), "The items that bear on the fact.", "[call_1, call_2]"),
        Key("is", STRING, "What the author says: a number, a date, or a comparison.", "6"),
        Key("shows", one_of("confirmed", "contradicted", "partly"), "Items: what they show.", "partly"),
        Key("because", TEXT, "Items: why.", '"the second call was denied"'),
    ),
)


def fact_of(values: Values, faults: Faults) -> dict[str, Any]:
    """Return a checked fact block; empty where it cannot be used."""
    asked = [name for name in QUESTIONS if name in values]
    if len(asked) != 1:
        found = ", ".join(asked) or "none"
        faults.add("A111", "a fact asks one thing", values.place, found=found, expected=" or ".join(QUESTIONS))
        return {}
    question = asked[0]
    surplus = [key for key in values if key not in {question, *_EXTRA[question]}]
    if surplus:
        message = f"{', '.join(surplus)} does not go with {question}"
        faults.add("A112", message, values.place, expected=", ".join(sorted(_EXTRA[question])))
        return {}
    return dict(values) if _fits(question, values, faults) else {}


def _fits(question: str, values: Values, faults: Faults) -> bool:
    number = (r"(<=|>=|<|>)?\s*-?\d{1,15}(\.\d{1,15})?", "a number, or a comparison such as > 20")
    patterns = {
        "count": (r"(<=|>=|<|>)?\s*\d{1,9}", "a whole number, or a comparison such as >= 5"),
        "value": number,
        "parameter": number,
        "date": (r"\d{4}-\d{2}(-\d{2})?", "a date such as 2025-08-15, or a month such as 2025-08"),
    }
    if question not in patterns:
        return bool(values[question])
    pattern, expected = patterns[question]
    said = values.get("is", "")
    if re.fullmatch(pattern, said.strip()):
        return True
    message = f"a fact about a {question} says what it is"
    faults.add("A112", message, values.place, found=f"is: {said}" if said else "nothing", expected=expected)
    return False
