"""Arguments: ``arguments/*.yaml``, one file per author, to ``Argument`` records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ceasefire.case.claims import Anchor, Argument, Claim
from ceasefire.case.evidence import Text
from ceasefire.case.kinds import (
    NAME,
    NUMBER,
    PERSON,
    STRING,
    TEXT,
    Key,
    Kind,
    Section,
    block,
    format_key,
    list_of,
    map_of,
    one_of,
)
from ceasefire.case.nodes import Faults, Node, load_yaml
from ceasefire.case.query import parse_query
from ceasefire.case.read_fact import FACT, fact_of
from ceasefire.errors import InputError

CODES = {
    "A101": "A claim has neither a quote nor a place in the text.",
    "A102": "A span or its hash is not written as it must be.",
    "A103": "A core claim has no quote.",
    "A104": "A claim has a key that does not belong to its role.",
    "A105": "A claim that is not modelled does not say why.",
}

ROLES = ("fact", "premise", "conclusion", "not_modelled")
_OF_ROLE = {
    "check": "conclusion",
    "rival": "conclusion",
    "cut": "premise",
    "realised_by": "premise",
    "cut_shared_because": "premise",
    "fact": "fact",
}


def _one_or_several(kind: Kind, says: str) -> Kind:
    several = list_of(kind, says)

    def read(node: Node, faults: Faults) -> Any:
        return several.read(node, faults) if node.is_list else [kind.read(node, faults)]

    return Kind(says, read, lambda: {"anyOf": [kind.json(), several.json()]})


def _read_span(node: Node, faults: Faults) -> tuple[int, int] | None:
    ends = [child.as_int(faults) for child in node.elements()]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None and 0 <= ends[0] < ends[1]:
        return ends[0], ends[1]
    expected = "[start, stop]: code points from 0, the stop not included"
    faults.add("A102", "this is no span of a text", node.place, found=node.kind, expected=expected)
    return None


def _read_hash(node: Node, faults: Faults) -> str | None:
    text = node.value if isinstance(node.value, str) else ""
    if re.fullmatch(r"[0-9a-f]{64}", text):
        return text
    faults.add("A102", "this is no SHA-256", node.place, found=text[:80], expected="64 digits 0-9 a-f")
    return None


SPAN = Kind("[start, stop]", _read_span, lambda: {"type": "array", "items": {"type": "integer"}, "minItems": 2})
HASH = Kind("a SHA-256", _read_hash, lambda: {"type": "string", "pattern": "^[0-9a-f]{64}$"})
ANCHOR = Section(
    "place in the text",
    (
        Key("span", SPAN, "Start and stop of the passage in the normalised text.", "[9, 44]", True),
        Key("sha256", HASH, "Hash of the passage.", "280ac8...", True),
    ),
)
CUT_KEYS = Section(
    "cut",
    (
        Key("without", _one_or_several(STRING, "step.move, or a list"), "Moves that are taken away.", "contact.call"),
        Key("freeze_belief", _one_or_several(NAME, "an actor, or a list"), "Nobody learns about it.", "russia"),
        Key("set", map_of(NUMBER, "a block: a number per parameter or rival"), "Other values.", "{call_effect: 0}"),
    ),
    "A parameter or rival may also stand directly: ``{call_effect: 0}`` means ``{set: {call_effect: 0}}``.",
)


def _read_cut(node: Node, faults: Faults) -> Any:
    """Return a cut; parameters that stand directly are put under ``set``."""
    kinds = {key.name for key in CUT_KEYS.keys}
    direct = {key: child for key, child in node.items() if key not in kinds and child.as_float(Faults()) is not None}
    if not direct:
        return CUT_KEYS.read(node, faults)
    values = {key: child for key, child in node.items() if key not in direct}
    under = values.get("set", Node({}, node.place))
    values["set"] = Node({**dict(under.items()), **direct}, under.place, {**under.key_places, **node.key_places})
    return CUT_KEYS.read(Node(values, node.place, node.key_places), faults)


CUT = Kind(
    "a block (cut)",
    _read_cut,
    lambda: {**CUT_KEYS.json(), "additionalProperties": {"type": "number"}},
    (CUT_KEYS,),
)
CLAIM = Section(
    "claim",
    (
        Key("role", one_of(*ROLES), "What part it has in the argument.", "premise", True),
        Key("says", TEXT, "The claim in the words of the case.", '"The call struck at the isolation."', True),
        Key(
            "quote",
            TEXT,
            "At most six words of the text; of several languages the first is that of the text, the others translate it.",
            '"direkter Schlag gegen die Isolation"',
        ),
        Key("at", block(ANCHOR), "Where the passage stands.", "{span: [9, 44], sha256: ...}"),
        Key("tier", one_of("core", "secondary", "context"), "How much hangs on it.", "core"),
        Key("fact", block(FACT), "Fact: what the record is asked.", "{count: contact.call, is: 6}"),
        Key("realised_by", STRING, "Premise: what carries it in the case.", "contact.call.reception"),
        Key("cut", CUT, "Premise: what the case is without it.", "{without: contact.call}"),
        Key("cut_shared_because", STRING, "Premise: why another one has the same cut.", '"two sides of one move"'),
        Key("check", STRING, "Conclusion: a query with a comparison.", '"P(truce within quick) is unlikely"'),
        Key(
            "rival",
            NAME,
            "Conclusion: the rival that it faces; tried first when witnesses are searched.",
            "levers_fast",
        ),
        Key("reason", TEXT, "Why it is not modelled, or why the case takes it as it does.", '"no move of any actor"'),
    ),
)
ARGUMENT = Section(
    "argument file",
    (
        format_key("ceasefire-argument/1"),
        Key("author", PERSON, "Whose argument it is.", "Vitaly Portnikov", True),
        Key("source", STRING, "A key of sources.yaml: the text.", "commentary", True),
        Key("title", TEXT, "Its title.", '"Red carpet for Putin"'),
        Key(
            "assumes",
            map_of(NUMBER, "a block: a number per parameter or rival"),
            "Settings under which the author's own reading of the mechanism stands: checks and cuts start from there.",
            "{levers_fast: 1}",
        ),
        Key("claims", map_of(block(CLAIM), "a block of claims"), "Every claim by its id.", "{C1: {...}}", True),
    ),
)


def read_arguments(folder: Path, words: Mapping[str, str], faults: Faults) -> tuple[Argument, ...]:
    """Return the arguments of a case, by file name.

    Parameters
    ----------
    words : by word
        The ``words`` of the case, for checks.
    """
    found = []
    for path in sorted((folder / "arguments").glob("*.yaml")):
        node = load_yaml(path, faults, f"arguments/{path.name}")
        if node is not None:
            found.append(_argument(path.stem, node, words, faults))
    return tuple(found)


def _argument(name: str, node: Node, words: Mapping[str, str], faults: Faults) -> Argument:
    values = ARGUMENT.read(node, faults)
    claims = []
    for claim_name, one in values.get("claims", {}).items():
        if "role" in one:
            claims.append(_claim(claim_name, one, words, faults))
    return Argument(
        name,
        values.get("author", Text()),
        values.get("source", ""),
        values.get("title", Text()),
        tuple(claims),
        dict(values.get("assumes", {})),
        node.place,
    )


def _claim(name: str, values: Any, words: Mapping[str, str], faults: Faults) -> Claim:
    _check_claim(name, values, faults)
    at, quotes = values.get("at", {}), values.get("quote", Text())
    return Claim(
        name,
        values["role"],
        values.get("says", Text()),
        next(iter(quotes.by_language.values()), ""),
        Anchor(at["span"][0], at["span"][1], at["sha256"]) if {"span", "sha256"} <= at.keys() else None,
        _check_query(values, words, faults),
        values.get("rival", ""),
        values.get("realised_by", ""),
        dict(values.get("cut", {})),
        values.get("cut_shared_because", ""),
        fact_of(values["fact"], faults) if "fact" in values else {},
        values.get("reason", Text()),
        values.get("tier", ""),
        values.place,
        quotes if len(quotes.by_language) > 1 else Text(),
    )


def _check_query(values: Any, words: Mapping[str, str], faults: Faults) -> Any:
    if "check" not in values:
        return None
    try:
        return parse_query(values["check"], words, values.node.value["check"].place)
    except InputError as error:
        faults.extend(error.faults)
        return None


def _check_claim(name: str, values: Any, faults: Faults) -> None:
    place, role = values.place, values["role"]
    if "quote" not in values and "at" not in values:
        hint = "quote: at most six words, or at: {span: ..., sha256: ...}"
        faults.add("A101", f"{name} has neither a quote nor a place in the text", place, hint=hint)
    if values.get("tier") == "core" and "quote" not in values:
        faults.add("A103", f"{name} is a core claim and has no quote", place)
    for key, owner in _OF_ROLE.items():
        if key in values and role != owner:
            message = f"{key} belongs to a {owner}, {name} is a {role}"
            faults.add("A104", message, values.node.key_place(key), found=role, expected=owner)
    if role == "not_modelled" and "reason" not in values:
        faults.add("A105", f"{name} is not modelled and does not say why", place, hint="reason: ...")
