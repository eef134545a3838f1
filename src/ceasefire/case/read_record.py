"""The record: ``record.yaml`` and the CSV files that it names, to a ``Record``.

An item in CSV has the keys of the YAML form as columns (``title_en``, ``title_de`` for texts; several moves separated
by ``;``). Whether names exist and dates fit the case is looked at in ``record_rules``.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from ceasefire.case.evidence import Record, RecordItem, SourceRef, Text
from ceasefire.case.kinds import (
    BOOLEAN,
    CONDITION,
    DATE,
    FORMULA,
    NAME,
    NUMBER,
    STRING,
    TEXT,
    Key,
    Kind,
    Section,
    Values,
    block,
    format_key,
    list_of,
    map_of,
)
from ceasefire.case.kinds_special import SOURCE_KEYS, read_source
from ceasefire.case.nodes import Faults, Node, load_yaml
from ceasefire.case.sources import Row, Tables
from ceasefire.case.values import LANGUAGES, check_distinct
from ceasefire.errors import Place

CODES = {
    "R101": "An item of the record is of no single kind: a move, a state, or a stock with value and error.",
    "R102": "Two items of the record have the same id.",
    "R103": "A column of an events table is not a key of an item.",
    "R104": "A series needs the columns date and value.",
    "R105": "A number in a series cannot be read.",
    "R106": "A file that the record names lies outside the case folder.",
}


def _read_item_source(node: Node, faults: Faults) -> SourceRef | None:
    """Return a reference; a plain word is a key of ``sources.yaml``."""
    return SourceRef(source=node.value) if isinstance(node.value, str) else read_source(node, faults)


ITEM_SOURCE = Kind(
    "a source key, a row or an excerpt",
    _read_item_source,
    lambda: {"anyOf": [{"type": "string"}, SOURCE_KEYS.json()]},
    (SOURCE_KEYS,),
)
ITEM = Section(
    "item of the record",
    (
        Key("id", NAME, "Name of the item, used by facts.", "call_1", True),
        Key("date", DATE, "The day.", "2025-02-12", True),
        Key("title", TEXT, "What happened, for readers.", '"first call"'),
        Key("step", NAME, "A move was seen: at this step.", "contact"),
        Key("move", NAME, "The move that was seen.", "call"),
        Key("moves", list_of(NAME, "a list of moves"), "One of these moves was seen.", "[call, honour]"),
        Key("also", list_of(NAME, "a list of moves"), "Weaker events of the same step and period.", "[call]"),
        Key("state", CONDITION, "A condition that held at the end of that day's period.", "phase == war"),
        Key("stock", NAME, "A stock was measured: its name.", "strain"),
        Key("value", NUMBER, "The measured value.", "32"),
        Key("error", NUMBER, "Its standard error.", "4"),
        Key("source", ITEM_SOURCE, "A key of sources.yaml, a row, or an excerpt.", "agency_2025_02_12"),
        Key("assumed", TEXT, "Why the item counts without a source.", '"undisputed"'),
        Key("grade", STRING, "How reliable the item is.", "B"),
        Key("unsourced", BOOLEAN, "Known in general only; off unless asked for.", "true"),
        Key("hindsight", BOOLEAN, "Coded with knowledge of later events.", "true"),
        Key("active", BOOLEAN, "false switches the item off.", "true"),
    ),
)
RECORD = Section(
    "record.yaml",
    (
        format_key("ceasefire-record/1"),
        Key("miscoded", FORMULA, "Chance that a coded move is another one (a parameter).", "coding_error"),
        Key("items", list_of(block(ITEM), "a list of items"), "Dated observations.", "[{id: call_1, ...}]"),
        Key("events", STRING, "A CSV file with more items.", "events.csv"),
        Key("series", map_of(STRING, "a block: a CSV file per series"), "Measured series.", "{oil: oil.csv}"),
    ),
)


def read_record(folder: Path, faults: Faults) -> Record:
    """Return the record of a case, sorted by date; an empty one where the folder has no ``record.yaml``."""
    path = folder / "record.yaml"
    node = load_yaml(path, faults) if path.exists() else None
    if node is None:
        return Record()
    values = RECORD.read(node, faults)
    tables = Tables(folder, faults)
    blocks = list(values.get("items", ()))
    if "events" in values and _inside(folder, values["events"], node.key_place("events"), faults):
        blocks += _items_of_table(tables.rows(values["events"]), faults)
    items = [item for one in blocks if (item := _item(one, faults)) is not None]
    check_distinct(items, "R102", "give each item its own id", faults)
    series = {
        name: _series(tables.rows(file), name, faults)
        for name, file in values.get("series", {}).items()
        if _inside(folder, file, node.key_place("series"), faults)
    }
    return Record(tuple(sorted(items, key=lambda item: item.date)), values.get("miscoded"), series)


def _inside(folder: Path, file: str, place: Place, faults: Faults) -> bool:
    inside = (folder / file).resolve().is_relative_to(folder.resolve())
    if not inside:
        faults.add("R106", f"{file} lies outside the case folder", place, found=file, hint="copy the rows it needs")
    return inside


def _item(values: Values, faults: Faults) -> RecordItem | None:
    if "id" not in values or "date" not in values:
        return None
    moves = tuple(values.get("moves", ())) + ((values["move"],) if "move" in values else ())
    kinds = [name for name in ("step", "state", "stock") if name in values]
    incomplete = ("step" in values) != bool(moves) or ("stock" in values) != ("value" in values and "error" in values)
    if len(kinds) > 1 or incomplete or ("also" in values and "step" not in values):
        expected = "step and move, or state, or stock with value and error; or none of them"
        found = ", ".join(key for key in values if key in {*kinds, "move", "moves", "also", "value", "error"})
        faults.add("R101", f"{values['id']} is of no single kind", values.place, found=found, expected=expected)
        return None
    return RecordItem(
        values["id"],
        values["date"],
        values.get("step"),
        moves,
        tuple(values.get("also", ())),
        values.get("state"),
        values.get("stock"),
        values.get("value"),
        values.get("error"),
        values.get("title", Text()),
        values.get("source"),
        values.get("grade", ""),
        values.get("unsourced", False),
        values.get("hindsight", False),
        values.get("active", True),
        values.place,
        values.get("assumed", Text()),
    )


# items in a table ------------------------------------------------------------------------------------------------
_LISTS = ("moves", "also")
_TEXTS = ("title", "assumed")
_REFERENCE = ("row", "excerpt")


def _items_of_table(rows: list[Row], faults: Faults) -> list[Values]:
    """Return the items of a table as if they had been written in YAML."""
    if not rows:
        return []
    keys = {key.name for key in ITEM.keys}
    texts = {f"{name}_{code}": (name, code) for name in _TEXTS for code in LANGUAGES}
    unknown = [title for title in rows[0].cells if title not in keys | texts.keys() | set(_REFERENCE)]
    for title in unknown:
        place = Place(rows[0].place.file, 1)
        faults.add("R103", f"{title!r} is no key of an item", place, expected=", ".join(sorted(keys)))
    return [] if unknown else [ITEM.read(_node_of_row(row, texts), faults) for row in rows]


def _node_of_row(row: Row, texts: dict[str, tuple[str, str]]) -> Node:
    children: dict[str, Node] = {}
    languages: dict[str, dict[str, Node]] = {}
    for title, cell in row.cells.items():
        if not cell or title in _REFERENCE:
            continue
        node = Node(cell, row.place)
        if title in _LISTS:
            children[title] = Node([Node(part.strip(), row.place) for part in cell.split(";")], row.place)
        elif title in texts:
            name, code = texts[title]
            languages.setdefault(name, {})[code] = node
        else:
            children[title] = node
    children |= {name: Node(dict(by_code), row.place) for name, by_code in languages.items()}
    reference = {name: Node(row.cells[name], row.place) for name in _REFERENCE if row.cells.get(name)}
    if reference:
        source = {"source": children["source"]} if "source" in children else {}
        children["source"] = Node(source | reference, row.place)
    return Node(children, row.place)


# series ----------------------------------------------------------------------------------------------------------
def _series(rows: list[Row], name: str, faults: Faults) -> tuple[tuple[str, float], ...]:
    if rows and not {"date", "value"} <= rows[0].cells.keys():
        found = ", ".join(rows[0].cells)
        place = Place(rows[0].place.file, 1)
        faults.add("R104", f"the series {name} needs the columns date and value", place, found=found)
        return ()
    points = [point for row in rows if (point := _point(row, faults)) is not None]
    return tuple(sorted(points))


def _point(row: Row, faults: Faults) -> tuple[str, float] | None:
    date, value = row.cells["date"], Node(row.cells["value"], row.place).as_float(Faults())
    try:
        dt.date.fromisoformat((date + "-01-01")[:10] if len(date) == 4 else (date + "-01")[:10])
    except ValueError:
        value = None
    if value is None:
        message = "this line is no point of a series"
        faults.add("R105", message, row.place, found=row.text, expected="a date and a number with a decimal point")
        return None
    return date, value
