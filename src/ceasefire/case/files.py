"""The four kinds of YAML files and their JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ceasefire.case.kinds import DEFS, Section
from ceasefire.case.read_argument import ARGUMENT
from ceasefire.case.read_record import RECORD
from ceasefire.case.schema import CASE
from ceasefire.case.sources import SOURCES
from ceasefire.errors import UsageError

FILES: Mapping[str, Section] = {"case": CASE, "record": RECORD, "sources": SOURCES, "argument": ARGUMENT}


def json_schema(file: str = "case") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``case``, ``record``, ``sources`` or ``argument``.

    Raises
    ------
    UsageError
        For any other kind of file.
    """
    if file not in FILES:
        raise UsageError(f"there is no kind of file {file!r}; choose {', '.join(FILES)}")
    section = FILES[file]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"ceasefire {section.heading}"}
    return {**head, **section.json(), "$defs": dict(DEFS)}
