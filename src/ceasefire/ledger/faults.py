"""The faults of a ledger, by code."""

from __future__ import annotations

from ceasefire.errors import Fault, InputError, Place

CODES = {
    "L101": "there is no ledger at this place",
    "L102": "a file is not a ledger; it is left as it is",
    "L103": "a ledger is damaged and cannot be read to its end",
    "L104": "a ledger was written by a newer version of the program",
    "L105": "a ledger cannot be written: read-only, or the disk is full",
    "L106": "another program holds the ledger for too long",
    "L107": "a text for a ledger holds bytes that are not UTF-8",
    "L201": "rows are missing from a ledger",
    "L202": "a row of a ledger was changed",
    "L203": "rows of a ledger changed places",
    "L204": "a row of a ledger does not follow from the row before it",
    "L205": "the end of a ledger is missing",
    "L206": "the protection of a ledger against changes was taken away",
    "L207": "a ledger is not the one that the head beside it, or a head noted elsewhere, belongs to",
    "L208": "a ledger differs from an earlier export",
    "L301": "a forecast cannot be read",
    "L302": "a forecast was made with another version of the case",
    "L303": "a query has no number in the forecast",
    "L304": "a live forecast is registered after its question was decided",
    "L305": "a forecast stands in the ledger already",
    "L306": "a forecast holds nothing that could be resolved",
    "L401": "the ledger has no question of this name",
    "L402": "a question is resolved already",
    "L403": "an answer does not fit the question",
    "L404": "a date does not fit the question",
    "L405": "a resolution has no source",
    "L406": "a correction does not name the resolution that stands",
    "L501": "a table has no such column, or a mapping no such key",
    "L502": "a value in a table is not a probability",
    "L503": "a value in a table is not a date",
    "L504": "a resolution in a table cannot be read",
    "L505": "a table cannot be read",
    "L506": "rows of a table contradict each other",
}


def fault(code: str, message: str, *, file: str = "", line: int = 0, found: str = "", hint: str = "") -> Fault:
    """Return a fault of the ledger."""
    return Fault(code, message, Place(file, line), found=found, hint=hint)


def refuse(code: str, message: str, *, file: str = "", found: str = "", hint: str = "") -> InputError:
    """Return the error for a single fault, to be raised."""
    return InputError([fault(code, message, file=file, found=found, hint=hint)])
